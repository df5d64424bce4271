/** Checks one batch by itself: object, signature, root, records, tasks, grades. What links it to others is checked where it is used. Pure. @module */
import { fromHex, toHex } from "../../base/bytes.ts";
import { RecordError } from "../../base/errors.ts";
import { sha256 } from "../../base/hash.ts";
import type { AnswerRecord } from "../../port/store.ts";
import { type Batch, verifyBatch } from "../../record/batch.ts";
import { openBatch } from "../../record/content.ts";
import { outcomesOf } from "./outcomes.ts";
import { regrade } from "./regrade.ts";
import type { BatchJob, BatchResult, EnvVersion, FindEnvironment, Found } from "./types.ts";

/** Checks a batch; whatever is wrong with it is data. */
export function checkBatch(job: BatchJob, find: FindEnvironment): BatchResult {
  const { entry, owner, sample } = job;
  const object = entry.hash;
  let batch: Batch, records: readonly AnswerRecord[];
  try {
    batch = openBatch(job.data, entry);
    ({ records } = verifyBatch(batch, {
      netuid: owner.netuid,
      genesis: owner.genesis,
      previous: job.previous,
      lastWindow: job.lastWindow,
      // Whether the salt belongs to the committed chain is known once the batch before has been read.
      salt: { end: toHex(sha256(fromHex(batch.head.salt))), position: 0 },
      permitted: (hotkey) => hotkey === owner.validator,
    }));
  } catch (thrown) {
    if (!(thrown instanceof RecordError)) throw thrown;
    const rule = thrown.code.startsWith("object") || thrown.code.startsWith("content") ? "object" : "batch";
    const text = `The batch of window ${entry.number} (object ${object}) does not verify: ${thrown.message}`;
    return { refused: { rule, at: { object, window: entry.number }, text } };
  }
  const { head } = batch;
  const refuse = (text: string): BatchResult => ({
    refused: { rule: "rounds", at: { object, window: head.window }, text },
  });
  const envs = versionsOf(records, job.envs);
  const outcomes = outcomesOf(records, envs);
  if (outcomes === null) return refuse(`The batch of window ${head.window} (object ${object}) leaves rounds out`);
  const graded = regrade(records, { head, object, envs, find, sample });
  const found = [
    ...outcomes.found.map((one) => ({ ...one, at: { object, window: head.window, ...one.at } })),
    ...graded.found,
  ];
  const { outcomes: block, asked, canaries, rates } = outcomes;
  return {
    content: {
      head,
      envs,
      records: records.length,
      outcomes: block,
      asked,
      canaries,
      rates,
      regraded: graded.regraded,
      pending: graded.pending,
      found: firstOfEach(found),
    },
  };
}

/** The environments with the versions that their first records have. */
function versionsOf(records: readonly AnswerRecord[], ids: readonly string[]): EnvVersion[] {
  const versions = new Map<string, string>();
  for (const { env, version } of records) if (!versions.has(env)) versions.set(env, version);
  return ids.map((id) => ({ id, version: versions.get(id) ?? "" }));
}

/** The first of each rule, with the number of all: a batch with a thousand altered scores is one difference. */
function firstOfEach(found: readonly Found[]): Found[] {
  return [...Map.groupBy(found, ({ rule }) => rule).values()].map((all) => {
    const first = all.reduce((a, b) => (b.at.round ?? 0) < (a.at.round ?? 0) ? b : a);
    return { ...first, count: all.length };
  });
}
