/** Hostile corpus: Python that leaves something for the next case: another interpreter, another input, a hook that waits. @module */
import { type Attack, attacks, INSIDE } from "./hostile_entry.ts";

/** All of them. That the next case finds nothing is checked for every attack. */
export const LEFTOVERS: readonly Attack[] = attacks("python", "leftovers", { native: INSIDE.reset }, {
  "builtins are patched": `
import builtins
builtins.print = builtins.len = builtins.sum = builtins.sorted = lambda *a, **k: 0
builtins.evil = 1`,
  "modules are patched": `
import json, math, random, re, sys
json.dumps = random.random = re.match = lambda *a: "evil"
math.pi = 3
sys.modules["evil"] = sys.modules["json"] = math
sys.path.append("/evil"); sys.argv.append("evil")`,
  "types of the standard library are patched": `
import collections, fractions, json
json.JSONEncoder.encode = lambda *a: "evil"
collections.OrderedDict.__init__ = lambda *a: None
fractions.Fraction.__add__ = lambda *a: 5`,
  "__del__ and weakref wait for the next case": `
import gc, sys, weakref
gc.disable()
class Late:
    def __del__(self): print("evil")
x = Late(); x.me = x
weakref.finalize(x, print, "evil")
sys.late = Late()
del x`,
  "atexit hooks print and register": `
import atexit
for i in range(100): atexit.register(lambda: None)
atexit.register(lambda: atexit.register(print, "evil"))`,
  "tracing, profiling and audits stay on": `
import sys, threading
def trace(*a): print("evil", file=sys.__stderr__)
threading.settrace(trace); threading.setprofile(trace)
sys.addaudithook(lambda name, a: None)
sys.monitoring.use_tool_id(3, "evil")
sys.setprofile(lambda *a: None); sys.settrace(lambda *a: None)`,
  "limits and switches are changed": `
import decimal, gc, locale, os, sys, warnings
sys.setrecursionlimit(50); sys.set_int_max_str_digits(0); sys.setswitchinterval(9)
decimal.getcontext().prec = 3; decimal.DefaultContext.prec = 2
gc.disable(); gc.set_threshold(0); warnings.simplefilter("error")
os.environ["EVIL"] = "1"; sys.flags and None
sys.dont_write_bytecode = False; sys.float_repr_style = "evil"`,
  "streams are exchanged": `
import io, sys
sys.stdin = sys.__stdin__ = io.StringIO("evil\\n" * 10)
sys.stderr = sys.__stderr__ = io.StringIO()
sys.stdout.write("half a line without an end")
sys.stdout.flush()
sys.stdout = sys.__stdout__ = io.StringIO()`,
  "half a character is left in the decoder": `
import os, sys
os.write(1, b"\\xf0\\x9f")
sys.stdin.buffer.peek(1)
sys.stdin.read(1)`,
  "importers and codecs are added": `
import codecs, sys
class Finder:
    @staticmethod
    def find_spec(*a): raise SystemExit("evil")
sys.meta_path.insert(0, Finder); sys.path_hooks.append(Finder); sys.path_importer_cache["x"] = Finder
codecs.register(lambda name: None); codecs.register_error("strict", lambda e: ("", e.end))
sys.modules.pop("json"); sys.modules.pop("random")`,
  "memory is filled with addresses": `
x = [bytes([i % 256]) * 4096 for i in range(20000)]
y = {i: str(i) for i in range(200000)}
del x`,
  "memory is grown to its end": `
x = []
try:
    while True: x.append(bytearray(1 << 20))
except MemoryError: pass`,
  "interned texts, small integers and True are changed": `
import gc, sys
for _ in range(1): sys.intern("evil" * 10)
for one in (int, str, list, dict):
    try: one.evil = 1
    except TypeError: pass
    for space in gc.get_referents(one.__dict__):
        if isinstance(space, dict): space["evil"] = 1; space["__len__"] = lambda self: 7
type.mro(int)`,
  "the harness itself is changed": `
import sys
frame = sys._getframe()
while frame:
    if "_run" in frame.f_globals:
        space = frame.f_globals
        space["_globals"]["evil"] = 1
        for name in ("_loads", "_quote", "_seed", "_flush", "_show", "_code"): space[name] = lambda *a, **k: 0
        space["_hidden"][:] = ["sys", "json", "builtins"]
    frame = frame.f_back`,
  "it dies in the middle of everything": `
import os, sys, gc
gc.disable()
sys.modules.clear()
print("half", end="")
os._exit(7)`,
  "it is ended in the middle of a loop": `
import sys
sys.evil = []
def loop():
    while True: sys.evil.append(len(sys.evil))
import json
json.dumps = None
loop()`,
  "the seed of the next case is looked for": `
import os, random, time
random.seed(1)
random._inst = random.Random(5)
time.time = lambda: 0
os.urandom = lambda n: b"0" * n`,
  "context variables, caches and interned patterns": `
import contextvars, functools, re
v = contextvars.ContextVar("evil"); v.set(1)
re.compile("evil" * 100)
for i in range(600): re.compile("a" * i)
re._cache.clear()
functools.lru_cache = None`,
});
