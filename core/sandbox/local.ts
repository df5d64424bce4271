/** A sandbox whose broker is the caller's own process: for commands, for tests, and for scripts of other people. @module */
import { SandboxError } from "../base/errors.ts";
import { sleep } from "../base/time.ts";
import {
  DEFAULT_LIMITS,
  type Sandbox,
  type SandboxBatch,
  type SandboxFacts,
  type SubmissionResult,
} from "../port/sandbox.ts";
import { findLayers, type Layer } from "../room/layers.ts";
import { fillCache, type RunnerCommand, runnerCommand } from "../room/runner.ts";
import { Broker } from "./broker.ts";
import { openImage, unpackImage } from "./engine/image.ts";
import { findImage } from "./image_file.ts";
import { Pool } from "./pool.ts";
import { Session } from "./session.ts";

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
  const { broker, pool } = await openBroker(options);
  return {
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

/** The same without the wrapping: a broker that refuses (`busy`) where a sandbox waits, and its runners. */
export async function openBroker(options: LocalSandboxOptions = {}): Promise<{ broker: Broker; pool: Pool }> {
  const { parallel = navigator.hardwareConcurrency, log } = options;
  // The layers are tried while the image is read.
  const wrapping = wrap(options);
  const { image, engine } = await loadImage(options).catch(async (error) => {
    (await wrapping).first?.kill();
    throw error;
  });
  const { command, layers, first } = await wrapping;
  const pool = new Pool({
    command,
    image,
    spare: options.spare ?? parallel,
    ...(first ? { first } : {}),
    ...(log ? { log } : {}),
  });
  const facts: SandboxFacts = { engine, parallel, layers: layers.map((layer) => layer.name) };
  const broker = new Broker({ pool, facts, waiting: options.waiting ?? 8 * parallel });
  return { broker, pool };
}

async function loadImage(options: LocalSandboxOptions) {
  const packed = options.image === undefined ? await findImage() : options.image;
  if (packed === null) return { image: null, engine: null };
  const image = unpackImage(packed);
  return { image, engine: openImage(image).digest };
}

/** Puts the layers that work in front of a runner: all that are found, none if a runner does not start behind them. */
async function wrap(
  options: LocalSandboxOptions,
): Promise<{ command: RunnerCommand; layers: Layer[]; first?: Session }> {
  const plain = runnerCommand(RUNNER_MODULE);
  // From an address nothing of a runner may be in the cache yet, and a runner may fetch nothing itself.
  if (RUNNER_MODULE.protocol !== "file:") await fillCache(plain);
  const layers = options.layers === false ? [] : await findLayers();
  if (layers.length === 0) return { command: plain, layers };
  const command = { ...plain, prefix: layers.flatMap((layer) => layer.prefix) };
  // A start can fail by chance, on a machine with too much to do; that is no reason to go without.
  for (const last of [false, true]) {
    try {
      return { command, layers, first: await Session.start(command, { heapBytes: DEFAULT_LIMITS.heapBytes }) };
    } catch (error) {
      if (!(error instanceof SandboxError)) throw error;
      const names = layers.map((layer) => layer.name).join("; ");
      options.log?.(`A runner does not start behind ${names}${last ? "; going on without" : ""}: ${error.message}`);
    }
  }
  return { command: plain, layers: [] };
}

/** A runner as this process would start it, with nothing in it yet: for the proof of its rights. */
export function startBareRunner(): Promise<Session> {
  return Session.start(runnerCommand(RUNNER_MODULE), { heapBytes: DEFAULT_LIMITS.heapBytes });
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
