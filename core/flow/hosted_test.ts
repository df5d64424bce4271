import { deepEqual, equal, match, ok } from "node:assert/strict";
import { ModelError } from "../base/errors.ts";
import type { Contender, Duel, State } from "../mechanism/types.ts";
import type { Host, HostedRequest } from "../port/hosted.ts";
import type { AskOutcome } from "../port/model.ts";
import type { AnswerRecord, HostedRow, RoundRow, Store } from "../port/store.ts";
import { answered, asking, contender, FakeClock, FakeModel, WINDOW } from "./fake_test.ts";
import { HostedChecks } from "./hosted.ts";
import { roundTasks } from "./tasks.ts";

const X = contender("x", 2), Y = contender("y", 3);
const PLAN = asking(new FakeModel(() => answered("")));

/** Right answers by prompt. */
function solutions(rounds: number): Map<string, string> {
  const drawn = Array.from({ length: rounds }, (_, round) => roundTasks(PLAN, WINDOW, round)).flat();
  return new Map(drawn.map(({ environment, task }) => [task.prompt, environment.solve(task)]));
}

/** A journal in memory; everybody who is shown a round passes `logic` and fails `math`. */
class World {
  readonly rounds: RoundRow[] = [];
  readonly meta = new Map<string, string>();
  readonly rows: HostedRow[] = [];
  readonly asked: { readonly model: string; readonly prompt: string }[] = [];
  readonly log: string[] = [];
  readonly served = new Set<string>();
  readonly clock = new FakeClock();
  readonly solutions = solutions(40);
  /** How the endpoint answers: by default all is right. */
  answer: (request: HostedRequest) => AskOutcome | Promise<AskOutcome> = ({ prompt }) =>
    answered(this.solutions.get(prompt) ?? "0");
  stop = new AbortController();
  fatal: unknown = null;
  readonly store: Partial<Store> = {
    nextRound: () => Promise.resolve(this.rounds.length),
    rounds: (from, end) => Promise.resolve(this.rounds.slice(from, end)),
    windows: () => Promise.resolve([WINDOW]),
    recordsOf: (round) =>
      Promise.resolve(
        this.rounds[round]!.shown!.flatMap((contender) =>
          ["logic", "math"].map((env) =>
            ({ kind: "task", contender, env, score: env === "logic" ? 1 : 0 }) as AnswerRecord
          )
        ),
      ),
    getMeta: (key) => Promise.resolve(this.meta.get(key) ?? null),
    setMeta: (key, value) => Promise.resolve(void this.meta.set(key, value)),
    putHosted: (rows) => Promise.resolve(void this.rows.push(...rows)),
    hosted: (id) => Promise.resolve(this.rows.filter((row) => row.contender === id)),
  };
  readonly host: Host = {
    open: ({ model }) => {
      if (!this.served.has(model)) {
        return Promise.reject(new ModelError(`It does not serve ${model}`, { code: "unknown_model" }));
      }
      return Promise.resolve({
        ask: async (request) => {
          this.asked.push({ model, prompt: request.prompt });
          return await this.answer(request);
        },
        close: () => Promise.resolve(),
      });
    },
  };

  /** More rounds that these were shown. */
  ask(count: number, shown: readonly Contender[], state: RoundRow["state"] = "complete"): void {
    for (let i = 0; i < count; i++) {
      const ids = ["champion@1", ...shown.map(({ id }) => id)];
      this.rounds.push({
        round: this.rounds.length,
        window: WINDOW.window,
        state,
        champion: ids[0]!,
        offered: ids,
        shown: state === "open" ? null : ids,
      });
    }
  }

  /** A validator that starts, or starts again. */
  open(): HostedChecks {
    this.stop = new AbortController();
    const deps = asking(new FakeModel(() => answered("")), { clock: this.clock, signal: this.stop.signal });
    const store = this.store as Store;
    const log = (level: string, text: string) => void this.log.push(`${level} ${text}`);
    return new HostedChecks({ ...deps, store, host: this.host, log }, (error) => this.fatal = error);
  }

  async until(holds: () => boolean): Promise<void> {
    for (let i = 0; i < 3000 && !holds(); i++) await new Promise((resolve) => setTimeout(resolve, 0));
    ok(holds(), `it did not come to that: ${this.log} ${this.fatal}`);
  }

  async park(checks: HostedChecks): Promise<void> {
    this.stop.abort();
    await checks.drain();
    equal(this.fatal, null);
  }
}

