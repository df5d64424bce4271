/**
 * Builds extrinsics of Subtensor from typed fields: the bytes that are signed are made here and nowhere else. Pure.
 * What is built stands in the wire format of Substrate's extrinsics, version 4, signed with sr25519.
 * @module
 */
import { blake2b } from "@noble/hashes/blake2.js";
import { concat, fromHex, toHex } from "../base/bytes.ts";
import { SignerError } from "../base/errors.ts";
import type { ExtrinsicContext } from "../port/chain.ts";
import type { SignedCall } from "../port/signer.ts";
import type { KeyPair } from "./keypair.ts";
import { compact, mortalEra, uint, vecU16 } from "./scale.ts";

/** Where Subtensor's runtime keeps the calls: (pallet, call). The chain room refuses a runtime that numbers them otherwise. */
export const CALL_INDEX: Readonly<Record<SignedCall["call"], readonly [pallet: number, call: number]>> = {
  set_weights: [7, 0],
  set_commitment: [18, 0],
};

/** Largest commitment that fits into one `Raw<N>` field, in bytes. */
export const MAX_COMMITMENT_BYTES = 128;

/** A payload above this many bytes is hashed before it is signed. */
const MAX_PLAIN_PAYLOAD = 256;

/** What an extension adds: bytes that travel with the extrinsic, and bytes that both sides know and that are only signed. */
interface ExtensionBytes {
  readonly extra: Uint8Array;
  readonly implicit: Uint8Array;
}

const NOTHING = new Uint8Array(0);

/** Extensions that only have hooks and add no byte. Names of Subtensor's runtimes from spec 200 on, and of Substrate. */
const EMPTY_EXTENSIONS: ReadonlySet<string> = new Set([
  "CheckNonZeroSender",
  "CheckWeight",
  "WeightReclaim",
  "StorageWeightReclaim",
  "SubtensorSignedExtension",
  "SubtensorTransactionExtension",
  "CommitmentsSignedExtension",
  "DrandPriority",
  "SudoTransactionExtension",
  "CheckShieldedTxValidity",
  "RateLimitTransactionExtension",
  "PrevalidateAttests",
]);

/**
 * Bytes of a call as the runtime decodes it.
 * @throws {RangeError} if a field is out of its range. @throws {SyntaxError} if the commitment is no hex.
 */
export function encodeCall(call: SignedCall): Uint8Array {
  const index = Uint8Array.from(CALL_INDEX[call.call]);
  switch (call.call) {
    case "set_weights":
      if (call.uids.length !== call.weights.length) {
        throw new RangeError(`${call.uids.length} uids cannot carry ${call.weights.length} weights`);
      }
      return concat(index, uint(call.netuid, 2), vecU16(call.uids), vecU16(call.weights), uint(call.versionKey, 8));
    case "set_commitment": {
      const data = fromHex(call.data);
      if (data.length > MAX_COMMITMENT_BYTES) {
        throw new RangeError(`A commitment has at most ${MAX_COMMITMENT_BYTES} bytes, not ${data.length}`);
      }
      // One field, of variant Raw<N>: variant 0 is None, so Raw0 has number 1.
      return concat(index, uint(call.netuid, 2), compact(1), uint(data.length + 1, 1), data);
    }
  }
}

/**
 * What is signed for a call: call, extras, implicits; hashed with BLAKE2b-256 when it is longer than 256 bytes.
 * @throws {SignerError} `unknown_extension` if the runtime has an extension whose bytes are not known here.
 */
export function signingPayload(call: SignedCall, context: ExtrinsicContext): Uint8Array {
  const parts = extensions(context);
  const payload = concat(encodeCall(call), ...parts.map((p) => p.extra), ...parts.map((p) => p.implicit));
  return payload.length > MAX_PLAIN_PAYLOAD ? blake2b(payload, { dkLen: 32 }) : payload;
}

/**
 * A signed extrinsic as 0x hex.
 * @throws {SignerError} `unknown_extension`. @throws {RangeError} if a field is out of its range.
 */
export function signExtrinsic(key: KeyPair, call: SignedCall, context: ExtrinsicContext): string {
  const signature = key.sign(signingPayload(call, context));
  const body = concat(
    uint(0x84, 1), // signed, version 4
    uint(0, 1), // MultiAddress::Id
    key.publicKey,
    uint(1, 1), // MultiSignature::Sr25519
    signature,
    ...extensions(context).map((part) => part.extra),
    encodeCall(call),
  );
  return `0x${toHex(concat(compact(body.length), body))}`;
}

/**
 * Extensions that bind a signature to its runtime, chain, time and number, in the order in which every runtime has them.
 * Without this check a caller could leave out or reorder names until the payload is that of another chain.
 */
const BINDING = ["CheckSpecVersion", "CheckTxVersion", "CheckGenesis", "CheckMortality", "CheckNonce"] as const;

function extensions(context: ExtrinsicContext): ExtensionBytes[] {
  const names = context.extensions.map((name) => name === "CheckEra" ? "CheckMortality" : name);
  const parts = names.map((name) => extension(name, context));
  const binding = names.filter((name) => (BINDING as readonly string[]).includes(name));
  if (binding.join() !== BINDING.join() || new Set(names).size !== names.length) {
    throw new SignerError(
      `The signed extensions must hold ${
        BINDING.join(", ")
      } once each and in this order; the endpoint is no Subtensor node`,
      { code: "invalid" },
    );
  }
  return parts;
}

function extension(name: string, context: ExtrinsicContext): ExtensionBytes {
  switch (name) {
    case "CheckSpecVersion":
      return { extra: NOTHING, implicit: uint(context.specVersion, 4) };
    case "CheckTxVersion":
      return { extra: NOTHING, implicit: uint(context.transactionVersion, 4) };
    case "CheckGenesis":
      return { extra: NOTHING, implicit: hash32(context.genesis, "genesis") };
    case "CheckMortality":
      return {
        extra: mortalEra(context.period, context.era.number),
        implicit: hash32(context.era.hash, "era block"),
      };
    case "CheckNonce":
      return { extra: compact(context.nonce), implicit: NOTHING };
    case "ChargeTransactionPayment":
    case "ChargeTransactionPaymentWrapper":
      return { extra: compact(0), implicit: NOTHING }; // no tip
    case "CheckMetadataHash":
      return { extra: uint(0, 1), implicit: uint(0, 1) }; // mode disabled; Option::None
    default:
      if (EMPTY_EXTENSIONS.has(name)) return { extra: NOTHING, implicit: NOTHING };
      throw new SignerError(
        `The chain's runtime asks for the signed extension ${
          JSON.stringify(name.slice(0, 64))
        }, which this version of af does not know; update af`,
        { code: "unknown_extension" },
      );
  }
}

function hash32(hex: string, what: string): Uint8Array {
  const bytes = fromHex(hex);
  if (bytes.length !== 32) throw new RangeError(`The hash of the ${what} has ${bytes.length} bytes, not 32`);
  return bytes;
}
