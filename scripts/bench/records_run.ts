/**
 * Reads signed batches from files, verifies them and counts them, one batch after the other; prints CPU and memory as JSON.
 * The files are made between the measurements.
 *   usage: records_run.ts BATCHES CONTENDERS
 * @module
 */
import process from "node:process";
import { fromUtf8 } from "../../core/base/bytes.ts";
import { Tally } from "../../core/mechanism/tally.ts";
import { STANDARD } from "../../core/mechanism/parameters.ts";
import type { BatchHead } from "../../core/port/signer.ts";
import type { AnswerRecord, OutcomeBlock } from "../../core/port/store.ts";
import { type Batch, type BatchExpectation, compareRecords, FIRST_PREVIOUS } from "../../core/record/batch.ts";
import { makeHead, nextExpectation, verifyBatch } from "../../core/record/batch.ts";
import { merkleRoot } from "../../core/record/merkle.ts";
import { parseRecord, recordText } from "../../core/record/record.ts";
import { ENVS, GENESIS, headFields, makeContenders, makeWindow, NETUID, Records, SALTS, VALIDATOR } from "./world.ts";

/** What was measured: one value a batch, in microseconds of CPU for each record. */
export interface RecordsRun {
  readonly bytes: number;
  readonly perBatch: number;
  readonly all: readonly number[];
  readonly read: readonly number[];
  readonly verify: readonly number[];
  readonly tally: readonly number[];
  /** Parts of `verify`, done once more by themselves. */
  readonly merkle: readonly number[];
  readonly parse: readonly number[];
  /** Bytes that are held after each batch: heap and arrays, after a collection. */
  readonly held: readonly number[];
}

const NOT_SHOWN = 255;
const LOST = 2;

/** Outcomes of a window's rounds; records come in canonical order. `champion` is who they were asked against. */
function outcomesOf(records: readonly AnswerRecord[], first: number, rounds: number, champion: string): OutcomeBlock {
  const index = new Map<string, number>();
  for (const { contender } of records) if (!index.has(contender)) index.set(contender, index.size);
  const width = index.size;
  const envs = new Map<string, number>(ENVS.map((env, i) => [env, i]));
  const block: OutcomeBlock = {
    first,
    rounds,
    contenders: [...index.keys()],
    envs: [...ENVS],
    cells: new Uint8Array(rounds * width * envs.size).fill(NOT_SHOWN),
    champions: new Uint16Array(rounds).fill(index.get(champion)!),
    offered: new Uint8Array(rounds * width),
  };
  for (const { round, contender, kind, env, status, score } of records) {
    const row = (round - first) * width + index.get(contender)!;
    if (kind === "canary") block.offered[row] = 1;
    else block.cells[row * envs.size + envs.get(env)!] = status === "lost" ? LOST : score;
  }
  return block;
}

/** A batch as lines: head and signature, then one record a line (canonical JSON holds no line feed). */
function readBatch(path: string): Batch {
  const [first = "", ...leaves] = fromUtf8(Deno.readFileSync(path)).split("\n");
  const { head, signature } = JSON.parse(first) as { head: BatchHead; signature: string };
  return { head, signature, leaves };
}

/** CPU of all threads since `before`, in microseconds for each of `count` records. */
function since(before: NodeJS.CpuUsage, count: number): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / count;
}

/** Needs `--v8-flags=--expose-gc`: without a collection the heap holds what nobody needs any more. */
function heldBytes(): number {
  (globalThis as unknown as { gc(): void }).gc();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function timed<T>(into: number[], count: number, work: () => T): T {
  const before = process.cpuUsage();
  const result = work();
  into.push(since(before, count));
  return result;
}

function measure(path: string, batches: number, width: number): RecordsRun {
  const contenders = makeContenders(width);
  const source = new Records("records");
  const rounds = STANDARD.roundsPerWindow;
  const perBatch = rounds * width * (ENVS.length + 1);
  const all: number[] = [], read: number[] = [], verify: number[] = [], count: number[] = [];
  const merkle: number[] = [], parse: number[] = [], held: number[] = [];
  let bytes = 0;
  const tally = new Tally(ENVS);
  let expectation: BatchExpectation = {
    netuid: NETUID,
    genesis: GENESIS,
    previous: FIRST_PREVIOUS,
    lastWindow: null,
    salt: { end: SALTS.end, position: 0 },
    permitted: (hotkey) => hotkey === VALIDATOR.address,
  };
  for (let i = 0; i < batches; i++) {
    bytes = writeBatch(path, source, contenders, { index: i, rounds, previous: expectation.previous }) / perBatch;
    const before = process.cpuUsage();
    const batch = timed(read, perBatch, () => readBatch(path));
    const { records } = timed(verify, perBatch, () => verifyBatch(batch, expectation));
    timed(count, perBatch, () => tally.append(outcomesOf(records, i * rounds, rounds, contenders[0]!.id)));
    all.push(since(before, perBatch));
    expectation = nextExpectation(expectation, batch.head);
    timed(merkle, perBatch, () => merkleRoot(batch.leaves));
    timed(parse, perBatch, () => batch.leaves.forEach((leaf) => parseRecord(leaf)));
    held.push(heldBytes());
  }
  return { bytes, perBatch, all, read, verify, tally: count, merkle, parse, held };
}

/** Writes the batch of a window and returns its size in bytes. */
function writeBatch(
  path: string,
  source: Records,
  contenders: ReturnType<typeof makeContenders>,
  at: { readonly index: number; readonly rounds: number; readonly previous: string },
): number {
  const window = makeWindow(at.index);
  const records = Array.from({ length: at.rounds }, (_, i) => at.index * at.rounds + i)
    .flatMap((round) => source.round(window, round, contenders));
  const leaves = records.sort(compareRecords).map(recordText);
  const head = makeHead(headFields(window, at.previous), leaves);
  Deno.writeTextFileSync(path, [JSON.stringify({ head, signature: VALIDATOR.sign(head) }), ...leaves].join("\n"));
  return Deno.statSync(path).size;
}

if (import.meta.main) {
  const path = Deno.makeTempFileSync();
  try {
    console.log(JSON.stringify(measure(path, Number(Deno.args[0]), Number(Deno.args[1]))));
  } finally {
    Deno.removeSync(path);
  }
}
