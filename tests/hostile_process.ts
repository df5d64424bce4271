/** Hostile corpus: Python that wants other processes, threads or native code. @module */
import { type Attack, attacks, CRASHED, KILLED, LATE, ORPHANED, SAYS, TOUCHED } from "./hostile_entry.ts";
import { timedOut } from "./hostile_checks.ts";

/** All of them. */
export const PROCESSES: readonly Attack[] = attacks("python", "processes", { native: SAYS }, {
  "ctypes calls the C library": `import ctypes; print("GOT:", ctypes.CDLL(None).getpid())`,
  "_ctypes by itself": `import _ctypes; print("GOT:", _ctypes.dlopen(None, 2))`,
  "ctypes reads address 0": [`import ctypes; ctypes.string_at(0)`, { native: CRASHED }],
  "an extension module is loaded from a file": [
    `
import importlib.machinery, importlib.util, shutil, sys
import math, _socket
path = getattr(_socket, "__file__", None) or getattr(math, "__file__", "")
loader = importlib.machinery.ExtensionFileLoader("_socket", path)
module = importlib.util.module_from_spec(importlib.util.spec_from_loader("_socket", loader))
loader.exec_module(module)
print("GOT:", module)`,
    {},
  ],
  "os.fork()": [
    `
import os
if os.fork() == 0:
    open("{FOLDER}/child", "w").write("x")
    os._exit(0)
os.wait()`,
    { native: TOUCHED },
  ],
  "a child outlives its parent": [
    `
import os, time
if os.fork() == 0:
    os.setsid()
    for _ in range(20):
        time.sleep(0.05)
        open("{FOLDER}/child", "w").write("x")
    os._exit(0)
time.sleep(0.3)`,
    { native: TOUCHED },
  ],
  "subprocess.run()": [`import subprocess; subprocess.run(["touch", "{FOLDER}/made"])`, { native: TOUCHED }],
  "os.system() and os.popen()": [
    `
import os
try: print(os.popen("echo x").read())
except Exception as error: print(error)
os.system("touch {FOLDER}/made")`,
    { native: TOUCHED },
  ],
  "os.posix_spawn() and execv()": [
    `
import os
try: os.posix_spawn("/bin/sh", ["sh", "-c", "touch {FOLDER}/spawned"], {})
except Exception as error: print(error)
os.execv("/bin/sh", ["sh", "-c", "touch {FOLDER}/made"])`,
    { native: TOUCHED },
  ],
  "multiprocessing": [
    `
import multiprocessing
def work(): open("{FOLDER}/made", "w").write("x")
context = multiprocessing.get_context("fork")
p = context.Process(target=work)
p.start(); p.join()`,
    { native: TOUCHED },
  ],
  "a process pool": `
import concurrent.futures, multiprocessing, os
with concurrent.futures.ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("fork")) as pool:
    print("GOT:", pool.submit(os.getpid).result())`,
  "os.kill() of every pid": [
    `
import os
for pid in list(range(2, 5000)) + [{VICTIM}]:
    if pid == os.getpid(): continue
    try: os.kill(pid, 9)
    except OSError: pass`,
    { native: KILLED },
  ],
  "os.kill(-1)": [`import os; os.kill(-1, 9)`, { native: KILLED }],
  "os.killpg() and kill(0)": [
    `
import os
try: os.killpg(os.getpgid({VICTIM}), 9)
except Exception as error: print(error)
os.kill({VICTIM}, 15)`,
    { native: KILLED },
  ],
  "os.kill() of the parent": [
    `
import os, time
os.kill(os.getppid(), 9)
time.sleep(0.2)`,
    { native: ORPHANED },
  ],
  "signals: raise SIGKILL": [`import signal; signal.raise_signal(signal.SIGKILL)`, { native: CRASHED }],
  "signals: raise SIGSEGV and abort": [
    `
import os, signal
try: signal.raise_signal(signal.SIGSEGV)
except Exception as error: print(error)
os.abort()`,
    { native: CRASHED },
  ],
  "signals: ignore the end": [
    `
import signal
for number in range(1, 65):
    try: signal.signal(number, signal.SIG_IGN)
    except Exception: pass
while True: pass`,
    { native: LATE, check: timedOut },
  ],
  "signals: an alarm that never ends": [
    `
import signal
def again(*_):
    while True: pass
signal.signal(signal.SIGALRM, again)
signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)
while True: pass`,
    { native: LATE },
  ],
  "50 threads": [
    `
import threading, time
def work(): time.sleep(0.5)
all = [threading.Thread(target=work, daemon=True) for _ in range(50)]
for one in all: one.start()
print("GOT:" if sum(one.is_alive() for one in all) > 20 else "none ran beside it")`,
    {},
  ],
  "a thread without end": [
    `
import _thread, threading
def work():
    while True: pass
try: _thread.start_new_thread(work, ())
except RuntimeError as error: print(error)
t = threading.Thread(target=work); t.start(); t.join()`,
    { native: LATE, check: timedOut },
  ],
  "a sub-interpreter": [
    `
try: import _interpreters as i
except ImportError: import _xxsubinterpreters as i
one = i.create()
i.run_string(one, "open('{FOLDER}/sub', 'w').write('x')")`,
    { native: TOUCHED },
  ],
  "mmap and shared memory": [
    `
import multiprocessing.shared_memory as m
one = m.SharedMemory(create=True, size=10)
one.unlink(); print("GOT:", one.name)`,
    {},
  ],
  "resource raises its own limits":
    `import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64)); print("GOT: set")`,
});
