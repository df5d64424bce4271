/**
 * Port: the public copy of a validator's journal. Objects are named by the SHA-256 of their bytes and never change, so whoever reads
 * one can tell whether it is the right one.
 * @module
 */

/** Name and size of an object. */
export interface ObjectAddress {
  /** SHA-256 of the compressed bytes, 64 hex digits: the object's key is `<prefix>/objects/<hash>`. */
  readonly hash: string;
  /** Compressed bytes. */
  readonly bytes: number;
  /** Bytes after decompression. */
  readonly size: number;
}

/** What the index says of. */
export const ENTRY_KINDS = ["batch", "epoch"] as const;
/** One of {@linkcode ENTRY_KINDS}. */
export type EntryKind = typeof ENTRY_KINDS[number];

/** One line of the index: an object that the validator published. */
export interface IndexEntry extends ObjectAddress {
  /** Place in the index, counted from 0 without gaps. */
  readonly seq: number;
  readonly kind: EntryKind;
  /** Window of a batch, number of an epoch; both only rise. */
  readonly number: number;
  /** Digest of a batch's head, or SHA-256 of an epoch's lines before compression; 64 hex digits. */
  readonly digest: string;
}

/** Whatever objects can be read from: a bucket, a public address, a directory. */
export interface ObjectSource {
  /**
   * The bytes of an object, which nobody has checked; null if it is not there.
   * @throws BucketError `too_large` for more than `maxBytes`, `unreachable`, `slow`, `denied`, `throttled`, `server`.
   */
  get(hash: string, maxBytes: number): Promise<Uint8Array | null>;
}

/** What a bucket has under an address: the right bytes, none, or others. */
export const OBJECT_STATES = ["same", "absent", "other"] as const;
/** One of {@linkcode OBJECT_STATES}. */
export type ObjectState = typeof OBJECT_STATES[number];

/** A bucket that is written. Objects are texts in lines; how they are compressed is a part of the format (core/record/object.ts). */
export interface Bucket extends ObjectSource {
  /**
   * Makes sure that the object of these lines is there, reads it back, and returns its address with what was there before.
   * @throws BucketError as `get`, or `full`, `no_bucket`, `lost`, `changed`: it was accepted and then not there, or another.
   */
  put(lines: readonly string[]): Promise<ObjectAddress & { readonly before: ObjectState }>;
  /** Reads an object and compares. @throws BucketError as `get`. */
  check(address: ObjectAddress): Promise<ObjectState>;
}

/** Public copies of strangers: whatever address a hotkey committed. */
export interface PublicReader {
  /**
   * The bytes of `<url>/objects/<hash>`, which nobody has checked; null if it is not there.
   * @throws BucketError as `ObjectSource.get`, or `refused` for an address that may not be asked.
   */
  get(url: string, hash: string, maxBytes: number): Promise<Uint8Array | null>;
}
