/**
 * A validator whose bucket misbehaves: the loop and the journal are real, the bucket is a real S3 server behind a proxy that does
 * harm. Whatever happens there, records and batches grow, nothing is lost, and the log says so.
 * @module
 */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { openBucket } from "../core/bucket/client.ts";
import { fetchBatch, fetchEpoch, followIndex } from "../core/flow/follow.ts";
import type { Publishing } from "../core/flow/publish.ts";
import { validate } from "../core/flow/validate.ts";
import type { Bucket } from "../core/port/bucket.ts";
import { NO_HISTORY } from "../core/record/history.ts";
import { type Scene, until, withScene } from "./flow_scene.ts";
import { type Fault, FaultProxy } from "./s3_proxy.ts";
import { missing, note, type S3Server, startS3Server } from "./s3_server.ts";

interface World {
  readonly scene: Scene;
  readonly server: S3Server;
  readonly proxy: FaultProxy;
  readonly bucket: Bucket;
  /** Moves the chain by so many windows, each of which asks its rounds and is closed. */
  windows(count: number): Promise<void>;
  /** Starts the validator; a second call is a restart. */
  start(): Promise<void>;
  /** Ends it. */
  stop(): Promise<void>;
  /** Waits until everything that the journal has closed is up, and reads all of it back. Returns the head. */
  readAll(): Promise<string>;
}

const WINDOW = 20;

async function withWorld(work: (world: World) => Promise<void>): Promise<void> {
  const server = await startS3Server();
  const proxy = new FaultProxy(server.url);
  await server.makeBucket("records");
  const opened = await openBucket({
    endpoint: proxy.url,
    region: "auto",
    bucket: "records",
    prefix: "af",
    accessKeyId: "key",
    secretAccessKey: "secret",
    timeoutMs: 2_000,
  });
  proxy.slowMs = 3_000;
  try {
    await withScene({ head: 101, miners: ["one", "two"], roundsPerWindow: 2 }, async (scene) => {
      let head = 101;
      let stop = new AbortController();
      let running: Promise<unknown> = Promise.resolve();
      const world: World = {
        scene,
        server,
        proxy,
        bucket: opened.bucket,
        async start() {
          stop = new AbortController();
          const publishing: Publishing = { bucket: opened.bucket, url: null, inspectMs: 5 };
          const deps = scene.deps();
          running = validate({ ...deps, publishing }, { signal: stop.signal, parallel: 2 })
            .finally(() => deps.store.close());
          running.catch(() => {});
          await Promise.race([running, until(() => scene.epochs.length > 0)]);
        },
        async stop() {
          stop.abort();
          await running;
        },
        async windows(count) {
          for (let i = 0; i < count; i++) {
            const closed = scene.batches.length;
            head = (Math.floor(head / WINDOW) + 1) * WINDOW + 1;
            scene.moveTo(head);
            // There is none to close before the first.
            await until(() => scene.batches.length > closed || closed === 0);
            await until(() => {
              const now = scene.rounds.filter((round) => round.window === Math.floor(head / WINDOW));
              return now.length >= 2 && now.every((round) => round.state !== "open");
            });
          }
        },
        async readAll() {
          await until(() => {
            const state = scene.journal.indexState();
            const page = scene.journal.lastPage();
            return state.waiting === 0 && page !== null &&
              state.entries === page.head.page * 256 + page.head.count;
          });
          const { hash, head: { genesis, netuid, validator } } = scene.journal.lastPage()!;
          const history = await followIndex(opened.bucket, hash, { genesis, netuid, validator }, NO_HISTORY);
          const windows: number[] = [];
          const epochs: number[] = [];
          for (const entry of history.entries) {
            if (entry.kind === "batch") {
              const batch = await fetchBatch(opened.bucket, entry);
              deepEqual(batch.leaves, scene.journal.leavesOf(entry.number));
              windows.push(entry.number);
            } else {
              const [row] = scene.journal.epochs(entry.number, 1);
              deepEqual(await fetchEpoch(opened.bucket, entry), row);
              epochs.push(entry.number);
            }
          }
          deepEqual(windows, scene.journal.batches(0).map((batch) => batch.head.window));
          deepEqual(epochs, scene.journal.epochs(0).map((row) => row.epoch));
          return hash;
        },
      };
      try {
        await work(world);
      } finally {
        await proxy.harm("none");
        await world.stop();
      }
    });
  } finally {
    opened.close();
    await proxy.close();
    await server.close();
  }
}

