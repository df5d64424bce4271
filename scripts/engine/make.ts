/** The build itself: tools, component, core modules, image. Everything in a temporary folder, renamed at the end. @module */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { openImage, packImage, writeImage } from "../../core/sandbox/engine/image.ts";
import { compose } from "./compose.ts";
import type { EngineFacts } from "./ensure.ts";
import type { Instantiate } from "./record.ts";
import { componentize, findPython, freeze, installTools, transpile, versions } from "./tools.ts";
export { MissingTool } from "./tools.ts";

const here = import.meta.dirname!;
/** Upper limit of the guest's memory in pages of 64 KiB: 256 MiB. */
export const MAX_PAGES = 4096;

/** The image without our rewriting, for the test that compares the two. */
export const ORIGINAL = "original.image";

/** Builds into `folder`: python.image and python.json. */
export async function build(
  folder: string,
  inputs: string,
  log: (line: string) => void,
): Promise<EngineFacts> {
  const work = await Deno.makeTempDir({ dir: folder, prefix: "work-" });
  try {
    log("engine: installing componentize-py and jco-transpile");
    const python = await findPython();
    await installTools(python, here, work);
    log("engine: making the component");
    const { component, files } = await componentize(python, here, work);
    log("engine: taking the component apart");
    const parts = await transpile(component, work);
    log("engine: importing the standard library");
    await freeze(parts, files);
    log("engine: rewriting");
    const { instantiate } = await import(pathToFileURL(join(parts, "guest.js")).href) as { instantiate: Instantiate };
    const read = (file: string) => Deno.readFileSync(join(parts, file));
    const { plan, modules, counts } = compose(instantiate, read, { maxPages: MAX_PAGES });
    const { kept, dropped, loops, bulks, stores } = counts!;
    log(
      `engine: ${kept} functions joined, ${dropped} left out; ${loops} loops, ${
        bulks + stores
      } writes rewritten; packing`,
    );
    const about = { versions: versions(here), importable: await importableNames(), guestBytes: MAX_PAGES * 65_536 };
    const unpacked = writeImage({ plan, ...about }, modules);
    // The same without our rewriting, beside it: a test proves that both do the same.
    const original = compose(instantiate, read, { maxPages: MAX_PAGES, original: true });
    const beside = writeImage({ plan: original.plan, ...about }, original.modules);
    const packed = packImage(unpacked, 19);
    const bytes = { packed: packed.length, unpacked: unpacked.length };
    const facts = { digest: openImage(unpacked).digest, inputs, versions: about.versions, bytes };
    await Deno.writeFile(join(work, ORIGINAL), packImage(beside, 1));
    await Deno.writeFile(join(work, "python.image"), packed);
    await Deno.writeTextFile(join(work, "python.json"), `${JSON.stringify(facts, null, 2)}\n`);
    // The facts go first and come last: without them nobody takes the image for a finished one, wherever this process is killed.
    await removeIfThere(join(folder, "python.json"));
    await Deno.rename(join(work, ORIGINAL), join(folder, ORIGINAL));
    await Deno.rename(join(work, "python.image"), join(folder, "python.image"));
    await Deno.rename(join(work, "python.json"), join(folder, "python.json"));
    return facts;
  } finally {
    await Deno.remove(work, { recursive: true });
  }
}

async function removeIfThere(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (thrown) {
    if (!(thrown instanceof Deno.errors.NotFound)) throw thrown;
  }
}

/** The list in modules.py. */
export async function importableNames(): Promise<string[]> {
  return listIn(await Deno.readTextFile(join(here, "modules.py")), "NAMES");
}

/** The words of a list in modules.py. */
export function listIn(source: string, name: string): string[] {
  const text = source.match(new RegExp(`^${name} = """([^"]*)"""`, "m"))?.[1];
  if (text === undefined) throw new Error(`modules.py has no list ${name}`);
  return text.trim().split(/\s+/);
}
