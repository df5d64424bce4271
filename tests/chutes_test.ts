/** The chutes room against the stand-in: facts, answers, limits and secrets. */
import assert from "node:assert/strict";
import { AfError } from "../core/base/errors.ts";
import { type OpenedModel, openModel, type OpenModelOptions } from "../core/chutes/client.ts";
import { type LocalChute, type LocalChutes, startLocalChutes } from "../core/local/chutes.ts";
import { chuteOf, externalMiner, localCast } from "../core/local/miners.ts";
import type { AskRequest } from "../core/port/model.ts";
import type { LogLine } from "../core/room/message.ts";

const PERMISSIONS: Deno.PermissionOptions = { net: ["127.0.0.1"], read: true };
const KEY = "cpk_very_secret_key";
const CHUTE: LocalChute = {
  chuteId: "6b1f2f7e-3c1d-5f0e-9d3c-2a9f4f0f1a2b",
  slug: "lab-affine-one",
  model: "lab/Affine-one",
  revision: "ab".repeat(20),
  user: "lab",
  answer: ({ prompt, system }) => `${system}|${prompt}`,
};

function question(change: Partial<AskRequest> = {}): AskRequest {
  return {
    contender: "hotkey@1",
    slug: CHUTE.slug,
    model: CHUTE.model,
    system: "be brief",
    prompt: "17+25?",
    temperature: 0,
    seed: 7,
    maxTokens: 100,
    timeoutMs: 20_000,
    ...change,
  };
}

async function withRoom(
  work: (opened: OpenedModel, local: LocalChutes, log: LogLine[]) => Promise<void>,
  change: Partial<OpenModelOptions> = {},
): Promise<void> {
  const local = startLocalChutes({ apiKey: KEY, chutes: [CHUTE] });
  const log: LogLine[] = [];
  const { inferenceUrl, managementUrl } = local;
  try {
    const opened = await openModel({
      inferenceUrl,
      managementUrl,
      apiKey: KEY,
      // What is said about a slow start of the Worker is not the room's own word.
      onLog: (_, line) => line.text.endsWith("starting it again") || log.push(line),
      ...change,
    });
    try {
      await work(opened, local, log);
    } finally {
      opened.close();
    }
  } finally {
    await local.close();
  }
}

Deno.test({
  name: "resolve() gives the facts of a chute and follows their changes",
  permissions: PERMISSIONS,
  fn: () =>
    withRoom(async ({ model }, local, log) => {
      const facts = {
        chuteId: CHUTE.chuteId,
        name: CHUTE.model,
        slug: CHUTE.slug,
        revision: CHUTE.revision,
        user: "lab",
        hot: true,
        public: true,
        template: "vllm",
        externalEgress: false,
      };
      assert.deepEqual(await model.resolve(CHUTE.chuteId), facts);
      local.setFaults(CHUTE.slug, { cold: true, facts: { revision: "cd".repeat(20), standard_template: null } });
      const changed = { ...facts, hot: false, revision: "cd".repeat(20), template: null };
      assert.deepEqual(await model.resolve(CHUTE.chuteId), changed);
      local.setFaults(CHUTE.slug, { facts: { allow_external_egress: true } });
      assert.equal((await model.resolve(CHUTE.chuteId)).externalEgress, true);
      assert.equal(log.length, 0);
      local.setFaults(CHUTE.slug, { facts: { allow_external_egress: undefined } });
      assert.equal((await model.resolve(CHUTE.chuteId)).externalEgress, false);
      await model.resolve(CHUTE.chuteId);
      assert.equal(log.filter(({ text }) => /taken as no/.test(text)).length, 1);
    }),
});

