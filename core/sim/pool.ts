/** Many jobs side by side, each core in a room of its own. What comes out does not depend on how many there are. @module */
import type { LogLine } from "../room/message.ts";
import { type OpenRoom, openRoom } from "../room/open.ts";
import type { RoomName } from "../room/table.ts";
import type { Job, RunResult } from "./job.ts";
import type { LoneJob, LoneResult } from "./lone.ts";

/** What a room of the simulation answers. */
interface SimRoom {
  runJob(job: Job): Promise<RunResult[]>;
  runLone(job: LoneJob): Promise<LoneResult[]>;
}

/** Options of {@linkcode openPool}. */
export interface OpenPoolOptions {
  /** How many rooms. @default as many as there are cores */
  readonly cores?: number;
  readonly onLog?: (room: RoomName, line: LogLine) => void;
}

/** Options of a piece of work. */
export interface WorkOptions {
  /** No further piece is begun after it is aborted. */
  readonly signal?: AbortSignal;
  /** Called after each piece with the number of runs that it had. */
  readonly onDone?: (runs: number) => void;
}

/** Runs in a piece: short enough that no core waits long for another, and that an interrupt is heard soon. */
const PIECE = 4;
/** Lone duels in a piece. */
const LONE_PIECE = 500;

/** Rooms that work side by side. */
export class SimPool implements Disposable {
  readonly #rooms: readonly OpenRoom<SimRoom>[];

  constructor(rooms: readonly OpenRoom<SimRoom>[]) {
    this.#rooms = rooms;
  }

  /** How many rooms there are. */
  get cores(): number {
    return this.#rooms.length;
  }

  /** Does jobs: for each the results in order of run; after an interrupt as many as there are. */
  async run(jobs: readonly Job[], options: WorkOptions = {}): Promise<RunResult[][]> {
    // All jobs advance together, so that an interrupt leaves something of each.
    const pieces = jobs.flatMap((job, index) => split(job, PIECE).map((piece) => ({ piece, index })))
      .sort((a, b) => a.piece.from - b.piece.from || a.index - b.index);
    const results = jobs.map(() => new Map<number, RunResult>());
    await this.#each(pieces, async (room, { piece, index }) => {
      for (const result of await room.runJob(piece)) results[index]!.set(result.run, result);
      options.onDone?.(piece.to - piece.from);
    }, options.signal);
    return results.map((all) => [...all.values()].sort((a, b) => a.run - b.run));
  }

  /** Fights lone duels, in order. @throws the signal's reason if it is aborted. */
  async lone(job: LoneJob, options: WorkOptions = {}): Promise<LoneResult[]> {
    const pieces = split(job, LONE_PIECE);
    const results: LoneResult[][] = pieces.map(() => []);
    await this.#each([...pieces.entries()], async (room, [index, piece]) => {
      results[index] = await room.runLone(piece);
      options.onDone?.(piece.to - piece.from);
    }, options.signal);
    options.signal?.throwIfAborted();
    return results.flat();
  }

  async #each<T>(
    work: readonly T[],
    go: (room: SimRoom, item: T) => Promise<void>,
    signal?: AbortSignal,
  ): Promise<void> {
    let next = 0;
    const stopped = signal &&
      new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
    const hands = this.#rooms.map(async ({ call }) => {
      while (next < work.length && signal?.aborted !== true) await go(call, work[next++]!);
    });
    const all = Promise.all(hands);
    // A room in the middle of a run hears nothing; its last piece is left to it.
    await (stopped ? Promise.race([all, stopped]) : all);
    if (signal?.aborted) all.catch(() => undefined);
  }

  [Symbol.dispose](): void {
    for (const room of this.#rooms) room.close();
  }
}

function split<T extends { readonly from: number; readonly to: number }>(job: T, size: number): T[] {
  const pieces: T[] = [];
  for (let from = job.from; from < job.to; from += size) {
    pieces.push({ ...job, from, to: Math.min(job.to, from + size) });
  }
  return pieces;
}

/** Opens the rooms, which have no right at all. @throws {RoomError} if one cannot start. */
export async function openPool(options: OpenPoolOptions = {}): Promise<SimPool> {
  const cores = options.cores ?? Math.max(1, navigator.hardwareConcurrency);
  const room = () => openRoom<SimRoom>("sim", { scope: {}, ...(options.onLog ? { onLog: options.onLog } : {}) });
  return new SimPool(await Promise.all(Array.from({ length: cores }, room)));
}
