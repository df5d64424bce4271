/** Hostile corpus: Python that goes too deep, when it runs and when it is read. @module */
import { type Attack, attacks, CRASHED, INSIDE } from "./hostile_entry.ts";
import { limited, oneOf, outOfMemory, raised, timedOut } from "./hostile_checks.ts";

const STACKS = attacks("python", "time", {
  native: CRASHED,
  check: oneOf(raised("RecursionError", "MemoryError"), limited("process", "guest memory"), timedOut),
}, {
  "recursion with the limit raised": `
import sys
sys.setrecursionlimit(10**9)
def f(n): return f(n + 1) + 1
class C:
    def __getattr__(self, name): return getattr(self, name + "x")
    def __call__(self): return self()
C()()
f(0)
C().x`,
  "recursion through C": [
    `
import functools, sys
sys.setrecursionlimit(10**9)
@functools.lru_cache(None)
def f(n): return f(n + 1) + 1
f(0)`,
    {},
  ],
  "recursion through sorted(key=)": [
    `
import sys
sys.setrecursionlimit(10**9)
def f(n): return sorted([n], key=lambda x: f(x + 1))
f(0)`,
    {},
  ],
  "recursion through repr of nested lists": [
    `
import sys
sys.setrecursionlimit(10**9)
x = []
for _ in range(300000): x = [x]
repr(x)`,
    {},
  ],
  "comparison of nested lists": [
    `
import sys
sys.setrecursionlimit(10**9)
def deep():
    x = []
    for _ in range(300000): x = [x]
    return x
deep() == deep()`,
    {},
  ],
});

const RECURSION = attacks("python", "time", {
  native: INSIDE.engine,
  check: oneOf(raised("RecursionError"), limited("process")),
  limits: { cpuMs: 4_000, wallMs: 20_000 },
}, {
  "recursion in Python": `
def f(n): return f(n + 1) + 1
f(0)`,
  "recursion through __getattr__, map and json": `
import json
class C:
    def __getattr__(self, name): return getattr(self, name + "x")
def f(x): return list(map(f, [x]))
try: C().x
except RecursionError: pass
x = []
x.append(x)
try: json.dumps(x)
except (ValueError, RecursionError): pass
f(0)`,
});

const MEMORY_OR_TIME = attacks("python", "time", {
  native: INSIDE.engine,
  check: oneOf(timedOut, outOfMemory, raised("RecursionError", "SyntaxError", "IndentationError", "OverflowError")),
}, {
  "a constant that folds without end": [`x = 7 ** 7 ** 7 ** 7`, { inSource: true }],
  "200,000 brackets": [`x = ${"(".repeat(90_000)}1${")".repeat(90_000)}`, { inSource: true }],
  "a sum of 40,000 terms": [`x = 1${" + 1".repeat(40_000)}\nraise OverflowError`, { inSource: true }],
  "deep indentation": [
    Array.from({ length: 150 }, (_, i) => `${" ".repeat(i)}if 1:`).join("\n") + `\n${" ".repeat(150)}pass`,
    { inSource: true },
  ],
  "a formatted text within itself": [`x = ${'f"{'.repeat(149)}1${'}"'.repeat(149)}\nraise OverflowError`, {
    inSource: true,
  }],
  "unary operators without end": [`x = ${"-".repeat(100_000)}1`, { inSource: true }],
  "NUL bytes and lone surrogates in the source": [`x = 1\0\nraise SyntaxError\ny = "${String.fromCharCode(0xd800)}"`, {
    inSource: true,
  }],
});

/** All of them. */
export const DEPTH: readonly Attack[] = [...STACKS, ...RECURSION, ...MEMORY_OR_TIME];
