/**
 * `deno task engine`: builds the Python engine into build/engine/, unless it is there. Exit 0 = it is there, 1 = the build failed,
 * 3 = a program that it needs is missing (0 with `--optional`: what follows goes on without Python). `--json` prints the result for
 * programs. `--check` builds once more and compares (check.ts).
 * @module
 */
import { check } from "./check.ts";
import { ensureEngine, inputsHash } from "./ensure.ts";
import { known, stranger } from "./known.ts";

/** Exit code where a program is missing. */
export const MISSING = 3;

if (import.meta.main) {
  const json = Deno.args.includes("--json");
  const started = performance.now();
  const result = await ensureEngine((line) => console.error(line));
  if (json) console.log(JSON.stringify(result));
  if ("missing" in result) {
    if (!json) console.error(`engine: ${result.missing}`);
    Deno.exit(Deno.args.includes("--optional") ? 0 : MISSING);
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  if (!json) {
    console.log(
      result.built
        ? `engine: built in ${seconds} s, digest ${result.digest}`
        : `engine: already there, nothing to do, digest ${result.digest}`,
    );
  }
  const warning = stranger(known(), { inputs: inputsHash(), digest: result.digest });
  if (warning !== undefined) console.error(`engine: ${warning}`);
  if (Deno.args.includes("--check") && !await check(result, (line) => console.error(line))) Deno.exit(1);
}
