/** Hostile corpus: Python that attacks the interpreter, the component and its host, with their sources in hand. @module */
import { type Attack, attacks, BROKEN, CRASHED, INSIDE } from "./hostile_entry.ts";
import { limited, oneOf, raised, timedOut } from "./hostile_checks.ts";

const BYTECODE = `
import types
def code(*ops, names=(), consts=(None,), stack=100, locals=0):
    def f(): pass
    return f.__code__.replace(co_code=bytes(ops), co_consts=tuple(consts), co_names=tuple(names), co_stacksize=stack)
`;

const CRASHES = attacks("python", "engine", { native: CRASHED }, {
  "crafted bytecode takes from an empty stack": [
    `${BYTECODE}
import dis
op = dis.opmap
one = code(*[op["RESUME"], 0] + [op["POP_TOP"], 0] * 200 + [op["LOAD_CONST"], 0, op["RETURN_VALUE"], 0], stack=1)
types.FunctionType(one, {})()`,
    {},
  ],
  "crafted bytecode reads constants far away": [
    `${BYTECODE}
import dis
op = dis.opmap
ops = [op["RESUME"], 0, op["EXTENDED_ARG"], 255, op["EXTENDED_ARG"], 255, op["LOAD_CONST"], 255, op["RETURN_VALUE"], 0]
types.FunctionType(code(*ops), {})().attribute`,
    {},
  ],
  "marshal loads nonsense": [
    `
import marshal, random
random.seed(7)
def f(a, b=2): return [a + b, (a, b), {a: b}, str(a), *[a], f"{a}{b}"]
good = marshal.dumps(f.__code__)
for _ in range(100000):
    bad = bytearray(good)
    for _ in range(3): bad[random.randrange(len(bad))] = random.randrange(256)
    try: type(f)(marshal.loads(bytes(bad)), {})(1)
    except BaseException as error: pass`,
    { native: BROKEN },
  ],
  "a type of bytes is called: any address of the table": [
    `
import dis, struct
def f(): pass
op = dis.opmap
fake = struct.pack("<4Q", 1 << 30, 0x41414141, 0, 0) * 64
ops = [op["RESUME"], 0] + [op["EXTENDED_ARG"], 1, op["LOAD_FAST"], 40] + [op["RETURN_VALUE"], 0]
for offset in range(0, 250):
    ops[3], ops[5] = offset // 8, (offset * 7) % 256
    bad = f.__code__.replace(co_code=bytes(ops), co_stacksize=10)
    try: type(f)(bad, {})()(fake)
    except Exception as error: pass`,
    {},
  ],
  "faulthandler crashes on purpose": [
    `
import faulthandler
faulthandler._sigsegv()`,
    {},
  ],
  "sys._debugmallocstats and a crash by gc": [
    `
import gc, sys
class A: pass
sys.setrecursionlimit(10**8)
x = None
for _ in range(10**6): x = (x,)
hash(x)`,
    {},
  ],
  "an iterator that is freed while it is used": [
    `
import itertools, sys
sys.setrecursionlimit(10**9)
it = iter([])
for _ in range(10**6): it = itertools.chain(it)
next(it)`,
    {},
  ],
});

