/** Builds the engine where it is not there yet, once for all who ask at the same time. @module */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { build, MissingTool } from "./make.ts";

const root = join(import.meta.dirname!, "../..");
/** Where the engine is, relative to the project. */
export const ENGINE_DIR = "build/engine";

/** What is known of a built engine: `build/engine/python.json`. */
export interface EngineFacts {
  /** SHA-256 of the unpacked image. */
  readonly digest: string;
  /** Hash of everything that it was made from. */
  readonly inputs: string;
  readonly versions: Readonly<Record<string, string>>;
  /** Size of the packed and of the unpacked image. */
  readonly bytes: { readonly packed: number; readonly unpacked: number };
}

/** A built engine, or one sentence that says what to install. */
export type Ensured =
  | { readonly path: string; readonly digest: string; readonly built: boolean }
  | { readonly missing: string };

/** Files that decide what the image is. Tests and prose do not. */
function inputFiles(): string[] {
  const own = ["scripts/engine", "core/sandbox/engine"].flatMap((folder) =>
    [...Deno.readDirSync(join(root, folder))].filter(({ isFile, name }) => isFile && !name.endsWith("_test.ts"))
      .map(({ name }) => `${folder}/${name}`)
  );
  // What only runs the image does not change it, nor does what only asks for it.
  const content = ["plan.ts", "watch.ts", "image.ts", "link.ts"].map((name) => `core/sandbox/engine/${name}`);
  const aside = ["build.ts", "check.ts", "compare.ts", "digest.json", "ensure.ts", "known.ts"]
    .map((name) => `scripts/engine/${name}`);
  return own.filter((path) => !aside.includes(path)).filter((path) =>
    path.startsWith("scripts/") || content.includes(path)
  ).sort();
}

/** The hash of all inputs. */
export function inputsHash(): string {
  const hash = createHash("sha256");
  for (const path of inputFiles()) {
    const bytes = Deno.readFileSync(join(root, path));
    hash.update(`${path} ${bytes.length}\n`).update(bytes);
  }
  return hash.digest("hex");
}

/** The engine that is there, if it was made from these inputs. */
export function present(
  inputs: string = inputsHash(),
): { readonly path: string; readonly facts: EngineFacts } | undefined {
  try {
    const facts = JSON.parse(
      Deno.readTextFileSync(join(root, ENGINE_DIR, "python.json")),
    ) as EngineFacts;
    const path = join(root, ENGINE_DIR, "python.image");
    return facts.inputs === inputs &&
        Deno.statSync(path).size === facts.bytes.packed
      ? { path, facts }
      : undefined;
  } catch (thrown) {
    if (
      thrown instanceof Deno.errors.NotFound || thrown instanceof SyntaxError
    ) return undefined;
    throw thrown;
  }
}

/** Makes sure that there is an engine. Needs the rights to run programs and to write into build/. */
export async function ensureEngine(
  log: (line: string) => void = () => {},
): Promise<Ensured> {
  const inputs = inputsHash();
  const folder = join(root, ENGINE_DIR);
  await Deno.mkdir(folder, { recursive: true });
  const before = present(inputs);
  if (before) {
    return { path: before.path, digest: before.facts.digest, built: false };
  }
  using lock = await Deno.open(join(folder, "lock"), {
    create: true,
    write: true,
  });
  await lock.lock(true);
  try {
    // Somebody else may have built it while this process waited.
    const meanwhile = present(inputs);
    if (meanwhile) {
      return {
        path: meanwhile.path,
        digest: meanwhile.facts.digest,
        built: false,
      };
    }
    await removeLeftovers(folder, log);
    const { digest } = await build(folder, inputs, log);
    return { path: join(folder, "python.image"), digest, built: true };
  } catch (thrown) {
    if (thrown instanceof MissingTool) return { missing: thrown.message };
    throw thrown;
  } finally {
    await lock.unlock();
  }
}

/**
 * Removes the folders of builds that were killed. Whoever holds the lock is the only one who builds; but programs of a killed build may
 * live a little longer and still write, so a folder that cannot be removed is left to the next build.
 */
export async function removeLeftovers(
  folder: string,
  log: (line: string) => void,
  remove: (path: string) => Promise<void> = (path) => Deno.remove(path, { recursive: true }),
): Promise<void> {
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    if (!isDirectory || !name.startsWith("work-")) continue;
    try {
      await remove(join(folder, name));
    } catch (thrown) {
      if (!(thrown instanceof Error)) throw thrown;
      log(`engine: ${name} of a build that was killed is still in use (${thrown.message}); the next build removes it`);
    }
  }
}
