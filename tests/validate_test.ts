/** The main job as a user runs it: `af validate --local --once`, and `af rank` afterwards. @module */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { join } from "node:path";
import type { Standings } from "../core/flow/standing.ts";
import { voters } from "../envs/registry.ts";
import { engineDigest } from "./engine.ts";

interface Answer {
  readonly standings: Standings;
  readonly weights: { readonly epoch: number; readonly block: number; readonly readBack: readonly [number, number][] };
}

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function af(home: string, args: readonly string[]): Promise<Ran> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", join(import.meta.dirname!, "..", "main.ts"), ...args],
    env: { HOME: home, XDG_CONFIG_HOME: join(home, "config"), NO_COLOR: "1" },
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

function named(standings: Standings, name: string): Standings["rows"][number] {
  return standings.rows.find((row) => row.model.endsWith(`Affine-${name}`))!;
}

async function homes(work: (home: string) => Promise<void>): Promise<void> {
  const home = await Deno.makeTempDir({ prefix: "af-validate-" });
  try {
    await work(home);
  } finally {
    await Deno.remove(home, { recursive: true });
  }
}

Deno.test("validate --local --once crowns the improver, sets its weight and says why", async () => {
  await homes(async (home) => {
    // The tests of a package from a URL run another seed.
    const ran = await af(home, ["-v", "validate", "--local", "--once", "--json", "--seed", "another"]);
    equal(ran.code, 0, ran.stderr);
    const { standings, weights } = JSON.parse(ran.stdout) as Answer;
    deepEqual(standings.envs, voters(engineDigest()).map((env) => env.id));
    const winner = named(standings, "improver");
    equal(standings.champion, winner.id);
    equal(standings.crowned, winner.id);
    ok(standings.reign >= 2);
    deepEqual(weights.readBack, [[winner.uid, 65535]]);
    match(winner.reason, /^Crowned after \d+ rounds: superiority/);
    equal(named(standings, "copycat").duel, "void");
    match(named(standings, "copycat").reason, /same weights/);
    // The cheat passes no more than its skill lets it: the upper end of a 99.99 % interval around .30.
    for (const { rate, rounds } of named(standings, "cheat").rates) {
      ok(rate < 0.3 + 4 * Math.sqrt(0.3 * 0.7 / rounds), `The cheat passed ${rate} of ${rounds}`);
    }
    match(ran.stderr, /CROWNED uid 3/);
    match(ran.stderr, /the cheat regenerated \d+ tasks, 0 of them were asked/);
    ok(standings.rows.every((row) => row.reason.length > 10));

    const table = await af(home, ["rank", "--local"]);
    equal(table.code, 0, table.stderr);
    match(
      table.stdout,
      /UID +MODEL +LOGIC +MATH( +PROGRAM\/ABDUCTION +PROGRAM\/DEDUCTION)? +PARETO +DUEL( +TENURE)? +WEIGHT/,
    );
    const json = await af(home, ["rank", "--local", "--json"]);
    deepEqual((JSON.parse(json.stdout) as Answer).standings, standings);
  });
});

Deno.test("validate refuses what cannot work with one sentence and the right exit code", async () => {
  await homes(async (home) => {
    const cases: [args: string[], code: number, says: RegExp][] = [
      [["validate"], 2, /needs --coldkey NAME and --hotkey NAME.*--local --once/],
      [["validate", "--local", "--network", "finney"], 2, /--network has no meaning with --local/],
      [["validate", "--local", "--miner", "x"], 2, /--miner takes NAME=http/],
      [["validate", "--coldkey", "c", "--hotkey", "h", "--miner", "a=http://x/v1"], 2, /add --local/],
      [["validate", "--local", "--seed", "../../x"], 2, /cannot be part of a path/],
      [["validate", "--local", "--epochs", "0"], 2, /whole number from 1/],
      [["validate", "--local", "--profile", "x"], 2, /standard or local/],
      [["validate", "--coldkey", "c", "--hotkey", "h", "--network", "ftp://x"], 2, /ws/],
      [["validate", "--coldkey", "c", "--hotkey", "h"], 1, /hotkeys\/h/],
      [["rank", "--local"], 1, /no run of the embedded network/],
      [["rank", "--local", "--data-dir", "/etc/hosts"], 1, /data directory \/etc\/hosts cannot be read/],
      [["rank"], 2, /--coldkey NAME/],
      [["rank", "--coldkey", "c", "--hotkey", "h"], 1, /journal/i],
      [["validat"], 2, /validate/],
    ];
    for (const [args, code, says] of cases) {
      const ran = await af(home, args);
      equal(ran.code, code, `${args.join(" ")}: ${ran.stderr}`);
      match(ran.stderr, says, args.join(" "));
      equal(ran.stderr.trim().split("\n").length, 1, ran.stderr);
      equal(ran.stdout, "");
    }
  });
});
