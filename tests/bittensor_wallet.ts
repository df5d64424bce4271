/**
 * Bittensor's own wallet package from PyPI, installed once into build/ by whoever needs it first. Where there is no python3 with pip,
 * {@linkcode missing} says so and tests are skipped with that reason.
 * @module
 */
import { folderOf, install, python } from "./python_package.ts";

const VERSION = "4.1.1";
const NAME = `bittensor-wallet-${VERSION}`;

/** Why the package is not here, or null. */
export const missing: string | null = await install({
  name: NAME,
  packages: [`bittensor-wallet==${VERSION}`],
  marker: "bittensor_wallet",
  title: "bittensor-wallet",
});
/** What a test's name ends with. */
export const note: string = missing === null ? "" : ` [skipped: ${missing}]`;

/** Runs Python code that prints one line of JSON at its end; `argument` is there as `arg`. */
export async function runPython<T>(code: string, argument: unknown = null): Promise<T> {
  const head = "import sys, json, os\nimport bittensor_wallet as b\nfrom bittensor_wallet import keyfile as k\n" +
    "arg = json.loads(sys.argv[1])\n";
  const output = await python(["-c", head + code, JSON.stringify(argument)], { ms: 120_000, folder: folderOf(NAME) });
  const text = new TextDecoder().decode(output?.stdout);
  if (!output?.success) throw new Error(`Python failed: ${new TextDecoder().decode(output?.stderr).slice(-2000)}`);
  return JSON.parse(text.trimEnd().split("\n").at(-1)!) as T;
}
