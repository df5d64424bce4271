/** The hosted check whole: the real command, miners on the stand-in for Chutes, and an endpoint that the validator runs itself. */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { join } from "node:path";
import { answerOf, type Miner } from "../core/local/miners.ts";
import { LOCAL } from "../core/mechanism/parameters.ts";
import type { HostedCheck } from "../core/mechanism/types.ts";
import type { JoinFile } from "../cli/join.ts";
import { NETUID, type Run, type Scene, until, withScene } from "./failures_scene.ts";
import { startEndpoint } from "./hosted_server.ts";

const KEY = "own_very_secret_key";

function miner({ network }: Scene, name: string): Miner {
  return network.cast.find((one) => one.name === name)!;
}

function idOf(scene: Scene, name: string): string {
  const { hotkey } = miner(scene, name);
  return scene.epochs()[0]!.input.contenders.find((one) => one.hotkey === hotkey)!.id;
}

function nameOf({ model, revision }: Miner): string {
  return `${model}@${revision}`;
}

/** What is published, where another skill is served: its weights answer as the endpoint would, with that skill. */
function published(one: Miner, skill: number) {
  const small = { ...one, skill: { default: skill } };
  return ({ prompt, system }: { prompt: string; system: string }) => answerOf(small, prompt, system);
}

/** Starts a validator that checks candidates on `url`, with the environments that need no engine. */
async function start(scene: Scene, url: string, env: Record<string, string> = {}): Promise<Run> {
  const { network: { ready }, keyfile: walletPath, journal, root } = scene;
  const file: JoinFile = { ready, netuid: NETUID, engine: null, saltRoot: "5a".repeat(32), walletPath, journal };
  const path = join(root, "join.json");
  await Deno.writeTextFile(path, JSON.stringify(file), { mode: 0o600 });
  return scene.start(["--join", path, "--epochs", "1000000", "--hosted", url], { local: true, env });
}

async function finish(run: Run): Promise<string> {
  run.group.signal("SIGINT", { whole: false });
  const { code, stderr } = await run.end();
  equal(code, 130, stderr);
  ok(!stderr.includes(KEY), "the key of the own endpoint was logged");
  return stderr;
}

const isLinux = Deno.build.os === "linux";
const name = (text: string) => isLinux ? text : `${text} [skipped: it looks into /proc]`;

Deno.test({
  name: name("af validate never crowns who publishes a small model and serves a better one, and says why"),
  ignore: !isLinux,
  async fn() {
    await withScene(async (scene) => {
      const improver = miner(scene, "improver"), tweaked = miner(scene, "tweaked");
      // The improver's endpoint answers .70, what it published .30; the later one publishes what it serves.
      const own = startEndpoint({
        [nameOf(improver)]: published(improver, 0.3),
        [nameOf(tweaked)]: published(tweaked, 0.7),
      }, { key: KEY });
      try {
        const run = await start(scene, own.url, { AF_HOSTED_KEY: KEY });
        await until(run, () => scene.epochs().some(({ report }) => report.crowned === idOf(scene, "tweaked")), 90_000);
        await finish(run);
        const id = idOf(scene, "improver");
        const epochs = scene.epochs();
        ok(epochs.every(({ state }) => state.champion !== id), "it was champion");
        const duelIn = (i: number) => epochs[i]!.report.duels.find((one) => one.contender === id);
        const reasons = epochs.map((_, i) => duelIn(i)?.reason ?? "");
        const waited = reasons.indexOf("hosted"), found = reasons.indexOf("proxy");
        ok(waited > 0 && found > waited, reasons.join());
        match(
          epochs[waited]!.report.explain[id]!,
          /waits until the committed weights, run by the validator, are shown/,
        );
        equal(duelIn(found)!.state, "void");
        match(
          epochs[found]!.report.explain[id]!,
          /^Void after \d+ rounds: what it committed, run by the validator, does worse than its endpoint \(logic -0\.\d+, math -0/,
        );
        const crowned = epochs.at(-1)!;
        match(crowned.report.explain[idOf(scene, "tweaked")]!, /as good as its endpoint \(\d+ rounds\)/);
        deepEqual(epochs.map(({ input }) => input.hosts), epochs.map(() => [scene.key.address]));
        // No model was asked a task twice.
        for (const one of [improver, tweaked]) {
          const prompts = own.asked.filter(({ model }) => model === nameOf(one)).map(({ prompt }) => prompt);
          ok(prompts.length > 20 && new Set(prompts).size === prompts.length, `${prompts.length} asked of ${one.name}`);
        }
      } finally {
        await own.close();
      }
    }, { seed: "proxy", blockMs: 35 });
  },
});

Deno.test({
  name: name(
    "af validate crowns the same contender where what it published is as good, as soon as an endpoint serves that",
  ),
  ignore: !isLinux,
  async fn() {
    await withScene(async (scene) => {
      const improver = miner(scene, "improver");
      const own = startEndpoint({ [`${improver.model}@${"0".repeat(40)}`]: published(improver, 0.7) });
      const id = () => idOf(scene, "improver");
      const reasons = () =>
        scene.epochs().map(({ report }) => report.duels.find((one) => one.contender === id())?.reason);
      const checks = () => scene.epochs().flatMap(({ input }) => input.hosted ?? []) as HostedCheck[];
      try {
        // What it serves is another revision: nobody is asked, nobody is crowned.
        const run = await start(scene, own.url);
        await until(run, () => reasons().filter((reason) => reason === "hosted").length > 1, 120_000);
        equal(own.asked.length, 0);
        deepEqual(checks(), []);
        own.models.set(nameOf(improver), published(improver, 0.7));
        await until(run, () => checks().length > 0);
        // Killed while it checks: what was found stays found.
        Deno.kill(run.pid("@validator"), "SIGKILL");
        await until(run, () => scene.epochs().some(({ report }) => report.crowned === id()), 120_000);
        const stderr = await finish(run);
        match(
          stderr,
          new RegExp(`${improver.model} at revision ${improver.revision} there and serve it under the name`),
        );
        ok(!/Internal error|Uncaught/.test(stderr), stderr);
        const counts = checks().map((check) => check.counts[0]!);
        ok(
          counts.every(({ n, w, l }, i) => n >= (counts[i - 1]?.n ?? 0) && w === 0 && l === 0),
          JSON.stringify(counts),
        );
        // At .1 it takes 90 rounds, with the standard .02 it would take 430.
        ok(counts.at(-1)!.n >= 85 && counts.at(-1)!.n < LOCAL.nMax, JSON.stringify(counts.at(-1)));
      } finally {
        await own.close();
      }
    }, { seed: "as good", blockMs: 35 });
  },
});
