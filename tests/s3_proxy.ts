/** What stands between a validator and its bucket in tests: hands everything on, until it is told to do harm. @module */

/** What can go wrong with a bucket. */
export const FAULTS = ["none", "down", "slow", "busy", "denied", "full", "forgets", "old", "cut", "stalls"] as const;
/** One of {@linkcode FAULTS}. */
export type Fault = typeof FAULTS[number];

/** A request that reached the proxy. */
export interface Passed {
  readonly method: string;
  readonly path: string;
  readonly status: number;
}

/** A proxy before an S3 server. */
export class FaultProxy {
  /** Every request that was answered, in order. */
  readonly passed: Passed[] = [];
  readonly port: number;
  readonly #target: string;
  #fault: Fault = "none";
  #server: Deno.HttpServer | null = null;
  /** How long a slow answer takes, in milliseconds. */
  slowMs = 3_000;
  /** How long every answer takes, in milliseconds. */
  delayMs = 0;

  /** Starts before a server at this URL. */
  constructor(target: string) {
    this.#target = target;
    this.port = this.#listen(0);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get fault(): Fault {
    return this.#fault;
  }

  /** Does this harm from now on. */
  async harm(fault: Fault): Promise<void> {
    this.#fault = fault;
    if (fault === "down") {
      await this.close();
    } else if (!this.#server) {
      this.#listen(this.port);
    }
  }

  /** Ends it. */
  async close(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    await server?.shutdown();
  }

  #listen(port: number): number {
    const server = Deno.serve(
      // A body that is cut short on purpose is no error to be printed.
      { hostname: "127.0.0.1", port, onListen: () => {}, onError: () => new Response(null, { status: 500 }) },
      (request) => this.#answer(request),
    );
    this.#server = server;
    return server.addr.port;
  }

  async #answer(request: Request): Promise<Response> {
    const { pathname, search } = new URL(request.url);
    const body = new Uint8Array(await request.arrayBuffer());
    const response = await this.#respond(request, pathname + search, body);
    this.passed.push({ method: request.method, path: pathname, status: response.status });
    return response;
  }

  async #respond(request: Request, path: string, body: Uint8Array<ArrayBuffer>): Promise<Response> {
    const writes = request.method === "PUT";
    if (this.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, this.delayMs));
    switch (this.#fault) {
      case "slow":
        await new Promise((resolve) => setTimeout(resolve, this.slowMs));
        break;
      case "busy":
        return failure(503, "SlowDown");
      case "denied":
        return failure(403, "AccessDenied");
      case "full":
        if (writes) return failure(507, "InsufficientStorage");
        break;
      case "forgets":
        if (writes) return new Response(null, { headers: { etag: '"0"' } });
        break;
    }
    const headers = new Headers(request.headers);
    headers.delete("host");
    const answer = await fetch(this.#target + path, {
      method: request.method,
      headers,
      ...(writes ? { body } : {}),
    });
    const bytes = new Uint8Array(await answer.arrayBuffer());
    if (request.method !== "GET" || answer.status !== 200) return again(answer, bytes);
    if (this.#fault === "old") return again(answer, bytes.map((byte, i) => i === 20 ? byte ^ 1 : byte));
    if (this.#fault === "stalls") return cutShort(answer, bytes, null);
    return this.#fault === "cut" ? cutShort(answer, bytes, 20) : again(answer, bytes);
  }
}

function again(answer: Response, bytes: Uint8Array<ArrayBuffer>): Response {
  const headers = new Headers();
  for (const name of ["content-type", "etag", "last-modified"]) {
    const value = answer.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  return new Response(answer.status === 204 ? null : bytes, { status: answer.status, headers });
}

/** Half of the body, then the line is gone after so many milliseconds; null = it stays, and nothing comes any more. */
function cutShort(answer: Response, bytes: Uint8Array<ArrayBuffer>, afterMs: number | null): Response {
  const body = new ReadableStream({
    start(controller) {
      controller.enqueue(bytes.subarray(0, bytes.length >> 1));
      if (afterMs !== null) setTimeout(() => controller.close(), afterMs);
    },
  });
  return new Response(body, { status: answer.status, headers: { "content-length": String(bytes.length) } });
}

function failure(status: number, code: string): Response {
  const xml = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`;
  return new Response(xml, { status, headers: { "content-type": "application/xml" } });
}
