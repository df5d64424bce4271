/**
 * Tables of the journal. A record is one text, the one that is signed; what is counted lies beside it in `cells`, filled by a trigger
 * from that very text in the same statement, so the two can never differ. docs/journal.md describes every table.
 * @module
 */
import { RECORD_STATUSES, ROUND_STATES } from "../port/store.ts";

/** Version of the tables. A program refuses a journal with a larger one. */
export const SCHEMA_VERSION = 1;
/** Marks a SQLite file as a journal: the letters `afj1`. */
export const APPLICATION_ID = 0x61666a31;

/** Number of the kind `task` in `cells`; 0 is `canary`, so that both sort as their names do. */
export const TASK = 1;

/** Number of a status in `cells`. */
export function statusNumber(status: typeof RECORD_STATUSES[number]): number {
  return RECORD_STATUSES.indexOf(status);
}

/** Number of a round's state. */
export function stateNumber(state: typeof ROUND_STATES[number]): number {
  return ROUND_STATES.indexOf(state);
}

const field = (name: string) => `json_extract(NEW.text, '$.${name}')`;
// A status or kind that is not in the list gives NULL, which no column takes.
const coded = (name: string, names: readonly string[]) =>
  `CASE ${field(name)} ${names.map((each, number) => `WHEN '${each}' THEN ${number}`).join(" ")} END`;
const named = (table: string, name: string) =>
  `INSERT INTO ${table} (name) SELECT ${field(name)} WHERE NOT EXISTS (SELECT 1 FROM ${table} WHERE name = ${
    field(name)
  });`;
const frozen = (table: string) =>
  ["UPDATE", "DELETE"].map((verb) =>
    `CREATE TRIGGER IF NOT EXISTS ${table}_no_${verb.toLowerCase()} BEFORE ${verb} ON ${table} ` +
    `BEGIN SELECT RAISE(ABORT, 'Rows of ${table} never change'); END;`
  ).join("\n");

/** Makes an empty journal. */
export const SCHEMA: string = `
CREATE TABLE meta (key TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE cache (key TEXT PRIMARY KEY NOT NULL, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE contenders (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE envs (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE windows (window INTEGER PRIMARY KEY, block_hash TEXT NOT NULL, salt TEXT NOT NULL) STRICT;
CREATE TABLE rounds (
  round INTEGER PRIMARY KEY,
  window INTEGER NOT NULL,
  state INTEGER NOT NULL,
  champion INTEGER NOT NULL,
  offered BLOB NOT NULL,
  shown BLOB
) STRICT;
CREATE TABLE bodies (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;
CREATE TABLE cells (
  round INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  env INTEGER NOT NULL,
  contender INTEGER NOT NULL,
  window INTEGER NOT NULL,
  status INTEGER NOT NULL,
  score INTEGER NOT NULL CHECK (score IN (0, 1)),
  body INTEGER NOT NULL,
  PRIMARY KEY (round, kind, env, contender)
) STRICT, WITHOUT ROWID;
CREATE INDEX cells_window ON cells (window);
CREATE TABLE batches (
  window INTEGER PRIMARY KEY,
  head TEXT NOT NULL,
  digest TEXT NOT NULL,
  signature TEXT NOT NULL,
  next_round INTEGER NOT NULL
) STRICT;
CREATE TABLE epochs (
  epoch INTEGER PRIMARY KEY,
  block INTEGER NOT NULL,
  hash TEXT NOT NULL,
  next_round INTEGER NOT NULL,
  input TEXT NOT NULL,
  output TEXT NOT NULL
) STRICT;
CREATE TRIGGER bodies_to_cells AFTER INSERT ON bodies BEGIN
  ${named("contenders", "contender")}
  ${named("envs", "env")}
  INSERT INTO cells (round, kind, env, contender, window, status, score, body) VALUES (
    ${field("round")},
    ${coded("kind", ["canary", "task"])},
    (SELECT id FROM envs WHERE name = ${field("env")}),
    (SELECT id FROM contenders WHERE name = ${field("contender")}),
    ${field("window")},
    ${coded("status", RECORD_STATUSES)},
    ${field("score")},
    NEW.id
  );
END;
${["bodies", "cells", "windows", "batches", "epochs"].map(frozen).join("\n")}
`;

/** Tables of what was accepted of other validators: made like those of what was published. */
export const PEER_SCHEMA: string = `
CREATE TABLE IF NOT EXISTS peers (validator TEXT PRIMARY KEY NOT NULL, log TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS peer_rounds (
  validator TEXT NOT NULL,
  window INTEGER NOT NULL,
  first INTEGER NOT NULL,
  "end" INTEGER NOT NULL,
  packed BLOB NOT NULL,
  PRIMARY KEY (validator, window)
) STRICT;
CREATE INDEX IF NOT EXISTS peer_rounds_end ON peer_rounds (validator, "end");
CREATE TABLE IF NOT EXISTS peer_epochs (
  validator TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  observed TEXT NOT NULL,
  PRIMARY KEY (validator, epoch)
) STRICT;
${frozen("peer_rounds")}
`;

/** Table of hosted checks: made like those of what was published. */
export const HOSTED_SCHEMA: string = `
CREATE TABLE IF NOT EXISTS hosted (
  contender TEXT NOT NULL,
  round INTEGER NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (contender, round)
) STRICT, WITHOUT ROWID;
${frozen("hosted")}
`;

/** Tables of what was published: made when a journal of an earlier version is opened for writing, and unknown to that version. */
export const INDEX_SCHEMA: string = `
CREATE TABLE IF NOT EXISTS index_entries (
  seq INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  number INTEGER NOT NULL,
  digest TEXT NOT NULL,
  hash TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  size INTEGER NOT NULL,
  UNIQUE (kind, number)
) STRICT;
CREATE TABLE IF NOT EXISTS index_pages (
  page INTEGER NOT NULL,
  count INTEGER NOT NULL,
  head TEXT NOT NULL,
  signature TEXT NOT NULL,
  hash TEXT NOT NULL UNIQUE,
  PRIMARY KEY (page, count)
) STRICT, WITHOUT ROWID;
${["index_entries", "index_pages"].map(frozen).join("\n")}
`;
