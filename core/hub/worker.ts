/**
 * Room: hub. May: net (the hub's host; for datasets the hosts that keep its files). Never: read, write, env, run, sys, ffi, import.
 * Imports: base, port, room.
 * @module
 */
import { HubError } from "../base/errors.ts";
import type { DatasetRow } from "../port/dataset.ts";
import type { RepoFacts } from "../port/hub.ts";
import { serveRoom } from "../room/serve.ts";
import { readDataset } from "./dataset.ts";
import { describeRepo } from "./describe.ts";
import type { HubSettings } from "./listing.ts";

/** Rows of one answer: few enough that leaving early costs little. */
const PAGE_ROWS = 32;
/** Datasets that are read at the same time. */
const MAX_OPEN = 16;

let settings: HubSettings | null = null;
const open = new Map<number, AsyncGenerator<DatasetRow>>();
let next = 1;

function configure(given: HubSettings): void {
  settings = given;
}

function configured(): HubSettings {
  if (!settings) throw new HubError("The hub room is not configured");
  return settings;
}

function describe(model: string, revision: string): Promise<RepoFacts> {
  return describeRepo(model, revision, configured());
}

/** Begins to read a dataset; the number is for {@linkcode nextRows} and {@linkcode closeRows}. */
function openRows(name: string, revision: string): number {
  if (open.size >= MAX_OPEN) throw new HubError(`More than ${MAX_OPEN} datasets are read at once`);
  open.set(next, readDataset({ type: "dataset", name, revision }, configured()));
  return next++;
}

/** The next rows; null at the end, after which the number is gone. */
async function nextRows(id: number): Promise<DatasetRow[] | null> {
  const rows = open.get(id);
  if (!rows) throw new HubError("This dataset is not being read any more");
  const page: DatasetRow[] = [];
  try {
    while (page.length < PAGE_ROWS) {
      const { done, value } = await rows.next();
      if (done) break;
      page.push(value);
    }
  } catch (thrown) {
    open.delete(id);
    throw thrown;
  }
  if (page.length > 0) return page;
  open.delete(id);
  return null;
}

async function closeRows(id: number): Promise<void> {
  await open.get(id)?.return(undefined);
  open.delete(id);
}

serveRoom({ configure, describe, openRows, nextRows, closeRows });
