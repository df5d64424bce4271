import assert from "node:assert/strict";
import { RpcError } from "./chain_errors.ts";
import { withChain } from "./chain_fixture_test.ts";
import { receive } from "./chain_server.ts";
import { type Connection, type RequestContext, subscribe } from "./chain_subscriptions.ts";

const methods = new Map<string, (params: readonly unknown[], request: RequestContext) => unknown>([
  ["echo", (params) => params],
  ["later", () => Promise.resolve("later")],
  ["fail", () => {
    throw new RpcError(1010, "Invalid Transaction", "why");
  }],
  ["bug", () => {
    throw new TypeError("oops");
  }],
  ["watch", (_, request) =>
    subscribe(request, "pushed", (push) => {
      push("first");
      return () => {};
    })],
]);

async function ask(data: unknown): Promise<unknown[]> {
  const sent: unknown[] = [];
  const connection: Connection = { subscriptions: new Map(), send: (message) => void sent.push(message) };
  await receive(typeof data === "string" ? data : JSON.stringify(data), connection, methods);
  return sent;
}

Deno.test({
  name: "receive() answers with the errors of JSON-RPC when a message is malformed",
  permissions: "none",
  async fn() {
    const code = async (data: unknown) => ((await ask(data))[0] as { error: { code: number } }).error.code;
    assert.equal(await code("{"), -32700);
    assert.equal(await code("[".repeat(1_000_000)), -32700);
    assert.equal(await code("7"), -32600);
    assert.equal(await code("null"), -32600);
    assert.equal(await code([]), -32600);
    assert.equal(await code(Array(300).fill({})), -32600);
    assert.equal(await code({ id: 1 }), -32600);
    assert.equal(await code({ id: 1, method: "nothing" }), -32601);
    assert.equal(await code({ id: 1, method: "__proto__" }), -32601);
    assert.equal(await code({ id: 1, method: "bug" }), -32603);
    assert.deepEqual(await ask({ id: "a", method: "fail" }), [
      { jsonrpc: "2.0", id: "a", error: { code: 1010, message: "Invalid Transaction", data: "why" } },
    ]);
  },
});

Deno.test({
  name: "receive() answers requests, batches and notifications when they are well-formed",
  permissions: "none",
  async fn() {
    assert.deepEqual(await ask({ id: 1, method: "echo", params: [1, 2] }), [{ jsonrpc: "2.0", id: 1, result: [1, 2] }]);
    assert.deepEqual(await ask({ method: "echo" }), []);
    assert.deepEqual(await ask([{ id: 1, method: "later" }, { method: "echo" }, 5]), [[
      { jsonrpc: "2.0", id: 1, result: "later" },
      { jsonrpc: "2.0", id: null, error: { code: -32600, message: "Invalid Request" } },
    ]]);
  },
});

Deno.test({
  name: "subscribe() pushes only after the answer with the id has left",
  permissions: "none",
  async fn() {
    const [reply, pushed] = await ask({ id: 1, method: "watch" }) as [
      { result: string },
      { params: { subscription: string; result: unknown } },
    ];
    assert.deepEqual(pushed.params, { subscription: reply.result, result: "first" });
  },
});

/** Sends texts over a socket and gives the answers to them, or the code that the socket was closed with. */
function talk(url: string, messages: readonly string[]): Promise<unknown[]> {
  const socket = new WebSocket(url);
  const answers: unknown[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<unknown[]>();
  socket.onopen = () => messages.forEach((message) => socket.send(message));
  socket.onmessage = ({ data }) => {
    answers.push(JSON.parse(data));
    if (answers.length === messages.length) socket.close();
  };
  socket.onerror = () => reject(new Error("The socket failed"));
  socket.onclose = ({ code }) => resolve(answers.length === messages.length ? answers : [...answers, code]);
  return promise;
}

Deno.test({
  name: "serveRpc() survives wrong parameters and messages that are too large",
  permissions: { net: ["127.0.0.1"] },
  async fn() {
    await withChain({}, async ({ url }) => {
      const wrong = [
        ["state_getStorage", [5]],
        ["state_getStorage", ["0xzz"]],
        ["state_getStorage", ["0xab", "0x12"]],
        ["state_getKeysPaged", ["0x", 1e9]],
        ["state_queryStorageAt", ["0x"]],
        ["state_queryStorageAt", [[null]]],
        ["state_call", ["AccountNonceApi_account_nonce", "0x00"]],
        ["system_accountNextIndex", ["nobody"]],
        ["chain_getBlockHash", [-1]],
        ["chain_getBlockHash", ["first"]],
        ["author_submitExtrinsic", [{}]],
        ["dev_newBlock", [{ count: -1 }]],
        ["dev_newBlock", ["many"]],
      ].map(([method, params], id) => JSON.stringify({ id, method, params }));
      const answers = await talk(url, wrong) as { error?: { code: number } }[];
      assert.deepEqual(answers.map(({ error }) => error?.code), [...wrong.slice(1).map(() => -32602), undefined]);
      assert.deepEqual(await talk(url, ["x".repeat(5_000_000)]), [4009]);
      const [last] = await talk(url, [JSON.stringify({ id: 1, method: "chain_getBlockHash", params: [99] })]);
      assert.deepEqual(last, { jsonrpc: "2.0", id: 1, result: null });
    });
  },
});

Deno.test({
  name: "serveRpc() tells a browser or curl that it speaks WebSocket only",
  permissions: { net: ["127.0.0.1"] },
  async fn() {
    await withChain({}, async ({ port, faults }) => {
      const status = async () => {
        const response = await fetch(`http://127.0.0.1:${port}/`);
        await response.body?.cancel();
        return response.status;
      };
      assert.equal(await status(), 426);
      faults.refuse(true);
      assert.equal(await status(), 503);
    });
  },
});
