/**
 * Ours as a rule of the simulation: the first-commit duel, by the very step (`advance`) that validators settle epochs with. This is the
 * one file that knows how to hand it simulated rounds.
 * @module
 */
import { sha256Hex } from "../../base/hash.ts";
import { type Parameters, STANDARD } from "../../mechanism/parameters.ts";
import { advance, initialState } from "../../mechanism/reign.ts";
import { Tally } from "../../mechanism/tally.ts";
import type { Contender, EpochInput, EpochReport, State } from "../../mechanism/types.ts";
import type { CanaryCount, OutcomeBlock } from "../../port/store.ts";
import { type Agent, type EpochView, FAIL, type Judge, NOT_SHOWN, REFUSED, type Rule } from "../types.ts";
import { isMissing } from "../world.ts";
import { type Mutation, type MutationName, MUTATIONS } from "./mutations.ts";

/** Options of {@linkcode fcd}. */
export interface FcdOptions {
  /** Changes of {@linkcode STANDARD}. */
  readonly parameters?: Partial<Parameters>;
  /** A broken version, for gates that must miss on it. */
  readonly mutate?: MutationName;
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
    begin: ({ envs }) => new Duels(envs, parameters, mutation),
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

class Duels implements Judge {
  readonly #parameters: Parameters;
  readonly #mutation: Mutation;
  readonly #tally: Tally;
  readonly #names = new Map<string, string>();
  #state: State;

  constructor(envs: number, parameters: Parameters, mutation: Mutation) {
    this.#parameters = parameters;
    this.#mutation = mutation;
    this.#state = initialState(Array.from({ length: envs }, (_, e) => `env${e}`));
    this.#tally = new Tally(this.#state.envs);
  }

  settle(view: EpochView) {
    // Whoever is there from the first round on stood on chain before it.
    if (this.#state.epoch < 0) this.#advance(view.agents, []);
    const asked = this.#asked(view.agents);
    const canaries = new Map<string, CanaryCount>();
    for (let validator = 0; validator < view.validators; validator++) {
      this.#tally.append(this.#block(view, asked, validator, canaries));
    }
    const report = this.#advance(view.listed, [...canaries.values()]);
    this.#tally.drop(Math.min(this.#state.reignStartRound, this.#state.nextRound));
    const payee = report.pay === "champion" ? view.listed.find((agent) => idOf(agent) === report.champion) : undefined;
    return {
      pay: new Map(payee ? [[payee.name, 1]] : []),
      champion: this.#nameOf(report.champion),
      race: report.duels.filter(({ counts }) => counts[0]!.n > 0).map(({ contender, values, state }) => ({
        name: this.#nameOf(contender)!,
        value: values.sup,
        needed: values.supNeeded,
        live: state === "live" || state === "waiting",
      })),
    };
  }

  #nameOf(id: string | null): string | null {
    return id === null ? null : this.#names.get(id) ?? null;
  }

  /** Champion first, then the challengers whose duel goes on. Nobody else costs a task. */
  #asked(agents: readonly Agent[]): Agent[] {
    const { champion, duels } = this.#state;
    const live = new Set(
      duels.filter(({ state }) => state === "live" || state === "waiting").map((duel) => duel.contender),
    );
    const seat = agents.find((agent) => idOf(agent) === champion);
    return seat ? [seat, ...agents.filter((agent) => live.has(idOf(agent)))] : [];
  }

  /** A validator's rounds of an epoch; adds to `canaries`. */
  #block(
    view: EpochView,
    asked: readonly Agent[],
    validator: number,
    canaries: Map<string, CanaryCount>,
  ): OutcomeBlock {
    const { rounds } = view, envs = this.#state.envs.length, width = asked.length;
    const cells = new Uint8Array(rounds * width * envs).fill(NOT_SHOWN);
    const champions = new Uint16Array(rounds).fill(NOBODY);
    const offered = new Uint8Array(rounds * width).fill(1);
    const kind = this.#mutation.publicSeed ? "known" : "fresh";
    const columns = asked.map((agent) => view.outcomes(agent, kind, validator));
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
    asked.forEach((agent, c) => {
      const id = idOf(agent);
      const before = canaries.get(id) ?? { sent: 0, answered: 0 };
      let answered = before.answered;
      for (let r = 0; r < rounds; r++) if (columns[c]![r * envs] !== NOT_SHOWN) answered++;
      canaries.set(id, { contender: id, sent: before.sent + rounds, answered });
    });
    return {
      first: this.#tally.end,
      rounds,
      contenders: asked.map(idOf),
      envs: width > 0 ? this.#state.envs : [],
      cells,
      champions,
      offered,
    };
  }

  #drops(column: Uint8Array, from: number, envs: number): boolean {
    return this.#mutation.dropPairs === true && column.subarray(from, from + envs).some(isMissing);
  }

  #advance(agents: readonly Agent[], canaries: readonly CanaryCount[]): EpochReport {
    for (const agent of agents) this.#names.set(idOf(agent), agent.name);
    const epoch = this.#state.epoch + 1;
    const contenders = agents.map((agent, place) => this.#contender(agent, place));
    const input: EpochInput = {
      epoch,
      block: epoch * 360,
      hash: `0x${epoch.toString(16).padStart(64, "0")}`,
      nextRound: this.#tally.end,
      drawn: this.#tally.end,
      contenders,
      ownerUid: OWNER_UID,
      canaries,
    };
    const { state, report } = advance(this.#state, input, this.#tally, this.#parameters);
    this.#state = state;
    return report;
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
