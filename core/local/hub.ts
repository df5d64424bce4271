/** The local network's hub: enough of the hub's API to list a model's files and to read a dataset's, on loopback. @module */
import { Hono } from "@hono/hono";
import { sha256Hex } from "../base/hash.ts";
import { datasetsApp, type LocalDataset } from "./hub_datasets.ts";

/** A file of a local repository. It has no content: only what the hub would say of it. */
export interface LocalFile {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** sha256 of the content, 64 hex digits. */
  readonly sha256: string;
  /** A small file that the hub keeps in git, without a sha256. @default {false} */
  readonly small?: boolean;
}

/** A revision of a repository. */
export interface LocalRepo {
  /** `owner/name`. */
  readonly model: string;
  /** 40 hex digits. */
  readonly revision: string;
  readonly files: readonly LocalFile[];
  /** Asks for a token. @default {false} */
  readonly gated?: boolean;
}

/** Options of {@linkcode startLocalHub}. */
export interface LocalHubOptions {
  readonly repos: readonly LocalRepo[];
  /** Datasets, with their contents. @default {[]} */
  readonly datasets?: readonly LocalDataset[];
  /** Token that opens gated repositories. @default {"hf_local"} */
  readonly token?: string;
  /** Files of a page, as the real hub has 1000. @default {1000} */
  readonly pageSize?: number;
  /** 0 = any free port. @default {0} */
  readonly port?: number;
}

/** A local hub that runs. */
export interface LocalHub {
  /** Such as `http://127.0.0.1:40123`. */
  readonly url: string;
  /** Adds or replaces a revision. */
  add(repo: LocalRepo): void;
  close(): Promise<void>;
}

/** The hub's routes over a list of repositories that may change. */
export function hubApp(repos: Map<string, LocalRepo>, options: { token?: string; pageSize?: number } = {}): Hono {
  const token = options.token ?? "hf_local";
  const pageSize = options.pageSize ?? 1000;
  const app = new Hono();
  app.get("/api/models/:owner/:name/tree/:revision", (c) => {
    const { owner, name, revision } = c.req.param();
    const repo = repos.get(`${owner}/${name}@${revision}`);
    if (!repo) {
      const known = [...repos.values()].some((each) => each.model === `${owner}/${name}`);
      c.header("x-error-code", known ? "RevisionNotFound" : "RepoNotFound");
      return c.json({ error: known ? "Invalid rev id" : "Repository not found" }, 404);
    }
    if (repo.gated && c.req.header("authorization") !== `Bearer ${token}`) {
      c.header("x-error-code", "GatedRepo");
      return c.json({ error: `Access to model ${repo.model} is restricted` }, 401);
    }
    const entries = treeOf(repo);
    const start = Number(c.req.query("cursor") ?? 0);
    const next = start + pageSize;
    if (next < entries.length) {
      const url = new URL(c.req.url);
      url.searchParams.set("cursor", String(next));
      c.header("link", `<${url}>; rel="next"`);
    }
    return c.json(entries.slice(start, next));
  });
  return app;
}

/** Starts a hub on loopback. */
export function startLocalHub(options: LocalHubOptions): LocalHub {
  const repos = new Map<string, LocalRepo>();
  const add = (repo: LocalRepo): void => void repos.set(`${repo.model}@${repo.revision}`, repo);
  options.repos.forEach(add);
  const app = hubApp(repos, options);
  app.route("/", datasetsApp(options.datasets ?? [], options.token ?? "hf_local"));
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: options.port ?? 0, onListen: () => {} },
    (request) => app.fetch(request),
  );
  return { url: `http://127.0.0.1:${server.addr.port}`, add, close: () => server.shutdown() };
}

function treeOf(repo: LocalRepo): unknown[] {
  const folders = new Set(
    repo.files.flatMap(({ path }) => path.includes("/") ? [path.slice(0, path.lastIndexOf("/"))] : []),
  );
  const files = repo.files.map((file) => {
    const oid = sha256Hex(`git ${file.sha256}`).slice(0, 40);
    const entry = { type: "file", oid, size: file.size, path: file.path };
    return file.small ? entry : { ...entry, lfs: { oid: file.sha256, size: file.size, pointerSize: 134 } };
  });
  return [...[...folders].map((path) => ({ type: "directory", oid: "0".repeat(40), size: 0, path })), ...files];
}
