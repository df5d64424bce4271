/** Datasets through the hub room against the local hub, its faults and a host for large files. */
import assert from "node:assert/strict";
import { parquetWriteBuffer } from "hyparquet-writer";
import { AfError } from "../core/base/errors.ts";
import { type OpenedHub, openHub } from "../core/hub/client.ts";
import { startLocalHub } from "../core/local/hub.ts";
import type { LocalDataset } from "../core/local/hub_datasets.ts";
import type { DatasetRow } from "../core/port/dataset.ts";

const PERMISSIONS: Deno.PermissionOptions = { net: ["127.0.0.1"], read: true };
const NAME = "lab/rows";
const REVISION = "0123456789abcdef0123456789abcdef01234567";

function lines(count: number, from = 1): Uint8Array {
  const text = Array.from({ length: count }, (_, i) => JSON.stringify({ n: i + from })).join("\n");
  return new TextEncoder().encode(`${text}\n`);
}

function parquet(count: number): Uint8Array {
  const data = Array.from({ length: count }, (_, i) => BigInt(i + 1));
  return new Uint8Array(parquetWriteBuffer({ columnData: [{ name: "n", data, type: "INT64" }], rowGroupSize: 50 }));
}

/** A hub with one dataset, and a second one that keeps its large files. */
async function withDataset(
  dataset: Partial<LocalDataset>,
  work: (opened: OpenedHub) => Promise<void>,
  token?: string,
) {
  const whole: LocalDataset = {
    name: NAME,
    revision: REVISION,
    files: [{ path: "train.jsonl", content: lines(5) }],
    ...dataset,
  };
  const keeper = startLocalHub({ repos: [], datasets: [whole] });
  const local = startLocalHub({ repos: [], datasets: [{ ...whole, filesUrl: keeper.url }] });
  const opened = await openHub({
    url: local.url,
    fileHosts: [new URL(keeper.url).host],
    ...(token === undefined ? {} : { token }),
  });
  try {
    await work(opened);
  } finally {
    opened.close();
    await Promise.all([local.close(), keeper.close()]);
  }
}

async function read(opened: OpenedHub, name = NAME, revision = REVISION): Promise<unknown[]> {
  const rows: DatasetRow[] = [];
  for await (const row of opened.dataset(name, revision).rows()) rows.push(row);
  return rows.map((one) => "row" in one ? one.row.get("n") : `${one.at}: ${one.problem}`);
}

function fails(code: string, message: RegExp, retryable = false) {
  return (error: unknown) => {
    assert.ok(error instanceof AfError, String(error));
    assert.equal(`${error.kind} ${error.code}`, `HubError ${code}`, error.message);
    assert.match(error.message, message);
    assert.equal(error.retryable, retryable);
    return true;
  };
}

Deno.test({
  name: "dataset() reads JSON lines, an array and Parquet, small files and large ones that another host keeps",
  permissions: PERMISSIONS,
  async fn() {
    const wanted = Array.from({ length: 120 }, (_, i) => BigInt(i + 1));
    for (const small of [true, false]) {
      const files = [
        { path: "README.md", content: new TextEncoder().encode("rows"), small },
        { path: "data/train-00001-of-00002.jsonl", content: lines(20, 101), small },
        { path: "data/train-00000-of-00002.jsonl", content: lines(100), small },
        { path: "data/test-00000-of-00001.jsonl", content: lines(3), small },
      ];
      await withDataset({ files }, async (opened) => assert.deepEqual(await read(opened), wanted));
      const array = new TextEncoder().encode(JSON.stringify(wanted.map((n) => ({ n: Number(n) }))));
      const json = [{ path: "dataset_infos.json", content: lines(1), small }, {
        path: "rows.json",
        content: array,
        small,
      }];
      await withDataset({ files: json }, async (opened) => assert.deepEqual(await read(opened), wanted));
      const both = [...files, { path: "data/train ü.parquet", content: parquet(120), small }];
      await withDataset({ files: both }, async (opened) => assert.deepEqual(await read(opened), wanted));
    }
  },
});

