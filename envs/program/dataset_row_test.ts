import assert from "node:assert/strict";
import { parseLiteral } from "../../core/dataset/literal.ts";
import type { RowMap } from "../../core/port/dataset.ts";
import { type ProgramRow, readProgramRow } from "./dataset_row.ts";

const PROBLEM = { prompt: "Add.", program: "print(int(input()) + 1)" };

function read(row: unknown): ReturnType<typeof readProgramRow> {
  return readProgramRow(parseLiteral(JSON.stringify(row)) as RowMap);
}

function good(row: unknown): ProgramRow {
  const result = read(row);
  assert.ok("row" in result, "problem" in result ? result.problem : "");
  return result.row;
}

Deno.test({
  name: "readProgramRow() reads cases as JSON text, as a Python literal, as an object, nested, and as lists",
  permissions: "none",
  fn() {
    const cases = [{ type: "stdin_stdout", input: "1\n", output: "2", fn_name: null }, {
      type: "stdin_stdout",
      input: ["3", "4"],
      output: ["5", ["6"]],
    }];
    const python =
      `{'language': 'python', 'test_cases': [{'fn_name': None, 'input': '1\\n', 'output': '2', 'type': 'stdin_stdout'}, ` +
      `{'input': ['3', '4'], 'output': ('5', ['6']), 'type': 'stdin_stdout'}]}`;
    const wanted = [{ kind: "stdin", stdin: "1\n", stdout: "2" }, { kind: "stdin", stdin: "3\n4\n", stdout: "5\n6" }];
    const forms = [
      { verification_info: python },
      { verification_info: JSON.stringify({ test_cases: cases }) },
      { verification_info: { test_cases: cases } },
      { verification_info: { test_cases: JSON.stringify(cases) } },
      { test_cases: JSON.stringify({ test_cases: JSON.stringify(cases) }) },
      { test_cases: cases },
      { test_cases: JSON.stringify({ inputs: ["1\n", ["3", "4"]], outputs: ["2", ["5", ["6"]]] }) },
      { inputs: ["1", "3\n4"], outputs: ["2", "5\n6"] },
    ];
    for (const form of forms) {
      const row = good({ ...PROBLEM, ...form });
      assert.deepEqual(row.cases, wanted, JSON.stringify(form));
      assert.deepEqual([row.problem, row.program, row.function], ["Add.", PROBLEM.program, ""]);
    }
    // The row's own example, where there is nothing else.
    const one = good({ ...PROBLEM, inputs: "1", output: "2\n", verification_info: null });
    assert.deepEqual(one.cases, [{ kind: "stdin", stdin: "1\n", stdout: "2\n" }]);
  },
});

Deno.test({
  name:
    "readProgramRow() reads calls: every digit of an argument, and results that stand in a list of one element or do not",
  permissions: "none",
  fn() {
    const info =
      `{'test_cases': [{'type': 'function_call', 'fn_name': 'f', 'input': [12345678901234567890, 1.0, 'a', [None]], 'output': [3]}, ` +
      `{'type': 'function_call', 'fn_name': 'f', 'input': [], 'output': {'a': True}}]}`;
    const row = good({ question: "Q", solution: "Text\n```python\ndef f(): pass\n```", verification_info: info });
    assert.equal(row.function, "f");
    assert.equal(row.program, "def f(): pass");
    assert.deepEqual(row.cases, [
      { kind: "call", args: '[12345678901234567890, 1.0, "a", [null]]', anyOf: [[3n], 3n] },
      { kind: "call", args: "[]", anyOf: [new Map([["a", true]])] },
    ]);
    const lists = good({ ...PROBLEM, test_cases: { fn_name: "f", inputs: [[1, 2]], outputs: [[3, 4]] } });
    assert.deepEqual(lists.cases, [{ kind: "call", args: "[1, 2]", anyOf: [[3n, 4n]] }]);
  },
});

Deno.test({
  name: "readProgramRow() says in one sentence what is wrong with a row, and never passes an unknown kind of case",
  permissions: "none",
  fn() {
    const stdin = { type: "stdin_stdout", input: "1", output: "2" };
    const call = { type: "function_call", fn_name: "f", input: [1], output: 2 };
    const withCases = (...cases: unknown[]) => ({ ...PROBLEM, test_cases: cases });
    const wrong: [unknown, RegExp][] = [
      [{}, /no problem/],
      [{ prompt: 5, program: "x" }, /no problem/],
      [{ prompt: "P" }, /no program/],
      [{ ...PROBLEM, prompt: "x".repeat(70_000) }, /longer than 65536 characters/],
      [{ ...PROBLEM, program: "x".repeat(300_000) }, /larger than 262144 bytes/],
      [PROBLEM, /no cases/],
      [withCases(), /no cases/],
      [withCases(7), /A case is no object/],
      [withCases({ ...stdin, type: "file" }), /unknown type "file"/],
      [withCases({ input: "1", output: "2" }), /unknown type nothing/],
      [withCases(stdin, { ...stdin, type: ["stdin_stdout"] }), /unknown type \["stdin_stdout"\]/],
      [withCases({ type: "stdin_stdout", input: "1" }), /no input or no output/],
      [withCases({ ...stdin, output: null }), /nothing of what is to be printed/],
      [withCases(stdin, call), /only some of them call one/],
      [withCases(call, { ...call, fn_name: "g" }), /different functions/],
      [withCases({ ...call, fn_name: "f(); import os" }), /no name of a function/],
      [withCases({ ...call, fn_name: undefined }), /calls nothing/],
      [withCases({ ...call, input: "1" }), /no list of arguments/],
      [withCases(...Array.from({ length: 1001 }, () => stdin)), /more than 1000 cases/],
      [withCases({ ...stdin, output: "x".repeat((1 << 20) + 1) }), /more than a program may print/],
      [withCases({ ...stdin, input: "x".repeat(16 << 20) }), /An input is larger/],
      [{ ...PROBLEM, test_cases: "{'test_cases': [" }, /neither JSON nor a Python literal: .*character/],
      [{ ...PROBLEM, test_cases: "__import__('os').system('true')" }, /neither JSON nor a Python literal/],
      [{ ...PROBLEM, test_cases: 5 }, /neither a list nor lists/],
      [{ ...PROBLEM, inputs: ["1"], outputs: [] }, /not two lists of one length/],
      [
        { ...PROBLEM, test_cases: "{'inputs': [[{1: 2}]], 'outputs': [[1]], 'fn_name': 'f'}" },
        /nothing that JSON can say/,
      ],
      [
        { ...PROBLEM, test_cases: "{'inputs': [[inf]], 'outputs': [[1]], 'fn_name': 'f'}" },
        /nothing that JSON can say/,
      ],
    ];
    for (const [row, pattern] of wrong) {
      const result = read(row);
      assert.ok("problem" in result, JSON.stringify(row).slice(0, 200));
      assert.match(result.problem, pattern);
      assert.match(result.problem, /^[A-Z][^\n]*[^.\n]$/);
      assert.ok(result.problem.length < 300);
    }
  },
});
