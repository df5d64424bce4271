/**
 * Room: wallet. May: read the keyfile (write its folder only while a keyfile is created). Never: net, env, run.
 * Holds the one hotkey of the signer process and signs only what it has built itself from typed fields.
 * @module
 */
import { toHex } from "../base/bytes.ts";
import { WalletError } from "../base/errors.ts";
import type { ExtrinsicContext } from "../port/chain.ts";
import type { BatchHead, IndexHead, SignedCall, Signer } from "../port/signer.ts";
import { batchBytes } from "../record/batch.ts";
import { indexBytes } from "../record/index_head.ts";
import { serveRoom } from "../room/serve.ts";
import { signExtrinsic } from "./extrinsic.ts";
import { createKeyfile, openKeyfile } from "./file.ts";
import type { KeyPair } from "./keypair.ts";

/** What the wallet room does: a signer, once it has been opened. */
export interface WalletRoom extends Signer {
  /** Opens a plain keyfile and returns its address. @throws WalletError */
  open(options: { path: string }): Promise<string>;
  /** Makes a plain keyfile that was not there, opens it and returns its address. @throws WalletError */
  create(options: { path: string }): Promise<string>;
}

let key: KeyPair | null = null;

function opened(): KeyPair {
  if (!key) throw new WalletError("The wallet is not open", { code: "closed" });
  return key;
}

async function adopt(make: Promise<KeyPair>): Promise<string> {
  const made = await make;
  // One process holds one key: what it has begun to sign for does not change under it.
  if (key) throw new WalletError("The wallet is open already", { code: "open" });
  key = made;
  return key.address;
}

const room: WalletRoom = {
  open: ({ path }) => adopt(openKeyfile(path)),
  create: ({ path }) => adopt(createKeyfile(path)),
  address: () => Promise.resolve(opened().address),
  extrinsic: (call: SignedCall, context: ExtrinsicContext) => Promise.resolve(signExtrinsic(opened(), call, context)),
  batch: (head: BatchHead) => Promise.resolve(toHex(opened().sign(batchBytes(head)))),
  index: (head: IndexHead) => Promise.resolve(toHex(opened().sign(indexBytes(head)))),
};

serveRoom({ ...room });
