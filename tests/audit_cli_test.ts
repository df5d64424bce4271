/** `af audit` as a person runs it: against a node, a bucket and a directory, after a real validator has published. @module */
import { equal, match, ok } from "node:assert/strict";
import { join } from "node:path";
import type { AuditReport } from "../core/flow/audit/report.ts";
import { startLocalNetwork } from "../core/local/network.ts";
import { NETUID, type Scene, withScene } from "./failures_scene.ts";
import { missing, note, type S3Server, startS3Server } from "./s3_server.ts";

const MAIN = join(import.meta.dirname!, "..", "main.ts");
const ignore = missing !== null || Deno.build.os !== "linux";

interface End {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function af(home: string, args: readonly string[]): Promise<End> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", "--unstable-worker-options", "--no-prompt", MAIN, ...args],
    env: { HOME: home, XDG_CONFIG_HOME: join(home, "config"), NO_COLOR: "1" },
    stdin: "null",
  }).output();
  return { code, stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
}

/** Every object of the bucket, as a directory. */
async function copyBucket(journal: string, url: string, to: string): Promise<string[]> {
  const { DatabaseSync } = await import("node:sqlite");
  const db = new DatabaseSync(join(journal, "journal.db"), { readOnly: true });
  const hashes = ["SELECT hash FROM index_entries ORDER BY seq", "SELECT hash FROM index_pages"]
    .flatMap((sql) => db.prepare(sql).all().map((row) => String(row.hash)));
  db.close();
  await Deno.mkdir(join(to, "objects"), { recursive: true });
  for (const hash of hashes) {
    const data = await fetch(`${url}/objects/${hash}`).then((answer) => answer.bytes());
    await Deno.writeFile(join(to, "objects", hash), data);
  }
  return hashes;
}

/** A bucket that a real validator has published to; `end` ends its server. */
async function published(work: (scene: Scene, url: string, end: () => Promise<void>) => Promise<void>): Promise<void> {
  const server: S3Server = await startS3Server();
  let ended: Promise<void> | null = null;
  const end = () => ended ??= server.close();
  try {
    await server.makeBucket("records", { open: true });
    const url = `${server.url}/records/af`;
    await withScene(async (scene) => {
      const env = {
        R2_BUCKET_ID: "records",
        R2_WRITE_ACCESS_KEY_ID: "key-id-of-the-bucket",
        R2_WRITE_SECRET_ACCESS_KEY: "secret-of-the-bucket",
        AF_BUCKET_ENDPOINT: server.url,
        AF_BUCKET_PUBLIC_URL: url,
      };
      const { code, stderr } = await scene.start(["--epochs", "4", "-v"], { env }).end(300_000);
      equal(code, 0, stderr);
      await work(scene, url, end);
    }, { blockMs: 120 });
  } finally {
    await end();
  }
}

Deno.test({
  name:
    `af audit verifies a real validator from the chain alone, and names what was spoiled, with the exit code${note}`,
  ignore,
  async fn() {
    await published(async (scene, url, end) => {
      const { chainUrl } = scene.network.ready;
      const where = ["--network", chainUrl, "--netuid", String(NETUID), "--profile", "local"];
      const whole = await af(scene.root, ["audit", ...where, "--json", "--full"]);
      equal(whole.code, 0, whole.stdout + whole.stderr);
      const report = JSON.parse(whole.stdout) as AuditReport;
      equal(report.verdict, "agrees");
      const [log] = report.logs;
      equal(log!.validator, scene.key.address);
      equal(log!.url, url);
      ok(log!.records > 0 && log!.epochs.decided === log!.epochs.published && log!.epochs.published >= 3);
      ok(log!.epochs.facts === log!.epochs.published, whole.stdout);
      for (const { answers, graded, unsure } of log!.graded) equal(graded + unsure, answers);
      match(whole.stderr, /Auditing: \d+ of \d+ batches/);

      const copy = join(scene.root, "copy");
      const hashes = await copyBucket(scene.journal, url, copy);
      const text = await af(scene.root, ["audit", ...where, "--dir", copy, "--sample", "0"]);
      equal(text.code, 0, text.stdout + text.stderr);
      match(text.stdout, /Everything that was looked at agrees\n$/);
      match(text.stdout, /VALIDATOR .*BATCHES/);

      const spoilt = hashes.at(1)!;
      await Deno.writeTextFile(join(copy, "objects", spoilt), "something else");
      const spoiled = await af(scene.root, ["audit", ...where, "--dir", copy, "--sample", "0"]);
      equal(spoiled.code, 1);
      match(spoiled.stdout, new RegExp(`DIFFERS ${scene.key.address}, object: .*${spoilt}`));
      await Deno.remove(join(copy, "objects", spoilt));
      await Deno.symlink("/etc/passwd", join(copy, "objects", spoilt));
      const linked = await af(scene.root, ["audit", ...where, "--dir", copy, "--sample", "0"]);
      equal(linked.code, 1);
      match(linked.stdout, /is no file/);
      ok(!linked.stdout.includes("root:"));

      const who = [
        "--coldkey",
        "c",
        "--hotkey",
        "h",
        "--netuid",
        String(NETUID),
        "--data-dir",
        join(scene.root, "data"),
      ];
      const { uid } = report.logs.length > 0 ? scene.network.ready.miners[0]! : { uid: -1 };
      const told = await af(scene.root, ["rank", "--explain", String(uid), ...who]);
      equal(told.code, 0, told.stdout + told.stderr);
      match(
        told.stdout,
        new RegExp(`^uid ${uid}: [^]*Committed in block \\d+[^]*EPOCH +BLOCK +STANDING[^]*Epoch \\d+: `),
      );
      equal((await af(scene.root, ["rank", "--explain", "4000", ...who])).code, 1);
      await refusals(scene, where, copy);
      await end();
      const down = await af(scene.root, ["audit", ...where, "--sample", "0", "--json"]);
      equal(down.code, 1);
      const unreachable = JSON.parse(down.stdout) as AuditReport;
      equal(unreachable.verdict, "incomplete");
      equal(unreachable.differences.length, 0);
      match(unreachable.failures.join(), /cannot be reached/);
    });
  },
});

