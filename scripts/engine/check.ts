/**
 * `deno task engine --check`, a step before a release: builds once more, in another folder, with another language, time zone and
 * umask, and compares. Prints where the two differ first, and keeps the digest in digest.json, to be committed. Exit 1 = they differ.
 * @module
 */
import { join } from "node:path";
import { openImage, unpackImage } from "../../core/sandbox/engine/image.ts";
import { firstDifference } from "./compare.ts";
import { ENGINE_DIR, type Ensured, inputsHash } from "./ensure.ts";
import { type Known, known, KNOWN_FILE, noteKnown } from "./known.ts";
import { build } from "./make.ts";

const root = join(import.meta.dirname!, "../..");

/** Compares the engine that is there with a second build. Returns whether they are the same. */
export async function check(
  there: Ensured & { readonly digest: string },
  print: (line: string) => void,
): Promise<boolean> {
  const folder = await Deno.makeTempDir({ prefix: "af engine é " });
  try {
    const { success } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", import.meta.filename!, folder],
      cwd: folder,
      env: { TMPDIR: folder, LANG: "C", LC_ALL: "C", TZ: "Pacific/Auckland", PYTHONHASHSEED: "7" },
      stdout: "null",
    }).output();
    if (!success) throw new Error("The second build failed");
    const open = (path: string) => openImage(unpackImage(Deno.readFileSync(path)));
    const where = firstDifference(open(join(root, ENGINE_DIR, "python.image")), open(join(folder, "python.image")));
    if (where !== undefined) {
      print(`engine: NOT reproducible, a second build differs first in ${where}`);
      return false;
    }
    print(`engine: reproducible, a second build has the digest ${there.digest}, too`);
    note(there.digest, print);
    return true;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function note(digest: string, print: (line: string) => void): void {
  const before = known();
  const inputs = inputsHash();
  const digests = { ...(before.inputs === inputs ? before.digests : {}), [Deno.build.os]: digest };
  const now: Known = { inputs, digests };
  if (JSON.stringify(now) === JSON.stringify(before)) return;
  noteKnown(now);
  print(`engine: noted in ${KNOWN_FILE}, commit it`);
}

if (import.meta.main) {
  if (Deno.build.os !== "windows") Deno.umask(0o077);
  await build(Deno.args[0]!, inputsHash(), (line) => console.error(`${line} (second build)`));
}
