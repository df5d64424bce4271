/** The bucket's room against a real S3 server, and against one that misbehaves in every way that we know. @module */
import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { AfError } from "../core/base/errors.ts";
import { openBucket, type OpenedBucket, openPublicBucket } from "../core/bucket/client.ts";
import type { Bucket } from "../core/port/bucket.ts";
import { openObject, sealObject } from "../core/record/object.ts";
import { type Fault, FaultProxy } from "./s3_proxy.ts";
import { missing, note, type S3Server, startS3Server } from "./s3_server.ts";

const ignore = missing !== null;
const LINES = ["first", "zweite Zeile ü", JSON.stringify({ answer: "x".repeat(5000) })];

interface Scene {
  readonly server: S3Server;
  readonly proxy: FaultProxy;
  readonly opened: OpenedBucket<Bucket>;
}

async function withBucket(work: (scene: Scene) => Promise<void>): Promise<void> {
  const server = await startS3Server();
  const proxy = new FaultProxy(server.url);
  try {
    await server.makeBucket("records", { open: true });
    const opened = await openBucket({
      endpoint: proxy.url,
      region: "auto",
      bucket: "records",
      prefix: "af",
      accessKeyId: "key",
      secretAccessKey: "secret",
      timeoutMs: 1_000,
    });
    try {
      await work({ server, proxy, opened });
    } finally {
      opened.close();
    }
  } finally {
    await proxy.close();
    await server.close();
  }
}

function fails(code: string): (thrown: unknown) => boolean {
  return (thrown) => {
    ok(thrown instanceof AfError && thrown.kind === "BucketError", String(thrown));
    equal(thrown.code, code, thrown.message);
    ok(/^[A-Z].*[^.]$/.test(thrown.message) && !thrown.message.includes("secret"), thrown.message);
    return true;
  };
}

Deno.test({
  name: `put() writes once under the hash of the bytes, and get() gives them back, from the public address too${note}`,
  ignore,
  async fn() {
    await withBucket(async ({ server, proxy, opened: { bucket, net } }) => {
      deepEqual(net, [`127.0.0.1:${proxy.port}`]);
      const sealed = sealObject(LINES);
      equal(await bucket.get(sealed.hash, sealed.bytes), null);
      equal(await bucket.check(sealed), "absent");
      const { before, ...address } = await bucket.put(LINES);
      equal(before, "absent");
      deepEqual(address, { hash: sealed.hash, bytes: sealed.bytes, size: sealed.size });
      const writes = proxy.passed.filter(({ method }) => method === "PUT");
      deepEqual(writes.map(({ path }) => path), [`/records/af/objects/${sealed.hash}`]);
      equal((await bucket.put(LINES)).before, "same");
      equal(proxy.passed.filter(({ method }) => method === "PUT").length, 1);
      deepEqual(
        openObject((await bucket.get(sealed.hash, sealed.bytes))!, { ...sealed, exact: true, lines: 3 }),
        LINES,
      );
      await rejects(bucket.get(sealed.hash, sealed.bytes - 1), fails("too_large"));
      // A replaced object is found by its hash and written again.
      await server.replace(`records/af/objects/${sealed.hash}`, "something else");
      equal(await bucket.check(sealed), "other");
      equal((await bucket.put(LINES)).before, "other");
      equal(await bucket.check(sealed), "same");

      const open = await openPublicBucket({ url: `${server.url}/records/af`, timeoutMs: 2_000 });
      try {
        deepEqual(await open.bucket.get(sealed.hash, sealed.bytes), sealed.data);
        equal(await open.bucket.get("0".repeat(64), 100), null);
        await rejects(open.bucket.get(sealed.hash, sealed.bytes - 1), fails("too_large"));
      } finally {
        open.close();
      }
    });
  },
});

Deno.test({
  name: `put() and get() fail with a code and a sentence for every fault of the bucket, and work again after it${note}`,
  ignore,
  async fn() {
    await withBucket(async ({ proxy, opened: { bucket } }) => {
      const there = await bucket.put(["there"]);
      const cases: [fault: Fault, putFails: string, check: string][] = [
        ["down", "unreachable", "unreachable"],
        ["slow", "slow", "slow"],
        ["busy", "throttled", "throttled"],
        ["denied", "denied", "denied"],
        ["full", "full", "same"],
        ["forgets", "lost", "same"],
        ["old", "changed", "other"],
        ["cut", "unreachable", "unreachable"],
        ["stalls", "slow", "slow"],
      ];
      for (const [i, [fault, putFails, check]] of cases.entries()) {
        const fresh = ["fresh", String(i)];
        await proxy.harm(fault);
        await rejects(bucket.put(fresh), fails(putFails), fault);
        if (["same", "other"].includes(check)) equal(await bucket.check(there), check, fault);
        else await rejects(bucket.check(there), fails(check), fault);
        await proxy.harm("none");
        await bucket.put(fresh);
        equal(await bucket.check(sealObject(fresh)), "same", fault);
      }
    });
  },
});

Deno.test({
  name: `put() says that there is no such bucket${note}`,
  ignore,
  async fn() {
    const server = await startS3Server();
    const keys = { accessKeyId: "key", secretAccessKey: "secret", region: "auto", prefix: "" };
    const opened = await openBucket({ endpoint: server.url, bucket: "nobody", ...keys });
    try {
      await rejects(opened.bucket.put(LINES), fails("no_bucket"));
    } finally {
      opened.close();
      await server.close();
    }
  },
});
