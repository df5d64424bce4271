/** Resident memory and CPU time of processes, by one `ps` for all of them: Deno lets nobody read /proc. @module */

/** What a process uses. */
export interface Usage {
  readonly residentBytes: number;
  /** CPU time since its start, in milliseconds; Linux tells whole seconds. */
  readonly cpuMs: number;
}

/** Usage by process id; those that are gone are left out. Null where there is no `ps`. */
export async function usageOf(pids: readonly number[]): Promise<Map<number, Usage> | null> {
  if (pids.length === 0) return new Map();
  try {
    const { stdout } = await new Deno.Command("ps", {
      args: ["-o", "pid=,rss=,time=", "-p", pids.join(",")],
      stdin: "null",
      stderr: "null",
    }).output();
    return parsePs(new TextDecoder().decode(stdout));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** Reads `PID KIB [[D-]H:]M:S[.F]` lines. */
export function parsePs(text: string): Map<number, Usage> {
  const found = new Map<number, Usage>();
  for (const line of text.split("\n")) {
    const match = /^\s*(\d+)\s+(\d+)\s+(?:(\d+)-)?([\d:.]+)\s*$/.exec(line);
    if (!match) continue;
    const [, pid, kib, days, clock] = match;
    const seconds = clock!.split(":").reduce((sum, part) => 60 * sum + Number(part), 0) + 86_400 * Number(days ?? 0);
    found.set(Number(pid), { residentBytes: 1024 * Number(kib), cpuMs: 1000 * seconds });
  }
  return found;
}
