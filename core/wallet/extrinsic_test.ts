/** Tests of extrinsics: golden bytes taken apart by hand. tests/signer_test.ts compares with another implementation. @module */
import assert from "node:assert/strict";
import { verify } from "@scure/sr25519";
import { fromHex, toHex, utf8 } from "../base/bytes.ts";
import { SignerError } from "../base/errors.ts";
import type { ExtrinsicContext } from "../port/chain.ts";
import type { SignedCall } from "../port/signer.ts";
import { encodeCall, signExtrinsic, signingPayload } from "./extrinsic.ts";
import { KeyPair } from "./keypair.ts";

/** Substrate's public development key //Alice. */
const ALICE = new KeyPair(fromHex("e5be9a5092b81bca64be81d212e7f2f9eba183bb7a90954f7b76361f6edb5c0a"));
const GENESIS = "11".repeat(32);
const BIRTH = "22".repeat(32);
const CONTEXT: ExtrinsicContext = {
  genesis: `0x${GENESIS}`,
  specVersion: 425,
  transactionVersion: 1,
  extensions: [
    "CheckNonZeroSender",
    "CheckSpecVersion",
    "CheckTxVersion",
    "CheckGenesis",
    "CheckMortality",
    "CheckNonce",
    "CheckWeight",
    "ChargeTransactionPaymentWrapper",
    "SudoTransactionExtension",
    "CheckShieldedTxValidity",
    "SubtensorTransactionExtension",
    "DrandPriority",
    "CheckMetadataHash",
  ],
  nonce: 7,
  era: { number: 42, hash: `0x${BIRTH}` },
  period: 64,
};
const WEIGHTS: SignedCall = { call: "set_weights", netuid: 120, uids: [3, 258], weights: [65535, 1], versionKey: 9 };
const WEIGHTS_HEX = "0700" + "7800" + "08" + "0300" + "0201" + "08" + "ffff" + "0100" + "0900000000000000";

Deno.test({
  name: "encodeCall() writes the bytes that the runtime decodes",
  permissions: "none",
  fn() {
    assert.equal(toHex(encodeCall(WEIGHTS)), WEIGHTS_HEX);
    const data = toHex(utf8("afv:1"));
    const commitment: SignedCall = { call: "set_commitment", netuid: 120, data };
    assert.equal(toHex(encodeCall(commitment)), "1200" + "7800" + "04" + "06" + data);
    assert.equal(toHex(encodeCall({ call: "set_commitment", netuid: 1, data: "" })), "1200" + "0100" + "04" + "01");
    const longest = encodeCall({ call: "set_commitment", netuid: 1, data: "ab".repeat(128) });
    assert.equal(toHex(longest.slice(0, 6)), "1200" + "0100" + "04" + "81");
  },
});

Deno.test({
  name: "encodeCall() refuses fields when they are out of range",
  permissions: "none",
  fn() {
    assert.throws(() => encodeCall({ ...WEIGHTS, netuid: 65536 }), RangeError);
    assert.throws(() => encodeCall({ ...WEIGHTS, uids: [1] }), RangeError);
    assert.throws(() => encodeCall({ ...WEIGHTS, uids: [1, -1] }), RangeError);
    assert.throws(() => encodeCall({ ...WEIGHTS, weights: [1, 0.5] }), RangeError);
    assert.throws(() => encodeCall({ call: "set_commitment", netuid: 1, data: "ab".repeat(129) }), RangeError);
    assert.throws(() => encodeCall({ call: "set_commitment", netuid: 1, data: "xx" }), SyntaxError);
  },
});

Deno.test({
  name: "signingPayload() is call, extras and implicits, hashed when it is long",
  permissions: "none",
  fn() {
    const extras = "a502" + "1c" + "00" + "00"; // era, nonce 7, tip 0, metadata hash off
    const implicits = "a9010000" + "01000000" + GENESIS + BIRTH + "00";
    assert.equal(toHex(signingPayload(WEIGHTS, CONTEXT)), WEIGHTS_HEX + extras + implicits);
    // The call is 2 + 2 + 1 + 1 + N bytes, the rest 78: 256 bytes are signed as they are, 257 are hashed.
    const commitment = (bytes: number): SignedCall => ({ call: "set_commitment", netuid: 1, data: "ab".repeat(bytes) });
    assert.equal(signingPayload(commitment(128), CONTEXT).length, 212);
    const uids = Array.from({ length: 41 }, (_, uid) => uid);
    const long = (n: number): SignedCall => ({
      call: "set_weights",
      netuid: 1,
      uids: uids.slice(0, n),
      weights: uids.slice(0, n),
      versionKey: 0,
    });
    assert.equal(signingPayload(long(40), CONTEXT).length, 252);
    assert.equal(signingPayload(long(41), CONTEXT).length, 256);
    assert.equal(signingPayload(long(41), { ...CONTEXT, nonce: 64 }).length, 32);
  },
});

Deno.test({
  name: "signExtrinsic() gives an extrinsic whose signature verifies",
  permissions: "none",
  fn() {
    const bytes = fromHex(signExtrinsic(ALICE, WEIGHTS, CONTEXT));
    const length = 1 + 1 + 32 + 1 + 64 + 5 + WEIGHTS_HEX.length / 2;
    assert.equal(bytes.length, 2 + length);
    assert.equal(bytes[0]! | bytes[1]! << 8, length * 4 + 1);
    assert.equal(toHex(bytes.slice(2, 4)), "8400");
    assert.equal(toHex(bytes.slice(4, 36)), toHex(ALICE.publicKey));
    assert.equal(bytes[36], 1);
    assert.equal(toHex(bytes.slice(101)), "a5021c0000" + WEIGHTS_HEX);
    assert.ok(verify(signingPayload(WEIGHTS, CONTEXT), bytes.slice(37, 101), ALICE.publicKey));
  },
});

Deno.test({
  name: "signExtrinsic() refuses extensions when one is unknown, missing, twice or out of order",
  permissions: "none",
  fn() {
    const refused = (extensions: readonly string[], code: string) =>
      assert.throws(
        () => signExtrinsic(ALICE, WEIGHTS, { ...CONTEXT, extensions }),
        (thrown) => thrown instanceof SignerError && thrown.code === code,
        extensions.join(),
      );
    const names = CONTEXT.extensions;
    refused([...names, "ChargeAssetTxPayment"], "unknown_extension");
    refused([...names, "constructor"], "unknown_extension");
    for (const name of ["CheckGenesis", "CheckMortality", "CheckNonce", "CheckSpecVersion", "CheckTxVersion"]) {
      refused(names.filter((other) => other !== name), "invalid");
      refused([...names, name], "invalid");
    }
    refused([...names, "CheckEra"], "invalid");
    refused([...names, "CheckWeight"], "invalid");
    refused([names[0]!, names[1]!, names[2]!, names[4]!, names[3]!, ...names.slice(5)], "invalid");
    refused([], "invalid");
    const older = names.map((name) => name === "CheckMortality" ? "CheckEra" : name);
    assert.deepEqual(signingPayload(WEIGHTS, { ...CONTEXT, extensions: older }), signingPayload(WEIGHTS, CONTEXT));
  },
});
