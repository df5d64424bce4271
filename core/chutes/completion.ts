/** From the bytes of a chat completion to the outcome of an attempt. Nothing in the bytes is trusted. @module */
import { fromUtf8 } from "../base/bytes.ts";
import type { AskOutcome } from "../port/model.ts";

/** Detail of an answer whose tokens ran out. */
export const CUT = "cut at the token limit";

/**
 * Reads an OpenAI chat completion (not streamed).
 *
 * Only `choices[0].message.content` is an answer. What a model thinks aloud in `reasoning_content` is not: a message whose content
 * is null is unparsable, and over the limit when the tokens ran out while it was thinking.
 */
export function readCompletion(bytes: Uint8Array): AskOutcome {
  let text: string;
  try {
    text = fromUtf8(bytes);
  } catch {
    return unparsable("invalid UTF-8");
  }
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return unparsable("invalid JSON");
  }
  const root = fields(body);
  if (!root) return unparsable("no JSON object");
  // Engines wrap some refusals (a prompt that is too long, a blocked word) in a 200.
  if (root.object === "error" || (root.choices === undefined && root.error)) return refused("error in the body");
  const choice = fields(Array.isArray(root.choices) ? root.choices[0] : undefined);
  const message = fields(choice?.message);
  if (!choice || !message) return unparsable("no choice");
  if (choice.finish_reason === "length") return { kind: "over_limit", detail: CUT };
  if (choice.finish_reason === "content_filter") return refused("content filter");
  if (typeof message.refusal === "string" && message.refusal !== "") return refused("refusal");
  const content = message.content;
  if (typeof content !== "string") {
    return unparsable(typeof message.reasoning_content === "string" ? "reasoning without an answer" : "no content");
  }
  // JSON can spell half a character (a lone surrogate); no record could carry it.
  if (!content.isWellFormed()) return unparsable("lone surrogate");
  const usage = fields(root.usage);
  return {
    kind: "answered",
    text: content,
    promptTokens: tokens(usage?.prompt_tokens),
    completionTokens: tokens(usage?.completion_tokens),
  };
}

function fields(value: unknown): Record<string, unknown> | null {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value as Record<string, unknown> : null;
}

function tokens(value: unknown): number | null {
  return Number.isSafeInteger(value) && value as number >= 0 && value as number <= 1e9 ? value as number : null;
}

function unparsable(detail: string): AskOutcome {
  return { kind: "unparsable", detail };
}

function refused(detail: string): AskOutcome {
  return { kind: "refused", detail };
}
