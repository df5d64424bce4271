/**
 * Differential test: the extrinsics that the wallet room builds by hand, against polkadot.js working from metadata.
 * The metadata is the local chain's; the real runtime (spec 218) took extrinsics of the same builder when it was tried.
 * @module
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { fromHex, toHex } from "../core/base/bytes.ts";
import type { ExtrinsicContext } from "../core/port/chain.ts";
import type { SignedCall } from "../core/port/signer.ts";
import { encodeMetadata } from "../core/local/chain_metadata.ts";
import { bittensorRuntime } from "../core/local/chain_runtime.ts";
import { encodeCall, signExtrinsic, signingPayload } from "../core/wallet/extrinsic.ts";
import { KeyPair } from "../core/wallet/keypair.ts";

const KEY = new KeyPair(fromHex("e5be9a5092b81bca64be81d212e7f2f9eba183bb7a90954f7b76361f6edb5c0a"));

/** Names that @polkadot/* reads from the environment at import. */
const POLKADOT_ENV = ["POLKADOTJS_DISABLE_ESM_CJS_WARNING", "DEBUG", "DEBUG_MAX", "WS_NO_BUFFER_UTIL"];

const hash = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => `0x${toHex(bytes)}`);
const u16 = fc.integer({ min: 0, max: 0xffff });
const call: fc.Arbitrary<SignedCall> = fc.oneof(
  fc.record({
    call: fc.constant("set_weights" as const),
    netuid: u16,
    pairs: fc.array(fc.tuple(u16, u16), { maxLength: 120, size: "max" }),
    versionKey: fc.maxSafeNat(),
  }).map(({ pairs, ...rest }) => ({ ...rest, uids: pairs.map(([uid]) => uid), weights: pairs.map(([, w]) => w) })),
  fc.record({
    call: fc.constant("set_commitment" as const),
    netuid: u16,
    data: fc.uint8Array({ maxLength: 128, size: "max" }).map(toHex),
  }),
);

function contexts(extensions: readonly string[]): fc.Arbitrary<ExtrinsicContext> {
  return fc.record({
    genesis: hash,
    specVersion: fc.integer({ min: 0, max: 0xffff_ffff }),
    transactionVersion: fc.integer({ min: 0, max: 0xffff_ffff }),
    extensions: fc.constant(extensions),
    nonce: fc.oneof(fc.nat({ max: 70 }), fc.nat({ max: 2 ** 17 }), fc.integer({ min: 0, max: 0xffff_ffff })),
    era: fc.record({ number: fc.integer({ min: 0, max: 2 ** 31 }), hash }),
    period: fc.integer({ min: 2, max: 12 }).map((log) => 2 ** log),
  });
}

Deno.test({
  name: "signExtrinsic() agrees with polkadot.js on calls, payloads, whole extrinsics and signatures",
  permissions: { env: POLKADOT_ENV },
  async fn() {
    const { Metadata, TypeRegistry } = await import("@polkadot/types");
    const { Keyring } = await import("@polkadot/api");
    const registry = new TypeRegistry();
    registry.setMetadata(new Metadata(registry, encodeMetadata(bittensorRuntime(12_000)).v15));
    const verifier = new Keyring({ type: "sr25519" }).addFromAddress(KEY.address);
    const tx = (index: readonly number[]) => registry.findMetaCall(Uint8Array.from(index));
    assert.deepEqual([tx([7, 0]).section, tx([7, 0]).method], ["subtensorModule", "setWeights"]);
    assert.deepEqual([tx([18, 0]).section, tx([18, 0]).method], ["commitments", "setCommitment"]);

    const args = (signed: SignedCall): unknown[] =>
      signed.call === "set_weights"
        ? [signed.netuid, signed.uids, signed.weights, signed.versionKey]
        : [signed.netuid, { fields: [{ [`Raw${signed.data.length / 2}`]: `0x${signed.data}` }] }];
    let hashed = 0;
    fc.assert(
      fc.property(call, contexts(registry.signedExtensions), (signed, context) => {
        const callIndex = Uint8Array.from(signed.call === "set_weights" ? [7, 0] : [18, 0]);
        const theirs = registry.createType("Call", { callIndex, args: args(signed) });
        assert.equal(toHex(encodeCall(signed)), toHex(theirs.toU8a()));

        const payload = registry.createType("ExtrinsicPayload", {
          method: theirs.toHex(),
          era: registry.createType("ExtrinsicEra", { current: context.era.number, period: context.period }),
          nonce: context.nonce,
          tip: 0,
          mode: 0,
          metadataHash: null,
          specVersion: context.specVersion,
          transactionVersion: context.transactionVersion,
          genesisHash: context.genesis,
          blockHash: context.era.hash,
        }, { version: 4 });
        const signs = payload.toU8a({ method: true });
        const message = signs.length > 256 ? registry.hash(signs).toU8a() : signs;
        if (signs.length > 256) hashed++;
        assert.equal(toHex(signingPayload(signed, context)), toHex(message));

        const extrinsic = registry.createType("Extrinsic", signExtrinsic(KEY, signed, context));
        assert.ok(extrinsic.isSigned && extrinsic.version === 0x84);
        assert.equal(extrinsic.signer.toString(), KEY.address);
        assert.equal(extrinsic.nonce.toNumber(), context.nonce);
        assert.equal(extrinsic.tip.toNumber(), 0);
        assert.equal(extrinsic.method.toHex(), theirs.toHex());
        const era = extrinsic.era.asMortalEra;
        assert.equal(era.period.toNumber(), context.period);
        assert.equal(era.birth(context.era.number), context.era.number);
        assert.ok(verifier.verify(message, fromHex(extrinsic.signature.toHex()), KEY.publicKey));
      }),
      { numRuns: 60, seed: 120 },
    );
    assert.ok(hashed > 5, `only ${hashed} payloads were long enough to be hashed`);
  },
});
