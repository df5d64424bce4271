import assert from "node:assert/strict";
import { type CaseResult, ENDED_WELL, type SubmissionResult } from "../../core/port/sandbox.ts";
import { type Expected, judge, sameOutput, sameValue } from "./verdict.ts";

function ran(...cases: Partial<CaseResult>[]): SubmissionResult {
  return { kind: "ran", cases: cases.map((one) => ({ ...ENDED_WELL, ...one })) };
}

function test(name: string, fn: () => void): void {
  Deno.test({ name, permissions: "none", fn });
}

test("sameOutput() forgives trailing white space and line ends, nothing else", () => {
  const same: [string, string][] = [
    ["a\nb\n", "a\r\nb"],
    ["a\nb", "a \t\nb\n\n \n"],
    ["", "\n"],
    ["a\rb", "a\nb"],
    ["a\u00a0\n", "a"],
  ];
  const other: [string, string][] = [
    ["a", "A"],
    [" a", "a"],
    ["a b", "a  b"],
    ["a\n\nb", "a\nb"],
    ["\na", "a"],
    ["1", "1.0"],
    ["ab", "a\nb"],
    ["a", ""],
    ["é", "e\u0301"],
  ];
  for (const [a, b] of same) assert.ok(sameOutput(a, b) && sameOutput(b, a), JSON.stringify([a, b]));
  for (const [a, b] of other) assert.ok(!sameOutput(a, b) && !sameOutput(b, a), JSON.stringify([a, b]));
});

test("sameValue() compares as Python does, but keeps booleans and types of sequences apart", () => {
  const same = [
    ["1", "1.0"],
    ["-0.0", "0"],
    ["1e2", "100"],
    ["123456789012345678901234567890", " 123456789012345678901234567890 "],
    ['{"a":1,"b":[2]}', '{"b":[2],"a":1}'],
    ['{"$dict":[["a",1],["b",2]]}', '{"b":2,"a":1}'],
    ['{"$dict":[[2,"x"],[1,"y"]]}', '{"$dict":[[1,"y"],[2,"x"]]}'],
    ['{"$set":[1,2]}', '{"$frozenset":[2,1]}'],
    ['{"$tuple":[1,{"$tuple":[]}]}', '{"$tuple":[1,{"$tuple":[]}]}'],
    ['{"$float":"nan"}', '{"$float":"nan"}'],
    ['"\\u00e9"', '"é"'],
    ['{"$bytes":"0aFF"}', '{"$bytes":"0aff"}'],
    ["null", "null"],
    ["0.1", "1e-1"],
  ] as const;
  const other = [
    ["1", "true"],
    ["0", "false"],
    ["null", "false"],
    ['"1"', "1"],
    ["[1,2]", "[2,1]"],
    ["[1]", '{"$tuple":[1]}'],
    ["[]", "{}"],
    ["[]", '{"$set":[]}'],
    ["123456789012345678901234567890", "123456789012345678901234567891"],
    ["9007199254740993", "9007199254740992.0"],
    ["0.3", "0.30000000000000004"],
    ['{"$float":"inf"}', '{"$float":"-inf"}'],
    ['{"$other":"object"}', '{"$other":"object"}'],
    ['{"a":1}', '{"a":1,"b":1}'],
    ['"nan"', '{"$float":"nan"}'],
    ['["a,b"]', '["a","b"]'],
    ['"(1)"', '{"$tuple":[1]}'],
  ] as const;
  for (const [a, b] of same) assert.ok(sameValue(a, b) && sameValue(b, a), `${a} ${b}`);
  for (const [a, b] of other) assert.ok(!sameValue(a, b) && !sameValue(b, a), `${a} ${b}`);
  assert.ok(sameValue('[{"$tuple":[1]}]', "[[1]]", { tuplesAreLists: true }));
});

test("sameValue() never throws on what is no encoding", () => {
  const wrong = ["", "{", "[1,]", "01", "1 2", '{"a"}', "NaN", "undefined", '"\n"', '"\\x"', '{"$float":"1"}', "1e999"];
  for (
    const text of [
      ...wrong,
      "[".repeat(1_000_000),
      '{"a":'.repeat(100_000),
      '{"$tuple":5}',
      '{"$set":[1],"x":2}',
      '"\\"',
      '"'.repeat(3),
    ]
  ) {
    assert.equal(sameValue(text, text), false, text.slice(0, 20));
  }
});

test("judge() passes a run only if each case gave what was expected", () => {
  const expected: Expected[] = [{ kind: "stdout", stdout: "5\n" }, { kind: "value", value: "[1,2]" }];
  const first = { stdout: "5 \r\n", stderr: "a warning" };
  const second = { value: "[1, 2]", stdout: "noise" };
  assert.deepEqual(judge(expected, ran(first, second)), { passed: true, reason: "All 2 cases pass" });
  const failures: [Partial<CaseResult>, Partial<CaseResult>, RegExp][] = [
    [{ stdout: "6" }, second, /Case 1 of 2 printed another text/],
    [{ ...first, exit: 1 }, second, /Case 1 of 2 ended with exit code 1/],
    [{ ...first, exit: 1, exception: "ZeroDivisionError\n\u001b[31m" }, second, /ended with ZeroDivisionError \[31m$/],
    [{ ...first, limit: "cpu" }, second, /hit a limit: cpu/],
    [{ ...first, truncated: true }, second, /printed more than is kept/],
    [first, { stdout: "[1,2]" }, /Case 2 of 2 returned nothing/],
    [first, { value: "[2,1]" }, /Case 2 of 2 returned another value/],
    [first, { value: "no json" }, /returned another value/],
  ];
  for (const [a, b, reason] of failures) {
    const verdict = judge(expected, ran(a, b));
    assert.equal(verdict.passed, false);
    assert.match(verdict.reason, reason);
    assert.ok(verdict.reason.length < 300 && !verdict.reason.includes("\n"));
  }
  const refused = judge(expected, { kind: "refused", reason: "The source has 1 byte too many" });
  assert.deepEqual(refused, { passed: false, reason: "The program was refused: The source has 1 byte too many" });
});

test("judge() throws for runs and cases that cannot be, and never passes them", () => {
  const expected: Expected[] = [{ kind: "stdout", stdout: "" }];
  const error = (pattern: RegExp) => ({ name: "EnvError", message: pattern });
  assert.throws(() => judge(expected, ran()), error(/ran 0 cases, not 1/));
  assert.throws(() => judge(expected, ran({}, {})), error(/ran 2 cases, not 1/));
  assert.throws(() => judge([], ran()), error(/without cases/));
  assert.throws(() => judge([{ kind: "file" } as unknown as Expected], ran({})), error(/unknown kind "file"/));
  assert.throws(() => judge([{ kind: "value", value: "x" }], ran({ value: "x" })), error(/cannot be read/));
  assert.throws(
    () => judge(expected, { kind: "new" } as unknown as SubmissionResult),
    error(/neither ran nor refused/),
  );
  // Looked at before the results are, so that a failing case does not hide it.
  const mixed = [expected[0]!, { kind: "file" } as unknown as Expected];
  assert.throws(() => judge(mixed, ran({ exit: 1 }, {})), error(/unknown kind/));
});
