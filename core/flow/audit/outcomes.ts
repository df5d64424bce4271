/** Records of a batch as outcomes that count: who was asked, who was shown what, who passed. Pure. @module */
import type { AnswerRecord, CanaryCount, OutcomeBlock } from "../../port/store.ts";
import type { EnvVersion, Found, Rate } from "./types.ts";

const LOST = 2;
const NOT_SHOWN = 255;
const NOBODY = 65535;
/** Rounds that one batch may span: far more than a window ever has. */
const MOST_ROUNDS = 10_000;

/** What the records come to. */
export interface Outcomes {
  readonly outcomes: OutcomeBlock;
  readonly asked: Uint8Array;
  readonly canaries: readonly CanaryCount[];
  readonly rates: readonly Rate[];
  readonly found: readonly Found[];
}

/**
 * Counts records in canonical order. A round is complete if tasks of it were asked: then everybody whose canary was answered
 * must have one record in each environment. Null if the rounds span more than a window can have.
 */
export function outcomesOf(records: readonly AnswerRecord[], envs: readonly EnvVersion[]): Outcomes | null {
  const first = records[0]?.round ?? 0, rounds = records.length === 0 ? 0 : records.at(-1)!.round - first + 1;
  if (rounds > MOST_ROUNDS) return null;
  const names = [...new Set(records.map(({ contender }) => contender))].sort();
  const column = new Map(names.map((name, i) => [name, i]));
  const plane = new Map(envs.map(({ id }, i) => [id, i]));
  const width = names.length, depth = envs.length;
  const cells = new Uint8Array(rounds * width * depth).fill(NOT_SHOWN);
  const asked = new Uint8Array(rounds * width);
  const isComplete = new Uint8Array(rounds);
  const rates = new Map<string, { contender: string; env: string; passes: number; answers: number }>();
  for (const record of records) {
    const round = record.round - first;
    const row = round * width + column.get(record.contender)!;
    if (record.kind === "canary") {
      asked[row] = record.status === "answered" ? 2 : Math.max(1, asked[row]!);
      continue;
    }
    isComplete[round] = 1;
    const e = plane.get(record.env);
    if (e === undefined) continue;
    cells[row * depth + e] = record.status === "lost" ? LOST : record.score;
    if (record.status === "lost" || record.status === "silent") continue;
    const key = `${record.env} ${record.contender}`;
    const rate = rates.get(key) ?? { contender: record.contender, env: record.env, passes: 0, answers: 0 };
    rates.set(key, rate);
    rate.answers++;
    rate.passes += record.score;
  }
  const found: Found[] = [];
  const champions = new Uint16Array(rounds).fill(NOBODY);
  const offered = new Uint8Array(rounds * width);
  for (let r = 0; r < rounds; r++) {
    if (isComplete[r] === 0) continue;
    champions[r] = 0;
    for (let c = 0; c < width; c++) {
      const row = r * width + c;
      offered[row] = asked[row]! > 0 ? 1 : 0;
      settleRow(cells, row * depth, { asked: asked[row]!, envs, found, round: first + r, contender: names[c]! });
    }
  }
  return {
    outcomes: { first, rounds, contenders: names, envs: envs.map(({ id }) => id), cells, champions, offered },
    asked,
    canaries: countCanaries(asked, names),
    rates: [...rates.values()],
    found,
  };
}

/** A row of a complete round is whole, or empty for whoever was not shown it; what is neither is reported and made so. */
function settleRow(
  cells: Uint8Array,
  at: number,
  { asked, envs, found, round, contender }: {
    readonly asked: number;
    readonly envs: readonly EnvVersion[];
    readonly found: Found[];
    readonly round: number;
    readonly contender: string;
  },
): void {
  const row = cells.subarray(at, at + envs.length);
  const missing = row.indexOf(NOT_SHOWN);
  if (asked === 2) {
    if (missing < 0) return;
    const env = envs[missing]!.id;
    const text =
      `Round ${round} has no record of ${contender} in ${env}, though its canary was answered: a record is missing`;
    found.push({ rule: "rounds", at: { round, contender, env }, text });
    // What was shown is never dropped.
    row.forEach((value, e) => row[e] = value === NOT_SHOWN ? 0 : value);
    return;
  }
  if (row.every((value) => value === NOT_SHOWN)) return;
  const why = asked === 1 ? "though its canary was not answered" : "without a canary";
  found.push({ rule: "rounds", at: { round, contender }, text: `In round ${round} ${contender} was asked ${why}` });
  row.fill(NOT_SHOWN);
}

function countCanaries(asked: Uint8Array, names: readonly string[]): CanaryCount[] {
  const sent = new Uint32Array(names.length), answered = new Uint32Array(names.length);
  asked.forEach((value, i) => {
    if (value > 0) sent[i % names.length]!++;
    if (value === 2) answered[i % names.length]!++;
  });
  return names.map((contender, i) => ({ contender, sent: sent[i]!, answered: answered[i]! }))
    .filter((one) => one.sent > 0);
}

/** Rounds that nobody took part in. */
export function absent(first: number, rounds: number): OutcomeBlock {
  const champions = new Uint16Array(rounds).fill(NOBODY);
  return { first, rounds, contenders: [], envs: [], cells: new Uint8Array(), champions, offered: new Uint8Array() };
}
