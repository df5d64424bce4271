/**
 * Runs attacks in the sandbox, several in one batch, each followed by a case of its own that looks around and by a witness: another
 * submission, which must find everything as it was. @module
 */
import { judge } from "../envs/program/verdict.ts";
import {
  type CaseResult,
  DEFAULT_LIMITS,
  type Language,
  type Sandbox,
  type SandboxBatch,
  type Submission,
  type SubmissionResult,
} from "../core/port/sandbox.ts";
import type { Attack } from "./hostile_entry.ts";
import { type Scene, SECRET } from "./hostile_scene.ts";

/** What became of an attack: its case (null = refused before the start), and what was wrong; nothing = contained. */
export interface Outcome {
  readonly attack: Attack;
  readonly result: CaseResult | null;
  readonly problems: readonly string[];
}

/** Limits where an attack names no others: short, and of CPU, so that a busy machine changes nothing. Some attacks name wall time. */
const LIMITS = { wallMs: 4_000, cpuMs: 600, submissionMs: 12_000, residentBytes: 600 << 20 } as const;
/** Attacks in one batch. */
const TOGETHER = 8;
/** What a deadline may be late: 100 ms inside the engine and 200 ms until the kill, by the issue; the rest is for a busy machine. */
const LATE_MS = 300 + 1_200;

const LOOKS: Readonly<Record<Language, string>> = {
  python:
    `__import__("json").dumps([6 * 7, len(__import__("sys").modules), sorted([3, 1, 2]), hash("x"), len(dir(__import__("builtins"))),
    __import__("sys").getrecursionlimit(), __import__("sys").get_int_max_str_digits(), str(__import__("sys").gettrace()), repr(len),
    __import__("re").match("a+", "aaa").end(), len(__import__("json").__dict__), __import__("random").random(), len(__import__("os").environ),
    __import__("math").pi, str(__import__("decimal").getcontext().prec), __import__("gc").isenabled(), __import__("time").time(),
    len(__import__("sys").meta_path), len(__import__("sys").argv), str(__import__("sys").getprofile()), len(int.__dict__)])`,
  javascript:
    `JSON.stringify([6 * 7, Object.getOwnPropertyNames(globalThis).length, [3, 1, 2].sort().join(), Math.max(1, 2),
    Object.getOwnPropertyNames(Object.prototype).length, typeof globalThis.evil, Math.random(), Date.now(), [1].map((x) => x + 1).join(),
    new TextEncoder().encode("é").length, new Error("x").stack.split("\\n")[0], /a+/.exec("aaa")[0], typeof Symbol.for("evil")])`,
  typescript:
    `JSON.stringify([6 * 7, [3, 1, 2].sort().join(), Math.max(1, 2), Object.getOwnPropertyNames(Object.prototype).length])`,
};

/** The same program for every attack of a language: it looks around where its input says so, else it attacks. */
function armed(attack: Attack): string {
  const look = LOOKS[attack.language];
  if (attack.language === "python") {
    if (attack.call) return `${attack.source}\ndef af_look(): return ${look}\n`;
    return `if __import__("sys").stdin.readline() == "look\\n":\n    print(${look})\n    raise SystemExit\n${attack.source}`;
  }
  if (attack.call) return `${attack.source}\nfunction af_look() { return ${look}; }\n`;
  // Imports of a module come first.
  const [, imports, rest] = attack.source.match(/^((?:\s*import [^;]*;)*)([\s\S]*)$/)!;
  return `${imports}\nif (prompt() === "look") { console.log(${look}); process.exit(0); }\n${rest}`;
}

/** The submission of an attack. */
export function submissionOf(attack: Attack, scene: Scene, victim: number): Submission {
  const filled = { ...attack, source: scene.fill(attack.source, victim) };
  const limits = { ...LIMITS, ...attack.limits };
  const { language, call, input = "" } = attack;
  if (attack.inSource || attack.refused) {
    const only = call ? { kind: "call", ...call } as const : { kind: "stdin", stdin: input } as const;
    return { language, source: filled.source, cases: [only], limits };
  }
  const cases = call
    ? [{ kind: "call", ...call } as const, { kind: "call", function: "af_look", args: "[]" } as const]
    : [{ kind: "stdin", stdin: `attack\n${input}` } as const, { kind: "stdin", stdin: "look\n" } as const];
  return { language, source: armed(filled), cases, limits };
}

function witness(language: Language): Submission {
  const nothing: Attack = { name: "", language, subject: "leftovers", source: "", native: "" };
  const source = armed(nothing);
  return { language, source, cases: [{ kind: "stdin", stdin: "look\n" }], limits: { wallMs: 10_000, cpuMs: 2_000 } };
}

/** Runs them all, `lanes` batches side by side. */
export async function runAttacks(
  attacks: readonly Attack[],
  sandbox: Sandbox,
  scene: Scene,
  options: { readonly victim: Victim; readonly lanes: number },
): Promise<Outcome[]> {
  const queue: Attack[][] = [];
  for (let i = 0; i < attacks.length; i += TOGETHER) queue.push(attacks.slice(i, i + TOGETHER));
  const outcomes: Outcome[] = [];
  const lane = async () => {
    for (let batch; (batch = queue.shift()) !== undefined;) {
      outcomes.push(...await runBatch(batch, sandbox, scene, options.victim));
    }
  };
  await Promise.all(Array.from({ length: options.lanes }, lane));
  return attacks.map((attack) => outcomes.find((one) => one.attack === attack)!);
}

