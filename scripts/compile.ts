/**
 * `deno task compile [--base DIR] [--output FILE]`: one executable with everything inside. Bundles main.ts and each room first,
 * since embedded npm packages would more than double the size. `--base` names a pair that scripts/compile_base.sh made.
 * @module
 */
import { basename, dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { runnerFlags } from "../core/room/runner.ts";

/** The largest executable that is acceptable, in bytes. */
export const SIZE_GOAL = 170_000_000;

interface Room {
  readonly name: string;
  readonly file: string;
}

/** The modules that run as Workers: core/NAME/worker.ts. */
export function findRooms(root: string): Room[] {
  const rooms: Room[] = [];
  for (const { name, isDirectory } of Deno.readDirSync(join(root, "core"))) {
    const file = join(root, "core", name, "worker.ts");
    if (isDirectory && exists(file)) rooms.push({ name, file });
  }
  return rooms.sort((a, b) => a.name < b.name ? -1 : 1);
}

/** Bundles main.ts into `out` in pieces that load on demand, and each room into one file, where roomUrl() looks for it. */
export async function bundle(root: string, out: string): Promise<void> {
  await Deno.remove(out, { recursive: true }).catch((thrown) => {
    if (!(thrown instanceof Deno.errors.NotFound)) throw thrown;
  });
  await Deno.mkdir(join(out, "rooms"), { recursive: true });
  const bundler = ["bundle", "--quiet", "--platform", "deno"];
  await deno(root, [...bundler, "--code-splitting", "--outdir", out, join(root, "main.ts")]);
  for (const { name, file } of findRooms(root)) {
    await deno(root, [...bundler, "-o", join(out, "rooms", `${name}.js`), file]);
  }
  // The Python engine's image lies beside the bundle; core/sandbox/image_file.ts looks for it there.
  const image = join(root, "build", "engine", "python.image");
  if (exists(image)) await Deno.copyFile(image, join(out, "python.image"));
  // core/room/open.ts asks for this name to know where the rooms are; the import comes before every other module.
  await Deno.writeTextFile(join(out, "bundled.js"), "globalThis.AF_BUNDLED = true;\n");
  const main = join(out, "main.js");
  await Deno.writeTextFile(main, `import "./bundled.js";\n${await Deno.readTextFile(main)}`);
}

async function deno(root: string, args: readonly string[], program: string = Deno.execPath(), env = {}): Promise<void> {
  const child = new Deno.Command(program, { args: [...args], cwd: root, env, stdout: "inherit", stderr: "piped" });
  const { success, stderr } = await child.output();
  if (success) return;
  throw new Error(`deno ${args[0]} failed: ${new TextDecoder().decode(stderr).trim()}`);
}

async function compile(root: string, out: string, output: string, base: string | undefined): Promise<void> {
  const flags = ["--quiet", "--no-check", "--no-config", "--no-lock", "--unstable-worker-options", "--no-prompt", "-A"];
  // Only here can an executable be told what its runners need of V8; core/room/process.ts sees to the threads of the others.
  flags.push(`--v8-flags=${runnerFlags().join(",")}`);
  const args = ["compile", ...flags, "--include", out, "--output", output, join(out, "main.js")];
  await Deno.mkdir(dirname(output), { recursive: true });
  if (base === undefined) return await deno(root, args);
  const env = { DENORT_BIN: join(base, "denort"), DENO_TLS_CA_STORE: "system", DENO_NO_UPDATE_CHECK: "1" };
  await deno(root, args, join(base, "deno"), env);
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (thrown) {
    if (thrown instanceof Deno.errors.NotFound) return false;
    throw thrown;
  }
}

/** One sentence for a failure: what to do where the base binary cannot be downloaded, the whole text otherwise. */
export function explain(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  if (!/base binary|denort/.test(text)) return text;
  return "Deno cannot download the base binary for compile from here; " +
    "make a pair with scripts/compile_base.sh DIR and run: deno task compile --base DIR";
}

async function main(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { base: { type: "string" }, output: { type: "string" } } });
  const root = join(import.meta.dirname!, "..");
  const output = values.output ?? join(root, "build", Deno.build.os === "windows" ? "af.exe" : "af");
  const base = values.base === undefined ? undefined : await Deno.realPath(values.base);
  const out = join(root, "build", "bundle");
  await bundle(root, out);
  await compile(root, out, output, base);
  const { size } = await Deno.stat(output);
  const rooms = findRooms(root).map((room) => room.name).join(", ") || "none";
  const engine = exists(join(out, "python.image"))
    ? "with the Python engine"
    : "without the Python engine (deno task engine)";
  console.log(
    `${basename(output)}: ${(size / 1e6).toFixed(1)} MB (goal ${SIZE_GOAL / 1e6} MB), rooms: ${rooms}, ${engine}`,
  );
  return size <= SIZE_GOAL ? 0 : 1;
}

if (import.meta.main) {
  try {
    Deno.exit(await main(Deno.args));
  } catch (thrown) {
    console.error(`compile: ${explain(thrown)}`);
    Deno.exit(1);
  }
}
