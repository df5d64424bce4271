/** Tests of cli/run.ts and cli/program.ts: the whole command line, in this process. @module */
import assert from "node:assert/strict";
import { join } from "node:path";
import { AfError, ConfigError } from "../core/base/errors.ts";
import type { CommandRow } from "./command.ts";
import { failure } from "./exit.ts";
import { normalize, parseArguments } from "./program.ts";
import { main } from "./run.ts";
import { COMMANDS } from "./table.ts";

function sink() {
  let text = "";
  return {
    writeSync(bytes: Uint8Array) {
      text += new TextDecoder().decode(bytes);
      return bytes.length;
    },
    text: () => text,
  };
}

async function af(...args: string[]) {
  const stdout = sink();
  const stderr = sink();
  const code = await main(args, { stdout, stderr, revoke: false });
  return { code, out: stdout.text(), err: stderr.text() };
}

const TRIAL: readonly CommandRow[] = [{
  name: "trial",
  help: "a trial",
  rooms: [],
  keep: [],
  load: () =>
    Promise.resolve({
      command: {
        name: "trial",
        configure: (parser) =>
          void parser.argument("[uid]").option("--model_path <dir>".replace("_", "-")).option("--json"),
        run: () => 0,
      },
    }),
}];

Deno.test({
  name: "main() prints the help and ends with 0 when there is nothing to do",
  permissions: "none",
  async fn() {
    for (const args of [[], ["--help"], ["help"], ["-v"], ["-vv"]]) {
      const { code, out, err } = await af(...args);
      assert.deepEqual([code, err], [0, ""]);
      for (const row of COMMANDS.filter((row) => !row.hidden)) assert.ok(out.includes(`  ${row.name} `), row.name);
    }
    assert.match((await af("--version")).out, /^\d+\.\d+\.\d+\n$/);
  },
});

Deno.test({
  name: "main() ends with 2, one sentence and a suggestion when the usage is wrong",
  permissions: "none",
  async fn() {
    const wrong: [string[], RegExp][] = [
      [["doctr"], /^af: Unknown command 'doctr' \(Did you mean doctor\?\); af --help shows the usage\n$/],
      [["doctor", "--netwrk"], /^af: Unknown option '--netwrk' \(Did you mean --network\?\); af doctor --help .*\n$/],
      [["set", "HF_TOKEN"], /^af: Missing required argument 'value'; af set --help .*\n$/],
      [["env", "sample", "math", "--n", "many"], /must be a whole number from 1 .*; af env --help/],
      [["completions", "csh"], /Allowed choices are bash, zsh, fish/],
      [["--frobnicate"], /Unknown option '--frobnicate'/],
    ];
    for (const [args, message] of wrong) {
      const { code, out, err } = await af(...args);
      assert.equal(code, 2, args.join(" "));
      assert.equal(out, "");
      assert.match(err, message);
    }
  },
});

Deno.test({
  name: "parseArguments() counts -v before and after the command and takes both spellings of a flag",
  permissions: "none",
  async fn() {
    const stdout = sink();
    const lines: [string[], number][] = [
      [["-vvv", "trial", "3", "--model_path", "a_b"], 3],
      [["trial", "-v", "3", "--model-path=a_b", "-vv"], 3],
      [["trial", "3", "--verbose", "--model_path=a_b"], 1],
    ];
    for (const [args, verbosity] of lines) {
      const chosen = await parseArguments(args, { stdout, table: TRIAL });
      assert.equal(chosen?.verbosity, verbosity);
      assert.equal(chosen?.options.modelPath, "a_b");
      assert.equal(chosen?.options.uid, "3");
    }
    assert.deepEqual(normalize(["--a_b=c_d", "x_y", "--", "--a_b"]), ["--a-b=c_d", "x_y", "--", "--a_b"]);
  },
});

Deno.test({
  name: "parseArguments() loads only the command that is asked for",
  permissions: "none",
  async fn() {
    const never = { ...TRIAL[0]!, name: "never", load: () => assert.fail("It was loaded") };
    const chosen = await parseArguments(["trial"], { stdout: sink(), table: [never, ...TRIAL] });
    assert.equal(chosen?.row.name, "trial");
    assert.equal(await parseArguments(["--help"], { stdout: sink(), table: [never] }), undefined);
  },
});

Deno.test({
  name: "main() runs env sample with equal tasks for equal seeds, and JSON lines for programs",
  permissions: { env: true },
  async fn() {
    const args = ["env", "sample", "math", "--level", "0", "--n", "3", "--json", "--solution"];
    const [first, again, other] = [await af(...args), await af(...args), await af(...args, "--seed", "x")];
    assert.deepEqual([first.code, first.err], [0, ""]);
    assert.equal(first.out, again.out);
    assert.notEqual(first.out, other.out);
    const tasks = first.out.trim().split("\n").map((line) => JSON.parse(line));
    assert.equal(tasks.length, 3);
    for (const task of tasks) {
      assert.deepEqual(Object.keys(task), ["env", "version", "level", "generator", "prompt", "solution"]);
    }
  },
});

Deno.test({
  name: "main() knows program/dataset as static, and samples rows of a file",
  permissions: { env: true, read: true, write: true },
  async fn() {
    const folder = await Deno.makeTempDir();
    try {
      const path = join(folder, "rows.jsonl");
      const row = { prompt: "Print 1.", program: "print(1)", inputs: "", output: "1" };
      await Deno.writeTextFile(path, `${JSON.stringify(row)}\n{"prompt": \n{"prompt": "No program"}\n`);
      const shown = await af("env", "show", "program/dataset", "--json");
      assert.equal(JSON.parse(shown.out).static, true);
      const one = await af("env", "sample", "program/dataset", "--rows", path, "--json", "--solution");
      assert.equal(one.code, 0);
      assert.match(
        one.err,
        /line 2: The text ends too early[^]*line 3: The row has no program[^]*2 of 3 rows cannot be used/,
      );
      const task = JSON.parse(one.out);
      assert.match(task.version, /^1-[0-9a-f]{12}$/);
      assert.deepEqual([task.generator, task.solution], ["stdin", "```python\nprint(1)\n```"]);
      const wrong: [string[], RegExp][] = [
        [["program/dataset"], /give it rows with --rows FILE/],
        [["math", "--rows", path], /--rows is for static environments/],
        [["program/dataset", "--rows", join(folder, "none")], /Cannot read .*none/],
        [["program/dataset", "--rows", folder], /is no file/],
        [["program/dataset", "--rows", path, "--level", "1"], /levels 0 to 0/],
      ];
      for (const [args, message] of wrong) {
        const refused = await af("env", "sample", ...args);
        assert.deepEqual([refused.code, refused.out], [2, ""]);
        assert.match(refused.err, message);
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test({
  name: "failure() maps errors to codes and keeps causes for -v",
  permissions: "none",
  fn() {
    const error = new AfError("ChainError", "The endpoint\nis down", { cause: new Error("socket hung up") });
    assert.deepEqual(failure(error), { code: 1, lines: ["af: The endpoint is down"] });
    assert.ok(failure(error, 1).lines.some((line) => line.includes("caused by Error: socket hung up")));
    assert.equal(failure(new ConfigError("No", { code: "usage" })).code, 2);
    assert.deepEqual(failure(new TypeError("x is not a function")).code, 1);
    assert.match(failure(new TypeError("x")).lines[0]!, /^af: Internal error: x$/);
  },
});
