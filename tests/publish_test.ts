/** What a validator publishes, read back from the newest head with nothing but the public address. @module */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fromHex, toHex } from "../core/base/bytes.ts";
import { sha256 } from "../core/base/hash.ts";
import { openPublicBucket } from "../core/bucket/client.ts";
import { fetchBatch, fetchEpoch, followIndex } from "../core/flow/follow.ts";
import { batchDigest, FIRST_PREVIOUS, nextExpectation, verifyBatch } from "../core/record/batch.ts";
import { missing, note, startS3Server } from "./s3_server.ts";

/** The executable, where one is named; else the source is run. */
const binary = Deno.env.get("AF_BIN");

Deno.test({
  name: `validate --local --publish brings every batch and epoch into the bucket, and a reader verifies all${note}`,
  ignore: missing !== null,
  async fn() {
    const home = await Deno.makeTempDir({ prefix: "af-publish-" });
    const server = await startS3Server();
    try {
      await server.makeBucket("records", { open: true });
      const url = `${server.url}/records/af`;
      const { code, stderr } = await new Deno.Command(binary ?? Deno.execPath(), {
        args: [
          ...(binary ? [] : ["run", "-A", "--quiet", join(import.meta.dirname!, "..", "main.ts")]),
          ...[
            "-v",
            "validate",
            "--local",
            "--publish",
            "--epochs",
            "5",
            "--parallel",
            "4",
            "--data-dir",
            join(home, "data"),
          ],
        ],
        env: {
          HOME: home,
          XDG_CONFIG_HOME: join(home, "config"),
          NO_COLOR: "1",
          R2_BUCKET_ID: "records",
          R2_WRITE_ACCESS_KEY_ID: "key-id-of-the-bucket",
          R2_WRITE_SECRET_ACCESS_KEY: "secret-of-the-bucket",
          AF_BUCKET_ENDPOINT: server.url,
          AF_BUCKET_PUBLIC_URL: url,
        },
      }).output();
      const log = new TextDecoder().decode(stderr);
      equal(code, 0, log);
      match(log, /published \d+ objects, \d+ wait, index [0-9a-f]{16}/);
      match(log, /Committed index [0-9a-f]{64} on chain in block \d+/);
      ok(!log.includes("secret-of-the-bucket"), log);
      const [run] = [...Deno.readDirSync(join(home, "data", "local"))];
      const db = new DatabaseSync(join(home, "data", "local", run!.name, "journal", "journal.db"), { readOnly: true });
      const rows = (sql: string) => db.prepare(sql).all();
      const identity = Object.fromEntries(rows("SELECT key, value FROM meta").map((row) => [row.key, row.value]));
      const owner = {
        genesis: String(identity["identity:genesis"]),
        netuid: Number(identity["identity:netuid"]),
        validator: String(identity["identity:validator"]),
      };
      const head = String(rows("SELECT hash FROM index_pages ORDER BY page DESC, count DESC LIMIT 1")[0]!.hash);
      const batches = rows("SELECT window, digest FROM batches ORDER BY window");
      const epochs = rows("SELECT epoch, output FROM epochs ORDER BY epoch");
      const bodies = rows("SELECT count(*) AS n FROM cells WHERE window <= (SELECT max(window) FROM batches)")[0]!.n;
      const salts = rows("SELECT salt FROM windows ORDER BY window");
      db.close();

      const { bucket, close } = await openPublicBucket({ url });
      try {
        const history = await followIndex(bucket, head, owner);
        deepEqual(
          history.entries.filter(({ kind }) => kind === "batch").map(({ number, digest }) => [number, digest]),
          batches.map(({ window, digest }) => [window, digest]),
        );
        deepEqual(
          history.entries.filter(({ kind }) => kind === "epoch").map(({ number }) => number),
          epochs.map(({ epoch }) => epoch),
        );
        ok(batches.length > 0 && epochs.length === 5, log);
        let expectation = {
          netuid: owner.netuid,
          genesis: owner.genesis,
          previous: FIRST_PREVIOUS,
          lastWindow: null as number | null,
          // The end of the chain is one hash behind the first window's salt.
          salt: { end: toHex(sha256(fromHex(String(salts[0]!.salt)))), position: 0 },
          permitted: (hotkey: string) => hotkey === owner.validator,
        };
        let records = 0;
        for (const entry of history.entries) {
          if (entry.kind === "epoch") {
            const row = await fetchEpoch(bucket, entry);
            equal(row.output, epochs.find(({ epoch }) => epoch === row.epoch)!.output);
            continue;
          }
          const batch = await fetchBatch(bucket, entry);
          records += verifyBatch(batch, expectation).records.length;
          equal(batchDigest(batch.head), entry.digest);
          expectation = nextExpectation(expectation, batch.head) as typeof expectation;
        }
        equal(records, bodies);
        equal(await followIndex(bucket, head, owner, history), history);
      } finally {
        close();
      }
    } finally {
      await server.close();
      await Deno.remove(home, { recursive: true });
    }
  },
});
