/** Network, processes, disk and clock fail while the real command runs: it goes on, or ends in one sentence; nothing is lost. */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { join } from "node:path";
import { sleep } from "../core/base/time.ts";
import { startLocalChain } from "../core/local/chain.ts";
import type { Faults } from "./failures_main.ts";
import { type Epoch, NETUID, type Run, type Scene, until, withScene } from "./failures_scene.ts";

const MORE_THAN_EVER = "1000000";
const hidden = { hostname: "127.0.0.1", port: 0, onListen() {} };

function last(scene: Scene): Epoch | undefined {
  return scene.epochs().at(-1);
}

/** Waits until so many more epochs are settled. */
async function epochs(scene: Scene, run: Run, more: number): Promise<Epoch> {
  const wanted = scene.epochs().length + more;
  await until(run, () => scene.epochs().length >= wanted);
  return last(scene)!;
}

async function interrupt(run: Run): Promise<string> {
  run.group.signal("SIGINT", { whole: false });
  const { code, stdout, stderr } = await run.end();
  equal(code, 130, stderr);
  equal(stdout, "");
  return stderr;
}

/** No sentence of a fault of af itself, and no weights given up. */
function calm(stderr: string): void {
  ok(!/Internal error|the weights were not set|unhandled|Uncaught/i.test(stderr), stderr);
}

async function outlives(): Promise<void> {
  await withScene(async (scene) => {
    const { faults } = scene.network.chain;
    // An epoch lasts two seconds here: no time to wait for what a killed validator had sent.
    scene.network.chain.setHyperparameter("weightsSetRateLimit", 1);
    const run = scene.start(["--epochs", MORE_THAN_EVER], { env: { CHUTES_API_KEY: scene.network.ready.apiKey } });
    await until(run, () => scene.records() > 10);
    // Given by the environment, the key reaches the validator and nobody else.
    const environ = Deno.readTextFileSync(`/proc/${run.pid("@signer")}/environ`);
    ok(!environ.includes(scene.network.ready.apiKey));

    const second = await scene.start(["--json"]).end();
    equal(second.code, 1, second.stderr);
    equal(second.stdout, "");
    match(second.stderr, /^af: Another validator is running on the journal in .*: end it first.*\n$/);

    for (let i = 0; i < 3; i++) await sleep(100).then(() => faults.dropConnections());
    faults.refuse(true);
    faults.dropConnections();
    await sleep(2_000);
    faults.refuse(false);
    await epochs(scene, run, 1);
    faults.stallFinality(true);
    await sleep(1_000);
    faults.stallFinality(false);
    faults.forget(scene.network.chain.finalizedHead().number);
    await epochs(scene, run, 1);

    const signer = run.pid("@signer");
    Deno.kill(signer, "SIGKILL");
    await until(run, () => run.group.members().some(({ pid, role }) => role === "@signer" && pid !== signer));
    await epochs(scene, run, 1);
    const before = scene.records();
    Deno.kill(run.pid("@validator"), "SIGKILL");
    await epochs(scene, run, 3);
    ok(scene.records() > before);
    const stderr = await interrupt(run);
    calm(stderr);
    match(stderr, /The signer process ended with SIGKILL; starting it again/);
    match(stderr, /The validator process was ended by SIGKILL; starting it in 0\.5 s/);
    match(stderr.slice(stderr.lastIndexOf("SIGKILL")), /weights .* read back from the chain/);
  }, { seed: "outlives" });
}

