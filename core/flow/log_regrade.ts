/**
 * Grading the answers of somebody else's batch again. Which ones is drawn from the hash of the block that carried the head of its
 * index: whoever signed the batch did not know it, and whoever reads it draws the same.
 * @module
 */
import { canonical } from "../base/canonical.ts";
import { Random } from "../base/random.ts";
import type { Environment, Grade, Task } from "../port/environment.ts";
import type { Sandbox, SubmissionResult } from "../port/sandbox.ts";
import type { AnswerRecord } from "../port/store.ts";
import { type SeedInput, taskSeed } from "../record/seed.ts";

/** Runs of a program whose grade differs, before the difference counts: a busy machine must not make a liar of anybody. */
const RUNS = 3;

/** Whether grading decided how a record ended: an answer of the expected size was there. */
export function isGraded({ kind, status }: AnswerRecord): boolean {
  return kind === "task" && (status === "answered" || status === "unparsable");
}

/** The records of a batch that are graded again: at most `count`, in their order. `blockHash` is that of the block with the head. */
export function sampleOf(
  records: readonly AnswerRecord[],
  draw: { readonly blockHash: string; readonly digest: string; readonly count: number },
): AnswerRecord[] {
  const graded = records.filter(isGraded);
  if (graded.length <= draw.count) return graded;
  const random = new Random(canonical(["af-regrade", draw.blockHash, draw.digest]));
  const chosen = new Set<number>();
  while (chosen.size < draw.count) chosen.add(random.int(0, graded.length - 1));
  return [...chosen].sort((a, b) => a - b).map((i) => graded[i]!);
}

/** What a second grading says of a record. */
export type Regraded =
  | { readonly same: true }
  /** Its program was ended by a limit of time or memory: on another machine it may have come through. */
  | { readonly same: null; readonly grade: Grade }
  | { readonly same: false; readonly grade: Grade };

/** The task that a record answers. `seed` names window and salt; round and environment are the record's. */
export function taskOf<Key>(
  record: AnswerRecord,
  environment: Environment<Key>,
  seed: Pick<SeedInput, "salt" | "blockHash" | "netuid" | "validator">,
): Task<Key> {
  const { salt, blockHash, netuid, validator } = seed;
  const { id: env, version } = environment;
  return environment.generate(taskSeed({ salt, blockHash, netuid, validator, env, version, index: record.round }));
}

/**
 * Grades the answer of a record again. `sandbox` may be null where nothing runs.
 * @throws {SandboxError} if the sandbox itself fails. @throws {TypeError} if something has to run and there is none.
 */
export async function regrade(
  record: AnswerRecord,
  { environment, task }: { readonly environment: Environment; readonly task: Task },
  sandbox: Sandbox | null,
): Promise<Regraded> {
  const { answer, contender } = record;
  const submission = environment.submission?.(task, answer) ?? null;
  const isSame = (grade: Grade) => grade.status === record.status && grade.score === record.score;
  if (submission === null || sandbox === null) {
    const grade = environment.grade(task, answer);
    return isSame(grade) ? { same: true } : { same: false, grade };
  }
  for (let runs = 1;; runs++) {
    const [ran] = await sandbox.run({ contender, submissions: [submission] });
    const grade = environment.grade(task, answer, ran!);
    if (isSame(grade)) return { same: true };
    if (runs === RUNS) return { same: hitLimit(ran!) ? null : false, grade };
  }
}

function hitLimit(ran: SubmissionResult): boolean {
  return ran.kind === "ran" && ran.cases.some(({ limit }) => limit !== null);
}
