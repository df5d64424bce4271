/** The room of the validator's own endpoint against one that is right, wrong, ill and hostile. */
import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import { AfError } from "../core/base/errors.ts";
import { type OpenedHost, openHost, type OpenHostOptions, servedName } from "../core/chutes/host.ts";
import type { HostedModel, HostedRequest } from "../core/port/hosted.ts";
import { type Endpoint, type EndpointFaults, startEndpoint } from "./hosted_server.ts";

const PERMISSIONS: Deno.PermissionOptions = { net: ["127.0.0.1"], read: true };
const KEY = "own_very_secret_key";
const MODEL: HostedModel = { model: "lab/Affine-one", revision: "ab".repeat(20), weightsDigest: null };
const QUESTION: HostedRequest = {
  system: "be brief",
  prompt: "17+25?",
  temperature: 0,
  seed: 7,
  maxTokens: 100,
  timeoutMs: 20_000,
};

async function withHost(
  work: (opened: OpenedHost, own: Endpoint, log: string[]) => Promise<void>,
  change: Partial<OpenHostOptions> = {},
): Promise<void> {
  const own = startEndpoint({ [servedName(MODEL)]: ({ prompt, system }) => `${system}|${prompt}` }, { key: KEY });
  const log: string[] = [];
  const onLog: OpenHostOptions["onLog"] = (_, { text }) => text.endsWith("starting it again") || log.push(text);
  try {
    const opened = await openHost({ url: `${own.url}/`, apiKey: KEY, onLog, ...change });
    try {
      await work(opened, own, log);
    } finally {
      opened.close();
    }
    // Whatever went wrong: the key is in no line.
    ok(!log.join("\n").includes(change.apiKey ?? KEY), log.join("\n"));
  } finally {
    await own.close();
  }
}

/** The error of opening, whose text holds no key. */
async function refusal(opened: OpenedHost, model: HostedModel = MODEL): Promise<AfError> {
  try {
    await opened.host.open(model);
  } catch (error) {
    ok(error instanceof AfError);
    ok(!`${error.message} ${error.stack} ${String(error.cause)}`.includes(KEY));
    return error;
  }
  throw new Error("It was opened");
}

Deno.test({
  name: "openHost() asks the pinned revision by its name, one request an attempt, and reaches that host alone",
  permissions: PERMISSIONS,
  async fn() {
    await withHost(async (opened, own) => {
      const session = await opened.host.open(MODEL);
      deepEqual(await session.ask(QUESTION), {
        kind: "answered",
        text: "be brief|17+25?",
        promptTokens: 1,
        completionTokens: 1,
      });
      equal(own.asked.length, 1);
      deepEqual(own.asked[0]!.body, {
        model: `lab/Affine-one@${"ab".repeat(20)}`,
        messages: [{ role: "system", content: "be brief" }, { role: "user", content: "17+25?" }],
        temperature: 0,
        seed: 7,
        max_tokens: 100,
        stream: false,
      });
      await session.close();
      deepEqual(opened.net, [new URL(own.url).host]);
      equal(await opened.probe("net", "127.0.0.1:9"), "denied");
    });
  },
});

Deno.test({
  name: "openHost() refuses an endpoint that serves another model or revision, and says what to load",
  permissions: PERMISSIONS,
  async fn() {
    await withHost(async (opened, own) => {
      const other = { ...MODEL, revision: "cd".repeat(20) };
      const error = await refusal(opened, other);
      equal(error.code, "unknown_model");
      match(
        error.message,
        /\/v1 does not serve .* \(it lists "lab\/Affine-one@(ab)+"\): load lab\/Affine-one at revision (cd){20} there and serve it under the name lab\/Affine-one@(cd){20}$/,
      );
      own.models.clear();
      match((await refusal(opened)).message, /it lists nothing/);
      for (const name of ["\u001b[31m", "a\nb", "x".repeat(5_000), "4", "5"]) own.models.set(name, () => "");
      const { message } = await refusal(opened);
      // deno-lint-ignore no-control-regex -- that is what is looked for
      ok(message.length < 500 && !/[\u0000-\u001f]/.test(message), message);
    });
  },
});