Deno.test({
  name: "resolve() tells an unknown chute, a refused key and nonsense apart",
  permissions: PERMISSIONS,
  async fn() {
    const fails = (code: string, retryable = false) => (error: unknown) => {
      assert.ok(error instanceof AfError && error.kind === "ModelError", String(error));
      assert.equal(error.code, code, error.message);
      assert.equal(error.retryable, retryable);
      assert.ok(!JSON.stringify([error.message, error.stack]).includes(KEY));
      return true;
    };
    await withRoom(async ({ model }, local) => {
      await assert.rejects(model.resolve("00000000-0000-5000-8000-000000000000"), fails("unknown_chute"));
      await assert.rejects(model.resolve("lab/Affine-one"), fails("unknown_chute"));
      local.setFaults(CHUTE.slug, { facts: { readme: "x".repeat(10_000_000) } });
      await assert.rejects(model.resolve(CHUTE.chuteId), fails("malformed"));
      local.setFaults(CHUTE.slug, { facts: { slug: "evil.example/?" } });
      await assert.rejects(model.resolve(CHUTE.chuteId), fails("malformed"));
      local.setFaults(CHUTE.slug, { facts: { chute_id: "00000000-0000-5000-8000-000000000000" } });
      await assert.rejects(model.resolve(CHUTE.chuteId), fails("malformed"));
    });
    await withRoom(({ model }) => assert.rejects(model.resolve(CHUTE.chuteId), fails("unauthorized")), {
      apiKey: "wrong",
    });
    const gone = startLocalChutes({ apiKey: KEY });
    await gone.close();
    await withRoom(({ model }) => assert.rejects(model.resolve(CHUTE.chuteId), fails("unanswered", true)), {
      managementUrl: gone.managementUrl,
    });
  },
});

Deno.test({
  name: "ask() brings system, prompt and answer through unchanged",
  permissions: PERMISSIONS,
  fn: () =>
    withRoom(async ({ model }, local) => {
      const outcome = await model.ask(question({ prompt: "x1 ∨ ¬x2 – Ω 😀" }));
      assert.equal(outcome.kind, "answered");
      assert.equal(outcome.kind === "answered" && outcome.text, "be brief|x1 ∨ ¬x2 – Ω 😀");
      assert.ok(outcome.kind === "answered" && outcome.completionTokens! > 0);
      assert.equal((await model.ask(question({ maxTokens: 1 }))).kind, "over_limit");
      assert.deepEqual(local.count(CHUTE.slug).requests, 2);
    }),
});

Deno.test({
  name: "ask() makes one request and turns every failure into an outcome",
  permissions: PERMISSIONS,
  fn: () =>
    withRoom(async ({ model }, local) => {
      const cases = [
        [{ cold: true }, { kind: "unanswered", detail: "http 503" }],
        [{ rateLimited: 1 }, { kind: "unanswered", detail: "http 429" }],
        [{ status: 400 }, { kind: "refused", detail: "http 400" }],
        [{ status: 404 }, { kind: "unanswered", detail: "http 404" }],
        [{ status: 410 }, { kind: "unanswered", detail: "http 410" }],
        [{ status: 500 }, { kind: "unanswered", detail: "http 500" }],
        [{ status: 204 }, { kind: "unanswered", detail: "http 204" }],
        [{ body: "garbage" }, { kind: "unparsable", detail: "invalid JSON" }],
        [{ body: "empty" }, { kind: "unparsable", detail: "invalid JSON" }],
        [{ body: "utf8" }, { kind: "unparsable", detail: "invalid UTF-8" }],
        [{ body: "thinking" }, { kind: "unparsable", detail: "reasoning without an answer" }],
        [{ body: "drop" }, { kind: "unanswered", detail: "connection" }],
      ] as const;
      let requests = 0;
      for (const [faults, outcome] of cases) {
        local.setFaults(CHUTE.slug, faults);
        assert.deepEqual(await model.ask(question()), outcome, JSON.stringify(faults));
        assert.equal(local.count(CHUTE.slug).requests, ++requests, JSON.stringify(faults));
      }
      local.setFaults(CHUTE.slug, {});
      assert.equal((await model.ask(question())).kind, "answered");
      assert.deepEqual(await model.ask(question({ slug: "not-served" })), { kind: "unanswered", detail: "http 404" });
      for (const slug of ["", "a/b", "evil.example#", "../x"]) {
        assert.deepEqual(await model.ask(question({ slug })), { kind: "unanswered", detail: "no address" });
      }
    }),
});

Deno.test({
  name: "ask() cuts off an answer of 50 MB at its limit",
  permissions: PERMISSIONS,
  fn: () =>
    withRoom(async ({ model }, local) => {
      local.setFaults(CHUTE.slug, { body: "huge" });
      const outcome = await model.ask(question());
      assert.deepEqual(outcome, { kind: "over_limit", detail: "more than 100000 bytes" });
      // What lies in socket buffers has been sent too; all of it would be 50 MB.
      const { hugeBytes } = local.count(CHUTE.slug);
      assert.ok(hugeBytes < 25_000_000, `${hugeBytes} bytes were sent`);
    }, { maxAnswerBytes: 100_000 }),
});

