/** The JSON-RPC methods of the local chain: those of a Substrate node that clients use, and dev_newBlock. @module */
import { fromHex } from "../base/bytes.ts";
import { hex } from "./chain_codec.ts";
import { RpcError } from "./chain_errors.ts";
import { compact } from "./chain_hashes.ts";
import type { Block, ChainNode } from "./chain_node.ts";
import {
  blockNumber,
  bytesParam,
  countParam,
  hashParam,
  hexParam,
  keysParam,
  type Params,
  textParam,
} from "./chain_params.ts";
import {
  changeSet,
  headerJson,
  type RequestContext,
  submitAndWatch,
  subscribe,
  subscribeHeads,
  subscribeStorage,
  unsubscribe,
} from "./chain_subscriptions.ts";

/** A method: positional parameters in, JSON out. */
export type RpcMethod = (params: Params, request: RequestContext) => unknown;

/** Most blocks that one dev_newBlock makes. */
const MAX_NEW_BLOCKS = 10_000;

/** All methods by name; `newBlocks` makes blocks by hand. */
export function rpcMethods(node: ChainNode, newBlocks: (count: number) => Promise<unknown>): Map<string, RpcMethod> {
  const methods = new Map<string, RpcMethod>(Object.entries({
    ...systemMethods(node),
    ...chainMethods(node),
    ...stateMethods(node),
    ...authorMethods(node),
    dev_newBlock: async (params: Params) => {
      const { count, to } = (params[0] ?? {}) as { count?: unknown; to?: unknown };
      const wanted = to === undefined ? count : Number(to) - node.head.number;
      await newBlocks(countParam([wanted], 0, { low: 1, high: MAX_NEW_BLOCKS, fallback: 1 }));
      return node.head.hash;
    },
  }));
  methods.set("rpc_methods", () => ({ methods: [...methods.keys()].sort() }));
  return methods;
}

type Methods = Record<string, RpcMethod>;

function systemMethods(node: ChainNode): Methods {
  const nextNonce: RpcMethod = (params) => nonceOf(params, (account) => node.nextNonce(account));
  return {
    system_chain: () => "Bittensor",
    system_chainType: () => "Development",
    system_name: () => "af-local-chain",
    system_version: () => "1",
    system_properties: () => ({ ss58Format: 42, tokenDecimals: 9, tokenSymbol: "TAO" }),
    system_health: () => ({ peers: 0, isSyncing: false, shouldHavePeers: false }),
    system_accountNextIndex: nextNonce,
    account_nextIndex: nextNonce,
  };
}

function chainMethods(node: ChainNode): Methods {
  const block = (params: Params): Block | undefined => {
    const hash = hashParam(params, 0);
    return hash === undefined ? node.head : node.block(hash);
  };
  const blockHash = (value: unknown): string | null => {
    const number = blockNumber(value, 0);
    return number > node.head.number ? null : node.hashes.hash(number);
  };
  const finalized = () => node.finalized.hash;
  const heads = (method: string, kind: "best" | "finalized"): RpcMethod => (_, request) =>
    subscribeHeads(node, request, { method, kind });
  const stop: RpcMethod = ([id], request) => unsubscribe(request, id);
  return {
    chain_getBlockHash: ([number]) => {
      if (number === undefined || number === null) return node.head.hash;
      return Array.isArray(number) ? number.slice(0, 1024).map(blockHash) : blockHash(number);
    },
    chain_getHead: () => node.head.hash,
    chain_getFinalizedHead: finalized,
    chain_getFinalisedHead: finalized,
    chain_getHeader: (params) => {
      const found = block(params);
      return found ? headerJson(found.header) : null;
    },
    chain_getBlock: (params) => {
      const found = block(params);
      if (!found) return null;
      return {
        block: { header: headerJson(found.header), extrinsics: found.extrinsics.map(hex) },
        justifications: null,
      };
    },
    chain_subscribeNewHeads: heads("chain_newHead", "best"),
    chain_subscribeNewHead: heads("chain_newHead", "best"),
    chain_subscribeAllHeads: heads("chain_allHead", "best"),
    chain_subscribeFinalizedHeads: heads("chain_finalizedHead", "finalized"),
    chain_subscribeFinalisedHeads: heads("chain_finalizedHead", "finalized"),
    chain_unsubscribeNewHeads: stop,
    chain_unsubscribeNewHead: stop,
    chain_unsubscribeAllHeads: stop,
    chain_unsubscribeFinalizedHeads: stop,
    chain_unsubscribeFinalisedHeads: stop,
  };
}

