/**
 * Room: signer. May: net to the one loopback port of the signer process. Never: read, write, env, run.
 * The validator's line to its key: the token comes by message and stays in here.
 * @module
 */
import { SignerError } from "../base/errors.ts";
import type { ExtrinsicContext } from "../port/chain.ts";
import type { BatchHead, IndexHead, SignedCall, Signer } from "../port/signer.ts";
import { serveRoom } from "../room/serve.ts";
import { remoteSigner, type RemoteSignerOptions } from "./remote.ts";

/** What the signer room does: a signer, once it is connected. */
export interface SignerRoom extends Signer {
  /** Says where the signer listens and what it asks for; connects nowhere yet. */
  connect(options: Pick<RemoteSignerOptions, "port" | "token" | "timeoutMs">): Promise<void>;
}

let remote: Signer | null = null;

function connected(): Signer {
  if (!remote) throw new SignerError("The signer room is not connected", { code: "closed" });
  return remote;
}

const room: SignerRoom = {
  connect: ({ port, token, timeoutMs }) => {
    remote = remoteSigner({ port, token, ...(timeoutMs === undefined ? {} : { timeoutMs }) });
    return Promise.resolve();
  },
  address: () => connected().address(),
  extrinsic: (call: SignedCall, context: ExtrinsicContext) => connected().extrinsic(call, context),
  batch: (head: BatchHead) => connected().batch(head),
  index: (head: IndexHead) => connected().index(head),
};

serveRoom({ ...room });
