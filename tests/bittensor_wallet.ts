/**
 * Bittensor's own wallet package from PyPI, installed once into build/ by whoever needs it first. Where there is no python3 with pip,
 * {@linkcode missing} says so and tests are skipped with that reason.
 * @module
 */
import { join } from "node:path";

const VERSION = "4.1.1";
const folder = join(import.meta.dirname!, "..", "build", `bittensor-wallet-${VERSION}`);
/** How long an installation may take. */
const INSTALL_MS = 300_000;

/** Runs Python; null where there is none. */
async function python(args: readonly string[], ms: number): Promise<Deno.CommandOutput | null> {
  try {
    const command = new Deno.Command("python3", {
      args: [...args],
      env: { PYTHONPATH: folder, PYTHONDONTWRITEBYTECODE: "1" },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
      signal: AbortSignal.timeout(ms),
    });
    return await command.output();
  } catch (thrown) {
    if (thrown instanceof Deno.errors.NotFound) return null;
    throw thrown;
  }
}

/** Installs the package unless it is there. Returns why it cannot, or null. */
async function install(): Promise<string | null> {
  if (await Deno.stat(join(folder, "bittensor_wallet")).then(() => true, () => false)) return null;
  const pip = await python(["-m", "pip", "--version"], 30_000);
  if (!pip) return "no python3 here";
  if (!pip.success) return "python3 has no pip";
  await Deno.mkdir(join(folder, ".."), { recursive: true });
  // Into a folder of its own first: what is there under its name is complete.
  const fresh = `${folder}.${crypto.randomUUID()}`;
  const quiet = ["--quiet", "--disable-pip-version-check", "--no-warn-script-location", "--target", fresh];
  const done = await python(["-m", "pip", "install", ...quiet, `bittensor-wallet==${VERSION}`], INSTALL_MS);
  try {
    if (!done?.success) return "pip cannot install bittensor-wallet";
    await Deno.rename(fresh, folder);
    return null;
  } catch (thrown) {
    // Another test was faster; its folder is as good.
    if (await Deno.stat(folder).then(() => true, () => false)) return null;
    throw thrown;
  } finally {
    await Deno.remove(fresh, { recursive: true }).catch(() => {});
  }
}

/** Why the package is not here, or null. */
export const missing: string | null = await install();
/** What a test's name ends with. */
export const note: string = missing === null ? "" : ` [skipped: ${missing}]`;

/** Runs Python code that prints one line of JSON at its end; `argument` is there as `arg`. */
export async function runPython<T>(code: string, argument: unknown = null): Promise<T> {
  const head = "import sys, json, os\nimport bittensor_wallet as b\nfrom bittensor_wallet import keyfile as k\n" +
    "arg = json.loads(sys.argv[1])\n";
  const output = await python(["-c", head + code, JSON.stringify(argument)], 120_000);
  const text = new TextDecoder().decode(output?.stdout);
  if (!output?.success) throw new Error(`Python failed: ${new TextDecoder().decode(output?.stderr).slice(-2000)}`);
  return JSON.parse(text.trimEnd().split("\n").at(-1)!) as T;
}
