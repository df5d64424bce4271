/** The Python engine as the sandbox uses it. Until core/sandbox/engine/ is here, there is no image and no Python. @module */
import { SandboxError } from "../base/errors.ts";
import type { CaseEnd } from "./end.ts";
import type { CaseMessage, ProgramMessage } from "./messages.ts";

/** Unpacks the image. @throws {SandboxError} `no_engine` */
export function unpackImage(_packed: Uint8Array): Uint8Array<ArrayBuffer> {
  throw missing();
}

/** Opens an unpacked image. @throws {SandboxError} `no_engine` */
export function openImage(_unpacked: Uint8Array): { readonly digest: string } {
  throw missing();
}

/** Opens the engine in a runner. @throws {SandboxError} `no_engine` */
export function openPython(
  _unpacked: Uint8Array<ArrayBuffer>,
): (program: ProgramMessage) => { run(message: CaseMessage): CaseEnd } {
  throw missing();
}

function missing(): SandboxError {
  return new SandboxError("This version of af has no Python engine", { code: "no_engine" });
}
