/**
 * Rows of a dataset from a Parquet file, one row group at a time. What the file says of its sizes is checked before memory is
 * given to it. The library trusts what it unpacks: a file made to do harm can keep it busy without end or fill the memory. So
 * the hub's files are read in the hub's room, and nothing that must not stop reads Parquet.
 * @module
 */
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from "node:zlib";
import {
  type AsyncBuffer,
  type Compressors,
  parquetMetadataAsync,
  parquetReadObjects,
  snappyUncompress,
} from "hyparquet";
import type { ByteSource, DatasetRow, RowValue } from "../port/dataset.ts";
import { AfError, errorText } from "../base/errors.ts";

/** Caps of {@linkcode readParquetRows}. */
export interface ParquetRowsOptions {
  /** What stands before a place, such as `train.parquet `. @default {""} */
  readonly prefix?: string;
  /** Most bytes of a row group, compressed and not: it is held in memory. @default {536870912} */
  readonly groupBytes?: number;
}

const FOOTER_BYTES = 16 << 20;
const MAX_COLUMNS = 1_000;
const MAX_GROUPS = 100_000;
const MAX_GROUP_ROWS = 1_000_000;
const MAX_DEPTH = 100;

/**
 * Reads the rows of a Parquet file: not compressed, or with Snappy, gzip, Brotli or Zstandard. Whole numbers become integers, since
 * a column of doubles says nothing else; dates and bytes are texts. A file that makes no sense ends with one sentence.
 */
export async function* readParquetRows(
  source: ByteSource,
  options: ParquetRowsOptions = {},
): AsyncGenerator<DatasetRow> {
  const prefix = options.prefix ?? "";
  const groupBytes = options.groupBytes ?? 512 << 20;
  let index = 0;
  try {
    const file = await bufferOf(source, groupBytes);
    // Geometry means nothing here, and its parser is not needed.
    const metadata = await parquetMetadataAsync(file, { geoparquet: false });
    const groups = metadata.row_groups;
    if (metadata.schema.length > MAX_COLUMNS) throw new RangeError(`It has more than ${MAX_COLUMNS} columns`);
    if (groups.length > MAX_GROUPS) throw new RangeError(`It has more than ${MAX_GROUPS} row groups`);
    for (const group of groups) {
      const rows = Number(group.num_rows);
      if (!(rows >= 0 && rows <= MAX_GROUP_ROWS)) throw new RangeError(`A row group has ${group.num_rows} rows`);
      if (Number(group.total_byte_size) > groupBytes) throw new RangeError(tooLarge(groupBytes));
      const compressors = cappedCompressors(groupBytes);
      const read = await parquetReadObjects({
        file,
        metadata,
        rowStart: index,
        rowEnd: index + rows,
        compressors,
        geoparquet: false,
      });
      if (read.length !== rows) throw new RangeError(`A row group holds ${read.length} rows and says ${rows}`);
      for (const row of read) {
        yield { at: `${prefix}row ${++index}`, row: plain(row, 0) as ReadonlyMap<string, RowValue> };
      }
    }
  } catch (thrown) {
    // The source itself failed: that is no matter of this file's form.
    if (thrown instanceof AfError) throw thrown;
    const problem = `The Parquet file makes no sense: ${errorText(thrown)}; nothing behind it can be read`;
    yield { at: `${prefix}row ${index + 1}`, problem };
  }
}

/** What the library reads from: exact pieces, none larger than a row group may be, and a footer that is not. */
async function bufferOf(source: ByteSource, most: number): Promise<AsyncBuffer> {
  const { size } = source;
  if (size < 12) throw new RangeError("It is too short");
  const tail = await source.read(size - 8, size);
  if (new TextDecoder().decode(tail.subarray(4)) !== "PAR1") {
    throw new RangeError("It does not end as Parquet files do");
  }
  const footer = new DataView(tail.buffer, tail.byteOffset).getUint32(0, true);
  if (footer > Math.min(FOOTER_BYTES, size - 12)) throw new RangeError(`Its footer of ${footer} bytes is too large`);
  return {
    byteLength: size,
    async slice(start, end = size) {
      if (!(start >= 0 && start <= end && end <= size)) throw new RangeError("It points outside of itself");
      if (end - start > most) throw new RangeError(tooLarge(most));
      return (await source.read(start, end)).slice().buffer;
    },
  };
}

/** Decompressors that together give no more than `most` bytes: a page says itself how large it becomes. */
function cappedCompressors(most: number): Compressors {
  let given = 0;
  const grant = (size: number): number => {
    given += size;
    if (!(size >= 0) || given > most) throw new RangeError(tooLarge(most));
    return size;
  };
  return {
    SNAPPY(input, size) {
      const output = new Uint8Array(grant(size));
      snappyUncompress(input, output);
      return output;
    },
    GZIP: (input, size) => gunzipSync(input, { maxOutputLength: Math.max(1, grant(size)) }),
    BROTLI: (input, size) => brotliDecompressSync(input, { maxOutputLength: Math.max(1, grant(size)) }),
    ZSTD: (input, size) => zstdDecompressSync(input, { maxOutputLength: Math.max(1, grant(size)) }),
  };
}

function tooLarge(most: number): string {
  return `A row group takes more than ${most} bytes`;
}

/** A cell as a value of the port. */
function plain(cell: unknown, depth: number): RowValue {
  if (depth > MAX_DEPTH) throw new RangeError(`A cell nests deeper than ${MAX_DEPTH}`);
  if (cell === undefined || cell === null) return null;
  if (typeof cell === "number") return Number.isSafeInteger(cell) ? BigInt(cell) : cell;
  if (typeof cell === "string" || typeof cell === "boolean" || typeof cell === "bigint") return cell;
  if (cell instanceof Date) return Number.isNaN(cell.getTime()) ? null : cell.toISOString();
  if (cell instanceof Uint8Array) return new TextDecoder().decode(cell);
  if (Array.isArray(cell) || ArrayBuffer.isView(cell)) {
    return Array.from(cell as ArrayLike<unknown>, (one) => plain(one, depth + 1));
  }
  if (typeof cell !== "object") throw new RangeError("A cell is of an unknown kind");
  return new Map(Object.entries(cell).map(([key, value]) => [key, plain(value, depth + 1)]));
}
