/**
 * Where a batch stands: its window's block on the chain, the permit of its validator at that time, and the champion that its rounds were
 * asked against. @module
 */
import { commitBlockOf } from "../../mechanism/field.ts";
import type { EpochRow } from "../../port/store.ts";
import { isSameEnd } from "../../record/validator_statement.ts";
import { standingStatement } from "../statement.ts";
import type { ChainView } from "./chain_view.ts";
import { championIn, isPooled, readInput } from "./shape.ts";
import type { BatchContent, Found } from "./types.ts";

/** What {@linkcode BatchPlaces} needs. */
export interface BatchPlacesOptions {
  readonly owner: { readonly validator: string };
  readonly view: ChainView;
  readonly windowBlocks: number;
  /** End of the salt chain as it is committed. */
  readonly end: string;
  readonly onFound: (found: Found) => void;
  /** The chain's state at a block of this log is not there any more. */
  readonly onForgotten: (what: "permit" | "block" | "end", block: number) => void;
}

/** An epoch as its validator published it. */
interface Throne {
  readonly block: number;
  /** First round that may have been asked against its champion. */
  readonly from: number;
  readonly champion: string | null;
}

/** Epochs whose champions a round may have been asked against where several validators' marks make it uncertain. */
const UNCERTAIN = 8;

/** Holds batches against the chain. */
export class BatchPlaces {
  readonly #options: BatchPlacesOptions;
  #thrones: Throne[] = [];
  #isAlone = true;
  #hasBegun = false;

  constructor(options: BatchPlacesOptions) {
    this.#options = options;
  }

  /** The validator published an epoch; batches to come may belong to its champion. */
  epoch(row: EpochRow): void {
    const input = readInput(row);
    if (typeof input === "string") return;
    const { validator } = this.#options.owner;
    const own = input.validators.find((one) => one.validator === validator);
    if (isPooled(input)) this.#isAlone = false;
    this.#thrones.push({ block: row.block, from: own?.drawn ?? 0, champion: championIn(row) });
    if (this.#thrones.length > UNCERTAIN) this.#thrones.shift();
  }

  /** Checks a batch whose records were verified. */
  async batch(content: BatchContent, object: string): Promise<void> {
    const { view, windowBlocks, onFound, onForgotten, owner } = this.#options;
    const { window, blockHash } = content.head;
    const number = window * windowBlocks;
    const at = { object, window, block: number };
    const named = `the batch of window ${window} (object ${object})`;
    if (number > view.block.number) {
      onFound({ rule: "block", at, text: `The window of ${named} begins in block ${number}, after the audited block` });
      return;
    }
    const hash = await view.hash(number);
    if (hash === null) onForgotten("block", number);
    else if (hash !== blockHash) {
      const text =
        `The tasks of ${named} were drawn from block hash ${blockHash}, block ${number} of the chain is ${hash}`;
      onFound({ rule: "block", at, text });
    }
    if (!this.#hasBegun) await this.#checkEnd(number, at);
    this.#hasBegun = true;
    const facts = await view.epochOf(number);
    if (facts === null) onForgotten("permit", number);
    else {
      const neuron = facts.neurons.find(({ hotkey }) => hotkey === owner.validator);
      if (neuron?.permit !== true) {
        const why = neuron ? "had no validator permit" : "was not registered";
        const text = `${owner.validator} ${why} in block ${facts.block.number}, when it signed ${named}`;
        onFound({ rule: "permit", at, text });
      }
    }
    this.#checkCommits(content, at);
    this.#checkRounds(content, at);
    this.#checkDrawn(content, at);
  }

  /** Who commits later could not be asked. */
  #checkCommits({ outcomes, head }: BatchContent, at: Found["at"]): void {
    const over = (head.window + 1) * this.#options.windowBlocks;
    const early = outcomes.contenders.find((id) => commitBlockOf(id) >= over);
    if (early === undefined) return;
    const text = `${early} was asked in window ${head.window}, which was over before it had committed`;
    this.#options.onFound({ rule: "record", at: { ...at, contender: early }, text });
  }

  /** Whoever could choose a salt chain with a window's block hash before his eyes could choose its tasks. */
  async #checkEnd(number: number, at: Found["at"]): Promise<void> {
    const { view, owner, end, onFound, onForgotten } = this.#options;
    const facts = await view.at(number);
    if (facts === null) return onForgotten("end", number);
    const standing = standingStatement(facts, owner.validator);
    if (standing !== null && isSameEnd(standing.end, end) && standing.block < number) return;
    const text = `The first window ${at.window} begins in block ${number}, ` +
      `and the end of the salt chain that its salts lead to was not committed before`;
    onFound({ rule: "salt", at, text });
  }

  /** A round takes place if, and only if, the champion answers its canary: nothing else may decide which rounds there are. */
  #checkRounds({ outcomes, asked }: BatchContent, at: Found["at"]): void {
    const { contenders, rounds, first, champions } = outcomes;
    const column = new Map(contenders.map((name, i) => [name, i]));
    for (let r = 0; r < rounds; r++) {
      const seats = this.#champions(first + r);
      if (seats === null) continue;
      const complete = champions[r] === 0;
      const canary = (id: string) => {
        const c = column.get(id);
        return c === undefined ? 0 : asked[r * contenders.length + c]!;
      };
      if (seats.some((id) => complete ? canary(id) === 2 : canary(id) === 1)) continue;
      const id = seats.at(-1)!;
      const text = complete
        ? `Round ${first + r} was asked though its champion ${id} did not answer a canary`
        : canary(id) === 2
        ? `Round ${first + r} has no task, though the canary of its champion ${id} was answered: records are missing`
        : `Round ${first + r} was asked without its champion ${id}`;
      this.#options.onFound({ rule: "rounds", at: { ...at, round: first + r, contender: id }, text });
    }
  }

  /** Champions that a round may have been asked against, the likeliest last; null where nobody can tell. */
  #champions(round: number): string[] | null {
    const before = this.#isAlone ? this.#thrones.filter(({ from }) => from <= round).slice(-1) : this.#thrones;
    const ids = [...new Set(before.flatMap(({ champion }) => champion ?? []))];
    return ids.length === 0 ? null : ids;
  }

  /** Rounds of a window that was over when an epoch was settled were drawn before it: the epoch's mark must say so. */
  #checkDrawn({ outcomes, head }: BatchContent, at: Found["at"]): void {
    // Where validators pool, marks are those of what was accepted, which lies behind.
    if (!this.#isAlone) return;
    const over = (head.window + 1) * this.#options.windowBlocks;
    const last = outcomes.first + outcomes.rounds - 1;
    for (const { block, from } of this.#thrones) {
      if (outcomes.rounds === 0 || over > block || last < from) continue;
      const text = `Round ${last} was drawn in window ${head.window}, which was over before block ${block}, ` +
        `but the epoch of that block counts it as drawn later`;
      this.#options.onFound({ rule: "marks", at: { ...at, round: last }, text });
    }
  }
}
