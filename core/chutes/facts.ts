/** From the management API's JSON to the facts of a chute. Every field is checked; more fields than these are ignored. @module */
import { fromUtf8 } from "../base/bytes.ts";
import { errorText, ModelError } from "../base/errors.ts";
import type { ChuteFacts } from "../port/model.ts";
import { isSlug } from "./target.ts";

const CHUTE_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Facts, and what the API left open. */
export interface ReadChute {
  readonly facts: ChuteFacts;
  /** Whether the API said anything about egress; where it does not, `externalEgress` is false (docs/chutes.md says why). */
  readonly egressKnown: boolean;
}

/** Whether a text is the id of a chute (a UUID in lower case). The API would also take names, which are not unique for ever. */
export function isChuteId(text: string): boolean {
  return CHUTE_ID.test(text);
}

/** Reads the answer to `GET /chutes/{chuteId}`. @throws {ModelError} code `malformed` for any field of a wrong type, shape or length; retryable `unanswered` for what is no JSON object. */
export function readChute(bytes: Uint8Array, chuteId: string): ReadChute {
  const what = `The management API's answer for chute ${chuteId}`;
  const parsed = parse(bytes, what);
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) throw nonsense(`${what} is no object`);
  const root = parsed as Record<string, unknown>;
  if (root.chute_id !== chuteId) throw malformed(`${what} is about another chute`);
  const slug = text(root, "slug", what, 63);
  if (!isSlug(slug)) throw malformed(`${what} has a slug that is no host label`);
  const revision = optionalText(root, "revision", what, 256);
  const egress = root.allow_external_egress ?? null;
  if (egress !== null && typeof egress !== "boolean") throw malformed(`${what} has a wrong allow_external_egress`);
  return {
    facts: {
      chuteId,
      name: text(root, "name", what, 256),
      slug,
      revision: revision && /^[0-9a-f]{40}$/i.test(revision) ? revision.toLowerCase() : revision,
      user: text(object(root.user, `${what}, field user,`), "username", what, 128),
      hot: flag(root, "hot", what),
      public: flag(root, "public", what),
      template: optionalText(root, "standard_template", what, 64),
      externalEgress: egress ?? false,
    },
    egressKnown: egress !== null,
  };
}

function parse(bytes: Uint8Array, what: string): unknown {
  try {
    return JSON.parse(fromUtf8(bytes));
  } catch (cause) {
    throw nonsense(`${what} is no JSON: ${errorText(cause)}`, cause);
  }
}

function object(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw malformed(`${what} is no object`);
  return value as Record<string, unknown>;
}

function text(root: Record<string, unknown>, field: string, what: string, longest: number): string {
  const value = root[field];
  if (typeof value !== "string" || value === "" || value.length > longest || !value.isWellFormed()) {
    throw malformed(`${what} has a wrong ${field}`);
  }
  return value;
}

function optionalText(root: Record<string, unknown>, field: string, what: string, longest: number): string | null {
  return root[field] === null || root[field] === undefined ? null : text(root, field, what, longest);
}

function flag(root: Record<string, unknown>, field: string, what: string): boolean {
  if (typeof root[field] !== "boolean") throw malformed(`${what} has a wrong ${field}`);
  return root[field];
}

/** No miner can make the API answer like this: it is the API itself, or something before it, and no worse than silence. */
function nonsense(message: string, cause?: unknown): ModelError {
  return new ModelError(message, { code: "unanswered", retryable: true, cause });
}

function malformed(message: string): ModelError {
  return new ModelError(message, { code: "malformed" });
}
