/**
 * What the records of a batch say of its rounds: the form in which a validator's rounds are counted, kept and compared. Everything
 * follows from the signed records alone, so whoever reads a batch finds the same rounds.
 * @module
 */
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { concat, fromUtf8, utf8 } from "../base/bytes.ts";
import { canonical } from "../base/canonical.ts";
import { RecordError } from "../base/errors.ts";
import { commitBlockOf } from "../mechanism/field.ts";
import type { AnswerRecord, CanaryCount, OutcomeBlock } from "../port/store.ts";
import { canarySeed, taskId, taskSeed } from "./seed.ts";

/** Cells: 0 fail, 1 pass, 2 lost, 255 not shown. */
const LOST = 2, NOT_SHOWN = 255;
/** Canaries: 0 none was sent, 1 sent, 2 answered. */
const SENT = 1, ANSWERED = 2;
/** Champion of an absent round in an outcome block. */
const NOBODY = 65535;

/** Rounds of one batch, from `first` on without gaps; one without a task is absent. */
export interface RoundBlock {
  readonly first: number;
  readonly rounds: number;
  /** Sorted contender ids. */
  readonly contenders: readonly string[];
  /** Sorted ids of the environments. */
  readonly envs: readonly string[];
  /** `[(round - first) * contenders.length + c] * envs.length + e`: 0 fail, 1 pass, 2 lost, 255 not shown. */
  readonly cells: Uint8Array;
  /** `[(round - first) * contenders.length + c]`: 0 no canary, 1 sent and not answered, 2 answered. */
  readonly canaries: Uint8Array;
}

/** What a reader knows of a batch before it reads its rounds. */
export interface RoundExpectation {
  readonly netuid: number;
  readonly validator: string;
  readonly window: number;
  /** Hash of the window's first block, as the chain has it. */
  readonly blockHash: string;
  readonly salt: string;
  /** First round after those of the batches before. */
  readonly nextRound: number;
  readonly windowBlocks: number;
  readonly roundsPerWindow: number;
  /** Environments that vote, sorted by id. */
  readonly envs: readonly { readonly id: string; readonly version: string }[];
}

/** Reasons for refusing rounds, the `code` of its RecordError. */
export const ROUND_REFUSALS = ["round", "round_env", "round_task", "round_shown", "round_contender"] as const;
/** One of {@linkcode ROUND_REFUSALS}. */
export type RoundRefusal = typeof ROUND_REFUSALS[number];

/**
 * The rounds of verified records of one batch, in canonical order.
 * @throws {RecordError} with one of {@linkcode ROUND_REFUSALS} as its code, naming the first record that is wrong.
 */
export function roundsOf(records: readonly AnswerRecord[], expectation: RoundExpectation): RoundBlock {
  const { nextRound: first, envs } = expectation;
  const last = records.at(-1)?.round ?? first - 1;
  if ((records[0]?.round ?? first) < first || last >= first + expectation.roundsPerWindow) {
    throw refuse("round", records[0]!.round < first ? records[0]! : records.at(-1)!, "its round is out of order");
  }
  const contenders = [...new Set(records.map((record) => record.contender))].sort();
  const place = new Map(contenders.map((id, i) => [id, i]));
  const envPlace = new Map(envs.map(({ id }, i) => [id, i]));
  const rounds = last - first + 1, width = contenders.length;
  const block: RoundBlock = {
    first,
    rounds,
    contenders,
    envs: envs.map(({ id }) => id),
    cells: new Uint8Array(rounds * width * envs.length).fill(NOT_SHOWN),
    canaries: new Uint8Array(rounds * width),
  };
  const names = new TaskNames(expectation);
  for (const record of records) {
    checkPlace(record, expectation, names);
    const cell = (record.round - first) * width + place.get(record.contender)!;
    if (record.kind === "canary") {
      if (block.canaries[cell] !== 0) throw refuse("round_shown", record, "it was sent two canaries");
      block.canaries[cell] = record.status === "answered" ? ANSWERED : SENT;
    } else {
      block.cells[cell * envs.length + envPlace.get(record.env)!] = record.status === "lost" ? LOST : record.score;
    }
  }
  checkShown(block, records);
  return block;
}

