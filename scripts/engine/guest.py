"""The harness inside the engine. Everything here up to `run` happens once, at build time; its state is the pristine image.

What `run` returns is the program's word: a program can reach this module through frames and forge its own result, no more.
"""
import atexit
import builtins
import gc
import importlib
import io
import json
import linecache
import random
import sys
import types
import traceback

import modules
import threads

IMPORTABLE = modules.load()
threads.install()

import wit_world

_loads = json.JSONDecoder().decode
_quote = json.encoder.encode_basestring_ascii
_class_name = type.__dict__["__name__"].__get__
_seed = random.seed
_hidden = [name for name in sys.modules if name.startswith(("wit_world", "componentize_py"))] + ["guest", "modules", "threads"]
_hidden += ["componentize_py_types", "componentize_py_runtime", "componentize_py_async_support", "poll_loop"]


class _Source:
    """Where tracebacks find the lines of main.py."""

    def __init__(self):
        self.text = ""

    def get_source(self, name):
        return self.text


_source = _Source()
_main = types.ModuleType("__main__")
_main.__dict__.update(__builtins__=builtins, __file__="main.py", __cached__=None, __loader__=_source, __spec__=None)
_globals = _main.__dict__


def _stream(descriptor, mode, errors, **options):
    raw = io.FileIO(descriptor, mode, closefd=False)
    buffer = io.BufferedReader(raw, 65536) if mode == "r" else io.BufferedWriter(raw, 8192)
    stream = io.TextIOWrapper(buffer, encoding="utf-8", errors=errors, **options)
    stream.mode = mode
    return stream


def _code(leaving):
    """The exit code for a SystemExit, as the parent of a process would see it."""
    code = leaving.code
    if code is None:
        return 0
    if isinstance(code, int):
        return int(code) & 255 if -(2**63) <= code < 2**63 else 255
    try:
        _flush(sys.stdout)
        print(code, file=sys.stderr)
    except BaseException:  # The program may have closed or replaced it.
        pass
    return 1


def _flush(stream):
    try:
        if not stream.closed:
            stream.flush()
    except BaseException:  # As above; CPython would end with 120 here.
        pass


def _show(error, skip):
    """Prints a traceback as the interpreter does, without the frames of this module."""
    try:
        trace = error.__traceback__
        for _ in range(skip):
            trace = trace and trace.tb_next
        error.__traceback__ = trace
        _flush(sys.stdout)
        sys.excepthook(type(error), error, trace)
    except BaseException:
        try:
            sys.__excepthook__(type(error), error, error.__traceback__)
        except BaseException:  # What cannot be printed is not printed; its class is told all the same.
            pass


class _TooLong(Exception):
    pass


class _Encoder:
    """A value as JSON text: exact built-in types only, and no more than `room` characters."""

    def __init__(self, room):
        self.room = room

    def text(self, value):
        kind = type(value)
        if value is None:
            return self.count("null")
        if kind is bool:
            return self.count("true" if value else "false")
        if kind is int:
            # A third of the bits is never more than the digits that it will have.
            if value.bit_length() // 4 > self.room:
                raise _TooLong
            return self.count(int.__repr__(value))
        if kind is str:
            return self.count(_quote(value))
        if kind is float:
            if value - value == 0.0:
                return self.count(float.__repr__(value))
            name = "nan" if value != value else "inf" if value > 0 else "-inf"
            return self.count('{"$float": "%s"}' % name)
        if kind is list:
            return "[" + self.items(value) + "]"
        if kind is tuple:
            return '{"$tuple": [' + self.items(value) + "]}"
        if kind is dict:
            return self.mapping(value)
        if kind is set or kind is frozenset:
            name = "$set" if kind is set else "$frozenset"
            return '{"%s": [%s]}' % (name, ", ".join(sorted(self.text(item) for item in value)))
        if kind is bytes:
            return self.count('{"$bytes": "%s"}' % value.hex())
        return self.count('{"$other": %s}' % _quote(_class_name(kind)))

    def count(self, text):
        self.room -= len(text) + 2
        if self.room < 0:
            raise _TooLong
        return text

    def items(self, values):
        return ", ".join([self.text(item) for item in values])

    def mapping(self, value):
        if all(type(key) is str and not key.startswith("$") for key in value):
            return "{" + ", ".join([self.text(key) + ": " + self.text(item) for key, item in value.items()]) + "}"
        pairs = ["[" + self.text(key) + ", " + self.text(item) + "]" for key, item in value.items()]
        return '{"$dict": [' + ", ".join(pairs) + "]}"


