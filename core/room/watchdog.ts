/**
 * The watchdog inside a runner: a Worker that ends the whole process when the broker is gone or a limit is passed while the main
 * thread is busy with a program and looks at nothing. It needs no right: a process may always kill itself. @module
 */
import { RoomError } from "../base/errors.ts";

/** Where the main thread tells the watchdog what to watch: slots of a shared array of numbers. */
const SLOT = { round: 0, strict: 1, wallMs: 2, cpuMs: 3, heapBytes: 4, residentBytes: 5, slots: 6 } as const;
/** What begins the line on standard error with which a watchdog names the limit that it ends its process for. */
export const LIMIT_LINE = "af-limit: ";
/** What the watchdog writes to learn whether anybody is there; not part of any message. */
export const HEARTBEAT = "\0";

/** What a case may take. */
export interface Watched {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly heapBytes: number;
  readonly residentBytes: number;
}

/** A watchdog that watches. */
export interface Watchdog {
  /** From here on it looks often, for programs that run outside of an engine with its own checks. */
  strict(): void;
  /** A case begins. */
  begin(limits: Watched): void;
  /** The case has ended. */
  end(): void;
}

/** How long its Worker may take to start before a second one is tried, and how often that is done. */
const START_MS = 2_000;
const STARTS = 5;

/**
 * Starts the watchdog and waits until it watches. Call it before anything of a program is read.
 * @throws {RoomError} if no Worker starts; one was seen now and then to hang before its module ran, on a busy machine.
 */
export async function startWatchdog(): Promise<Watchdog> {
  const slots = new Float64Array(new SharedArrayBuffer(8 * SLOT.slots));
  const bell = new Int32Array(new SharedArrayBuffer(4));
  for (let i = 0; !(await startWorker(slots, bell)); i++) {
    if (i === STARTS) {
      throw new RoomError("The watchdog of a runner does not start", { code: "not_ready", retryable: true });
    }
  }
  let rounds = 0;
  return {
    strict() {
      slots[SLOT.strict] = 1;
      Atomics.add(bell, 0, 1);
      Atomics.notify(bell, 0);
    },
    begin({ wallMs, cpuMs, heapBytes, residentBytes }) {
      slots[SLOT.wallMs] = wallMs;
      slots[SLOT.cpuMs] = cpuMs;
      slots[SLOT.heapBytes] = heapBytes;
      slots[SLOT.residentBytes] = residentBytes;
      slots[SLOT.round] = ++rounds;
    },
    end() {
      slots[SLOT.round] = 0;
    },
  };
}

/** Whether the Worker has started in time. */
async function startWorker(slots: Float64Array, bell: Int32Array): Promise<boolean> {
  const source = `(${watch})(${JSON.stringify(SLOT)})`;
  const url = `data:application/javascript,${encodeURIComponent(source)}`;
  const worker = new Worker(url, { type: "module", name: "watchdog" });
  const ready = Promise.withResolvers<boolean>();
  worker.onmessage = () => ready.resolve(true);
  worker.onerror = (event) => ready.reject(new RoomError(`The watchdog of a runner failed: ${event.message}`));
  const timer = setTimeout(() => ready.resolve(false), START_MS);
  worker.postMessage({ shared: slots.buffer, bell: bell.buffer, line: LIMIT_LINE, beat: HEARTBEAT });
  try {
    const started = await ready.promise;
    if (!started) worker.terminate();
    return started;
  } finally {
    clearTimeout(timer);
  }
}

/** Runs in the Worker, as source text: it must stand by itself. */
function watch(slot: Record<string, number>): void {
  const SLOW_MS = 250;
  const STRICT_MS = 20;
  /** What the main thread may be late with the end that it makes itself, in milliseconds. */
  const LATE_MS = 150;
  const encoder = new TextEncoder();
  // A Worker makes this object when it is first asked for, for 15 ms of CPU: a runner of short cases never asks.
  const node = () =>
    (globalThis as unknown as { process: { abort(): void; cpuUsage(): { user: number; system: number } } }).process;
  const end = () => {
    try {
      Deno.kill(Deno.pid, "SIGKILL");
    } catch {
      // Deno 2.6 wants the right to run programs even for this, but lets a Worker abort; 2.9 has it the other way round.
      node().abort();
    }
  };
  self.onmessage = (event: MessageEvent) => {
    const { shared, bell, line, beat } = event.data;
    const slots = new Float64Array(shared);
    const rings = new Int32Array(bell);
    const die = (text: string) => {
      try {
        if (text !== "") Deno.stderr.writeSync(encoder.encode(text));
      } finally {
        end();
      }
    };
    const pulse = encoder.encode(beat);
    const at = (name: string) => slots[slot[name]!]!;
    const cpu = () => {
      const { user, system } = node().cpuUsage();
      return (user + system) / 1000;
    };
    postMessage("ready");
    let [round, since, cpuAtStart, beaten, idle] = [0, 0, 0, 0, Deno.memoryUsage().rss];
    for (;;) {
      const strict = at("strict") === 1;
      Atomics.wait(rings, 0, Atomics.load(rings, 0), strict ? STRICT_MS : SLOW_MS);
      const now = performance.now();
      if (now - beaten >= SLOW_MS) {
        beaten = now;
        try {
          Deno.stderr.writeSync(pulse);
        } catch {
          // The pipe is broken: the broker is gone.
          die("");
        }
      }
      const current = at("round");
      if (current !== round) {
        [round, since] = [current, now];
        // Where an engine counts CPU time itself, the count here may begin a look later.
        cpuAtStart = strict ? cpu() : -1;
        if (current === 0) idle = Math.max(idle, Math.min(idle * 1.5, Deno.memoryUsage().rss));
        continue;
      }
      if (round === 0) continue;
      if (now - since > at("wallMs") + LATE_MS) die(`${line}wall\n`);
      if (cpuAtStart < 0) cpuAtStart = cpu();
      if (cpu() - cpuAtStart > at("cpuMs") + LATE_MS) die(`${line}cpu\n`);
      const { rss } = Deno.memoryUsage();
      if (rss > at("residentBytes")) die(`${line}resident memory\n`);
      // Where V8 was not told the limit (in an executable), and for what is not on its heap.
      if (strict && rss - idle > at("heapBytes") + (64 << 20)) die(`${line}heap\n`);
    }
  };
}
