/**
 * For tests of the mechanism only: a small world of contenders of known skill that is settled epoch by epoch.
 * Task model: a task has a difficulty u in [0, 1), uniform and common to all; a plain model passes it with probability u, by its own
 * luck. So two copies disagree on a third of the tasks (V = 1/3), the worst case that the specification was measured with.
 * @module
 */
import { Random } from "../base/random.ts";
import type { OutcomeBlock } from "../port/store.ts";
import type { Parameters } from "./parameters.ts";
import { advance, initialState } from "./reign.ts";
import { Tally } from "./tally.ts";
import type { Contender, EpochInput, EpochReport, State } from "./types.ts";

/** What a player does with a task: 0 fail, 1 pass, 2 lost. `u` is the task's chance of being passed, `luck` is uniform in [0, 1). */
export type Play = (task: { readonly env: number; readonly round: number; readonly u: number }, luck: number) => number;

/** Somebody in the world; its fields may be changed between epochs. */
export interface Player {
  contender: Contender;
  play: Play;
  /** Whether it answers the canary of a round. */
  present: (round: number) => boolean;
  /** Whether it is off the list when the epoch is settled, though it was asked. @default {false} */
  gone?: boolean;
}

/** A contender with the commit block `block`; its hotkey is its name. */
export function contender(name: string, block: number, fields: Partial<Contender> = {}): Contender {
  return {
    id: `${name}@${block}`,
    hotkey: name,
    uid: block,
    commitBlock: block,
    extrinsicIndex: 0,
    model: `org/${name}`,
    revision: "0".repeat(40),
    chuteId: name,
    slug: name,
    weightsDigest: null,
    valid: true,
    reason: "",
    ...fields,
  };
}

/** A model whose mean pass rate is 0.5 plus `gain` (one for all environments or one for each). */
export function skill(...gain: readonly number[]): Play {
  return ({ env, u }, luck) => {
    const g = gain[env % gain.length]!;
    return luck < (g >= 0 ? u + (1 - u) * 2 * g : u * (1 + 2 * g)) ? 1 : 0;
  };
}

/** A player that is always there. */
export function player(name: string, block: number, play: Play, fields: Partial<Contender> = {}): Player {
  return { contender: contender(name, block, fields), play, present: () => true };
}

/** The validator of a world that names none. */
export const ME = "me";

/** Options of {@linkcode World}. */
export interface WorldOptions {
  readonly envs?: readonly string[];
  readonly ownerUid?: number | null;
  /** Each asks as many rounds as the world is stepped. @default {[ME]} */
  readonly validators?: readonly string[];
  /** What a validator says of its rounds in place of the truth. */
  readonly forge?: (validator: string, block: OutcomeBlock, state: State) => OutcomeBlock;
}

/** A log that is settled epoch by epoch as the flow does it. */
export class World {
  readonly players: Player[];
  readonly parameters: Parameters;
  readonly pool: Map<string, Tally>;
  readonly reports: EpochReport[] = [];
  readonly inputs: EpochInput[] = [];
  /** Each epoch's rounds, by validator. */
  readonly logs: ReadonlyMap<string, OutcomeBlock>[] = [];
  state: State;
  /** Rounds of each validator that are under way when an epoch is settled. */
  underWay = 0;
  /** What is added to the next input. */
  extra: Partial<EpochInput> = {};
  readonly #first: string;
  readonly #tasks = new Map<string, Random>();
  readonly #lucks = new Map<string, Random>();
  readonly #seed: string;
  readonly #options: WorldOptions;

  constructor(seed: string, parameters: Parameters, players: Player[], options: WorldOptions = {}) {
    const validators = options.validators ?? [ME];
    this.players = players;
    this.parameters = parameters;
    this.state = initialState(options.envs ?? ["a", "b", "c", "d"]);
    this.pool = new Map(validators.map((validator) => [validator, new Tally(this.state.envs)]));
    this.#first = validators[0]!;
    this.#seed = seed;
    this.#options = options;
  }

