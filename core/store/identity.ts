/** Whose journal it is, and whether it can be trusted: the checks before the first use. @module */
import { StoreError } from "../base/errors.ts";
import type { JournalIdentity } from "../port/store.ts";
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

/** Reads every page once. @throws {StoreError} code `corrupt`. */
export function checkPages(db: Connection): void {
  const found = Object.values(db.get("PRAGMA quick_check(1)") ?? {})[0];
  if (found !== "ok") throw corrupt(db.path, String(found).replaceAll(/\s+/g, " ").slice(0, 200));
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
