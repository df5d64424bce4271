/** Reads a signed extrinsic and checks its signature and era, as a Substrate node does before its pool. @module */
import { blake2b } from "@noble/hashes/blake2.js";
import { AccountId, compactNumber } from "@polkadot-api/substrate-bindings";
import { verify } from "@scure/sr25519";
import { concat, fromHex } from "../base/bytes.ts";
import { type Call, type Codecs, type DecodedExtrinsic, hex } from "./chain_codec.ts";
import { invalidTransaction, RpcError } from "./chain_errors.ts";
import { compact, type Hashes } from "./chain_hashes.ts";
import { SPEC_VERSION, TRANSACTION_VERSION } from "./chain_runtime.ts";
import { BLOCK_HASH_COUNT } from "./chain_system.ts";

/** A signed extrinsic whose signature held. */
export interface CheckedExtrinsic {
  /** The bytes as they came, with their length prefix. */
  readonly raw: Uint8Array;
  /** blake2-256 of {@linkcode CheckedExtrinsic.raw}. */
  readonly hash: string;
  /** SS58 address. */
  readonly signer: string;
  readonly nonce: number;
  readonly tip: bigint;
  readonly call: Call;
  /** First block that can no longer hold it. */
  readonly death: number;
}

/** An era: the block whose hash the signature covers, and the first block that is too late. */
export interface Era {
  readonly birth: number;
  readonly death: number;
}

/** The birth and death of an era, seen from block `current`. */
export function readEra(era: { readonly type: string; readonly value?: unknown }, current: number): Era {
  if (era.type === "Immortal") return { birth: 0, death: Infinity };
  const encoded = Number(era.type.slice("Mortal".length)) | (Number(era.value) << 8);
  const period = 2 << (encoded % 16);
  const phase = (encoded >> 4) * Math.max(period >> 12, 1);
  const birth = Math.floor((Math.max(current, phase) - phase) / period) * period + phase;
  return { birth, death: birth + period };
}

/** What an extrinsic is checked against. */
export interface ExtrinsicChecker {
  readonly codecs: Codecs;
  readonly hashes: Hashes;
  /** Number of the block that it would be in. */
  readonly next: number;
}

/**
 * Checks an extrinsic's form, era and signature; nonce and call are the pool's business.
 * @throws {RpcError} 1001 bad framing, 1002 undecodable, 1010 bad signature or ancient birth block, 1011 unknown signer form.
 */
export function checkExtrinsic(raw: Uint8Array, { codecs, hashes, next }: ExtrinsicChecker): CheckedExtrinsic {
  const decoded = decode(raw, codecs);
  const { address, signature, extra } = decoded;
  const mode = extra.CheckMetadataHash as { type: string } | undefined;
  if (address.type !== "Id" || mode?.type === "Enabled") {
    const why = "Could not lookup information required to validate the transaction";
    throw new RpcError(1011, "Unknown Transaction Validity", why);
  }
  const signer = String(address.value);
  const era = readEra(extra.CheckMortality as { type: string; value?: unknown }, next);
  // An era that has run out reads as the next one of the same phase: its birth is ahead of the chain, or its hash
  // differs from the signed one and the signature fails. Real nodes answer the same.
  if (era.death !== Infinity && (era.birth >= next || next - era.birth > BLOCK_HASH_COUNT)) {
    throw invalidTransaction("Transaction has an ancient birth block");
  }
  const implicit = {
    CheckSpecVersion: SPEC_VERSION,
    CheckTxVersion: TRANSACTION_VERSION,
    CheckGenesis: hashes.hash(0),
    CheckMortality: hashes.hash(era.birth),
  };
  const payload = concat(decoded.callBytes, ...codecs.signedExtensions(extra, implicit));
  const signed = payload.length > 256 ? blake2b(payload, { dkLen: 32 }) : payload;
  if (signature.type !== "Sr25519" || !signatureHolds(signed, fromHex(signature.value), AccountId().enc(signer))) {
    throw invalidTransaction("Transaction has a bad signature");
  }
  return {
    raw,
    hash: hex(blake2b(raw, { dkLen: 32 })),
    signer,
    nonce: Number(extra.CheckNonce),
    tip: BigInt(extra.ChargeTransactionPayment as bigint | number),
    call: decoded.call,
    death: era.death,
  };
}

function decode(raw: Uint8Array, codecs: Codecs): DecodedExtrinsic {
  let body: Uint8Array;
  try {
    const length = compactNumber.dec(raw);
    // Copied, not a view: the decoder reads a view's buffer from its beginning.
    body = raw.slice(compact(length).length);
    if (body.length !== length) throw new Error(`It says ${length} bytes and has ${body.length}`);
  } catch (error) {
    throw new RpcError(1001, `Extrinsic has invalid format: ${text(error)}`);
  }
  try {
    return codecs.decodeExtrinsic(body);
  } catch (error) {
    const why = 'RuntimeApi("Could not decode `UncheckedExtrinsic`")';
    throw new RpcError(1002, `Verification Error: Runtime error: ${text(error)}`, why);
  }
}

function signatureHolds(message: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): boolean {
  try {
    return verify(message, signature, publicKey);
  } catch {
    // The library throws on bytes that are no curve point: such a signature does not hold.
    return false;
  }
}

function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
