/** Bad input to the real command: one clear sentence, the right exit code, nothing on stdout, no process left, no key shown. */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type End, type Scene, until, withScene } from "./failures_scene.ts";

/** The run ended with this code and, besides lines of the log, with this one sentence. */
function refused(what: string, end: End, says: RegExp, code = 1): void {
  equal(end.code, code, `${what}: ${end.stderr}`);
  equal(end.stdout, "", what);
  const lines = end.stderr.trim().split("\n").filter((line) => !/^\d\d:\d\d:\d\d /.test(line));
  equal(lines.length, 1, `${what}: ${end.stderr}`);
  match(lines[0]!, says, what);
}

/** Servers that are no Bittensor node. */
function strangers() {
  const hidden = { hostname: "127.0.0.1", port: 0, onListen() {} };
  const http = Deno.serve(hidden, () => new Response("hello"));
  const mute = Deno.serve(hidden, (request) => Deno.upgradeWebSocket(request).response);
  const other = Deno.serve(hidden, (request) => {
    const { socket, response } = Deno.upgradeWebSocket(request);
    socket.onmessage = ({ data }) => {
      const error = { code: -32601, message: "Method \x1b[2Jnot found\nuid 9 CROWNED" };
      socket.send(JSON.stringify({ jsonrpc: "2.0", id: JSON.parse(data).id, error }));
    };
    return response;
  });
  const at = (server: Deno.HttpServer<Deno.NetAddr>) => `ws://127.0.0.1:${server.addr.port}`;
  return {
    http: at(http),
    mute: at(mute),
    other: at(other),
    close: () => Promise.all([http, mute, other].map((server) => server.shutdown())),
  };
}

async function noNode(): Promise<void> {
  const servers = strangers();
  try {
    await withScene(async ({ start }) => {
      const at = (network: string) => start(["--json"], { network }).end();
      const [nobody, http, mute, other] = await Promise.all(
        ["ws://127.0.0.1:1", servers.http, servers.mute, servers.other].map(at),
      );
      refused("nothing listens", nobody!, /Gave up on connecting: ws:\/\/127\.0\.0\.1:1 .*check that a node listens/);
      refused("a web server", http!, /status code: 200.*check that a node listens/);
      refused("a socket that says nothing", mute!, /accepts connections but does not answer.*check that a node/);
      refused("another JSON-RPC", other!, /no Substrate node.*give the WebSocket endpoint of a Bittensor node/);
      // deno-lint-ignore no-control-regex -- that is what must not be there
      ok(!/[\x00-\x09\x0b-\x1f]/.test(other!.stderr));
    }, { blockMs: 1_000 });
  } finally {
    await servers.close();
  }
}

async function unusable(): Promise<void> {
  await withScene(async ({ start, keyfile, root, network, key }) => {
    refused("netuid", await start(["--netuid", "7"]).end(), /no subnet 7 at block \d+: check the netuid/);
    const wallet = await Deno.readTextFile(keyfile);
    await Deno.chmod(keyfile, 0o644);
    refused("exposed wallet", await start([]).end(), /Others can use keyfile .*; run chmod 600/);
    await Deno.chmod(keyfile, 0o600);
    await Deno.writeTextFile(keyfile, wallet.slice(0, -20));
    const broken = await start([]).end();
    refused("half a wallet", broken, /no Bittensor keyfile .*restore it from a backup/);
    await Deno.writeTextFile(keyfile, "$NACL0123456789");
    refused("encrypted wallet", await start([]).end(), /is encrypted/);
    await Deno.writeTextFile(keyfile, wallet);

    const unset = { env: { XDG_CONFIG_HOME: join(root, "none") } };
    refused("no key", await start([], unset).end(), /CHUTES_API_KEY is not set.*af set CHUTES_API_KEY VALUE/);
    const settings = join(root, "config", "af", "settings.json");
    await Deno.chmod(settings, 0o640);
    refused("open settings", await start([]).end(), /settings\.json is open to other users; run: chmod 600/);
    await Deno.chmod(settings, 0o600);

    const file = join(root, "file");
    await Deno.writeTextFile(file, "");
    refused(
      "a file for a folder",
      await start(["--data-dir", file]).end(),
      /no data directory .*file \(.*name another with --data-dir/,
    );
    const local = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", new URL("../main.ts", import.meta.url).pathname, "validate", "--local", "--data-dir", file],
    });
    const { code, stderr } = await local.output();
    equal(code, 1);
    match(new TextDecoder().decode(stderr), /^af: There can be no data directory .*name another with --data-dir/);

    network.chain.deregister(key.address);
    const { number } = network.chain.head();
    while (network.chain.finalizedHead().number <= number) await new Promise((resolve) => setTimeout(resolve, 50));
    refused("not registered", await start([]).end(), /is not registered on subnet 19; register it/);
  }, { blockMs: 500 });
}

