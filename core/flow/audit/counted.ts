/**
 * Up to where the log of each validator must count in the epochs of somebody who pools: from what stood on chain at each epoch's first
 * block, never from what can be read now. @module
 */
import { canonical } from "../../base/canonical.ts";
import type { Parameters } from "../../mechanism/parameters.ts";
import type { EpochLog } from "../../mechanism/logs.ts";
import type { EpochInput, State } from "../../mechanism/types.ts";
import type { SubnetFacts } from "../../port/chain.ts";
import { admit, type Applicant } from "../admission.ts";
import { ATTESTED_EPOCHS, type EpochLogs, limitOf, logsAt } from "../attested.ts";
import { nextEpochStart } from "../epoch.ts";
import { stakeIn } from "../epoch_input.ts";
import type { Findings } from "./findings.ts";
import type { ValidatorLog } from "./log.ts";
import { firstDifference } from "./shape.ts";
import type { Found } from "./types.ts";

/** What {@linkcode CountedLogs} needs. */
export interface CountedLogsOptions {
  readonly parameters: Pick<Parameters, "lagBlocks" | "minStake" | "shareCap">;
  readonly logOf: (validator: string) => Promise<ValidatorLog | null>;
  /** First round that is not under any head that a validator had committed up to a block; null where nobody can tell. */
  readonly acceptable: (validator: string, log: ValidatorLog, block: number) => Promise<number | null>;
  readonly onFound: (found: Found) => void;
}

/** Fewer rounds than most validators had read. */
interface Short {
  readonly found: Found;
  /** Rounds that were counted. */
  readonly given: number;
}

/** The epochs of one validator that pools, in order. */
export class CountedLogs {
  readonly #options: CountedLogsOptions;
  #epochs: readonly EpochLogs[] = [];
  /** As the chain had it at the epoch before; null where the node has forgotten. */
  #tempo: number | null = null;
  readonly #short = new Map<string, Short>();

  constructor(options: CountedLogsOptions) {
    this.#options = options;
  }

  /**
   * Where an epoch leaves out rounds and never counts them later, by whose they are: its validator may have refused that log, which is
   * right if there is something wrong in it.
   */
  get leftOut(): ReadonlyMap<string, Found> {
    return new Map([...this.#short].map(([validator, { found }]) => [validator, found]));
  }

  /** Holds what an epoch says of the logs, and what it counts of them, against the chain; `facts` are null where it is forgotten. */
  async check(input: EpochInput, state: State, facts: SubnetFacts | null, at: Found["at"]): Promise<void> {
    const { epoch, block } = input;
    this.#checkGrid(input, facts, at);
    const logs = facts === null ? input.logs ?? [] : logsAt(facts, this.#epochs, this.#options.parameters);
    if (canonical(logs) !== canonical(input.logs ?? [])) {
      const difference = firstDifference(input.logs ?? [], logs, "logs");
      const text =
        `Epoch ${epoch} says of the logs otherwise than the statements on chain at block ${block}: ${difference}`;
      this.#options.onFound({ rule: "marks", at, text });
    }
    this.#epochs = [...this.#epochs, { epoch, block, logs }].slice(-ATTESTED_EPOCHS);
    await this.#checkMarks(input, state, { logs, facts }, at);
  }

  /** Whoever leaves an epoch out could choose which statements count. */
  #checkGrid({ epoch, block }: EpochInput, facts: SubnetFacts | null, at: Found["at"]): void {
    const before = this.#epochs.at(-1);
    if (before !== undefined && this.#tempo !== null && facts !== null) {
      const due = nextEpochStart(before.block, facts.netuid, this.#tempo);
      if (due !== block) {
        const text =
          `Epoch ${epoch} is of block ${block}, but after epoch ${before.epoch} the next one begins in block ${due}`;
        this.#options.onFound({ rule: "epoch", at, text });
      }
    }
    this.#tempo = facts?.tempo ?? null;
  }

  async #checkMarks(
    input: EpochInput,
    state: State,
    { logs, facts }: { readonly logs: readonly EpochLog[]; readonly facts: SubnetFacts | null },
    at: Found["at"],
  ): Promise<void> {
    const { parameters, logOf, acceptable, onFound } = this.#options;
    const given = new Map(input.validators.map(({ validator, nextRound }) => [validator, nextRound]));
    const limits = new Map(logs.map((log) => [log.validator, limitOf(log, input.block, parameters)]));
    const applicants: Applicant[] = [];
    for (const validator of new Set([...given.keys(), ...limits.keys()])) {
      const limit = limits.get(validator) ?? null;
      const counted = state.nextRound[validator] ?? 0;
      const stake = facts && stakeIn(facts, validator);
      const log = limit === null ? null : await logOf(validator);
      const end = limit === null ? 0 : log && await acceptable(validator, log, limit);
      if (end === null) continue;
      if (limit !== null && end > 0) {
        applicants.push({ validator, nextRound: Math.max(end, counted), drawn: end, counted, stake });
      }
      const stated = given.get(validator) ?? 0;
      if (stated <= Math.max(end, counted)) continue;
      const heads = limit === null
        ? "of the heads that it had committed most validators have read none"
        : `the heads that it had committed up to block ${limit}, which most validators have read, reach only to round ${end}`;
      const text = `Epoch ${input.epoch} counts rounds of ${validator} before ${stated}, but ${heads}`;
      onFound({ rule: "marks", at, text });
    }
    for (const { validator, nextRound } of admit(applicants, parameters)) {
      const stated = given.get(validator) ?? state.nextRound[validator] ?? 0;
      this.#checkShort(validator, { given: stated, nextRound, epoch: input.epoch, at });
    }
  }

  /** Who counts on behind a place has not refused the log there: then those rounds had been left out. */
  #checkShort(
    validator: string,
    { given, nextRound, epoch, at }: { given: number; nextRound: number; epoch: number; at: Found["at"] },
  ): void {
    const before = this.#short.get(validator);
    if (before !== undefined && given > before.given) {
      this.#options.onFound(before.found);
      this.#short.delete(validator);
    }
    if (given >= nextRound || this.#short.has(validator)) return;
    const text = `Epoch ${epoch} counts rounds of ${validator} before ${given} only, ` +
      `but most validators had read its log to round ${nextRound}`;
    this.#short.set(validator, { given, found: { rule: "marks", at, text } });
  }
}

/** Tells of logs that an epoch left out for good. Who refuses a log is right if there is something wrong in it. */
export function judgeLeftOut(
  self: string,
  leftOut: ReadonlyMap<string, Found>,
  { findings, isGraded }: { readonly findings: Findings; readonly isGraded: (validator: string) => boolean },
): void {
  for (const [validator, found] of leftOut) {
    if (findings.isLogFaulty(validator)) continue;
    if (isGraded(validator)) findings.add(self, found);
    else {
      const text = `${found.text}: ${self} may have refused that log for an answer that was not graded again here`;
      findings.note(`${text}; --full tells`);
    }
  }
}
