/** The world of a run: agents, fresh tasks, and what everybody did with them. @module */
import { Random } from "../base/random.ts";
import { DIFFICULTIES, TaskModel } from "./model.ts";
import { type Agent, type EpochView, LOST, NOT_SHOWN, PASS } from "./types.ts";

/** Options of {@linkcode World}. */
export interface WorldOptions {
  /** Equal seeds give equal worlds, bit by bit. */
  readonly seed: string;
  readonly envs: number;
  readonly rho: number;
  readonly rounds: number;
}

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

  /** An epoch: its tasks are drawn at once, outcomes when somebody asks for them. */
  epoch(epoch: number): EpochView {
    const { envs, rounds, seed } = this.#options;
    const tasks = new Random(`${seed}\0tasks\0${epoch}`);
    const difficulties = Uint16Array.from({ length: rounds * envs }, () => tasks.u32() % DIFFICULTIES);
    const drawn = new Map<string, Uint8Array>();
    const agents = this.#agents
      .filter(({ from, until }) => from <= epoch && epoch < (until ?? Infinity))
      .sort((a, b) => a.commit - b.commit);
    return {
      epoch,
      first: epoch * rounds,
      rounds,
      envs,
      agents,
      outcomes: (agent, kind = "fresh") => {
        const key = `${kind}\0${agent.name}`;
        let column = drawn.get(key);
        if (!column) drawn.set(key, column = this.#draw(agent, kind, epoch, difficulties));
        return column;
      },
    };
  }

  #draw(agent: Agent, kind: "fresh" | "static", epoch: number, difficulties: Uint16Array): Uint8Array {
    const { envs, rounds, seed } = this.#options;
    const luck = new Random(`${seed}\0${agent.name}\0${kind}\0${epoch}`);
    const rates = kind === "static" ? agent.staticRates ?? agent.rates : agent.rates;
    const tables = rates.map((rate) => this.#model.thresholds(rate));
    const out = new Uint8Array(rounds * envs);
    for (let r = 0, at = 0; r < rounds; r++) {
      const round = epoch * rounds + r;
      const there = agent.present?.(round) ?? true;
      for (let env = 0; env < envs; env++, at++) {
        const difficulty = difficulties[at]!;
        const passes = luck.u32() < tables[env]![difficulty]! ? PASS : 0;
        if (!there) out[at] = NOT_SHOWN;
        else out[at] = agent.alter?.(passes, { env, round, difficulty }, luck) ?? passes;
      }
    }
    return out;
  }
}

/** Whether an outcome says that a request failed or that nobody was there. */
export function isMissing(outcome: number): boolean {
  return outcome === LOST || outcome === NOT_SHOWN;
}
