/** Programs of the bench that run in a process of their own, so that one measurement is not in the memory or the time of another. @module */
import { join } from "node:path";

/** Root of the house. */
export const ROOT: string = join(import.meta.dirname!, "..", "..");

/** Runs a module of this folder and reads the JSON that it prints last. @throws {Error} with what it wrote, if it fails. */
export async function runModule<T>(
  name: string,
  args: readonly string[],
  options: { readonly flags?: readonly string[] } = {},
): Promise<T> {
  const module = join(import.meta.dirname!, name);
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", ...options.flags ?? [], module, ...args],
    cwd: ROOT,
    stdin: "null",
  }).output();
  if (!success) throw new Error(`Bench program ${name} failed: ${new TextDecoder().decode(stderr).trim()}`);
  return JSON.parse(new TextDecoder().decode(stdout).trim().split("\n").at(-1)!) as T;
}

/** Largest resident size of this process so far, in bytes; where the system does not tell, the size now. */
export function peakRss(): number {
  if (Deno.build.os !== "linux") return Deno.memoryUsage().rss;
  const kilobytes = /^VmHWM:\s*(\d+) kB$/m.exec(Deno.readTextFileSync("/proc/self/status"))?.[1];
  return kilobytes === undefined ? Deno.memoryUsage().rss : Number(kilobytes) * 1024;
}

/** The executable that `deno task compile` makes. */
export const BINARY: string = join(ROOT, "build", Deno.build.os === "windows" ? "af.exe" : "af");

/** Whether there is a file. */
export async function isFile(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch (thrown) {
    if (thrown instanceof Deno.errors.NotFound) return false;
    throw thrown;
  }
}
