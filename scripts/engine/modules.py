"""Which modules of the standard library a program can import: what is imported here, at build time, and nothing else."""
import ast
import importlib
import importlib._bootstrap_external as loading

NAMES = """
abc argparse array ast asyncio atexit base64 binascii bisect builtins calendar cmath cmd code codecs codeop collections
collections.abc colorsys concurrent.futures configparser contextlib contextvars copy copyreg csv dataclasses datetime decimal
difflib dis doctest email email.message enum errno fileinput fnmatch fractions functools gc getopt getpass gettext glob graphlib
gzip hashlib heapq hmac html html.entities html.parser http importlib importlib.util importlib.resources inspect io ipaddress
itertools json keyword linecache locale logging logging.handlers marshal math mimetypes multiprocessing numbers opcode operator
optparse os os.path pathlib pdb pickle pickletools pkgutil platform plistlib posixpath pprint profile pstats queue quopri random re
reprlib rlcompleter runpy sched secrets select selectors shelve shlex shutil signal site socket sqlite3 stat statistics string
string.templatelib stringprep struct subprocess symtable sys sysconfig tabnanny tarfile tempfile textwrap threading time timeit
token tokenize tomllib trace traceback tracemalloc types typing unicodedata unittest unittest.mock urllib.parse uuid warnings wave
weakref xml.dom.minidom xml.etree.ElementTree zipfile zlib zoneinfo annotationlib _thread __future__
""".split()

# Programs import these lazily inside the modules above, where nobody sees it.
BEHIND = """
_ast_unparse _pydatetime _pydecimal _pylong _strptime _colorize _pyrepl email.policy xml.dom.expatbuilder unittest.async_case
encodings.idna encodings.ascii encodings.latin_1 encodings.utf_7 encodings.utf_16 encodings.utf_16_le encodings.utf_16_be
encodings.utf_32 encodings.utf_8_sig encodings.cp1251 encodings.cp1252 encodings.cp437 encodings.hex_codec encodings.rot_13
encodings.base64_codec encodings.zlib_codec encodings.quopri_codec encodings.unicode_escape encodings.raw_unicode_escape
encodings.punycode encodings.charmap
""".split()

# Absent in this build of CPython, or of no use without files, sockets and processes.
ABSENT = """
bz2 lzma ssl ctypes mmap curses readline tkinter turtle venv ensurepip idlelib dbm fcntl grp pwd resource syslog termios tty pty
imaplib poplib smtplib ftplib nntplib telnetlib socketserver http.server http.client urllib.request xmlrpc webbrowser wsgiref
zipapp distutils compileall py_compile cProfile numpy pandas sympy scipy requests
""".split()


class _Bare(ast.NodeTransformer):
    """Takes the docstrings out: nobody reads them here, and they are a tenth of the image."""

    def bare(self, node):
        self.generic_visit(node)
        first = node.body[0] if node.body else None
        if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
            if len(node.body) > 1:
                del node.body[0]
            else:
                node.body[0] = ast.copy_location(ast.Pass(), first)
        return node

    visit_Module = visit_ClassDef = visit_FunctionDef = visit_AsyncFunctionDef = bare


def _compile(self, data, path, *, _optimize=-1):
    if "/python/" not in path:
        return compile(data, path, "exec", dont_inherit=True)
    return compile(_Bare().visit(ast.parse(data)), path, "exec", dont_inherit=True)


def _uncached(*_, **__):
    raise NotImplementedError


def load():
    """Imports them all. A module that is missing fails the build: the list says what there is."""
    kept = loading.SourceLoader.source_to_code, loading.cache_from_source
    loading.SourceLoader.source_to_code, loading.cache_from_source = _compile, _uncached
    missing = []
    for name in NAMES + BEHIND:
        try:
            importlib.import_module(name)
        except ImportError as error:
            missing.append("%s (%s)" % (name, error))
    loading.SourceLoader.source_to_code, loading.cache_from_source = kept
    if missing:
        raise ImportError("The engine cannot import " + ", ".join(missing))
    return NAMES
