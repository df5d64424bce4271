/** The programs of the build: python3 with pip for componentize-py, Node with npm for jco-transpile. Pinned by hashes. @module */
import { join } from "node:path";
import { KEEPER_FILE, keeperModule } from "./keep.ts";

/** A program that the build needs is not there. The message says what to install. */
export class MissingTool extends Error {
  override readonly name = "MissingTool";
}

const NEEDS = "The Python engine needs python3 of at least 3.10 with pip, and Node with npm, to be built";

/** Runs a program and returns what it printed. @throws {Error} with the end of its output if it fails */
async function run(
  program: string,
  args: readonly string[],
  options: { cwd?: string; env?: Record<string, string> } = {},
) {
  const command = new Deno.Command(program, {
    args: [...args],
    ...options,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
  const { success, stdout, stderr } = await command.output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  if (success) return text(stdout);
  const end = (text(stderr) + text(stdout)).split("\nStack backtrace")[0]!
    .trim().slice(-1_500);
  throw new Error(`${program} ${args.slice(0, 3).join(" ")} failed: ${end}`);
}

/** Whether a program runs at all and prints what fits. */
async function answers(
  program: string,
  args: readonly string[],
  fits: (text: string) => boolean,
): Promise<boolean> {
  try {
    return fits(await run(program, args));
  } catch (thrown) {
    if (thrown instanceof Error) return false;
    throw thrown;
  }
}

/** The name of a Python that will do. @throws {MissingTool} */
export async function findPython(): Promise<string> {
  for (const name of ["python3", "python"]) {
    const code = "import sys, pip; print(sys.version_info >= (3, 10))";
    if (await answers(name, ["-c", code], (text) => text.trim() === "True")) {
      if (await answers(npm, ["--version"], (text) => /^\d/.test(text))) {
        return name;
      }
      throw new MissingTool(
        `${NEEDS}; npm was not found, install Node 20 or newer`,
      );
    }
  }
  throw new MissingTool(
    `${NEEDS}; no such python3 with pip was found, install it`,
  );
}

const npm = Deno.build.os === "windows" ? "npm.cmd" : "npm";

/** Installs both into `work`, by the hashes in requirements.txt and package-lock.json. */
export async function installTools(
  python: string,
  here: string,
  work: string,
): Promise<void> {
  const pip = [
    "-m",
    "pip",
    "install",
    "--quiet",
    "--disable-pip-version-check",
    "--no-deps",
    "--only-binary",
    ":all:",
  ];
  const wanted = [
    "--require-hashes",
    "--requirement",
    join(here, "requirements.txt"),
  ];
  await Deno.copyFile(join(here, "package.json"), join(work, "package.json"));
  await Deno.copyFile(
    join(here, "package-lock.json"),
    join(work, "package-lock.json"),
  );
  await Promise.all([
    run(python, [...pip, "--target", join(work, "python"), ...wanted]),
    run(npm, ["ci", "--no-audit", "--no-fund", "--ignore-scripts"], {
      cwd: work,
    }),
  ]);
}

/** Where a component is, and the files that CPython reads when it starts. */
export interface Component {
  readonly component: string;
  readonly files: string;
}

/** Makes a component whose CPython has started once to bring out its files, with the memory of before that kept in it. */
export async function componentize(
  python: string,
  here: string,
  work: string,
): Promise<Component> {
  const app = join(work, "app");
  await Deno.mkdir(app);
  await Deno.copyFile(join(here, "unpack.py"), join(app, "unpack.py"));
  await Deno.writeFile(join(app, KEEPER_FILE), keeperModule());
  const component = join(work, "guest.wasm");
  const entry = "import sys; sys.argv[0] = 'componentize-py'; import componentize_py; componentize_py.script()";
  const world = ["-d", join(here, "world.wit"), "-w", "guest"];
  // `-s`: without WASI. Our host stands in its place.
  await run(python, ["-c", entry, ...world, "componentize", "-s", "-p", app, "unpack", "-o", component], {
    cwd: work,
    env: {
      PYTHONPATH: join(work, "python"),
      PYTHONDONTWRITEBYTECODE: "1",
      // Else it takes along what is installed on this machine. There is nothing in this folder.
      VIRTUAL_ENV: join(work, "nothing"),
    },
  });
  return { component, files: join(app, "files") };
}

/** Starts CPython in the component's parts, the same in every build, and leaves it there. */
export async function freeze(parts: string, files: string): Promise<void> {
  // Windows cannot promise its threads more than they have.
  const stack = Deno.build.os === "windows" ? [] : ["--v8-flags=--stack-size=3900"];
  const script = join(import.meta.dirname!, "freeze.ts");
  // All rights, as the build itself has them: Deno asks for them where a folder lies in /dev/shm.
  await run(Deno.execPath(), ["run", "-A", "--no-check", ...stack, script, parts, files]);
}

/** Takes the component apart into core modules and glue. Returns their folder. */
export async function transpile(
  component: string,
  work: string,
): Promise<string> {
  const folder = join(work, "parts");
  await Deno.copyFile(
    join(import.meta.dirname!, "transpile.mjs"),
    join(work, "transpile.mjs"),
  );
  await run("node", [join(work, "transpile.mjs"), component, folder], {
    cwd: work,
  });
  return folder;
}

/** Versions of the inputs, from the pinned lists. */
export function versions(here: string): Record<string, string> {
  const pinned = Deno.readTextFileSync(join(here, "requirements.txt")).match(
    /^componentize-py==(\S+)/m,
  )?.[1];
  const jco = JSON.parse(Deno.readTextFileSync(join(here, "package.json")))
    .dependencies as Record<string, string>;
  if (pinned === undefined) {
    throw new Error("requirements.txt does not pin componentize-py");
  }
  return { python: "3.14", "componentize-py": pinned, ...jco };
}
