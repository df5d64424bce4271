/** Reads the rows of a dataset at a pinned revision: which files, in which order, piece by piece, checked against the listing. @module */
import { createHash } from "node:crypto";
import { downloadFile } from "@huggingface/hub";
import { errorText, HubError } from "../base/errors.ts";
import { readParquetRows } from "../dataset/parquet_rows.ts";
import { readTextRows } from "../dataset/text_rows.ts";
import type { ByteSource, DatasetRow } from "../port/dataset.ts";
import type { HubFile } from "./digest.ts";
import { guardedRequest, malformed } from "./guard.ts";
import { type HubRevision, type HubSettings, listRevision, nameOf } from "./listing.ts";

/** Endings of files that hold rows, the preferred first: where a dataset is stored twice, one of them counts. */
const ENDINGS = [[".parquet"], [".jsonl", ".ndjson"], [".json"]] as const;
/** Descriptions that the hub's tools write beside the rows. */
const NO_ROWS = /(?:^|\/)(?:dataset_infos?|dataset_dict|state|config|package)\.json$/;
/** Files are read in pieces, so that no answer has to be open while somebody thinks. */
const PIECE_BYTES = 8 << 20;
const PIECE_MS = 120_000;
/** A file is kept on another host, and that may hand over once more. */
const REDIRECTS = 3;

/** The files of a dataset that hold its rows, by path: of the split `train` where one is named so, else all. */
export function rowFiles(files: readonly HubFile[]): HubFile[] {
  const inOrder = [...files].filter((file) => !NO_ROWS.test(file.path)).sort((a, b) => a.path < b.path ? -1 : 1);
  for (const endings of ENDINGS) {
    const found = inOrder.filter((file) => endings.some((ending) => file.path.toLowerCase().endsWith(ending)));
    const train = found.filter((file) => /(?:^|[/_.-])train(?:$|[/_.-])/.test(file.path));
    if (found.length > 0) return train.length > 0 ? train : found;
  }
  return [];
}

/** All rows of a dataset. @throws {HubError} `not_found`, `gated`, `no_rows`, `malformed`, `moved`; retryable `unanswered`. */
export async function* readDataset(repo: HubRevision, settings: HubSettings): AsyncGenerator<DatasetRow> {
  const files = rowFiles(await listRevision(repo, settings));
  if (files.length === 0) {
    throw new HubError(`${nameOf(repo)} holds no Parquet, JSON lines or JSON files`, { code: "no_rows" });
  }
  for (const file of files) {
    const source = await openFile(repo, file, settings);
    const prefix = `${file.path} `;
    if (file.path.toLowerCase().endsWith(".parquet")) yield* readParquetRows(source, { prefix });
    else yield* readTextRows(pieces(source, file, `${file.path} of ${nameOf(repo)}`), { prefix });
  }
}

/** A file of the hub in pieces. The library is told the size of the listing, so it asks for nothing but pieces. */
async function openFile(repo: HubRevision, file: HubFile, settings: HubSettings): Promise<ByteSource> {
  const what = `${file.path} of ${nameOf(repo)}`;
  const path = file.path.split("/").map(encodeURIComponent).join("/");
  const blob = await downloadFile({
    repo: { type: repo.type, name: repo.name },
    path,
    revision: repo.revision,
    hubUrl: settings.url,
    // The chunked protocol asks hosts that the answer names; the plain one redirects once.
    xet: false,
    downloadInfo: {
      size: file.size,
      etag: file.gitOid,
      url: `${settings.url}/${repo.type}s/${repo.name}/resolve/${repo.revision}/${path}`,
    },
    fetch: (input, init) => pieceOf(new URL(input instanceof Request ? input.url : input), init ?? {}, what, settings),
    ...(settings.token === "" ? {} : { accessToken: settings.token }),
  });
  return {
    size: file.size,
    async read(start, end) {
      if (start >= end) return new Uint8Array(0);
      const bytes = new Uint8Array(await blob!.slice(start, end).arrayBuffer());
      if (bytes.length === end - start) return bytes;
      throw malformed(`${what} has ${bytes.length} bytes where the hub's list promises ${end - start}`);
    },
  };
}

async function pieceOf(url: URL, init: RequestInit, what: string, settings: HubSettings): Promise<Response> {
  const headers = new Headers(init.headers);
  const range = /^bytes=(\d+)-(\d+)$/.exec(headers.get("range") ?? "");
  const most = range ? Number(range[2]) - Number(range[1]) + 1 : PIECE_BYTES;
  // Bytes that are packed for the way would not be the range.
  headers.set("accept-encoding", "identity");
  const options = { what, origin: new URL(settings.url).origin, redirects: REDIRECTS, timeoutMs: PIECE_MS };
  const response = await guardedRequest(url, { ...init, headers }, options);
  if (range && response.status !== 206) {
    await response.body?.cancel();
    throw malformed(`${what} comes whole where a part was asked for`);
  }
  const body = new Uint8Array(most);
  let size = 0;
  try {
    for await (const part of response.body ?? []) {
      if (size + part.length > most) throw malformed(`${what} sends more than was asked for`);
      body.set(part, size);
      size += part.length;
    }
  } catch (cause) {
    if (cause instanceof HubError) throw cause;
    const text = `${what} breaks off: ${errorText(cause)}`;
    throw new HubError(text, { code: "unanswered", retryable: true, cause });
  }
  return new Response(body.subarray(0, size));
}

/** The pieces of a file in their order, which together must have the hash of the listing. */
async function* pieces(source: ByteSource, file: HubFile, what: string): AsyncGenerator<Uint8Array> {
  const hash = createHash(file.sha256 === null ? "sha1" : "sha256");
  // Git hashes a file behind its kind and size.
  if (file.sha256 === null) hash.update(`blob ${file.size}\0`);
  for (let start = 0; start < source.size; start += PIECE_BYTES) {
    const piece = await source.read(start, Math.min(source.size, start + PIECE_BYTES));
    hash.update(piece);
    yield piece;
  }
  if (hash.digest("hex") !== (file.sha256 ?? file.gitOid)) {
    throw malformed(`${what} is not what the hub's list promises`);
  }
}
