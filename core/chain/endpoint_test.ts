/** Endpoints that are no chain: each ends in a typed error, and the room lives on to say so. */
import assert from "node:assert/strict";
import { AfError } from "../base/errors.ts";
import { openChain } from "./client.ts";
import { ConnectionLost, RpcError } from "./rpc_error.ts";
import { Socket } from "./socket.ts";

const PERMISSIONS: Deno.PermissionOptions = {
  net: ["127.0.0.1"],
  read: true,
  env: ["POLKADOTJS_DISABLE_ESM_CJS_WARNING", "DEBUG", "DEBUG_MAX", "WS_NO_BUFFER_UTIL"],
};

type Behaviour = (socket: WebSocket, message: string) => void;

/** A WebSocket server that answers every message in its own way. */
async function withServer(behave: Behaviour | null, work: (url: string) => Promise<void>): Promise<void> {
  const sockets = new Set<WebSocket>();
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    if (!behave) return new Response("a web page", { status: 200 });
    const { socket, response } = Deno.upgradeWebSocket(request);
    sockets.add(socket);
    socket.onmessage = ({ data }) => behave(socket, String(data));
    socket.onerror = (event) => event.preventDefault();
    return response;
  });
  try {
    await work(`ws://127.0.0.1:${server.addr.port}`);
  } finally {
    for (const socket of sockets) if (socket.readyState === WebSocket.OPEN) socket.close();
    await server.shutdown();
  }
}

function result(message: string, value: unknown): string {
  return JSON.stringify({ jsonrpc: "2.0", id: JSON.parse(message).id, result: value });
}

function opens(url: string, code: string): Promise<void> {
  const died: Error[] = [];
  return assert.rejects(
    openChain(url, { patienceMs: 700, onDeath: (error) => died.push(error) }).then(({ close }) => close()),
    (thrown) => {
      assert.ok(thrown instanceof AfError && thrown.kind === "ChainError", String(thrown));
      assert.equal(thrown.code, code, thrown.message);
      assert.deepEqual(died, []);
      return true;
    },
  );
}

const STRANGERS: readonly (readonly [what: string, behave: Behaviour | null, code: string])[] = [
  ["is a web page", null, "unreachable"],
  ["never answers", () => {}, "unreachable"],
  ["hangs up on the first question", (socket) => socket.close(), "unreachable"],
  ["does not speak JSON", (socket) => socket.send("hello!"), "unreachable"],
  ["sends binary data", (socket) => socket.send(new Uint8Array([1, 2, 3])), "unreachable"],
  ["sends JSON that is no JSON-RPC", (socket) => socket.send("null"), "unreachable"],
  ["sends back what it gets", (socket, message) => socket.send(message), "no_substrate"],
  ["knows none of the methods", (socket, message) => {
    const { id } = JSON.parse(message);
    socket.send(JSON.stringify({ jsonrpc: "2.0", id, error: { code: -32601, message: "Method not found" } }));
  }, "no_substrate"],
  ["answers everything with a number", (socket, message) => socket.send(result(message, 7)), "no_substrate"],
  ["has a genesis and nothing else", (socket, message) => {
    const { method } = JSON.parse(message);
    socket.send(result(message, method === "chain_getBlockHash" ? `0x${"12".repeat(32)}` : {}));
  }, "no_substrate"],
];

for (const [what, behave, code] of STRANGERS) {
  Deno.test({
    name: `openChain() says ${code} when the endpoint ${what}`,
    permissions: PERMISSIONS,
    fn: () => withServer(behave, (url) => opens(url, code)),
  });
}

Deno.test({
  name: "openChain() says unreachable when nobody listens",
  permissions: PERMISSIONS,
  async fn() {
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = listener.addr;
    listener.close();
    await opens(`ws://127.0.0.1:${port}`, "unreachable");
  },
});

Deno.test({
  name: "Socket rejects what is under way when the server goes or is too slow",
  permissions: { net: ["127.0.0.1"] },
  fn: () =>
    withServer((socket, message) => {
      if (message.includes("bye")) socket.close();
    }, async (url) => {
      const first = await Socket.open(url, { openMs: 5_000 });
      const pending = [first.send("wait", []), first.subscribe("t", "wait", [], () => {}), first.send("bye", [])];
      for (const end of await Promise.allSettled(pending)) {
        assert.ok(end.status === "rejected" && end.reason instanceof ConnectionLost);
      }
      assert.equal(first.isConnected, false);
      await assert.rejects(first.send("late", []), ConnectionLost);
      const second = await Socket.open(url, { openMs: 5_000, answerMs: 30 });
      await assert.rejects(second.send("wait", []), /no answer to wait/);
      assert.equal(second.isConnected, false);
    }),
});

Deno.test({
  name: "Socket delivers pushes that come before the answer with their id, and none after the end",
  permissions: { net: ["127.0.0.1"] },
  fn: () =>
    withServer((socket, message) => {
      const push = (subscription: unknown, value: unknown) =>
        socket.send(JSON.stringify({ jsonrpc: "2.0", method: "t", params: { subscription, result: value } }));
      push("s1", "early");
      push("s2", "of somebody else");
      socket.send(result(message, message.includes("sub") ? "s1" : true));
      push("s1", "late");
    }, async (url) => {
      const socket = await Socket.open(url, { openMs: 5_000 });
      const seen: unknown[] = [];
      const ended = new Promise<void>((resolve) => {
        void socket.subscribe("t", "sub", [], (error, value) => {
          seen.push(error ? error.constructor : value);
          if (value === "late") socket.hangUp("enough");
          if (error) resolve();
        });
      });
      await ended;
      assert.deepEqual(seen, ["early", "late", ConnectionLost]);
    }),
});

Deno.test({
  name: "Socket hangs up when a message is too long, and passes errors of the node on",
  permissions: { net: ["127.0.0.1"] },
  fn: () =>
    withServer((socket, message) => {
      const { id, method } = JSON.parse(message);
      const error = { code: 1010, message: "Invalid Transaction", data: "Custom error: 6" };
      socket.send(method === "long" ? result(message, "x".repeat(2_000)) : JSON.stringify({ id, error }));
    }, async (url) => {
      const socket = await Socket.open(url, { openMs: 5_000, maxMessage: 1_000 });
      await assert.rejects(socket.send("short", []), (thrown) => {
        assert.ok(thrown instanceof RpcError);
        assert.deepEqual([thrown.rpcCode, thrown.detail], [1010, "Custom error: 6"]);
        return true;
      });
      await assert.rejects(socket.send("long", []), /2\d+ characters at once/);
    }),
});
