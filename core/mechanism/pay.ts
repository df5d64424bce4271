/**
 * Who is paid in an epoch, always one with the whole weight. Mode T: whose tenure is next; mode W, or where no tenure is left: the
 * champion. What a champion does not earn goes to the parameter `vacant`, never to another contender.
 * @module
 */
import { type Field, hotkeyOf, type Seat } from "./field.ts";
import type { Parameters } from "./parameters.ts";
import { type Canaries, isOften, SLACK } from "./presence.ts";
import { nextTenure, useTenure } from "./tenure.ts";
import type { EpochInput, EpochReport, State, Tenure } from "./types.ts";

/** The part of a report that says who is paid. */
export type Pay = Pick<EpochReport, "payee" | "payeeUid" | "pay" | "payReason">;

/** Nobody earned this epoch's weight. */
export function vacant(reason: string, input: EpochInput, parameters: Parameters): Pay {
  if (parameters.vacant === "owner" && input.ownerUid !== null) {
    return {
      payee: null,
      payeeUid: input.ownerUid,
      pay: "vacant",
      payReason: `${reason}: the weight goes to the subnet's owner`,
    };
  }
  return { payee: null, payeeUid: null, pay: "none", payReason: `${reason}: no weights are set` };
}

function percent(share: number): string {
  return `${Math.round(share * 1000) / 10} %`;
}

function epochs(count: number): string {
  return `${count} epoch${count === 1 ? "" : "s"}`;
}

/** What the champion did in the epoch. */
export interface Conduct {
  readonly seat: Seat;
  readonly dark: boolean;
  readonly canaries: Canaries;
  /** Its record of the last epochs, this one included. */
  readonly lost: State["championLost"];
}

/** Why the champion is not paid although it is its turn, or null. */
function fault({ seat, dark, canaries, lost }: Conduct, parameters: Parameters): string | null {
  const { paidCanaryShare, paidLostShare } = parameters;
  if (!seat.registered || seat.uid === null) return "The champion is not registered";
  if (!seat.valid) return `The champion is not served as committed (${seat.reason})`;
  if (dark) return "The champion is dark";
  if (!isOften(canaries, paidCanaryShare)) {
    const { sent, answered } = canaries;
    return `The champion answered ${answered} of ${sent} canaries, under ${percent(paidCanaryShare)}`;
  }
  const shownRounds = lost.reduce((sum, epoch) => sum + epoch.shown, 0);
  const lostRounds = lost.reduce((sum, epoch) => sum + epoch.lost, 0);
  if (lostRounds <= paidLostShare * shownRounds + SLACK) return null;
  return `The champion lost ${lostRounds} of ${shownRounds} rounds in the last ${lost.length} epochs, over ${
    percent(paidLostShare)
  }`;
}

/** Whose turn it is, and the stack without those who are no longer registered when it is theirs: they forfeit. */
function turnOf(tenure: readonly Tenure[], champion: string, field: Field) {
  for (let stack = tenure;;) {
    const entry = nextTenure(stack, champion);
    if (entry === null || field.uids.has(hotkeyOf(entry.contender))) return { stack, entry };
    stack = stack.filter((one) => one.contender !== entry.contender);
  }
}

/** Decides who is paid, and what is left of everybody's tenure afterwards. `state` is that of the new champion. */
export function payOf(
  state: Pick<State, "champion" | "isRegent" | "tenure">,
  conduct: Conduct,
  at: { readonly field: Field; readonly input: EpochInput; readonly parameters: Parameters },
): { readonly pay: Pay; readonly tenure: readonly Tenure[] } {
  const { field, input, parameters } = at;
  const champion = state.champion!;
  const { stack, entry } = parameters.pay === "T"
    ? turnOf(state.tenure, champion, field)
    : { stack: state.tenure, entry: null };
  const tenure = entry === null ? stack : useTenure(stack, entry);
  if (entry !== null && entry.contender !== champion) {
    const left = tenure.reduce((sum, one) => one.contender === entry.contender ? sum + one.epochs : sum, 0);
    const pay: Pay = {
      payee: entry.contender,
      payeeUid: field.uids.get(hotkeyOf(entry.contender))!,
      pay: "tenure",
      payReason: `The former champion ${entry.contender} is paid for what it added, ${epochs(left)} after this one ` +
        `are left to it: the champion has no tenure of its own`,
    };
    return { pay, tenure };
  }
  const left = entry === null ? "" : `; ${epochs(entry.epochs - 1)} of its tenure are left`;
  const reason = fault(conduct, parameters);
  if (reason !== null) {
    return {
      pay: vacant(entry === null ? reason : `${reason}, which uses up an epoch of its tenure`, input, parameters),
      tenure,
    };
  }
  const { sent, answered } = conduct.canaries;
  const why = sent === 0 ? "no canary was sent" : `it answered ${answered} of ${sent} canaries`;
  const pay: Pay = {
    payee: champion,
    payeeUid: conduct.seat.uid,
    pay: state.isRegent ? "regent" : "champion",
    payReason: `The ${state.isRegent ? "regent" : "champion"} is paid: ${why}${left}`,
  };
  return { pay, tenure };
}
