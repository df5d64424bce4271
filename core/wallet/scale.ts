/** The few SCALE encodings that an extrinsic needs, written out so that the wallet room loads no codec library. Pure. @module */
import { concat } from "../base/bytes.ts";

/** A whole number, little-endian. @throws {RangeError} if it does not fit into `bytes` bytes or is not exact. */
export function uint(value: number, bytes: 1 | 2 | 4 | 8): Uint8Array {
  if (!Number.isSafeInteger(value) || value < 0 || value >= 2 ** (8 * bytes)) {
    throw new RangeError(`${value} is no whole number of ${bytes} bytes`);
  }
  const out = new Uint8Array(bytes);
  let rest = BigInt(value);
  for (let i = 0; i < bytes; i++) {
    out[i] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return out;
}

/** A whole number below 2^32 in SCALE's compact form: 1, 2, 4 or 5 bytes. @throws {RangeError} */
export function compact(value: number): Uint8Array {
  if (!Number.isInteger(value)) throw new RangeError(`${value} is no whole number`);
  if (value < 64) return uint(value * 4, 1);
  if (value < 2 ** 14) return uint(value * 4 + 1, 2);
  if (value < 2 ** 30) return uint(value * 4 + 2, 4);
  return concat(uint(3, 1), uint(value, 4));
}

/** A vector of 16-bit numbers: compact length, then two bytes each. */
export function vecU16(values: readonly number[]): Uint8Array {
  return concat(compact(values.length), ...values.map((value) => uint(value, 2)));
}

/**
 * A mortal era: two bytes that say how long an extrinsic lives and when it was born.
 * The era is born at block `current` itself, so that its birth hash is the hash of that block.
 * @param period blocks it lives, a power of two from 4 to 65536.
 * @throws {RangeError} if the period is another number, or so long that the era could not begin at `current` exactly.
 */
export function mortalEra(period: number, current: number): Uint8Array {
  const log = Math.log2(period);
  if (!Number.isInteger(log) || log < 2 || log > 16) {
    throw new RangeError(`An era of ${period} blocks is no power of two from 4 to 65536`);
  }
  if (!Number.isSafeInteger(current) || current < 0) throw new RangeError(`${current} is no block number`);
  // Periods above 4096 count their phase in steps, for which 12 bits are enough.
  const step = Math.max(period / 4096, 1);
  const phase = current % period;
  if (phase % step !== 0) {
    throw new RangeError(`An era of ${period} blocks cannot begin at block ${current}; take at most 4096 blocks`);
  }
  return uint((log - 1) + (phase / step) * 16, 2);
}
