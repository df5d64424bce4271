/** Tests of the signer's HTTP face, without a socket. @module */
import assert from "node:assert/strict";

import { AfError } from "../base/errors.ts";
import { encodeAddress } from "../base/ss58.ts";
import type { Signer } from "../port/signer.ts";
import { createSigner, MAX_BODY_BYTES } from "./app.ts";
import { CONTEXT, HASH, headOf, pageOf } from "./fixture_test.ts";
import { SignerPolicy } from "./policy.ts";

const TOKEN = "t".repeat(43);
const ADDRESS = encodeAddress(new Uint8Array(32).fill(1));
const CALL = { call: "set_weights", netuid: 120, uids: [1], weights: [65535], versionKey: 0 };
const HEAD = headOf(ADDRESS);

/** A wallet that notes what it is asked to sign. */
class NotingWallet implements Signer {
  readonly asked: unknown[] = [];
  failure: Error | null = null;
  address(): Promise<string> {
    return Promise.resolve(ADDRESS);
  }
  extrinsic(...args: unknown[]): Promise<string> {
    return this.#sign(args, "0x84");
  }
  batch(...args: unknown[]): Promise<string> {
    return this.#sign(args, "ab".repeat(64));
  }
  index(...args: unknown[]): Promise<string> {
    return this.#sign(args, "cd".repeat(64));
  }
  #sign(args: unknown[], signed: string): Promise<string> {
    if (this.failure) return Promise.reject(this.failure);
    this.asked.push(args);
    return Promise.resolve(signed);
  }
}

interface Answer {
  readonly status: number;
  readonly body: Record<string, string>;
}

