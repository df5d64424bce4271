import assert from "node:assert/strict";
import { AfError } from "../base/errors.ts";
import { badNews } from "./submit.ts";
import { type ChainEvent, type Failure, failureError, verdict } from "./verdict.ts";

function event(extrinsic: number | null, name: string, failure?: Failure): ChainEvent {
  return { extrinsic, pallet: "system", name, ...(failure ? { failure } : {}) };
}

Deno.test({
  name: "verdict() ends quietly when the extrinsic itself succeeded",
  permissions: "none",
  fn() {
    const failure = { pallet: "commitments", name: "AccountNotAllowedCommit", docs: "" };
    verdict([event(0, "ExtrinsicSuccess"), event(1, "ExtrinsicFailed", failure), event(2, "ExtrinsicSuccess")], 2);
  },
});

Deno.test({
  name: "verdict() throws the runtime's own name when the extrinsic failed",
  permissions: "none",
  fn() {
    const failure = { pallet: "subtensorModule", name: "SettingWeightsTooFast", docs: "" };
    const events = [event(0, "ExtrinsicSuccess"), event(1, "ExtrinsicFailed", failure)];
    assert.throws(() => verdict(events, 1), (thrown) => {
      assert.ok(thrown instanceof AfError);
      assert.deepEqual([thrown.kind, thrown.code, thrown.retryable], ["ChainError", "SettingWeightsTooFast", true]);
      assert.match(thrown.message, /subtensorModule\.SettingWeightsTooFast: weights were set too recently/);
      return true;
    });
  },
});

Deno.test({
  name: "verdict() says so when the events tell nothing",
  permissions: "none",
  fn() {
    const other = { extrinsic: 1, pallet: "other", name: "ExtrinsicSuccess" };
    for (const events of [[], [event(0, "ExtrinsicSuccess")], [event(null, "ExtrinsicSuccess")], [other]]) {
      assert.throws(() => verdict(events, 1), { code: "no_verdict" });
    }
  },
});

Deno.test({
  name: "failureError() gives the runtime's documentation when af has no advice",
  permissions: "none",
  fn() {
    const unknown = failureError({ pallet: "x", name: "NewError", docs: "A thing\n  went wrong." });
    assert.deepEqual([unknown.code, unknown.retryable], ["NewError", false]);
    assert.match(unknown.message, /x\.NewError: A thing went wrong$/);
    assert.match(failureError({ pallet: "system", name: "BadOrigin", docs: "" }).message, /no reason given$/);
  },
});

Deno.test({
  name: "badNews() is null when an extrinsic makes progress",
  permissions: "none",
  fn() {
    for (const status of ["ready", "future", { broadcast: [] }, { inBlock: "0x" }, { retracted: "0x" }, null, 5]) {
      assert.equal(badNews(status), null);
    }
    assert.equal(badNews("invalid")?.code, "outdated");
    assert.equal(badNews("dropped")?.code, "dropped");
    assert.equal(badNews({ usurped: "0x" })?.code, "stale_nonce");
  },
});
