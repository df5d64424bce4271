/** Tests of what a signer signs at all. @module */
import assert from "node:assert/strict";
import { SignerError } from "../base/errors.ts";
import type { ExtrinsicContext } from "../port/chain.ts";
import type { BatchHead, SignedCall } from "../port/signer.ts";
import { HASH, headOf, pageOf } from "./fixture_test.ts";
import { SignerPolicy } from "./policy.ts";

const OTHER = `0x${"cd".repeat(32)}`;
const ADDRESS = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";
const CALL: SignedCall = { call: "set_weights", netuid: 120, uids: [1], weights: [1], versionKey: 0 };
const HEAD = headOf(ADDRESS);

function request(call: SignedCall, genesis = HASH): { call: SignedCall; context: ExtrinsicContext } {
  const era = { number: 1, hash: HASH };
  return {
    call,
    context: { genesis, specVersion: 1, transactionVersion: 1, extensions: [], nonce: 0, era, period: 16 },
  };
}

function refused(code: string): (thrown: unknown) => boolean {
  return (thrown) => thrown instanceof SignerError && thrown.code === code;
}

Deno.test({
  name: "allowExtrinsic() refuses another subnet, another chain and an untagged commitment",
  permissions: "none",
  fn() {
    const policy = new SignerPolicy({ netuid: 120, genesis: HASH });
    policy.allowExtrinsic(request(CALL));
    assert.throws(() => policy.allowExtrinsic(request({ ...CALL, netuid: 64 })), refused("foreign_netuid"));
    assert.throws(() => policy.allowExtrinsic(request(CALL, OTHER)), refused("foreign_chain"));
    const commitment = (data: string) => request({ call: "set_commitment", netuid: 120, data });
    policy.allowExtrinsic(commitment("6166763a00ff"));
    policy.allowExtrinsic(commitment("6166723a00ff"));
    for (const data of ["", "6166783a", "6166", "7b226d6f64656c", "006166763a"]) {
      assert.throws(() => policy.allowExtrinsic(commitment(data)), refused("foreign_commitment"));
    }
  },
});

Deno.test({
  name: "SignerPolicy pins the chain at the first request that is fine when none was given",
  permissions: "none",
  fn() {
    const policy = new SignerPolicy({ netuid: 120 });
    assert.throws(() => policy.allowExtrinsic(request({ ...CALL, netuid: 1 }, OTHER)), refused("foreign_netuid"));
    assert.throws(() => policy.allowBatch({ ...HEAD, genesis: OTHER }, "5x"), refused("foreign_validator"));
    assert.equal(policy.genesis, null);
    policy.allowExtrinsic(request(CALL));
    assert.equal(policy.genesis, HASH);
    assert.throws(() => policy.allowExtrinsic(request(CALL, OTHER)), refused("foreign_chain"));
    assert.throws(() => policy.allowBatch({ ...HEAD, genesis: OTHER }, ADDRESS), refused("foreign_chain"));
  },
});

Deno.test({
  name: "allowBatch() lets windows rise and never signs two heads for one",
  permissions: "none",
  fn() {
    const policy = new SignerPolicy({ netuid: 120 });
    assert.throws(() => policy.allowBatch({ ...HEAD, netuid: 1 }, ADDRESS), refused("foreign_netuid"));
    assert.throws(() => policy.allowBatch(HEAD, "5other"), refused("foreign_validator"));
    policy.allowBatch(HEAD, ADDRESS);
    // The same head in another order of fields is the same head.
    policy.allowBatch(Object.fromEntries(Object.entries(HEAD).reverse()) as unknown as BatchHead, ADDRESS);
    for (const change of [{ root: "ee".repeat(32) }, { count: 3 }, { salt: "00".repeat(32) }, { blockHash: OTHER }]) {
      assert.throws(() => policy.allowBatch({ ...HEAD, ...change }, ADDRESS), refused("equivocation"));
    }
    assert.throws(() => policy.allowBatch({ ...HEAD, window: 3 }, ADDRESS), refused("past_window"));
    policy.allowBatch({ ...HEAD, window: 9 }, ADDRESS);
    assert.throws(() => policy.allowBatch(HEAD, ADDRESS), refused("past_window"));
  },
});

Deno.test({
  name: "allowIndex() lets an index grow, and signs neither a shorter one nor two of one length",
  permissions: "none",
  fn() {
    const policy = new SignerPolicy({ netuid: 120 });
    const page = (fields: Parameters<typeof pageOf>[1] = {}) => pageOf(ADDRESS, fields);
    assert.throws(() => policy.allowIndex(page({ netuid: 1 }), ADDRESS), refused("foreign_netuid"));
    assert.throws(() => policy.allowIndex(page(), "5other"), refused("foreign_validator"));
    assert.equal(policy.genesis, null);
    policy.allowIndex(page(), ADDRESS);
    assert.equal(policy.genesis, HASH);
    policy.allowIndex(page(), ADDRESS);
    assert.throws(() => policy.allowIndex(page({ root: "ee".repeat(32) }), ADDRESS), refused("equivocation"));
    assert.throws(() => policy.allowIndex(page({ count: 1 }), ADDRESS), refused("past_page"));
    assert.throws(() => policy.allowIndex(page({ genesis: OTHER, count: 3 }), ADDRESS), refused("foreign_chain"));
    policy.allowIndex(page({ count: 256 }), ADDRESS);
    policy.allowIndex(page({ page: 1, count: 1, previous: "11".repeat(32) }), ADDRESS);
    const other = page({ page: 1, count: 1, previous: "22".repeat(32) });
    assert.throws(() => policy.allowIndex(other, ADDRESS), refused("equivocation"));
    assert.throws(() => policy.allowIndex(page({ count: 256 }), ADDRESS), refused("past_page"));
    // Batches and pages are counted apart.
    policy.allowBatch(HEAD, ADDRESS);
  },
});

Deno.test({
  name: "SignerPolicy refuses a netuid or a genesis hash that is none",
  permissions: "none",
  fn() {
    for (const netuid of [-1, 65536, 1.5, NaN]) assert.throws(() => new SignerPolicy({ netuid }), RangeError);
    for (const genesis of ["", "ab", HASH.toUpperCase()]) {
      assert.throws(() => new SignerPolicy({ netuid: 1, genesis }), SyntaxError);
    }
  },
});
