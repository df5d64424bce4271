/** The files that CPython starts from: read once, the same in every build. A path has no leading slash. @module */
import { join } from "node:path";

/** A file. */
export interface TreeFile {
  readonly number: number;
  readonly bytes: Uint8Array;
}

/** A folder, its entries by rising name. Numbers are the same for the same tree. */
export interface TreeFolder {
  readonly number: number;
  readonly parent: TreeFolder | undefined;
  readonly entries: ReadonlyMap<string, TreeFile | TreeFolder>;
}

/** Builds the tree of `files`, bytes by path, in whatever order they come. */
export function treeOf(files: ReadonlyMap<string, Uint8Array>): TreeFolder {
  let numbers = 1;
  const folder = (paths: readonly string[], prefix: string, parent: TreeFolder | undefined): TreeFolder => {
    const entries = new Map<string, TreeFile | TreeFolder>();
    const made = { number: numbers++, parent, entries };
    for (const name of new Set(paths.map((path) => path.slice(prefix.length).split("/", 1)[0]!))) {
      const path = prefix + name;
      const bytes = files.get(path);
      const below = paths.filter((one) => one.startsWith(`${path}/`));
      entries.set(name, bytes ? { number: numbers++, bytes } : folder(below, `${path}/`, made));
    }
    return made;
  };
  // By code units, which no locale changes.
  return folder([...files.keys()].sort(), "", undefined);
}

/** What a path means from a folder; undefined if there is nothing. */
export function find(from: TreeFolder, path: string): TreeFile | TreeFolder | undefined {
  let at: TreeFile | TreeFolder | undefined = from;
  for (const name of path.split("/")) {
    if (at === undefined || !("entries" in at)) return undefined;
    if (name === "" || name === ".") continue;
    at = name === ".." ? at.parent : at.entries.get(name);
  }
  return at;
}

/** All files below a folder of the disk, by their path under `prefix`. */
export function readFiles(folder: string, prefix: string): Map<string, Uint8Array> {
  const found = new Map<string, Uint8Array>();
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    const [path, under] = [join(folder, name), `${prefix}/${name}`];
    const below = isDirectory ? readFiles(path, under) : [[under, Deno.readFileSync(path)] as const];
    for (const [key, bytes] of below) found.set(key, bytes);
  }
  return found;
}
