/** Tests of cli/progress.ts and cli/screen.ts. @module */
import assert from "node:assert/strict";
import { describe, drawBar, duration, startProgress } from "./progress.ts";
import { Screen } from "./screen.ts";

function fakeScreen(terminal: boolean) {
  const written: string[] = [];
  const sink = {
    writeSync(bytes: Uint8Array) {
      written.push(new TextDecoder().decode(bytes));
      return bytes.length;
    },
  };
  return { screen: new Screen(sink, { terminal, columns: () => 60 }), written };
}

Deno.test({
  name: "startProgress() writes at most one plain line each few seconds when there is no terminal",
  permissions: "none",
  fn() {
    const { screen, written } = fakeScreen(false);
    let now = 0;
    const progress = startProgress(screen, "Round", { total: 100, unit: "answers" }, { now: () => now });
    for (let i = 0; i < 100; i++) {
      now += 100;
      progress.step();
    }
    progress.done();
    progress.done();
    assert.deepEqual(written, [
      "Round: 50 of 100 answers, 10/s, 5 s left\n",
      "Round: 100 of 100 answers, 10/s\n",
      "Round: 100 of 100 answers, 10/s\n",
    ]);
  },
});

Deno.test({
  name: "Screen.line() clears the bar, writes, and draws the bar again below when there is a terminal",
  permissions: "none",
  fn() {
    const { screen, written } = fakeScreen(true);
    const progress = startProgress(screen, "R", { total: 2 }, { now: () => 0 });
    progress.step();
    screen.line("a log line");
    progress[Symbol.dispose]();
    screen.line("after");
    assert.deepEqual(written, [
      "\r\x1b[K[##########----------] R: 1 of 2",
      "\r\x1b[Ka log line\n[##########----------] R: 1 of 2",
      "\r\x1b[K",
      "after\n",
    ]);
  },
});

Deno.test({
  name: "describe() and drawBar() survive totals that are unknown, zero or exceeded",
  permissions: "none",
  fn() {
    const state = { label: "x", count: 3, total: undefined, unit: "", elapsedMs: 0, note: "cold" };
    assert.equal(describe(state), "x: 3, cold");
    assert.equal(drawBar(state), "x: 3, cold");
    assert.match(drawBar({ ...state, total: 0 }), /^\[#{20}\]/);
    assert.match(drawBar({ ...state, total: 2 }), /^\[#{20}\]/);
    assert.equal(duration(185), "3 min 05 s");
    assert.equal(duration(7800), "2 h 10 min");
  },
});
