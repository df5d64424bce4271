/** A folder of wallets and `af wallet` in it, as a process. @module */
import { join } from "node:path";

const root = join(import.meta.dirname!, "..");
const decoder = new TextDecoder();

/** How a run ended. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Options of a run. */
export interface RunOptions {
  /** What stdin holds; without it stdin is empty. */
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A home without wallets. */
export interface Scene extends AsyncDisposable {
  readonly home: string;
  /** Where the wallets are. */
  readonly wallets: string;
  /** Runs `af wallet …`. */
  run(args: readonly string[], options?: RunOptions): Promise<Ran>;
  /** Runs it and gives the answer of `--json`. @throws {Error} if the exit code is not 0. */
  json<T>(args: readonly string[], options?: RunOptions): Promise<T>;
  /** Every file below the wallets with its mode, sorted, such as `600 default/coldkey`. */
  files(): string[];
}

/** The command line that starts af. */
export const AF: readonly string[] = [
  Deno.execPath(),
  "run",
  "-A",
  "--quiet",
  "--no-prompt",
  "--unstable-worker-options",
  join(root, "main.ts"),
];

/** The environment of a process that is started: nothing of the user's settings and passwords. */
export function environment(home: string): Record<string, string> {
  const kept = ["PATH", "DENO_DIR", "DENO_TLS_CA_STORE", "TMPDIR"].flatMap((name) => {
    const value = Deno.env.get(name);
    return value ? [[name, value]] : [];
  });
  const cache = Deno.env.get("DENO_DIR") ?? join(Deno.env.get("HOME") ?? "/root", ".cache", "deno");
  return { DENO_DIR: cache, ...Object.fromEntries(kept), HOME: home, NO_COLOR: "1" };
}

/** Makes a home; it is removed with the scene. */
export async function makeScene(): Promise<Scene> {
  const home = await Deno.realPath(await Deno.makeTempDir({ prefix: "af-wallet-" }));
  const wallets = join(home, ".bittensor", "wallets");
  const run = async (args: readonly string[], { stdin = "", env = {} }: RunOptions = {}): Promise<Ran> => {
    const [program, ...flags] = AF;
    const child = new Deno.Command(program!, {
      args: [...flags, "wallet", ...args],
      env: { ...environment(home), ...env },
      clearEnv: true,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const output = child.output();
    const writer = child.stdin.getWriter();
    // Whoever refuses before reading has closed the pipe.
    await writer.write(new TextEncoder().encode(stdin)).then(() => writer.close()).catch(() => {});
    const { code, stdout, stderr } = await output;
    return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
  };
  return {
    home,
    wallets,
    run,
    async json(args, options) {
      const { code, stdout, stderr } = await run([...args, "--json"], options);
      if (code !== 0) throw new Error(`af wallet ${args.join(" ")} ended with ${code}: ${stderr}`);
      return JSON.parse(stdout);
    },
    files: () => walk(wallets).map((path) => `${mode(join(wallets, path))} ${path}`),
    [Symbol.asyncDispose]: () => Deno.remove(home, { recursive: true }),
  };
}

function mode(path: string): string {
  return ((Deno.lstatSync(path).mode ?? 0) & 0o777).toString(8);
}

function walk(folder: string, prefix = ""): string[] {
  const out: string[] = [];
  try {
    for (const { name, isDirectory } of Deno.readDirSync(join(folder, prefix))) {
      const path = join(prefix, name);
      out.push(path, ...isDirectory ? walk(folder, path) : []);
    }
  } catch (thrown) {
    if (!(thrown instanceof Deno.errors.NotFound)) throw thrown;
  }
  return out.sort();
}