/** Names that tasks and canaries of a window must have; each is made once. */
class TaskNames {
  readonly #expectation: RoundExpectation;
  readonly #known = new Map<string, string>();
  constructor(expectation: RoundExpectation) {
    this.#expectation = expectation;
  }
  of({ kind, round: index, env, version }: AnswerRecord): string {
    const key = `${kind} ${index} ${env}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const { salt, blockHash, netuid, validator } = this.#expectation;
    const input = { salt, blockHash, netuid, validator, env, version, index };
    const name = taskId(kind === "task" ? taskSeed(input) : canarySeed(input));
    this.#known.set(key, name);
    return name;
  }
}

function checkPlace(record: AnswerRecord, expectation: RoundExpectation, names: TaskNames): void {
  const { envs, window, windowBlocks } = expectation;
  const environment = envs.find(({ id }) => id === record.env);
  if (environment?.version !== record.version) throw refuse("round_env", record, "no such environment votes");
  // The record of a canary names the task of its first try, whose environment follows from the round.
  if (record.kind === "canary" && envs[record.round % envs.length]!.id !== record.env) {
    throw refuse("round_env", record, "a canary of this round is of another environment");
  }
  if (record.task !== names.of(record)) throw refuse("round_task", record, "its task is not the one that was drawn");
  // Who commits later could not be asked: a record of it was made up.
  if (commitBlockOf(record.contender) >= (window + 1) * windowBlocks) {
    throw refuse("round_contender", record, "it was asked before it had committed");
  }
}

/** In a round that took place everybody who answered its canary was asked everything, and nobody else anything. */
function checkShown(
  { first, rounds, contenders, envs, cells, canaries }: RoundBlock,
  records: readonly AnswerRecord[],
) {
  for (let r = 0; r < rounds; r++) {
    const from = r * contenders.length;
    const shown = contenders.map((_, c) =>
      cells.subarray((from + c) * envs.length, (from + c + 1) * envs.length).filter((cell) => cell !== NOT_SHOWN).length
    );
    if (shown.every((count) => count === 0)) continue;
    const wrong = shown.findIndex((count, c) => count !== (canaries[from + c] === ANSWERED ? envs.length : 0));
    if (wrong < 0) continue;
    const record = records.find((one) => one.round === first + r && one.contender === contenders[wrong])!;
    throw refuse("round_shown", record, "not exactly those who answered the canary were asked every task");
  }
}

function refuse(code: RoundRefusal, { round, env, contender, kind }: AnswerRecord, why: string): RecordError {
  return new RecordError(`The ${kind} of ${contender} in round ${round} (${env}) is refused: ${why}`, { code });
}

/** The rounds as they are counted. Who was champion is not recorded: only whether the round took place matters. */
export function outcomesOf({ first, rounds, contenders, envs, cells, canaries }: RoundBlock): OutcomeBlock {
  const width = contenders.length;
  const champions = new Uint16Array(rounds).fill(NOBODY);
  const offered = new Uint8Array(rounds * width);
  for (let r = 0; r < rounds; r++) {
    if (cells.subarray(r * width * envs.length, (r + 1) * width * envs.length).every((cell) => cell === NOT_SHOWN)) {
      continue;
    }
    champions[r] = canaries.subarray(r * width, (r + 1) * width).indexOf(ANSWERED);
    for (let c = 0; c < width; c++) offered[r * width + c] = canaries[r * width + c] === 0 ? 0 : 1;
  }
  return { first, rounds, contenders, envs, cells, champions, offered };
}

/** Rounds `from` to `to - 1` of a block, which holds them. */
export function cutRounds(block: RoundBlock, from: number, to: number): RoundBlock {
  const { first, contenders, envs, cells, canaries } = block;
  const width = contenders.length, [low, high] = [from - first, to - first];
  if (low < 0 || high < low || high > block.rounds) {
    throw new RangeError(
      `A block of rounds ${first} to ${first + block.rounds - 1} does not hold ${from} to ${to - 1}`,
    );
  }
  return {
    first: from,
    rounds: high - low,
    contenders,
    envs,
    cells: cells.slice(low * width * envs.length, high * width * envs.length),
    canaries: canaries.slice(low * width, high * width),
  };
}

/** The block without contenders that are not known: a stranger can invent as many as it likes, and nobody asks for their counts. */
export function onlyKnown(block: RoundBlock, known: ReadonlySet<string>): RoundBlock {
  const kept = block.contenders.flatMap((id, c) => known.has(id) ? [c] : []);
  if (kept.length === block.contenders.length) return block;
  const { first, rounds, contenders, envs } = block;
  const width = kept.length, all = contenders.length, k = envs.length;
  const cells = new Uint8Array(rounds * width * k), canaries = new Uint8Array(rounds * width);
  for (let r = 0; r < rounds; r++) {
    kept.forEach((c, i) => {
      const from = r * all + c, to = r * width + i;
      canaries[to] = block.canaries[from]!;
      cells.set(block.cells.subarray(from * k, (from + 1) * k), to * k);
    });
  }
  return { first, rounds, contenders: kept.map((c) => contenders[c]!), envs, cells, canaries };
}

/** Adds the canaries of rounds `from` to `to - 1` to counts by contender. */
export function addCanaries(counts: Map<string, CanaryCount>, block: RoundBlock, from: number, to: number): void {
  const width = block.contenders.length;
  for (let round = Math.max(from, block.first); round < Math.min(to, block.first + block.rounds); round++) {
    block.contenders.forEach((contender, c) => {
      const state = block.canaries[(round - block.first) * width + c]!;
      if (state === 0) return;
      const { sent, answered } = counts.get(contender) ?? { sent: 0, answered: 0 };
      counts.set(contender, { contender, sent: sent + 1, answered: answered + (state === ANSWERED ? 1 : 0) });
    });
  }
}

/** The block in a few hundred bytes. */
export function packRounds({ first, rounds, contenders, envs, cells, canaries }: RoundBlock): Uint8Array<ArrayBuffer> {
  const head = utf8(canonical({ first, rounds, contenders, envs }));
  const size = new Uint8Array(4);
  new DataView(size.buffer).setUint32(0, head.length);
  return new Uint8Array(deflateRawSync(concat(size, head, cells, canaries)));
}

/** Undoes {@linkcode packRounds}. @throws {RangeError} for bytes that it did not make. */
export function unpackRounds(bytes: Uint8Array): RoundBlock {
  const all = new Uint8Array(inflateRawSync(bytes));
  const size = new DataView(all.buffer, all.byteOffset).getUint32(0);
  const head = JSON.parse(fromUtf8(all.subarray(4, 4 + size))) as Omit<RoundBlock, "cells" | "canaries">;
  const width = head.rounds * head.contenders.length, cells = 4 + size, canaries = cells + width * head.envs.length;
  if (all.length !== canaries + width) throw new RangeError("Packed rounds have another size than they say");
  return { ...head, cells: all.slice(cells, canaries), canaries: all.slice(canaries) };
}
