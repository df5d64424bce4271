/** The input of an epoch as a stranger published it: its shape, before anything is computed from it. Pure. @module */
import { canonical } from "../../base/canonical.ts";
import { quote } from "../../base/quote.ts";
import type { EpochInput } from "../../mechanism/types.ts";
import type { EpochRow } from "../../port/store.ts";
import { isHosted } from "../log_observed.ts";
import { isMatch, isObject, isWhole } from "../../record/shape.ts";

type Check = (value: unknown) => boolean;

/** Longest text of a field: a reason holds what strangers wrote. */
const MOST_TEXT = 2_000;
/** Longest list: hotkeys of a subnet, with their older commits. */
const MOST_ITEMS = 10_000;

const whole: Check = (value) => isWhole(value, Number.MAX_SAFE_INTEGER);
const uid: Check = (value) => isWhole(value, 65_535);
const text: Check = (value) => typeof value === "string" && value.length <= MOST_TEXT && value.isWellFormed();
const orNull = (check: Check): Check => (value) => value === null || check(value);
const address: Check = (value) => isMatch(value, /^[0-9A-Za-z]{1,64}$/);
const contenderId: Check = (value) => isMatch(value, /^[0-9A-Za-z]{1,64}@[0-9]{1,15}$/);
const list = (check: Check): Check => (value) =>
  Array.isArray(value) && value.length <= MOST_ITEMS && value.every(check);
const fields = (checks: Readonly<Record<string, Check>>): Check => (value) =>
  isObject(value) && Object.keys(value).length === Object.keys(checks).length &&
  Object.entries(checks).every(([key, check]) => Object.hasOwn(value, key) && check(value[key]));

const INPUT: Readonly<Record<string, Check>> = {
  epoch: whole,
  block: whole,
  hash: (value) => isMatch(value, /^0x[0-9a-f]{64}$/),
  validators: list(fields({ validator: address, nextRound: whole, drawn: whole })),
  contenders: list(fields({
    id: contenderId,
    hotkey: address,
    uid,
    commitBlock: whole,
    extrinsicIndex: orNull(whole),
    model: text,
    revision: text,
    chuteId: text,
    slug: text,
    weightsDigest: orNull(text),
    valid: (value) => typeof value === "boolean",
    reason: text,
  })),
  ownerUid: orNull(uid),
  canaries: list(fields({ contender: contenderId, sent: whole, answered: whole })),
};
const OPTIONAL: Readonly<Record<string, Check>> = {
  logs: list(fields({ validator: address, head: orNull(whole), counts: orNull(whole) })),
  registered: list(fields({ hotkey: address, uid })),
  hosts: list(address),
  hosted: (value) => isHosted(value, { validator: true }) || isHosted(value, { validator: false }),
  checked: (value) => value === null || isHosted(value, { validator: false }),
};

/** The input of an epoch, or a sentence that says why it is none. */
export function readInput(row: EpochRow): EpochInput | string {
  const value: unknown = JSON.parse(row.input);
  if (!isObject(value)) return `The input of epoch ${row.epoch} is no object`;
  for (const [key, check] of Object.entries(INPUT)) {
    if (!check(value[key])) return `The input of epoch ${row.epoch} has no ${key}, or a malformed one`;
  }
  for (const [key, check] of Object.entries(OPTIONAL)) {
    if (Object.hasOwn(value, key) && !check(value[key])) {
      return `The input of epoch ${row.epoch} has a malformed ${key}`;
    }
  }
  if (canonicalOrNull(value) !== row.input) return `The input of epoch ${row.epoch} is not canonical JSON`;
  const input = value as unknown as EpochInput;
  const differs = (["epoch", "block", "hash"] as const).find((key) => input[key] !== row[key]);
  if (differs) {
    return `Epoch ${row.epoch} says ${differs} ${row[differs]}, its input says ${quote(String(input[differs]))}`;
  }
  return input;
}

function canonicalOrNull(value: unknown): string | null {
  try {
    return canonical(value);
  } catch (thrown) {
    // A lone surrogate, or lists in lists without end: JSON can spell them and canonical JSON cannot.
    if (thrown instanceof TypeError || thrown instanceof RangeError) return null;
    throw thrown;
  }
}

/** Whether an epoch was decided from the logs of all validators that pool, and not from its validator's own alone. */
export function isPooled({ observed }: EpochInput): boolean {
  return observed !== undefined;
}

/** The environments that the output of an epoch names; null where it does not in a way that can be used. */
export function envsIn(row: EpochRow): string[] | null {
  const output: unknown = JSON.parse(row.output);
  const envs = isObject(output) && isObject(output.state) ? output.state.envs : null;
  const ok = Array.isArray(envs) && envs.length > 0 && envs.length <= 64 && new Set(envs).size === envs.length &&
    envs.every((env) => isMatch(env, /^[a-z0-9][a-z0-9/_-]{0,63}$/));
  return ok ? envs as string[] : null;
}

/** The champion that the output of an epoch names; null if none. */
export function championIn(row: EpochRow): string | null {
  const output: unknown = JSON.parse(row.output);
  const champion = isObject(output) && isObject(output.state) ? output.state.champion : null;
  return typeof champion === "string" ? champion : null;
}

/** The first place where two values differ, as a path with both values; null where none does. */
export function firstDifference(is: unknown, should: unknown, path = ""): string | null {
  if (Array.isArray(is) && Array.isArray(should) || isObject(is) && isObject(should)) {
    const a = is as Record<string, unknown>, b = should as Record<string, unknown>;
    const keys = [...new Set([...Object.keys(b), ...Object.keys(a)])];
    for (const key of keys) {
      const inner = firstDifference(a[key], b[key], path === "" ? key : `${path}.${key}`);
      if (inner !== null) return inner;
    }
    return null;
  }
  if (Object.is(is, should)) return null;
  return `${path} is ${shown(is)}, it should be ${shown(should)}`;
}

function shown(value: unknown): string {
  if (value === undefined) return "missing";
  return typeof value === "string" ? quote(value) : JSON.stringify(value).slice(0, 80).replaceAll(/[^\x20-\x7e]/g, "?");
}
