/** Packages from PyPI for tests, each installed once into build/ by whoever needs it first. @module */
import { join } from "node:path";

/** How long an installation may take. */
const INSTALL_MS = 300_000;

/** A package and where it goes. */
export interface PythonPackage {
  /** Name of its folder in build/. */
  readonly name: string;
  /** What pip installs, with exact versions. */
  readonly packages: readonly string[];
  /** A path in the folder that is there once it is installed. */
  readonly marker: string;
  /** For people. */
  readonly title: string;
}

/** Runs Python, with a folder of packages; null where there is none. */
export async function python(
  args: readonly string[],
  { ms, folder }: { readonly ms: number; readonly folder?: string },
): Promise<Deno.CommandOutput | null> {
  try {
    const command = new Deno.Command("python3", {
      args: [...args],
      ...(folder === undefined ? {} : { env: environment(folder) }),
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

/** Variables with which Python finds the packages of a folder. */
export function environment(folder: string): Record<string, string> {
  return { PYTHONPATH: folder, PYTHONDONTWRITEBYTECODE: "1" };
}

/** Folder of a package, there or not. */
export function folderOf(name: string): string {
  return join(import.meta.dirname!, "..", "build", name);
}

/** Installs a package unless it is there. Returns why it cannot, or null. */
export async function install({ name, packages, marker, title }: PythonPackage): Promise<string | null> {
  const folder = folderOf(name);
  if (await Deno.stat(join(folder, marker)).then(() => true, () => false)) return null;
  const pip = await python(["-m", "pip", "--version"], { ms: 30_000 });
  if (!pip) return "no python3 here";
  if (!pip.success) return "python3 has no pip";
  await Deno.mkdir(join(folder, ".."), { recursive: true });
  // Into a folder of its own first: what is there under its name is complete.
  const fresh = `${folder}.${crypto.randomUUID()}`;
  const quiet = ["--quiet", "--disable-pip-version-check", "--no-warn-script-location", "--target", fresh];
  const done = await python(["-m", "pip", "install", ...quiet, ...packages], { ms: INSTALL_MS });
  try {
    if (!done?.success) return `pip cannot install ${title}`;
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
