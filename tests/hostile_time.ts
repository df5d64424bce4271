/** Hostile corpus: Python that does not end, in bytecode, in C, while it waits, and where it should be over. @module */
import { type Attack, attacks, INSIDE, LATE, type Rest } from "./hostile_entry.ts";
import { exited, limited, oneOf, timedOut } from "./hostile_checks.ts";

/** Wall time ends it; the others of this file are ended by CPU time. */
const WALL: Rest = { limits: { wallMs: 400, cpuMs: 60_000 }, check: limited("wall") };

const LOOPS = attacks("python", "time", { native: LATE, check: timedOut }, {
  "while True": [`while True: pass`, WALL],
  "a loop that catches BaseException": `
while True:
    try:
        while True: pass
    except BaseException: pass`,
  "a loop in finally and in __exit__": `
class Stay:
    def __enter__(self): return self
    def __exit__(self, *_):
        while True: pass
try:
    with Stay(): raise SystemExit(0)
finally:
    while True: pass`,
  "a generator that goes on when it is closed": `
def on():
    while True:
        try: yield
        except GeneratorExit: pass
g = on(); next(g)
while True:
    try: g.close()
    except RuntimeError: pass`,
  "10**10**8": [`x = 10**10**8`, WALL],
  "sum(range(10**12))": `sum(range(10**12))`,
  "any(iter(int, 1))": `any(iter(int, 1))`,
  "max() and deque() of an endless iterator": `
import collections, itertools
collections.deque(itertools.repeat(1), maxlen=0)
max(itertools.repeat(1))`,
  "sorting": `
import random
while True: sorted(random.random() for _ in range(300000))`,
  "sorting one huge list": `
x = list(range(1000000)) * 2
while True: x.sort(key=lambda v: (v * 7919) % 1000003)`,
  "a catastrophic regular expression": [`import re; re.match(r"(a+)+$", "a" * 40 + "b")`, WALL],
  "backtracking in many groups": `import re; re.search(r"(x*x*x*x*x*x*x*)*y", "x" * 5000)`,
  "int(str)": `
import sys
sys.set_int_max_str_digits(0)
x = "7" * 20000000
int(x)`,
  "str(int)": `
import sys
sys.set_int_max_str_digits(0)
str(7 ** 10000000)`,
  "pow() and factorial()": `
import math
math.factorial(10**7)
pow(3, 10**9)`,
  "pow() with a huge modulus": `pow(3, 2**300000 - 1, 2**300007 - 1)`,
  "isqrt() of a huge number": `
import math
x = 3 << 200000000
math.isqrt(x)`,
  "a decimal of a million digits": `
import decimal
decimal.getcontext().prec = 2000000
decimal.Decimal(2).sqrt(); decimal.Decimal(3).ln()`,
  "fractions without end": `
from fractions import Fraction
x = Fraction(1, 3)
while True: x = x * x + Fraction(1, 7)`,
  "colliding hashes": `
m = 2**61 - 1
d = {i * m * 2**31: 1 for i in range(40000)}
k = 2**32 - 1
d = {i * k: 1 for i in range(2, 40000)}
class Same:
    def __hash__(self): return 1
    def __eq__(self, other): return False
d = {Same(): 1 for _ in range(100000)}`,
  "searching a text in a text": `
while True: ("a" * 3000000 + "b") .find("a" * 1500000 + "c")`,
  "str.replace, join and count in C": `
x = "ab" * 5000000
while True: x.replace("a", "b").count("bb"); ",".join(x[:1000000])`,
  "hashlib and zlib in C": `
import hashlib, zlib
x = b"x" * 20000000
while True: hashlib.sha256(x).digest(); zlib.compress(x, 9)`,
  "hashing without end": `
import hashlib
x = b"x"
while True: x = hashlib.sha3_512(x).digest() + hashlib.blake2b(x).digest() * 1000`,
  "itertools in C": `
import itertools
sum(1 for _ in itertools.permutations(range(20)))`,
  "difflib and statistics": `
import difflib
a = ["a", "b"] * 4000
while True: difflib.SequenceMatcher(None, a, a[::-1], autojunk=False).ratio()`,
  "an endless __repr__ while a traceback is printed": `
class Bad(Exception):
    def __str__(self):
        while True: pass
raise Bad()`,
  "an endless excepthook": `
import sys
def hook(*_):
    while True: pass
sys.excepthook = hook
raise ValueError()`,
  "an endless atexit hook": `
import atexit
@atexit.register
def again():
    while True: pass`,
  "atexit hooks that register themselves": `
import atexit
def again(): atexit.register(again)
atexit.register(again)
while True: atexit._run_exitfuncs()`,
  "an endless trace function": `
import sys
def trace(*_):
    while True: pass
sys.settrace(trace)
def f(): pass
f()`,
  "an endless __del__": `
class Late:
    def __del__(self):
        while True: pass
one = Late()
del one`,
  "an endless flush at the end": `
import sys
class Out:
    closed = False
    def write(self, text): return len(text)
    def flush(self):
        while True: pass
sys.stdout.flush()
sys.stdout = Out()`,
  "an endless comparison in sorted()": `
class Less:
    def __lt__(self, other):
        while True: pass
sorted([Less(), Less()])`,
  "an endless import": `
import sys
class Finder:
    def find_spec(self, *_):
        while True: pass
sys.meta_path.insert(0, Finder())
import nowhere`,
  "an endless __index__ for an exit code": `
class Code:
    def __str__(self):
        while True: pass
raise SystemExit(Code())`,
  "asyncio spins": [
    `
import asyncio
async def spin():
    while True: await asyncio.sleep(0)
asyncio.run(spin())`,
    { check: oneOf(timedOut, exited(1)) },
  ],
});

const WAITS = attacks("python", "time", { native: LATE }, {
  "sleeping past the deadline": `import time; time.sleep(100)`,
  "sleeping again and again": [
    `
import time
while True: time.sleep(1)`,
    { check: timedOut },
  ],
  "waiting for a lock that nobody opens": `
import threading
lock = threading.Lock()
lock.acquire(); lock.acquire()`,
  "waiting for an event": `import threading; threading.Event().wait()`,
  "waiting for a queue": `import queue; queue.Queue().get()`,
  "waiting in select()": `import select; select.select([], [], [], 100)`,
  "waiting in asyncio": `
import asyncio
asyncio.run(asyncio.Event().wait())`,
  "two threads that wait for each other": `
import threading
a, b = threading.Event(), threading.Event()
def left(): a.wait(); b.set()
def right(): b.wait(); a.set()
for one in (left, right):
    t = threading.Thread(target=one); t.start()
a.wait()`,
});

const CALLS = attacks("python", "time", {
  native: INSIDE.verdict,
  check: timedOut,
  call: { function: "solve", args: "[1]" },
}, {
  "a called function does not end": `
def solve(x):
    while True: pass`,
  "__class__ and keys that do not end": `
class Forever(dict):
    def items(self):
        while True: yield 1, 1
class Meta(type):
    @property
    def __name__(cls):
        while True: pass
class Strange(metaclass=Meta): pass
def solve(x):
    while True: str(Strange.__name__)`,
  "a value of shared lists, 2 to the 60 long": [
    `
def solve(x):
    value = [0]
    for _ in range(60): value = [value, value]
    return value`,
    { check: (result) => result.value === null || result.truncated ? null : "returned it" },
  ],
});

/** All of them. */
export const TIME: readonly Attack[] = [...LOOPS, ...WAITS, ...CALLS];
