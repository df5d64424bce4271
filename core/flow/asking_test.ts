import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import type { AskOutcome } from "../port/model.ts";
import { checkRecord } from "../record/record.ts";
import { askCanary, askTask } from "./asking.ts";
import { answered, asking, contender, FakeClock, FakeModel, WINDOW } from "./fake_test.ts";
import { roundTasks } from "./tasks.ts";

const place = { window: WINDOW, round: 7 };
const down: AskOutcome = { kind: "unanswered", detail: "http 503" };

Deno.test({
  name: "askCanary() is answered by the second try when the first fails, 20 s later",
  permissions: "none",
  async fn() {
    const clock = new FakeClock();
    const model = new FakeModel((_, count) => count === 1 ? down : answered("x"));
    const record = await askCanary(asking(model, { clock }), place, contender("a"));
    equal(record.status, "answered");
    equal(record.kind, "canary");
    equal(clock.now(), 20_000);
    deepEqual(record.attempts.map((one) => one.outcome), ["http 503", "answered"]);
  },
});

Deno.test({
  name: "askCanary() is absent when all three tries fail, and does not wait after the last",
  permissions: "none",
  async fn() {
    const clock = new FakeClock();
    const model = new FakeModel(() => down);
    const record = await askCanary(asking(model, { clock }), place, contender("a"));
    equal(record.status, "absent");
    equal(model.asked.length, 3);
    equal(clock.now(), 40_000);
  },
});

Deno.test({
  name: "askCanary() takes a slow first try that is answered after the second was sent",
  permissions: "none",
  async fn() {
    const clock = new FakeClock();
    const model = new FakeModel(async (_, count) => {
      await clock.sleep(count === 1 ? 30_000 : 500_000);
      return count === 1 ? answered("x") : down;
    });
    const record = await askCanary(asking(model, { clock }), place, contender("a"));
    equal(record.status, "answered");
    equal(model.asked.length, 2);
  },
});

Deno.test({
  name: "askTask() grades an answer with the task's own key",
  permissions: "none",
  async fn() {
    const model = new FakeModel((request) => answered(request.prompt.replaceAll(/\D/g, "")));
    const plan = asking(model);
    const [task] = roundTasks(plan, WINDOW, 7);
    const record = await askTask(plan, place, contender("a"), task!);
    equal(record.score, 1);
    equal(record.status, "answered");
    equal(record.task, task!.id);
    equal(record.attempts.length, 1);
  },
});

Deno.test({
  name: "askTask() scores 0 and asks no second time when the answer is refused, unparsable or over the limit",
  permissions: "none",
  async fn() {
    for (const kind of ["refused", "unparsable", "over_limit"] as const) {
      const model = new FakeModel(() => ({ kind, detail: "x" }));
      const plan = asking(model);
      const record = await askTask(plan, place, contender("a"), roundTasks(plan, WINDOW, 7)[0]!);
      equal(record.status, kind);
      equal(record.score, 0);
      equal(model.asked.length, 1);
    }
  },
});

Deno.test({
  name: "askTask() is silent after ten unanswered attempts whose canaries were answered",
  permissions: "none",
  async fn() {
    const clock = new FakeClock();
    const plan = asking(new FakeModel(() => down), { clock });
    const [task] = roundTasks(plan, WINDOW, 7);
    const model = new FakeModel((request) => request.prompt === task!.task.prompt ? down : answered("x"));
    const record = await askTask({ ...plan, model }, place, contender("a"), task!);
    equal(record.status, "silent");
    equal(record.score, 0);
    equal(model.asked.filter((request) => request.prompt === task!.task.prompt).length, 10);
    equal(record.attempts.filter((one) => one.outcome === "canary answered").length, 9);
    equal(clock.now(), 9 * 30_000);
  },
});

Deno.test({
  name: "askTask() is lost after 30 minutes when neither task nor canary is answered",
  permissions: "none",
  async fn() {
    const clock = new FakeClock();
    const plan = asking(new FakeModel(() => down), { clock });
    const record = await askTask(plan, place, contender("a"), roundTasks(plan, WINDOW, 7)[0]!);
    equal(record.status, "lost");
    ok(clock.now() <= 1_800_000 && clock.now() >= 1_740_000);
    // An endpoint that fails at once is asked most often; what it leaves must be a record, or a stranger could end the validator.
    checkRecord(record);
  },
});

Deno.test({
  name: "askTask() sends canaries that differ from the task in nothing but the prompt's content",
  permissions: "none",
  async fn() {
    const model = new FakeModel((_, count) => count >= 5 ? answered("1") : down);
    const plan = asking(model);
    await askTask(plan, place, contender("a"), roundTasks(plan, WINDOW, 7)[0]!);
    const shapes = new Set(model.asked.map(({ prompt: _, seed: __, ...rest }) => JSON.stringify(rest)));
    equal(shapes.size, 1);
    equal(new Set(model.asked.map((request) => request.prompt)).size, 3);
  },
});

Deno.test({
  name: "askTask() rejects at once when the validator parks its work",
  permissions: "none",
  async fn() {
    const stop = new AbortController();
    const plan = asking(new FakeModel(() => new Promise(() => {})), { signal: stop.signal });
    const work = askTask(plan, place, contender("a"), roundTasks(plan, WINDOW, 7)[0]!);
    stop.abort(new Error("parked"));
    await rejects(work, /parked/);
  },
});

Deno.test({
  name: "askTask() and askCanary() ask nothing when the work is parked already, and leave no rejection behind",
  permissions: "none",
  async fn() {
    const model = new FakeModel(() => Promise.reject(new Error("The room is closed")));
    const plan = asking(model, { signal: AbortSignal.abort(new Error("parked")) });
    await rejects(askTask(plan, place, contender("a"), roundTasks(plan, WINDOW, 7)[0]!), /parked/);
    await rejects(askCanary(plan, place, contender("a")), /parked/);
    await new Promise((resolve) => setTimeout(resolve, 0));
    equal(model.asked.length, 0);
  },
});

Deno.test({
  name: "askTask() keeps an answer with half a surrogate pair in a form that JSON can carry",
  permissions: "none",
  async fn() {
    const plan = asking(new FakeModel(() => answered("a\ud800b")));
    const record = await askTask(plan, place, contender("a"), roundTasks(plan, WINDOW, 7)[0]!);
    ok(record.answer.isWellFormed());
  },
});
