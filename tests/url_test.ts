/**
 * af from a URL, as a stranger runs it: from an empty folder, with a home of its own and no module of af in Deno's cache (npm packages
 * are this machine's). Once plainly over HTTP, once as `jsr:@affine/af` with this server for the registry.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import config from "../deno.json" with { type: "json" };
import { type PackageServer, servePackage, unfurl } from "./url_server.ts";

/** Uids in the embedded network's cast: the first champion, and the improver, who should win, whatever the seed. */
const ORIGIN = 2;
const IMPROVER = 3;

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A machine that has Deno, npm packages and nothing of af. */
interface Stranger {
  readonly server: PackageServer;
  readonly folder: string;
  /** Runs Deno there, ending what hangs. */
  deno(...args: string[]): Promise<Ran>;
  [Symbol.asyncDispose](): Promise<void>;
}

async function stranger(registry: "jsr" | "none"): Promise<Stranger> {
  const server = await servePackage();
  const root = await Deno.makeTempDir({ prefix: "af-url-" });
  const [home, folder, denoDir] = ["home", "empty", "deno"].map((name) => join(root, name)) as [string, string, string];
  for (const path of [home, folder, denoDir]) await Deno.mkdir(path);
  const info = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
  const { npmCache } = JSON.parse(new TextDecoder().decode(info.stdout)) as { npmCache: string };
  await Deno.mkdir(npmCache, { recursive: true });
  await Deno.symlink(npmCache, join(denoDir, "npm"));
  const names = [
    "PATH",
    "NPM_CONFIG_REGISTRY",
    "DENO_CERT",
    "DENO_TLS_CA_STORE",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "NODE_EXTRA_CA_CERTS",
  ];
  const env = {
    // What this machine needs to reach its npm registry, in case a package is not cached.
    ...Object.fromEntries(names.flatMap((name) => Deno.env.has(name) ? [[name, Deno.env.get(name)!]] : [])),
    HOME: home,
    XDG_CONFIG_HOME: join(home, "config"),
    XDG_DATA_HOME: join(home, "data"),
    XDG_CACHE_HOME: join(home, "cache"),
    DENO_DIR: denoDir,
    ...(registry === "jsr" ? { JSR_URL: server.url } : {}),
    NO_COLOR: "1",
  };
  return {
    server,
    folder,
    async deno(...args) {
      const signal = AbortSignal.timeout(600_000);
      const command = new Deno.Command(Deno.execPath(), {
        args,
        cwd: folder,
        env,
        clearEnv: true,
        stdin: "null",
        signal,
      });
      const { code, stdout, stderr } = await command.output();
      const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
      return { code, out: text(stdout), err: text(stderr) };
    },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await Deno.remove(root, { recursive: true });
    },
  };
}

/** The answer of a run that must have ended well. */
function answer<T>({ code, out, err }: Ran): T {
  assert.equal(code, 0, err);
  return JSON.parse(out) as T;
}

interface Outcome {
  readonly standings: { readonly champion: string; readonly rows: { readonly uid: number; readonly id: string }[] };
  readonly weights: { readonly readBack: [uid: number, weight: number][] } | null;
}

function checkStandings({ standings }: Outcome, champion: number): void {
  assert.equal(standings.rows.find((row) => row.id === standings.champion)?.uid, champion);
  assert.ok(standings.rows.length >= 6, `${standings.rows.length} miners`);
}

/** The main job (one epoch of it, or until the improver is crowned), then the commands that open rooms, on the journal that it left. */
async function wholeTour(at: Stranger, main: string, end: "--epochs=1" | "--once"): Promise<void> {
  const af = (...args: string[]) => at.deno("run", "-A", "--no-prompt", main, ...args);
  const champion = end === "--once" ? IMPROVER : ORIGIN;
  const outcome = answer<Outcome>(await af("validate", "--local", end, "--json", "--seed", "0"));
  checkStandings(outcome, champion);
  assert.deepEqual(outcome.weights?.readBack.map(([uid]) => uid), [champion]);
  checkStandings(answer(await af("rank", "--local", "--json")), champion);
  // Ends with 0 only if every room opens and every right that it was not granted is denied.
  assert.ok(answer<unknown[]>(await af("@rights")).length > 40);
  const simulated = answer<{ complete: boolean }>(
    await af("simulate", "all-10", "--runs", "2", "--epochs", "2", "--json"),
  );
  assert.equal(simulated.complete, true);
  const wrong = await af("rank", "--nonsense");
  assert.equal(wrong.code, 2, wrong.err);
  assert.match(wrong.err, /Unknown option '--nonsense'/);
  assert.deepEqual([...Deno.readDirSync(at.folder)].map(({ name }) => name), [], "the folder stays empty");
}

