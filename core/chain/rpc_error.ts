/** What a node answers when it refuses a request, and what the room says when a node does not answer. @module */
import { ChainError } from "../base/errors.ts";

/** The error object of a JSON-RPC answer. */
export class RpcError extends Error {
  /** JSON-RPC code, such as 1010 for a refused extrinsic. */
  readonly rpcCode: number;
  /** The `data` of the answer as text: often the only place that holds the reason. */
  readonly detail: string;
  constructor(rpcCode: number, message: string, detail = "") {
    super(message);
    this.name = "RpcError";
    this.rpcCode = rpcCode;
    this.detail = detail;
  }
}

/** Reads the error object of an answer that nobody has checked. */
export function rpcError(thrown: unknown): RpcError {
  const { code, message, data } = (typeof thrown === "object" && thrown ? thrown : {}) as Record<string, unknown>;
  const detail = data === undefined || data === null ? "" : typeof data === "string" ? data : JSON.stringify(data);
  return new RpcError(
    typeof code === "number" ? code : 0,
    typeof message === "string" ? message.slice(0, 2000) : "no reason given",
    detail.slice(0, 2000),
  );
}

/**
 * A socket that closed, or a node that stopped to answer: the same work may succeed on a new socket. It stays inside of the
 * room, where {@linkcode Link} turns it into another try or into `unreachable`.
 */
export class ConnectionLost extends ChainError {
  constructor(endpoint: string, why: string, cause?: unknown) {
    super(`The connection to ${endpoint} ended: ${why}`, { code: "connection_lost", retryable: true, cause });
  }
}

/** Names what the node said of a read, where callers branch on it: `state_discarded`, `unknown_block`, `busy`, else `refused`. */
export function readError(what: string, error: RpcError): ChainError {
  const said = `${error.message} ${error.detail}`.trim();
  if (/state already discarded|state.*(pruned|not available)/i.test(said)) {
    return new ChainError(`The node no longer holds the state for ${what}: read a newer block or use an archive node`, {
      code: "state_discarded",
      cause: error,
    });
  }
  if (/unknown ?block|header was not found|unable to retrieve header/i.test(said)) {
    return new ChainError(`The node does not have the block for ${what}: ${said}`, {
      code: "unknown_block",
      retryable: true,
      cause: error,
    });
  }
  if (error.rpcCode === 429 || /too many requests|rate limit/i.test(said)) {
    return new ChainError(`The node is busy and refused ${what}: ask it less often or use another endpoint`, {
      code: "busy",
      retryable: true,
      cause: error,
    });
  }
  return new ChainError(`The node refused ${what}: ${said}`, { code: "refused", cause: error });
}
