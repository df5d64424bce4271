/** Tests of core/sandbox/broker.ts: what becomes of a case whose runner is killed from outside. @module */
import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import type { CaseResult, SubmissionResult } from "../port/sandbox.ts";
import { runnerCommand } from "../room/runner.ts";
import { Broker } from "./broker.ts";
import { Pool, type Readiness } from "./pool.ts";
import type { Session } from "./session.ts";

/** JavaScript runners need no engine, and end by the same ways. */
const PERMISSIONS: Deno.PermissionOptions = { read: true, env: true, run: true };
const ECHO = `console.log(require("fs").readFileSync(0, "utf8"))`;

/** A pool whose runners are killed by pid as soon as they were sent a case, where `strike` says so of its input. */
class Struck extends Pool {
  taken = 0;
  /** Inputs that were sent, in order. */
  readonly sent: string[] = [];
  readonly #strike: (stdin: string, sent: number) => boolean;
  constructor(strike: (stdin: string, sent: number) => boolean) {
    super({ command: runnerCommand(new URL("./runner_main.ts", import.meta.url)), image: null, spare: 0 });
    this.#strike = strike;
  }
  override async take(kind: Readiness, heapBytes: number): Promise<Session> {
    const session = await super.take(kind, heapBytes);
    const run = session.case.bind(session);
    session.case = (message) => {
      const outcome = run(message);
      const stdin = message.input.kind === "stdin" ? message.input.stdin : "";
      if (this.#strike(stdin, this.sent.push(stdin))) Deno.kill(session.pid, "SIGKILL");
      return outcome;
    };
    this.taken++;
    return session;
  }
}

interface Trial {
  readonly stdins: readonly (readonly string[])[];
  readonly submissionMs?: number;
  readonly signal?: AbortSignal;
}

async function run(pool: Pool, { stdins, submissionMs = 60_000, signal }: Trial): Promise<SubmissionResult[]> {
  const broker = new Broker({ pool, facts: { engine: null, parallel: 1, layers: [] }, waiting: 1 });
  const submissions = stdins.map((some) => ({
    language: "javascript" as const,
    source: ECHO,
    cases: some.map((stdin) => ({ kind: "stdin" as const, stdin })),
    limits: { wallMs: 20_000, submissionMs },
  }));
  return await broker.run({ contender: "test", submissions }, signal);
}

function cases(results: readonly SubmissionResult[]): CaseResult[] {
  return results.flatMap((result) => result.kind === "ran" ? result.cases : []);
}

/** What became of the cases, in short: what was printed, or the limit. */
async function outcomes(pool: Pool, trial: Trial): Promise<string[]> {
  return cases(await run(pool, trial)).map((one) => one.limit ?? one.stdout.trim());
}

async function withPool(
  strike: (stdin: string, sent: number) => boolean,
  work: (pool: Struck) => Promise<void>,
): Promise<void> {
  const pool = new Struck(strike);
  try {
    await work(pool);
  } finally {
    await pool.close();
  }
}

Deno.test({
  name: "Broker runs a case again when its runner was killed from outside, and the others once",
  permissions: PERMISSIONS,
  fn: () =>
    withPool((_, sent) => sent === 2, async (pool) => {
      deepEqual(await outcomes(pool, { stdins: [["a", "b", "c"]] }), ["a", "b", "c"]);
      deepEqual([pool.sent, pool.taken], [["a", "b", "b", "c"], 2]);
    }),
});

Deno.test({
  name: "Broker gives a program whose runners die one more run, and no more for all of its cases",
  permissions: PERMISSIONS,
  fn: () =>
    withPool((stdin) => stdin.startsWith("bad"), async (pool) => {
      const stdins = [["bad 1", "bad 2", "good", "bad 3"], ["bad 4", "fine"]];
      deepEqual(await outcomes(pool, { stdins }), ["process", "process", "good", "process", "process", "fine"]);
      // The next program has a run more of its own: it is not to blame for the one before.
      deepEqual(pool.sent, ["bad 1", "bad 1", "bad 2", "good", "bad 3", "bad 4", "bad 4", "fine"]);
    }),
});

Deno.test({
  name: "Broker counts a case as failed when its runner was killed twice",
  permissions: PERMISSIONS,
  fn: () =>
    withPool(() => true, async (pool) => {
      const [one, ...others] = cases(await run(pool, { stdins: [["a"]] }));
      deepEqual([one!.limit, one!.exit, one!.stdout, others.length], ["process", 137, "", 0]);
      equal(pool.sent.length, 2);
    }),
});

Deno.test({
  name: "Broker runs nothing again when nobody waits for it or the submission's time is over",
  permissions: PERMISSIONS,
  async fn() {
    const gone = new AbortController();
    const leave = () => {
      gone.abort(new Error("gone"));
      return true;
    };
    await withPool(leave, async (pool) => {
      await rejects(run(pool, { stdins: [["a"]], signal: gone.signal }), /gone/);
      equal(pool.sent.length, 1);
    });
    const linger = () => {
      for (const start = performance.now(); performance.now() - start < 5;);
      return true;
    };
    await withPool(linger, async (pool) => {
      const [one] = await outcomes(pool, { stdins: [["a"]], submissionMs: 1 });
      ok(one === "process" || one === "submission", `${one}`);
      equal(pool.sent.length, 1);
    });
  },
});
