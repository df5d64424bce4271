import assert from "node:assert/strict";
import { maxUpscale } from "./chain_weights.ts";

Deno.test({
  name: "maxUpscale() rounds as the pallet does when weights are small, large or zero",
  permissions: "none",
  fn() {
    // The first vector was read back from a real runtime.
    assert.deepEqual(maxUpscale([11, 22]), [32768, 65535]);
    assert.deepEqual(maxUpscale([1]), [65535]);
    assert.deepEqual(maxUpscale([0, 0]), [0, 0]);
    assert.deepEqual(maxUpscale([]), []);
    assert.deepEqual(maxUpscale([65535, 1, 0]), [65535, 1, 0]);
    // Above 32768 the factor is cut off before it is multiplied: half of the largest falls just below the half.
    assert.deepEqual(maxUpscale([40_000, 20_000]), [65535, 32767]);
  },
});
