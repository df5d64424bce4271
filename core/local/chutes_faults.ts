/** What can go wrong with a chute of the local network, on demand. @module */

/** Faults of one chute; all of them off by default. */
export interface ChuteFaults {
  /** Answers 503, as a chute without a running instance does. */
  readonly cold?: boolean;
  /** Milliseconds before an answer. */
  readonly delayMs?: number;
  /** Share of requests that get 429, from 0 to 1, spread evenly. */
  readonly rateLimited?: number;
  /** Status that every request gets, such as 400, 404, 410 or 500. */
  readonly status?: number;
  /** One of {@linkcode BODY_FAULTS}. */
  readonly body?: BodyFault;
  /** Where every request is sent instead. */
  readonly redirect?: string;
  /** Facts that the management API gives in place of the true ones, by its own field names. */
  readonly facts?: Readonly<Record<string, unknown>>;
}

/** Ways in which a body can be bad. */
export const BODY_FAULTS = ["garbage", "huge", "utf8", "drop", "drip", "empty", "thinking"] as const;
/**
 * One of {@linkcode BODY_FAULTS}: no JSON, 50 MB, invalid UTF-8, connection broken in the middle, a byte now and then for ever,
 * nothing at all, reasoning without content.
 */
export type BodyFault = typeof BODY_FAULTS[number];

const HUGE_BYTES = 50_000_000;
const CHUNK = 65_536;
const JSON_TYPE = { "content-type": "application/json" };

/** Counts of what a stream has sent, for tests that want to see it cut off. */
export interface SentCounter {
  bytes: number;
}

/** A response with a bad body. */
export function badBody(fault: BodyFault, sent: SentCounter): Response {
  switch (fault) {
    case "garbage":
      return new Response("<html>Bad gateway</html>");
    case "empty":
      return new Response(null, { status: 200 });
    case "utf8":
      return new Response(new Uint8Array([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x7d]), { headers: JSON_TYPE });
    case "thinking":
      return Response.json({
        choices: [{
          message: { role: "assistant", content: null, reasoning_content: "Let me think" },
          finish_reason: "stop",
        }],
      });
    case "huge":
      return new Response(huge(sent), { headers: JSON_TYPE });
    case "drop":
      return new Response(dropping(), { headers: JSON_TYPE });
    case "drip":
      return new Response(dripping(), { headers: JSON_TYPE });
  }
}

function huge(sent: SentCounter): ReadableStream<Uint8Array> {
  const chunk = new Uint8Array(CHUNK).fill(0x20);
  return new ReadableStream({
    async pull(controller) {
      if (sent.bytes >= HUGE_BYTES) return controller.close();
      sent.bytes += chunk.length;
      controller.enqueue(chunk);
      // Lets the other side be heard: without a pause the socket's buffers would be filled in one go.
      await new Promise((resolve) => setTimeout(resolve, 0));
    },
  }, { highWaterMark: 0 });
}

function dropping(): ReadableStream<Uint8Array> {
  let first = true;
  return new ReadableStream({
    pull(controller) {
      if (first) controller.enqueue(new TextEncoder().encode('{"choices":[{"message":{"content":"x1='));
      else controller.error(new Error("Dropped on demand"));
      first = false;
    },
  });
}

function dripping(): ReadableStream<Uint8Array> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return new ReadableStream({
    pull(controller) {
      return new Promise((resolve) => {
        timer = setTimeout(() => {
          controller.enqueue(new Uint8Array([0x20]));
          resolve();
        }, 20);
      });
    },
    cancel() {
      clearTimeout(timer);
    },
  }, { highWaterMark: 0 });
}
