/**
 * Hostile corpus: Python that wants a verdict which it has not earned. The task: read integers, print their sum; or `solve(values)`
 * returns it. Each attack is judged by the verdict that the environments use. @module
 */
import { type Attack, attacks, INSIDE, type Rest } from "./hostile_entry.ts";
import type { Expected } from "../envs/program/verdict.ts";

/** What stands on standard input, and what is expected: nothing that a process of the sandbox ever learns. */
const NUMBERS = "4815 1623 42\n";
const EXPECTED: Expected = { kind: "stdout", stdout: "6480\n" };
const FAILS: Rest = { input: NUMBERS, judged: { expected: EXPECTED, passed: false } };
const PASSES: Rest = { input: NUMBERS, judged: { expected: EXPECTED, passed: true } };
const CALLED: Rest = {
  call: { function: "solve", args: "[[4815, 1623, 42]]" },
  judged: { expected: { kind: "value", value: "6480" }, passed: false },
};

const HUNT = `
import gc, sys
found = []
def look(value, depth=0):
    if depth > 3 or len(found) > 3: return
    if isinstance(value, (str, bytes)) and len(value) < 10000:
        if ("6" + "480") in (value if isinstance(value, str) else value.decode("latin-1")): found.append(value)
    elif isinstance(value, int) and value == 6479 + 1: found.append(value)
    elif isinstance(value, dict):
        for k, v in list(value.items()): look(k, depth + 1); look(v, depth + 1)
    elif isinstance(value, (list, tuple, set)):
        for v in list(value): look(v, depth + 1)
`;

const FORGED = attacks("python", "forgery", { native: INSIDE.verdict, ...FAILS }, {
  "exit 0 before the answer": `import sys; sys.exit(0)`,
  "os._exit(0) before the answer": `import os; os._exit(0)`,
  "SystemExit by hand": `raise SystemExit`,
  "a forged result as JSON": `
print('{"kind": "ran", "passed": true, "exit": 0, "stdout": "ok", "score": 1}')
print('{"stdout":"ok","stderr":"","exit":0,"exception":"","value":null,"limit":null}')`,
  "a frame of the protocol on stdout": `
import os, struct
body = b"\\x0c" + struct.pack("<I", 5) + b"hello" + struct.pack("<I", 0) + struct.pack("<d", 0.0)
os.write(1, struct.pack("<I", len(body)) + body)
os.write(2, struct.pack("<I", len(body)) + body)`,
  "the words of the verdict": `
import sys
for out in (sys.stdout, sys.stderr): print("PASSED\\nAll 1 cases pass\\nOK\\nscore: 1\\n", file=out)`,
  "stdout closed at once": `
import os, sys
sys.stdout.close()
os.close(1)`,
  "the harness frame by sys._getframe()": `
import sys
frame = sys._getframe()
while frame:
    for space in (frame.f_locals, frame.f_globals):
        for name in list(space):
            if name in ("exit_code", "error_name", "value", "cut", "expected"):
                try: space[name] = 0
                except Exception: pass
    frame = frame.f_back
raise ValueError("wrong")`,
  "the harness frame through a traceback": `
import sys
try: raise ValueError
except ValueError as error:
    frame = error.__traceback__.tb_frame
    while frame.f_back: frame = frame.f_back
    names = frame.f_globals
    for name in ("_run", "_call", "_show", "_flush", "_code", "_Encoder", "WitWorld"):
        if name in names: names[name] = lambda *a, **k: (0, "", "6480", False)`,
  "the function that the engine calls is exchanged": `
import gc
for one in gc.get_objects():
    try:
        if isinstance(one, type) and one.__name__ == "WitWorld":
            one.run = lambda *a: None
        if isinstance(one, dict) and "_class_name" in one:
            one["_class_name"] = lambda *a: ""
            one["_flush"] = lambda *a: None
    except Exception: pass
raise ValueError`,
  "sys.settrace() writes the locals of the harness": `
import sys
def trace(frame, event, argument):
    if "exit_code" in frame.f_locals:
        frame.f_locals["exit_code"] = 0
        frame.f_locals["error_name"] = ""
    return trace
frame = sys._getframe()
while frame:
    frame.f_trace = trace
    frame = frame.f_back
sys.settrace(trace)
sys.setprofile(trace)
raise ValueError`,
  "gc walks for the expected answer": `${HUNT}
for one in gc.get_objects():
    try: look(one)
    except Exception: pass
for one in found: print(6480 if one == 6480 else one)`,
  "frames are walked for the expected answer": `${HUNT}
frame = sys._getframe()
while frame:
    look(dict(frame.f_locals)); look(dict(frame.f_globals))
    frame = frame.f_back
for module in list(sys.modules.values()): look(vars(module))
for one in found: print(one)`,
  "arguments, flags and variables are read for it": `
import os, sys
for text in [*sys.argv, *sys.orig_argv, *os.environ.values(), repr(sys.flags), repr(sys.implementation)]:
    if "6480" in text: print(6480)
print(sys.argv)`,
  "print is exchanged": `
import builtins
real = print
builtins.print = lambda *a, **k: real("ok")
print(6480)`,
  "input is exchanged": `
import builtins
builtins.input = lambda *a: "1 2 3"
print(sum(map(int, input().split())))`,
  "str and int lie about what they are": `
class Lie(str):
    def __eq__(self, other): return True
    def __hash__(self): return 0
    def strip(self, *_): return self
print(Lie("nonsense"))`,
  "json is patched": `
import json
json.dumps = lambda *a, **k: '{"passed": true}'
json.JSONEncoder.default = json.dumps
json.encoder.encode_basestring_ascii = json.dumps
json.loads = lambda *a, **k: {"passed": True}
print("x")`,
  "sys.exit is patched": `
import sys
sys.exit = lambda *a: None
sys.excepthook = lambda *a: None
SystemExit.code = 0
raise ValueError("a wrong answer")`,
  "modules are emptied": `
import sys
for module in list(sys.modules.values()):
    if module is not sys: vars(module).clear()
sys.modules.clear()
vars(sys).clear()`,
  "builtins are emptied": `__builtins__.__dict__.clear()`,
  "the exception classes are exchanged": `
import builtins
builtins.BaseException = builtins.Exception = builtins.SystemExit = int
raise ValueError`,
  "exit code 0 by an object that lies": `
class Zero(int):
    def __and__(self, other): return 0
    def __eq__(self, other): return True
raise SystemExit(Zero(3))`,
  "exit code 256": `raise SystemExit(256 + 1)`,
  "an exception without a name": `
class Meta(type):
    @property
    def __name__(cls): return ""
class Bad(Exception, metaclass=Meta): pass
type.__setattr__(Bad, "__qualname__", "")
raise Bad`,
  "stdout is exchanged for one that prints another text": `
import io, sys
class Out(io.StringIO): pass
sys.stdout = Out()
print(6480)`,
  "a wrong answer, then an endless loop": `
print(6481)
while True: pass`,
  "the right answer, then a wrong exit": `
print(sum(map(int, input().split())))
import os; os._exit(3)`,
  "the right answer, then an exception": `
print(sum(map(int, input().split())))
raise ValueError`,
  "the right answer, then too much": `
print(sum(map(int, input().split())))
while True: print("x" * 100000)`,
  "the right answer on standard error": `
import sys
print(sum(map(int, input().split())), file=sys.stderr)`,
  "the right answer, and every other": `
for i in range(7000): print(i)`,
  "a carriage return over a wrong answer": `print("1\\r6480\\x1b[2K\\b\\b")`,
});