async function damaged(scene: Scene, what: string, bytes: Uint8Array, says: RegExp): Promise<void> {
  const path = join(scene.journal, "journal.db");
  await Deno.writeFile(path, bytes);
  refused(what, await scene.start(["--epochs", "1", "--json"]).end(), says);
  deepEqual(await Deno.readFile(path), bytes, `${what}: a journal that is refused must not be touched`);
}

async function journals(): Promise<void> {
  await withScene(async (scene) => {
    const first = scene.start(["--json"]);
    await until(first, () => scene.records() > 50);
    first.group.signal("SIGINT", { whole: false });
    equal((await first.end()).code, 130);
    const path = join(scene.journal, "journal.db");
    // What a clean end leaves is one file.
    const good = await Deno.readFile(path);
    const noise = good.slice();
    for (let i = 4096 * 5; i < 4096 * 6; i++) noise[i] = i * 31 % 251;
    await damaged(scene, "a page of noise", noise, /damaged \(.*move its folder aside/);
    await damaged(scene, "no database", new TextEncoder().encode("hello ".repeat(1000)), /damaged \(file is not a/);
    await damaged(scene, "empty", new Uint8Array(), /damaged \(it has only 0 bytes\)/);
    const other = join(scene.root, "other.db");
    const db = new DatabaseSync(other);
    db.exec("CREATE TABLE x (a); INSERT INTO x VALUES (1)");
    db.close();
    await damaged(scene, "another program's", await Deno.readFile(other), /damaged \(it is no journal of af\)/);

    await Deno.writeFile(path, good);
    const foreign = await scene.start(["--profile", "standard"]).end();
    refused(
      "other parameters",
      foreign,
      /belongs to another set of parameters.*give this validator a folder of its own/,
    );
    const again = await scene.start(["--epochs", "1", "--json"]).end();
    equal(again.code, 0, again.stderr);
    ok(scene.records() > 50);
  });
}

async function hostile(): Promise<void> {
  await withScene(async ({ start, network, epochs }) => {
    const hostile = `evil/Affine-\x1b[2J\x1b]0;x\x07\u202egnp\nuid 9 CROWNED \0${"x".repeat(120)}`;
    const [, name, slug, model, user] = network.cast.map((miner) => miner.slug);
    network.chutes.setFaults(name!, { facts: { name: hostile } });
    network.chutes.setFaults(slug!, { facts: { slug: "../../etc" } });
    network.chutes.setFaults(model!, { facts: { name: "other/Affine-theirs" } });
    network.chutes.setFaults(user!, { facts: { user: { username: hostile } } });
    const json = await start(["--epochs", "1", "--json", "-vvv"]).end();
    const people = await start(["--epochs", "1", "-vvv"]).end();
    for (const { code, stdout, stderr } of [json, people]) {
      equal(code, 0, stderr);
      // deno-lint-ignore no-control-regex -- that is what must not be there
      ok(!/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/.test(stdout + stderr));
      ok(!/^uid 9/m.test(stdout + stderr));
    }
    const { standings } = JSON.parse(json.stdout);
    const reasons = standings.rows.map((row: { reason: string }) => row.reason).join("\n");
    match(reasons, /its chute serves "evil\/Affine-.{1,120}", not the committed model/);
    match(reasons, /its chute serves "other\/Affine-theirs", not the committed model/);
    match(reasons, /has a slug that is no host label/);
    equal(epochs()[0]!.input.contenders.filter((one) => one.valid).length, network.cast.length - 4);
  });
}

Deno.test("validate refuses bad input", async (t) => {
  // Side by side: most of the time is waiting.
  const parallel = { sanitizeOps: false, sanitizeResources: false, sanitizeExit: false };
  const steps: readonly [name: string, fn: () => Promise<void>][] = [
    ["ends in time where no Bittensor node listens", noNode],
    ["refuses wallets, subnets, settings and folders that it cannot work with", unusable],
    ["refuses a damaged or foreign journal and leaves it as it is", journals],
    ["shows nothing of a hostile chute but a sentence about it", hostile],
  ];
  const passed = await Promise.all(steps.map(([name, fn]) => t.step({ name, fn, ...parallel })));
  ok(passed.every(Boolean));
});
