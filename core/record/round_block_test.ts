import { deepEqual, equal, throws } from "node:assert/strict";
import { Tally } from "../mechanism/tally.ts";
import type { AnswerRecord } from "../port/store.ts";
import { compareRecords } from "./batch.ts";
import {
  addCanaries,
  cutRounds,
  onlyKnown,
  outcomesOf,
  packRounds,
  type RoundExpectation,
  type RoundRefusal,
  roundsOf,
  unpackRounds,
} from "./round_block.ts";
import { canarySeed, taskId, taskSeed } from "./seed.ts";
import { NETUID, testRecord } from "./testing.ts";

const ENVS = [{ id: "logic", version: "1" }, { id: "math", version: "2" }];
const BASE: RoundExpectation = {
  netuid: NETUID,
  validator: "5Validator",
  window: 5,
  blockHash: `0x${"cd".repeat(32)}`,
  salt: "ab".repeat(32),
  nextRound: 9,
  windowBlocks: 20,
  roundsPerWindow: 4,
  envs: ENVS,
};

function record(round: number, contender: string, fields: Partial<AnswerRecord>): AnswerRecord {
  const { salt, blockHash, netuid, validator } = BASE;
  const kind = fields.kind ?? "task";
  const { id: env, version } = kind === "canary" ? ENVS[round % 2]! : ENVS.find(({ id }) => id === fields.env)!;
  const input = { salt, blockHash, netuid, validator, env, version, index: round };
  const task = taskId(kind === "task" ? taskSeed(input) : canarySeed(input));
  const text = kind === "task" ? {} : { answer: "", score: 0 as const };
  return testRecord("5Validator", { round, contender, env, version, task, kind, ...text, ...fields });
}

/** Round 9 was asked of a and b (c was absent), round 11 had no champion, round 10 left no record. */
function sound(): AnswerRecord[] {
  return [
    ...["5a@1", "5b@2"].flatMap((id) => [
      record(9, id, { kind: "canary" }),
      record(9, id, { env: "logic" }),
      record(9, id, id === "5a@1" ? { env: "math", score: 0 } : { env: "math", status: "lost", answer: "", score: 0 }),
    ]),
    record(9, "5c@3", { kind: "canary", status: "absent" }),
    record(11, "5a@1", { kind: "canary", status: "absent" }),
    record(11, "5b@2", { kind: "canary" }),
  ].sort(compareRecords);
}

Deno.test({
  name: "roundsOf() finds who was offered, shown and passed what, and packs it without loss",
  permissions: "none",
  fn() {
    const block = roundsOf(sound(), BASE);
    equal(block.rounds, 3);
    const outcomes = outcomesOf(block);
    deepEqual([...outcomes.champions], [0, 65535, 65535]);
    deepEqual([...outcomes.offered], [1, 1, 1, 0, 0, 0, 0, 0, 0]);
    deepEqual([...outcomes.cells.slice(0, 6)], [1, 0, 1, 2, 255, 255]);
    const tally = new Tally(["logic", "math"], 9);
    tally.append(outcomes);
    equal(tally.counts("5b@2", "5a@1", "logic", 9, 12).n, 1);
    const counts = new Map();
    addCanaries(counts, block, 9, 12);
    deepEqual([...counts.values()].map(({ contender, sent, answered }) => [contender, sent, answered]).sort(), [
      ["5a@1", 2, 1],
      ["5b@2", 2, 2],
      ["5c@3", 1, 0],
    ]);
    deepEqual(unpackRounds(packRounds(block)), block);
    const nothing = roundsOf([], BASE);
    deepEqual([nothing.first, nothing.rounds], [9, 0]);
    deepEqual(unpackRounds(packRounds(nothing)), nothing);
  },
});

Deno.test({
  name: "roundsOf() refuses records that no round can have left",
  permissions: "none",
  fn() {
    const change = (at: (record: AnswerRecord) => boolean, fields: Partial<AnswerRecord>) =>
      sound().map((one) => at(one) ? { ...one, ...fields } : one).sort(compareRecords);
    const isMath = ({ kind, env, contender }: AnswerRecord) =>
      kind === "task" && env === "math" && contender === "5a@1";
    const cases: [RoundRefusal, readonly AnswerRecord[], Partial<RoundExpectation>?][] = [
      ["round", sound(), { nextRound: 10 }],
      ["round", sound(), { roundsPerWindow: 2 }],
      ["round_env", change(isMath, { version: "1" })],
      ["round_env", change(isMath, { env: "other" })],
      ["round_task", change(isMath, { task: "00".repeat(32) })],
      ["round_task", sound(), { salt: "ac".repeat(32) }],
      ["round_shown", sound().filter((one) => !isMath(one))],
      [
        "round_shown",
        change(({ kind, round, contender }) => kind === "canary" && round === 9 && contender === "5b@2", {
          status: "absent",
        }),
      ],
      ["round_shown", change(({ contender }) => contender === "5c@3", { status: "answered" })],
      ["round_contender", change(({ contender }) => contender === "5c@3", { contender: "5c@120" })],
    ];
    for (const [code, records, expectation] of cases) {
      throws(() => roundsOf(records, { ...BASE, ...expectation }), { code }, code);
    }
  },
});

Deno.test({
  name: "cutRounds() and onlyKnown() keep what they are asked for, and counts with it",
  permissions: "none",
  fn() {
    const block = roundsOf(sound(), BASE);
    deepEqual(cutRounds(block, 9, 12), block);
    const cut = outcomesOf(cutRounds(block, 10, 12));
    deepEqual([cut.first, cut.rounds, ...cut.champions], [10, 2, 65535, 65535]);
    throws(() => cutRounds(block, 8, 10), RangeError);
    throws(() => cutRounds(block, 9, 13), RangeError);
    const known = onlyKnown(block, new Set(["5b@2", "5z@9"]));
    deepEqual(known.contenders, ["5b@2"]);
    deepEqual([...known.cells.slice(0, 2)], [1, 2]);
    deepEqual([...known.canaries], [2, 0, 2]);
    equal(onlyKnown(block, new Set(block.contenders)), block);
    equal(onlyKnown(block, new Set()).cells.length, 0);
    const tally = new Tally(["logic", "math"], 9);
    tally.append(outcomesOf(known));
    equal(tally.shown("5b@2", 9, 12), 1);
  },
});
