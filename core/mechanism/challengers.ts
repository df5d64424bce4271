/** Challengers: whose duels begin, go on and end without their counts being asked. @module */
import { terminated } from "./decide.ts";
import { isLive, NO_SLOT, openDuel, type Scale } from "./duel.ts";
import { type Field, hotkeyOf } from "./field.ts";
import type { Duel, Marks, State } from "./types.ts";

/** Where new duels begin. */
export interface Start extends Scale {
  readonly epoch: number;
  /** Rounds that were drawn already belong to nobody who starts here. */
  readonly round: Marks;
  /** Who duels nobody: the champion, and those with a right of return. */
  readonly thrones: ReadonlySet<string>;
}

/** Opens the duels of those who came new, numbered in commit order, and notes the copies. `known` are the duels that exist. */
export function enrol(
  known: readonly Duel[],
  field: Field,
  nextSlot: number,
  start: Start,
): Pick<State, "duels" | "nextSlot"> {
  const duels = new Map(known.map((duel) => [duel.contender, duel]));
  const ordered: Duel[] = [];
  for (const contender of field.ordered) {
    const { id, valid } = contender;
    const duel = duels.get(id);
    if (duel) {
      ordered.push(duel);
    } else if (!start.thrones.has(id) && valid && !field.superseded.has(id)) {
      const original = field.copies.get(id);
      const slot = original === undefined ? nextSlot++ : NO_SLOT;
      const fresh = openDuel(id, { slot, epoch: start.epoch, round: start.round }, start);
      ordered.push(original === undefined ? fresh : { ...fresh, state: "void", reason: `copy:${original}` });
    }
  }
  return { duels: ordered, nextSlot };
}

/** A challenger that left, committed anew or turned out to be a copy ends here, whatever its counts say. */
export function screen(duel: Duel, field: Field): Duel {
  if (!isLive(duel)) return duel;
  if (!field.byId.has(duel.contender) || field.superseded.has(duel.contender)) return terminated(duel, "gone");
  const original = field.copies.get(duel.contender);
  return original === undefined ? duel : { ...duel, state: "void", reason: `copy:${original}` };
}

/**
 * A new reign: live duels begin again at 0 against the new champion, numbered anew; those that ended stay ended. A deposed champion
 * becomes a challenger again with its old commit (it never lost a duel of its own as a challenger), unless its hotkey has
 * committed anew meanwhile: then only the new commit goes on.
 */
export function restart(
  before: readonly Duel[],
  deposed: string | null,
  field: Field,
  start: Start,
): Pick<State, "duels" | "nextSlot"> {
  const ended = before.filter((duel) => !isLive(duel));
  const again = new Set(before.filter(isLive).map((duel) => duel.contender));
  if (deposed !== null && goesOn(deposed, field) && ended.every((duel) => duel.contender !== deposed)) {
    again.add(deposed);
  }
  let nextSlot = 0;
  const live = field.ordered.filter(({ id }) => again.has(id) && !start.thrones.has(id)).map(({ id }) =>
    openDuel(id, { slot: nextSlot++, epoch: start.epoch, round: start.round }, start)
  );
  const byId = new Map([...ended, ...live].map((duel) => [duel.contender, duel]));
  const duels = field.ordered.flatMap(({ id }) => byId.get(id) ?? []);
  return { duels, nextSlot };
}

/** Whether a contender's commit is the newest of its hotkey. */
function goesOn(id: string, field: Field): boolean {
  return field.ordered.findLast((contender) => contender.hotkey === hotkeyOf(id))?.id === id;
}