function stateMethods(node: ChainNode): Methods {
  const read: RpcMethod = (params) => node.state.at(hexParam(params, 0), node.stateAt(hashParam(params, 1)));
  const version: RpcMethod = (params) => {
    const hash = hashParam(params, 0);
    // Clients ask for the version at the parent of a block; the first block's parent never was a block of this run.
    if (hash !== undefined && node.block(hash)) node.stateAt(hash);
    return node.version;
  };
  return {
    state_getMetadata: () => hex(node.codecs.metadata.v14),
    state_getRuntimeVersion: version,
    chain_getRuntimeVersion: version,
    state_getStorage: read,
    state_getStorageAt: read,
    state_getStorageSize: (params) => {
      const value = node.state.at(hexParam(params, 0), node.stateAt(hashParam(params, 1)));
      return value === null ? null : (value.length - 2) / 2;
    },
    state_queryStorageAt: (params) => {
      const hash = hashParam(params, 1);
      const number = node.stateAt(hash);
      return [changeSet(node, { hash: hash ?? node.head.hash, number }, keysParam(params, 0))];
    },
    state_getKeysPaged: (params) => {
      const count = countParam(params, 1, { low: 1, high: 1000 });
      const start = params[2] === undefined || params[2] === null ? undefined : hexParam(params, 2);
      return node.state.keys(hexParam(params, 0), count, start, node.stateAt(hashParam(params, 3)));
    },
    state_getKeys: (params) =>
      node.state.keys(hexParam(params, 0), Infinity, undefined, node.stateAt(hashParam(params, 1))),
    state_call: (params) => {
      const number = node.stateAt(hashParam(params, 2));
      return runtimeCall(node, { method: textParam(params, 0), args: hexParam(params, 1), number });
    },
    state_subscribeRuntimeVersion: (_, request) =>
      subscribe(request, "state_runtimeVersion", (push) => {
        push(node.version);
        return () => {};
      }),
    state_unsubscribeRuntimeVersion: ([id], request) => unsubscribe(request, id),
    state_subscribeStorage: (params, request) => subscribeStorage(node, request, keysParam(params, 0)),
    state_unsubscribeStorage: ([id], request) => unsubscribe(request, id),
  };
}

function authorMethods(node: ChainNode): Methods {
  return {
    author_submitExtrinsic: (params) => node.submit(bytesParam(params, 0)),
    author_submitAndWatchExtrinsic: (params, request) => submitAndWatch(node, request, bytesParam(params, 0)),
    author_unwatchExtrinsic: ([id], request) => unsubscribe(request, id),
    author_pendingExtrinsics: () => node.pending.map(({ raw }) => hex(raw)),
  };
}

/** Runtime APIs: SCALE in, SCALE out. */
function runtimeCall(node: ChainNode, { method, args, number }: { method: string; args: string; number: number }) {
  const { v14, v15 } = node.codecs.metadata;
  const opaque = (bytes: Uint8Array) => `${hex(compact(bytes.length))}${hex(bytes).slice(2)}`;
  switch (method) {
    case "Metadata_metadata":
      return opaque(v14);
    case "Metadata_metadata_versions":
      return hex(node.codecs.runtimeCall("Metadata", "metadata_versions").value.enc([14, 15]));
    case "Metadata_metadata_at_version": {
      const wanted = { "0x0e000000": v14, "0x0f000000": v15 }[args];
      return wanted ? `0x01${opaque(wanted).slice(2)}` : "0x00";
    }
    case "AccountNonceApi_account_nonce": {
      const api = node.codecs.runtimeCall("AccountNonceApi", "account_nonce");
      if (fromHex(args).length !== 32) throw new RpcError(-32602, "Invalid params: an account has 32 bytes");
      return hex(api.value.enc(node.nonce(String(api.args.dec(args)[0]), number)));
    }
    default:
      throw new RpcError(4003, `Client error: Execution failed: Exported method ${method} is not found`);
  }
}

function nonceOf(params: Params, read: (account: string) => number): number {
  const account = textParam(params, 0);
  try {
    return read(account);
  } catch (cause) {
    throw new RpcError(-32602, "Invalid params: parameter 0 is not an SS58 address", String(cause));
  }
}
