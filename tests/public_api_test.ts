/** What mod.ts gives away: exactly these names, and importing them takes no right and starts nothing. */
import assert from "node:assert/strict";
import { join } from "node:path";

const ROOT = join(import.meta.dirname!, "..");
const TEMP = "/tmp";
const PERMISSIONS: Deno.PermissionOptions = { run: [Deno.execPath()], read: [TEMP], write: [TEMP] };

/** The surface. A name that goes, or changes its kind, breaks other people's programs. */
const CLASSES = ["AfError", "Random", "Tally"];
const FUNCTIONS = [
  "advance",
  "alphaOf",
  "batchDigest",
  "boundTo",
  "canarySeed",
  "canonical",
  "encodeCompact",
  "environment",
  "frontier",
  "gain",
  "initialState",
  "logE",
  "lowerBound",
  "neededFrom",
  "nextExpectation",
  "nonInferiority",
  "openLocalSandbox",
  "parametersDigest",
  "parseCommitment",
  "prove",
  "saltChain",
  "superiority",
  "taskId",
  "taskSeed",
  "verifyBatch",
  "verifyProof",
  "verifySalt",
  "voters",
  "wilson",
];
const CONSTANTS = [
  "DEFAULT_LIMITS",
  "DUEL_STATES",
  "ERROR_KINDS",
  "LANGUAGES",
  "LIMITS_HIT",
  "LOCAL",
  "PAYS",
  "RECORD_STATUSES",
  "STANDARD",
  "THRONE_EVENTS",
  "environments",
  "voting",
];
const TYPES = [
  "Advanced",
  "AfErrorOptions",
  "AlphaParameters",
  "AnswerRecord",
  "Attempt",
  "Attestation",
  "Away",
  "Batch",
  "BatchExpectation",
  "BatchHead",
  "CaseResult",
  "Commitment",
  "Contender",
  "CountOptions",
  "Counts",
  "Duel",
  "DuelState",
  "DuelValues",
  "Environment",
  "EpochInput",
  "EpochLog",
  "EpochReport",
  "ErrorKind",
  "Evidence",
  "FrontierOptions",
  "Grade",
  "Granted",
  "HiddenCheck",
  "HostedCheck",
  "InclusionProof",
  "Language",
  "LimitHit",
  "LocalSandbox",
  "LocalSandboxOptions",
  "Marks",
  "OpenCommitment",
  "OutcomeBlock",
  "Parameters",
  "PassCount",
  "PassRate",
  "PayKind",
  "Pool",
  "ProgramCase",
  "RecordStatus",
  "Reign",
  "RequestShape",
  "RoundCounts",
  "SaltChain",
  "Sandbox",
  "SandboxBatch",
  "SandboxFacts",
  "SandboxLimits",
  "Scores",
  "SeedInput",
  "Standing",
  "State",
  "Submission",
  "SubmissionResult",
  "Task",
  "Tenure",
  "ThroneEvent",
  "ValidatorRounds",
  "ValidatorStatement",
  "VerifiedBatch",
];

async function deno(args: readonly string[], stdin = "", env: Record<string, string> = {}): Promise<string> {
  const command = new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: ROOT,
    env,
    stdin: "piped",
    stdout: "piped",
  });
  const child = command.spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(stdin));
  await writer.close();
  const { code, stdout } = await child.output();
  assert.equal(code, 0, `deno ${args.join(" ")}`);
  return new TextDecoder().decode(stdout);
}

/** Imports a module without any right and tells its names, what it started, and which rights were looked at on the way. */
async function importAlone(specifier: string): Promise<{ names: string[]; started: string[]; rights: string[] }> {
  const folder = await Deno.makeTempDir({ dir: TEMP, prefix: "af-api-" });
  try {
    const audit = join(folder, "audit.jsonl");
    const script = `
      const started = [];
      const watch = (owner, name) => {
        const note = (how) => (target, ...rest) => (started.push(name), Reflect[how](target, ...rest));
        owner[name] = new Proxy(owner[name], { apply: note("apply"), construct: note("construct") });
      };
      for (const name of ["Worker", "WebSocket", "BroadcastChannel", "fetch", "setTimeout", "setInterval"]) watch(globalThis, name);
      for (const name of ["Command", "serve", "listen", "connect", "addSignalListener", "exit"]) watch(Deno, name);
      const names = Object.keys(await import(${JSON.stringify(specifier)}));
      console.log(JSON.stringify({ names, started }));
    `;
    const out = await deno(["run", "--no-prompt", "--quiet", "-"], script, { DENO_AUDIT_PERMISSIONS: audit });
    const lines = (await Deno.readTextFile(audit)).split("\n").filter(Boolean);
    return { ...JSON.parse(out), rights: lines.map((line) => String(JSON.parse(line).permission)) };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test({
  name: "mod.ts exports exactly these names, each of its kind",
  permissions: PERMISSIONS,
  async fn() {
    const report = JSON.parse(await deno(["doc", "--json", "mod.ts"])) as {
      nodes: Record<string, { symbols: { name: string; declarations: { kind: string }[] }[] }>;
    };
    const symbols = Object.values(report.nodes).flatMap((node) => node.symbols);
    const of = (...kinds: string[]) =>
      symbols.filter(({ declarations }) => kinds.includes(declarations[0]!.kind)).map(({ name }) => name).sort();
    assert.deepEqual(of("class"), CLASSES);
    assert.deepEqual(of("function"), FUNCTIONS);
    assert.deepEqual(of("variable"), CONSTANTS);
    assert.deepEqual(of("interface", "typeAlias"), TYPES);
    assert.equal(symbols.length, CLASSES.length + FUNCTIONS.length + CONSTANTS.length + TYPES.length);
  },
});

Deno.test({
  name: "mod.ts needs no right to be imported, looks at none, and starts nothing",
  permissions: PERMISSIONS,
  async fn() {
    const { names, started, rights } = await importAlone("./mod.ts");
    assert.deepEqual(names.sort(), [...CLASSES, ...CONSTANTS, ...FUNCTIONS].sort());
    assert.deepEqual(started, []);
    assert.deepEqual(rights, []);
  },
});

Deno.test({
  name: "importAlone() sees a module that starts something or looks at a right",
  permissions: PERMISSIONS,
  async fn() {
    const source =
      `setTimeout(() => {}); new BroadcastChannel("x").close(); try { Deno.env.get("HOME") } catch { 1 } export const a = 1`;
    const seen = await importAlone(`data:text/javascript,${encodeURIComponent(source)}`);
    assert.deepEqual(seen, { names: ["a"], started: ["setTimeout", "BroadcastChannel"], rights: ["env"] });
  },
});