/** A process of ours that attacks want to kill. */
export interface Victim {
  readonly pid: number;
  alive(): boolean;
}

async function runBatch(
  attacks: readonly Attack[],
  sandbox: Sandbox,
  scene: Scene,
  victim: Victim,
): Promise<Outcome[]> {
  const batch: SandboxBatch = {
    contender: attacks[0]!.name,
    submissions: attacks.flatMap((attack) => [submissionOf(attack, scene, victim.pid), witness(attack.language)]),
  };
  let ran: SubmissionResult[];
  try {
    ran = await sandbox.run(batch);
  } catch (error) {
    // One of them broke the sandbox itself: which one shows when they are run one by one.
    if (attacks.length > 1) {
      const single: Outcome[] = [];
      for (const attack of attacks) single.push(...await runBatch([attack], sandbox, scene, victim));
      return single;
    }
    return [{ attack: attacks[0]!, result: null, problems: [`the sandbox failed: ${error}`] }];
  }
  const outside = world(scene, victim);
  return attacks.map((attack, i) => {
    const [own, after] = [ran[2 * i]!, ran[2 * i + 1]!];
    const result = own.kind === "ran" ? own.cases[0]! : null;
    const limits = batch.submissions[2 * i]!.limits!;
    return { attack, result, problems: [...problemsOf(attack, own, after, limits), ...outside] };
  });
}

/** What is wrong with the world outside. */
function world(scene: Scene, victim: Victim): string[] {
  const wrong: string[] = [];
  if (!scene.untouched()) wrong.push("the folder was changed");
  if (scene.reached > 0) wrong.push("the listener was reached");
  if (!victim.alive()) wrong.push("a process was killed");
  return wrong;
}

function problemsOf(
  attack: Attack,
  own: SubmissionResult,
  after: SubmissionResult,
  limits: Submission["limits"] & object,
): string[] {
  const problems: string[] = [];
  const expect = (right: boolean, problem: string) => right || problems.push(problem);
  expect(own.kind === (attack.refused ? "refused" : "ran"), `it was ${own.kind}`);
  if (own.kind === "refused") expect(attack.refused?.test(own.reason) ?? false, own.reason);
  problems.push(...lookProblems(attack.language, after, 0, "the next submission"));
  if (own.kind !== "ran") return problems;
  if (!attack.inSource) problems.push(...lookProblems(attack.language, own, 1, "its next case"));
  const result = own.cases[0]!;
  const said = [result.stdout, result.stderr, result.value ?? "", result.exception].join("\n");
  expect(!said.includes(SECRET), "the secret came out");
  expect(!/^GOT:/m.test(said), `it says ${said.match(/^GOT:.*$/m)?.[0].slice(0, 100)}`);
  const wrong = attack.check?.(result) ?? null;
  expect(wrong === null, wrong ?? "");
  const most = Math.max(limits.outputBytes ?? 0, attack.limits?.outputBytes ?? DEFAULT_LIMITS.outputBytes) + 256;
  expect(Math.max(result.stdout.length, result.stderr.length) <= most, "its output is longer than allowed");
  expect(result.wallMs <= limits.wallMs! + LATE_MS, `it took ${Math.round(result.wallMs)} ms of ${limits.wallMs}`);
  if (attack.judged) {
    const { expected, passed } = attack.judged;
    const verdict = judge([expected], { kind: "ran", cases: [result] });
    expect(verdict.passed === passed, `the verdict is ${verdict.passed ? "passed" : verdict.reason}`);
  }
  return problems;
}

/** What a pristine engine answers, by what looks: the first answer of a run that nothing hostile was before. */
const PRISTINE = new Map<string, string>();

/** Asks once what a witness sees before there was any attack. */
export async function lookFirst(sandbox: Sandbox, languages: readonly Language[]): Promise<void> {
  for (const language of languages) {
    const call: Attack = {
      name: "",
      language,
      subject: "leftovers",
      source: "",
      native: "",
      call: { function: "af_look", args: "[]" },
    };
    const called: Submission = {
      language,
      source: armed(call),
      cases: [{ kind: "call", function: "af_look", args: "[]" }],
    };
    const [printed, returned] = await sandbox.run({ contender: "first", submissions: [witness(language), called] });
    if (printed?.kind !== "ran" || returned?.kind !== "ran") throw new Error("The witness was refused");
    const [one, two] = [printed.cases[0]!, returned.cases[0]!];
    if (one.exit !== 0 || two.exit !== 0) throw new Error(`The witness fails: ${one.stderr}${two.stderr}`);
    PRISTINE.set(`${language} printed`, one.stdout);
    PRISTINE.set(`${language} returned`, two.value ?? "");
  }
}

function lookProblems(language: Language, ran: SubmissionResult, at: number, who: string): string[] {
  const result = ran.kind === "ran" ? ran.cases[at] : undefined;
  if (!result) return [`${who} did not run`];
  const right = result.value === null
    ? result.stdout === PRISTINE.get(`${language} printed`)
    : result.value === PRISTINE.get(`${language} returned`);
  if (right && result.exit === 0 && result.limit === null) return [];
  const { stdout, stderr, value, exit, limit } = result;
  return [
    `${who} saw ${
      JSON.stringify({
        stdout: stdout.slice(0, 500),
        stderr: stderr.slice(-300),
        value: value?.slice(0, 500),
        exit,
        limit,
      })
    }`,
  ];
}
