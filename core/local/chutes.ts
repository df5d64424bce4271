/** The local network's stand-in for Chutes: inference at `/{slug}/v1`, the management API at `/chutes`, on one loopback port. @module */
import { type Context, Hono } from "@hono/hono";
import { badBody, type ChuteFaults, type SentCounter } from "./chutes_faults.ts";
import { forward } from "./chutes_proxy.ts";

/** What a miner's model is asked. */
export interface LocalQuestion {
  readonly system: string;
  readonly prompt: string;
}

/** A chute that the stand-in serves. */
export interface LocalChute {
  /** UUID. */
  readonly chuteId: string;
  readonly slug: string;
  /** Name of the chute = name of the model. */
  readonly model: string;
  readonly revision: string;
  readonly user: string;
  /** Answers from the prompt alone. Not used with `external`. */
  readonly answer?: (question: LocalQuestion) => string | Promise<string>;
  /** Base of another OpenAI-compatible endpoint that answers in its place, such as `http://127.0.0.1:8080/v1`. */
  readonly external?: string;
  /** Whether it answers at this time (milliseconds since 1970); a chute that is down gives 503. */
  readonly isUp?: (wall: number) => boolean;
  /** `vllm`, as the real API says of both standard templates. @default {"vllm"} */
  readonly template?: string | null;
  readonly faults?: ChuteFaults;
}

/** Options of {@linkcode startLocalChutes}. */
export interface LocalChutesOptions {
  readonly chutes?: readonly LocalChute[];
  /** Key that both APIs ask for. */
  readonly apiKey: string;
  /** Milliseconds before every answer. @default {0} */
  readonly latencyMs?: number;
  /** 0 = any free port. @default {0} */
  readonly port?: number;
}

/** What a chute has been asked. */
export interface ChuteCount {
  readonly requests: number;
  readonly answered: number;
  /** Bytes of huge bodies that were really sent. */
  readonly hugeBytes: number;
}

/** A stand-in that runs. */
export interface LocalChutes {
  readonly port: number;
  /** Template for the inference URL, with `{slug}`. */
  readonly inferenceUrl: string;
  readonly managementUrl: string;
  /** Adds or replaces a chute, by slug. */
  add(chute: LocalChute): void;
  remove(slug: string): void;
  /** Replaces the faults of a chute. @throws {RangeError} for a slug that is not served. */
  setFaults(slug: string, faults: ChuteFaults): void;
  count(slug: string): ChuteCount;
  close(): Promise<void>;
}

interface Served {
  chute: LocalChute;
  faults: ChuteFaults;
  requests: number;
  answered: number;
  /** Rises by the rate-limited share with every request; a whole number passed = one 429. */
  limited: number;
  sent: SentCounter;
}

/** Characters of a token, for the counts and the token limit of the stand-in. */
const TOKEN_CHARS = 4;

/** Starts the stand-in on loopback. */
export function startLocalChutes(options: LocalChutesOptions): LocalChutes {
  const served = new Map<string, Served>();
  const add = (chute: LocalChute): void => {
    const fresh = { requests: 0, answered: 0, limited: 0, sent: { bytes: 0 } };
    served.set(chute.slug, { chute, faults: chute.faults ?? {}, ...fresh });
  };
  const find = (slug: string): Served => {
    const found = served.get(slug);
    if (!found) throw new RangeError(`The local network serves no chute with slug ${slug}`);
    return found;
  };
  options.chutes?.forEach(add);
  const app = chutesApp(served, options);
  const server = Deno.serve(
    {
      hostname: "127.0.0.1",
      port: options.port ?? 0,
      onListen() {},
      onError: () => new Response(null, { status: 500 }),
    },
    (request) => app.fetch(request),
  );
  const url = `http://127.0.0.1:${server.addr.port}`;
  return {
    port: server.addr.port,
    inferenceUrl: `${url}/{slug}/v1`,
    managementUrl: url,
    add,
    remove: (slug) => void served.delete(slug),
    setFaults: (slug, faults) => void (find(slug).faults = faults),
    count(slug) {
      const { requests, answered, sent } = find(slug);
      return { requests, answered, hugeBytes: sent.bytes };
    },
    close: () => server.shutdown(),
  };
}

