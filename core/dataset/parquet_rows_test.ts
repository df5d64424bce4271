import assert from "node:assert/strict";
import { brotliCompressSync, gzipSync, zstdCompressSync } from "node:zlib";
import { parquetWriteBuffer } from "hyparquet-writer";
import type { ByteSource, DatasetRow } from "../port/dataset.ts";
import { HubError } from "../base/errors.ts";
import { type ParquetRowsOptions, readParquetRows } from "./parquet_rows.ts";

type Options = Omit<Parameters<typeof parquetWriteBuffer>[0], "columnData">;

function file(rows: number, options: Options = {}): Uint8Array {
  const numbers = Array.from({ length: rows }, (_, i) => i);
  return new Uint8Array(parquetWriteBuffer({
    columnData: [
      { name: "prompt", data: numbers.map((i) => `Problem ${i} ü`), type: "STRING" },
      { name: "n", data: numbers.map((i) => BigInt(i) + 2n ** 60n), type: "INT64" },
      { name: "maybe", data: numbers.map((i) => i % 2 === 0 ? null : "x"), type: "STRING" },
    ],
    ...options,
  }));
}

function source(bytes: Uint8Array): ByteSource {
  return { size: bytes.length, read: (start, end) => Promise.resolve(bytes.subarray(start, end)) };
}

async function read(bytes: Uint8Array | ByteSource, options: ParquetRowsOptions = {}): Promise<DatasetRow[]> {
  const rows: DatasetRow[] = [];
  for await (const row of readParquetRows(bytes instanceof Uint8Array ? source(bytes) : bytes, options)) rows.push(row);
  return rows;
}

Deno.test({
  name: "readParquetRows() reads every row of every row group in each compression",
  permissions: "none",
  async fn() {
    const compressors = {
      GZIP: (bytes: Uint8Array) => new Uint8Array(gzipSync(bytes)),
      BROTLI: (bytes: Uint8Array) => new Uint8Array(brotliCompressSync(bytes)),
      ZSTD: (bytes: Uint8Array) => new Uint8Array(zstdCompressSync(bytes)),
    };
    for (const codec of ["SNAPPY", "UNCOMPRESSED", "GZIP", "BROTLI", "ZSTD"] as const) {
      const rows = await read(file(25, { codec, compressors, rowGroupSize: 10 }), { prefix: "train.parquet " });
      assert.equal(rows.length, 25, codec);
      rows.forEach((one, i) => {
        assert.ok("row" in one, codec);
        assert.equal(one.at, `train.parquet row ${i + 1}`);
        assert.equal(one.row.get("prompt"), `Problem ${i} ü`);
        assert.equal(one.row.get("n"), BigInt(i) + 2n ** 60n);
        assert.equal(one.row.get("maybe"), i % 2 === 0 ? null : "x");
      });
    }
    assert.deepEqual(await read(file(0)), []);
  },
});

Deno.test({
  name: "readParquetRows() says in one sentence that a file is cut, damaged, too large or none at all",
  permissions: "none",
  async fn() {
    const whole = file(25, { rowGroupSize: 10 });
    const damaged = whole.slice();
    damaged.fill(0xff, 4, Math.floor(whole.length / 3));
    const footer = whole.slice();
    new DataView(footer.buffer).setUint32(footer.length - 8, 0xffff_fff0, true);
    for (
      const bytes of [
        whole.slice(0, -20),
        damaged,
        footer,
        new Uint8Array(3),
        new TextEncoder().encode("{}".repeat(50)),
      ]
    ) {
      const last = (await read(bytes)).at(-1)!;
      assert.ok("problem" in last);
      assert.match(last.problem, /^The Parquet file makes no sense: .*nothing behind it can be read$/);
    }
    const [small] = await read(whole, { groupBytes: 100 });
    assert.ok(small && "problem" in small && /more than 100 bytes/.test(small.problem));
  },
});

Deno.test({
  name: "readParquetRows() lets pass what the source itself throws",
  permissions: "none",
  async fn() {
    const gone: ByteSource = { size: 1000, read: () => Promise.reject(new HubError("Gone", { code: "unanswered" })) };
    await assert.rejects(read(gone), HubError);
  },
});
