import { equal } from "node:assert/strict";
import { ChainError, RoomError, SignerError, StoreError } from "../base/errors.ts";
import { isPassing, pauseAfter } from "./passing.ts";

Deno.test({
  name: "isPassing() lets outages of node and signer pass, and neither a full disk nor another chain",
  permissions: "none",
  fn() {
    const passing = [
      new ChainError("Gone", { code: "unreachable", retryable: true }),
      new ChainError("Pruned", { code: "state_discarded" }),
      new ChainError("Error inside", { code: "refused" }),
      new ChainError("A page of a proxy", { code: "no_substrate" }),
      new SignerError("Gone", { code: "unreachable", retryable: true }),
    ];
    for (const error of passing) equal(isPassing(error), true, error.message);
    const final = [
      new ChainError("Another genesis", { code: "foreign_chain" }),
      new StoreError("Full", { code: "full", retryable: true }),
      new StoreError("Locked", { code: "locked", retryable: true }),
      new SignerError("Another batch", { code: "equivocation" }),
      new RoomError("Too long"),
      new RangeError("A fault of af"),
    ];
    for (const error of final) equal(isPassing(error), false, error.message);
  },
});

Deno.test({
  name: "pauseAfter() grows to half a minute and no further",
  permissions: "none",
  fn() {
    equal(pauseAfter(0), 1_000);
    equal(pauseAfter(3), 8_000);
    equal(pauseAfter(1_000_000), 30_000);
  },
});