Deno.test({
  name: "unfurl() replaces the names of the import map and nothing else, and refuses what nobody else could resolve",
  permissions: "none",
  fn() {
    const map = { "@a/b": "npm:@a/b@1.0.0", c: "npm:c@2.0.0" };
    const source = [
      'import { x } from "@a/b/sub.js";',
      "import 'c';",
      'export type { Y } from "./y.ts";',
      'const z = await import("c"); // from "c"',
      'const s = "from c", t = `import("c")`;',
      'import data from "../deno.json" with { type: "json" };',
    ].join("\n");
    const lines = unfurl(source, map).split("\n");
    assert.equal(lines[0], 'import { x } from "npm:@a/b@1.0.0/sub.js";');
    assert.equal(lines[1], "import 'npm:c@2.0.0';");
    assert.equal(lines[3], 'const z = await import("npm:c@2.0.0"); // from "c"');
    assert.deepEqual([lines[2], lines[4], lines[5]], source.split("\n").filter((_, i) => [2, 4, 5].includes(i)));
    assert.throws(() => unfurl('import "cc";', map), /cc would not resolve/);
  },
});

Deno.test({
  name: "af runs from an http URL in an empty folder: version, validate, rank, every room's rights",
  async fn() {
    await using at = await stranger("none");
    const version = await at.deno("run", "-A", "--no-prompt", `${at.server.url}main.ts`, "--version");
    assert.deepEqual([version.code, version.out], [0, `${config.version}\n`], version.err);
    await wholeTour(at, `${at.server.url}mod.ts`, "--epochs=1");
  },
});

Deno.test({
  name: "af runs as jsr:@affine/af in an empty folder, all of its processes from one version",
  async fn() {
    await using at = await stranger("jsr");
    await wholeTour(at, `jsr:${config.name}`, "--once");
    const stray = at.server.asked.filter((path) => !path.startsWith(`/${config.name}/`));
    assert.deepEqual(stray, [], "everything came by way of the registry");
  },
});

Deno.test({
  name: "docs/example.ts makes, grades and duels 100 tasks with nothing but mod.ts from a URL, without any right",
  async fn() {
    await using at = await stranger("jsr");
    const path = join(import.meta.dirname!, "..", "docs", "example.ts");
    const source = await Deno.readTextFile(path);
    const lines = source.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("/**"));
    assert.ok(lines.length <= 20, `${lines.length} lines`);
    assert.equal(source.match(/@affine\/af/g)?.length, 1, "it imports mod.ts and nothing else");
    const here = await at.deno("run", "--no-prompt", "--quiet", path);
    const result = answer<{ counts: { n: number }[]; better: boolean; atLeast: number }>(here);
    assert.equal(result.counts.reduce((sum, { n }) => sum + n, 0), 100);
    assert.ok(result.better && result.atLeast > 0.2 && result.atLeast < 0.5, here.out);
    for (const specifier of [`${at.server.url}mod.ts`, `jsr:${config.name}`]) {
      await Deno.writeTextFile(join(at.folder, "example.ts"), source.replace("@affine/af", specifier));
      const host = new URL(at.server.url).host;
      const there = await at.deno("run", "--no-prompt", `--allow-import=${host}`, "--check", "example.ts");
      assert.deepEqual([there.code, there.out], [0, here.out], there.err);
    }
    const program = at.server.asked.filter((path) => /\/(cli|core\/(chain|chutes|flow|local))\//.test(path));
    assert.deepEqual(program, [], "a library's user does not fetch the program");
  },
});

Deno.test({
  name: "runAgain() hands over arguments, environment and streams, passes signals on and gives back the exit code",
  async fn() {
    const folder = await Deno.makeTempDir({ prefix: "af-again-" });
    const script = join(folder, "main.ts");
    const process = new URL("../core/room/process.ts", import.meta.url).href;
    await Deno.writeTextFile(
      script,
      `import { EQUIPPED, runAgain } from ${JSON.stringify(process)};
      if (Deno.args[0] !== EQUIPPED) Deno.exit(await runAgain(Deno.args));
      const [, word, code] = Deno.args;
      const line = new TextDecoder().decode(await new Response(Deno.stdin.readable).arrayBuffer());
      console.log(word, line, Deno.env.get("AF_AGAIN"));
      if (word === "wait") {
        Deno.addSignalListener("SIGTERM", () => Deno.exit(Number(code)));
        console.log("ready");
        setInterval(() => {}, 60_000);
      } else Deno.exit(Number(code));`,
    );
    try {
      for (const word of ["go", "wait"]) {
        const command = new Deno.Command(Deno.execPath(), {
          args: ["run", "-A", "--no-check", "--quiet", script, word, "7"],
          env: { AF_AGAIN: "kept" },
          stdin: "piped",
          stdout: "piped",
        });
        const child = command.spawn();
        const writer = child.stdin.getWriter();
        await writer.write(new TextEncoder().encode("typed"));
        await writer.close();
        let out = "";
        for await (const bytes of child.stdout) {
          out += new TextDecoder().decode(bytes);
          // Only the first process is told; a listener that was lost would leave the second one running, and this test hanging.
          if (out.includes("ready\n")) child.kill("SIGTERM");
        }
        assert.equal(out, `${word} typed kept\n${word === "wait" ? "ready\n" : ""}`);
        assert.equal((await child.status).code, 7);
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
