/** One runner in the hands of the broker: frames there and back under a deadline, and why it ended if it did. @module */
import { errorText, SandboxError } from "../base/errors.ts";
import { type LimitHit, LIMITS_HIT } from "../port/sandbox.ts";
import type { ProbeKind } from "../room/message.ts";
import { type RunnerCommand, type RunnerProcess, spawnRunner } from "../room/runner.ts";
import { FRAME, FrameReader, FrameSplitter, FrameWriter } from "./frames.ts";
import {
  caseFrame,
  type CaseMessage,
  endFrameLimit,
  type EndMessage,
  imageHead,
  probeFrame,
  programFrame,
  type ProgramMessage,
  readEnd,
} from "./messages.ts";

/** What a runner may take to start and to read an image, in milliseconds, on a machine with other things to do. */
const START_MS = 15_000;
/** What a case may take beyond its own limit until its process is killed, in milliseconds. */
export const KILL_AFTER_MS = 150;
/** Frames that say `ready` are this long at most. */
const SMALL = 64;

/** How a case ended for the broker: in the runner's word, or with the end of the runner. */
export type CaseOutcome =
  | { readonly kind: "end"; readonly end: EndMessage }
  | {
    readonly kind: "dead";
    readonly limit: LimitHit;
    /** Whether nobody here ended it: it may have been killed from outside, such as for want of memory. */
    readonly lost: boolean;
    readonly stderr: string;
    readonly wallMs: number;
  };

/** Options of {@linkcode Session.start}. */
export interface SessionOptions {
  /** Heap of JavaScript, for V8. */
  readonly heapBytes: number;
  /** Called as soon as there is a process, before it is ready. */
  readonly onSpawn?: (session: Session) => void;
}

/** A runner. After a `dead` outcome it is of no use any more. */
export class Session {
  readonly #process: RunnerProcess;
  readonly #splitter = new FrameSplitter(SMALL);
  readonly #writer = new FrameWriter();
  #waiting: Uint8Array[] = [];
  #killed: LimitHit | null = null;
  #dead = false;
  /** The heap that it was started for. */
  readonly heapBytes: number;
  /** Resident memory and CPU time when they were last looked at. */
  readonly usage = { residentBytes: 0, cpuMs: 0 };
  /** Limit of resident memory of the program that it runs, in bytes; Infinity before the first. */
  residentLimit = Infinity;
  /** Whether it runs JavaScript, which has no engine around it that counts. */
  strict = false;
  /** The case that runs, null between cases. */
  current: CaseMessage | null = null;

  private constructor(process: RunnerProcess, heapBytes: number) {
    this.#process = process;
    this.heapBytes = heapBytes;
    process.ended.then(() => this.#dead = true);
  }
  /** Process id. */
  get pid(): number {
    return this.#process.pid;
  }
  /** Whether it has ended. */
  get dead(): boolean {
    return this.#dead;
  }

  /** Starts a runner and waits until it is ready. @throws {SandboxError} `start` */
  static async start(command: RunnerCommand, options: SessionOptions): Promise<Session> {
    const session = new Session(spawnRunner(command, options), options.heapBytes);
    options.onSpawn?.(session);
    await session.#orGone(async () => await session.#ready());
    return session;
  }

  /** Hands it the engine's image; from then on it takes Python programs. @throws {SandboxError} `start` */
  async load(image: Uint8Array<ArrayBuffer>): Promise<void> {
    await this.#orGone(async () => {
      await this.#process.send(imageHead(image.length));
      await this.#process.send(image);
      await this.#ready();
    });
  }

  async #orGone(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (cause) {
      this.kill();
      const { stderr } = await this.#process.ended;
      throw new SandboxError(`A runner did not get ready: ${errorText(cause)} ${stderr.trim().slice(-400)}`.trim(), {
        code: "start",
        retryable: true,
        cause,
      });
    }
  }

  /** Hands it a program. @throws {SandboxError} `start` if it ends, with what it said last. */
  async program(message: ProgramMessage): Promise<void> {
    this.residentLimit = message.residentBytes;
    this.strict = message.language !== "python";
    this.#splitter.limit = SMALL;
    await this.#orGone(async () => {
      await this.#process.send(programFrame(this.#writer, message));
      await this.#ready();
    });
  }

  /** Runs one case. What the runner says is checked in form and believed in nothing else. */
  async case(message: CaseMessage): Promise<CaseOutcome> {
    const start = performance.now();
    const limit: LimitHit = message.leftMs < message.wallMs ? "submission" : "wall";
    const timer = setTimeout(() => this.kill(limit), Math.min(message.wallMs, message.leftMs) + KILL_AFTER_MS);
    this.#splitter.limit = endFrameLimit(message.outputBytes);
    this.current = message;
    try {
      await this.#process.send(caseFrame(this.#writer, message));
      const end = readEnd(await this.#frame(), message);
      return { kind: "end", end };
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      // A frame that is none of ours: the program has escaped or the runner is broken, either way it is of no use.
      this.kill();
      const ended = await this.#process.ended;
      const named = LIMITS_HIT.find((one) => one === ended.limit);
      const hit = this.#killed ?? named ?? (ended.heap ? "heap" : "process");
      return {
        kind: "dead",
        limit: hit,
        lost: hit === "process" && !(error instanceof SandboxError && error.code === "bad_frame"),
        stderr: hit === "process" ? ended.stderr : "",
        wallMs: performance.now() - start,
      };
    } finally {
      clearTimeout(timer);
      this.current = null;
    }
  }

  /** Lets it try a right: the proof that it has none. See core/room/probe.ts. */
  async probe(kind: ProbeKind, target: string): Promise<string> {
    this.#splitter.limit = 4_096;
    await this.#process.send(probeFrame(this.#writer, kind, target));
    const from = new FrameReader(await this.#frame());
    if (from.kind !== FRAME.probed) throw new SandboxError("A runner did not answer a probe", { code: "bad_frame" });
    return from.text();
  }

  /** Ends it at once, because of a limit or because it is not needed any more. */
  kill(limit?: LimitHit): void {
    if (!this.#dead) this.#killed ??= limit ?? null;
    this.#dead = true;
    this.#process.kill();
  }
  /** Resolves when the process is gone. */
  async ended(): Promise<void> {
    await this.#process.ended;
  }

  async #ready(): Promise<void> {
    const timer = setTimeout(() => this.kill(), START_MS);
    try {
      const frame = await this.#frame();
      if (frame[0] !== FRAME.ready) throw new SandboxError(`A frame is of kind ${frame[0]} where ready belongs`);
    } finally {
      clearTimeout(timer);
    }
  }

  async #frame(): Promise<Uint8Array> {
    while (this.#waiting.length === 0) {
      const chunk = await this.#process.receive();
      if (chunk === null) throw new SandboxError("The runner has ended", { code: "ended" });
      this.#waiting = this.#splitter.push(chunk);
    }
    if (this.#waiting.length > 1) throw new SandboxError("A runner sent more than it was asked", { code: "bad_frame" });
    return this.#waiting.pop()!;
  }
}
