/** Tests of core/sandbox/places.ts. @module */
import { deepEqual, equal, rejects } from "node:assert/strict";
import { Places } from "./places.ts";

Deno.test({
  name: "Places lets contenders take turns, whoever came first with how many",
  permissions: "none",
  async fn() {
    const places = new Places(1, 10);
    await places.enter("z");
    const order: string[] = [];
    const waiting = ["a", "a", "a", "b", "b", "c"].map((name) => places.enter(name).then(() => order.push(name)));
    for (let i = 0; i < 6; i++) {
      places.leave();
      await Promise.resolve().then(() => {});
    }
    await Promise.all(waiting);
    deepEqual(order, ["a", "b", "c", "a", "b", "a"]);
  },
});

Deno.test({
  name: "Places refuses when too many wait, and takes again when there is room",
  permissions: "none",
  async fn() {
    const places = new Places(2, 1);
    await places.enter("a");
    await places.enter("b");
    let entered = false;
    const third = places.enter("c").then(() => entered = true);
    await rejects(places.enter("d"), { code: "busy", retryable: true });
    equal(entered, false);
    places.leave();
    await third;
    const fourth = places.enter("d");
    places.leave();
    await fourth;
    places.leave();
    places.leave();
    // Both places are free again, and no more than both.
    await places.enter("e");
    await places.enter("f");
    const late = places.enter("g");
    await rejects(places.enter("h"), { code: "busy" });
    places.leave();
    await late;
  },
});