/** Answers each connection with these bytes, then with `more` until the other side closes. */
function rawServer(head: string, more: Uint8Array): { port: number; sent(): number; close(): Promise<void> } {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  let sent = 0;
  const serve = async (connection: Deno.Conn) => {
    try {
      await connection.read(new Uint8Array(65_536));
      await connection.write(new TextEncoder().encode(head));
      while (sent < 50_000_000) sent += await connection.write(more);
    } catch (thrown) {
      // The room hung up, as it should.
      assert.ok(thrown instanceof Error);
    }
    connection.close();
  };
  const done = (async () => {
    for await (const connection of listener) await serve(connection);
  })();
  return {
    port: (listener.addr as Deno.NetAddr).port,
    sent: () => sent,
    async close() {
      listener.close();
      await done;
    },
  };
}

Deno.test({
  name: "ask() holds its limit against lengths that lie",
  permissions: PERMISSIONS,
  async fn() {
    const chunk = new TextEncoder().encode(`10000\r\n${" ".repeat(65_536)}\r\n`);
    const heads = [
      "content-length: 5\r\ntransfer-encoding: chunked",
      "transfer-encoding: chunked",
      "content-length: 50000000",
      "content-length: 99999999999999999999",
      "connection: close",
    ];
    for (const head of heads) {
      const server = rawServer(`HTTP/1.1 200 OK\r\n${head}\r\n\r\n`, chunk);
      try {
        await withRoom(async ({ model }) => {
          const outcome = await model.ask(question());
          assert.notEqual(outcome.kind, "answered", head);
          // A length that no number can hold is no HTTP; every other one is cut off.
          const kind = head.includes("9999") ? "unanswered" : "over_limit";
          assert.equal(outcome.kind, kind, head);
        }, { inferenceUrl: `http://127.0.0.1:${server.port}/{slug}/v1`, maxAnswerBytes: 100_000 });
      } finally {
        await server.close();
      }
      assert.ok(server.sent() < 25_000_000, `${head}: ${server.sent()} bytes were sent`);
    }
  },
});

Deno.test({
  name: "ask() ends at its time limit, whether the headers or the body are late",
  permissions: PERMISSIONS,
  fn: () =>
    withRoom(async ({ model }, local) => {
      local.setFaults(CHUTE.slug, { delayMs: 400 });
      assert.deepEqual(await model.ask(question({ timeoutMs: 30 })), { kind: "unanswered", detail: "timeout" });
      local.setFaults(CHUTE.slug, { body: "drip" });
      assert.deepEqual(await model.ask(question({ timeoutMs: 200 })), { kind: "unanswered", detail: "timeout" });
    }),
});

Deno.test({
  name: "ask() follows no redirect",
  permissions: PERMISSIONS,
  async fn() {
    let reached = 0;
    const other = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, () => {
      reached++;
      return new Response("{}");
    });
    try {
      await withRoom(async ({ model }, local) => {
        for (const redirect of [`http://127.0.0.1:${other.addr.port}/`, `${local.managementUrl}/chutes/`]) {
          local.setFaults(CHUTE.slug, { redirect });
          assert.deepEqual(await model.ask(question()), { kind: "unanswered", detail: "http 307" });
        }
      });
      assert.equal(reached, 0);
    } finally {
      await other.shutdown();
    }
  },
});

Deno.test({
  name: "ask() tells the operator once that the key is refused, without showing it",
  permissions: PERMISSIONS,
  fn: () =>
    withRoom(async ({ model }, _, log) => {
      for (let i = 0; i < 5; i++) {
        assert.deepEqual(await model.ask(question()), { kind: "unanswered", detail: "http 401" });
      }
      assert.equal(log.length, 1);
      assert.match(log[0]!.text, /CHUTES_API_KEY/);
      assert.ok(!log[0]!.text.includes("cpk_wrong"));
    }, { apiKey: "cpk_wrong" }),
});

