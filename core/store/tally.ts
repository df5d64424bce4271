/** What is counted: outcomes and canaries of many rounds, from the compact columns alone. @module */
import { StoreError } from "../base/errors.ts";
import type { CanaryCount, OutcomeBlock } from "../port/store.ts";
import type { Connection } from "./connection.ts";
import type { Names } from "./names.ts";
import { unpackNumbers } from "./rounds.ts";
import { stateNumber, statusNumber, TASK } from "./schema.ts";

/** Cell of what was lost. */
const LOST = 2;
/** Cell of what was not shown. */
const NOT_SHOWN = 255;
/** Champion of an absent round. */
const NOBODY = 65535;

interface Scan {
  readonly champion: number | null;
  readonly offered: readonly number[];
}

/**
 * Outcomes of rounds `first` to `end - 1`. Contenders and environments stand in the order of their names, so that two journals with the
 * same records give the same block.
 * @throws {StoreError} code `incomplete` if a round of the range is open or missing.
 */
export function outcomes(db: Connection, contenders: Names, envs: Names, first: number, end: number): OutcomeBlock {
  const scans = scanRounds(db, first, end);
  const cells = readCells(db, first, end);
  const seenContenders: true[] = [];
  const seenEnvs: true[] = [];
  for (const { champion, offered } of scans) {
    if (champion === null) continue;
    seenContenders[champion] = true;
    for (const number of offered) seenContenders[number] = true;
  }
  for (const { packed } of cells) {
    for (const value of packed) {
      seenContenders[contenderOf(value)] = true;
      seenEnvs[envOf(value)] = true;
    }
  }
  const who = order(seenContenders, contenders);
  const what = order(seenEnvs, envs);
  const rounds = Math.max(0, end - first);
  const block: OutcomeBlock = {
    first,
    rounds,
    contenders: who.names,
    envs: what.names,
    cells: new Uint8Array(rounds * who.names.length * what.names.length).fill(NOT_SHOWN),
    champions: new Uint16Array(rounds).fill(NOBODY),
    offered: new Uint8Array(rounds * who.names.length),
  };
  scans.forEach((scan, i) => {
    if (scan.champion === null) return;
    block.champions[i] = who.index[scan.champion]!;
    for (const number of scan.offered) block.offered[i * who.names.length + who.index[number]!] = 1;
  });
  for (const { round, packed } of cells) {
    if (scans[round - first]!.champion === null) continue;
    for (const value of packed) {
      const row = (round - first) * who.names.length + who.index[contenderOf(value)]!;
      block.cells[row * what.names.length + what.index[envOf(value)]!] = value & 3;
    }
  }
  return block;
}

/** Cells of a round, each packed into one number. */
interface PackedRound {
  readonly round: number;
  readonly packed: Float64Array;
}

/** One row a round, three numbers packed into one: a row for each cell would take ten times as long to come over. */
function readCells(db: Connection, first: number, end: number): PackedRound[] {
  const sql = `SELECT round, json_group_array(
      (contender << 18) | (env << 2) | CASE status WHEN ${statusNumber("lost")} THEN ${LOST} ELSE score END
    ) AS packed FROM cells WHERE round >= ? AND round < ? AND kind = ${TASK} GROUP BY round`;
  const cells: PackedRound[] = [];
  for (const row of db.each(sql, first, end)) {
    cells.push({ round: Number(row.round), packed: Float64Array.from(JSON.parse(String(row.packed)) as number[]) });
  }
  return cells;
}

function contenderOf(packed: number): number {
  return Math.floor(packed / 2 ** 18);
}

function envOf(packed: number): number {
  return (packed >>> 2) & 0xffff;
}

/**
 * Names of the numbers that were seen, sorted, and the place of each number among them. Numbers count up from 1, so arrays hold them:
 * with maps and sets a recount of a million cells takes a fifth longer.
 */
function order(seen: readonly true[], names: Names): { names: string[]; index: Uint32Array } {
  const sorted = Object.keys(seen).map(Number).map((number) => ({ number, name: names.name(number) }))
    .sort((a, b) => a.name < b.name ? -1 : 1);
  const index = new Uint32Array(seen.length);
  sorted.forEach(({ number }, i) => index[number] = i);
  return { names: sorted.map(({ name }) => name), index };
}

function scanRounds(db: Connection, first: number, end: number): Scan[] {
  const rows = db.all(
    "SELECT round, state, champion, offered FROM rounds WHERE round >= ? AND round < ? ORDER BY round",
    first,
    end,
  );
  const gap = rows.findIndex((row, i) => row.round !== first + i || row.state === stateNumber("open"));
  if (gap >= 0 || rows.length !== Math.max(0, end - first)) {
    const round = first + (gap >= 0 ? gap : rows.length);
    throw new StoreError(`Round ${round} is not settled yet, so its outcomes cannot be counted`, {
      code: "incomplete",
    });
  }
  return rows.map((row) => ({
    // An absent round does not exist for anybody: nobody was offered it.
    champion: row.state === stateNumber("absent") ? null : Number(row.champion),
    offered: row.state === stateNumber("absent") ? [] : unpackNumbers(row.offered),
  }));
}

/** Canaries of rounds `first` to `end - 1` per contender, by name. Who answered is whoever a round would be shown to: status `answered`. */
export function canaries(db: Connection, contenders: Names, first: number, end: number): CanaryCount[] {
  return db.all(
    `SELECT contender, count(*) AS sent, sum(status = ${statusNumber("answered")}) AS answered
     FROM cells WHERE round >= ? AND round < ? AND kind <> ${TASK} GROUP BY contender`,
    first,
    end,
  ).map((row) => ({
    contender: contenders.name(Number(row.contender)),
    sent: Number(row.sent),
    answered: Number(row.answered),
  })).sort((a, b) => a.contender < b.contender ? -1 : 1);
}
