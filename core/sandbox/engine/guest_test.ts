/** Programs on the real engine: results, limits, pristine state afterwards. Skipped where there is no image. @module */
import { strict as assert } from "node:assert";
import { engineTest, run } from "./testing.ts";

engineTest("PythonGuest.run() runs a program on its input", (guest) => {
  const end = run(guest, "print(int(input()) + 1)", { stdin: "41\n" });
  assert.deepEqual(end, {
    stdout: "42\n",
    stderr: "",
    exit: 0,
    exception: "",
    value: null,
    truncated: false,
    limit: null,
  });
});

engineTest(
  "PythonGuest.run() calls a function and encodes what it returns",
  (guest) => {
    const source = `def f(a, b):
    return [a + b, (1, 2.5, None, True), {3, 1}, frozenset(), {'a': 'é'}, {1: 2}, {'$a': 1}, b'x', float('-inf'), 1e300, object]`;
    const end = run(guest, source, {
      call: { function: "f", args: "[1, 123456789012345678901234567890]" },
    });
    assert.equal(
      end.value,
      '[123456789012345678901234567891, {"$tuple": [1, 2.5, null, true]}, {"$set": [1, 3]}, {"$frozenset": []}, ' +
        '{"a": "\\u00e9"}, {"$dict": [[1, 2]]}, {"$dict": [["$a", 1]]}, {"$bytes": "78"}, {"$float": "-inf"}, 1e+300, ' +
        '{"$other": "type"}]',
    );
    assert.equal(
      run(guest, "", { call: { function: "f", args: "[]" } }).exception,
      "NameError",
    );
    const large = run(guest, "def f():\n    return [0] * 10**6", {
      call: { function: "f", args: "[]" },
      outputBytes: 1000,
    });
    assert.deepEqual([large.value, large.truncated, large.exit], [
      null,
      true,
      0,
    ]);
  },
);

engineTest(
  "PythonGuest.run() tells exit codes, exceptions and tracebacks without the harness",
  (guest) => {
    assert.equal(run(guest, "import sys\nsys.exit(3)").exit, 3);
    const text = run(guest, "import sys\nsys.exit('bye')");
    assert.deepEqual([text.exit, text.stderr, text.exception], [
      1,
      "bye\n",
      "",
    ]);
    const wrong = run(guest, "def f():\n    1 / 0\nf()");
    assert.deepEqual([wrong.exit, wrong.exception], [1, "ZeroDivisionError"]);
    assert.match(
      wrong.stderr,
      /^Traceback .*\n {2}File "main.py", line 3, in <module>\n {4}f\(\)\n[^]*ZeroDivisionError: division by zero\n$/,
    );
    assert.equal(run(guest, "input()").exception, "EOFError");
  },
);

engineTest(
  "PythonGuest.run() ends a case at a limit, cuts output, and is pristine afterwards",
  (guest) => {
    const table = guest.table();
    for (
      const source of [
        "while True: pass",
        "sum(range(10**12))",
        "10**10**8",
        "while True:\n try:\n  1/0\n except BaseException: pass",
      ]
    ) {
      const end = run(guest, source, { ms: 100 });
      assert.equal(end.limit, "wall", source);
      guest.reset();
      assert.deepEqual(guest.differences(), []);
    }
    const memory = run(guest, "x = [0] * 10**9");
    assert.deepEqual([memory.exception, memory.limit], [
      "MemoryError",
      "guest memory",
    ]);
    const caught = run(
      guest,
      "try:\n  x = [0] * 10**9\nexcept MemoryError:\n  print('small')",
    );
    assert.deepEqual([caught.stdout, caught.limit, caught.exit], [
      "small\n",
      null,
      0,
    ]);
    const long = run(guest, "print('x' * 10**6)", { outputBytes: 1000 });
    assert.deepEqual([long.stdout.length, long.truncated], [1000, true]);
    guest.reset();
    assert.deepEqual(guest.differences(), []);
    assert.deepEqual(guest.table(), table);
  },
);