Deno.test({
  name: "openHost() calls a list that is none, a status and silence by their names",
  permissions: PERMISSIONS,
  async fn() {
    await withHost(async (opened, own) => {
      const cases: [EndpointFaults, string, boolean, RegExp][] = [
        [{ status: 503 }, "unanswered", true, /answers http 503/],
        [{ status: 302 }, "unanswered", true, /answers http 302/],
        [{ list: "<html>" }, "malformed", false, /is no JSON/],
        [{ list: "[]" }, "malformed", false, /is no list of models/],
        [{ list: "null" }, "malformed", false, /is no list of models/],
        [{ list: '{"data":[null,1,{"id":7}]}' }, "unknown_model", false, /it lists nothing/],
        [{ list: "x".repeat(3_000_000) }, "malformed", false, /is larger than/],
      ];
      for (const [faults, code, retryable, text] of cases) {
        own.faults = faults;
        const error = await refusal(opened);
        deepEqual([error.code, error.retryable], [code, retryable], error.message);
        match(error.message, text);
      }
      await own.close();
      const gone = await refusal(opened);
      deepEqual([gone.code, gone.retryable], ["unanswered", true]);
    });
  },
});

Deno.test({
  name: "openHost() takes for an answer only what the weights said, and reads no body without end",
  permissions: PERMISSIONS,
  async fn() {
    await withHost(async (opened, own) => {
      const session = await opened.host.open(MODEL);
      const ask = async (faults: EndpointFaults, change: Partial<HostedRequest> = {}) => {
        own.faults = faults;
        const outcome = await session.ask({ ...QUESTION, ...change });
        return [outcome.kind, "detail" in outcome ? outcome.detail : ""];
      };
      deepEqual(await ask({ completions: 400 }), ["unanswered", "http 400"]);
      deepEqual(await ask({ completions: 404 }), ["unanswered", "http 404"]);
      deepEqual(await ask({ completions: 500 }), ["unanswered", "http 500"]);
      deepEqual(await ask({ body: "garbage" }), ["unanswered", "invalid JSON"]);
      deepEqual(await ask({ body: "utf8" }), ["unanswered", "invalid UTF-8"]);
      deepEqual(await ask({ body: "huge" }), ["unanswered", "more than 65536 bytes"]);
      deepEqual(await ask({ body: "drop" }), ["unanswered", "connection"]);
      deepEqual(await ask({ body: "drip" }, { timeoutMs: 300 }), ["unanswered", "timeout"]);
      deepEqual(await ask({ delayMs: 2_000 }, { timeoutMs: 100 }), ["unanswered", "timeout"]);
      // These are the model's own.
      deepEqual(await ask({ finish: "length" }), ["over_limit", "cut at the token limit"]);
      deepEqual(await ask({ finish: "content_filter" }), ["refused", "content filter"]);
      own.models.clear();
      deepEqual(await ask({}), ["unanswered", "http 404"]);
      await own.close();
      deepEqual(await ask({}), ["unanswered", "connection"]);
    });
  },
});

Deno.test({
  name: "openHost() names the setting of a key that is refused, and never the key",
  permissions: PERMISSIONS,
  async fn() {
    await withHost(async (opened) => {
      const error = await refusal(opened);
      deepEqual([error.code, error.retryable], ["unauthorized", false]);
      match(error.message, /answers http 401: check AF_HOSTED_KEY$/);
      ok(!error.message.includes("another_secret"));
    }, { apiKey: "another_secret_key" });
    await withHost(async (opened, own, log) => {
      const session = await opened.host.open(MODEL);
      own.faults = { completions: 401 };
      equal((await session.ask(QUESTION)).kind, "unanswered");
      deepEqual(log, ["An inference endpoint refuses the API key (http 401): check AF_HOSTED_KEY and its balance"]);
    });
    const open = (url: string, apiKey = KEY) => openHost({ url, apiKey });
    await rejects(open("http://gpu.example.org/v1"), /would send the API key unencrypted/);
    await rejects(open("https://{slug}.example.org/v1"), /cannot hold \{slug\}/);
    await rejects(open("ftp://127.0.0.1"), /must begin with https/);
  },
});
