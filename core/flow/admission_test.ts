import { deepEqual } from "node:assert/strict";
import { admit, type Applicant } from "./admission.ts";

function applicant(validator: string, fresh: number, stake: number | null = null): Applicant {
  return { validator, stake, counted: 100, nextRound: 100 + fresh, drawn: 500 };
}
function counted(fresh: readonly number[], shareCap: number): number[] {
  return admit(fresh.map((count, i) => applicant(`v${i}`, count)), { minStake: 0, shareCap })
    .map((one) => one.nextRound - 100);
}

Deno.test({
  name: "admit() takes whoever has the stake, and everybody while there is no minimum",
  permissions: "none",
  fn() {
    const all = [applicant("poor", 5, 9), applicant("even", 5, 10), applicant("unknown", 5)];
    const names = (minStake: number) => admit(all, { minStake, shareCap: 1 }).map((one) => one.validator);
    deepEqual(names(0), ["even", "poor", "unknown"]);
    deepEqual(names(10), ["even"]);
    deepEqual(names(11), []);
    deepEqual(admit([all[1]!], { minStake: 10, shareCap: 1 }), [{ validator: "even", nextRound: 105, drawn: 500 }]);
  },
});

Deno.test({
  name: "admit() lets nobody have more than its share of the rounds that count, and leaves the rest for later",
  permissions: "none",
  fn() {
    deepEqual(counted([200, 10, 10], 1), [200, 10, 10]);
    // 20 of 40 is half.
    deepEqual(counted([200, 10, 10], 0.5), [20, 10, 10]);
    deepEqual(counted([200, 100, 10, 10], 0.4), [40, 40, 10, 10]);
    deepEqual(counted([50, 50], 0.5), [50, 50]);
    // Two cannot each have a third: they have a half.
    deepEqual(counted([200, 50], 1 / 3), [50, 50]);
    deepEqual(counted([200], 0.5), [200]);
    deepEqual(counted([200, 0, 0], 0.5), [200, 0, 0]);
    deepEqual(counted([], 0.5), []);
  },
});
