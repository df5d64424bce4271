/** One log in many forms: rounds, columns and lists in another order, split over validators. What is decided must be the same. @module */
import { Random } from "../../base/random.ts";
import type { OutcomeBlock } from "../../port/store.ts";

/** Forms that a log of the same rounds can have. */
export interface LogForm {
  /** Seed of an order for whatever has none of its own: rounds of an epoch, columns, contenders, canaries. */
  readonly shuffle?: string;
  /** So many validators share the rounds: at most 3, since from four on the rule differs. */
  readonly split?: number;
}

/** Writes logs in a form. */
export class LogWriter {
  readonly #random: Random | null;
  readonly #split: number;

  constructor({ shuffle, split = 1 }: LogForm) {
    this.#random = shuffle === undefined ? null : new Random(shuffle);
    this.#split = split;
  }

  /** Names in the pool of a validator. */
  names(validator: number): string[] {
    return Array.from({ length: this.#split }, (_, part) => `validator${validator * this.#split + part}`);
  }

  /** A list that has no order of its own. */
  order<T>(list: readonly T[]): readonly T[] {
    return this.#random ? this.#random.shuffle(list) : list;
  }

  /** A block in this form, by name of the validator that has it. */
  write(validator: number, block: OutcomeBlock): (readonly [name: string, block: OutcomeBlock])[] {
    const rows = this.order([...Array(block.rounds).keys()]), columns = this.order([...block.contenders.keys()]);
    const names = this.names(validator);
    if (!this.#random && names.length === 1) return [[names[0]!, block]];
    return names.map((name, part) => [name, pick(block, rows.filter((_, i) => i % names.length === part), columns)]);
  }
}

/** Some rows of a block with its columns in an order. */
function pick(block: OutcomeBlock, rows: readonly number[], columns: readonly number[]): OutcomeBlock {
  const width = columns.length, envs = block.envs.length;
  const cells = new Uint8Array(rows.length * width * envs), offered = new Uint8Array(rows.length * width);
  const champions = new Uint16Array(rows.length);
  rows.forEach((row, r) => {
    const champion = block.champions[row]!;
    champions[r] = champion === 65535 ? champion : columns.indexOf(champion);
    columns.forEach((column, c) => {
      const from = (row * width + column) * envs;
      cells.set(block.cells.subarray(from, from + envs), (r * width + c) * envs);
      offered[r * width + c] = block.offered[row * width + column]!;
    });
  });
  const contenders = columns.map((column) => block.contenders[column]!);
  return { ...block, rounds: rows.length, contenders, cells, champions, offered };
}
