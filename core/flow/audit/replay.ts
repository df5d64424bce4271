/** The epochs of one validator, decided again from what the logs hold and compared with what it published. @module */
import { canonical } from "../../base/canonical.ts";
import type { Parameters } from "../../mechanism/parameters.ts";
import { neededFrom } from "../../mechanism/pool.ts";
import { advance, initialState } from "../../mechanism/reign.ts";
import type { Contender, EpochInput, Marks, State } from "../../mechanism/types.ts";
import type { SubnetFacts } from "../../port/chain.ts";
import type { CanaryCount } from "../../port/store.ts";
import { countedIn } from "../epoch_input.ts";
import { addCanaries } from "./canaries.ts";
import { chainFault } from "./chain_facts.ts";
import { CountedLogs } from "./counted.ts";
import type { ChainView } from "./chain_view.ts";
import type { ValidatorLog } from "./log.ts";
import { firstDifference, isPooled, readInput } from "./shape.ts";
import type { Found, ReadEpoch } from "./types.ts";
import { judgeWeights, type Paid } from "./weights.ts";

/** What a replay needs. */
export interface ReplayOptions {
  readonly self: string;
  readonly view: ChainView;
  readonly parameters: Parameters;
  /** Log of a validator that an epoch names; null where there is none that can be read. */
  readonly logOf: (validator: string) => Promise<ValidatorLog | null>;
  /** First round that is not under any head that a validator had committed up to a block; null where nobody can tell. */
  readonly acceptable: (validator: string, log: ValidatorLog, block: number) => Promise<number | null>;
  readonly onFound: (found: Found) => void;
  readonly onForgotten: (what: "facts" | "weights", block: number) => void;
}

/** How many epochs agree in what. */
export interface ReplayCounts {
  /** Decided again, with the same bytes. */
  decided: number;
  /** Facts of the chain compared. */
  facts: number;
  /** Weights on chain that follow. */
  weights: number;
  /** Epochs whose weights were never set. */
  unset: number;
}

/** Decides a validator's epochs again. */
export class Replay {
  readonly #options: ReplayOptions;
  #state: State | null = null;
  /** Contenders of the epoch before. */
  #contenders: readonly Contender[] = [];
  #paid: Paid | null = null;
  #before: Paid | null = null;
  /** Whether nothing more can be decided. */
  #broken = false;
  /** Whether no epoch so far named anybody else. */
  #isAlone = true;
  readonly #counted: CountedLogs;
  readonly counts: ReplayCounts = { decided: 0, facts: 0, weights: 0, unset: 0 };

  constructor(options: ReplayOptions) {
    this.#options = options;
    this.#counted = new CountedLogs(options);
  }

