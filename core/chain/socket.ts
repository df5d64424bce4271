/**
 * JSON-RPC over one WebSocket, as the provider of @polkadot/api.
 *
 * The library's own provider throws from its message handler when a server does not speak JSON, which ends the Worker, and
 * it connects again by itself without asking whether it is still the same chain. This one lives as long as its socket:
 * every request has a deadline, a server that breaks the protocol is hung up on, and nothing is thrown outside of a promise.
 * @module
 */
import type { ApiOptions } from "@polkadot/api/types";
import { ConnectionLost, rpcError } from "./rpc_error.ts";

/** What @polkadot/api asks of a provider. */
export type Provider = NonNullable<ApiOptions["provider"]>;
/** Receives the pushes of a subscription. */
export type PushCallback = (error: Error | null, result: unknown) => void;
type Emitted = Parameters<Provider["on"]>[0];
type EmitCallback = Parameters<Provider["on"]>[1];

/** Options of {@linkcode Socket.open}. */
export interface SocketOptions {
  /** Time for the handshake, in milliseconds. */
  readonly openMs: number;
  /** Time for one answer; a node that needs longer counts as gone. @default {30000} */
  readonly answerMs?: number;
  /** Longest message that is read, in UTF-16 units. @default {67108864} */
  readonly maxMessage?: number;
}

interface Pending {
  resolve(value: unknown): void;
  reject(error: Error): void;
  timer: ReturnType<typeof setTimeout>;
  subscription?: PushCallback;
}

/** Pushes that came before the answer with their subscription's id; more of them are dropped. */
const EARLY_PUSHES = 64;

/** One WebSocket to one node. */
export class Socket implements Provider {
  readonly hasSubscriptions = true;
  readonly isClonable = false;
  readonly endpoint: string;
  readonly #socket: WebSocket;
  readonly #answerMs: number;
  readonly #maxMessage: number;
  readonly #pending = new Map<number, Pending>();
  readonly #subscriptions = new Map<string, PushCallback>();
  readonly #early: { id: string; params: Record<string, unknown> }[] = [];
  readonly #listeners = new Map<Emitted, Set<EmitCallback>>();
  #next = 1;
  #closed: ConnectionLost | null = null;

  private constructor(endpoint: string, socket: WebSocket, options: SocketOptions) {
    this.endpoint = endpoint;
    this.#socket = socket;
    this.#answerMs = options.answerMs ?? 30_000;
    this.#maxMessage = options.maxMessage ?? 2 ** 26;
    socket.onmessage = (event) => this.#receive(event.data);
    socket.onerror = (event) => this.#end((event as ErrorEvent).message || "the socket failed");
    socket.onclose = (event) => this.#end(event.reason || `closed with code ${event.code}`);
  }