function at(...waiting: Contender[]) {
  const duels = [X, Y].map(({ id }) =>
    waiting.some((one) => one.id === id)
      ? { contender: id, state: "waiting", reason: "hosted" }
      : { contender: id, state: "live", reason: "" }
  ) as unknown as Duel[];
  return { state: { duels } as unknown as State, contenders: [X, Y] };
}

Deno.test({
  name:
    "HostedChecks compares rounds that began after the epoch, in order, and goes on after a restart without asking twice",
  permissions: "none",
  async fn() {
    const world = new World();
    world.served.add(X.model);
    world.ask(5, [X, Y]);
    let checks = world.open();
    await checks.follow(at(X));
    deepEqual(await checks.report(at(X).state), []);
    world.ask(3, [X]);
    world.ask(2, [Y]);
    world.ask(1, [X], "open");
    world.ask(4, [X]);
    await world.until(() => world.rows.length === 3);
    // Hosted passes both, served passed one of them.
    deepEqual(await checks.report(at(X).state), [{
      contender: X.id,
      counts: [{ w: 0, l: 0, n: 3 }, { w: 3, l: 0, n: 3 }],
    }]);
    await world.park(checks);

    checks = world.open();
    deepEqual((await checks.report(at(X).state))[0]!.counts[1], { w: 3, l: 0, n: 3 });
    await checks.follow(at(X));
    // The round that was under way holds up those after it, as in a duel.
    for (let i = 0; i < 50; i++) await world.clock.sleep(1_000);
    equal(world.rows.length, 3);
    world.rounds[10] = { ...world.rounds[10]!, state: "complete", shown: world.rounds[10]!.offered };
    await world.until(() => world.rows.length === 8);
    deepEqual(world.rows.map(({ round }) => round), [5, 6, 7, 10, 11, 12, 13, 14]);
    equal(new Set(world.asked.map(({ prompt }) => prompt)).size, world.asked.length);
    equal(world.asked.length, 16);
    // Whoever does not wait any more is not asked, but stays known; who is void is no longer reported.
    await checks.follow(at());
    world.ask(4, [X]);
    for (let i = 0; i < 50; i++) await world.clock.sleep(1_000);
    equal(world.rows.length, 8);
    equal((await checks.report(at().state)).length, 1);
    deepEqual(await checks.report({ duels: [] }), []);
    await world.park(checks);
  },
});

Deno.test({
  name: "HostedChecks says once an epoch what is to be loaded, and checks meanwhile whoever is served",
  permissions: "none",
  async fn() {
    const world = new World();
    world.served.add(Y.model);
    const checks = world.open();
    await checks.follow(at(X, Y));
    world.ask(6, [X, Y]);
    await world.until(() => world.rows.length === 6);
    ok(world.rows.every((row) => row.contender === Y.id));
    const said = () => world.log.filter((line) => line.startsWith("warning"));
    for (let i = 0; i < 50; i++) await world.clock.sleep(10_000);
    deepEqual(said(), [`warning The hosted check of ${X.id} waits: It does not serve ${X.model}`]);
    await checks.follow(at(X, Y));
    await world.until(() => said().length === 2);
    world.served.add(X.model);
    await world.until(() => world.rows.length === 12);
    await world.park(checks);
  },
});

Deno.test({
  name: "HostedChecks keeps nothing of rounds that an outage interrupted, and counts them when it is over",
  permissions: "none",
  async fn() {
    const world = new World();
    world.served.add(X.model);
    let down = true;
    const answer = world.answer;
    world.answer = (request) => down ? { kind: "unanswered", detail: "connection" } : answer(request);
    const checks = world.open();
    await checks.follow(at(X));
    world.ask(9, [X]);
    await world.until(() => world.log.some((line) => /does not answer \(connection/.test(line)));
    equal(world.rows.length, 0);
    down = false;
    await world.until(() => world.rows.length === 9);
    deepEqual((await checks.report(at(X).state))[0]!.counts[0], { w: 0, l: 0, n: 9 });
    await world.park(checks);
  },
});

Deno.test({
  name: "HostedChecks drops what is under way when its contender no longer waits, and when the work is parked",
  permissions: "none",
  async fn() {
    const world = new World();
    world.served.add(X.model).add(Y.model);
    world.answer = () => new Promise(() => {});
    const checks = world.open();
    await checks.follow(at(X));
    world.ask(2, [X, Y]);
    await world.until(() => world.asked.length === 4);
    await checks.follow(at(Y));
    world.ask(2, [X, Y]);
    await world.until(() => world.asked.some(({ model }) => model === Y.model));
    await world.park(checks);
    equal(world.rows.length, 0);
    match(world.log.join("\n"), /The hosted check of y@3 \(owner\/Affine-y at 0{40}\) begins with round 2/);
  },
});
