/** From the JSON of `GET /models` to the names in it. Nothing in the bytes is trusted. @module */
import { fromUtf8 } from "../base/bytes.ts";
import { errorText, ModelError } from "../base/errors.ts";

/** Names in an OpenAI-compatible list of models. @throws {ModelError} `malformed`. */
export function readModels(bytes: Uint8Array, url: string): string[] {
  let body: unknown;
  try {
    body = JSON.parse(fromUtf8(bytes));
  } catch (cause) {
    throw new ModelError(`The list ${url} is no JSON: ${errorText(cause)}`, { code: "malformed", cause });
  }
  const data = (body as { data?: unknown } | null)?.data;
  if (!Array.isArray(data)) throw new ModelError(`The list ${url} is no list of models`, { code: "malformed" });
  return data.flatMap((one: { id?: unknown } | null) => typeof one?.id === "string" ? [one.id] : []);
}
