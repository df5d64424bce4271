/** The table of contenders, for `af rank` and for the end of `af validate`. @module */
import type { Standings } from "../core/flow/standing.ts";
import type { PassRate } from "../core/mechanism/frontier.ts";
import type { Weight } from "../core/port/chain.ts";
import type { Column, Print } from "./print.ts";
import { clean } from "./width.ts";

type Row = Standings["rows"][number];

/** Epochs of pay that are left to somebody for what it added. */
const TENURE: Column<Row> = {
  title: "TENURE",
  cell: (row) => row.tenure > 0 ? String(row.tenure) : "",
  align: "right",
};

/** Weights as they read back from the chain. */
export interface SetWeights {
  readonly epoch: number;
  readonly block: number;
  readonly readBack: readonly Weight[];
}

/** Prints the standings: a table and the sentences for people, one object for programs. */
export function printStandings(
  print: Print,
  standings: Standings | null,
  options: { weights?: SetWeights | null } = {},
): void {
  const weights = options.weights ?? null;
  if (standings === null) return print.answer("No epoch has been settled yet", { standings: null, weights });
  if (print.json) return print.data({ standings, weights });
  print.table(columns(standings), standings.rows);
  const [from, to] = standings.rounds;
  const lines = [
    `* = on the Pareto frontier (undominated); rates over rounds ${from} to ${to - 1}, with 95 % intervals`,
    "",
  ];
  for (const one of standings.rows) {
    // A sentence holds what strangers wrote: it must not begin a line of its own.
    lines.push(clean(`uid ${one.uid} ${one.model || one.hotkey}: ${withUids(one.reason, standings.rows)}`));
  }
  const paid = clean(withUids(pay(standings), standings.rows));
  lines.push("", `Epoch ${standings.epoch}, reign ${standings.reign}: ${paid}`);
  if (weights) {
    lines.push(`Weights ${JSON.stringify(weights.readBack)} read back from the chain, set in block ${weights.block}`);
  }
  print.text(lines.join("\n"));
}

/** A sentence with `uid 3` in place of contender ids, which nobody can read. */
export function withUids(text: string, contenders: readonly { readonly id: string; readonly uid: number }[]): string {
  return contenders.reduce((out, { id, uid }) => out.replaceAll(id, `uid ${uid}`), text);
}

function pay({ payeeUid, payReason }: Standings): string {
  return payeeUid === null ? `no weights, ${payReason}` : `the whole weight on uid ${payeeUid}, ${payReason}`;
}

function columns({ envs, rows }: Standings): Column<Row>[] {
  const hasTenure = rows.some((row) => row.tenure > 0);
  return [
    { title: "UID", cell: (row) => String(row.uid), align: "right" },
    { title: "MODEL", cell: (row) => row.model || "(invalid commitment)", shrink: true },
    ...envs.map((env, e): Column<Row> => ({ title: env.toUpperCase(), cell: (row) => rate(row.rates[e]!) })),
    { title: "PARETO", cell: (row) => row.rates.some((one) => one.rounds > 0) && row.dominatedBy === null ? "*" : "" },
    { title: "DUEL", cell: (row) => row.duel },
    ...(hasTenure ? [TENURE] : []),
    { title: "WEIGHT", cell: (row) => row.weight ? "1" : "0", align: "right" },
  ];
}

function rate({ rate, low, high, rounds }: PassRate): string {
  if (rounds === 0) return "-";
  return `${percent(rate)} [${percent(low)}-${percent(high)}] n=${rounds}`;
}

function percent(share: number): string {
  return `${Math.round(100 * share)}%`;
}
