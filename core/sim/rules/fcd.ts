/**
 * Ours as a rule of the simulation: the first-commit duel, by the very step (`advance`) that validators settle epochs with. This is the
 * one file that knows how to hand it simulated rounds.
 * @module
 */
import { sha256Hex } from "../../base/hash.ts";
import { isLive } from "../../mechanism/duel.ts";
import { hotkeyOf } from "../../mechanism/field.ts";
import { type Parameters, STANDARD } from "../../mechanism/parameters.ts";
import { neededFrom } from "../../mechanism/pool.ts";
import { advance, initialState } from "../../mechanism/reign.ts";
import { Tally } from "../../mechanism/tally.ts";
import type { Contender, EpochInput, EpochReport, State } from "../../mechanism/types.ts";
import type { CanaryCount, OutcomeBlock } from "../../port/store.ts";
import { type Agent, type EpochView, FAIL, type Judge, NOT_SHOWN, PASS, REFUSED, type Rule } from "../types.ts";
import { isMissing } from "../world.ts";
import { type LogForm, LogWriter } from "./log_form.ts";
import { type Mutation, type MutationName, MUTATIONS } from "./mutations.ts";

/** Options of {@linkcode fcd}. */
export interface FcdOptions {
  /** Changes of {@linkcode STANDARD}. */
  readonly parameters?: Partial<Parameters>;
  /** A broken version, for gates that must miss on it. */
  readonly mutate?: MutationName;
  /** Another form of the same log, which must not change a bit. */
  readonly log?: LogForm;
}

/** The first-commit duel. */
export function fcd(options: FcdOptions = {}): Rule {
  const mutation: Mutation = options.mutate === undefined ? { about: "" } : MUTATIONS[options.mutate];
  const parameters = { ...STANDARD, ...options.parameters, ...mutation.parameters };
  return {
    id: "fcd",
    title: options.mutate === undefined ? "FCD" : `FCD, ${options.mutate}`,
    about:
      "First-commit duel: who is certified better than the champion, and nowhere worse, is crowned (docs/mechanism.md)",
    begin: ({ envs }) => new Duels(envs, parameters, mutation, options.log),
  };
}

/** Champion of a round that did not take place. */
const NOBODY = 65535;
/** Nobody in a simulation: an epoch that nobody earned. */
const OWNER_UID = 65534;

/** Id of an agent as a contender. */
export function idOf({ name, hotkey, commit }: Agent): string {
  return `${hotkey ?? name}@${commit}`;
}

/** Rounds that a validator asked in an epoch. */
interface Batch {
  readonly validator: number;
  /** Name in the pool. */
  readonly name: string;
  readonly epoch: number;
  /** Its first round is told when it is published. */
  readonly block: OutcomeBlock;
  readonly canaries: CanaryCount[];
}

class Duels implements Judge {
  readonly #parameters: Parameters;
  readonly #mutation: Mutation;
  readonly #form: LogWriter;
  /** What is published of each validator. */
  readonly #pool = new Map<string, Tally>();
  /** What was asked and is not published yet, in order. */
  #waiting: Batch[] = [];
  readonly #names = new Map<string, string>();
  /** What the validators' own endpoints found, by contender. */
  readonly #checks = new Map<string, { w: number; l: number; n: number }[]>();
  #state: State;

  constructor(envs: number, parameters: Parameters, mutation: Mutation, log: LogForm = {}) {
    this.#parameters = parameters;
    this.#mutation = mutation;
    this.#form = new LogWriter(log);
    this.#state = initialState(Array.from({ length: envs }, (_, e) => `env${e}`));
  }

