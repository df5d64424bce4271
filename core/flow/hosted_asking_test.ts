import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { sha256Hex } from "../base/hash.ts";
import type { HostedRequest } from "../port/hosted.ts";
import type { AskOutcome } from "../port/model.ts";
import { answered, asking, contender, FakeClock, FakeModel, TEST_PARAMETERS, WINDOW } from "./fake_test.ts";
import { askHosted } from "./hosted_asking.ts";
import { roundTasks } from "./tasks.ts";

const NEVER = new FakeModel(() => answered(""));

/** Asks the first task of a round; `answer` gets whether it is the task and how often that was asked. */
function ask(answer: (isTask: boolean, count: number) => AskOutcome) {
  const clock = new FakeClock();
  const deps = asking(NEVER, { clock });
  const [drawn] = roundTasks(deps, WINDOW, 7);
  const asked: HostedRequest[] = [];
  let count = 0;
  const session = {
    ask(request: HostedRequest) {
      asked.push(request);
      const isTask = request.prompt === drawn!.task.prompt;
      if (isTask) count++;
      return Promise.resolve(answer(isTask, count));
    },
    close: () => Promise.resolve(),
  };
  const at = { target: contender("x"), session, place: { window: WINDOW, round: 7 } };
  const end = askHosted(deps, at, drawn!);
  return { end, asked, drawn: drawn!, clock };
}

const DOWN: AskOutcome = { kind: "unanswered", detail: "http 503" };

Deno.test({
  name: "askHosted() asks as the contender was asked, once, and grades the answer",
  permissions: "none",
  async fn() {
    const { end, asked, drawn } = ask(() => answered("12"));
    const { status, score, answer, tokens, task } = await end;
    deepEqual([status, score, answer, tokens, task], ["answered", 0, sha256Hex("12"), 2, drawn.id]);
    const { request } = drawn.environment;
    deepEqual(asked, [{
      system: request.system,
      prompt: drawn.task.prompt,
      temperature: 0,
      seed: drawn.requestSeed,
      maxTokens: request.maxTokens,
      timeoutMs: 5 * TEST_PARAMETERS.attemptTimeoutMs,
    }]);
    const right = ask(() => answered(drawn.environment.solve(drawn.task)));
    equal((await right.end).score, 1);
    for (const kind of ["refused", "over_limit", "unparsable"] as const) {
      const { status, score, answer } = await ask(() => ({ kind, detail: "x" })).end;
      deepEqual([status, score, answer], [kind, 0, null]);
    }
  },
});

Deno.test({
  name: "askHosted() holds no outage against the weights, but a task that alone is never answered",
  permissions: "none",
  async fn() {
    // Twice nothing, then an answer; the canaries beside are answered.
    const late = ask((isTask, count) => isTask && count < 3 ? DOWN : answered("1"));
    equal((await late.end).status, "answered");
    equal(late.asked.length, 5);
    ok(late.clock.now() >= 2 * TEST_PARAMETERS.attemptPauseMs);
    // Everything is down: that is the endpoint, and no row comes of it.
    await rejects(
      ask(() => DOWN).end,
      { code: "unanswered", retryable: true, message: /does not answer \(http 503, and http 503 for another task\)/ },
    );
    // This one task never.
    const never = ask((isTask) => isTask ? { kind: "unanswered", detail: "timeout" } : answered("1"));
    const { status, score, answer } = await never.end;
    deepEqual([status, score, answer], ["silent", 0, null]);
    equal(new Set(never.asked.map(({ prompt }) => prompt)).size, TEST_PARAMETERS.silentAttempts);
  },
});
