/**
 * What a serving engine does in front of a bare model, for `scripts/real_input.ts`: one request at a time, a limit of tokens, 400
 * for a prompt that does not fit, no second computation of a request that is the same byte for byte (temperature 0, the same seed),
 * and none for a client that has given up. @module
 */

/** Options of {@linkcode startFront}. */
export interface FrontOptions {
  /** Base of the model's endpoint, ending in `/v1`. */
  readonly url: string;
  /** Most tokens of an answer; a longer one ends with `length`, so that it counts as over the limit. */
  readonly maxTokens: number;
  /** A request that waited longer is not computed: nobody listens any more. */
  readonly patienceMs: number;
}

/** What went through. */
export interface FrontCounts {
  requests: number;
  /** The same request again, while or after it was computed. */
  repeated: number;
  computed: number;
  abandoned: number;
  /** Prompts longer than the model's context. */
  tooLong: number;
  failed: number;
  tokens: number;
  /** Milliseconds of computing. */
  busyMs: number;
}

/** A front that runs. */
export interface Front {
  /** Base for clients, ending in `/v1`. */
  readonly url: string;
  readonly counts: FrontCounts;
  close(): Promise<void>;
}

interface Reply {
  readonly status: number;
  readonly body: string;
}

const REMEMBERED = 256;
const LONGEST_MS = 300_000;

/** Starts it on a free loopback port. @throws {Error} if the model does not answer. */
export async function startFront(options: FrontOptions): Promise<Front> {
  const models = await listModels(options.url);
  const counts: FrontCounts = {
    requests: 0,
    repeated: 0,
    computed: 0,
    abandoned: 0,
    tooLong: 0,
    failed: 0,
    tokens: 0,
    busyMs: 0,
  };
  const known = new Map<string, Promise<Reply>>();
  let line: Promise<unknown> = Promise.resolve();

  /** Computes when its turn comes. Null if it came too late. */
  function enqueue(body: string): Promise<Reply | null> {
    const asked = performance.now();
    const turn = line.then(() =>
      performance.now() - asked > options.patienceMs ? null : compute(options, body, counts)
    );
    line = turn.catch(() => {});
    return turn;
  }

  async function answer(request: Request): Promise<Response> {
    counts.requests++;
    const body = capped(await request.json(), options.maxTokens);
    const earlier = known.get(body);
    if (earlier) counts.repeated++;
    const reply = earlier ?? enqueue(body).then((done) => {
      if (done === null) counts.abandoned++;
      // What was not computed is not remembered: the next attempt is in time.
      if (done === null || done.status >= 500) known.delete(body);
      return done ?? { status: 503, body: JSON.stringify({ error: { message: "Busy" } }) };
    });
    known.set(body, reply);
    if (known.size > REMEMBERED) known.delete(known.keys().next().value!);
    const { status, body: text } = await reply;
    return new Response(text, { status, headers: { "content-type": "application/json" } });
  }

  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/v1/models") return Response.json(models);
    return pathname === "/v1/chat/completions" ? answer(request) : new Response(null, { status: 404 });
  });
  return { url: `http://127.0.0.1:${server.addr.port}/v1`, counts, close: () => server.shutdown() };
}

async function listModels(url: string): Promise<unknown> {
  try {
    const response = await fetch(`${url}/models`, { signal: AbortSignal.timeout(10_000) });
    if (response.ok) return await response.json();
    await response.body?.cancel();
    throw new Error(`HTTP ${response.status}`);
  } catch (cause) {
    throw new Error(`No OpenAI-compatible endpoint answers at ${url} (give its base, ending in /v1)`, { cause });
  }
}

function capped(body: { max_tokens?: unknown }, most: number): string {
  const asked = typeof body.max_tokens === "number" ? body.max_tokens : most;
  return JSON.stringify({ ...body, max_tokens: Math.min(asked, most) });
}

async function compute(options: FrontOptions, body: string, counts: FrontCounts): Promise<Reply> {
  const start = performance.now();
  try {
    const response = await fetch(`${options.url}/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
      signal: AbortSignal.timeout(LONGEST_MS),
    });
    const text = await response.text();
    if (response.ok) {
      counts.computed++;
      counts.tokens += Number(JSON.parse(text).usage?.completion_tokens ?? 0);
      return { status: 200, body: text };
    }
    // A serving engine says 400 here; this model's server says 500.
    if (/context (size|length)|too (long|small)|compress/i.test(text)) {
      counts.tooLong++;
      return {
        status: 400,
        body: JSON.stringify({ error: { message: "The prompt does not fit the model's context" } }),
      };
    }
    counts.failed++;
    return { status: response.status, body: text };
  } catch {
    counts.failed++;
    return { status: 502, body: JSON.stringify({ error: { message: "The model does not answer" } }) };
  } finally {
    counts.busyMs += performance.now() - start;
  }
}
