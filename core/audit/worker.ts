/**
 * Room: audit. May: read (one directory of objects, where a room is opened to read it); to grade it is opened with nothing. Never: net,
 * write, env, run. Imports: base, port, record, mechanism, flow, envs, room.
 * @module
 */
import { checkBatch } from "../flow/audit/batch.ts";
import { gradeRan } from "../flow/audit/regrade.ts";
import type { BatchJob, RanAnswer } from "../flow/audit/types.ts";
import { serveRoom } from "../room/serve.ts";
import { readObject } from "./directory.ts";
import { findEnvironment } from "./environments.ts";

serveRoom({
  check: (job: BatchJob) => checkBatch(job, findEnvironment),
  grade: (answers: readonly RanAnswer[]) => gradeRan(answers, findEnvironment),
  readObject,
});
