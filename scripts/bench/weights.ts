/** Weights from a journal of a million records, with the counts in its cache and without. @module */
import { runModule } from "./child.ts";
import { digits, type Figure } from "./figure.ts";
import type { Filled } from "./journal.ts";
import type { WeightsRun } from "./weights_run.ts";

const CONTENDERS = 256;
const ROUNDS_OF_RUNS = 5;

/** Seconds from opening to the weights, memory, and whether both ways give the same bytes. */
export async function weightsFromJournal(options: { readonly records: number }): Promise<Figure[]> {
  const folder = await Deno.makeTempDir({ prefix: "af-bench-" });
  const directory = `${folder}/journal`;
  try {
    const made = await runModule<Filled & { bytes: number; seconds: number }>("journal.ts", [
      directory,
      String(options.records),
      String(CONTENDERS),
    ]);
    const warm: WeightsRun[] = [];
    const dropped: WeightsRun[] = [];
    for (let i = 0; i < ROUNDS_OF_RUNS; i++) {
      warm.push(await runModule<WeightsRun>("weights_run.ts", [directory, "warm"]));
      dropped.push(await runModule<WeightsRun>("weights_run.ts", [directory, "dropped"]));
    }
    const all = [...warm, ...dropped];
    return [
      {
        name: "making the journal",
        unit: "s",
        values: [made.seconds],
        note:
          `${made.records} records in ${made.rounds} rounds, ${CONTENDERS} contenders (${made.live} live at the end), ${
            digits(made.bytes / 1e6)
          } MB`,
      },
      { name: "weights, counts cached", unit: "s", values: warm.map((run) => run.total), goal: { most: 0.5 } },
      ...parts(warm),
      { name: "weights, counts dropped", unit: "s", values: dropped.map((run) => run.total), goal: { most: 5 } },
      ...parts(dropped),
      {
        name: "different results of all runs",
        unit: "digests",
        values: [new Set(all.map((run) => run.digest)).size],
        goal: { most: 1 },
        note: `state and report ${all[0]!.digest.slice(0, 16)}…, ${all[0]!.live} live duels, payee uid ${
          all[0]!.payeeUid
        }`,
      },
      { name: "peak memory", unit: "MB", values: all.map((run) => run.rss / 1e6), goal: { most: 300 } },
    ];
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function parts(runs: readonly WeightsRun[]): Figure[] {
  const names = {
    open: "open the room, check pages",
    restore: "restore",
    count: "new outcomes and canaries",
    advance: "advance",
  };
  const steps = (["open", "restore", "count", "advance"] as const).map((key) => ({
    name: `  ${names[key]}`,
    unit: "s",
    values: runs.map((run) => run[key]),
  }));
  return [{ name: "  CPU of it", unit: "s", values: runs.map((run) => run.cpu) }, ...steps];
}
