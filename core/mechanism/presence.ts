/** Whether somebody is there: canaries answered, and what too few of them mean for a champion. @module */
import type { Seat } from "./field.ts";
import type { Parameters } from "./parameters.ts";
import type { EpochInput } from "./types.ts";

/** Products such as 0.01 * 700 and 330 * 0.1 are not exact: what equals its whole number must not fall on the wrong side of it. */
export const SLACK = 1e-9;

/** Canaries of one contender in one epoch. */
export interface Canaries {
  readonly sent: number;
  readonly answered: number;
}

/** Canaries of a contender in the rounds that an epoch adds, summed; none if it was sent none. */
export function canariesOf(contender: string, input: EpochInput): Canaries {
  let sent = 0, answered = 0;
  for (const count of input.canaries) {
    if (count.contender !== contender) continue;
    sent += count.sent;
    answered += count.answered;
  }
  return { sent, answered };
}

/** Whether at least this share of the canaries was answered; so it is where none was sent. */
export function isOften({ sent, answered }: Canaries, share: number): boolean {
  return answered + SLACK >= share * sent;
}

/** Whether the champion is on its way to being dark in this epoch; null if the epoch says nothing (no canary was sent). */
export function isDim(seat: Seat, canaries: Canaries, parameters: Parameters): boolean | null {
  if (!seat.registered || !seat.valid) return true;
  return canaries.sent === 0 ? null : !isOften(canaries, parameters.darkShare);
}

/** Whether duels pause: the champion is deregistered, or was dim for D epochs on end. It keeps the crown and duels keep their counts. */
export function isDark(seat: Seat, darkEpochs: number, parameters: Parameters): boolean {
  return !seat.registered || darkEpochs >= parameters.darkEpochs;
}
