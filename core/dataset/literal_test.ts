import assert from "node:assert/strict";
import { literalElements, parseLiteral } from "./literal.ts";

Deno.test({
  name: "parseLiteral() reads JSON and what Python's repr prints to the same values",
  permissions: "none",
  fn() {
    const json = '{"a": [1, 1.0, -2e3, "x\\u00e9\\n\\"\\/", true, null], "__proto__": {}}';
    assert.deepEqual(
      parseLiteral(json),
      new Map<string, unknown>([["a", [1n, 1.0, -2000, 'xé\n"/', true, null]], ["__proto__", new Map()]]),
    );
    const python = `{'a': [1, 1.0, -2000.0, 'x\\xe9\\n"/', True, None], '__proto__': {}}`;
    assert.deepEqual(parseLiteral(python), parseLiteral(json));
    assert.deepEqual(parseLiteral(`(1, (2,), (3), (), "it's", '\\'', -0.0)`), [1n, [2n], 3n, [], "it's", "'", -0]);
    assert.deepEqual(parseLiteral("{1: 'a', (1, 2): [-7]}"), new Map<unknown, unknown>([[1n, "a"], [[1n, 2n], [-7n]]]));
    assert.equal(parseLiteral(" 123456789012345678901234567890 "), 123456789012345678901234567890n);
    assert.equal(parseLiteral('"\\ud83d\\ude00"'), "😀");
    assert.equal(parseLiteral("'\\U0001f600'"), "😀");
    assert.deepEqual(parseLiteral("[inf, -inf, 1e400]"), [Infinity, -Infinity, Infinity]);
  },
});

Deno.test({
  name: "parseLiteral() refuses what is no data, says where, and never runs anything",
  permissions: "none",
  fn() {
    const wrong = [
      "",
      "[1",
      "[1 2]",
      "{1}",
      '{"a" 1}',
      "'a",
      "1 2",
      "abc",
      "__import__('os')",
      "[1]*9",
      "'\\q'",
      "--1",
      ".",
    ];
    for (
      const text of [
        ...wrong,
        "'\\u12'",
        "'\\UFFFFFFFF'",
        "open('x')",
        "lambda: 1",
        "f'x'",
        "{'a': }",
        "+",
        "1" + "0".repeat(10_001),
      ]
    ) {
      assert.throws(() => parseLiteral(text), /at character \d+$/, text.slice(0, 40));
    }
    assert.throws(() => parseLiteral("[".repeat(1_000_000)), /nests deeper/);
    assert.throws(() => parseLiteral("((((".repeat(50) + "1" + "))))".repeat(50)), /nests deeper/);
  },
});

Deno.test({
  name: "literalElements() hands out the elements before the place that is broken",
  permissions: "none",
  fn() {
    assert.deepEqual([...literalElements("[1, [2], ]")], [1n, [2n]]);
    const seen: unknown[] = [];
    assert.throws(() => {
      for (const one of literalElements("[1, {'a': 2}, oops, 3]")) seen.push(one);
    }, SyntaxError);
    assert.equal(seen.length, 2);
  },
});