const SEEN: Readonly<Record<Exclude<Fault, "none">, RegExp>> = {
  down: /cannot be reached/,
  slow: /did not answer in time/,
  busy: /is busy \(http 503 SlowDown\)/,
  denied: /denies it \(http 403 AccessDenied\)/,
  full: /has no room left \(http 507 InsufficientStorage\)/,
  forgets: /took object [0-9a-f]{64} and does not have it/,
  old: /took object [0-9a-f]{64} and returns another/,
  cut: /cannot be reached/,
  stalls: /did not answer in time/,
};

Deno.test({
  name: `validate goes on through every fault of the bucket, and nothing is lost after it${note}`,
  ignore: missing !== null,
  async fn() {
    await withWorld(async ({ scene, proxy, start, windows, readAll }) => {
      await start();
      await windows(2);
      let head = await readAll();
      for (const [fault, text] of Object.entries(SEEN) as [Exclude<Fault, "none">, RegExp][]) {
        scene.log.length = 0;
        const before = { batches: scene.batches.length, rounds: scene.rounds.length };
        await proxy.harm(fault);
        await windows(2);
        ok(scene.batches.length >= before.batches + 2 && scene.rounds.length >= before.rounds + 4, fault);
        await until(() => scene.log.some((line) => line.startsWith("warning Publishing fails") && text.test(line)));
        ok(scene.journal.indexState().waiting > 0, `${fault}: nothing waits`);
        await proxy.harm("none");
        const after = await readAll();
        ok(after !== head, fault);
        head = after;
        await until(() => scene.log.some((line) => /Publishing works again/.test(line)));
        // What is tried again and again is said once.
        const said = scene.log.filter((line) => line.startsWith("warning Publishing fails"));
        ok(said.length <= 5, `${fault}: ${said.join("\n")}`);
      }
    });
  },
});

Deno.test({
  name: `validate finds objects that were lost or replaced in the bucket, says which, and puts them up again${note}`,
  ignore: missing !== null,
  async fn() {
    await withWorld(async ({ scene, server, bucket, start, windows, readAll }) => {
      await start();
      await windows(3);
      const head = await readAll();
      const entries = scene.journal.entries(0, 100);
      const batch = entries.find(({ kind }) => kind === "batch")!;
      const epoch = entries.find(({ kind }) => kind === "epoch")!;
      const key = (hash: string) => `records/af/objects/${hash}`;
      await server.replace(key(batch.hash), null);
      await server.replace(key(epoch.hash), "an old copy of something else");
      await server.replace(key(head), null);
      const said = (pattern: RegExp) => until(() => scene.log.some((line) => pattern.test(line)));
      await said(new RegExp(`warning In the bucket the batch of window ${batch.number} .*was lost: it is up again`));
      await said(new RegExp(`warning In the bucket epoch ${epoch.number} .*was replaced: it is up again`));
      await said(/warning In the bucket page 0 of the index .*was lost: it is up again/);
      equal(await bucket.check(batch), "same");
      equal(await bucket.check(epoch), "same");
      await windows(1);
      await readAll();
    });
  },
});

Deno.test({
  name: `validate commits the head once an epoch, and goes on after a restart with one unforked index${note}`,
  ignore: missing !== null,
  async fn() {
    await withWorld(async ({ scene, proxy, bucket, start, stop, windows, readAll }) => {
      await start();
      const commits = () => scene.log.filter((line) => /Committed index/.test(line)).length;
      await windows(3);
      await readAll();
      const before = scene.epochs.length;
      // An epoch is two windows; the clock of this scene jumps, so a head may come after the time that it is waited for.
      for (let i = 0; i < 8 && commits() === 0; i++) {
        await windows(2);
        await readAll();
      }
      ok(commits() >= 1 && commits() <= scene.epochs.length - before, scene.log.join("\n"));
      const owner = { ...scene.journal.lastPage()!.head };
      const seen = await followIndex(bucket, scene.journal.lastPage()!.hash, owner);
      // Parked while the bucket is down: what waits goes up after the next start.
      await proxy.harm("down");
      await windows(1);
      await stop();
      await proxy.harm("none");
      await start();
      await windows(1);
      const head = await readAll();
      const history = await followIndex(bucket, head, owner, seen);
      ok(history.entries.length > seen.entries.length);
      equal(scene.log.filter((line) => /^error/.test(line)).length, 0, scene.log.join("\n"));
      match(head, /^[0-9a-f]{64}$/);
    });
  },
});
