/** The gates of mechanism section 8. @module */
import { ATTACK_GATES } from "./attacks.ts";
import { HIGH_WATER } from "./erosion.ts";
import { HONEST_GATES } from "./honest.ts";
import { PAY_GATES } from "./pay.ts";
import { SECTION_7 } from "./section7.ts";
import type { Gate } from "./lab.ts";

/** All gates by number, and the figures of sections 9 and 7 behind them. */
export const GATES: readonly Gate[] = [
  ...[...ATTACK_GATES, ...HONEST_GATES, ...PAY_GATES].sort((a, b) => Number(a.id.slice(1)) - Number(b.id.slice(1))),
  HIGH_WATER,
  SECTION_7,
];
