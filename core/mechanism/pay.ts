/**
 * Who is paid in an epoch: mode W, the whole weight to the champion. What a champion does not earn goes to the parameter `vacant`,
 * never to another contender. Mode T (tenure by certified gain) and the regent of a dark champion come here.
 * @module
 */
import type { Seat } from "./field.ts";
import type { Parameters } from "./parameters.ts";
import type { EpochInput, EpochReport, State } from "./types.ts";

/** Shares such as 0.01 of 700 are not exact: a count that equals its share must not fall on the wrong side. */
const SLACK = 1e-9;

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

/** Whether the champion is on its way to being dark in this epoch; null if the epoch says nothing (no canary was sent). */
export function isDim(seat: Seat, canaries: Canaries, parameters: Parameters): boolean | null {
  if (!seat.registered || !seat.valid) return true;
  if (canaries.sent === 0) return null;
  return canaries.answered + SLACK < parameters.darkShare * canaries.sent;
}

/** Whether duels pause: the champion is deregistered, or was dim for D epochs on end. It keeps the crown and duels keep their counts. */
export function isDark(seat: Seat, darkEpochs: number, parameters: Parameters): boolean {
  return !seat.registered || darkEpochs >= parameters.darkEpochs;
}

/** The part of a report that says who is paid. */
export type Pay = Pick<EpochReport, "payeeUid" | "pay" | "payReason">;

/** Nobody earned this epoch's weight. */
export function vacant(reason: string, input: EpochInput, parameters: Parameters): Pay {
  if (parameters.vacant === "owner" && input.ownerUid !== null) {
    return { payeeUid: input.ownerUid, pay: "vacant", payReason: `${reason}: the weight goes to the subnet's owner` };
  }
  return { payeeUid: null, pay: "none", payReason: `${reason}: no weights are set` };
}

function percent(share: number): string {
  return `${Math.round(share * 1000) / 10} %`;
}

/** What the champion did in the epoch. */
export interface Conduct {
  readonly seat: Seat;
  readonly dark: boolean;
  readonly canaries: Canaries;
  /** Its record of the last epochs, this one included. */
  readonly lost: State["championLost"];
}

/** Decides who is paid. */
export function payOf({ seat, dark, canaries, lost }: Conduct, input: EpochInput, parameters: Parameters): Pay {
  const { paidCanaryShare, paidLostShare } = parameters;
  if (!seat.registered || seat.uid === null) return vacant("The champion is not registered", input, parameters);
  if (!seat.valid) return vacant(`The champion is not served as committed (${seat.reason})`, input, parameters);
  if (dark) return vacant("The champion is dark", input, parameters);
  const { sent, answered } = canaries;
  if (answered + SLACK < paidCanaryShare * sent) {
    const reason = `The champion answered ${answered} of ${sent} canaries, under ${percent(paidCanaryShare)}`;
    return vacant(reason, input, parameters);
  }
  const shownRounds = lost.reduce((sum, epoch) => sum + epoch.shown, 0);
  const lostRounds = lost.reduce((sum, epoch) => sum + epoch.lost, 0);
  if (lostRounds > paidLostShare * shownRounds + SLACK) {
    const reason = `The champion lost ${lostRounds} of ${shownRounds} rounds in the last ${lost.length} epochs, over ${
      percent(paidLostShare)
    }`;
    return vacant(reason, input, parameters);
  }
  const why = sent === 0 ? "no canary was sent" : `it answered ${answered} of ${sent} canaries`;
  return { payeeUid: seat.uid, pay: "champion", payReason: `The champion is paid: ${why}` };
}
