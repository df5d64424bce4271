/**
 * The evaluator of small programs against python3: the same text, the same exceptions, the same values, over the tasks' own programs,
 * their mutants, damaged inputs, and every operation on edge cases. One python3 runs them all.
 * @module
 */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { spawn, spawnSync } from "node:child_process";
import { type CorpusProgram, operationCorpus, taskCorpus } from "../envs/program/corpus.ts";
import { sameValue } from "../envs/program/verdict.ts";

const DRIVER = `
import io, json, sys

def encode(v):
    t = type(v)
    if v is None or t in (bool, int, str):
        return json.dumps(v)
    if t is list:
        return "[" + ",".join(map(encode, v)) + "]"
    if t is tuple:
        return '{"$tuple":[' + ",".join(map(encode, v)) + "]}"
    if t is set:
        return '{"$set":[' + ",".join(sorted(map(encode, v))) + "]}"
    if t is dict:
        return '{"$dict":[' + ",".join("[" + encode(k) + "," + encode(x) + "]" for k, x in v.items()) + "]}"
    return json.dumps({"$other": t.__name__})

real = sys.stdout
for line in sys.stdin:
    program = json.loads(line)
    code = compile(program["source"], "program", "exec")
    out = []
    for case in program["cases"]:
        sys.stdin = io.StringIO(case.get("stdin", ""))
        sys.stdout = io.StringIO()
        value, exception = None, ""
        try:
            names = {"__name__": "__main__"}
            exec(code, names)
            if case["kind"] == "call":
                value = encode(names[case["function"]](*json.loads(case["args"])))
        except Exception as error:
            exception = type(error).__name__
        out.append([sys.stdout.getvalue(), exception, value])
        sys.stdout = real
    real.write(json.dumps(out) + "\\n")
real.flush()
`;

function missing(): boolean {
  try {
    return spawnSync("python3", ["-c", "pass"]).status !== 0;
  } catch {
    return true; // Not even the search for it is possible.
  }
}

type Result = [stdout: string, exception: string, value: string | null];

async function python(programs: readonly CorpusProgram[]): Promise<Result[][]> {
  const child = spawn("python3", ["-c", DRIVER], { stdio: ["pipe", "pipe", "inherit"] });
  const chunks: Uint8Array[] = [];
  child.stdout.on("data", (chunk: Uint8Array) => chunks.push(chunk));
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  child.stdin.end(
    programs.map(({ source, cases }) => JSON.stringify({ source, cases: cases.map(({ run }) => run) })).join("\n"),
  );
  assert.equal(await ended, 0);
  const lines = new TextDecoder().decode(Buffer.concat(chunks)).trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line) as Result[]);
}

/** Compares, and returns how many cases there were and how many of them raised. */
async function compare(programs: readonly CorpusProgram[]): Promise<{ cases: number; raised: number }> {
  const results = await python(programs);
  assert.equal(results.length, programs.length);
  let [cases, raised] = [0, 0];
  for (const [i, program] of programs.entries()) {
    for (const [j, want] of program.cases.entries()) {
      const [stdout, exception, value] = results[i]![j]!;
      const where = `${program.name}\n${program.source}\n${JSON.stringify(want.run)}`;
      assert.equal(want.stdout, stdout, where);
      assert.equal(want.exception, exception, where);
      if (want.value === null || value === null) assert.equal(want.value, value, where);
      else assert.ok(sameValue(want.value, value), `${where}\nevaluator ${want.value}\npython3 ${value}`);
      cases++;
      if (exception !== "") raised++;
    }
  }
  return { cases, raised };
}

const none = missing();
const reason = none ? " [skipped: no python3 here]" : "";

Deno.test({
  name: `every operation gives on edge cases what python3 gives${reason}`,
  ignore: none,
  async fn() {
    const programs = [...operationCorpus()];
    const { cases, raised } = await compare(programs);
    console.log(`${programs.length} operations, ${cases} cases, ${raised} of them raise`);
    assert.ok(cases > 10_000 && raised > 500);
  },
});

Deno.test({
  name: `programs of tasks, their mutants and damaged inputs give what python3 gives${reason}`,
  ignore: none,
  async fn() {
    const programs = [...taskCorpus(10)];
    const { cases, raised } = await compare(programs);
    console.log(`${programs.length} programs, ${cases} cases, ${raised} of them raise`);
    assert.ok(programs.length > 1000 && cases > 10_000 && raised > 100);
  },
});
