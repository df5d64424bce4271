/** How fast `af --help` starts, from source and as executable, and how large the executable is. @module */
import { join } from "node:path";
import type { Figure } from "../bench.ts";

async function median(program: string, args: readonly string[], times = 21): Promise<number> {
  const taken: number[] = [];
  for (let i = 0; i < times; i++) {
    const start = performance.now();
    const { success } = await new Deno.Command(program, { args: [...args], stdout: "null", stderr: "null" }).output();
    if (!success) throw new Error(`${program} ${args.join(" ")} failed`);
    taken.push(performance.now() - start);
  }
  return taken.sort((a, b) => a - b)[times >> 1]!;
}

/** Start of `af --help` against the start of an empty script. */
export async function helpStart(root: string): Promise<Figure[]> {
  const empty = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    const base = await median(Deno.execPath(), ["run", "--no-check", empty]);
    const source = await median(Deno.execPath(), ["run", "-A", "--no-check", join(root, "main.ts"), "--help"]);
    const goal = "at most 5 times an empty script, under 100 ms";
    const tell = (ms: number) =>
      `${ms.toFixed(0)} ms, ${(ms / base).toFixed(1)} times an empty script (${base.toFixed(0)} ms)`;
    const out = [{ what: "af --help from source", value: tell(source), goal }];
    const binary = join(root, "build", "af");
    if (await exists(binary)) {
      out.push({ what: "build/af --help", value: tell(await median(binary, ["--help"])), goal });
    }
    return out;
  } finally {
    await Deno.remove(empty);
  }
}

/** Size of build/af, if it is there. */
export async function sizeOfBinary(root: string): Promise<Figure[]> {
  const binary = join(root, "build", "af");
  const value = await exists(binary)
    ? `${((await Deno.stat(binary)).size / 1e6).toFixed(1)} MB`
    : "not compiled; run deno task compile first";
  return [{ what: "size of the executable", value, goal: "at most 170 MB with everything embedded" }];
}

async function exists(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch (thrown) {
    if (thrown instanceof Deno.errors.NotFound) return false;
    throw thrown;
  }
}
