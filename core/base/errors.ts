/**
 * Error classes: one for each thing outside of af, so that a caller knows where a failure came from.
 * Misuse inside the program stays a TypeError, RangeError or SyntaxError.
 * @module
 */

/** The outside things that can fail, each with a class of its own. */
export const ERROR_KINDS = [
  "ChainError",
  "ModelError",
  "StoreError",
  "SignerError",
  "WalletError",
  "HubError",
  "SandboxError",
  "EnvError",
  "ConfigError",
  "RecordError",
  "RoomError",
  "BucketError",
] as const;
/** Name of an {@linkcode AfError} class. */
export type ErrorKind = typeof ERROR_KINDS[number];

/** Options of {@linkcode AfError}. */
export interface AfErrorOptions {
  /** What caused it, for the log at `-vv`. */
  cause?: unknown;
  /** A short machine-readable reason, such as `rate_limited`; callers branch on it, people do not read it. */
  code?: string;
  /** Whether the same call may succeed later. @default {false} */
  retryable?: boolean;
}

/** A failure of something outside of af. The message is one sentence for the user: what, where, what to do. */
export class AfError extends Error {
  /** Which outside thing failed. */
  readonly kind: ErrorKind;
  /** Machine-readable reason, empty where nobody branches on it. */
  readonly code: string;
  /** Whether the same call may succeed later. */
  readonly retryable: boolean;
  /** An error of this kind; `message` is what the user reads. */
  constructor(kind: ErrorKind, message: string, options: AfErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = kind;
    this.kind = kind;
    this.code = options.code ?? "";
    this.retryable = options.retryable ?? false;
  }
}

/** The chain endpoint, its runtime, or an extrinsic that it refused. */
export class ChainError extends AfError {
  constructor(message: string, options?: AfErrorOptions) {
    super("ChainError", message, options);
  }
}
/** A model's endpoint or the management API of its host. */
export class ModelError extends AfError {
  constructor(message: string, options?: AfErrorOptions) {
    super("ModelError", message, options);
  }
}
/** The journal on disk. */
export class StoreError extends AfError {
  constructor(message: string, options?: AfErrorOptions) {
    super("StoreError", message, options);
  }
}
/** The signer process. */
export class SignerError extends AfError {
  constructor(message: string, options?: AfErrorOptions) {
    super("SignerError", message, options);
  }
}
/** A wallet file. */
export class WalletError extends AfError {
  constructor(message: string, options?: AfErrorOptions) {
    super("WalletError", message, options);
  }
}
/** The hub that models are published on. */
export class HubError extends AfError {
  constructor(message: string, options?: AfErrorOptions) {
    super("HubError", message, options);
  }
}
/** The sandbox itself: its broker, a runner that cannot be started, the engine's image. Never what a program did. */
export class SandboxError extends AfError {
  constructor(message: string, options?: AfErrorOptions) {
    super("SandboxError", message, options);
  }
}
/** An environment that cannot be found or cannot make a task. */
export class EnvError extends AfError {
  constructor(message: string, options?: AfErrorOptions) {
    super("EnvError", message, options);
  }
}
/** A setting, a flag or the settings file. */
export class ConfigError extends AfError {
  constructor(message: string, options?: AfErrorOptions) {
    super("ConfigError", message, options);
  }
}
/** The bucket of the public copy, or an address that it is read from. */
export class BucketError extends AfError {
  constructor(message: string, options?: AfErrorOptions) {
    super("BucketError", message, options);
  }
}
/** A record, batch or index that does not verify. */
export class RecordError extends AfError {
  constructor(message: string, options?: AfErrorOptions) {
    super("RecordError", message, options);
  }
}
/** A room (Worker) or process of af itself that died, hung or was asked for something it does not do. */
export class RoomError extends AfError {
  constructor(message: string, options?: AfErrorOptions) {
    super("RoomError", message, options);
  }
}

/** A class that {@linkcode boundary} can raise. */
export type AfErrorClass = new (message: string, options?: AfErrorOptions) => AfError;

const CLASSES: Readonly<Record<ErrorKind, AfErrorClass>> = {
  ChainError,
  ModelError,
  StoreError,
  SignerError,
  WalletError,
  HubError,
  SandboxError,
  EnvError,
  ConfigError,
  RecordError,
  RoomError,
  BucketError,
};

/** One line of text for anything that was thrown. */
export function errorText(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.message || thrown.name : String(thrown);
  return text.replaceAll(/\s+/g, " ").trim().slice(0, 600);
}

/** Runs work at a boundary to the outside: an {@linkcode AfError} passes through, anything else becomes `Kind`. */
export async function boundary<T>(
  Kind: AfErrorClass,
  what: string,
  work: () => Promise<T> | T,
  options: { retryable?: boolean; code?: string } = {},
): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof AfError) throw cause;
    throw new Kind(`${what}: ${errorText(cause)}`, { cause, ...options });
  }
}

/** The data of an error that crosses a room's wall. Causes stay behind: they may hold what the other side must not see. */
export interface ErrorData {
  kind: string;
  message: string;
  code: string;
  retryable: boolean;
}

/** Packs a thrown value for another room. */
export function packError(thrown: unknown): ErrorData {
  if (thrown instanceof AfError) {
    return { kind: thrown.kind, message: thrown.message, code: thrown.code, retryable: thrown.retryable };
  }
  const name = thrown instanceof Error ? thrown.name : "Error";
  return { kind: name, message: errorText(thrown), code: "", retryable: false };
}

/** Unpacks what {@linkcode packError} made: an error of the same class where it was one of ours. */
export function unpackError(data: ErrorData): Error {
  const kind = ERROR_KINDS.find((name) => name === data.kind);
  if (kind) return new CLASSES[kind](data.message, { code: data.code, retryable: data.retryable });
  const Builtin = [TypeError, RangeError, SyntaxError].find(({ name }) => name === data.kind) ?? Error;
  return new Builtin(data.message);
}
