/**
 * Fills a journal with a synthetic log through the store's own methods: every record goes through the checks and triggers that a
 * validator's go through, only in groups of a whole window. One epoch is settled near the end, so that there are counts to restore.
 *   usage: journal.ts FOLDER RECORDS CONTENDERS (prints JSON)
 * @module
 */
import { canonical } from "../../core/base/canonical.ts";
import { isLive } from "../../core/mechanism/duel.ts";
import { parametersDigest, STANDARD } from "../../core/mechanism/parameters.ts";
import { advance, initialState } from "../../core/mechanism/reign.ts";
import { Tally } from "../../core/mechanism/tally.ts";
import type { Contender, EpochInput, State } from "../../core/mechanism/types.ts";
import type { JournalIdentity } from "../../core/port/store.ts";
import { batchDigest, FIRST_PREVIOUS, makeHead } from "../../core/record/batch.ts";
import { Journal } from "../../core/store/journal.ts";
import {
  ENVS,
  GENESIS,
  headFields,
  makeContenders,
  makeRound,
  makeWindow,
  NETUID,
  Records,
  VALIDATOR,
} from "./world.ts";

/** Identity of the synthetic journal. */
export const IDENTITY: JournalIdentity = {
  genesis: GENESIS,
  netuid: NETUID,
  validator: VALIDATOR.address,
  parameters: parametersDigest(STANDARD, ENVS.map((env) => `${env}@1`)),
};

/** Rounds that are not settled yet: those of one epoch of 360 blocks. */
const OPEN_ROUNDS = 18 * STANDARD.roundsPerWindow;
/** Rounds read at once, as the flow does. */
const CHUNK = 1024;

/** What the next epoch is settled from, at a journal as it stands. */
function epochInput(journal: Journal, state: State, contenders: readonly Contender[]): EpochInput {
  const nextRound = journal.lastBatch()?.nextRound ?? 0;
  const epoch = state.epoch + 1;
  return {
    epoch,
    block: epoch * 360,
    hash: `0x${epoch}`,
    validators: [{ validator: VALIDATOR.address, nextRound, drawn: journal.nextRound() }],
    contenders,
    ownerUid: null,
    canaries: journal.canaries(state.nextRound[VALIDATOR.address] ?? 0, nextRound),
  };
}

function settle(journal: Journal, state: State, contenders: readonly Contender[], tally: Tally): State {
  const input = epochInput(journal, state, contenders);
  const { nextRound } = input.validators[0]!;
  for (let first = tally.end; first < nextRound; first += CHUNK) {
    tally.append(journal.outcomes(first, Math.min(nextRound, first + CHUNK)));
  }
  const next = advance(state, input, new Map([[VALIDATOR.address, tally]]), STANDARD);
  journal.putEpoch({
    epoch: input.epoch,
    block: input.block,
    hash: input.hash,
    nextRound,
    input: canonical(input),
    output: canonical(next),
  });
  journal.putCache("tally", tally.toBytes());
  return next.state;
}

/** What {@linkcode fill} made. */
export interface Filled {
  readonly records: number;
  readonly rounds: number;
  /** Contenders that were still asked at the end, the champion included. */
  readonly live: number;
}

/** Makes a journal of at least this many records; `width` contenders are asked until the one settled epoch ends some duels. */
export function fill(directory: string, records: number, width: number): Filled {
  const contenders = makeContenders(width);
  const journal = new Journal(directory);
  journal.open(IDENTITY);
  const tally = new Tally(ENVS, 0);
  let state = settle(journal, initialState(ENVS), contenders, tally);
  const source = new Records("weights");
  const settleAt = records - OPEN_ROUNDS * width * (ENVS.length + 1);
  let asked = contenders;
  let previous = FIRST_PREVIOUS;
  let done = 0;
  let rounds = 0;
  for (let index = 0; done < records; index++) {
    if (state.epoch === 0 && index > 0 && done >= settleAt) {
      state = settle(journal, state, contenders, tally);
      const live = new Set(state.duels.filter(isLive).map((duel) => duel.contender));
      asked = contenders.filter(({ id }) => id === state.champion || live.has(id));
    }
    const window = makeWindow(index);
    journal.putWindow(window);
    const rows = Array.from(
      { length: STANDARD.roundsPerWindow },
      (_, i) => makeRound(rounds + i, window.window, asked),
    );
    const group = rows.flatMap((row) => source.round(window, row.round, asked));
    journal.append(group);
    rows.forEach((row) => journal.putRound(row));
    done += group.length;
    rounds += rows.length;
    const head = makeHead(headFields(window, previous), journal.leavesOf(window.window));
    journal.putBatch({ head, signature: VALIDATOR.sign(head), nextRound: rounds });
    previous = batchDigest(head);
  }
  journal.close();
  return { records: done, rounds, live: asked.length };
}

if (import.meta.main) {
  const [directory = "", records, contenders] = Deno.args;
  const start = performance.now();
  const result = fill(directory, Number(records), Number(contenders));
  const { size } = await Deno.stat(`${directory}/journal.db`);
  console.log(JSON.stringify({ ...result, bytes: size, seconds: (performance.now() - start) / 1000 }));
}