/** A server in front of another, that can be out of order. */
function proxy(target: string) {
  let broken: (() => Response) | null = null;
  const server = Deno.serve(hidden, async ({ url, headers }) => {
    if (broken) return broken();
    const { pathname, search } = new URL(url);
    return await fetch(target + pathname + search, { headers });
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    set: (fault: (() => Response) | null) => void (broken = fault),
    close: () => server.shutdown(),
  };
}

async function keepsDuels(): Promise<void> {
  await withScene(async (scene) => {
    const { chain, chutes, cast, ready } = scene.network;
    const [origin, ...others] = cast;
    // Nobody is to be crowned in this test: the improver and its two copies are away.
    for (const { slug } of others.slice(0, 3)) chutes.setFaults(slug, { cold: true });
    const management = proxy(ready.managementUrl);
    const hub = proxy(ready.hubUrl);
    const env = { CHUTES_MANAGEMENT_URL: management.url, HF_URL: hub.url };
    const run = scene.start(["--epochs", MORE_THAN_EVER], { env });
    const first = await epochs(scene, run, 1);
    run.inspect();
    const valid = (epoch: Epoch) => epoch.input.contenders.filter((one) => one.valid).length;
    for (
      const fault of [
        () => new Response("no", { status: 503 }),
        () => new Response("no", { status: 403 }),
        () => new Response("<html>Back soon</html>"),
      ]
    ) {
      management.set(fault);
      hub.set(fault);
      const epoch = await epochs(scene, run, 1);
      equal(valid(epoch), valid(first));
      equal(epoch.report.pay, "champion", epoch.report.payReason);
      // A duel may be lost or won meanwhile, but none is over because nobody could look.
      ok(epoch.report.duels.every(({ reason }) => !/gone|look/.test(reason)), JSON.stringify(epoch.report.duels));
    }
    management.set(null);
    hub.set(null);

    const { champion } = last(scene)!.state;
    equal(champion?.split("@")[0], origin!.hotkey);
    chutes.setFaults(origin!.slug, { cold: true });
    await until(run, () => last(scene)!.report.pay === "vacant");
    equal(last(scene)!.state.champion, champion);
    chutes.setFaults(origin!.slug, {});
    await until(run, () => last(scene)!.report.pay === "champion");
    equal(last(scene)!.state.champion, champion);

    const [, , , , leaver, changer] = cast;
    chain.deregister(leaver!.hotkey);
    chain.commit(changer!.hotkey, new TextEncoder().encode("{not JSON"));
    await epochs(scene, run, 2);
    const { contenders } = last(scene)!.input;
    ok(!contenders.some((one) => one.hotkey === leaver!.hotkey));
    equal(contenders.find((one) => one.hotkey === changer!.hotkey)!.reason, "The commitment is not JSON");
    const stderr = await interrupt(run);
    calm(stderr);
    match(stderr, /contenders could not be looked up and count as they did before: .*http 503/);
    match(stderr, /refuses the API key \(http 403\): check CHUTES_API_KEY/);
    await Promise.all([management.close(), hub.close()]);
  }, { seed: "duels" });
}

async function ends(): Promise<void> {
  await withScene(async (scene) => {
    const { chain } = scene.network;
    // Weights that the subnet does not take: said each time, and owed at the end.
    chain.setHyperparameter("commitRevealWeightsEnabled", true);
    const owed = await scene.start(["--epochs", "1", "--json"]).end();
    equal(owed.code, 1, owed.stderr);
    match(
      owed.stderr,
      /error validator: Epoch \d+: the weights were not set: Subnet 19 takes weights by commit-reveal/,
    );
    const { standings, weights } = JSON.parse(owed.stdout);
    ok(standings.rows.length > 0);
    equal(weights, null);
    chain.setHyperparameter("commitRevealWeightsEnabled", false);

    // The parent is gone while an extrinsic waits for a block that does not come.
    const orphans = scene.start(["--epochs", MORE_THAN_EVER]);
    await epochs(scene, orphans, 1);
    chain.faults.stallFinality(true);
    Deno.kill(orphans.pid("supervisor"), "SIGKILL");
    deepEqual(await orphans.group.gone(20_000), []);
    await orphans.group.status;
    chain.faults.stallFinality(false);

    const run = scene.start(["--epochs", MORE_THAN_EVER, "--json"]);
    await epochs(scene, run, 1);
    await chain.close();
    const other = await startLocalChain({
      seed: "another",
      port: chain.port,
      netuid: NETUID,
      tempo: 39,
      weightsRateLimit: 0,
      ownerHotkey: scene.key.address,
      neurons: [{ hotkey: scene.key.address, permit: true }],
    });
    await other.newBlocks(3);
    const foreign = await run.end();
    await other.close();
    equal(foreign.code, 1);
    equal(foreign.stdout, "");
    match(foreign.stderr, /^af: ws:.* now serves another chain: its genesis is .*; restart af if that is intended$/m);
  }, { seed: "ends" });
}

async function machine(): Promise<void> {
  await withScene(async (scene) => {
    const faults: Faults = { clockBackMs: 3_600_000, room: "chutes" };
    await Deno.writeTextFile(join(scene.root, "config", "af", "faults.json"), JSON.stringify(faults));
    const run = scene.start(["--epochs", "3", "--json"]);
    const { code, stdout, stderr } = await run.end();
    equal(code, 0, stderr);
    equal(JSON.parse(stdout).weights.epoch, last(scene)!.report.epoch);
    match(
      stderr,
      /error validator: Room chutes died: .*\n.*The validator process wants to start again; starting it in/,
    );
  }, { seed: "machine", main: "./failures_main.ts" });
}

async function localDies(): Promise<void> {
  await withScene(async (scene) => {
    const run = scene.start([], { local: true });
    await until(run, () => run.group.members().some(({ role }) => role === "@validator"));
    Deno.kill(run.pid("@local"), "SIGKILL");
    const { code, stdout, stderr } = await run.end();
    equal(code, 1);
    equal(stdout, "");
    match(stderr, /The local process ended with SIGKILL/);
  });
}

async function diskFills(): Promise<void> {
  await withScene(async (scene) => {
    const data = join(scene.root, "data");
    await Deno.mkdir(data);
    await tmpfs(["-t", "tmpfs", "-o", "size=600k,mode=700", "tmpfs", data]);
    try {
      const full = await scene.start(["--epochs", MORE_THAN_EVER, "--json"]).end();
      equal(full.code, 1, full.stderr);
      equal(full.stdout, "");
      match(full.stderr, /^af: The disk under .*journal\.db is full: .* free some space and start again$/m);
      const kept = scene.records();
      ok(kept > 0);
      await tmpfs(["-o", "remount,size=20m", data]);
      const again = await scene.start(["--epochs", "1", "--json"]).end();
      equal(again.code, 0, again.stderr);
      ok(scene.records() > kept);
    } finally {
      await new Deno.Command("umount", { args: ["-l", data] }).output();
    }
  }, { seed: "disk" });
}

async function tmpfs(args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command("mount", { args }).output();
  if (!success) throw new Error(`mount ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
}

/** Whether a small disk can be had here. */
async function canMount(): Promise<boolean> {
  if (Deno.build.os !== "linux" || Deno.uid() !== 0) return false;
  const folder = await Deno.makeTempDir();
  const { success } = await new Deno.Command("mount", { args: ["-t", "tmpfs", "-o", "size=1m", "tmpfs", folder] })
    .output();
  if (success) await new Deno.Command("umount", { args: [folder] }).output();
  await Deno.remove(folder);
  return success;
}

const mounts = await canMount();

Deno.test("validate while everything around it fails", async (t) => {
  // Side by side: most of the time is waiting.
  const parallel = { sanitizeOps: false, sanitizeResources: false, sanitizeExit: false };
  const steps: readonly [name: string, fn: () => Promise<void>][] = [
    ["goes on when sockets drop, finality stalls, state is forgotten, signer and validator are killed", outlives],
    ["ends no duel when others are out of order, and follows who leaves, commits anew or is absent", keepsDuels],
    ["ends with its parent, on another chain, and with 1 when its weights are owed", ends],
    ["goes on when the clock is set back and when a room dies", machine],
    ["ends when the embedded network dies", localDies],
  ];
  const passed = await Promise.all(steps.map(([name, fn]) => t.step({ name, fn, ...parallel })));
  ok(passed.every(Boolean));
});

Deno.test({
  name: `validate ends on a full disk and goes on when there is room${
    mounts ? "" : " [skipped: a small disk takes root and the right to mount]"
  }`,
  ignore: !mounts,
  fn: diskFills,
});
