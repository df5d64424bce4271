import { equal } from "node:assert/strict";
import { epochOf, epochStart, nextEpochStart } from "./epoch.ts";

Deno.test({
  name: "epochOf() and epochStart() agree with the runtime's count of blocks until the next epoch",
  permissions: "none",
  fn() {
    for (const [netuid, tempo] of [[120, 360], [1, 99], [19, 99], [0, 0]] as const) {
      for (let block = 400; block < 1600; block++) {
        const untilNext = tempo - (block + netuid + 1) % (tempo + 1);
        const epoch = epochOf(block, netuid, tempo);
        equal(epochStart(epoch + 1, netuid, tempo), block + untilNext + 1);
        equal(epochOf(epochStart(epoch, netuid, tempo), netuid, tempo), epoch);
      }
    }
  },
});

Deno.test({
  name: "nextEpochStart() is after its block for every tempo, so that a changed tempo never stops the epochs",
  permissions: "none",
  fn() {
    for (const tempo of [10, 99, 360, 720]) {
      for (let block = 1000; block < 3000; block += 7) {
        const next = nextEpochStart(block, 120, tempo);
        equal(next > block && next <= block + tempo + 1, true);
      }
    }
  },
});
