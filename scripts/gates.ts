/**
 * `deno task gates [--runs N] [--seed S] [--mutate NAME] [G1 …]`: the gates of mechanism section 8, each figure with its interval and its
 * goal. Ends with 1 if one is missed. `--mutate` measures a broken version, which must miss.
 * @module
 */
import { parseArgs } from "node:util";
import { type Column, formatTable } from "../cli/print.ts";
import { GATES } from "../core/sim/gates/list.ts";
import { type Finding, Lab } from "../core/sim/gates/lab.ts";
import { openPool } from "../core/sim/pool.ts";
import { type MutationName, MUTATIONS } from "../core/sim/rules/mutations.ts";

const COLUMNS: readonly Column<Finding>[] = [
  { title: "WHAT", cell: (one) => one.what },
  { title: "FIGURE", cell: (one) => one.figure },
  { title: "INTERVAL", cell: (one) => one.interval },
  { title: "GOAL", cell: (one) => one.goal },
  { title: "", cell: (one) => one.met ? "met" : "MISSED" },
];

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
  let met = 0, all = 0;
  for (const gate of chosen) {
    const started = performance.now();
    const findings = await gate.run(lab);
    const seconds = ((performance.now() - started) / 1000).toFixed(0);
    // One after the other, so that whoever stops it has what there is.
    console.log(`${gate.id}: ${gate.title} (${seconds} s)\n${formatTable(COLUMNS, findings)}`);
    met += findings.filter((one) => one.met).length;
    all += findings.length;
  }
  console.log(`${met} of ${all} goals met with ${runs} runs, seed ${values.seed}`);
  return met === all ? 0 : 1;
}

if (import.meta.main) {
  try {
    Deno.exit(await main(Deno.args));
  } catch (thrown) {
    console.error(`gates: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
    Deno.exit(2);
  }
}
