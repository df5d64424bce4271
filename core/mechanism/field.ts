/** The field of an epoch: who stands where by commit, who is a copy of whom, who sits on the throne. @module */
import type { Contender, EpochInput, State } from "./types.ts";

/** Order of priority: commit block, extrinsic index (unknown last), hotkey. */
export function comparePriority(a: Contender, b: Contender): number {
  const index = (one: Contender): number => one.extrinsicIndex ?? Number.MAX_SAFE_INTEGER;
  return a.commitBlock - b.commitBlock || index(a) - index(b) ||
    (a.hotkey < b.hotkey ? -1 : a.hotkey > b.hotkey ? 1 : 0);
}

/** The champion as an epoch finds it. */
export interface Seat {
  /** Its hotkey has a uid. */
  readonly registered: boolean;
  /** Uid of its hotkey; null if deregistered. */
  readonly uid: number | null;
  /** Whether what it committed is served; if not, why. */
  readonly valid: boolean;
  readonly reason: string;
}

/** All contenders of an epoch, looked through. */
export interface Field {
  /** By priority. */
  readonly ordered: readonly Contender[];
  readonly byId: ReadonlyMap<string, Contender>;
  /** Contender id to the id of the later commit of the same hotkey that ended it. */
  readonly superseded: ReadonlyMap<string, string>;
  /** Contender id to the id of the earlier commit of the same weights. */
  readonly copies: ReadonlyMap<string, string>;
  /** Uids of registered hotkeys: those of contenders, and others that the epoch names. */
  readonly uids: ReadonlyMap<string, number>;
}

/** Looks an epoch's contenders through. @throws {RangeError} if an id comes twice. */
export function survey(state: State, input: EpochInput): Field {
  const ordered = [...input.contenders].sort(comparePriority);
  const byId = new Map(ordered.map((contender) => [contender.id, contender]));
  if (byId.size !== ordered.length) throw new RangeError(`Epoch ${input.epoch} names a contender twice`);
  const uids = new Map([...input.registered ?? [], ...ordered].map(({ hotkey, uid }) => [hotkey, uid]));
  const thrones = thronesOf(state);
  const superseded = findSuperseded(ordered, thrones);
  return { ordered, byId, superseded, copies: findCopies(ordered, superseded, state, thrones), uids };
}

/** Whoever has a claim to the crown: the champion, and dark ones with a right of return. They duel nobody. */
export function thronesOf({ champion, away }: Pick<State, "champion" | "away">): ReadonlySet<string> {
  return new Set([...(champion === null ? [] : [champion]), ...away.map((one) => one.champion)]);
}

/** Hotkeys whose uid the mechanism asks for though their commit may not be listed: the input names them as `registered`. */
export function namedHotkeys(state: State): ReadonlySet<string> {
  return new Set([...thronesOf(state), ...state.tenure.map((one) => one.contender)].map(hotkeyOf));
}

/** A new commit ends the hotkey's older one, but the champion's is a new challenger beside it, not an abdication. */
function findSuperseded(ordered: readonly Contender[], thrones: ReadonlySet<string>): Map<string, string> {
  const newest = new Map<string, string>();
  for (const { hotkey, id } of ordered) newest.set(hotkey, id);
  const superseded = new Map<string, string>();
  for (const { hotkey, id } of ordered) {
    const by = newest.get(hotkey)!;
    if (by !== id && !thrones.has(id)) superseded.set(id, by);
  }
  return superseded;
}

/**
 * Of two valid contenders with the same weights the later commit is a copy. A commit that was found to be one stays void, so that
 * an original which commits anew cannot fall behind its own copy. The champion is never void: an earlier commit of its weights that
 * appears during the reign duels like everybody else. (Handing it the crown would let one owner restart all duels once for each
 * earlier commit that it kept cold.)
 */
function findCopies(
  ordered: readonly Contender[],
  superseded: ReadonlyMap<string, string>,
  state: State,
  thrones: ReadonlySet<string>,
): Map<string, string> {
  const before = new Set(state.duels.filter((duel) => duel.state === "void").map((duel) => duel.contender));
  const owner = new Map<string, string>();
  const copies = new Map<string, string>();
  for (const { id, weightsDigest, valid } of ordered) {
    const reigns = thrones.has(id);
    if (weightsDigest === null || superseded.has(id) || before.has(id) || !(valid || reigns)) continue;
    const first = owner.get(weightsDigest);
    if (first === undefined) owner.set(weightsDigest, id);
    else if (!reigns) copies.set(id, first);
  }
  return copies;
}

/** The hotkey of a contender id. */
export function hotkeyOf(id: string): string {
  return id.slice(0, id.lastIndexOf("@"));
}

/** The block of the commit in a contender id. */
export function commitBlockOf(id: string): number {
  return Number(id.slice(id.lastIndexOf("@") + 1));
}

/** A champion, present or away, in this field. */
export function seatOf(champion: string, field: Field): Seat {
  const listed = field.byId.get(champion);
  if (listed) {
    return { registered: true, uid: listed.uid, valid: listed.valid, reason: listed.reason };
  }
  const uid = field.uids.get(hotkeyOf(champion));
  // Its hotkey committed anew and the list has only that: still registered, but nobody says that the crowned model is served.
  if (uid !== undefined) return { registered: true, uid, valid: false, reason: "its commit is no longer listed" };
  return { registered: false, uid: null, valid: false, reason: "it is no longer registered" };
}
