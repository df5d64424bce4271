/** A sandbox whose broker is the caller's own process: for commands, for tests, and for scripts of other people. @module */
import { SandboxError } from "../base/errors.ts";
import { sleep } from "../base/time.ts";
import type { Sandbox, SandboxBatch, SandboxFacts, SubmissionResult } from "../port/sandbox.ts";
import { findLayers, type Layer } from "../room/layers.ts";
import { type RunnerCommand, runnerCommand } from "../room/runner.ts";
import { Broker } from "./broker.ts";
import { openImage, unpackImage } from "./engine/image.ts";
import { findImage } from "./image_file.ts";
import { Pool } from "./pool.ts";
import { Session } from "./session.ts";
import { DEFAULT_LIMITS } from "../port/sandbox.ts";

const RUNNER_MODULE = new URL("./runner_main.ts", import.meta.url);

/** Options of {@linkcode openLocalSandbox}. */
export interface LocalSandboxOptions {
  /** Batches that run side by side. @default {the number of cores} */
  readonly parallel?: number;
  /** Python runners that are made ready in advance. @default {parallel} */
  readonly spare?: number;
  /** Batches that may wait for a place; more have to wait for room to wait. @default {8 times parallel} */
  readonly waiting?: number;
  /** The engine's packed image, null for none. @default {the one of this installation, if it was built} */
  readonly image?: Uint8Array | null;
  /** Whether layers of the operating system are looked for. @default {true} */
  readonly layers?: boolean;
  /** Gets a line about every runner that could not be started. */
  readonly log?: (text: string) => void;
}

/** A sandbox that ends its runners when it is disposed of. */
export interface LocalSandbox extends Sandbox, AsyncDisposable {
  /** The broker itself, which refuses (`busy`) where this waits. */
  readonly broker: Broker;
  /** Waits until the spare runners are ready. */
  warm(): Promise<void>;
  /** The largest resident memory of a runner so far, in bytes. */
  readonly largestBytes: number;
  /** Process ids of all runners. */
  readonly pids: readonly number[];
}

/**
 * Opens a sandbox. Needs `run`, and while it opens `read` of the engine's image and `env` (HOME, DENO_DIR and the like).
 *
 * @example
 * ```ts no-eval
 * import { openLocalSandbox } from "@affine/af";
 *
 * await using sandbox = await openLocalSandbox();
 * const [result] = await sandbox.run({
 *   contender: "me",
 *   submissions: [{ language: "javascript", source: "console.log(6 * 7)", cases: [{ kind: "stdin", stdin: "" }] }],
 * });
 * ```
 * @throws {SandboxError} `bad_image`, `start`
 */
export async function openLocalSandbox(options: LocalSandboxOptions = {}): Promise<LocalSandbox> {
  const { parallel = navigator.hardwareConcurrency, log } = options;
  const packed = options.image === undefined ? await findImage() : options.image;
  const image = packed === null ? null : unpackImage(packed);
  const engine = image === null ? null : openImage(image).digest;
  const plain = runnerCommand(RUNNER_MODULE);
  const { command, layers } = options.layers === false ? { command: plain, layers: [] } : await wrap(plain, log);
  const pool = new Pool({ command, image, spare: options.spare ?? parallel, ...(log ? { log } : {}) });
  const facts: SandboxFacts = { engine, parallel, layers: layers.map((layer) => layer.name) };
  const broker = new Broker({ pool, facts, waiting: options.waiting ?? 8 * parallel });
  return {
    broker,
    facts: () => broker.facts(),
    run: (batch) => patient(broker, batch),
    warm: () => pool.warm(),
    get largestBytes() {
      return pool.largestBytes;
    },
    get pids() {
      return pool.pids;
    },
    [Symbol.asyncDispose]: () => pool.close(),
  };
}

/** Puts the layers that work in front of a runner: all that are found, none if a runner does not start behind them. */
async function wrap(
  plain: RunnerCommand,
  log?: (text: string) => void,
): Promise<{ command: RunnerCommand; layers: Layer[] }> {
  const layers = await findLayers();
  const command = { ...plain, prefix: layers.flatMap((layer) => layer.prefix) };
  if (layers.length === 0) return { command, layers };
  try {
    const session = await Session.start(command, { heapBytes: DEFAULT_LIMITS.heapBytes, image: null });
    session.kill();
    await session.ended();
    return { command, layers };
  } catch (error) {
    if (!(error instanceof SandboxError)) throw error;
    log?.(`Runners do not start behind ${layers.map((layer) => layer.name).join("; ")}: ${error.message}`);
    return { command: plain, layers: [] };
  }
}

/** A runner as this process would start it, with nothing in it yet: for the proof of its rights. */
export function startBareRunner(): Promise<Session> {
  const command = runnerCommand(RUNNER_MODULE);
  return Session.start(command, { heapBytes: DEFAULT_LIMITS.heapBytes, image: null });
}

/** Tries again while too many wait: whoever asks is held up, the line does not grow. */
export async function patient(sandbox: Sandbox, batch: SandboxBatch): Promise<SubmissionResult[]> {
  for (let pause = 20;; pause = Math.min(500, 2 * pause)) {
    try {
      return await sandbox.run(batch);
    } catch (error) {
      if (!(error instanceof SandboxError) || error.code !== "busy") throw error;
      await sleep(pause);
    }
  }
}
