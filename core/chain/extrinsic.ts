/** Signed extrinsics from outside: what they are good for, and what the signer needs to build one. @module */
import type { ApiPromise } from "@polkadot/api";
import { ChainError, errorText } from "../base/errors.ts";
import { decodeAddress } from "../base/ss58.ts";
import type { ExtrinsicContext, Head } from "../port/chain.ts";
import type { Link } from "./link.ts";
import type { Node } from "./node.ts";
import { ConnectionLost } from "./rpc_error.ts";
import { requireCalls } from "./runtime.ts";

/**
 * Blocks that a signature is good for. Short, so that what was not taken is soon known to be dead; long enough for the
 * time from finality to inclusion.
 */
export const ERA_BLOCKS = 16;
/** Finality may lag by this much before an era would be half over when it starts. */
const LARGEST_LAG = 4;

/** What an extrinsic says of itself. */
export interface Sealed {
  /** First block that cannot hold it any more; null if it is immortal. */
  readonly death: number | null;
}

interface DecodedExtrinsic {
  readonly isSigned: boolean;
  readonly era: { readonly isMortalEra: boolean; readonly asMortalEra: { death(current: number): number } };
  toHex(): string;
}

/** Reads a signed extrinsic. @throws ChainError `invalid` if it is none for this runtime. */
export function unseal(api: ApiPromise, hex: string, best: number): Sealed {
  try {
    const decoded = api.registry.createType("Extrinsic", hex) as unknown as DecodedExtrinsic;
    if (!decoded.isSigned) throw new TypeError("It is not signed");
    if (decoded.toHex() !== hex) throw new TypeError("It is not in canonical form");
    return { death: decoded.era.isMortalEra ? decoded.era.asMortalEra.death(best) : null };
  } catch (cause) {
    throw new ChainError(`Not an extrinsic for this chain's runtime: ${errorText(cause)}`, { code: "invalid", cause });
  }
}

/**
 * What a signer needs: nonce and head are read anew, and the runtime is the newest.
 * @throws ChainError `foreign_calls`.
 */
export async function context(link: Link, node: Node, address: string): Promise<ExtrinsicContext> {
  decodeAddress(address);
  const [version, nonce, finalized, best] = await Promise.all([
    node.socket.send("state_getRuntimeVersion", []),
    node.socket.send("system_accountNextIndex", [address]),
    node.head(),
    node.best(),
  ]);
  const { specVersion } = node.identity();
  if (version?.specVersion !== specVersion) {
    // A runtime upgrade that the subscription has not told of: metadata and calls may be others. A new connection reads them.
    link.log("info", `The runtime changed from ${specVersion} to ${version?.specVersion}`);
    node.socket.hangUp("the runtime was upgraded");
    throw new ConnectionLost(link.endpoint, "the runtime was upgraded");
  }
  requireCalls(node.api);
  return {
    genesis: node.genesis,
    specVersion,
    transactionVersion: Number(version.transactionVersion),
    extensions: [...node.api.registry.signedExtensions],
    nonce: Number(nonce),
    era: birth(finalized, best),
    period: ERA_BLOCKS,
  };
}

/** Where an era starts: at the finalized head, which no reorganization can take back, unless finality lags too far behind. */
export function birth(finalized: Head, best: Head): Head {
  return best.number - finalized.number > LARGEST_LAG ? best : finalized;
}
