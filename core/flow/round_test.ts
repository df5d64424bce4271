import { deepEqual, equal } from "node:assert/strict";
import type { AskOutcome } from "../port/model.ts";
import type { AnswerRecord, RoundRow, Store } from "../port/store.ts";
import { Appender } from "./appender.ts";
import { answered, asking, contender, FakeClock, FakeModel, WINDOW } from "./fake_test.ts";
import { runRound } from "./round.ts";

/** A round of champion `a` and challenger `b`; `answer` decides by slug and running time. */
async function run(
  answer: (slug: string, now: number) => AskOutcome,
  names: readonly string[] = ["a", "b"],
  gone: readonly string[] = [],
) {
  const clock = new FakeClock();
  const records: AnswerRecord[] = [];
  const rows: RoundRow[] = [];
  const store = {
    recordsOf: () => Promise.resolve([...records]),
    append: (more: readonly AnswerRecord[]) => Promise.resolve(void records.push(...more)),
    putRound: (row: RoundRow) => Promise.resolve(void rows.push(row)),
  } as Partial<Store> as Store;
  const plan = asking(new FakeModel((request) => answer(request.slug, clock.now())), { clock });
  const contenders = new Map(names.map((name, i) => [`${name}@${i + 1}`, contender(name, i + 1)]));
  const row: RoundRow = {
    round: 4,
    window: WINDOW.window,
    state: "open",
    champion: "a@1",
    offered: [...contenders.keys(), ...gone],
    shown: null,
  };
  const deps = { asking: plan, store, appender: new Appender(store), onRecord: () => {} };
  const end = await runRound(deps, { window: WINDOW, round: 4 }, row, contenders);
  return { end, records, rows, waited: clock.now() };
}

const refused: AskOutcome = { kind: "unanswered", detail: "http 402" };
const down: AskOutcome = { kind: "unanswered", detail: "http 503" };

Deno.test({
  name: "runRound() makes it durable who is shown the tasks before they leave, and shows them to nobody absent",
  permissions: "none",
  async fn() {
    const { end, records, rows } = await run((slug) => slug === "b" ? down : answered("1"));
    equal(end.state, "complete");
    deepEqual(rows.map(({ shown, state }) => [shown, state]), [[["a@1"], "open"], [["a@1"], "complete"]]);
    deepEqual(records.filter((one) => one.kind === "task").map((one) => one.contender), ["a@1", "a@1"]);
    equal(records.find((one) => one.contender === "b@2")!.status, "absent");
  },
});

Deno.test({
  name: "runRound() is no round when the champion is absent",
  permissions: "none",
  async fn() {
    const { end, records, rows } = await run((slug) => slug === "a" ? down : answered("1"));
    equal(end.state, "absent");
    deepEqual(rows.map(({ state }) => state), ["absent"]);
    equal(records.filter((one) => one.kind === "task").length, 0);
  },
});

Deno.test({
  name: "runRound() waits while the host refuses the validator for everybody: nobody is absent because of our key",
  permissions: "none",
  async fn() {
    const { end, records } = await run((_, now) => now < 200_000 ? refused : answered("1"));
    equal(end.state, "complete");
    deepEqual(records.filter((one) => one.kind === "canary").map((one) => one.status), ["answered", "answered"]);
  },
});

Deno.test({
  name: "runRound() takes a single contender that answers 403 for absent: it could do so by itself",
  permissions: "none",
  async fn() {
    equal((await run(() => refused, ["a"])).end.state, "absent");
    const mixed = await run((slug) => slug === "a" ? refused : answered("1"));
    equal(mixed.end.state, "absent");
  },
});

Deno.test({
  name:
    "runRound() records who has gone as absent: whoever counts from the records alone must find everybody who was offered it",
  permissions: "none",
  async fn() {
    const { records, rows } = await run(() => answered("1"), ["a", "b"], ["c@9"]);
    deepEqual(rows.at(-1)!.shown, ["a@1", "b@2"]);
    const canaries = records.filter((one) => one.kind === "canary");
    deepEqual(canaries.map(({ contender, status }) => `${contender} ${status}`).sort(), [
      "a@1 answered",
      "b@2 answered",
      "c@9 absent",
    ]);
    equal(new Set(canaries.map(({ env, task }) => `${env} ${task}`)).size, 1);
  },
});