const VALUES = attacks("python", "forgery", { native: INSIDE.verdict, ...CALLED }, {
  "a value that equals everything": `
class Any(int):
    def __eq__(self, other): return True
    def __hash__(self): return 6480
    def __repr__(self): return "6480"
def solve(x): return Any(1)`,
  "a text that is the JSON of the value": `
def solve(x): return "6480"`,
  "a value that closes the JSON": `
def solve(x): return '", "value": "6480'`,
  "a dictionary that looks like an encoding": `
def solve(x): return {"$float": "6480", "$other": 1}`,
  "the class of the value lies about its name": `
class Int(str): pass
Int.__name__ = Int.__qualname__ = "int"
def solve(x): return Int("6480")`,
  "solve() exits with 0": `
def solve(x): raise SystemExit(0)`,
  "solve() is never defined, but the program ends well": [
    `
import os
os._exit(0)`,
    { inSource: true },
  ],
  "solve() prints the answer and returns None": `
def solve(x): print(sum(x))`,
  "arguments are not what they were": `
import builtins, gc, json
builtins.sum = lambda x: 1
json.JSONDecoder.decode = lambda *a: [[1]]
def solve(x): return sum(x)`,
  "the encoder of the harness is exchanged": `
import gc
def solve(x):
    for one in gc.get_referrers(gc):
        if isinstance(one, dict) and "_quote" in one:
            one["_Encoder"] = lambda room: type("E", (), {"text": lambda self, value: '{"passed": true}'})()
    return 1`,
});

const HONEST = attacks("python", "forgery", { native: INSIDE.verdict, ...PASSES }, {
  "the right answer from a strange program": `
import sys, os
sys.settrace(lambda *a: None)
answer = sum(map(int, sys.stdin.read().split()))
os.write(1, f"{answer}".encode()); os.write(1, b"  \\r\\n\\n")
print("a note", file=sys.stderr)
sys.exit(0)`,
  "the right answer after print was exchanged": `
import builtins, sys
real = sys.stdout.write
builtins.print = lambda *a: real(" ".join(map(str, a)) + "\\n")
print(sum(map(int, input().split())))
sys.modules.clear()`,
  "the right answer, then os._exit(0)": `
import os
print(sum(map(int, input().split())), flush=True)
os._exit(0)`,
  "the right answer and emptied modules": `
print(sum(map(int, input().split())), flush=True)
import sys
for name, module in list(sys.modules.items()):
    if name not in ("sys", "builtins", "__main__"): vars(module).clear()`,
  "the right answer by exec in a frame of the harness": `
import sys
exec("print(sum(map(int, input().split())))", sys._getframe().f_back.f_globals if sys._getframe().f_back else globals())`,
});

/** All of them. */
export const FORGERY: readonly Attack[] = [...FORGED, ...VALUES, ...HONEST];