const INTERNALS = attacks("python", "engine", { native: INSIDE.engine }, {
  "deeply nested JSON": [
    `
import json, sys
sys.setrecursionlimit(10**9)
json.loads("[" * 1000000 + "]" * 1000000)`,
    { check: oneOf(raised("RecursionError", "MemoryError"), limited("process", "guest memory"), timedOut) },
  ],
  "deeply nested pickles": [
    `
import pickle, sys
sys.setrecursionlimit(10**9)
x = []
for _ in range(300000): x = [x]
pickle.dumps(x)`,
    { check: oneOf(raised("RecursionError", "MemoryError"), limited("process", "guest memory"), timedOut) },
  ],
  "a deeply nested source for ast and compile": [
    `
import ast, sys
sys.setrecursionlimit(10**9)
for text in ("(" * 100000 + ")" * 100000, "-" * 100000 + "1", "a" + ".b" * 100000, "lambda:" * 100000 + "1", "a[" * 100000 + "]" * 100000):
    for work in (ast.parse, compile):
        try: work(text) if work is ast.parse else work(text, "x", "eval")
        except (SyntaxError, RecursionError, MemoryError) as error: print(type(error).__name__)`,
    {},
  ],
  "deep syntax trees by hand": [
    `
import ast, sys
sys.setrecursionlimit(10**9)
x = ast.Constant(1)
for _ in range(300000): x = ast.UnaryOp(ast.Not(), x)
compile(ast.fix_missing_locations(ast.Expression(x)) if False else ast.Expression(x), "x", "eval")`,
    {
      check: oneOf(raised("RecursionError", "MemoryError", "TypeError"), limited("process", "guest memory"), timedOut),
    },
  ],
  "deep freeing of objects": [
    `
class Link: pass
x = None
for _ in range(1000000):
    y = Link(); y.next = x; x = y
del x, y
print("ok")`,
    {},
  ],
  "the module of the component": `
import sys
for name in ("wit_world", "componentize_py_runtime", "componentize_py_types", "componentize_py_async_support", "guest", "poll_loop"):
    try:
        for one in vars(__import__(name)).values():
            for arguments in ((), (0,), (0, 0), ("x", -1, b"y"), (2**31 - 1, [1], 1)):
                try: one(*arguments)
                except Exception: pass
    except ImportError as error: print(error)`,
  "misuse of the component's API, found by gc": [
    `
import gc, sys, types
seen = 0
for one in gc.get_objects():
    name = getattr(one, "__name__", "")
    module = getattr(one, "__module__", "") or ""
    if isinstance(name, str) and isinstance(module, str) and (module + name).startswith(("componentize", "wit_world", "guest")):
        seen += 1
        for arguments in ((), (0,), (2**31 - 1, []), (0, [], 0), ("x", 2**31, b"y", None), (-1,) * 5):
            try: one(*arguments)
            except Exception: pass
print("ok", seen)`,
    {},
  ],
  "builtin functions of the runtime with wrong arguments": [
    `
import _imp, importlib.machinery, sys
for name in ("componentize_py_runtime", "_wit", "_testcapi", "_testinternalcapi", "xxsubtype"):
    try:
        spec = importlib.machinery.BuiltinImporter.find_spec(name)
        module = _imp.create_builtin(spec)
        _imp.exec_builtin(module)
        print(name, sorted(vars(module)))
        for f in vars(module).values():
            for arguments in ((), (0,), (0, 0), (2**31 - 1, [1], 1), ([], {}, "x")):
                try: f(*arguments)
                except Exception: pass
    except Exception as error: print(name, type(error).__name__)`,
    { check: () => null },
  ],
  "the harness runs itself again": [
    `
import sys
if not hasattr(sys, "again"):
    sys.again = 1
    frame = sys._getframe()
    while frame and "_run" not in frame.f_globals: frame = frame.f_back
    if frame:
        run = frame.f_globals["_run"]
        for _ in range(100):
            try: run("print('x')", "", "[]", 1, 100)
            except BaseException as error: print(type(error).__name__); break`,
    {},
  ],
  "every module of the table is called with nonsense": [
    `
import sys, random, builtins
random.seed(3)
values = [0, -1, 2**31, 2**63, -2**63, 2**64, 1e308, "", "x" * 1000, b"", b"\\xff" * 100, [], {}, (), None, sys, type, print, float("nan")]
skip = {"input", "breakpoint", "help", "exit", "quit", "_exit", "abort", "raise_signal"}
for name in ("_socket", "posix", "_io", "_struct", "_random", "select", "_signal", "time", "_thread", "_imp", "marshal", "_weakref",
             "itertools", "_functools", "_collections", "array", "math", "zlib", "binascii", "_sre", "_codecs", "gc", "_opcode", "_tracemalloc"):
    try: module = __import__(name)
    except ImportError: continue
    for key, f in list(vars(module).items()):
        if key in skip or not callable(f): continue
        for _ in range(4):
            try: f(*random.choices(values, k=random.randrange(4)))
            except BaseException: pass
print("ok")`,
    { limits: { wallMs: 2_000, cpuMs: 2_000 } },
  ],
  "sys.modules, sys.path and the importers are emptied": [
    `
import sys
sys.path = None
sys.meta_path = []
sys.path_hooks = 5
sys.modules = None
del sys.stdout, sys.stderr, sys.stdin
raise ValueError`,
    { check: (result) => result.exit !== 0 ? null : "ended well" },
  ],
  "the garbage collector calls back": [
    `
import gc
def on(phase, info): gc.collect()
gc.callbacks.append(on)
gc.collect()
gc.freeze(); gc.disable(); gc.set_threshold(1, 1, 1)
class Cycle:
    def __del__(self): Cycle().self = Cycle()
for _ in range(1000): x = Cycle(); x.x = x
print("ok")`,
    {},
  ],
  "object counts overflow": [
    `
import sys
x = object()
try: l = [x] * (2**31 - 1)
except MemoryError: print("refused")`,
    {},
  ],
  "hooks for audits and monitoring": [
    `
import sys
sys.addaudithook(lambda *a: None)
m = sys.monitoring
m.use_tool_id(1, "x")
m.set_events(1, m.events.PY_START | m.events.LINE)
m.register_callback(1, m.events.LINE, lambda *a: m.DISABLE)
def f(): return 1
f(); print("ok")`,
    {},
  ],
  "codecs and error handlers of the program's own": [
    `
import codecs
codecs.register_error("strict", lambda e: ("", 10**9))
codecs.register_error("surrogateescape", lambda e: ("x" * 10**6, 0))
codecs.register(lambda name: 5 if name != "utf-8" else None)
try: print("\\ud800" * 100)
except Exception as error: print(type(error).__name__)
b"\\xff".decode("utf-8", "surrogateescape")`,
    { check: oneOf(timedOut, () => null) },
  ],
  "streams closed under the interpreter": [
    `
import os, sys
for descriptor in range(10):
    try: os.close(descriptor)
    except OSError: pass
os.write(1, b"x")`,
    { check: (result) => result.exit !== 0 ? null : "ended well" },
  ],
  "descriptors multiplied": [
    `
import os
made = []
try:
    while len(made) < 100000: made.append(os.dup(1))
except (OSError, AttributeError) as error: print(type(error).__name__)
os.write(made[-1] if made else 1, b"ok\\n")`,
    { check: oneOf(timedOut, () => null) },
  ],
  "the host is asked for huge lists": [
    `
import select, os, time
for ask in (lambda: os.urandom(2**31 - 1), lambda: select.select(list(range(60000)), [], [], 0), lambda: os.read(0, 2**31 - 1),
            lambda: time.sleep(2**62), lambda: os.getrandom(2**31 - 1)):
    try: ask()
    except BaseException as error: print(type(error).__name__)
print("ok")`,
    {},
  ],
});

/** All of them. */
export const ENGINE: readonly Attack[] = [...CRASHES, ...INTERNALS];
