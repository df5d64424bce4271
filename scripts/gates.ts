/**
 * `deno task gates [--runs N] [--seed S] [--mutate NAME] [G1 …]`: the gates of mechanism section 8, each figure with its interval and its
 * goal. Ends with 1 if one is missed. `--mutate` measures a broken version, which must miss.
 * @module
 */
import { parseArgs } from "node:util";
import { formatTable } from "../cli/print.ts";
import { GATES } from "../core/sim/gates/list.ts";
import { type Finding, Lab } from "../core/sim/gates/lab.ts";
import { openPool } from "../core/sim/pool.ts";
import { type MutationName, MUTATIONS } from "../core/sim/rules/mutations.ts";

interface Line extends Finding {
  readonly gate: string;
}

function mutationOf(name: string | undefined): MutationName | undefined {
  if (name === undefined || Object.hasOwn(MUTATIONS, name)) return name as MutationName | undefined;
  throw new TypeError(`There is no mutation ${name}; there are ${Object.keys(MUTATIONS).join(", ")}`);
}

async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      runs: { type: "string", default: "200" },
      seed: { type: "string", default: "gates" },
      mutate: { type: "string" },
    },
  });
  const runs = Number(values.runs), mutate = mutationOf(values.mutate);
  if (!Number.isSafeInteger(runs) || runs < 1) {
    throw new TypeError(`--runs must be a whole number from 1, not ${values.runs}`);
  }
  const unknown = positionals.find((id) => !GATES.some((gate) => gate.id === id.toUpperCase()));
  if (unknown !== undefined) {
    throw new TypeError(`There is no gate ${unknown}; there are ${GATES.map(({ id }) => id).join(", ")}`);
  }
  const chosen = GATES.filter(({ id }) =>
    positionals.length === 0 || positionals.some((one) => one.toUpperCase() === id)
  );
  if (mutate) console.log(`Mutated, ${MUTATIONS[mutate].about}: the gates that see it must miss\n`);
  using pool = await openPool();
  const lab = new Lab({ hands: pool, seed: values.seed, runs, ...(mutate ? { mutate } : {}) });
  const lines: Line[] = [];
  for (const gate of chosen) {
    const started = performance.now();
    const findings = await gate.run(lab);
    lines.push(...findings.map((one, i) => ({ ...one, gate: i === 0 ? gate.id : "" })));
    console.error(`${gate.id} ${gate.title}: ${((performance.now() - started) / 1000).toFixed(0)} s`);
  }
  console.log(formatTable([
    { title: "GATE", cell: (line: Line) => line.gate },
    { title: "WHAT", cell: (line) => line.what },
    { title: "FIGURE", cell: (line) => line.figure },
    { title: "INTERVAL", cell: (line) => line.interval },
    { title: "GOAL", cell: (line) => line.goal },
    { title: "", cell: (line) => line.met ? "met" : "MISSED" },
  ], lines));
  const missed = lines.filter(({ met }) => !met).length;
  console.log(`${lines.length - missed} of ${lines.length} goals met with ${runs} runs, seed ${values.seed}`);
  return missed === 0 ? 0 : 1;
}

if (import.meta.main) {
  try {
    Deno.exit(await main(Deno.args));
  } catch (thrown) {
    console.error(`gates: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
    Deno.exit(2);
  }
}