  settle(view: EpochView) {
    const nameOf = (validator: number) => this.#mutation.plainPool ? 0 : validator;
    for (let validator = 0; validator < view.validators; validator++) {
      for (const name of this.#form.names(nameOf(validator))) {
        if (!this.#pool.has(name)) this.#pool.set(name, new Tally(this.#state.envs));
      }
    }
    // Whoever is there from the first round on stood on chain before it.
    if (this.#state.epoch < 0) this.#advance(view.agents, []);
    const asked = this.#asked(view.agents);
    for (let validator = 0; validator < view.validators; validator++) {
      const { block, canaries } = this.#ask(view, asked, validator);
      for (const [name, part] of this.#form.write(nameOf(validator), block)) {
        this.#waiting.push({ validator, name, epoch: view.epoch, block: part, canaries: [] });
      }
      this.#waiting.at(-1)!.canaries.push(...canaries);
    }
    if (!this.#mutation.noHosted) this.#check(view, asked);
    const report = this.#advance(view.listed, this.#publish(view));
    const from = neededFrom(this.#state);
    for (const [name, tally] of this.#pool) tally.drop(from[name] ?? 0);
    // A former champion that is paid may have committed anew: its hotkey holds the uid.
    const hotkey = report.payee === null ? null : hotkeyOf(report.payee);
    const payee = view.listed.find((agent) => idOf(agent) === report.payee) ??
      view.listed.find((agent) => (agent.hotkey ?? agent.name) === hotkey);
    return {
      pay: new Map(payee ? [[payee.name, 1]] : []),
      champion: this.#nameOf(report.champion),
      crowned: this.#nameOf(report.crowned),
      race: report.duels.filter(({ counts }) => counts[0]!.n > 0).map(({ contender, values, state }) => ({
        name: this.#nameOf(contender)!,
        value: values.sup,
        needed: values.supNeeded,
        live: isLive({ state }),
      })),
    };
  }

  #nameOf(id: string | null): string | null {
    return id === null ? null : this.#names.get(id) ?? null;
  }

  /** Champion first, then the challengers whose duel goes on. Nobody else costs a task. */
  #asked(agents: readonly Agent[]): Agent[] {
    const { champion, duels, away } = this.#state;
    const live = new Set(
      duels.filter(isLive).map((duel) => duel.contender)
        // A dark champion may show that it is back.
        .concat(away.map((one) => one.champion)),
    );
    const seat = agents.find((agent) => idOf(agent) === champion);
    return seat ? [seat, ...agents.filter((agent) => live.has(idOf(agent)))] : [];
  }

  /** Adds what is published by now to the pool, each validator's batches in order, and returns its canaries. */
  #publish(view: EpochView): CanaryCount[] {
    const gaps = new Set<number>(), waiting: Batch[] = [], canaries: CanaryCount[] = [];
    for (const batch of this.#waiting) {
      const { validator, name, epoch, block } = batch;
      if (gaps.has(validator) || !view.published(validator, epoch)) {
        gaps.add(validator);
        waiting.push(batch);
        continue;
      }
      const tally = this.#pool.get(name)!;
      tally.append({ ...block, first: tally.end });
      canaries.push(...batch.canaries);
    }
    this.#waiting = waiting;
    return canaries;
  }

  /**
   * Hosted checks, by the first validator: one starts when a challenger is certified and goes on until it has said something. A check of
   * everybody would say the same and cost a run of each, so scenarios say whom to check.
   */
  #check(view: EpochView, asked: readonly Agent[]): void {
    const waiting = new Set(
      this.#state.duels.filter(({ reason }) => reason === "hosted").map((duel) => duel.contender),
    );
    for (const agent of asked) {
      const id = idOf(agent);
      if (!agent.isHosted) continue;
      const counts = this.#checks.get(id) ?? this.#state.envs.map(() => ({ w: 0, l: 0, n: 0 }));
      this.#checks.set(id, counts);
      if (!waiting.has(id)) continue;
      const served = view.outcomes(agent), hosted = view.outcomes(agent, "hosted");
      for (let i = 0; i < served.length; i++) {
        if (served[i] === NOT_SHOWN) continue;
        const count = counts[i % counts.length]!;
        count.n++;
        if (hosted[i] === PASS && served[i] !== PASS) count.w++;
        if (served[i] === PASS && hosted[i] !== PASS) count.l++;
      }
    }
  }

  /** A validator's rounds of an epoch. */
  #ask(view: EpochView, asked: readonly Agent[], validator: number): Pick<Batch, "block" | "canaries"> {
    const { rounds } = view, envs = this.#state.envs.length, width = asked.length;
    const cells = new Uint8Array(rounds * width * envs).fill(NOT_SHOWN);
    const champions = new Uint16Array(rounds).fill(NOBODY);
    const offered = new Uint8Array(rounds * width).fill(1);
    const columns = asked.map((agent) => view.outcomes(agent, this.#mutation.asks ?? "fresh", validator));
    for (let r = 0; r < rounds && width > 0; r++) {
      const from = r * envs;
      if (columns[0]![from] === NOT_SHOWN) continue;
      champions[r] = 0;
      for (let c = 0; c < width; c++) {
        const column = columns[c]!;
        if (column[from] === NOT_SHOWN || (c > 0 && this.#drops(column, from, envs))) continue;
        for (let e = 0; e < envs; e++) cells[(r * width + c) * envs + e] = cellOf(column[from + e]!);
      }
    }
    const canaries = asked.map((agent, c) => {
      let answered = 0;
      for (let r = 0; r < rounds; r++) if (columns[c]![r * envs] !== NOT_SHOWN) answered++;
      return { contender: idOf(agent), sent: rounds, answered };
    });
    const contenders = asked.map(idOf), voters = width > 0 ? this.#state.envs : [];
    return { block: { first: 0, rounds, contenders, envs: voters, cells, champions, offered }, canaries };
  }

  #drops(column: Uint8Array, from: number, envs: number): boolean {
    return this.#mutation.dropPairs === true && column.subarray(from, from + envs).some(isMissing);
  }

  #advance(agents: readonly Agent[], canaries: readonly CanaryCount[]): EpochReport {
    for (const agent of agents) this.#names.set(idOf(agent), agent.name);
    const epoch = this.#state.epoch + 1;
    const contenders = this.#form.order(agents).map((agent, place) => this.#contender(agent, place));
    const input: EpochInput = {
      epoch,
      block: epoch * 360,
      hash: `0x${epoch.toString(16).padStart(64, "0")}`,
      validators: [...this.#pool].map(([validator, { end }]) => ({
        validator,
        nextRound: end,
        drawn: end + this.#unpublished(validator),
      })),
      contenders,
      hosted: [...this.#checks].map(([contender, counts]) => ({
        contender,
        counts: counts.map((count) => ({ ...count })),
      })),
      ownerUid: OWNER_UID,
      canaries: this.#form.order(canaries),
    };
    const { state, report } = advance(this.#state, input, this.#pool, this.#parameters);
    this.#state = state;
    return report;
  }

  #unpublished(validator: string): number {
    return this.#waiting.reduce((sum, { name, block }) => name === validator ? sum + block.rounds : sum, 0);
  }

  #contender(agent: Agent, place: number): Contender {
    const { name, hotkey = name, commit } = agent;
    return {
      id: idOf(agent),
      hotkey,
      uid: uidOf(agent),
      commitBlock: this.#mutation.listOrder ? place : commit,
      extrinsicIndex: 0,
      model: `simulated/${name}`,
      revision: "0".repeat(40),
      chuteId: name,
      slug: name,
      weightsDigest: digestOf(agent.weights ?? name),
      valid: true,
      reason: "",
    };
  }
}

const digests = new Map<string, string>();

function digestOf(weights: string): string {
  let digest = digests.get(weights);
  if (digest === undefined) digests.set(weights, digest = sha256Hex(weights));
  return digest;
}

function uidOf({ uid, commit }: Agent): number {
  return uid ?? commit;
}

/** A refusal is a fail like any other; a lost answer is what the mechanism calls lost. */
function cellOf(outcome: number): number {
  return outcome === REFUSED ? FAIL : outcome;
}