  /** The tally of the first validator. */
  get tally(): Tally {
    return this.pool.get(this.#first)!;
  }
  /** The rounds of the first validator, by epoch. */
  get blocks(): OutcomeBlock[] {
    return this.logs.map((log) => log.get(this.#first)!);
  }

  /** Every validator asks `rounds` rounds, and the epoch is settled. */
  step(rounds: number): EpochReport {
    const canaries: EpochInput["canaries"][number][] = [];
    const log = new Map<string, OutcomeBlock>();
    for (const [validator, tally] of this.pool) {
      const asked = this.#ask(validator, tally.end, rounds);
      const block = this.#options.forge?.(validator, asked.block, this.state) ?? asked.block;
      log.set(validator, block);
      tally.append(block);
      canaries.push(...asked.canaries);
    }
    this.logs.push(log);
    const epoch = this.state.epoch + 1;
    const input: EpochInput = {
      epoch,
      block: epoch * 360,
      hash: `0x${epoch}`,
      validators: [...this.pool].map(([validator, { end }]) => ({
        validator,
        nextRound: end,
        drawn: end + this.underWay,
      })),
      contenders: this.players.filter((one) => !one.gone).map((one) => one.contender),
      ownerUid: this.#options.ownerUid ?? null,
      canaries,
      ...this.extra,
    };
    this.inputs.push(input);
    const { state, report } = advance(this.state, input, this.pool, this.parameters);
    this.state = state;
    this.reports.push(report);
    return report;
  }

  /** Settles epochs of `rounds` rounds until `done` or `most` epochs; returns the rounds that the first validator asked. */
  run(rounds: number, most: number, done: (report: EpochReport) => boolean = () => false): number {
    for (let epoch = 0; epoch < most; epoch++) if (done(this.step(rounds))) break;
    return this.tally.end;
  }

  /** Everybody's luck is a stream of its own: who else plays, and who else asks, does not change it. */
  #stream(streams: Map<string, Random>, validator: string, name: string): Random {
    const key = validator === this.#first ? name : `${name} ${validator}`;
    let stream = streams.get(key);
    if (!stream) streams.set(key, stream = new Random(`${this.#seed} ${key}`));
    return stream;
  }

  #ask(validator: string, first: number, rounds: number): { block: OutcomeBlock; canaries: EpochInput["canaries"] } {
    const { champion, envs, duels, away } = this.state;
    const width = this.players.length;
    const seat = this.players.findIndex((one) => one.contender.id === champion && one.contender.valid);
    const live = new Set(
      duels.filter((duel) => ["live", "waiting"].includes(duel.state)).map((duel) => duel.contender)
        // A dark champion may show that it is back.
        .concat(away.map((one) => one.champion)),
    );
    const asked = this.players.map(({ contender: { id, valid } }, c) =>
      c === seat || (seat >= 0 && valid && live.has(id))
    );
    const cells = new Uint8Array(rounds * width * envs.length).fill(255);
    const offered = new Uint8Array(rounds * width);
    const champions = new Uint16Array(rounds).fill(65535);
    const answered = new Uint32Array(width);
    const tasks = this.#stream(this.#tasks, validator, "tasks");
    const lucks = this.players.map((one) => this.#stream(this.#lucks, validator, one.contender.id));
    for (let r = 0; r < rounds; r++) {
      const present = this.players.map((one, c) => asked[c]! && one.present(first + r));
      present.forEach((yes, c) => answered[c]! += Number(yes));
      asked.forEach((yes, c) => offered[r * width + c] = Number(yes));
      if (seat < 0 || !present[seat]) continue;
      champions[r] = seat;
      for (let e = 0; e < envs.length; e++) {
        const u = tasks.unit();
        for (let c = 0; c < width; c++) {
          if (!present[c]) continue;
          const task = { env: e, round: first + r, u };
          cells[(r * width + c) * envs.length + e] = this.players[c]!.play(task, lucks[c]!.unit());
        }
      }
    }
    const contenders = this.players.map((one) => one.contender.id);
    const canaries = contenders.flatMap((id, c) =>
      asked[c] && rounds > 0 ? [{ contender: id, sent: rounds, answered: answered[c]! }] : []
    );
    return { block: { first, rounds, contenders, envs, cells, champions, offered }, canaries };
  }
}

/** Passes `percent` of 100 tasks, and always those that somebody of less skill passes too: what it gains over another is certain. */
export function steady(...percent: readonly number[]): Play {
  return ({ env, round }) => (round * 371 + env * 113) % 1000 < 10 * percent[env % percent.length]! ? 1 : 0;
}