  /** The first round of a validator that an epoch to come may count with (`needed`), or count canaries of (`counted`). */
  needs(validator: string, what: "needed" | "counted"): number {
    if (this.#broken) return Infinity;
    const state = this.#state;
    const marks: Marks = state === null ? {} : what === "needed" ? neededFrom(state) : state.nextRound;
    if (Object.hasOwn(marks, validator)) return marks[validator]!;
    // Whoever has counted nobody else so far may begin to: with all that they have.
    return validator !== this.#options.self && state !== null && this.#isAlone ? Infinity : 0;
  }

  /** Whether its epochs are decided from the logs of all validators that pool. */
  get isPooled(): boolean {
    return !this.#isAlone;
  }

  /** Where its epochs leave out rounds that most validators had read, by whose they are; see {@linkcode CountedLogs}. */
  get leftOut(): ReadonlyMap<string, Found> {
    return this.#counted.leftOut;
  }

  /** The next epoch. */
  async settle({ row, entry }: ReadEpoch): Promise<void> {
    if (this.#broken) return;
    const at = { object: entry.hash, epoch: row.epoch, block: row.block };
    const input = readInput(row);
    if (typeof input === "string") return this.#break({ rule: "epoch", at, text: input });
    const { self } = this.#options;
    const own = input.validators.find(({ validator }) => validator === self);
    if (own !== undefined && own.nextRound !== row.nextRound) {
      const text = `Epoch ${row.epoch} says that rounds before ${row.nextRound} count, its input says ${own.nextRound}`;
      this.#find("marks", at, text);
    }
    this.#isAlone &&= !isPooled(input) && input.validators.every(({ validator }) => validator === self);
    const logs = await this.#logs(input, at);
    if (logs === null) return;
    const envs = (logs.get(self) ?? [...logs.values()][0])!.envs;
    const state = this.#state ?? initialState(envs);
    const facts = await this.#checkChain(input, state, at);
    if (isPooled(input)) await this.#counted.check(input, state, facts, at);
    this.#checkCanaries(input, state, logs, at);
    const decided = this.#advance(state, input, logs, at);
    if (decided === null) return;
    this.#state = decided.state;
    this.#contenders = input.contenders;
    this.#compare(row.output, decided, at);
    await this.#checkWeights(row.block, at);
    this.#before = this.#paid;
    this.#paid = { epoch: row.epoch, block: row.block, payeeUid: decided.report.payeeUid };
  }

  /** The log is over, unless it was cut: the weights that stand at the audited block are those of its last epoch. */
  async finish(log: ValidatorLog): Promise<void> {
    if (!this.#broken && !log.isCut) await this.#checkWeights(this.#options.view.block.number, {});
  }

  /** Logs of the validators that an epoch names, read up to its marks, and of those whose rounds counted before. */
  async #logs(input: EpochInput, at: Found["at"]): Promise<Map<string, ValidatorLog> | null> {
    const logs = new Map<string, ValidatorLog>();
    for (const { validator, nextRound } of input.validators) {
      const log = await this.#options.logOf(validator);
      if (log === null) {
        this.#broken = true;
        return null;
      }
      await log.pullTo(nextRound);
      if (log.tally.end < nextRound) {
        // Where the log was cut, that has been said; the rounds behind it are gone.
        if (log.isCut) this.#broken = true;
        else {
          const text = `Epoch ${input.epoch} counts rounds of ${validator} before ${nextRound}, ` +
            `but its log, as far as it is committed, ends at round ${log.tally.end}`;
          this.#break({ rule: "marks", at, text });
        }
        return null;
      }
      logs.set(validator, log);
    }
    // Whoever is not named any more (its permit or its stake is gone) keeps what was counted of it.
    for (const validator of Object.keys(this.#state?.nextRound ?? {}).filter((one) => !logs.has(one))) {
      const log = await this.#options.logOf(validator);
      if (log === null) {
        this.#broken = true;
        return null;
      }
      logs.set(validator, log);
    }
    if (logs.size === 0) {
      // Before anybody's rounds count.
      const log = await this.#options.logOf(this.#options.self);
      if (log !== null) logs.set(this.#options.self, log);
    }
    return logs;
  }

  /** Returns the facts; null where they cannot be had. */
  async #checkChain(input: EpochInput, state: State, at: Found["at"]): Promise<SubnetFacts | null> {
    const { view, self, onForgotten, parameters: { minStake } } = this.#options;
    if (input.block > view.block.number) {
      this.#find("chain facts", at, `Epoch ${input.epoch} is of block ${input.block}, after the audited block`);
      return null;
    }
    const hash = await view.hash(input.block);
    if (hash !== null && hash !== input.hash) {
      const text = `Epoch ${input.epoch} says that block ${input.block} is ${input.hash}, the chain says ${hash}`;
      this.#find("chain facts", at, text);
      return null;
    }
    const facts = await view.at(input.block);
    if (facts === null) {
      onForgotten("facts", input.block);
      return null;
    }
    const fault = chainFault({ input, state, facts, self, isAlone: this.#isAlone, minStake });
    if (fault === null) this.counts.facts++;
    else this.#find("chain facts", at, `Epoch ${input.epoch} differs from the chain: ${lower(fault)}`);
    return facts;
  }

  #checkCanaries(input: EpochInput, state: State, logs: ReadonlyMap<string, ValidatorLog>, at: Found["at"]): void {
    const all: (readonly CanaryCount[])[] = [];
    for (const { validator, nextRound } of input.validators) {
      const counted = logs.get(validator)!.canaries(state.nextRound[validator] ?? 0, nextRound);
      if (counted === null) {
        const text =
          `Epoch ${input.epoch} counts rounds of ${validator} before ${nextRound}, which is not the end of a batch`;
        return this.#find("marks", at, text);
      }
      all.push(counted);
    }
    const known = isPooled(input) ? countedIn(state, [...this.#contenders, ...input.contenders]) : null;
    const should = addCanaries(all).filter(({ contender }) => known?.has(contender) ?? true);
    const difference = firstDifference(input.canaries, should, "canaries");
    if (difference === null) return;
    this.#find("canaries", at, `Epoch ${input.epoch} counts other canaries than the records hold: ${difference}`);
  }

  #advance(state: State, input: EpochInput, logs: ReadonlyMap<string, ValidatorLog>, at: Found["at"]) {
    const pool = new Map([...logs].map(([validator, log]) => [validator, log.tally]));
    try {
      return advance(state, input, pool, this.#options.parameters);
    } catch (thrown) {
      if (!(thrown instanceof RangeError)) throw thrown;
      this.#break({ rule: "epoch", at, text: `Epoch ${input.epoch} cannot be decided again: ${thrown.message}` });
      return null;
    }
  }

  #compare(output: string, decided: ReturnType<typeof advance>, at: Found["at"]): void {
    if (canonical(decided) === output) {
      this.counts.decided++;
      return;
    }
    const difference = firstDifference(JSON.parse(output), JSON.parse(canonical(decided)), "") ??
      "it is not canonical JSON";
    this.#find("decision", at, `Epoch ${at.epoch} does not follow from the records: ${difference}`);
  }

  async #checkWeights(block: number, at: Found["at"]): Promise<void> {
    const paid = this.#paid;
    const { view, self, onForgotten } = this.#options;
    if (paid === null || block > view.block.number) return;
    const facts = await view.at(block);
    if (facts === null) return onForgotten("weights", block);
    const neuron = facts.neurons.find(({ hotkey }) => hotkey === self);
    if (!neuron || facts.commitReveal) return;
    const weights = await view.weights(neuron.uid, facts.block);
    if (weights === null) return onForgotten("weights", block);
    const verdict = judgeWeights(weights, { facts, neuron, paid, before: this.#before });
    if (verdict.kind === "agree") this.counts.weights++;
    else if (verdict.kind === "unset") this.counts.unset++;
    else this.#find("weights", { ...at, epoch: paid.epoch, block: neuron.lastUpdate }, verdict.text);
  }

  #find(rule: Found["rule"], at: Found["at"], text: string): void {
    this.#options.onFound({ rule, at, text });
  }

  #break(found: Found): void {
    this.#options.onFound(found);
    this.#broken = true;
  }
}

function lower(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
