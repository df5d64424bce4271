/** Hostile corpus: Python that reads, writes and lists files, and looks at its environment. @module */
import { type Attack, attacks, SAYS, TOUCHED } from "./hostile_entry.ts";

const READING = attacks("python", "files", { native: SAYS }, {
  "open() reads a file": `print("GOT:", open("{SECRET_FILE}").read())`,
  "os.open() reads a file": `import os; print("GOT:", os.read(os.open("{SECRET_FILE}", os.O_RDONLY), 1000))`,
  "posix and io.FileIO read a file": `
import io
print("GOT:", io.FileIO("{SECRET_FILE}").readall())`,
  "pathlib reads a file": `import pathlib; print("GOT:", pathlib.Path("{SECRET_FILE}").read_text())`,
  "a loader reads a file": `
import importlib.machinery
print("GOT:", importlib.machinery.SourceFileLoader("x", "{SECRET_FILE}").get_data("{SECRET_FILE}"))`,
  "linecache, fileinput and tokenize read a file": `
import fileinput, linecache, tokenize
for read in (lambda: linecache.getline("{SECRET_FILE}", 1), lambda: next(fileinput.input("{SECRET_FILE}")),
             lambda: tokenize.open("{SECRET_FILE}").read()):
    try:
        text = read()
        if text: print("GOT:", text)
    except Exception as error:
        print(type(error).__name__)`,
  "a relative path climbs to the root": `
import os
for depth in range(12):
    try: print("GOT:", open("../" * depth + "etc/passwd").read()[:40]); break
    except OSError: pass`,
  "/proc tells of the process": `
import os
print("GOT:", open("/proc/self/environ", "rb").read()[:40], os.readlink("/proc/self/exe"))`,
  "a file descriptor that somebody left open": `
import os
for descriptor in range(3, 200):
    try:
        os.fstat(descriptor)
        print("GOT:", descriptor)
    except OSError: pass
descriptor = os.open(".", os.O_RDONLY)
print("GOT:", descriptor)`,
  "os.listdir() lists a folder": `import os; print("GOT:", os.listdir("{FOLDER}"))`,
  "glob, scandir and walk list folders": `
import glob, os
found = glob.glob("{FOLDER}/*") + [e.name for p in ("{FOLDER}", "/", ".") for e in (os.scandir(p) if os.path.exists(p) else [])]
found += [files for _, _, files in os.walk("{FOLDER}")]
if found: print("GOT:", found)`,
  "os.environ has the variables": `
import os
print(*("GOT: " + value for name, value in os.environ.items() if name in ("AF_HOSTILE", "PATH", "HOME")), sep="\\n")`,
  "the user, the machine and the folder": `
import getpass, os, platform, socket
for ask in (os.getcwd, getpass.getuser, socket.gethostname, os.getlogin, platform.node):
    try:
        said = ask()
        if said not in ("", "/", "localhost", "(none)"): print("GOT:", said)
    except Exception as error: print(type(error).__name__)`,
});

const WRITING = attacks("python", "files", { native: TOUCHED }, {
  "open() writes a file": `open("{FOLDER}/new", "w").write("x")`,
  "open() overwrites the secret": `open("{SECRET_FILE}", "w").write("x")`,
  "os.remove() deletes it": `import os; os.remove("{SECRET_FILE}")`,
  "os.rename() and shutil move it": `
import os, shutil
try: os.rename("{SECRET_FILE}", "{FOLDER}/moved")
except OSError: shutil.move("{SECRET_FILE}", "{FOLDER}/moved")`,
  "shutil.rmtree() deletes the folder": `import shutil; shutil.rmtree("{FOLDER}", ignore_errors=True)`,
  "os.mkdir() makes a folder": `import os; os.mkdir("{FOLDER}/made")`,
  "os.symlink() and os.link() make names": `
import os
try: os.symlink("/etc", "{FOLDER}/etc")
except Exception as error: print(error)
os.link("{SECRET_FILE}", "{FOLDER}/hard")`,
  "tempfile leaves a file": `
import tempfile
with tempfile.NamedTemporaryFile(dir="{FOLDER}", delete=False) as file: file.write(b"x")`,
  "sqlite3 and shelve write databases": `
import os
try:
    import sqlite3
    sqlite3.connect("{FOLDER}/base").execute("create table t (x)").connection.commit()
except Exception as error: print(error)
import shelve
shelve.open("{FOLDER}/shelf")["a"] = 1`,
  "logging and zipfile write files": `
import logging, zipfile
try: zipfile.ZipFile("{FOLDER}/a.zip", "w").writestr("a", "b")
except OSError as error: print(error)
logging.FileHandler("{FOLDER}/log").close()`,
});

/** All of them. */
export const FILES: readonly Attack[] = [...READING, ...WRITING];
