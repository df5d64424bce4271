/** The gates of mechanism section 8. @module */
import { ATTACK_GATES } from "./attacks.ts";
import { HONEST_GATES } from "./honest.ts";
import type { Gate } from "./lab.ts";

/** All gates, by number. */
export const GATES: readonly Gate[] = [...ATTACK_GATES, ...HONEST_GATES]
  .sort((a, b) => Number(a.id.slice(1)) - Number(b.id.slice(1)));
