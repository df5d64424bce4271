/**
 * The package over loopback HTTP, as a registry would serve it: the files that `deno publish` takes, with the names of the import map
 * replaced by what they stand for. At `/` they lie plainly; below `/@affine/af/` they lie as JSR has them, so that with
 * `JSR_URL` set to this server `jsr:@affine/af` is this very checkout.
 * @module
 */
import { createHash } from "node:crypto";
import config from "../deno.json" with { type: "json" };
import { blank, importsOf } from "../scripts/house/code.ts";

const ROOT = new URL("../", import.meta.url);
const BASE = `/${config.name}`;
const TYPES: Readonly<Record<string, string>> = { ts: "application/typescript", json: "application/json" };

/** A server that runs. */
export interface PackageServer {
  /** Such as `http://127.0.0.1:1234/`. */
  readonly url: string;
  /** Files served, and their bytes together. */
  readonly files: number;
  readonly bytes: number;
  /** Paths that were asked for, in order. */
  readonly asked: readonly string[];
  [Symbol.asyncDispose](): Promise<void>;
}

/** Paths of the files that `deno publish` would upload, by its own word. */
async function published(): Promise<string[]> {
  const args = ["publish", "--dry-run", "--allow-dirty", "--no-check"];
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args,
    cwd: ROOT,
    env: { NO_COLOR: "1" },
  }).output();
  const text = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  if (!success) throw new Error(`deno ${args.join(" ")} failed: ${text}`);
  const paths = [...text.matchAll(/^\s+(file:\S+) \([\d.]+\w+\)$/gm)].map((match) => match[1]!.slice(ROOT.href.length));
  if (!paths.includes("mod.ts") || !paths.includes("deno.json")) {
    throw new Error(`deno publish lists no mod.ts: ${text}`);
  }
  return paths;
}

/** The source with bare specifiers replaced by those of the import map, as `deno publish` does. @throws {Error} for one that is not in it. */
export function unfurl(source: string, imports: Readonly<Record<string, string>> = config.imports): string {
  let out = "";
  let done = 0;
  // In blanked code only the quotes are left of a text, so what follows `from "` is surely a specifier.
  for (const match of blank(source).matchAll(/\bfrom\s*["']|^import\s*["']|\bimport\s*\(\s*["']/gm)) {
    const start = match.index + match[0].length;
    const specifier = source.slice(start).match(/^[^"'\n]*/)![0];
    const name = Object.keys(imports).find((key) => specifier === key || specifier.startsWith(`${key}/`));
    if (name === undefined) continue;
    out += source.slice(done, start) + imports[name] + specifier.slice(name.length);
    done = start + specifier.length;
  }
  out += source.slice(done);
  const bare = importsOf(out).find(({ specifier }) => !/^(\?$|\.{1,2}\/|npm:|node:)/.test(specifier));
  if (bare) throw new Error(`${bare.specifier} would not resolve outside of this checkout`);
  return out;
}

/** Serves the package on a free loopback port. */
export async function servePackage(): Promise<PackageServer> {
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const path of await published()) {
    const bytes = await Deno.readFile(new URL(path, ROOT));
    files.set(
      `/${path}`,
      path.endsWith(".ts") ? new TextEncoder().encode(unfurl(new TextDecoder().decode(bytes))) : bytes,
    );
  }
  const asked: string[] = [];
  const jsr = registry(files);
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    const { pathname } = new URL(request.url);
    asked.push(pathname);
    const body = files.get(pathname) ?? jsr.get(pathname);
    if (body === undefined) return new Response("Not found", { status: 404 });
    const type = TYPES[pathname.split(".").at(-1)!] ?? "text/plain";
    return new Response(body, { headers: { "content-type": type } });
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}/`,
    files: files.size,
    bytes: [...files.values()].reduce((sum, bytes) => sum + bytes.length, 0),
    asked,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** What JSR has besides the plain files: the versions, the manifest with a checksum for each file, and the files below the version. */
function registry(files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>): Map<string, Uint8Array<ArrayBuffer>> {
  const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
  const [scope, name] = config.name.slice(1).split("/");
  const out = new Map<string, Uint8Array<ArrayBuffer>>();
  const manifest: Record<string, { size: number; checksum: string }> = {};
  for (const [path, bytes] of files) {
    out.set(`${BASE}/${config.version}${path}`, bytes);
    manifest[path] = { size: bytes.length, checksum: `sha256-${createHash("sha256").update(bytes).digest("hex")}` };
  }
  out.set(`${BASE}/meta.json`, json({ scope, name, latest: config.version, versions: { [config.version]: {} } }));
  out.set(`${BASE}/${config.version}_meta.json`, json({ manifest, exports: config.exports }));
  return out;
}
