/** Grades the records of a batch again: tasks from block hash and salt, grades from the answers. Pure. @module */
import { fromHex, toHex } from "../../base/bytes.ts";
import { sha256 } from "../../base/hash.ts";
import { quote } from "../../base/quote.ts";
import type { Environment, Grade, Task } from "../../port/environment.ts";
import { DEFAULT_LIMITS } from "../../port/sandbox.ts";
import type { BatchHead } from "../../port/signer.ts";
import type { AnswerRecord } from "../../port/store.ts";
import { canarySeed, taskId, taskSeed } from "../../record/seed.ts";
import type { EnvVersion, FindEnvironment, Found, PendingAnswer, Place, RanAnswer, Regraded, Sample } from "./types.ts";

/** Share of the CPU limit of a case from which on another machine may have ended it. */
const CLOSE_TO_LIMIT = 0.25;

/** Options of {@linkcode regrade}. */
export interface RegradeOptions {
  readonly head: BatchHead;
  /** Hash of the batch's object. */
  readonly object: string;
  readonly envs: readonly EnvVersion[];
  readonly find: FindEnvironment;
  readonly sample: Sample;
}

/** What came of it. */
export interface RegradeResult {
  readonly found: readonly Found[];
  readonly regraded: Readonly<Record<string, Regraded>>;
  readonly pending: readonly PendingAnswer[];
}

/** What a round asks in an environment. */
interface Question {
  readonly seed: Uint8Array;
  readonly id: string;
  /** Made when the first answer is graded: most tasks of programs are only sampled. */
  task: Task | null;
  /** Equal answers to a task are graded once. */
  readonly grades: Map<string, Grade | null>;
}

/** Grades every record of a batch; programs that must run are returned. */
export function regrade(records: readonly AnswerRecord[], options: RegradeOptions): RegradeResult {
  const { envs, head, object, find } = options;
  const found: Found[] = [];
  const pending: PendingAnswer[] = [];
  const counts = Object.fromEntries(envs.map(({ id }) => [id, { answers: 0, graded: 0 }]));
  const known = new Map(envs.map((env) => [env.id, { env, environment: env.version === "" ? null : find(env) }]));
  let round = -1;
  let questions = new Map<string, Question>();
  for (const record of records) {
    if (record.round !== round) [round, questions] = [record.round, new Map()];
    const at = placeOf(record, object);
    const one = known.get(record.env);
    if (one === undefined || one.env.version !== record.version) {
      const text = `${named(record)} is of ${record.env} version ${record.version}, which this log does not have`;
      found.push({ rule: "environments", at, text });
      continue;
    }
    const fault = record.kind === "canary"
      ? canaryFault(record, head, envs)
      : taskFault(record, question(record, head, questions), one.environment === null);
    if (fault !== null) found.push({ ...fault, at });
    if (record.kind === "canary" || fault?.rule === "task" || !isAnswer(record)) continue;
    const count = counts[record.env]!;
    count.answers++;
    if (one.environment === null) continue;
    const asked = questions.get(record.env)!;
    const environment = one.environment;
    if (!isChosen(record, options.sample)) continue;
    asked.task ??= environment.generate(asked.seed);
    const grade = gradeOnce(environment, asked, record.answer);
    if (grade !== null) {
      count.graded++;
      const text = gradeFault(record, grade);
      if (text !== null) found.push({ rule: "score", at, text });
      continue;
    }
    const submission = environment.submission?.(asked.task, record.answer);
    if (!submission) continue;
    const { answer, status, score } = record;
    pending.push({ env: one.env, seed: toHex(asked.seed), answer, submission, status, score, at });
  }
  return { found, regraded: counts, pending };
}

/** Grades answers that have run. */
export function gradeRan(answers: readonly RanAnswer[], find: FindEnvironment): (Found | "unsure" | null)[] {
  return answers.map((one) => {
    const environment = find(one.env);
    if (environment === null) return "unsure";
    const grade = environment.grade(environment.generate(fromHex(one.seed)), one.answer, one.ran);
    const text = gradeFault({ ...one, round: one.at.round!, contender: one.at.contender, env: one.env.id }, grade);
    if (text === null) return null;
    return isClose(one) ? "unsure" : { rule: "score", at: one.at, text };
  });
}

