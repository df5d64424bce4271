/** CPU time of this process and of everything that it started, the dead included. Linux only. @module */

/** One process as /proc shows it. */
interface Seen {
  readonly parent: number;
  /** User and system time of all its threads, in ticks. */
  readonly own: number;
  /** The same of its children that have ended and were waited for. */
  readonly ended: number;
}

/** Milliseconds of a tick: 100 a second wherever Linux runs. */
const TICK_MS = 10;

/** Milliseconds of CPU, to about 10. */
export function treeCpuMs(): number {
  const seen = new Map<number, Seen>();
  for (const { name } of Deno.readDirSync("/proc")) {
    const process = /^\d+$/.test(name) ? look(name) : null;
    if (process) seen.set(Number(name), process);
  }
  const inTree = (pid: number): boolean => {
    for (let at: number | undefined = pid; at !== undefined && at > 1; at = seen.get(at)?.parent) {
      if (at === Deno.pid) return true;
    }
    return false;
  };
  let ticks = 0;
  for (const [pid, { own, ended }] of seen) if (inTree(pid)) ticks += own + ended;
  return ticks * TICK_MS;
}

function look(pid: string): Seen | null {
  try {
    const fields = Deno.readTextFileSync(`/proc/${pid}/stat`).replace(/^.*\) /s, "").split(" ").map(Number);
    return { parent: fields[1]!, own: fields[11]! + fields[12]!, ended: fields[13]! + fields[14]! };
  } catch (thrown) {
    // It ended meanwhile.
    if (thrown instanceof Deno.errors.NotFound || /os error 3\b/.test(String(thrown))) return null;
    throw thrown;
  }
}
