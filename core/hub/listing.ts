/** Lists the files of a pinned revision of a repository. Everything that the hub says is checked and capped. @module */
import { listFiles } from "@huggingface/hub";
import { collect } from "../base/bytes.ts";
import { errorText, HubError } from "../base/errors.ts";
import type { HubFile } from "./digest.ts";
import { guardedRequest, malformed } from "./guard.ts";

/** How the hub is asked. */
export interface HubSettings {
  /** Such as `https://huggingface.co`, without a slash at the end. */
  readonly url: string;
  /** Begins with `hf_`; empty = none. */
  readonly token: string;
}

/** A pinned revision of a repository. */
export interface HubRevision {
  readonly type: "model" | "dataset";
  /** `owner/name`. */
  readonly name: string;
  /** Full commit hash, 40 hex digits. */
  readonly revision: string;
}

const PAGE_BYTES = 4 * 1024 * 1024;
const MAX_PAGES = 50;
const MAX_FILES = 20_000;
const MAX_PATH = 1024;
const NAME = /^[A-Za-z0-9][\w.-]{0,95}\/[A-Za-z0-9][\w.-]{0,95}$/;

/** How messages name a revision. */
export function nameOf({ type, name, revision }: HubRevision): string {
  const kind = type === "model" ? "Repository" : "Dataset";
  return `${kind} ${JSON.stringify(name.slice(0, 200))} at revision ${JSON.stringify(revision.slice(0, 64))}`;
}

/** All files of a revision. @throws {HubError} `not_found`, `gated`, `malformed`; retryable `unanswered`. */
export async function listRevision(repo: HubRevision, settings: HubSettings): Promise<HubFile[]> {
  const what = nameOf(repo);
  if (!NAME.test(repo.name)) throw new HubError(`${what} cannot exist: a name is owner/name`, { code: "not_found" });
  if (!/^[0-9a-f]{40}$/.test(repo.revision)) {
    throw new HubError(`${what} is not pinned: a revision is the full commit hash of 40 hex digits`, {
      code: "not_found",
    });
  }
  const files: HubFile[] = [];
  let entries = 0;
  try {
    const listing = listFiles({
      repo: { type: repo.type, name: repo.name },
      revision: repo.revision,
      recursive: true,
      hubUrl: settings.url,
      fetch: pagesOnly(what, settings),
      ...(settings.token === "" ? {} : { accessToken: settings.token }),
    });
    for await (const entry of listing) {
      if (++entries > MAX_FILES) throw malformed(`${what} has more than ${MAX_FILES} files`);
      const file = readEntry(entry, what);
      if (file) files.push(file);
    }
  } catch (cause) {
    if (cause instanceof HubError) throw cause;
    // The library walks the answer without checking it: what it trips over is an answer of a wrong shape.
    throw new HubError(`${what} is described in a way that makes no sense: ${errorText(cause)}`, {
      code: "malformed",
      cause,
    });
  }
  return files;
}

/** A file of the listing, null for folders. */
function readEntry(entry: unknown, what: string): HubFile | null {
  if (typeof entry !== "object" || entry === null) throw malformed(`${what} lists an entry that is no object`);
  const { type, path, size, oid, lfs } = entry as Record<string, unknown>;
  if (typeof path !== "string" || path === "" || path.length > MAX_PATH) throw malformed(`${what} lists a wrong path`);
  if (type === "directory") return null;
  if (type !== "file") throw malformed(`${what} lists an entry of an unknown type`);
  if (typeof oid !== "string" || !/^[0-9a-f]{40}$/.test(oid)) throw malformed(`${what} lists a file with a wrong hash`);
  const large = (lfs ?? null) as Record<string, unknown> | null;
  if (large === null) return { path, size: readSize(size, what), sha256: null, gitOid: oid };
  if (typeof large.oid !== "string" || !/^[0-9a-f]{64}$/.test(large.oid)) {
    throw malformed(`${what} lists a large file with a wrong hash`);
  }
  return { path, size: readSize(large.size, what), sha256: large.oid, gitOid: oid };
}

function readSize(value: unknown, what: string): number {
  // A petabyte: sums of 20,000 such files would still be exact enough to compare.
  if (!Number.isSafeInteger(value) || value as number < 0 || value as number > 2 ** 50) {
    throw malformed(`${what} lists a file with a wrong size`);
  }
  return value as number;
}

/** A fetch for the library that follows no redirect, leaves the hub never, and ends in time and in bytes. */
function pagesOnly(what: string, settings: HubSettings): typeof fetch {
  const origin = new URL(settings.url).origin;
  let pages = 0;
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    // The address of the next page comes from the answer, and the token goes with it.
    if (url.origin !== origin) throw malformed(`${what} continues on another host`);
    if (++pages > MAX_PAGES) throw malformed(`${what} has more than ${MAX_PAGES} pages of files`);
    return await capped(await guardedRequest(url, init ?? {}, { what, origin }), what, origin);
  };
}

async function capped(response: Response, what: string, origin: string): Promise<Response> {
  const body = await collect(response.body ?? [], PAGE_BYTES).catch((cause) => {
    const text = `The hub at ${origin} does not answer: ${errorText(cause)}`;
    throw new HubError(text, { code: "unanswered", retryable: true, cause });
  });
  if (body === null) throw malformed(`${what} has a page of files that is larger than ${PAGE_BYTES} bytes`);
  return new Response(body, { status: 200, headers: response.headers });
}
