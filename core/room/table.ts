/**
 * THE permission table: what each room may touch. A room is a Worker; it gets exactly this and nothing else.
 * docs/permissions.md says the same in prose; tests/denials_test.ts pins both and proves every right that is not granted.
 * @module
 */

/** The rooms that exist. */
export const ROOMS = [
  "audit",
  "bucket",
  "chain",
  "chutes",
  "hub",
  "keyring",
  "peers",
  "sandbox",
  "signer",
  "sim",
  "store",
  "wallet",
] as const;
/** One of {@linkcode ROOMS}. */
export type RoomName = typeof ROOMS[number];

/** What a room is opened for: the concrete hosts and paths of its grants. */
export interface RoomScope {
  /** `host:port` (or `*.host:port`) entries that the room may connect to; `*` alone where the table gives it any host. */
  readonly net?: readonly string[];
  /** Absolute paths that the room may read. */
  readonly read?: readonly string[];
  /** Absolute paths that the room may write. */
  readonly write?: readonly string[];
}

/** The rights that a room can have at all. Everything that is not listed is denied: run, ffi, import. */
export interface RoomRights {
  /** `any` = hosts that nobody knows before, so the room itself looks at what it asks; it holds no secret. */
  readonly net: boolean | "any";
  readonly read: boolean;
  readonly write: boolean;
  /** Names of environment variables; one that ends with `*` means all that begin so. */
  readonly env: readonly string[];
  /** Names of facts of the system (Deno's `sys`). @default {[]} */
  readonly sys?: readonly SysFact[];
}

/** Facts of the system that a room may ask for. */
export type SysFact = "osRelease";

/** One row a room. */
export const TABLE: Readonly<Record<RoomName, RoomRights>> = {
  // Grades again what strangers published, with nothing; one of its rooms reads the directory that an auditor names.
  audit: { net: false, read: true, write: false, env: [] },
  // @aws-sdk/client-s3 looks for its own configuration under these names and at the system's release, and throws where it may not.
  bucket: {
    net: true,
    read: false,
    write: false,
    env: [
      "AWS_LAMBDA_NODEJS_NO_GLOBAL_AWSLAMBDA",
      "AWS_LAMBDA_BENCHMARK_MODE",
      "AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED",
      "AWS_PROFILE",
      "AWS_SHARED_CREDENTIALS_FILE",
      "AWS_CONFIG_FILE",
      "HOME",
      "USERPROFILE",
      "HOMEPATH",
      "HOMEDRIVE",
      "AWS_EXECUTION_ENV",
      "AWS_LAMBDA_FUNCTION_NAME",
      "_X_AMZN_TRACE_ID",
      "AWS_LAMBDA_MAX_CONCURRENCY",
    ],
    sys: ["osRelease"],
  },
  // @polkadot/* reads these four names at import and throws without them.
  chain: {
    net: true,
    read: false,
    write: false,
    env: ["POLKADOTJS_DISABLE_ESM_CJS_WARNING", "DEBUG", "DEBUG_MAX", "WS_NO_BUFFER_UTIL"],
  },
  chutes: { net: true, read: false, write: false, env: [] },
  hub: { net: true, read: false, write: false, env: [] },
  // Behind af wallet: makes, imports and lists keys, signs a text. Passwords of keyfiles are in variables of this name.
  keyring: { net: false, read: true, write: true, env: ["BT_PW_*"] },
  // Copies of other validators, wherever these say that they are: public addresses only, see core/peers/address.ts.
  peers: { net: "any", read: false, write: false, env: [] },
  // The validator's line to the sandbox broker: one loopback port and a token.
  sandbox: { net: true, read: false, write: false, env: [] },
  // The validator's line to the signer process: one loopback port and a token, no key.
  signer: { net: true, read: false, write: false, env: [] },
  // Simulated runs: pure computing, a room only to have a core of its own.
  sim: { net: false, read: false, write: false, env: [] },
  store: { net: false, read: true, write: true, env: [] },
  wallet: { net: false, read: true, write: true, env: ["BT_PW_*"] },
};

/** Deno's permission object for a room. @throws {RangeError} if the scope asks for a right that the table does not give. */
export function grants(room: RoomName, scope: RoomScope): Deno.PermissionOptionsObject {
  const rights = TABLE[room];
  for (const kind of ["net", "read", "write"] as const) {
    if (!rights[kind] && (scope[kind]?.length ?? 0) > 0) {
      throw new RangeError(`The table gives room ${room} no ${kind}`);
    }
  }
  const list = (kind: "net" | "read" | "write") => scope[kind]?.length ? [...scope[kind]] : false;
  return {
    net: rights.net === "any" && scope.net?.join() === "*" ? true : list("net"),
    read: list("read"),
    write: list("write"),
    env: rights.env.length ? [...rights.env] : false,
    run: false,
    sys: rights.sys?.length ? [...rights.sys] : false,
    ffi: false,
    import: false,
  };
}