function start(): { wallet: NotingWallet; post(path: string, body: unknown, init?: RequestInit): Promise<Answer> } {
  const wallet = new NotingWallet();
  const app = createSigner({ wallet, policy: new SignerPolicy({ netuid: 120, genesis: HASH }), token: TOKEN });
  return {
    wallet,
    async post(path, body, init = {}) {
      const response = await app.request(path, {
        method: "POST",
        headers: { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" },
        body: typeof body === "string" || body instanceof Uint8Array ? body as BodyInit : JSON.stringify(body),
        ...init,
      });
      return { status: response.status, body: await response.json() };
    },
  };
}

Deno.test({
  name: "createSigner() hands typed fields to the wallet and answers with what it signed",
  permissions: "none",
  async fn() {
    const { wallet, post } = start();
    assert.deepEqual(await post("/address", {}), { status: 200, body: { address: ADDRESS } });
    assert.deepEqual(await post("/extrinsic", { call: CALL, context: CONTEXT }), {
      status: 200,
      body: { extrinsic: "0x84" },
    });
    assert.deepEqual(await post("/batch", HEAD), { status: 200, body: { signature: "ab".repeat(64) } });
    const page = pageOf(ADDRESS);
    assert.deepEqual(await post("/index", page), { status: 200, body: { signature: "cd".repeat(64) } });
    assert.deepEqual(wallet.asked, [[CALL, CONTEXT], [HEAD], [page]]);
    const other = await post("/index", { ...page, root: "ee".repeat(32) });
    assert.deepEqual([other.status, other.body.code], [409, "equivocation"]);
    const shorter = await post("/index", { ...page, count: 1 });
    assert.deepEqual([shorter.status, shorter.body.code], [409, "past_page"]);
    assert.equal(wallet.asked.length, 3);
  },
});

Deno.test({
  name: "createSigner() refuses every request when the token is missing or wrong",
  permissions: "none",
  async fn() {
    const { wallet, post } = start();
    const wrong = ["", "Bearer", "Bearer ", TOKEN, `Bearer ${TOKEN}x`, `Bearer ${TOKEN.slice(1)}`, `Basic ${TOKEN}`];
    for (const path of ["/address", "/extrinsic", "/batch", "/index", "/nothing"]) {
      for (const authorization of wrong) {
        const answer = await post(path, HEAD, { headers: { authorization, "content-type": "application/json" } });
        assert.equal(answer.status, 401);
        assert.equal(answer.body.code, "unauthorized");
        assert.ok(!JSON.stringify(answer).includes(TOKEN.slice(0, 8)));
      }
    }
    assert.deepEqual(wallet.asked, []);
    const policy = new SignerPolicy({ netuid: 1 });
    assert.throws(() => createSigner({ wallet, policy, token: "short" }), RangeError);
  },
});

Deno.test({
  name: "createSigner() refuses bad input of every kind and asks the wallet nothing",
  permissions: "none",
  async fn() {
    const { wallet, post } = start();
    const json = { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" };
    const cases: readonly (readonly [string, unknown, number, string, RequestInit?])[] = [
      ["/batch", "", 400, "invalid"],
      ["/batch", "{", 400, "invalid"],
      ["/batch", new Uint8Array([0xff, 0xfe]), 400, "invalid"],
      ["/batch", "[]", 400, "invalid"],
      ["/batch", { ...HEAD, extra: 1 }, 400, "invalid"],
      ["/batch", { ...HEAD, netuid: 64 }, 403, "foreign_netuid"],
      ["/batch", { ...HEAD, genesis: `0x${"cd".repeat(32)}` }, 403, "foreign_chain"],
      ["/batch", { ...HEAD, validator: encodeAddress(new Uint8Array(32)) }, 403, "foreign_validator"],
      ["/batch", { ...HEAD, validator: `${ADDRESS.slice(0, -1)}x` }, 403, "foreign_validator"],
      ["/address", { key: true }, 400, "invalid"],
      ["/extrinsic", { call: CALL, context: CONTEXT, bytes: "00" }, 400, "invalid"],
      ["/extrinsic", { call: { ...CALL, netuid: 1 }, context: CONTEXT }, 403, "foreign_netuid"],
      ["/extrinsic", { call: CALL, context: { ...CONTEXT, genesis: `0x${"00".repeat(32)}` } }, 403, "foreign_chain"],
      [
        "/extrinsic",
        { call: { call: "set_commitment", netuid: 120, data: "7b7d" }, context: CONTEXT },
        403,
        "foreign_commitment",
      ],
      ["/sign", { payload: "0x00" }, 404, "not_found"],
      ["/", {}, 404, "not_found"],
      ["/batch", `{"a":"${"x".repeat(MAX_BODY_BYTES)}"}`, 413, "too_large"],
      ["/batch", HEAD, 415, "not_json", { headers: { ...json, "content-type": "text/plain" } }],
      ["/batch", HEAD, 404, "not_found", { method: "PUT" }],
    ];
    for (const [path, body, status, code, init] of cases) {
      const answer = await post(path, body, init);
      assert.equal(answer.status, status, `${path} ${JSON.stringify(answer)}`);
      assert.equal(answer.body.code, code);
      assert.match(answer.body.message ?? "", /^[A-Z].{10,}[^.]$/);
      assert.deepEqual(Object.keys(answer.body).sort(), ["code", "message"]);
    }
    assert.deepEqual(wallet.asked, []);
  },
});

Deno.test({
  name: "createSigner() never signs two heads for one window",
  permissions: "none",
  async fn() {
    const { wallet, post } = start();
    assert.equal((await post("/batch", HEAD)).status, 200);
    assert.equal((await post("/batch", HEAD)).status, 200);
    const second = await post("/batch", { ...HEAD, root: "ee".repeat(32) });
    assert.deepEqual([second.status, second.body.code], [409, "equivocation"]);
    const past = await post("/batch", { ...HEAD, window: 3 });
    assert.deepEqual([past.status, past.body.code], [409, "past_window"]);
    assert.equal(wallet.asked.length, 2);
  },
});

Deno.test({
  name: "createSigner() tells af's own sentences and nothing of an unexpected failure",
  permissions: "none",
  async fn() {
    const { wallet, post } = start();
    const body = { call: CALL, context: CONTEXT };
    // As it arrives through the wall of the wallet room: an AfError without its class.
    wallet.failure = new AfError("SignerError", "The runtime asks for X", { code: "unknown_extension" });
    assert.deepEqual(await post("/extrinsic", body), {
      status: 422,
      body: { code: "unknown_extension", message: "The runtime asks for X" },
    });
    wallet.failure = new RangeError("An era of 32768 blocks cannot begin at block 1");
    assert.equal((await post("/extrinsic", body)).status, 400);
    wallet.failure = new Error("secretSeed 0xe5be9a50");
    const hidden = await post("/extrinsic", body);
    assert.equal(hidden.status, 500);
    assert.ok(!JSON.stringify(hidden).includes("e5be9a50"));
  },
});
