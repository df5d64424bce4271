import assert from "node:assert/strict";
import { hostPort } from "./client.ts";
import { birth } from "./extrinsic.ts";
import { callDifference, missing, REQUIRED_STORAGE, SIGNED_CALLS } from "./runtime.ts";

Deno.test({
  name: "missing() names the storage that a runtime lacks",
  permissions: "none",
  fn() {
    const full = Object.fromEntries(
      Object.entries(REQUIRED_STORAGE).map((
        [pallet, items],
      ) => [pallet, Object.fromEntries(items.map((it) => [it, 1]))]),
    );
    assert.deepEqual(missing(full), []);
    assert.deepEqual(missing({ ...full, commitments: undefined }), ["commitments.commitmentOf"]);
    assert.equal(missing({}).length, Object.values(REQUIRED_STORAGE).flat().length);
  },
});

Deno.test({
  name: "callDifference() finds a call that is numbered or shaped otherwise",
  permissions: "none",
  fn() {
    const known = SIGNED_CALLS[0]!;
    assert.equal(callDifference(known, { index: [7, 0], args: known.args }), null);
    // Newer runtimes have a type of their own for the netuid, with the same bytes.
    const args = ["netuid:SubtensorRuntimeCommonNetUid", ...known.args.slice(1)];
    assert.equal(callDifference(known, { index: [7, 0], args }), null);
    assert.match(
      callDifference(known, { index: [7, 1], args })!,
      /numbers subtensorModule.setWeights 7\/1 and not 7\/0/,
    );
    assert.match(callDifference(known, { index: [7, 0], args: args.slice(1) })!, /takes dests/);
    assert.match(callDifference(known, null)!, /has no call/);
  },
});

Deno.test({
  name: "birth() leaves the finalized head only when finality lags",
  permissions: "none",
  fn() {
    const head = (number: number) => ({ number, hash: `0x${number}` });
    assert.equal(birth(head(10), head(14)).number, 10);
    assert.equal(birth(head(10), head(15)).number, 15);
  },
});

Deno.test({
  name: "hostPort() grants the endpoint's own port, 443 or 80 by default",
  permissions: "none",
  fn() {
    assert.equal(hostPort("wss://entrypoint-finney.opentensor.ai"), "entrypoint-finney.opentensor.ai:443");
    assert.equal(hostPort("ws://127.0.0.1"), "127.0.0.1:80");
    assert.equal(hostPort("ws://[::1]:9944/path"), "[::1]:9944");
    for (const bad of ["finney", "https://x", "ws:///", "", "wss://"]) {
      assert.throws(() => hostPort(bad), /Not a chain/);
    }
  },
});