Deno.test({
  name: "dataset() hands out the rows of a file larger than a piece, and can be left early",
  permissions: PERMISSIONS,
  async fn() {
    const text = Array.from({ length: 300 }, (_, i) => JSON.stringify({ n: i, text: "x".repeat(60_000) })).join("\n");
    await withDataset({ files: [{ path: "rows.jsonl", content: new TextEncoder().encode(text) }] }, async (opened) => {
      let seen = 0n;
      for await (const one of opened.dataset(NAME, REVISION).rows()) {
        assert.ok("row" in one);
        assert.equal(one.row.get("n"), seen++);
      }
      assert.equal(seen, 300n);
      for (let round = 0; round < 20; round++) {
        for await (const one of opened.dataset(NAME, REVISION).rows()) {
          assert.ok("row" in one);
          break;
        }
      }
    });
  },
});

Deno.test({
  name: "dataset() loses no row to a broken line, and says which it was",
  permissions: PERMISSIONS,
  async fn() {
    const content = new TextEncoder().encode('{"n": 1}\n{"n": \n{"n": 3}\n');
    await withDataset({ files: [{ path: "a/rows.jsonl", content }] }, async (opened) => {
      assert.deepEqual(await read(opened), [1n, "a/rows.jsonl line 2: The text ends too early at character 7", 3n]);
    });
  },
});

Deno.test({
  name: "dataset() tells missing, gated, unpinned and empty datasets apart",
  permissions: PERMISSIONS,
  async fn() {
    await withDataset({}, async (opened) => {
      await assert.rejects(read(opened, "lab/none"), fails("not_found", /Dataset "lab\/none".* does not exist/));
      await assert.rejects(read(opened, NAME, "f".repeat(40)), fails("not_found", /does not exist/));
      await assert.rejects(read(opened, NAME, "main"), fails("not_found", /not pinned/));
      await assert.rejects(read(opened, "../rows"), fails("not_found", /owner\/name/));
    });
    await withDataset({ gated: true }, (opened) => assert.rejects(read(opened), fails("gated", /private, gated/)));
    // The token opens the list and the hub's own files; the host of the large ones refuses whoever brings it along.
    await withDataset({ gated: true }, async (opened) => assert.equal((await read(opened)).length, 5), "hf_local");
    const files = [{ path: "README.md", content: lines(1) }];
    await withDataset({ files }, (opened) => assert.rejects(read(opened), fails("no_rows", /no Parquet, JSON lines/)));
  },
});

Deno.test({
  name: "dataset() refuses what a faulty hub sends, in JSON lines and in Parquet",
  permissions: PERMISSIONS,
  async fn() {
    for (const [path, content] of [["train.jsonl", lines(50)], ["train.parquet", parquet(50)]] as const) {
      const isText = path.endsWith("jsonl");
      for (const small of [true, false]) {
        const files = [{ path, content, small }];
        const faulty = (fault: NonNullable<LocalDataset["fault"]>, check: (error: unknown) => boolean) =>
          withDataset({ files, fault }, (opened) => assert.rejects(read(opened), check));
        await faulty("unauthorized", fails("gated", /http 401/));
        await faulty("missing", fails("not_found", /train\.\w+ of Dataset .* does not exist/));
        await faulty("truncated", fails("malformed", /bytes where the hub's list promises/));
        await faulty("not json", fails("malformed", /makes no sense/));
        await faulty("busy", fails("unanswered", /http 429/, true));
        await faulty("huge", fails("malformed", /promises/));
        if (isText) await faulty("altered", fails("malformed", /is not what the hub's list promises/));
      }
    }
    await withDataset(
      { files: [{ path: "train.parquet", content: parquet(50) }], fault: "whole" },
      (opened) => assert.rejects(read(opened), fails("malformed", /whole where a part was asked for/)),
    );
  },
});

Deno.test({
  name: "dataset() goes to no host that the room was not given",
  permissions: PERMISSIONS,
  async fn() {
    let reached = 0;
    const other = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, () => {
      reached++;
      return new Response("no");
    });
    const filesUrl = `http://127.0.0.1:${other.addr.port}`;
    const files = [{ path: "train.jsonl", content: lines(5) }];
    const local = startLocalHub({ repos: [], datasets: [{ name: NAME, revision: REVISION, files, filesUrl }] });
    const opened = await openHub({ url: local.url });
    try {
      await assert.rejects(read(opened), fails("moved", /may not reach/));
      assert.equal(reached, 0);
    } finally {
      opened.close();
      await Promise.all([local.close(), other.shutdown()]);
    }
  },
});
