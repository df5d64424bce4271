/** Datasets of the local hub: their list of files and their contents in parts, with faults on demand. @module */
import { createHash } from "node:crypto";
import { type Context, Hono } from "@hono/hono";

/** What a local dataset does wrong, for tests. */
export const DATASET_FAULTS = [
  "unauthorized",
  "missing",
  "truncated",
  "altered",
  "not json",
  "huge",
  "whole",
  "busy",
] as const;
/** One of {@linkcode DATASET_FAULTS}. */
export type DatasetFault = typeof DATASET_FAULTS[number];

/** A file of a local dataset. */
export interface LocalDatasetFile {
  readonly path: string;
  readonly content: Uint8Array;
  /** Kept in git, without a sha256, and served by the hub itself; else as a large file at {@linkcode LocalDataset.filesUrl}. @default {false} */
  readonly small?: boolean;
}

/** A revision of a dataset. */
export interface LocalDataset {
  /** `owner/name`. */
  readonly name: string;
  /** 40 hex digits. */
  readonly revision: string;
  readonly files: readonly LocalDatasetFile[];
  /** Asks for a token. @default {false} */
  readonly gated?: boolean;
  /** Origin that large files are handed over to, as the real hub does. @default {the hub itself} */
  readonly filesUrl?: string;
  readonly fault?: DatasetFault;
}

/** The hub's routes for datasets: what it lists, where it redirects to, and what stands there. */
export function datasetsApp(datasets: readonly LocalDataset[], token: string): Hono {
  const app = new Hono();
  const find = (c: Context) => {
    const { owner, name, revision } = c.req.param() as Record<string, string>;
    return datasets.find((each) => each.name === `${owner}/${name}` && each.revision === revision);
  };
  const refusal = (c: Context, dataset: LocalDataset | undefined): Response | null => {
    if (!dataset) return c.json({ error: "Repository not found" }, 404, { "x-error-code": "RepoNotFound" });
    const closed = dataset.gated && c.req.header("authorization") !== `Bearer ${token}`;
    if (closed || dataset.fault === "unauthorized") return c.json({ error: "Invalid credentials" }, 401);
    return dataset.fault === "busy" ? c.json({ error: "Too many requests" }, 429) : null;
  };
  app.get("/api/datasets/:owner/:name/tree/:revision", (c) => {
    const dataset = find(c);
    const refused = refusal(c, dataset);
    if (refused) return refused;
    if (dataset!.fault === "not json") return c.body("[{", 200, { "content-type": "application/json" });
    return c.json(dataset!.files.map((file) => entryOf(file, dataset!.fault === "huge")));
  });
  app.get("/datasets/:owner/:name/resolve/:revision/:path{.+}", (c) => {
    const dataset = find(c);
    const refused = refusal(c, dataset);
    if (refused) return refused;
    const file = dataset!.files.find((each) => each.path === c.req.param("path"));
    if (!file || dataset!.fault === "missing") {
      return c.json({ error: "Entry not found" }, 404, { "x-error-code": "EntryNotFound" });
    }
    if (file.small) return part(c, file.content, dataset!.fault);
    return c.redirect(`${dataset!.filesUrl ?? new URL(c.req.url).origin}/large/${sha256(file.content)}`, 302);
  });
  app.get("/large/:sha256", (c) => {
    // Where large files are kept nobody may send the hub's token to.
    if (c.req.header("authorization") !== undefined) return c.json({ error: "A token came to the wrong host" }, 400);
    for (const dataset of datasets) {
      const file = dataset.files.find((each) => sha256(each.content) === c.req.param("sha256"));
      if (file) return part(c, file.content, dataset.fault);
    }
    return c.notFound();
  });
  return app;
}

function entryOf({ path, content, small }: LocalDatasetFile, huge: boolean): unknown {
  const size = huge ? content.length + 1_000_000_000_000 : content.length;
  const oid = createHash("sha1").update(`blob ${content.length}\0`).update(content).digest("hex");
  const entry = { type: "file", oid, size, path };
  return small ? entry : { ...entry, lfs: { oid: sha256(content), size, pointerSize: 134 } };
}

function part(c: Context, content: Uint8Array, fault: DatasetFault | undefined): Response {
  const range = /^bytes=(\d+)-(\d+)$/.exec(c.req.header("range") ?? "");
  if (!range || fault === "whole") return c.body(sent(content, fault), 200);
  const [start, end] = [Number(range[1]), Math.min(Number(range[2]) + 1, content.length)];
  if (start >= end) return c.body(null, 416);
  return c.body(sent(content.slice(start, end), fault), 206, {
    "content-range": `bytes ${start}-${end - 1}/${content.length}`,
  });
}

function sent(bytes: Uint8Array, fault: DatasetFault | undefined): Uint8Array<ArrayBuffer> {
  const copy = bytes.slice();
  if (fault === "truncated") return copy.subarray(0, Math.floor(copy.length / 2));
  // A letter more or less stays JSON: only the hash tells.
  if (fault === "altered") { for (const [i, byte] of copy.entries()) if (byte === 49) copy[i] = 50; }
  return copy;
}

function sha256(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}
