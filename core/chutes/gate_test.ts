import assert from "node:assert/strict";
import { Gate } from "./gate.ts";

interface Job {
  readonly name: string;
  end(): void;
}

/** Starts jobs that end when they are told to; `started` tells in which order they got a place. */
function bench(gate: Gate) {
  const started: Job[] = [];
  const done: Promise<void>[] = [];
  const start = (contender: string, name = contender) => {
    const held = Promise.withResolvers<void>();
    done.push(gate.run(contender, () => {
      started.push({ name, end: () => held.resolve() });
      return held.promise;
    }));
  };
  const names = () => started.map((job) => job.name);
  const settle = () => new Promise<void>((resolve) => setTimeout(resolve, 0));
  const finish = async (name: string) => {
    started.find((job) => job.name === name)!.end();
    await settle();
  };
  const finishAll = async () => {
    for (let before = -1; before !== started.length;) {
      before = started.length;
      for (const job of started) job.end();
      await settle();
    }
    await Promise.all(done);
  };
  return { start, names, finish, settle, finishAll };
}

Deno.test({
  name: "Gate.run() keeps both limits and the order within a contender",
  permissions: "none",
  async fn() {
    const gate = new Gate({ concurrency: 3, perContender: 2 });
    const { start, names, finish, settle, finishAll } = bench(gate);
    for (const name of ["a1", "a2", "a3", "a4"]) start("a", name);
    start("b", "b1");
    start("b", "b2");
    await settle();
    assert.deepEqual(names(), ["a1", "a2", "b1"]);
    assert.equal(gate.active, 3);
    await finish("a1");
    // a has one under way and b has one: a has waited longer in that state only by its place in the line.
    assert.equal(names().length, 4);
    await finishAll();
    assert.deepEqual(names().filter((name) => name.startsWith("a")), ["a1", "a2", "a3", "a4"]);
    assert.deepEqual(names().filter((name) => name.startsWith("b")), ["b1", "b2"]);
    assert.equal(gate.active, 0);
  },
});

Deno.test({
  name: "Gate.run() lets nobody with nothing under way wait behind contenders that hang",
  permissions: "none",
  async fn() {
    const gate = new Gate({ concurrency: 4, perContender: 3 });
    const { start, names, finish, settle, finishAll } = bench(gate);
    for (let i = 0; i < 10; i++) start("flood", `flood${i}`);
    await settle();
    start("late", "late0");
    await settle();
    assert.deepEqual(names(), ["flood0", "flood1", "flood2", "late0"]);
    start("other", "other0");
    start("late", "late1");
    await finish("flood0");
    // other has nothing under way, late has one, flood has two and has waited longest.
    assert.equal(names().at(-1), "other0");
    await finish("flood1");
    assert.notEqual(names().at(-1), "other0");
    await finishAll();
    assert.equal(names().length, 13);
  },
});

Deno.test({
  name: "Gate.run() gives the place back when the work fails",
  permissions: "none",
  async fn() {
    const gate = new Gate({ concurrency: 1, perContender: 1 });
    await assert.rejects(gate.run("a", () => Promise.reject(new Error("broken"))), /broken/);
    assert.equal(await gate.run("b", () => Promise.resolve(7)), 7);
    assert.equal(gate.active, 0);
  },
});

Deno.test({
  name: "Gate.run() serves everybody under a random load",
  permissions: "none",
  async fn() {
    const gate = new Gate({ concurrency: 7, perContender: 3 });
    const active = new Map<string, number>();
    let most = 0;
    let total = 0;
    const work = (contender: string, turns: number) =>
      gate.run(contender, async () => {
        const now = (active.get(contender) ?? 0) + 1;
        active.set(contender, now);
        most = Math.max(most, now);
        assert.ok(gate.active <= 7);
        for (let i = 0; i < turns; i++) await Promise.resolve();
        active.set(contender, active.get(contender)! - 1);
        total++;
      });
    await Promise.all(Array.from({ length: 500 }, (_, i) => work(`c${(i * i) % 11}`, i % 5)));
    assert.equal(total, 500);
    assert.equal(most, 3);
    assert.equal(gate.active, 0);
  },
});

Deno.test({
  name: "Gate refuses limits that would block everything",
  permissions: "none",
  fn() {
    assert.throws(() => new Gate({ concurrency: 0 }), RangeError);
    assert.throws(() => new Gate({ perContender: 1.5 }), RangeError);
  },
});
