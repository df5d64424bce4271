/**
 * Stake as the runtime weighs it (its `get_stake_weights_for_hotkey_on_subnet`): the subnet's own alpha, plus root TAO times the
 * chain's weight of it, each without what the hotkey lends to its children and with what its parents lend to it.
 * @module
 */
import { ChainError } from "../base/errors.ts";
import type { Read, Storage } from "./storage.ts";

const MODULE = "subtensorModule";
const ROOT = 0;
/** Base units of a token. */
const RAO = 1e9;
/** Bits behind the point of the runtime's numbers. */
const BITS = 32n;
const U64_MAX = 2n ** 64n - 1n;

/** What one hotkey holds by itself, in base units. */
interface Held {
  readonly alpha: bigint;
  readonly tao: bigint;
}

/** A hotkey that lends or borrows a share (of 2^64 - 1) of all that the lender holds. */
type Kin = readonly [share: bigint, hotkey: string];

/**
 * Stake of these hotkeys on a subnet in tokens, in their order; null for all where the runtime has no alpha. Two requests, the second
 * for parents that are not among them.
 */
export async function readStakes(
  storage: Storage,
  netuid: number,
  hotkeys: readonly string[],
): Promise<(number | null)[]> {
  if (hotkeys.length === 0) return [];
  if (!storage.has(MODULE, "totalHotkeyAlpha")) return hotkeys.map(() => null);
  const hasKin = storage.has(MODULE, "parentKeys") && storage.has(MODULE, "childKeys");
  const hasWeight = storage.has(MODULE, "taoWeight");
  const each = (item: string, at: number) => hotkeys.map((hotkey): Read => [MODULE, item, hotkey, at]);
  const values = await storage.read([
    ...each("totalHotkeyAlpha", netuid),
    ...each("totalHotkeyAlpha", ROOT),
    ...(hasKin ? [...each("parentKeys", netuid), ...each("childKeys", netuid)] : []),
    // Spec 218 has one for each subnet.
    ...(hasWeight ? [[MODULE, "taoWeight", ...(storage.isMap(MODULE, "taoWeight") ? [netuid] : [])] as const] : []),
  ]);
  const count = hotkeys.length;
  const held = new Map(hotkeys.map((hotkey, i): [string, Held] => [
    hotkey,
    { alpha: asBigInt(values[i]), tao: asBigInt(values[count + i]) },
  ]));
  const kin = (from: number) => hotkeys.map((_, i) => hasKin ? asKin(values[from + i]) : []);
  const parents = kin(2 * count), children = kin(3 * count);
  const weight = hasWeight ? fraction(asBigInt(values.at(-1))) : 0n;
  const others = [...new Set(parents.flat().map(([, hotkey]) => hotkey))].filter((hotkey) => !held.has(hotkey));
  const lent = await storage.read(
    others.flatMap((hotkey): Read[] => [netuid, ROOT].map((at): Read => [MODULE, "totalHotkeyAlpha", hotkey, at])),
  );
  others.forEach((hotkey, i) => held.set(hotkey, { alpha: asBigInt(lent[2 * i]), tao: asBigInt(lent[2 * i + 1]) }));
  return hotkeys.map((hotkey, i) => {
    const has = (what: keyof Held) =>
      inherited(held.get(hotkey)![what], {
        given: children[i]!.map(([share]) => share),
        lent: parents[i]!.map(([share, parent]) => ({ share, amount: held.get(parent)![what] })),
      });
    return Number(has("alpha") + (has("tao") * weight >> BITS)) / RAO;
  });
}

/** What is left of an amount when shares are given away and others' are added, with the runtime's rounding. */
export function inherited(
  own: bigint,
  { given, lent }: { readonly given: readonly bigint[]; readonly lent: readonly { share: bigint; amount: bigint }[] },
): bigint {
  const away = given.reduce((sum, share) => sum + own * fraction(share), 0n);
  const kept = (own << BITS) - away;
  const borrowed = lent.reduce((sum, { share, amount }) => sum + amount * fraction(share), 0n);
  return ((kept > 0n ? kept : 0n) + borrowed) >> BITS;
}

/** A share of 2^64 - 1 as a fraction with 32 bits behind the point. */
function fraction(share: bigint): bigint {
  return (share << BITS) / U64_MAX;
}

/** A whole number of a JSON value: above 2^53 it is a hex string there. @throws {ChainError} `refused`. */
function asBigInt(value: unknown): bigint {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return BigInt(value);
  if (typeof value === "string" && /^(0x[0-9a-f]+|\d+)$/i.test(value)) return BigInt(value);
  throw new ChainError(`The chain stores ${JSON.stringify(value)} where af expects an amount`, { code: "refused" });
}

function asKin(value: unknown): Kin[] {
  if (!Array.isArray(value)) return [];
  return value.map((one): Kin => [asBigInt(one?.[0]), String(one?.[1])]);
}
