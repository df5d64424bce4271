/** Ports made of memory and a clock that jumps: for the flows' own tests. @module */
import type { Contender } from "../mechanism/types.ts";
import { LOCAL, type Parameters } from "../mechanism/parameters.ts";
import type { Clock } from "../port/clock.ts";
import type { Environment } from "../port/environment.ts";
import type { AskOutcome, AskRequest, Model } from "../port/model.ts";
import { ENDED_WELL, type Sandbox, type SandboxBatch, type SubmissionResult } from "../port/sandbox.ts";
import type { Asking } from "./asking.ts";
import { Grader } from "./grading.ts";

/** A clock whose time jumps to the next sleeper whenever nothing else is left to do. */
export class FakeClock implements Clock {
  #now = 0;
  #sleepers: { at: number; wake(): void }[] = [];
  #ticking = false;
  now(): number {
    return this.#now;
  }
  wall(): number {
    return 1_700_000_000_000 + this.#now;
  }
  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const sleeper = { at: this.#now + ms, wake: resolve };
      this.#sleepers.push(sleeper);
      signal?.addEventListener("abort", () => {
        this.#sleepers = this.#sleepers.filter((one) => one !== sleeper);
        reject(signal.reason);
      }, { once: true });
      this.#tick();
    });
  }
  #tick(): void {
    if (this.#ticking) return;
    this.#ticking = true;
    setTimeout(() => {
      this.#ticking = false;
      const next = Math.min(...this.#sleepers.map((one) => one.at));
      if (!Number.isFinite(next)) return;
      this.#now = Math.max(this.#now, next);
      const due = this.#sleepers.filter((one) => one.at <= this.#now);
      this.#sleepers = this.#sleepers.filter((one) => one.at > this.#now);
      for (const one of due) one.wake();
      if (this.#sleepers.length > 0) this.#tick();
    }, 0);
  }
}

/** A model that a function answers for. */
export class FakeModel implements Model {
  readonly asked: AskRequest[] = [];
  readonly #answer: (request: AskRequest, count: number) => AskOutcome | Promise<AskOutcome>;
  constructor(answer: (request: AskRequest, count: number) => AskOutcome | Promise<AskOutcome>) {
    this.#answer = answer;
  }
  async ask(request: AskRequest): Promise<AskOutcome> {
    this.asked.push(request);
    return await this.#answer(request, this.asked.length);
  }
  resolve(): Promise<never> {
    return Promise.reject(new TypeError("Not asked for in this test"));
  }
}

/** An outcome that is an answer. */
export function answered(text: string): AskOutcome {
  return { kind: "answered", text, promptTokens: 1, completionTokens: 2 };
}

/** A sandbox that runs nothing: a function says what came of a batch, by default that every program printed its source. */
export class FakeSandbox implements Sandbox {
  readonly batches: SandboxBatch[] = [];
  readonly #run: (batch: SandboxBatch, count: number) => SubmissionResult[] | Promise<SubmissionResult[]>;
  readonly #parallel: number;
  constructor(
    options: { parallel?: number; run?: (batch: SandboxBatch, count: number) => Promise<SubmissionResult[]> } = {},
  ) {
    this.#parallel = options.parallel ?? 2;
    this.#run = options.run ?? ((batch) => batch.submissions.map(({ source }) => printed(source)));
  }
  facts() {
    return Promise.resolve({ engine: null, parallel: this.#parallel, layers: [] });
  }
  async run(batch: SandboxBatch): Promise<SubmissionResult[]> {
    this.batches.push(batch);
    return await this.#run(batch, this.batches.length);
  }
}

/** What became of a program of one case that printed a text and ended well. */
export function printed(stdout: string): SubmissionResult {
  return { kind: "ran", cases: [{ ...ENDED_WELL, stdout }] };
}

/** An environment whose answers are programs: right if the number that its seed asks for is printed. */
export function programEnv(id: string): Environment<number> {
  const base = numberEnv(id);
  return {
    ...base,
    submission: (_, answer) => ({ language: "python", source: answer, cases: [{ kind: "stdin", stdin: "" }] }),
    grade(task, _, ran) {
      if (ran?.kind !== "ran") throw new TypeError("It was not run");
      return base.grade(task, ran.cases[0]!.stdout);
    },
  };
}

/** An environment that asks for a number of its seed. */
export function numberEnv(id: string): Environment<number> {
  return {
    id,
    version: "1",
    title: id,
    levels: ["one"],
    generators: ["number"],
    request: { system: "s", temperature: 0, maxTokens: 16 },
    generate: (seed) => {
      const key = new DataView(seed.slice(0, 4).buffer).getUint32(0);
      return { env: id, version: "1", level: 0, generator: "number", prompt: `Number ${key}?`, key };
    },
    grade: (task, answer) => ({
      status: /^\d+$/.test(answer) ? "answered" : "unparsable",
      score: answer === String(task.key) ? 1 : 0,
      reason: "",
    }),
    solve: (task) => String(task.key),
  };
}

/** A contender by name. */
export function contender(name: string, uid = 1): Contender {
  return {
    id: `${name}@${uid}`,
    hotkey: name,
    uid,
    commitBlock: uid,
    extrinsicIndex: null,
    model: `owner/Affine-${name}`,
    revision: "0".repeat(40),
    chuteId: "00000000-0000-0000-0000-000000000000",
    slug: name,
    weightsDigest: name,
    valid: true,
    reason: "",
  };
}

/** Parameters with the standard times: the clock of these tests jumps. */
export const TEST_PARAMETERS: Parameters = {
  ...LOCAL,
  canaryEveryMs: 20_000,
  attemptTimeoutMs: 120_000,
  attemptPauseMs: 30_000,
  lostAfterMs: 1_800_000,
};

/** What asking needs, around a model. */
export function asking(
  model: Model,
  options: { signal?: AbortSignal; clock?: Clock; sandbox?: Sandbox } = {},
): Asking {
  const clock = options.clock ?? new FakeClock();
  const signal = options.signal ?? new AbortController().signal;
  return {
    model,
    grader: new Grader({ sandbox: options.sandbox ?? new FakeSandbox(), clock, signal, gatherMs: 0, log: () => {} }),
    clock,
    parameters: TEST_PARAMETERS,
    signal,
    netuid: 120,
    validator: "validator",
    envs: [numberEnv("logic"), numberEnv("math")],
  };
}

/** A window with a salt and a block hash. */
export const WINDOW = { window: 3, blockHash: `0x${"ab".repeat(32)}`, salt: "cd".repeat(32) } as const;
