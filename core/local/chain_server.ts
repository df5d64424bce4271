/** Serves JSON-RPC 2.0 over WebSocket on loopback. Nothing that a client sends can end the server. @module */
import { RpcError } from "./chain_errors.ts";
import type { RpcMethod } from "./chain_rpc.ts";
import type { Connection, RequestContext } from "./chain_subscriptions.ts";

/** A running server. */
export interface RpcServer {
  readonly port: number;
  /** Closes every connection; clients may come back at once. */
  drop(): void;
  /** While true new connections are refused with 503. */
  refusing: boolean;
  /** Closes connections and port. */
  close(): Promise<void>;
}

/** Longest message in characters: a full pool check fits many times. */
const MAX_MESSAGE = 4 * 1024 * 1024;
const MAX_BATCH = 256;
const MAX_CONNECTIONS = 256;
/** A client that reads this many bytes too slowly is cut off. */
const MAX_BACKLOG = 64 * 1024 * 1024;

const DROPPED = 4000;
const TOO_LARGE = 4009;

/** Serves methods on a port of 127.0.0.1; 0 picks a free one. */
export function serveRpc(methods: ReadonlyMap<string, RpcMethod>, port: number): RpcServer {
  const sockets = new Set<WebSocket>();
  const closer = new AbortController();
  const state = { refusing: false };
  const http = Deno.serve(
    { port, hostname: "127.0.0.1", signal: closer.signal, onListen() {} },
    (request) => {
      if (state.refusing || sockets.size >= MAX_CONNECTIONS) return new Response("Refused\n", { status: 503 });
      if (request.headers.get("upgrade")?.toLowerCase() !== "websocket") {
        return new Response("This is a WebSocket endpoint\n", { status: 426 });
      }
      const { socket, response } = Deno.upgradeWebSocket(request);
      attend(socket, { methods, sockets });
      return response;
    },
  );
  const drop = () => sockets.forEach((socket) => shut(socket, DROPPED, "Connection dropped"));
  return {
    port: http.addr.port,
    drop,
    get refusing() {
      return state.refusing;
    },
    set refusing(on) {
      state.refusing = on;
    },
    async close() {
      state.refusing = true;
      const gone = [...sockets].map((socket) =>
        new Promise((resolve) => socket.addEventListener("close", resolve, { once: true }))
      );
      drop();
      const patience = Promise.withResolvers<void>();
      const timer = setTimeout(patience.resolve, 500);
      await Promise.race([Promise.all(gone), patience.promise]);
      clearTimeout(timer);
      closer.abort();
      await http.finished;
    },
  };
}

interface Attendance {
  readonly methods: ReadonlyMap<string, RpcMethod>;
  readonly sockets: Set<WebSocket>;
}

function attend(socket: WebSocket, { methods, sockets }: Attendance): void {
  sockets.add(socket);
  const connection: Connection = {
    subscriptions: new Map(),
    send(message) {
      if (socket.readyState !== WebSocket.OPEN) return;
      if (socket.bufferedAmount > MAX_BACKLOG) return shut(socket, DROPPED, "Too slow");
      socket.send(JSON.stringify(message));
    },
  };
  socket.onmessage = ({ data }) => {
    if (typeof data === "string" && data.length > MAX_MESSAGE) return shut(socket, TOO_LARGE, "Message too large");
    void receive(data, connection, methods);
  };
  socket.onclose = () => {
    sockets.delete(socket);
    for (const stop of connection.subscriptions.values()) stop();
    connection.subscriptions.clear();
  };
  // A broken connection is followed by its close; there is nothing to add.
  socket.onerror = (event) => event.preventDefault();
}

function shut(socket: WebSocket, code: number, reason: string): void {
  if (socket.readyState === WebSocket.OPEN) socket.close(code, reason);
}

/** Answers one message: a request or a batch of them. */
export async function receive(
  data: unknown,
  connection: Connection,
  methods: ReadonlyMap<string, RpcMethod>,
): Promise<void> {
  const context: RequestContext = { connection, after: [] };
  let message: unknown;
  try {
    if (typeof data !== "string") throw new SyntaxError("Binary message");
    message = JSON.parse(data);
  } catch {
    return connection.send(failure(null, new RpcError(-32700, "Parse error")));
  }
  if (!Array.isArray(message)) {
    const reply = answer(message, context, methods);
    // No await for what is there already: the answer to a subscription must leave before its first push.
    const ready = reply instanceof Promise ? await reply : reply;
    if (ready) connection.send(ready);
  } else if (message.length === 0 || message.length > MAX_BATCH) {
    connection.send(failure(null, new RpcError(-32600, `Invalid Request: a batch has 1 to ${MAX_BATCH} requests`)));
  } else {
    const replies = await Promise.all(message.map((one) => answer(one, context, methods)));
    const sent = replies.filter((reply) => reply !== undefined);
    if (sent.length > 0) connection.send(sent);
  }
  for (const next of context.after) next();
}

type Id = string | number | null;
type Reply = { readonly jsonrpc: "2.0"; readonly id: Id } & Readonly<Record<string, unknown>>;

/** Runs one request. A notification (a request without an id) gets no answer. */
function answer(
  message: unknown,
  context: RequestContext,
  methods: ReadonlyMap<string, RpcMethod>,
): Reply | undefined | Promise<Reply | undefined> {
  const { id, method, params } = (message ?? {}) as { id?: unknown; method?: unknown; params?: unknown };
  const known: Id = typeof id === "string" || typeof id === "number" ? id : null;
  const reply = (made: Reply): Reply | undefined => id === undefined ? undefined : made;
  if (typeof message !== "object" || message === null || typeof method !== "string") {
    return failure(known, new RpcError(-32600, "Invalid Request"));
  }
  const run = methods.get(method);
  if (!run) return reply(failure(known, new RpcError(-32601, "Method not found")));
  try {
    const list = params === undefined || params === null ? [] : Array.isArray(params) ? params : [params];
    const result = run(list, context);
    if (!(result instanceof Promise)) return reply({ jsonrpc: "2.0", id: known, result });
    return result.then(
      (value) => reply({ jsonrpc: "2.0", id: known, result: value }),
      (error) => reply(failure(known, error)),
    );
  } catch (error) {
    return reply(failure(known, error));
  }
}

function failure(id: Id, thrown: unknown): Reply {
  const { code, message, data } = thrown instanceof RpcError
    ? thrown
    : new RpcError(-32603, `Internal error: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
  return { jsonrpc: "2.0", id, error: { code, message, ...(data === undefined ? {} : { data }) } };
}
