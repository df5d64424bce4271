/** The files of the house as data, so that every check can be tried on a made-up tree. @module */
import { join, posix } from "node:path";

/** Texts of files by their paths from the root, with `/`. */
export type Tree = ReadonlyMap<string, string>;

/** Something that breaks a rule of the house. */
export interface Problem {
  readonly path: string;
  readonly text: string;
}

/** Reads what the checks look at: TypeScript everywhere in the house, docs, deno.json. */
export function readTree(root: string): Tree {
  const tree = new Map<string, string>();
  const visit = (folder: string) => {
    for (const entry of Deno.readDirSync(join(root, folder))) {
      const path = folder ? `${folder}/${entry.name}` : entry.name;
      if (entry.isDirectory) {
        if (!/^(\.|build$|coverage$|node_modules$)/.test(entry.name)) visit(path);
      } else if (/\.(ts|js|mjs)$/.test(entry.name) || /^(deno\.json|docs\/.*\.md|README\.md)$/.test(path)) {
        tree.set(path, Deno.readTextFileSync(join(root, path)));
      }
    }
  };
  visit("");
  return tree;
}

/** The modules of a tree: its TypeScript files. */
export function modules(tree: Tree): [path: string, source: string][] {
  return [...tree].filter(([path]) => path.endsWith(".ts"));
}

/** Whether a file is a test. */
export function isTest(path: string): boolean {
  return path.endsWith("_test.ts") || path.startsWith("tests/");
}

/** The path that a relative specifier means. */
export function resolve(from: string, specifier: string): string {
  return posix.join(posix.dirname(from), specifier);
}
