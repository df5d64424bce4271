/** Rows of a dataset from a local file: JSON lines, a JSON array or Parquet. @module */
import { createHash } from "node:crypto";
import { basename } from "node:path";
import { boundary, ConfigError } from "../core/base/errors.ts";
import { quote } from "../core/base/quote.ts";
import { readParquetRows } from "../core/dataset/parquet_rows.ts";
import { readTextRows } from "../core/dataset/text_rows.ts";
import type { ByteSource, DatasetRow, RowSource } from "../core/port/dataset.ts";

/** Larger files are refused: whoever has one can cut it. */
const FILE_BYTES = 64 * 2 ** 30;
const PIECE_BYTES = 1 << 20;

/**
 * A file as a source of rows; its revision is the hash of its bytes, so it is read once for that.
 * @throws {ConfigError} if it cannot be read or is no file.
 */
export async function openRowFile(path: string): Promise<RowSource> {
  const size = await use(path, async (file) => {
    const { isFile, size } = await file.stat();
    if (!isFile) throw new ConfigError(`${quote(path)} is no file, so it holds no rows`, { code: "usage" });
    if (size > FILE_BYTES) {
      throw new ConfigError(`${quote(path)} is larger than ${FILE_BYTES} bytes`, { code: "usage" });
    }
    return size;
  });
  const hash = createHash("sha256");
  for await (const piece of pieces(path)) hash.update(piece);
  return { name: basename(path), revision: `sha256:${hash.digest("hex")}`, rows: () => rowsOf(path, size) };
}

async function* rowsOf(path: string, size: number): AsyncGenerator<DatasetRow> {
  if (!path.toLowerCase().endsWith(".parquet")) return yield* readTextRows(pieces(path));
  const source: ByteSource = {
    size,
    read: (start, end) =>
      use(path, async (file) => {
        await file.seek(start, Deno.SeekMode.Start);
        return await readExactly(file, end - start, path);
      }),
  };
  yield* readParquetRows(source);
}

async function readExactly(file: Deno.FsFile, length: number, path: string): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length;) {
    const read = await file.read(bytes.subarray(at));
    if (read === null) throw new ConfigError(`${quote(path)} became shorter while it was read`);
    at += read;
  }
  return bytes;
}

async function* pieces(path: string): AsyncGenerator<Uint8Array> {
  using file = await opened(path);
  const buffer = new Uint8Array(PIECE_BYTES);
  for (;;) {
    const read = await boundary(ConfigError, `Cannot read ${quote(path)}`, () => file.read(buffer));
    if (read === null) return;
    yield buffer.slice(0, read);
  }
}

async function use<T>(path: string, work: (file: Deno.FsFile) => Promise<T>): Promise<T> {
  using file = await opened(path);
  return await boundary(ConfigError, `Cannot read ${quote(path)}`, () => work(file));
}

function opened(path: string): Promise<Deno.FsFile> {
  return boundary(ConfigError, `Cannot read ${quote(path)}`, () => Deno.open(path), { code: "usage" });
}
