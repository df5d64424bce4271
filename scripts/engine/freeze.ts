/**
 * A process of its own, for the larger stack that CPython needs (see core/room/runner.ts): starts CPython once, and puts its memory
 * in the place of what componentize-py made of it. Arguments: the folder with the component's parts, the one with the files.
 * @module
 */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { memoryOf, withMemory } from "./data.ts";
import { keptIn } from "./keep.ts";
import { type Instantiate, record } from "./record.ts";
import { start } from "./start.ts";
import { FOLDERS, StartHost } from "./start_host.ts";
import { readFiles, treeOf } from "./tree.ts";

/** Files of ours that CPython imports. */
const APP = ["guest.py", "modules.py", "threads.py"];

async function freeze(parts: string, files: string): Promise<void> {
  const { instantiate } = await import(pathToFileURL(join(parts, "guest.js")).href) as { instantiate: Instantiate };
  const read = (file: string) => Deno.readFileSync(join(parts, file));
  const { files: names, instances } = record(instantiate, read);
  const modules = names.map((name) => new WebAssembly.Module(read(name)));
  const holder = modules.findIndex((one) => WebAssembly.Module.exports(one).some(({ kind }) => kind === "memory"));
  const file = names[holder]!;
  const before = withMemory(read(file), keptIn(memoryOf(read(file))));
  modules[holder] = new WebAssembly.Module(before);
  const memory = start(instances, modules, new StartHost(treeOf(tree(files))));
  await Deno.writeFile(join(parts, file), withMemory(before, memory));
}

/** Every file that CPython can read, by its path. */
function tree(files: string): Map<string, Uint8Array> {
  const others = [FOLDERS.stdlib, FOLDERS.world, FOLDERS.bundled].flatMap((name) => [
    ...readFiles(join(files, name), name),
  ]);
  const own = APP.map((name) =>
    [`${FOLDERS.app}/${name}`, Deno.readFileSync(join(import.meta.dirname!, name))] as const
  );
  return new Map([...others, ...own]);
}

if (import.meta.main) {
  const [parts, files] = Deno.args;
  if (parts === undefined || files === undefined) throw new TypeError("Two folders are needed: parts and files");
  await freeze(parts, files);
}
