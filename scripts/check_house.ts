/** `deno run --allow-read scripts/check_house.ts`: the rules of the house that format, lint and types do not know. @module */
import { join } from "node:path";
import { TABLE } from "../core/room/table.ts";
import { checkCatches, checkDepth, checkHeaders, checkSizes, checkSurface, checkTests, sizes } from "./house/form.ts";
import { checkCycles, checkImports } from "./house/imports.ts";
import { checkDocument, checkRights } from "./house/rights.ts";
import { type Problem, readTree, type Tree } from "./house/tree.ts";

/** Every check by its name. */
export const CHECKS: Readonly<Record<string, (tree: Tree) => Problem[]>> = {
  imports: checkImports,
  cycles: checkCycles,
  rights: checkRights,
  "permission document": (tree) => checkDocument(tree, TABLE),
  exports: checkSurface,
  headers: checkHeaders,
  catches: checkCatches,
  tests: checkTests,
  depth: checkDepth,
  sizes: checkSizes,
};

if (import.meta.main) {
  const tree = readTree(join(import.meta.dirname!, ".."));
  let broken = 0;
  for (const [name, check] of Object.entries(CHECKS)) {
    for (const { path, text } of check(tree)) {
      console.error(`${name}: ${path} ${text}`);
      broken++;
    }
  }
  const { count, median, p90, long } = sizes(tree);
  const over = long.length ? `: ${long.map(({ path }) => path).join(", ")}` : "";
  console.log(`house: ${count} files, median ${median} lines, 90 % at most ${p90}, over 300: ${long.length}${over}`);
  console.log(broken === 0 ? `house: ${Object.keys(CHECKS).length} checks passed` : `house: ${broken} problems`);
  Deno.exit(broken === 0 ? 0 : 1);
}