async function refusals(scene: Scene, where: readonly string[], copy: string): Promise<void> {
  const refused = async (args: readonly string[], code: number, text: RegExp) => {
    const end = await af(scene.root, ["audit", ...where, "--sample", "0", ...args]);
    equal(end.code, code, end.stdout + end.stderr);
    match(end.stderr, text);
    equal(end.stdout, "");
  };
  await refused(["--validator", "nobody"], 2, /takes the address of a hotkey/);
  await refused(["--validator", scene.network.cast[0]!.hotkey, "--dir", copy], 1, /has no index head on chain/);
  await refused(["--dir", copy, "--bucket", "https://x.example"], 2, /give one/);
  await refused(["--dir", join(scene.root, "config")], 2, /holds no folder named objects/);
  await refused(["--block", "1", "--dir", copy], 1, /The node has no subnet 19 at block 1/);
  await refused(["--full"], 2, /say different things/);
  const other = await startLocalNetwork({
    seed: "another",
    netuid: NETUID,
    validator: scene.key.address,
    miners: [],
    engine: null,
    saltRoot: null,
    tempo: 39,
    blockMs: 0,
    steady: true,
  });
  try {
    const elsewhere = ["--network", other.ready.chainUrl, "--netuid", String(NETUID), "--profile", "local"];
    const end = await af(scene.root, ["audit", ...elsewhere, "--dir", copy, "--sample", "0"]);
    equal(end.code, 1);
    match(end.stderr, /Nobody on subnet 19 has an index head on chain/);
  } finally {
    await other.close();
  }
}

Deno.test({
  name: "af audit ends at once when it is interrupted, even before a node that is silent",
  ignore: Deno.build.os === "windows",
  async fn() {
    const home = await Deno.makeTempDir({ prefix: "af-audit-cli-" });
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const accepted = listener.accept();
    try {
      await Deno.mkdir(join(home, "objects"));
      const child = new Deno.Command(Deno.execPath(), {
        args: [
          ...["run", "-A", "--quiet", "--unstable-worker-options", "--no-prompt", MAIN, "audit", "--dir", home],
          ...["--network", `ws://127.0.0.1:${listener.addr.port}`, "--netuid", "1"],
        ],
        env: { HOME: home, XDG_CONFIG_HOME: join(home, "config"), NO_COLOR: "1" },
        stdin: "null",
        stdout: "null",
        stderr: "null",
      }).spawn();
      // The broker and the rooms are up when it connects.
      const socket = await accepted;
      child.kill("SIGINT");
      const late = AbortSignal.timeout(20_000);
      const isLate = new Promise((resolve) => late.addEventListener("abort", () => resolve("late"), { once: true }));
      const end = await Promise.race([child.status, isLate]);
      if (end === "late") child.kill("SIGKILL");
      equal((end as Deno.CommandStatus).code, 130);
      socket.close();
    } finally {
      listener.close();
      await Deno.remove(home, { recursive: true });
    }
  },
});
