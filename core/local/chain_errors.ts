/** Errors of the local chain: those that a JSON-RPC answer carries, and those that a dispatched call ends with. @module */

/** An error answer of JSON-RPC; codes and texts are those of a Substrate node. */
export class RpcError extends Error {
  readonly code: number;
  readonly data: unknown;
  constructor(code: number, message: string, data?: unknown) {
    super(message);
    this.name = "RpcError";
    this.code = code;
    this.data = data;
  }
}

/** The pool refuses an extrinsic. */
export function invalidTransaction(why: string): RpcError {
  return new RpcError(1010, "Invalid Transaction", why);
}

/** The pool refuses an extrinsic with a number of the runtime's own: 1 stake too low, 6 rate limit. */
export function customError(code: number): RpcError {
  return invalidTransaction(`Custom error: ${code}`);
}

/** A call that was included and failed: a module error by the names of the metadata. */
export class DispatchError extends Error {
  readonly pallet: string;
  readonly error: string;
  constructor(pallet: string, error: string) {
    super(`${pallet}.${error}`);
    this.name = "DispatchError";
    this.pallet = pallet;
    this.error = error;
  }
}
