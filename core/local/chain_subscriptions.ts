/** Subscriptions of the local chain's JSON-RPC: heads, storage, and what becomes of an extrinsic. @module */
import type { HexString } from "@polkadot-api/substrate-bindings";
import { RpcError } from "./chain_errors.ts";
import type { Header } from "./chain_hashes.ts";
import type { Block, BlockListener, ChainNode } from "./chain_node.ts";
import type { PoolStatus } from "./chain_pool.ts";

/** One client. */
export interface Connection {
  /** Sends a value as JSON. */
  send(message: unknown): void;
  /** Open subscriptions: how to stop each. */
  readonly subscriptions: Map<string, () => void>;
}

/** One request: what it wants to do only after its answer has left. */
export interface RequestContext {
  readonly connection: Connection;
  readonly after: (() => void)[];
}

const MAX_SUBSCRIPTIONS = 512;
let opened = 0;

/**
 * Opens a subscription and returns its id. `open` runs after the answer with the id has left, so that no client sees a
 * push for an id that it does not know yet; it returns how to stop.
 */
export function subscribe(
  { connection, after }: RequestContext,
  method: string,
  open: (push: (result: unknown) => void) => () => void,
): string {
  if (connection.subscriptions.size >= MAX_SUBSCRIPTIONS) {
    throw new RpcError(-32000, `Too many subscriptions, at most ${MAX_SUBSCRIPTIONS} on a connection`);
  }
  const id = `af${++opened}`;
  connection.subscriptions.set(id, () => {});
  after.push(() => {
    if (!connection.subscriptions.has(id)) return;
    const push = (result: unknown) => {
      if (connection.subscriptions.has(id)) {
        connection.send({ jsonrpc: "2.0", method, params: { subscription: id, result } });
      }
    };
    connection.subscriptions.set(id, open(push));
  });
  return id;
}

/** Ends a subscription; false if there is none of that id. */
export function unsubscribe({ connection }: RequestContext, id: unknown): boolean {
  if (typeof id !== "string") return false;
  connection.subscriptions.get(id)?.();
  return connection.subscriptions.delete(id);
}

function listen(node: ChainNode, listener: BlockListener): () => void {
  node.listeners.add(listener);
  return () => node.listeners.delete(listener);
}

/** Heads: the present one at once, then every new one. */
export function subscribeHeads(
  node: ChainNode,
  request: RequestContext,
  { method, kind }: { method: string; kind: "best" | "finalized" },
): string {
  return subscribe(request, method, (push) => {
    push(headerJson((kind === "best" ? node.head : node.finalized).header));
    return listen(node, (what, block) => {
      if (what === kind) push(headerJson(block.header));
    });
  });
}

/** Values of keys: all of them at once, then those that a best block changed. */
export function subscribeStorage(node: ChainNode, request: RequestContext, keys: readonly HexString[]): string {
  return subscribe(request, "state_storage", (push) => {
    push(changeSet(node, node.head, keys));
    return listen(node, (what, block) => {
      const changed = what === "best" ? keys.filter((key) => block.changes.has(key)) : [];
      if (changed.length > 0) push(changeSet(node, block, changed));
    });
  });
}

/** Submits an extrinsic and reports its statuses. @throws {RpcError} if the pool refuses it. */
export function submitAndWatch(node: ChainNode, request: RequestContext, extrinsic: Uint8Array): string {
  const early: PoolStatus[] = [];
  let tell = (status: PoolStatus): void => void early.push(status);
  node.submit(extrinsic, (status) => tell(status));
  return subscribe(request, "author_extrinsicUpdate", (push) => {
    early.forEach(push);
    tell = push;
    return () => tell = () => {};
  });
}

/** Values of keys at a block as JSON-RPC shows them. */
export interface ChangeSet {
  /** Hash of the block. */
  readonly block: string;
  readonly changes: readonly (readonly [key: HexString, value: HexString | null])[];
}

/** The values of keys at a block. */
export function changeSet(
  node: ChainNode,
  { hash, number }: Pick<Block, "hash" | "number">,
  keys: readonly HexString[],
): ChangeSet {
  return { block: hash, changes: keys.map((key) => [key, node.state.at(key, number)]) };
}

/** A header as JSON-RPC shows it. */
export interface HeaderJson {
  readonly parentHash: string;
  /** Hex. */
  readonly number: string;
  readonly stateRoot: string;
  readonly extrinsicsRoot: string;
  readonly digest: { readonly logs: readonly [] };
}

/** Makes a {@linkcode HeaderJson}. */
export function headerJson({ parentHash, number, stateRoot, extrinsicsRoot }: Header): HeaderJson {
  return { parentHash, number: `0x${number.toString(16)}`, stateRoot, extrinsicsRoot, digest: { logs: [] } };
}
