/** How fast `af --help` starts, from source and as executable, and how large the executable is. @module */
import { join } from "node:path";
import { BINARY, isFile, ROOT } from "./child.ts";
import type { Figure } from "./figure.ts";

const PAIRS = 15;

async function milliseconds(program: string, args: readonly string[]): Promise<number> {
  const start = performance.now();
  const { success } = await new Deno.Command(program, {
    args: [...args],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).output();
  if (!success) throw new Error(`Bench program ${program} ${args.join(" ")} failed`);
  return performance.now() - start;
}

/** Start of `af --help` against the start of an empty script, by turns, so that both meet the same noise. */
export async function helpStart(): Promise<Figure[]> {
  const empty = await Deno.makeTempFile({ suffix: ".ts" });
  const deno = Deno.execPath();
  const starts = [
    { name: "af --help from source", program: deno, args: ["run", "-A", join(ROOT, "main.ts"), "--help"] },
    ...(await isFile(BINARY) ? [{ name: "build/af --help", program: BINARY, args: ["--help"] }] : []),
  ];
  const base: number[] = [];
  const times = starts.map(() => [] as number[]);
  try {
    // The first start fills caches of the system and of Deno.
    for (const { program, args } of starts) await milliseconds(program, args);
    await milliseconds(deno, ["run", empty]);
    for (let pair = 0; pair < PAIRS; pair++) {
      base.push(await milliseconds(deno, ["run", empty]));
      for (const [i, { program, args }] of starts.entries()) times[i]!.push(await milliseconds(program, args));
    }
  } finally {
    await Deno.remove(empty);
  }
  return [
    { name: "an empty script", unit: "ms", values: base },
    ...starts.flatMap(({ name }, i) => [
      { name, unit: "ms", values: times[i]!, goal: { most: 100 } },
      {
        name: `${name} / empty script`,
        unit: "times",
        values: times[i]!.map((time, pair) => time / base[pair]!),
        goal: { most: 5 },
      },
    ]),
  ];
}

/** Size of build/af, if it is there. */
export async function sizeOfBinary(): Promise<Figure[]> {
  if (!await isFile(BINARY)) return [];
  const { size } = await Deno.stat(BINARY);
  return [{ name: "build/af", unit: "MB", values: [size / 1e6], goal: { most: 170 } }];
}
