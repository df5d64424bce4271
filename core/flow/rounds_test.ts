import { deepEqual, equal, ok } from "node:assert/strict";
import type { State } from "../mechanism/types.ts";
import type { AskOutcome } from "../port/model.ts";
import type { AnswerRecord, RoundRow, Store } from "../port/store.ts";
import type { ValidateDeps } from "./deps.ts";
import { answered, asking, contender, FakeClock, FakeModel, WINDOW } from "./fake_test.ts";
import { canaryTask } from "./tasks.ts";
import { offeredIn, Rounds } from "./rounds.ts";

const PARALLEL = 2;
const ROUNDS = 24;

/** Rounds of one window between champion `a` and challengers `b` and `x`; `slow` takes its time over every task. */
async function run(slow: string) {
  const clock = new FakeClock();
  const started: number[] = [];
  const rows: RoundRow[] = [];
  const records: AnswerRecord[] = [];
  const store: Partial<Store> = {
    nextRound: () => Promise.resolve(rows.length),
    rounds: (from) => Promise.resolve(rows.slice(from)),
    recordsOf: (round) => Promise.resolve(records.filter((one) => one.round === round)),
    append: (more) => Promise.resolve(void records.push(...more)),
    putRound(row) {
      if (!rows[row.round]) started.push(clock.now());
      rows[row.round] = row;
      return Promise.resolve();
    },
  };
  const stop = new AbortController();
  const timeout: AskOutcome = { kind: "unanswered", detail: "timeout" };
  const model = new FakeModel(async (request) => {
    if (request.slug !== slow || canaries.has(request.prompt)) return answered("1");
    await clock.sleep(120_000);
    return timeout;
  });
  const plan = asking(model, { clock, signal: stop.signal });
  const canaries = new Set<string>();
  for (let round = 0; round < ROUNDS; round++) {
    for (let i = 0; i < 40; i++) canaries.add(canaryTask(plan, WINDOW, round, i).task.prompt);
  }
  const field = {
    contenders: ["a", "b", "x"].map((name, i) => contender(name, i + 1)),
    state: {
      champion: "a@1",
      away: [],
      duels: ["b@2", "x@3"].map((id) => ({ contender: id, state: "live" })),
    } as unknown as State,
  };
  const deps = {
    ...plan,
    store,
    parameters: { ...plan.parameters, roundsPerWindow: ROUNDS },
    log: () => {},
    onEvent: () => {},
  } as unknown as ValidateDeps;
  const rounds = new Rounds(deps, plan, {
    field,
    parallel: PARALLEL,
    onFatal: (error) => {
      throw error;
    },
  });
  await rounds.resume(0, () => WINDOW);
  await rounds.enter(WINDOW.window, () => Promise.resolve(WINDOW), field);
  await rounds.drain();
  return { rows, started, records };
}

Deno.test({
  name: "Rounds go on at their pace when a challenger is slow: it sits out while it owes too many answers",
  permissions: "none",
  async fn() {
    const { rows, started, records } = await run("x");
    equal(rows.length, ROUNDS);
    ok(started.at(-1)! < 300_000, `The last round started after ${started.at(-1)! / 1000} s`);
    deepEqual(rows.filter((row) => row.offered.includes("x@3")).map((row) => row.round), [0, 1]);
    ok(rows.every((row) => row.state === "complete" && row.offered.includes("b@2")));
    // What it was shown it owes to the end.
    const owed = records.filter((one) => one.contender === "x@3" && one.kind === "task");
    deepEqual(owed.map((one) => one.status), ["silent", "silent", "silent", "silent"]);
  },
});

Deno.test({
  name: "Rounds wait for a slow champion: without it there is no round",
  permissions: "none",
  async fn() {
    const { rows, started } = await run("a");
    equal(rows.length, ROUNDS);
    ok(started[2]! > 1_000_000 && started[2]! < 1_800_000, `The third round started after ${started[2]! / 1000} s`);
    ok(rows.every((row) => row.offered.includes("x@3")));
  },
});

Deno.test({
  name:
    "offeredIn() asks the champion first, then live challengers, then dark champions that may be back, if they are valid",
  permissions: "none",
  fn() {
    const contenders = ["a", "b", "x", "dark", "gone"].map((name, i) => contender(name, i + 1));
    const invalid = contenders.map((one) => one.id === "gone@5" ? { ...one, valid: false } : one);
    const state = {
      champion: "x@3",
      duels: [{ contender: "a@1", state: "terminated" }, { contender: "b@2", state: "live" }],
      away: [{ champion: "gone@5" }, { champion: "dark@4" }],
    } as unknown as State;
    deepEqual(offeredIn({ state, contenders }), ["x@3", "b@2", "gone@5", "dark@4"]);
    deepEqual(offeredIn({ state, contenders: invalid }), ["x@3", "b@2", "dark@4"]);
  },
});
