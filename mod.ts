/**
 * The parts of af that other programs use: environments that make and grade tasks, the mechanism that decides who is paid,
 * and the signed records that anybody can check. All of it is pure: it needs no permission. The sandbox is not: it starts
 * processes, so it needs `run`, and `read` and `env` while it opens.
 *
 * Run as a program (`deno run -A jsr:@affine/af validate …`) this module is the command line.
 *
 * @example Make a task, grade an answer
 * ```ts
 * import { environment } from "@affine/af";
 *
 * const math = environment("math");
 * const task = math.generate(crypto.getRandomValues(new Uint8Array(32)));
 * const grade = math.grade(task, math.solve(task));
 * if (grade.score !== 1) throw new Error(grade.reason);
 * ```
 *
 * @example Is a challenger better? 300 paired rounds, of which 60 were won and 20 lost
 * ```ts
 * import { STANDARD, superiority } from "@affine/af";
 *
 * const nats = superiority([{ w: 60, l: 20, n: 300 }], STANDARD.delta, STANDARD.bets);
 * if (!(nats > 4)) throw new Error(`Only ${nats} nats`);
 * ```
 * @module
 */
export { boundTo, environment, environments, voters, voting } from "./envs/registry.ts";
export type { Environment, Grade, HiddenCheck, RequestShape, Task } from "./core/port/environment.ts";

export { type LocalSandbox, type LocalSandboxOptions, openLocalSandbox } from "./core/sandbox/local.ts";
export {
  type CaseResult,
  DEFAULT_LIMITS,
  type Language,
  LANGUAGES,
  type LimitHit,
  LIMITS_HIT,
  type ProgramCase,
  type Sandbox,
  type SandboxBatch,
  type SandboxFacts,
  type SandboxLimits,
  type Submission,
  type SubmissionResult,
} from "./core/port/sandbox.ts";

export { Random } from "./core/base/random.ts";
export { canonical } from "./core/base/canonical.ts";
export { AfError, type AfErrorOptions, ERROR_KINDS, type ErrorKind } from "./core/base/errors.ts";

export {
  alphaOf,
  type AlphaParameters,
  type Evidence,
  gain,
  logE,
  lowerBound,
  nonInferiority,
  superiority,
} from "./core/mechanism/eprocess.ts";
export { LOCAL, type Parameters, parametersDigest, STANDARD } from "./core/mechanism/parameters.ts";
export { neededFrom, type Pool, type RoundCounts } from "./core/mechanism/pool.ts";
export { advance, type Advanced, initialState } from "./core/mechanism/reign.ts";
export { type CountOptions, Tally } from "./core/mechanism/tally.ts";
export {
  frontier,
  type FrontierOptions,
  type PassCount,
  type PassRate,
  type Standing,
  wilson,
} from "./core/mechanism/frontier.ts";
export {
  type Away,
  type Contender,
  type Counts,
  type Duel,
  DUEL_STATES,
  type DuelState,
  type DuelValues,
  type EpochInput,
  type EpochReport,
  type Granted,
  type HostedCheck,
  type Marks,
  type PayKind,
  PAYS,
  type Reign,
  type Scores,
  type State,
  type Tenure,
  THRONE_EVENTS,
  type ThroneEvent,
  type ValidatorRounds,
} from "./core/mechanism/types.ts";
export type { EpochLog } from "./core/mechanism/logs.ts";
export {
  type AnswerRecord,
  type Attempt,
  type OutcomeBlock,
  RECORD_STATUSES,
  type RecordStatus,
} from "./core/port/store.ts";

export {
  type Batch,
  batchDigest,
  type BatchExpectation,
  nextExpectation,
  type VerifiedBatch,
  verifyBatch,
} from "./core/record/batch.ts";
export type { BatchHead } from "./core/port/signer.ts";
export { type Commitment, encodeCompact, type OpenCommitment, parseCommitment } from "./core/record/commitment.ts";
export type { Attestation, ValidatorStatement } from "./core/record/validator_statement.ts";
export { type InclusionProof, prove, verifyProof } from "./core/record/merkle.ts";
export {
  canarySeed,
  type SaltChain,
  saltChain,
  type SeedInput,
  taskId,
  taskSeed,
  verifySalt,
} from "./core/record/seed.ts";

if (import.meta.main) {
  // No literal: who imports this module as a library must not fetch the command line with it.
  const cli = "./cli/roles.ts";
  const { start } = await import(cli);
  Deno.exit(await start(Deno.args));
}
