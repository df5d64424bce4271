/** Hostile corpus: Python that wants all the memory, and output and input without measure. @module */
import { type Attack, attacks, FLOODED, INSIDE, SAYS } from "./hostile_entry.ts";
import { all, cut, exited, oneOf, outOfMemory, printed, raised, timedOut } from "./hostile_checks.ts";

/** Memory: natively it stops at 500 MB, well over what a guest has. */
const MEMORY = attacks("python", "memory", {
  native: SAYS,
  check: outOfMemory,
  limits: { guestBytes: 96 << 20, wallMs: 20_000, cpuMs: 3_000 },
}, {
  "a list of lists": `
x = []
for _ in range(70): x.append([None] * 1000000)
print("GOT: 500 MB")`,
  "a list that grows by one": `
x = []
while len(x) < 62000000: x.extend((x, x, x, x) * 1000)
print("GOT: 500 MB")`,
  "bytes": `x = b"x" * 500000000; print("GOT:", len(x))`,
  "a bytearray in one bulk fill": `x = bytearray(500000000); x[:] = b"y" * 10 + x[10:]; print("GOT:", len(x))`,
  "a bytearray that doubles": `
x = bytearray(1000)
while len(x) < 500000000: x += bytes(x)
print("GOT:", len(x))`,
  "a text": `x = "x" * 500000000; print("GOT:", len(x))`,
  "a text of wide characters": `x = "\\U0001f600" * 130000000; print("GOT:", len(x))`,
  "a dictionary": `
x = {}
for i in range(9000000): x[i] = i
print("GOT: 500 MB")`,
  "a big integer": `x = 1 << 4000000000; print("GOT:", x.bit_length())`,
  "a bomb for zlib": `
import zlib
x = zlib.compress(b"x" * 100000000)
x = [zlib.decompress(x) for _ in range(5)]
print("GOT: 500 MB")`,
  "catching MemoryError again and again": [
    `
x, got = [], 0
for size in (10000000, 1000000, 100000, 10000):
    for _ in range(500000000 // size // 2):
        try: x.append(bytes(size)); got += size
        except MemoryError: break
if got > 400000000: print("GOT:", got)
else: raise MemoryError`,
    {},
  ],
  "str.format with a huge width": `x = "{:>500000000}".format(1); print("GOT:", len(x))`,
  "random bytes from the host": `import os; x = os.urandom(400000000); print("GOT:", len(x))`,
  "itertools.product and tee hold all": `
import itertools
a, b = itertools.tee(iter(range(12000000)))
sum(1 for _ in a)
print("GOT: 500 MB")`,
});

const MORE_MEMORY = attacks("python", "memory", { native: INSIDE.engine, check: outOfMemory }, {
  "a request for more than there is": `x = bytearray(2**62)`,
  "a list longer than any memory": `x = [0] * (2**60)`,
  "a huge repeat of a text": `x = "ab" * (2**60)`,
  "a range turned to a list": [`x = list(range(10**9))`, { check: oneOf(outOfMemory, timedOut) }],
});

const OUTPUT = attacks("python", "output", {
  native: FLOODED,
  check: all(cut, oneOf(timedOut, exited(0), outOfMemory)),
  limits: { outputBytes: 100_000 },
}, {
  "1 GB in one line": `
import sys
x = "x" * 1000000
for _ in range(1000): sys.stdout.write(x)
sys.stdout.write("\\n")`,
  "1 GB in many lines": `
for i in range(100000000): print(i, "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")`,
  "output without a newline and without an end": `
while True: print("x" * 10000, end="")`,
  "standard error without an end": `
import sys
while True: sys.stderr.write("x" * 10000)`,
  "os.write() without an end": `
import os
while True: os.write(1, b"x" * 60000); os.write(2, b"y" * 60000)`,
  "one print of 20 MB": `print("x" * 20000000)`,
});

