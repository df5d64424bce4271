/** Joins commands to the sandbox: the broker's core in the command's own process. @module */
import type { ProbeKind } from "../core/room/message.ts";
import { findLayers } from "../core/room/layers.ts";
import { openImage, unpackImage } from "../core/sandbox/engine/image.ts";
import { findImage } from "../core/sandbox/image_file.ts";
import {
  type LocalSandbox,
  type LocalSandboxOptions,
  openLocalSandbox,
  startBareRunner,
} from "../core/sandbox/local.ts";

/** A sandbox for one command. */
export function openCommandSandbox(options: LocalSandboxOptions): Promise<LocalSandbox> {
  return openLocalSandbox(options);
}

/** Tries a right in a runner. */
export type TryInRunner = (kind: ProbeKind, target: string) => Promise<string>;

/** Starts a runner, lets it try rights, and ends it. */
export async function probeRunner(work: (tried: TryInRunner) => Promise<void>): Promise<void> {
  const session = await startBareRunner();
  try {
    await work((kind, target) => session.probe(kind, target));
  } finally {
    session.kill();
    await session.ended();
  }
}

/** What a sandbox on this machine would have: the engine's digest (null if it was not built), layers around each runner. */
export async function lookAtSandbox(): Promise<{ engine: string | null; layers: readonly string[] }> {
  const packed = await findImage();
  const layers = await findLayers();
  return {
    engine: packed === null ? null : openImage(unpackImage(packed)).digest,
    layers: layers.map((layer) => layer.name),
  };
}
