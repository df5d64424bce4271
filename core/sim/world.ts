/** The world of a run: agents, fresh tasks, and what everybody did with them. @module */
import { Random } from "../base/random.ts";
import { DIFFICULTIES, TaskModel } from "./model.ts";
import {
  type Agent,
  type EpochView,
  FAIL,
  LOST,
  NOT_SHOWN,
  PASS,
  REFUSED,
  type Stage,
  type TaskKind,
} from "./types.ts";

/** Options of {@linkcode World}. */
export interface WorldOptions {
  /** Equal seeds give equal worlds, bit by bit. */
  readonly seed: string;
  readonly envs: number;
  readonly rho: number;
  readonly rounds: number;
  /** @default {1} */
  readonly validators?: number;
  /** How validators lie and when they publish. */
  readonly conduct?: Pick<Stage, "forge" | "publishedIn">;
}

/** Share of answers that come out anew when the same weights answer greedily on another machine. */
const HOSTED_NOISE = 0.05;

/** Draws the epochs of one run. */
export class World {
  readonly #options: WorldOptions;
  readonly #model: TaskModel;
  readonly #agents: Agent[] = [];

  constructor(options: WorldOptions) {
    this.#options = options;
    this.#model = new TaskModel(options.rho);
  }

  /** All agents that ever took part, in the order in which they came. */
  get agents(): readonly Agent[] {
    return this.#agents;
  }

  /** Lets somebody in. @throws {RangeError} for a name or a commit number that is taken, or rates of another number of environments. */
  add(agent: Agent): void {
    const { name, commit, rates } = agent;
    if (this.#agents.some((one) => one.name === name || one.commit === commit)) {
      throw new RangeError(`Agent ${name} (commit ${commit}) takes part already`);
    }
    if (rates.length !== this.#options.envs) {
      throw new RangeError(
        `Agent ${name} has ${rates.length} pass rates, the world ${this.#options.envs} environments`,
      );
    }
    this.#agents.push(agent);
  }

  /**
   * An epoch: outcomes are drawn when somebody asks for them. `champion` is the name of who stands first before it, for those who look
   * at it before they answer.
   */
  epoch(epoch: number, champion: string | null = null): EpochView {
    const { envs, rounds, conduct, validators = 1 } = this.#options;
    const drawn = new Map<string, Uint8Array>();
    const registered = (at: number) =>
      this.#agents.filter(({ from, until }) => from <= at && at < (until ?? Infinity)).sort((a, b) =>
        a.commit - b.commit
      );
    const agents = registered(epoch), listed = registered(epoch + 1);
    const rival = this.#agents.find(({ name }) => name === champion);
    const tasks = Array.from({ length: validators }, (_, v) => this.#difficulties(epoch, v));
    const plain = (agent: Agent, kind: TaskKind, validator: number): Uint8Array => {
      const asked = { kind, epoch, validator, difficulties: tasks[validator]! };
      if (kind !== "hosted") return this.#draw(agent, asked);
      return this.#host(agent, asked, agent.hostedRates === undefined ? outcomes(agent, "fresh", validator) : null);
    };
    const outcomes = (agent: Agent, kind: TaskKind = "fresh", validator = 0): Uint8Array => {
      const key = `${kind}\0${validator}\0${agent.name}`;
      let column = drawn.get(key);
      if (!column) {
        column = plain(agent, kind, validator);
        if (agent.review && rival && rival !== agent) agent.review(column, plain(rival, kind, validator));
        drawn.set(key, column);
      }
      return column;
    };
    const published = (validator: number, of: number) => (conduct?.publishedIn?.(validator, of) ?? of) <= epoch;
    return { epoch, first: epoch * rounds, rounds, envs, validators, agents, listed, outcomes, published };
  }

  #difficulties(epoch: number, validator: number): Uint16Array {
    const { envs, rounds, seed } = this.#options;
    const tasks = new Random(`${seed}\0tasks\0${validator}\0${epoch}`);
    const out = new Uint16Array(rounds * envs);
    for (let i = 0; i < out.length; i++) out[i] = tasks.u32() % DIFFICULTIES;
    return out;
  }

  /**
   * What the committed weights answer on the validator's endpoint, which is always there. Where they are the very weights that serve,
   * greedy answers are the same but for what rounding does to a few; `served` is null where they are others.
   */
  #host(agent: Agent, asked: Asked, served: Uint8Array | null): Uint8Array {
    const { name, side, commit, from, rates, hostedRates } = agent;
    const out = this.#draw({ name, side, commit, from, rates: hostedRates ?? rates }, asked);
    if (!served) return out;
    const noise = new Random(`${this.#options.seed}\0${name}\0noise\0${asked.validator}\0${asked.epoch}`);
    for (let i = 0; i < out.length; i++) {
      if (!isMissing(served[i]!) && noise.unit() >= HOSTED_NOISE) out[i] = served[i]!;
    }
    return out;
  }

  #draw(agent: Agent, at: Asked): Uint8Array {
    const { envs, rounds, seed, conduct } = this.#options;
    const { kind, epoch, validator, difficulties } = at;
    const luck = new Random(`${seed}\0${agent.name}\0${kind}\0${validator}\0${epoch}`);
    const tables = ratesOf(agent, kind).map((rate) => this.#model.thresholds(rate));
    const out = new Uint8Array(rounds * envs);
    if (!agent.present && !agent.alter && !conduct?.forge) {
      // The same draws when nobody has a say in them; nearly all of a simulation's time is spent here.
      for (let env = 0, i = 0; i < out.length; i++) {
        out[i] = luck.u32() < tables[env]![difficulties[i]!]! ? PASS : FAIL;
        if (++env === envs) env = 0;
      }
      return out;
    }
    for (let r = 0, i = 0; r < rounds; r++) {
      const round = epoch * rounds + r;
      const there = agent.present?.(round, luck) ?? true;
      for (let env = 0; env < envs; env++, i++) {
        const difficulty = difficulties[i]!;
        const passes = luck.u32() < tables[env]![difficulty]! ? PASS : 0;
        if (!there) {
          out[i] = NOT_SHOWN;
          continue;
        }
        const task = { env, round, difficulty };
        const outcome = agent.alter?.(passes, task, luck) ?? passes;
        out[i] = conduct?.forge?.(outcome, { validator, agent, task }) ?? outcome;
      }
    }
    return out;
  }
}

/** Which tasks are asked. */
interface Asked {
  readonly kind: TaskKind;
  readonly epoch: number;
  readonly validator: number;
  readonly difficulties: Uint16Array;
}

function ratesOf({ rates, staticRates, knownRates }: Agent, kind: TaskKind): readonly number[] {
  return (kind === "static" ? staticRates : kind === "known" ? knownRates : undefined) ?? rates;
}

/** Whether an outcome says that there was no answer: the request failed or was refused, or nobody was there. */
export function isMissing(outcome: number): boolean {
  return outcome === LOST || outcome === REFUSED || outcome === NOT_SHOWN;
}