  /** Connects. @throws ConnectionLost if the server refuses or does not answer in time. */
  static open(endpoint: string, options: SocketOptions): Promise<Socket> {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(endpoint);
      const fail = (why: string) => {
        clearTimeout(timer);
        socket.onopen = socket.onerror = socket.onclose = null;
        socket.close();
        reject(new ConnectionLost(endpoint, why));
      };
      const timer = setTimeout(() => fail("no answer to the handshake"), options.openMs);
      socket.onopen = () => {
        clearTimeout(timer);
        resolve(new Socket(endpoint, socket, options));
      };
      socket.onerror = (event) => fail((event as ErrorEvent).message || "refused");
      socket.onclose = (event) => fail(event.reason || "refused");
    });
  }

  get isConnected(): boolean {
    return this.#closed === null;
  }

  clone(): Provider {
    throw new TypeError("A socket cannot be cloned");
  }

  connect(): Promise<void> {
    return this.#closed ? Promise.reject(this.#closed) : Promise.resolve();
  }

  disconnect(): Promise<void> {
    this.hangUp("closed by this side");
    return Promise.resolve();
  }

  /** Closes the socket; requests under way reject with `why`. */
  hangUp(why: string): void {
    this.#end(why);
  }

  on(type: Emitted, callback: EmitCallback): () => void {
    let set = this.#listeners.get(type);
    if (!set) this.#listeners.set(type, set = new Set());
    set.add(callback);
    return () => set.delete(callback);
  }

  // deno-lint-ignore no-explicit-any -- the signature of the library's interface
  send<T = any>(method: string, params: unknown[]): Promise<T> {
    return this.#request(method, params) as Promise<T>;
  }

  subscribe(_type: string, method: string, params: unknown[], push: PushCallback): Promise<number | string> {
    return this.#request(method, params, push) as Promise<number | string>;
  }

  unsubscribe(_type: string, method: string, id: number | string): Promise<boolean> {
    const known = this.#subscriptions.delete(String(id));
    return known && this.isConnected ? this.send<boolean>(method, [id]) : Promise.resolve(false);
  }

  #request(method: string, params: unknown[], subscription?: PushCallback): Promise<unknown> {
    if (this.#closed) return Promise.reject(this.#closed);
    return new Promise((resolve, reject) => {
      const id = this.#next++;
      const timer = setTimeout(() => this.#end(`no answer to ${method} in ${this.#answerMs / 1000} s`), this.#answerMs);
      this.#pending.set(id, { resolve, reject, timer, ...(subscription ? { subscription } : {}) });
      try {
        this.#socket.send(JSON.stringify({ id, jsonrpc: "2.0", method, params }));
      } catch (thrown) {
        this.#end(`sending failed: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
      }
    });
  }

  #receive(data: unknown): void {
    if (typeof data !== "string") return this.#end("it sent binary data, which no Substrate node does");
    if (data.length > this.#maxMessage) return this.#end(`it sent ${data.length} characters at once`);
    let message: unknown;
    try {
      message = JSON.parse(data);
    } catch {
      return this.#end("it sent text that is not JSON, which no Substrate node does");
    }
    if (typeof message !== "object" || message === null) return this.#end("it sent JSON that is not JSON-RPC");
    const { id, method, params } = message as Record<string, unknown>;
    if (typeof id === "number" && this.#pending.has(id)) this.#answer(id, message as Record<string, unknown>);
    else if (typeof method === "string" && typeof params === "object" && params) {
      this.#push(params as Record<string, unknown>);
    }
  }

  #answer(id: number, message: Record<string, unknown>): void {
    const { resolve, reject, timer, subscription } = this.#pending.get(id)!;
    this.#pending.delete(id);
    clearTimeout(timer);
    if (message.error !== undefined) return reject(rpcError(message.error));
    if (!("result" in message)) return reject(rpcError({ message: "an answer without a result" }));
    if (subscription) {
      const key = String(message.result);
      this.#subscriptions.set(key, subscription);
      const early = this.#early.filter((push) => push.id === key);
      if (early.length) queueMicrotask(() => early.forEach((push) => this.#push(push.params)));
      this.#early.length = 0;
    }
    resolve(message.result);
  }

  #push(params: Record<string, unknown>): void {
    const id = String(params.subscription);
    const callback = this.#subscriptions.get(id);
    if (callback) callback(params.error === undefined ? null : rpcError(params.error), params.result);
    else if (this.#pendingSubscription() && this.#early.length < EARLY_PUSHES) this.#early.push({ id, params });
  }

  #pendingSubscription(): boolean {
    return [...this.#pending.values()].some((pending) => pending.subscription);
  }

  #end(why: string): void {
    if (this.#closed) return;
    this.#closed = new ConnectionLost(this.endpoint, why);
    this.#socket.onmessage = this.#socket.onclose = null;
    // An error may still come after the close: without a handler it would be reported as uncaught.
    this.#socket.onerror = (event) => event.preventDefault();
    this.#socket.close();
    for (const { reject, timer } of this.#pending.values()) {
      clearTimeout(timer);
      reject(this.#closed);
    }
    this.#pending.clear();
    for (const push of this.#subscriptions.values()) push(this.#closed, undefined);
    this.#subscriptions.clear();
    for (const callback of this.#listeners.get("disconnected") ?? []) callback();
  }
}
