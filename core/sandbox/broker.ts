/** The broker's core: batches wait for a place, each runs in runners of its own, and what programs do comes back as data. @module */
import { SandboxError } from "../base/errors.ts";
import type {
  CaseResult,
  LimitHit,
  ProgramCase,
  Sandbox,
  SandboxBatch,
  SandboxFacts,
  SandboxLimits,
  Submission,
  SubmissionResult,
} from "../port/sandbox.ts";
import { checkSubmission, limitsOf, refusalOf } from "./limits.ts";
import { Places } from "./places.ts";
import type { Pool } from "./pool.ts";
import type { Session } from "./session.ts";

/** Exit code of a case that was ended: 128 + SIGKILL, as a shell says it. */
const KILLED = 137;
/** Output of one batch that is kept, in UTF-16 units; later cases keep little. */
const BATCH_OUTPUT = 64 << 20;
const LITTLE_OUTPUT = 4_096;
/** The seed of every case: two validators must see the same run. */
const SEED = 0;

/** Options of {@linkcode Broker}. */
export interface BrokerOptions {
  readonly pool: Pool;
  readonly facts: SandboxFacts;
  /** Batches that may wait for a place. */
  readonly waiting: number;
}

/** A sandbox whose runners are children of this process. */
export class Broker implements Sandbox {
  readonly #pool: Pool;
  readonly #facts: SandboxFacts;
  readonly #places: Places;
  constructor(options: BrokerOptions) {
    this.#pool = options.pool;
    this.#facts = options.facts;
    this.#places = new Places(options.facts.parallel, options.waiting);
  }
  facts(): Promise<SandboxFacts> {
    return Promise.resolve(this.#facts);
  }
  /** As the port says; `signal` ends it at once. @throws {SandboxError} also `busy` (retryable), `invalid`, `no_engine` */
  async run(batch: SandboxBatch, signal?: AbortSignal): Promise<SubmissionResult[]> {
    for (const submission of batch.submissions) {
      checkSubmission(submission);
      if (submission.language === "python" && !this.#pool.hasPython) {
        throw new SandboxError("There is no Python engine here; build it with deno task engine", { code: "no_engine" });
      }
    }
    const limits = batch.submissions.map(limitsOf);
    const refusals = batch.submissions.map((submission, i) => refusalOf(submission, limits[i]!));
    if (refusals.every((reason) => reason !== null)) {
      return refusals.map((reason) => ({ kind: "refused", reason: reason! }));
    }
    await this.#places.enter(batch.contender);
    const run = new BatchRun(this.#pool);
    try {
      const results: SubmissionResult[] = [];
      run.signal = signal;
      signal?.addEventListener("abort", () => run.close());
      for (const [i, submission] of batch.submissions.entries()) {
        const reason = refusals[i]!;
        results.push(
          reason === null
            ? { kind: "ran", cases: await run.submission(submission, limits[i]!) }
            : { kind: "refused", reason },
        );
      }
      return results;
    } finally {
      run.close();
      this.#places.leave();
    }
  }
}

/** The runners of one batch: one for all its Python programs, as long as it lives, and one for each other program. */
class BatchRun {
  readonly #pool: Pool;
  #session: Session | null = null;
  #output = BATCH_OUTPUT;
  /** Ends the batch: nobody waits for it any more. */
  signal: AbortSignal | undefined;
  constructor(pool: Pool) {
    this.#pool = pool;
  }
  close(): void {
    this.#session?.kill();
    this.#session = null;
  }

  async submission(submission: Submission, limits: SandboxLimits): Promise<CaseResult[]> {
    if (submission.language !== "python") this.close();
    const results: CaseResult[] = [];
    let ready = false;
    let until = Infinity;
    // What kills a runner from outside need not be the program's doing; a program that does it itself gets one run more in all.
    let spareRuns = 1;
    for (const input of submission.cases) {
      this.signal?.throwIfAborted();
      // The first runner's start is not the program's doing; that of later ones is.
      if (performance.now() >= until) {
        results.push(ended("submission"));
        continue;
      }
      if (!ready || this.#session === null) await this.#prepare(submission, limits);
      ready = true;
      if (until === Infinity) until = performance.now() + limits.submissionMs;
      let outcome = await this.#case(input, limits, until - performance.now());
      if (outcome.lost && spareRuns > 0 && performance.now() < until) {
        spareRuns--;
        this.signal?.throwIfAborted();
        await this.#prepare(submission, limits);
        outcome = await this.#case(input, limits, until - performance.now());
      }
      results.push(outcome.result);
    }
    if (submission.language !== "python") this.close();
    return results;
  }

  /** A runner that has the program. @throws {SandboxError} `start` where none can be started */
  async #prepare({ language, source }: Submission, limits: SandboxLimits): Promise<void> {
    const { guestBytes, heapBytes, residentBytes } = limits;
    for (let attempt = 0;; attempt++) {
      this.#session ??= await this.#pool.take(language === "python" ? "python" : "javascript", heapBytes);
      try {
        return await this.#session.program({ language, source, guestBytes, heapBytes, residentBytes });
      } catch (cause) {
        // It was one that had waited and died meanwhile, or that the program before had broken.
        this.close();
        if (attempt > 0) {
          throw new SandboxError("Runners end before they take a program", { code: "start", retryable: true, cause });
        }
        await this.#pool.mend(cause);
      }
    }
  }

  async #case(
    input: ProgramCase,
    limits: SandboxLimits,
    leftMs: number,
  ): Promise<{ result: CaseResult; lost: boolean }> {
    const session = this.#session!;
    const { wallMs, cpuMs } = limits;
    const outputBytes = this.#output > 0 ? limits.outputBytes : Math.min(limits.outputBytes, LITTLE_OUTPUT);
    const ticket = crypto.getRandomValues(new Uint32Array(1))[0]!;
    const outcome = await session.case({
      ticket,
      input,
      seed: SEED,
      wallMs,
      cpuMs,
      leftMs: Math.max(1, leftMs),
      outputBytes,
    });
    if (session.dead) this.close();
    if (outcome.kind === "dead") {
      const { limit, lost, stderr, wallMs } = outcome;
      return { result: { ...ended(limit), stderr, wallMs }, lost };
    }
    const { ticket: _, ...result } = outcome.end;
    this.#output -= result.stdout.length + result.stderr.length + (result.value?.length ?? 0);
    return { result, lost: false };
  }
}

/** A case that a limit ended, or that never ran because of one. */
function ended(limit: LimitHit): CaseResult {
  return {
    stdout: "",
    stderr: "",
    exit: KILLED,
    exception: "",
    value: null,
    wallMs: 0,
    cpuMs: 0,
    truncated: false,
    limit,
  };
}
