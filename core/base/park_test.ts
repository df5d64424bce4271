/** What is parked ends at once, and what becomes of it later disturbs nobody. @module */
import assert from "node:assert/strict";
import { parked } from "./park.ts";

const never = new Promise<never>(() => {});

Deno.test({
  name: "parked() hands on a result and an error while nobody aborts",
  permissions: "none",
  async fn() {
    const { signal } = new AbortController();
    assert.equal(await parked(signal, Promise.resolve(3)), 3);
    await assert.rejects(parked(signal, Promise.reject(new RangeError("no"))), RangeError);
  },
});

Deno.test({
  name: "parked() rejects with the reason when the signal aborts, before or while it waits",
  permissions: "none",
  async fn() {
    const stop = new AbortController();
    const waiting = parked(stop.signal, never);
    stop.abort(new TypeError("over"));
    await assert.rejects(waiting, /^TypeError: over$/);
    await assert.rejects(parked(stop.signal, never), /^TypeError: over$/);
    // Fails after everybody has left: an unhandled rejection would end this test.
    await assert.rejects(parked(stop.signal, Promise.reject(new RangeError("late"))), /^TypeError: over$/);
    await new Promise((resolve) => setTimeout(resolve, 0));
  },
});
