/** Tests of core/sandbox/app.ts and remote.ts, joined without a socket. @module */
import { deepEqual, equal, match, ok, rejects, throws } from "node:assert/strict";
import { SandboxError } from "../base/errors.ts";
import type { SandboxBatch, SandboxFacts, SubmissionResult } from "../port/sandbox.ts";
import { createBroker, MAX_BODY_BYTES } from "./app.ts";
import { remoteSandbox } from "./remote.ts";

const TOKEN = "0123456789abcdef0123456789abcdef";
const FACTS: SandboxFacts = { engine: null, parallel: 2, layers: ["x"] };
const BATCH: SandboxBatch = {
  contender: "a",
  submissions: [{ language: "javascript", source: "secret source", cases: [{ kind: "stdin", stdin: "é" }] }],
};
const RESULTS: SubmissionResult[] = [{ kind: "refused", reason: "Because" }];

type Run = (batch: SandboxBatch, signal?: AbortSignal) => Promise<SubmissionResult[]>;

function broker(run: Run = () => Promise.resolve(RESULTS)) {
  return createBroker({ sandbox: { facts: () => Promise.resolve(FACTS), run }, token: TOKEN });
}

function remote(run?: Run, token = TOKEN) {
  const app = broker(run);
  return remoteSandbox({ port: 9, token, fetch: async (url, init) => await app.request(url, init) });
}

function post(path: string, body: string, headers: Record<string, string> = {}) {
  return broker().request(path, {
    method: "POST",
    headers: { authorization: `Bearer ${TOKEN}`, "content-type": "application/json", ...headers },
    body,
  });
}

Deno.test({
  name: "createBroker() answers facts and batches to whoever has the token, and to nobody else",
  permissions: "none",
  async fn() {
    deepEqual(await remote().facts(), FACTS);
    let seen: SandboxBatch | undefined;
    const results = await remote((batch) => {
      seen = batch;
      return Promise.resolve(RESULTS);
    }).run(BATCH);
    deepEqual([seen, results], [BATCH, RESULTS]);
    for (const token of ["", "x", `${TOKEN}x`]) {
      await rejects(remote(undefined, token).facts(), { name: "SandboxError", code: "unauthorized" });
    }
    throws(() => createBroker({ sandbox: remote(), token: "short" }), RangeError);
  },
});

Deno.test({
  name: "createBroker() refuses what is no batch, with a code",
  permissions: "none",
  async fn() {
    const status = async (...args: Parameters<typeof post>) => (await post(...args)).status;
    equal(await status("/run", "{"), 400);
    equal(await status("/run", "null"), 400);
    equal(await status("/run", "[]"), 400);
    equal(await status("/run", `{"contender":1,"submissions":[]}`), 400);
    equal(await status("/run", "{}", { "content-type": "text/plain" }), 415);
    equal(await status("/other", "{}"), 404);
    equal(await status("/run", "{}", { authorization: "Bearer no" }), 401);
    equal(await status("/run", "x".repeat(MAX_BODY_BYTES + 1)), 413);
  },
});

Deno.test({
  name: "an unexpected failure tells nothing of what was run",
  permissions: "none",
  async fn() {
    const failing = remote((batch) => Promise.reject(new Error(batch.submissions[0]!.source)));
    await rejects(failing.run(BATCH), (error: Error) => {
      match(error.message, /failed inside/);
      return !error.message.includes("secret");
    });
    const known = remote(() => Promise.reject(new SandboxError("No runner", { code: "start", retryable: true })));
    await rejects(known.run(BATCH), { name: "SandboxError", message: "No runner", code: "start", retryable: true });
  },
});

Deno.test({
  name: "remoteSandbox() waits while the line is full, and gives up at its time",
  permissions: "none",
  async fn() {
    let tries = 0;
    const busy = () => Promise.reject(new SandboxError("Too many", { code: "busy", retryable: true }));
    const late = remote(() => ++tries < 3 ? busy() : Promise.resolve(RESULTS));
    deepEqual(await late.run(BATCH), RESULTS);
    equal(tries, 3);
    const app = broker(busy);
    const never = remoteSandbox({
      port: 9,
      token: TOKEN,
      timeoutMs: 100,
      fetch: async (url, init) => {
        init.signal!.throwIfAborted();
        return await app.request(url, init);
      },
    });
    await rejects(never.run(BATCH), (error: SandboxError) => ok(/timeout|busy/.test(error.code)) === undefined);
  },
});

Deno.test({
  name: "remoteSandbox() knows when something else listens there, or nothing",
  permissions: "none",
  async fn() {
    for (const [body, status] of [["hello", 200], ["{}", 200], ["{}", 404], [`{"results":[]}`, 200]] as const) {
      const other = remoteSandbox({
        port: 9,
        token: TOKEN,
        fetch: () => Promise.resolve(new Response(body, { status })),
      });
      await rejects(other.run(BATCH), { name: "SandboxError", code: "bad_answer" });
    }
    const nobody = remoteSandbox({ port: 9, token: TOKEN, fetch: () => Promise.reject(new TypeError("refused")) });
    await rejects(nobody.run(BATCH), { name: "SandboxError", code: "unreachable", retryable: true });
  },
});
