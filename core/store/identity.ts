/** Whose journal it is, and whether it can be trusted: the checks before the first use. @module */
import { StoreError } from "../base/errors.ts";
import { type JournalIdentity, RECORD_STATUSES } from "../port/store.ts";
import type { Connection } from "./connection.ts";
import { corrupt } from "./fault.ts";
import { APPLICATION_ID, SCHEMA_VERSION } from "./schema.ts";

const FIELDS = ["genesis", "netuid", "validator", "parameters"] as const;
const ROW = "identity:";

/** Writes the identity into a new journal. */
export function writeIdentity(db: Connection, identity: JournalIdentity): void {
  for (const field of FIELDS) db.run("INSERT INTO meta VALUES (?, ?)", ROW + field, String(identity[field]));
}

/** Identity of a journal. @throws {StoreError} code `corrupt` if it has none. */
export function readIdentity(db: Connection): JournalIdentity {
  const values = FIELDS.map((field) => db.get("SELECT value FROM meta WHERE key = ?", ROW + field)?.value);
  const [genesis, netuid, validator, parameters] = values.map((value) => {
    if (typeof value !== "string") throw corrupt(db.path, "it does not say whose it is");
    return value;
  }) as [string, string, string, string];
  return { genesis, netuid: Number(netuid), validator, parameters };
}

/** Refuses a file that is no journal, or one that a later version of af has written. @throws {StoreError} `corrupt`, `newer`. */
export function checkVersion(db: Connection): void {
  if (db.get("PRAGMA application_id")?.application_id !== APPLICATION_ID) {
    throw corrupt(db.path, "it is no journal of af");
  }
  const version = Number(db.get("PRAGMA user_version")?.user_version);
  if (version > SCHEMA_VERSION) {
    throw new StoreError(
      `The journal ${db.path} was written by a newer af (version ${version} of its tables, this one knows ${SCHEMA_VERSION}): update af`,
      { code: "newer" },
    );
  }
}

/** Tables that are always checked as a whole; the records' texts and cells, which grow with every answer, are not among them. */
const SMALL_TABLES = [
  "batches",
  "cache",
  "contenders",
  "envs",
  "epochs",
  "index_entries",
  "index_pages",
  "meta",
  "peer_epochs",
  "peer_rounds",
  "peers",
  "rounds",
  "windows",
] as const;
/** Size up to which every page is read: about half a second. A million records are always more. */
const CHECKED_BYTES = 2 ** 28;
/** Newest records whose texts are read back from a larger journal. */
const CHECKED_RECORDS = 10_000;
/** Newest records that are read back as numbers: some epochs of them, a hundredth of a second. */
const CHECKED_CELLS = 100_000;

/**
 * Looks for damage: every page of a journal of up to 256 MiB, and of a larger one the small tables and the newest records, so that a
 * validator that has run for months starts at once. Damage to older records is found when they are read: a page that is malformed
 * can neither be counted nor signed. Returns whether it read everything.
 * @throws {StoreError} code `corrupt`.
 */
export function checkPages(db: Connection, options: { checkedBytes?: number } = {}): boolean {
  const size = Number(db.get("PRAGMA page_count")!.page_count) * Number(db.get("PRAGMA page_size")!.page_size);
  const whole = size <= (options.checkedBytes ?? CHECKED_BYTES);
  for (const what of whole ? ["1"] : SMALL_TABLES) {
    const found = Object.values(db.get(`PRAGMA quick_check(${what})`) ?? {})[0];
    if (found !== "ok") throw corrupt(db.path, String(found).replaceAll(/\s+/g, " ").slice(0, 200));
  }
  if (!whole) checkNewest(db);
  return whole;
}

function checkNewest(db: Connection): void {
  const texts =
    "SELECT count(*) AS bad FROM (SELECT text FROM bodies ORDER BY id DESC LIMIT ?) WHERE NOT json_valid(text)";
  if (db.get(texts, CHECKED_RECORDS)?.bad !== 0) throw corrupt(db.path, "a record is not JSON");
  const cells = `SELECT count(*) AS bad FROM (
      SELECT * FROM cells ORDER BY round DESC, kind DESC, env DESC, contender DESC LIMIT ?
    ) WHERE kind NOT IN (0, 1) OR score NOT IN (0, 1) OR status NOT BETWEEN 0 AND ${RECORD_STATUSES.length - 1}`;
  if (db.get(cells, CHECKED_CELLS)?.bad !== 0) throw corrupt(db.path, "a record has no known outcome");
}

/** Refuses a journal of somebody else. @throws {StoreError} code `foreign`, naming what differs. */
export function checkIdentity(db: Connection, wanted: JournalIdentity): void {
  const found = readIdentity(db);
  const what = {
    genesis: "chain",
    netuid: "netuid",
    validator: "validator",
    parameters: "set of parameters and environments",
  };
  const differences = FIELDS.filter((field) => found[field] !== wanted[field])
    .map((field) => `another ${what[field]} (${found[field]}, not ${wanted[field]})`);
  if (differences.length > 0) {
    throw new StoreError(
      `The journal ${db.path} belongs to ${differences.join(" and ")}: give this validator a folder of its own`,
      { code: "foreign" },
    );
  }
}
