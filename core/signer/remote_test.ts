/** Tests of the line to the signer, with functions in place of the network. @module */
import assert from "node:assert/strict";
import { SignerError } from "../base/errors.ts";
import type { BatchHead } from "../port/signer.ts";
import { remoteSigner } from "./remote.ts";

const TOKEN = "secret-token-".repeat(4);
const ADDRESS = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";
const HEAD = { window: 1 } as BatchHead;

function answering(answer: () => Response | Promise<Response>) {
  return remoteSigner({ port: 4321, token: TOKEN, timeoutMs: 50, fetch: () => Promise.resolve().then(answer) });
}

async function refusal(answer: () => Response | Promise<Response>): Promise<SignerError> {
  const thrown: unknown = await answering(answer).address().then(() => null, (error) => error);
  assert.ok(thrown instanceof SignerError, String(thrown));
  assert.ok(!`${thrown.message}${thrown.stack}`.includes("secret-token"));
  return thrown;
}

Deno.test({
  name: "remoteSigner() posts JSON with the token and returns what was signed",
  permissions: "none",
  async fn() {
    const seen: unknown[] = [];
    const signer = remoteSigner({
      port: 4321,
      token: TOKEN,
      fetch: async (url, init) => {
        const request = new Request(url, init);
        seen.push([request.method, url, request.headers.get("authorization"), request.redirect, await request.json()]);
        return Response.json({ address: ADDRESS, signature: "ab".repeat(64) });
      },
    });
    assert.equal(await signer.address(), ADDRESS);
    assert.equal(await signer.batch(HEAD), "ab".repeat(64));
    assert.deepEqual(seen, [
      ["POST", "http://127.0.0.1:4321/address", `Bearer ${TOKEN}`, "error", {}],
      ["POST", "http://127.0.0.1:4321/batch", `Bearer ${TOKEN}`, "error", { window: 1 }],
    ]);
  },
});

Deno.test({
  name: "remoteSigner() passes on the signer's code and sentence when it refuses",
  permissions: "none",
  async fn() {
    const error = await refusal(() => Response.json({ code: "foreign_netuid", message: "Not mine" }, { status: 403 }));
    assert.deepEqual([error.code, error.message, error.retryable], ["foreign_netuid", "Not mine", false]);
  },
});

Deno.test({
  name: "remoteSigner() says unreachable or timeout when no answer comes, and that it may be tried again",
  permissions: "none",
  async fn() {
    const dead = await refusal(() => {
      throw new TypeError("error sending request: connection refused");
    });
    assert.deepEqual([dead.code, dead.retryable], ["unreachable", true]);
    assert.match(dead.message, /^The signer on 127\.0\.0\.1:4321 cannot be reached: /);
    const late = await refusal(() => {
      throw new DOMException("Signal timed out.", "TimeoutError");
    });
    assert.deepEqual([late.code, late.retryable], ["timeout", true]);
    const torn = await refusal(() =>
      new Response(new ReadableStream({ pull: (controller) => controller.error(new TypeError("broken pipe")) }))
    );
    assert.deepEqual([torn.code, torn.retryable], ["unreachable", true]);
  },
});

Deno.test({
  name: "remoteSigner() accepts nothing that is no answer of a signer",
  permissions: "none",
  async fn() {
    const strange: readonly (() => Response)[] = [
      () => new Response("hello"),
      () => new Response("[1]"),
      () => new Response("null"),
      () => new Response("Not found", { status: 404 }),
      () => Response.json({}),
      () => Response.json({ address: 5 }),
      () => Response.json({ address: "0xabc" }),
      () => Response.json({ address: ADDRESS }, { status: 201 }),
      () => new Response(`"${"x".repeat(200_000)}"`),
    ];
    for (const answer of strange) assert.equal((await refusal(answer)).code, "bad_answer");
  },
});