const OUTPUT_INSIDE = attacks("python", "output", {
  native: INSIDE.verdict,
  limits: { outputBytes: 100_000, cpuMs: 3_000, wallMs: 10_000 },
}, {
  "one byte at a time": [
    `
import os
for _ in range(150000): os.write(1, b"x")`,
    { check: all(cut, oneOf(timedOut, exited(0))) },
  ],
  "a traceback of 3 MB": [`raise ValueError("x" * 3000000)`, { check: all(cut, raised("ValueError")) }],
  "the name of an exception of 5 MB": [
    `raise type("E" * 5000000, (Exception,), {})()`,
    { check: (result) => result.exit !== 0 && result.exception.length <= 1_000 ? null : "kept the whole name" },
  ],
  "the name of an exception with line ends and escapes": [
    `raise type("E\\n\\x1b[2J\\x00GO\\ud800", (Exception,), {})()`,
    { check: (result) => result.exit !== 0 ? null : "ended well" },
  ],
  "bytes that are no UTF-8": [
    `
import sys
sys.stdout.buffer.write(b"\\xff\\xfe\\xc0\\x80\\xed\\xa0\\x80ok\\n" * 3)`,
    { check: ({ stdout }) => stdout.includes("\ufffd") && stdout.includes("ok\n") ? null : "was not replaced" },
  ],
  "200 KB of bytes that are no UTF-8": [
    `
import sys
sys.stdout.buffer.write(b"\\xff" * 200000)`,
    { check: all(cut, ({ stdout }) => stdout.length <= 100_256 ? null : "grew") },
  ],
  "lone surrogates": [`print("a\\ud800b"); print("c")`, {}],
  "escapes of the terminal and NUL": [`print("\\x1b]0;x\\x07\\x1b[2J\\x00\\x08\\r"); print("ok")`, {
    check: printed("ok"),
  }],
  "a returned value of 5 MB": [
    `
def solve(x): return "x" * 5000000`,
    {
      call: { function: "solve", args: "[1]" },
      check: (result) => result.value === null && result.truncated ? null : "kept it",
    },
  ],
  "a returned value of 10,000 levels": [
    `
def solve(x):
    for _ in range(10000): x = [x]
    return x`,
    { call: { function: "solve", args: "[1]" } },
  ],
});

const TEN_MB = "0123456789abcdef".repeat(640 * 1024);

const INPUT = attacks("python", "input", { native: INSIDE.verdict, limits: { cpuMs: 3_000, wallMs: 10_000 } }, {
  "10 MB of stdin, never read": [`print("ok")`, { input: TEN_MB, check: all(exited(0), printed("ok")) }],
  "10 MB of stdin in one line": [
    `print(len(input()))`,
    { input: TEN_MB, check: all(exited(0), printed(`${TEN_MB.length}`)) },
  ],
  "2 MB of stdin in a million lines": [
    `
import sys
print(sum(int(x) for x in sys.stdin))`,
    {
      input: "1\n".repeat(1 << 20),
      check: oneOf(all(exited(0), printed(`${1 << 20}`)), timedOut),
    },
  ],
  "stdin beyond its end": [
    `
import sys
while True:
    try: input()
    except EOFError: sys.stdin.read(); sys.stdin.buffer.read()`,
    { check: timedOut, limits: { cpuMs: 600 } },
  ],
  "stdin that is no text": [
    `
x = input()
print(len(x), x == "a\\x00\\ufffd\\U0001f600b")`,
    { input: `a\0${String.fromCharCode(0xd800)}\u{1f600}b\n`, check: printed("5 True") },
  ],
  "closed stdin": [
    `
import os, sys
sys.stdin.close()
try: os.close(0)
except OSError: pass
input()`,
    { check: raised("ValueError", "RuntimeError") },
  ],
  "more stdin than is allowed": [`print("ok")`, {
    input: "x".repeat(2_000),
    limits: { inputBytes: 1_000 },
    refused: /input/,
  }],
  "more source than is allowed": [`print("ok")\n#${"x".repeat(70_000)}`, {
    limits: { sourceBytes: 60_000 },
    refused: /source/,
  }],
  "10 MB of arguments": [
    `
def solve(x): return len(x)`,
    {
      call: { function: "solve", args: JSON.stringify([TEN_MB]) },
      check: ({ value }) => value === `${TEN_MB.length}` ? null : `${value}`,
    },
  ],
  "arguments nested 100,000 deep": [
    `
def solve(x): return 1`,
    {
      call: { function: "solve", args: "[".repeat(100_000) + "]".repeat(100_000) },
      check: ({ value }) => value === null ? null : value,
    },
  ],
  "an argument of 200,000 digits": [
    `
def solve(x): return x % 1000`,
    {
      call: { function: "solve", args: `[${"7".repeat(200_000)}]` },
      check: oneOf(({ value }) => value === "777" ? null : `${value}`, timedOut),
    },
  ],
  "arguments that are no JSON": [
    `
def solve(*x): return 1`,
    {
      call: { function: "solve", args: "[1, }{" },
      check: ({ value, exit }) => value === null && exit !== 0 ? null : "was called",
    },
  ],
  "a function that does not exist, by an evil name": [
    `
def solve(x): return 1`,
    { call: { function: "__import__('os')\n;.. /etc", args: "[]" }, check: raised("NameError", "AttributeError") },
  ],
});

/** All of them. */
export const BULK: readonly Attack[] = [...MEMORY, ...MORE_MEMORY, ...OUTPUT, ...OUTPUT_INSIDE, ...INPUT];