/** Whether a limit of time may have decided: on another machine, or here. */
function isClose({ ran, submission }: RanAnswer): boolean {
  const limitMs = submission.limits?.cpuMs ?? DEFAULT_LIMITS.cpuMs;
  return ran.kind === "ran" &&
    ran.cases.some(({ limit, cpuMs }) => limit !== null || cpuMs > CLOSE_TO_LIMIT * limitMs);
}

/** Whether a record is to be graded again: of some environments a sample, which nobody could know when it was signed. */
function isChosen(record: AnswerRecord, { envs, share, seed }: Sample): boolean {
  if (share >= 1 || !envs.includes(record.env)) return true;
  const digest = sha256(`${seed} ${record.task} ${record.contender}`);
  return new DataView(digest.buffer).getUint32(0) < share * 2 ** 32;
}

/** The grade of an answer; null if it has to run first. */
function gradeOnce(environment: Environment, asked: Question, answer: string): Grade | null {
  const known = asked.grades.get(answer);
  if (known !== undefined) return known;
  let grade: Grade | null;
  try {
    grade = environment.grade(asked.task!, answer);
  } catch (thrown) {
    // How an environment says that it has to run; asking it beforehand would evaluate every answer twice.
    if (!(thrown instanceof TypeError) || !environment.submission?.(asked.task!, answer)) throw thrown;
    grade = null;
  }
  asked.grades.set(answer, grade);
  return grade;
}

function isAnswer({ status, answer }: AnswerRecord): boolean {
  // An endpoint that sends no completion at all leaves no text behind.
  return status === "answered" || (status === "unparsable" && answer !== "");
}

function question(record: AnswerRecord, head: BatchHead, questions: Map<string, Question>): Question {
  const known = questions.get(record.env);
  if (known) return known;
  const seed = taskSeed(seedInput(record, head));
  const fresh: Question = { seed, id: taskId(seed), task: null, grades: new Map() };
  questions.set(record.env, fresh);
  return fresh;
}

function seedInput({ env, version, round }: AnswerRecord, { salt, blockHash, netuid, validator }: BatchHead) {
  return { salt, blockHash, netuid, validator, env, version, index: round };
}

type Fault = Pick<Found, "rule" | "text">;

function canaryFault(record: AnswerRecord, head: BatchHead, envs: readonly EnvVersion[]): Fault | null {
  const wanted = envs[record.round % envs.length]!.id;
  if (record.env !== wanted) {
    return { rule: "task", text: `The canary of ${named(record, "")} is of ${record.env}, not of ${wanted}` };
  }
  if (record.task !== taskId(canarySeed(seedInput(record, head), { attempt: 0 }))) {
    return { rule: "task", text: `${named(record)} names a canary that block hash and salt do not give` };
  }
  const isWrong = record.score !== 0 || record.answer !== "" || !["answered", "absent"].includes(record.status);
  return isWrong
    ? { rule: "record", text: `${named(record)} is a canary with a score, an answer or status ${record.status}` }
    : null;
}

function taskFault(record: AnswerRecord, asked: Question, unknown: boolean): Fault | null {
  if (!unknown && record.task !== asked.id) {
    return { rule: "task", text: `${named(record)} names a task that block hash and salt do not give` };
  }
  const { status, answer, attempts } = record;
  if (answer !== "" && status !== "answered" && status !== "unparsable") {
    return { rule: "record", text: `${named(record)} has an answer and status ${status}` };
  }
  const last = attempts.findLast(({ outcome }) => !outcome.startsWith("canary "))?.outcome;
  if (status === "answered" && last !== "answered") {
    return {
      rule: "record",
      text: `${named(record)} is answered, but its last attempt ended with ${quote(last ?? "")}`,
    };
  }
  return null;
}

function gradeFault(
  record: Pick<AnswerRecord, "round" | "contender" | "env" | "status" | "score">,
  { status, score, reason }: Grade,
): string | null {
  if (record.score === score && record.status === status) return null;
  const why = reason === "" ? "" : ` (${reason})`;
  return `${
    named(record)
  } says ${record.status} with score ${record.score}, graded again it is ${status} with score ${score}${why}`;
}

function named(
  { round, contender, env }: Pick<AnswerRecord, "round" | "contender" | "env">,
  what = "The record of ",
): string {
  return `${what}${contender} in round ${round}, ${env}`;
}

function placeOf({ window, round, env, contender }: AnswerRecord, object: string): Place & { contender: string } {
  return { object, window, round, env, contender };
}
