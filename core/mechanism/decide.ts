/** The decisions of an epoch over the duels of one reign: crown, hold, terminate. @module */
import { type Arena, isCandidate, isLive, type Measured } from "./duel.ts";
import type { Field } from "./field.ts";
import { heldBack, type Hold } from "./hold.ts";
import type { Hosted } from "./hosted.ts";
import { isWaitOver, stopReason } from "./stop.ts";
import type { Duel } from "./types.ts";

/** What was decided. */
export interface Decision {
  /** All duels with their new states, in commit order as they came. */
  readonly duels: readonly Duel[];
  readonly crowned: string | null;
  /** Candidates that were held back, and by whom. */
  readonly holds: ReadonlyMap<string, Hold>;
}

/** The duel, ended for good. */
export function terminated(duel: Duel, reason: string): Duel {
  return { ...duel, state: "terminated", reason };
}

/**
 * Decides over duels in commit order; each candidate and each hold is looked at on the same counts. `measured` has every live duel that
 * has begun.
 */
export function decide(
  duels: readonly Duel[],
  measured: ReadonlyMap<string, Measured>,
  field: Field,
  arena: Arena,
  hosted: Hosted,
): Decision {
  const { parameters } = arena;
  const partsOf = (duel: Duel) => measured.get(duel.contender)?.parts ?? [];
  const candidates = duels.filter((duel) =>
    isLive(duel) && isCandidate(duel, parameters, measured.get(duel.contender)?.values)
  );
  const checked = (duel: Duel) => hosted.verdict(duel.contender);
  // Only what is served as committed is crowned; a candidate whose chute is cold stays a candidate.
  const valid = (duel: Duel): boolean => field.byId.get(duel.contender)?.valid === true;
  const holds = new Map<string, Hold>();
  let crowned: string | null = null;
  for (const candidate of candidates.filter((duel) => valid(duel) && checked(duel) === "passed")) {
    const hold = heldBack(candidate, duels, partsOf(candidate), arena);
    if (hold === null) {
      crowned = candidate.contender;
      break;
    }
    holds.set(candidate.contender, hold);
  }
  const after = duels.map((duel): Duel => {
    if (!isLive(duel)) return duel;
    if (duel.contender === crowned) return { ...duel, state: "live", reason: "crowned" };
    if (!candidates.includes(duel)) {
      const reason = stopReason(duel, parameters, partsOf(duel));
      return reason === null ? { ...duel, state: "live", reason: "" } : terminated(duel, reason);
    }
    if (checked(duel) === "proxy") return { ...duel, state: "void", reason: "proxy" };
    if (isWaitOver(duel, parameters, partsOf(duel))) return terminated(duel, "rounds");
    if (!valid(duel)) return { ...duel, state: "waiting", reason: "invalid" };
    if (checked(duel) === "open") return { ...duel, state: "waiting", reason: "hosted" };
    return { ...duel, state: "waiting", reason: `hold:${holds.get(duel.contender)?.by ?? crowned}` };
  });
  return { duels: after, crowned, holds };
}