function chutesApp(served: Map<string, Served>, options: LocalChutesOptions): Hono {
  const app = new Hono();
  app.use(async (c, next) => {
    if (c.req.header("authorization") === `Bearer ${options.apiKey}`) return await next();
    return c.json({ detail: "Authentication required." }, 401);
  });
  const notFound = (c: Context) => c.json({ detail: "Chute not found, or does not belong to you" }, 404);
  const byId = (id: string) => [...served.values()].find(({ chute }) => chute.chuteId === id);
  app.get("/chutes/", (c) => {
    const items = [...served.values()].map(factsOf);
    return c.json({ total: items.length, page: 0, limit: items.length, items });
  });
  app.get("/chutes/warmup/:id", (c) => {
    const found = byId(c.req.param("id"));
    if (!found) return notFound(c);
    const status = isHot(found) ? "hot" : "cold";
    return c.text(`data: {"status": "${status}"}\n\n`, 200, { "content-type": "text/event-stream" });
  });
  app.get("/chutes/:id", (c) => {
    const found = byId(c.req.param("id"));
    return found ? c.json(factsOf(found)) : notFound(c);
  });
  app.post("/:slug/v1/chat/completions", async (c) => {
    const found = served.get(c.req.param("slug"));
    if (!found) return notFound(c);
    return await complete(found, c, options.latencyMs ?? 0);
  });
  return app;
}

/** Whether it has instances. One that is down for a moment has them still, as the real API would say. */
function isHot({ faults }: Served): boolean {
  return !faults.cold;
}

/** The fields that af reads, by the real API's names, and a few of the others. */
function factsOf(served: Served): Record<string, unknown> {
  const { chute, faults } = served;
  return {
    chute_id: chute.chuteId,
    name: chute.model,
    slug: chute.slug,
    revision: chute.revision,
    user: { username: chute.user, user_id: chute.user },
    hot: isHot(served),
    public: true,
    standard_template: chute.template === undefined ? "vllm" : chute.template,
    allow_external_egress: false,
    readme: "",
    instances: [],
    ...faults.facts,
  };
}

async function complete(served: Served, c: Context, latencyMs: number): Promise<Response> {
  const { chute, faults } = served;
  served.requests++;
  const wait = latencyMs + (faults.delayMs ?? 0);
  if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
  if (faults.redirect) return c.redirect(faults.redirect, 307);
  const isUp = served.chute.isUp?.(Date.now()) ?? true;
  if (!isHot(served) || !isUp) return c.json({ detail: "No instances available (yet)" }, 503);
  served.limited += faults.rateLimited ?? 0;
  if (served.limited >= 1) {
    served.limited--;
    return c.json({ detail: "Infrastructure is at maximum capacity, try again later" }, 429);
  }
  if (faults.status !== undefined) return new Response(null, { status: faults.status });
  if (faults.body) return badBody(faults.body, served.sent);
  const body = await c.req.json().catch(() => null);
  const question = readQuestion(body);
  if (!question) return c.json({ detail: "Not a chat completion request" }, 400);
  served.answered++;
  if (chute.external) return await forward(chute.external, body);
  const text = await chute.answer?.(question) ?? "";
  return c.json(completion(chute.model, question, text, Number(body.max_tokens ?? Infinity)));
}

function readQuestion(body: unknown): LocalQuestion | null {
  const messages = (body as { messages?: unknown } | null)?.messages;
  if (!Array.isArray(messages)) return null;
  const said = (role: string) => messages.filter((each) => each?.role === role && typeof each.content === "string");
  const prompt = said("user").at(-1);
  return prompt ? { prompt: prompt.content, system: said("system").map((each) => each.content).join("\n") } : null;
}

function completion(model: string, question: LocalQuestion, text: string, maxTokens: number): unknown {
  const cut = text.length > maxTokens * TOKEN_CHARS;
  const content = cut ? text.slice(0, maxTokens * TOKEN_CHARS) : text;
  const prompt = Math.ceil((question.prompt.length + question.system.length) / TOKEN_CHARS);
  const answer = Math.ceil(content.length / TOKEN_CHARS);
  return {
    id: "chatcmpl-local",
    object: "chat.completion",
    created: 0,
    model,
    choices: [{ index: 0, message: { role: "assistant", content }, finish_reason: cut ? "length" : "stop" }],
    usage: { prompt_tokens: prompt, completion_tokens: answer, total_tokens: prompt + answer },
  };
}
