/**
 * Room: wallet. May: read the keyfile (write its folder only while a keyfile is created), env BT_PW_*. Never: net, run.
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
import { openKeyfile } from "./file.ts";
import type { KeyPair } from "./keypair.ts";
import { environmentSource } from "./password.ts";
import { createKeyfile } from "./write.ts";

/** What the wallet room does: a signer, once it has been opened. */
export interface WalletRoom extends Signer {
  /**
   * Opens a keyfile, an encrypted one by the password in its variable BT_PW_…, and returns
   * its address. `typed` is the path as the user wrote it, which names that variable.
   * @throws WalletError
   */
  open(options: { path: string; typed?: string }): Promise<string>;
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
  open: ({ path, typed }) => adopt(openKeyfile(path, environmentSource(typed ?? path))),
  create: ({ path }) => adopt(createKeyfile(path)),
  address: () => Promise.resolve(opened().address),
  extrinsic: (call: SignedCall, context: ExtrinsicContext) => Promise.resolve(signExtrinsic(opened(), call, context)),
  batch: (head: BatchHead) => Promise.resolve(toHex(opened().sign(batchBytes(head)))),
  index: (head: IndexHead) => Promise.resolve(toHex(opened().sign(indexBytes(head)))),
};

serveRoom({ ...room });