Deno.test({
  name: "ask() keeps its limits at the server and lets a contender that hangs delay nobody else",
  permissions: PERMISSIONS,
  async fn() {
    let active = 0;
    let most = 0;
    const mostOf = new Map<string, number>();
    const activeOf = new Map<string, number>();
    const held = Promise.withResolvers<void>();
    const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
      const slug = new URL(request.url).pathname.split("/")[1]!;
      most = Math.max(most, ++active);
      activeOf.set(slug, (activeOf.get(slug) ?? 0) + 1);
      mostOf.set(slug, Math.max(mostOf.get(slug) ?? 0, activeOf.get(slug)!));
      await request.text();
      if (slug === "hangs") await held.promise;
      else await new Promise((resolve) => setTimeout(resolve, 5));
      active--;
      activeOf.set(slug, activeOf.get(slug)! - 1);
      return Response.json({ choices: [{ message: { content: slug }, finish_reason: "stop" }] });
    });
    const inferenceUrl = `http://127.0.0.1:${server.addr.port}/{slug}/v1`;
    try {
      await withRoom(async ({ model }) => {
        const ask = (slug: string) => model.ask(question({ slug, contender: slug }));
        const stuck = Array.from({ length: 30 }, () => ask("hangs"));
        const good = ["a", "b", "c"].flatMap((slug) => Array.from({ length: 20 }, () => ask(slug)));
        const outcomes = await Promise.all(good);
        assert.ok(outcomes.every(({ kind }) => kind === "answered"));
        assert.equal(mostOf.get("hangs"), 3);
        held.resolve();
        assert.ok((await Promise.all(stuck)).every(({ kind }) => kind === "answered"));
        assert.ok(most <= 8, `${most} at once`);
        assert.ok([...mostOf.values()].every((value) => value <= 3));
      }, { inferenceUrl, concurrency: 8, perContender: 3 });
    } finally {
      held.resolve();
      await server.shutdown();
    }
  },
});

Deno.test({
  name: "openModel() gives the room the two hosts and nothing else",
  permissions: PERMISSIONS,
  fn: () =>
    withRoom(async (opened, local) => {
      assert.deepEqual(opened.net, [`127.0.0.1:${local.port}`]);
      assert.notEqual(await opened.probe("net", `127.0.0.1:${local.port}`), "denied");
      assert.equal(await opened.probe("net", "127.0.0.1:9"), "denied");
      for (
        const [kind, target] of [["read", "/etc/hostname"], ["env", "HOME"], ["run", "true"], ["sys", ""]] as const
      ) {
        assert.equal(await opened.probe(kind, target), "denied", kind);
      }
    }),
});

Deno.test({
  name: "startLocalChutes() passes questions on to another endpoint under the name that is served there",
  permissions: PERMISSIONS,
  async fn() {
    const models: unknown[] = [];
    const real = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
      if (new URL(request.url).pathname === "/v1/models") return Response.json({ data: [{ id: "smol" }] });
      const body = await request.json();
      models.push([body.model, request.headers.get("authorization"), body.messages.at(-1).content]);
      return Response.json({
        choices: [{ message: { content: "42" }, finish_reason: "stop" }],
        usage: { completion_tokens: 1 },
      });
    });
    const miner = externalMiner("real", `http://127.0.0.1:${real.addr.port}/v1`);
    await withRoom(async ({ model }, local) => {
      local.add(chuteOf(miner));
      assert.equal((await model.resolve(miner.chuteId)).name, miner.model);
      const ask = () => model.ask(question({ slug: miner.slug, model: miner.model }));
      assert.deepEqual(await ask(), { kind: "answered", text: "42", promptTokens: null, completionTokens: 1 });
      // The network's own key stays in the network.
      assert.deepEqual(models, [["smol", null, "17+25?"]]);
      await real.shutdown();
      assert.deepEqual(await ask(), { kind: "unanswered", detail: "http 502" });
    });
  },
});

Deno.test({
  name: "startLocalChutes() lists and warms its chutes, for those with the key",
  permissions: PERMISSIONS,
  async fn() {
    const cast = localCast("list");
    const local = startLocalChutes({ apiKey: KEY, chutes: cast.map((miner) => chuteOf(miner)) });
    const get = (path: string, key = KEY) =>
      fetch(`${local.managementUrl}${path}`, { headers: { authorization: `Bearer ${key}` } });
    try {
      const list = await (await get("/chutes/")).json();
      assert.deepEqual(list.items.map((item: { name: string }) => item.name), cast.map((miner) => miner.model));
      assert.match(await (await get(`/chutes/warmup/${cast[0]!.chuteId}`)).text(), /hot/);
      local.setFaults(cast[0]!.slug, { cold: true });
      assert.match(await (await get(`/chutes/warmup/${cast[0]!.chuteId}`)).text(), /cold/);
      for (const [path, key, status] of [["/chutes/nobody", KEY, 404], ["/chutes/", "other", 401]] as const) {
        const response = await get(path, key);
        await response.body?.cancel();
        assert.equal(response.status, status);
      }
      local.remove(cast[0]!.slug);
      assert.throws(() => local.setFaults(cast[0]!.slug, {}), RangeError);
    } finally {
      await local.close();
    }
  },
});
