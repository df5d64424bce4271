/** One validator of an audit: its statement on chain, its index, its log, its epochs. @module */
import { AfError, ChainError, RecordError } from "../../base/errors.ts";
import type { IndexEntry, ObjectSource } from "../../port/bucket.ts";
import { NO_HISTORY } from "../../record/history.ts";
import type { IndexOwner } from "../../record/index_head.ts";
import { followIndex } from "../follow.ts";
import { standingStatement } from "../statement.ts";
import type { AuditDeps } from "./audit.ts";
import type { ChainView } from "./chain_view.ts";
import type { Findings } from "./findings.ts";
import type { ForgottenPart } from "./forgotten.ts";
import { type HeadHistory, Heads, headsBefore } from "./heads.ts";
import { type LogOptions, type ReadBatch, ValidatorLog } from "./log.ts";
import { patient } from "./source.ts";
import type { Found, Sample } from "./types.ts";

/** A validator that is looked at. */
export interface Subject {
  readonly validator: string;
  readonly url: string | null;
  readonly head: string;
  readonly committed: number;
  readonly log: ValidatorLog;
  /** What others could count of it: the log, or where that was forked what was committed first. */
  readonly counted: ValidatorLog;
  readonly heads: Heads;
  /** Batches of its index: window and object. */
  readonly batches: readonly { readonly window: number; readonly object: string }[];
}

/** What {@linkcode openSubject} needs besides the ports. */
export interface SubjectOptions {
  readonly view: ChainView;
  readonly genesis: string;
  readonly findings: Findings;
  readonly sample: Sample;
  readonly forgotten: (what: ForgottenPart, block: number) => void;
  readonly onBatch: (validator: string, batch: ReadBatch) => Promise<void>;
}

/**
 * Opens the log of a validator. Null if its index does not verify or cannot be reached: that is among the findings then.
 * @throws {ChainError} code `no_head` or `unknown_validator`: there is nothing to audit.
 */
export async function openSubject(
  deps: AuditDeps,
  validator: string,
  options: SubjectOptions,
): Promise<Subject | null> {
  const { view, genesis, findings, sample } = options;
  const owner: IndexOwner = { genesis, netuid: view.netuid, validator };
  const standing = requireHead(view, validator);
  const committed = standing.block, head = standing.head;
  const onFound = (found: Found) => findings.add(validator, found);
  const raw = await deps.sourceOf(validator, standing.url);
  if (raw === null) {
    findings.fail(`${validator} commits no public address of its objects: name one with --bucket or --dir`);
    return null;
  }
  const source = asPromised(patient(raw, deps.clock, deps.signal));
  let index;
  try {
    index = await followIndex(source, head, owner, NO_HISTORY);
  } catch (thrown) {
    if (isUnreachable(thrown)) findings.fail(`The index of ${validator} cannot be read: ${thrown.message}`);
    else if (thrown instanceof RecordError) {
      const rule = thrown.code === "missing" || thrown.code.startsWith("object") ? "object" : "index";
      onFound({
        rule,
        at: { object: head, block: committed },
        text: `Index ${head}, committed in block ${committed}: ${thrown.message}`,
      });
    } else throw thrown;
    return null;
  }
  const history = await headsBefore(view, validator, standing);
  const heads = new Heads({ source, owner, head: { hash: head, block: history.since }, index });
  const reading: LogOptions = {
    source,
    owner,
    entries: index.entries,
    end: history.end,
    envs: deps.envs,
    someEnvs: deps.parameters.profile !== "standard",
    regrader: deps.regrader,
    sample,
    view,
    windowBlocks: deps.parameters.windowBlocks,
    onFound,
    onUnreachable: (text) => findings.fail(`The log of ${validator} cannot be read to its end: ${text}`),
    onForgotten: options.forgotten,
    onBatch: (batch) => options.onBatch(validator, batch),
  };
  const batches = index.entries.filter(({ kind }) => kind === "batch")
    .map(({ number, hash }) => ({ window: number, object: hash }));
  await checkHeads(heads, history, { ...options, validator });
  const log = new ValidatorLog(reading);
  const counted = heads.isForked ? firstLog(reading, heads.first) : log;
  return { validator, url: standing.url, head, committed, log, counted, heads, batches };
}

/** The log as it was committed first. What it says wrong is said of the log as it stands, but for objects that are there no more. */
function firstLog(reading: LogOptions, entries: readonly IndexEntry[]): ValidatorLog {
  return new ValidatorLog({
    ...reading,
    entries,
    onFound: (found) => found.rule === "object" ? reading.onFound(found) : undefined,
    onForgotten: () => {},
    onBatch: () => Promise.resolve(),
  });
}

/** Holds the index against every head that stood on chain before. */
async function checkHeads(
  heads: Heads,
  history: HeadHistory,
  { findings, forgotten, validator }: SubjectOptions & { readonly validator: string },
): Promise<void> {
  heads.isWhole = history.forgotten === null && history.foreign === null;
  if (history.forgotten !== null) forgotten("heads", history.forgotten);
  if (history.foreign !== null) {
    findings.note(
      `${validator} committed another salt chain in block ${history.foreign}: that was another log, which is not part of this audit`,
    );
  }
  try {
    for (const one of history.heads) {
      const found = await heads.see(one);
      if (found !== null) findings.add(validator, found);
    }
  } catch (thrown) {
    if (!isUnreachable(thrown)) throw thrown;
    findings.fail(`Earlier indexes of ${validator} cannot be read: ${thrown.message}`);
  }
}

/** The statement with a head that stands at the audited block. */
function requireHead(view: ChainView, validator: string) {
  const { audited, netuid, block } = view;
  if (!audited.neurons.some(({ hotkey }) => hotkey === validator)) {
    throw new ChainError(
      `${validator} is not registered on subnet ${netuid} at block ${block.number}: check the hotkey, --network and --block`,
      { code: "unknown_validator" },
    );
  }
  const standing = standingStatement(audited, validator);
  if (standing === null || standing.head === null) {
    throw new ChainError(
      `${validator} has no index head on chain at block ${block.number}, so nothing that it publishes can be audited`,
      { code: "no_head" },
    );
  }
  return { ...standing, head: standing.head };
}

/** Whether a source is out of reach: nothing is known about what it holds. */
export function isUnreachable(thrown: unknown): thrown is AfError {
  return thrown instanceof AfError && thrown.kind === "BucketError" && thrown.code !== "too_large";
}

/** An object that is larger than it may be is another one than was promised. */
function asPromised(source: ObjectSource): ObjectSource {
  return {
    async get(hash, maxBytes) {
      try {
        return await source.get(hash, maxBytes);
      } catch (thrown) {
        if (!(thrown instanceof AfError) || thrown.code !== "too_large") throw thrown;
        const text = `Object ${hash} was replaced: it has more than ${maxBytes} bytes`;
        throw new RecordError(text, { code: "object_too_large", cause: thrown });
      }
    },
  };
}
