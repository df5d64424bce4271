/** Port: rows of a public dataset, one by one. Whoever reads them trusts nothing in them. @module */

/**
 * A value of a row. Integers are `bigint` and floats are `number`, so that `1` and `1.0` stay apart and every digit is kept;
 * a dictionary is a `Map`, so that no key means anything to the reader.
 */
export type RowValue = null | boolean | bigint | number | string | readonly RowValue[] | RowMap;
/** A dictionary of a row; of a row read from JSON or Parquet the keys are texts. */
export type RowMap = ReadonlyMap<RowValue, RowValue>;

/** What a source hands out for each row: the row, or one sentence that says why there is none. */
export type DatasetRow =
  /** `at` says where it stands, for people, such as `line 12` or `train.parquet row 7`. */
  | { readonly at: string; readonly row: RowMap }
  | { readonly at: string; readonly problem: string };

/** A dataset that can be read. */
export interface RowSource {
  /** Name for people: a file's name, or `owner/name`. */
  readonly name: string;
  /** What pins the contents: a commit hash of the hub, or `sha256:` and the hash of a file. */
  readonly revision: string;
  /**
   * The rows in their order, read as they are asked for: leaving the loop early reads no further. A broken row is a sentence
   * and costs no other row.
   * @throws {AfError} of the source's kind if the source itself fails.
   */
  rows(): AsyncIterable<DatasetRow>;
}

/** Bytes that can be read in pieces: a file, or a file of the hub. */
export interface ByteSource {
  /** Bytes in all. */
  readonly size: number;
  /** Bytes from `start` up to and without `end`, exactly. */
  read(start: number, end: number): Promise<Uint8Array>;
}