def _call(name, arguments, limit):
    """Calls a function of the program. The limit on digits is the program's; it does not hold for what goes in and out."""
    digits = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(0)
    values = _loads(arguments)
    sys.set_int_max_str_digits(digits)
    if name not in _globals:
        raise NameError("name %r is not defined" % name)
    result = _globals[name](*values)
    sys.set_int_max_str_digits(0)
    try:
        return _Encoder(limit).text(result), False
    except _TooLong:
        return None, True
    except RecursionError:
        return '{"$other": %s}' % _quote(_class_name(type(result))), False
    finally:
        sys.set_int_max_str_digits(digits)


def _run(source, function, arguments, seed, limit):
    for name in _hidden:
        sys.modules.pop(name, None)
    _seed(seed)
    sys.argv = ["main.py"]
    _source.text = source
    exit_code, error_name, value, cut = 0, "", None, False
    skip = 1
    try:
        code = compile(source, "main.py", "exec", dont_inherit=True)
        exec(code, _globals)
        if function:
            skip = 2
            value, cut = _call(function, arguments, limit)
    except SystemExit as leaving:
        exit_code = _code(leaving)
    except BaseException as error:
        exit_code, error_name = 1, _class_name(type(error))
        _show(error, skip)
    try:
        atexit._run_exitfuncs()
    except BaseException as error:
        _show(error, 1)
    _flush(sys.stdout)
    _flush(sys.stderr)
    return exit_code, error_name, value, cut


class WitWorld(wit_world.WitWorld):
    """What componentize-py calls."""

    def run(self, source, function, arguments, seed, limit):
        return wit_world.Outcome(*_run(source, function, arguments, seed, limit))


_BYTES_HEAD = sys.getsizeof(b"")
# Of the allocator: every chunk is a multiple of this, and these bytes of it are its own.
_STEP, _CHUNK_HEAD = 16, 4


def _fill():
    """Takes every hole that the imports left between objects, zeroed, and keeps it: zeros cost nothing in the image, and what a
    program allocates lies close together in new memory, so that few pages are touched and have to be reset. Returns what is kept."""
    kept = []
    # No hole is that large: it comes from the end of the used memory.
    end = id(bytes(24 << 20))
    for size in [1 << bits for bits in range(23, 10, -1)] + list(range(1024, _STEP, -_STEP)):
        while id(block := bytes(size - _CHUNK_HEAD - _BYTES_HEAD)) < end:
            kept.append(block)
    while id(block := object()) < end:
        kept.append(block)
    return kept


def _prepare():
    sys.stdin = sys.__stdin__ = _stream(0, "r", "surrogateescape", newline="\n")
    sys.stdout = sys.__stdout__ = _stream(1, "w", "surrogateescape", newline="\n")
    sys.stderr = sys.__stderr__ = _stream(2, "w", "backslashreplace", newline="\n", line_buffering=True)
    sys.modules["__main__"] = _main
    linecache.clearcache()
    sys.path[:] = []
    sys.path_importer_cache.clear()
    sys.dont_write_bytecode = True
    # As on the machines that programs were written for; many take it for infinity. Nothing in C reads it.
    sys.maxsize = 2**63 - 1
    # Recursion through Python functions ends where CPython ends it.
    sys.setrecursionlimit(1000)
    gc.collect()
    globals()["_kept"] = _fill()
    gc.collect()
    gc.freeze()
    # Room that the memory need not grow for: the allocator keeps it at its end.
    room = bytearray(24 << 20)
    del room


_prepare()
