/** A validator that is killed in the middle of its uploads: the bucket's index is complete and has one history. Linux only. @module */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";
import { openBucket } from "../core/bucket/client.ts";
import { fetchBatch, fetchEpoch, followIndex } from "../core/flow/follow.ts";
import { openPage } from "../core/record/page.ts";
import { type Scene, until, withScene } from "./failures_scene.ts";
import { FaultProxy } from "./s3_proxy.ts";
import { missing, note, startS3Server } from "./s3_server.ts";

const KILLS = 4;
const reason = Deno.build.os !== "linux" ? " [skipped: needs /proc]" : note;

function look(scene: Scene, sql: string): Record<string, unknown>[] {
  const db = new DatabaseSync(join(scene.journal, "journal.db"), { readOnly: true, timeout: 5_000 });
  try {
    return db.prepare(sql).all();
  } finally {
    db.close();
  }
}

Deno.test({
  name: `validate killed ${KILLS} times in the middle of uploads leaves one complete index behind${reason}`,
  ignore: missing !== null || Deno.build.os !== "linux",
  async fn() {
    const server = await startS3Server();
    const proxy = new FaultProxy(server.url);
    proxy.delayMs = 150;
    const keys = { accessKeyId: "key-id-of-the-bucket", secretAccessKey: "secret-of-the-bucket" };
    const place = { bucket: "records", prefix: "af", region: "auto" };
    await server.makeBucket("records");
    const opened = await openBucket({ endpoint: server.url, ...place, ...keys });
    try {
      await withScene(async (scene) => {
        const env = {
          R2_BUCKET_ID: "records",
          R2_WRITE_ACCESS_KEY_ID: keys.accessKeyId,
          R2_WRITE_SECRET_ACCESS_KEY: keys.secretAccessKey,
          AF_BUCKET_ENDPOINT: proxy.url,
        };
        const requests = () => proxy.passed.length;
        for (let kill = 0; kill < KILLS; kill++) {
          const run = scene.start(["-v"], { env });
          const before = requests();
          // An object takes three requests: the kills come after another part of one each time.
          await until(run, () => requests() >= before + 4 + kill);
          await run.group.destroy();
        }
        const last = scene.start(["-v"], { env });
        const rows = () => Number(look(scene, "SELECT count(*) AS n FROM batches")[0]!.n);
        const goal = rows() + 2;
        const pages = () => Number(look(scene, "SELECT count(*) AS n FROM index_pages")[0]!.n);
        // One page alone would be compared with itself; how many the killed ones have written is chance.
        await until(last, () => rows() >= goal && pages() >= 3);
        proxy.delayMs = 0;
        await until(
          last,
          () =>
            Number(
              look(
                scene,
                "SELECT (SELECT count(*) FROM batches) + (SELECT count(*) FROM epochs) - max(page * 256 + count) AS n FROM index_pages",
              )[0]!.n,
            ) === 0,
        );
        last.group.signal("SIGINT", { whole: false });
        const { code, stderr } = await last.end();
        equal(code, 130, stderr);
        match(stderr, /published \d+ objects/);
        ok(!/secret-of-the-bucket|another result|conflict|equivocation/.test(stderr), stderr);

        const [newest] = look(scene, "SELECT hash, head FROM index_pages ORDER BY page DESC, count DESC LIMIT 1");
        const owner = JSON.parse(String(newest!.head));
        const history = await followIndex(opened.bucket, String(newest!.hash), owner);
        const numbers = (kind: string) => history.entries.filter((one) => one.kind === kind).map((one) => one.number);
        const known = new Set(
          look(scene, "SELECT number FROM index_entries WHERE kind = 'batch'").map((row) => row.number),
        );
        deepEqual(numbers("batch"), [...known].sort((a, b) => Number(a) - Number(b)));
        deepEqual(
          numbers("batch").slice(0, goal),
          look(scene, "SELECT window FROM batches ORDER BY window").map((row) => row.window).slice(0, goal),
        );
        for (const entry of history.entries) {
          if (entry.kind === "batch") await fetchBatch(opened.bucket, entry);
          else await fetchEpoch(opened.bucket, entry);
        }
        // Every page that was ever written says what the newest one says, as far as it goes: there is one history.
        const written = new Set(
          proxy.passed.filter(({ method, status }) => method === "PUT" && status === 200).map(({ path }) =>
            path.slice(path.lastIndexOf("/") + 1)
          ),
        );
        let compared = 0;
        for (const hash of written) {
          if (history.entries.some((entry) => entry.hash === hash)) continue;
          const data = await opened.bucket.get(hash, 300_000);
          // What a killed process was writing may not have arrived.
          if (data === null) continue;
          const { entries } = openPage(data, hash, owner);
          deepEqual(entries, history.entries.slice(0, entries.length));
          compared++;
        }
        ok(compared >= 2, `only ${compared} pages were written`);
      });
    } finally {
      opened.close();
      await proxy.close();
      await server.close();
    }
  },
});
