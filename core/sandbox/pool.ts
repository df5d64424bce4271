/** Runners that are ready before anybody waits for them, and the one look at all of them. @module */
import { errorText, SandboxError } from "../base/errors.ts";
import { DEFAULT_LIMITS } from "../port/sandbox.ts";
import { usageOf } from "../room/ps.ts";
import { fillCache, NOT_CACHED, type RunnerCommand } from "../room/runner.ts";
import { Session } from "./session.ts";

/** How often memory and CPU time are looked at while JavaScript runs, in milliseconds. */
const LOOK_MS = 250;
/** Only every so many times while none does: the engine bounds its guest's memory by itself. */
const CALM = 4;
/** CPU time beyond its limit after which the second witness ends a case, in milliseconds: `ps` counts whole seconds. */
const CPU_SLACK_MS = 1_500;

/** What a runner is made ready for. */
export type Readiness = "python" | "javascript";

/** Options of {@linkcode Pool}. */
export interface PoolOptions {
  readonly command: RunnerCommand;
  /** The unpacked image, null where there is none. */
  readonly image: Uint8Array<ArrayBuffer> | null;
  /** Python runners that wait for work. */
  readonly spare: number;
  /** A runner that is there already, with nothing in it. */
  readonly first?: Session;
  readonly log?: (text: string) => void;
}

/** A pool of runners. A runner is handed out once and never comes back. */
export class Pool {
  readonly #options: PoolOptions;
  readonly #spare: Record<Readiness, Promise<Session>[]> = { python: [], javascript: [] };
  readonly #target: Record<Readiness, number>;
  readonly #alive = new Set<Session>();
  #bare: Session | null = null;
  readonly #cases = new WeakMap<Session, { readonly ticket: number; readonly cpuMs: number }>();
  #timer: ReturnType<typeof setInterval> | undefined;
  #closed = false;
  #largest = 0;
  #looks = 0;
  #filled: Promise<boolean> | undefined;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#target = { python: options.image === null ? 0 : options.spare, javascript: 0 };
    if (options.first) {
      this.#adopt(options.first);
      this.#bare = options.first;
    }
    this.#refill("python");
  }
  /** Whether Python programs can run. */
  get hasPython(): boolean {
    return this.#options.image !== null;
  }
  /** Process ids of all runners. */
  get pids(): number[] {
    return [...this.#alive].map((session) => session.pid);
  }
  /** The largest resident memory of any runner so far, in bytes, as far as it was looked at. */
  get largestBytes(): number {
    return this.#largest;
  }

  /** A fresh runner. @throws {SandboxError} `start` (retryable) or `closed` */
  async take(kind: Readiness, heapBytes: number): Promise<Session> {
    // The first JavaScript program says that more will come.
    if (kind === "javascript") this.#target.javascript = 1;
    this.#timer ??= setInterval(() => void this.#look(), LOOK_MS);
    if (heapBytes === DEFAULT_LIMITS.heapBytes || kind === "python") {
      for (let waiting; (waiting = this.#spare[kind].shift()) !== undefined;) {
        const session = await waiting.catch(() => undefined);
        if (session === undefined || session.dead) continue;
        this.#refill(kind);
        return session;
      }
    }
    const session = await this.#start(kind, heapBytes);
    this.#refill(kind);
    return session;
  }

  /** Fetches what runners lack, if that is why one failed. @throws {SandboxError} `start` if it is not, or cannot be had. */
  async mend(failure: unknown): Promise<void> {
    if (!errorText(failure).includes(NOT_CACHED)) return;
    if (await (this.#filled ??= fillCache(this.#options.command))) {
      // Those that wait have looked at the cache as it was.
      for (const waiting of this.#spare.javascript.splice(0)) {
        waiting.then((session) => session.kill(), () => undefined);
      }
      return;
    }
    throw new SandboxError(
      "Cannot fetch the packages that run JavaScript and TypeScript; look at the network, try again",
      {
        code: "start",
        retryable: true,
        cause: failure,
      },
    );
  }

  /** Waits until the spare runners are ready; for measurements. */
  async warm(): Promise<void> {
    await Promise.all([...this.#spare.python, ...this.#spare.javascript]);
  }

  /** Ends all runners and waits until they are gone. */
  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    const all = [...this.#alive];
    for (const session of all) session.kill();
    await Promise.all(all.map((session) => session.ended()));
  }

  #refill(kind: Readiness): void {
    while (!this.#closed && this.#spare[kind].length < this.#target[kind]) {
      const started = this.#start(kind, DEFAULT_LIMITS.heapBytes);
      this.#spare[kind].push(started);
      // Whoever takes it starts another in its place.
      started.catch((error) => this.#closed || this.#options.log?.(errorText(error)));
    }
  }

  async #start(kind: Readiness, heapBytes: number): Promise<Session> {
    if (this.#closed) throw new SandboxError("The sandbox is closed", { code: "closed" });
    const { command, image } = this.#options;
    const session = this.#takeBare(heapBytes) ??
      await Session.start(command, { heapBytes, onSpawn: (one) => this.#adopt(one) });
    if (kind === "python" && image !== null) await session.load(image);
    return session;
  }

  #takeBare(heapBytes: number): Session | null {
    const bare = this.#bare;
    if (bare === null || bare.heapBytes !== heapBytes) return null;
    this.#bare = null;
    return bare.dead ? null : bare;
  }

  #adopt(session: Session): void {
    this.#alive.add(session);
    session.ended().then(() => this.#alive.delete(session));
  }

  async #look(): Promise<void> {
    const all = [...this.#alive];
    if (all.every((session) => session.current === null)) {
      clearInterval(this.#timer);
      this.#timer = undefined;
      return;
    }
    if (++this.#looks % CALM !== 0 && all.every((session) => session.current === null || !session.strict)) return;
    const found = await usageOf(all.map((session) => session.pid));
    for (const session of all) {
      const usage = found?.get(session.pid);
      if (usage === undefined) continue;
      this.#largest = Math.max(this.#largest, usage.residentBytes);
      Object.assign(session.usage, usage);
      if (usage.residentBytes > session.residentLimit) session.kill("resident memory");
      const { current } = session;
      if (current === null) continue;
      const before = this.#cases.get(session);
      if (before?.ticket !== current.ticket) this.#cases.set(session, { ticket: current.ticket, cpuMs: usage.cpuMs });
      else if (usage.cpuMs - before.cpuMs > current.cpuMs + CPU_SLACK_MS) session.kill("cpu");
    }
  }
}
