/** For tests only: programs whose behaviour is the same in all versions of CPython from 3.10 on. Ours, written for this. @module */

/** A program and its input. */
export interface Program {
  readonly source: string;
  readonly stdin?: string;
}

/** Programs by what they show. */
export const PROGRAMS: Readonly<Record<string, Program>> = {
  "input and print": {
    source: "a, b = map(int, input().split())\nprint(a + b, a - b, sep='|', end='!\\n')",
    stdin: "3 4\n",
  },
  "input at the end": { source: "print(input())\ninput()", stdin: "only\n" },
  "input without a line end": { source: "print(repr(input()))", stdin: "last" },
  "lines": { source: "import sys\nfor line in sys.stdin: print(repr(line))", stdin: "a\nb\r\n\nc" },
  "readline": { source: "import sys\nr = sys.stdin.readline\nprint(repr(r()), repr(r()), repr(r()))", stdin: "a\nb\n" },
  "read": { source: "import sys\nprint(sys.stdin.read().split())", stdin: "1 2\n3\n" },
  "binary streams": {
    source: "import sys\nd = sys.stdin.buffer.read()\nsys.stdout.buffer.write(d[::-1])\nsys.stdout.buffer.flush()",
    stdin: "abc",
  },
  "binary lines": {
    source: "import sys\nprint(sys.stdin.buffer.readline(), sys.stdin.buffer.readlines())",
    stdin: "a\nb\nc",
  },
  "open(0)": { source: "print(open(0).read().split())", stdin: "x y\nz\n" },
  "os.read and os.write": { source: "import os\nd = os.read(0, 3)\nos.write(1, d + b'!')", stdin: "abcdef" },
  "flush": { source: "import sys\nprint('a', flush=True)\nsys.stdout.write('b')\nprint('c', file=sys.stderr)" },
  "large input": {
    source: "import sys\nd = sys.stdin.read()\nprint(len(d), d[-5:])",
    stdin: "0123456789\n".repeat(20_000),
  },
  "large output": { source: "for i in range(20000): print(i)" },
  "output without an end": { source: "import sys\nsys.stdout.write('x' * 100000)" },
  "unicode": {
    source: "s = input()\nprint(s[::-1], len(s), s.upper(), ascii(s), s.encode())",
    stdin: "straße é日本😀\n",
  },
  "surrogates": { source: "s = '\\ud800'\nprint(ascii(s), len(s))\ns.encode()" },
  "normal forms": {
    source:
      "import unicodedata as u\nprint(u.normalize('NFD', 'é').encode(), u.name('☃'), 'ß'.casefold(), 'ǆ'.title())",
  },
  "exit 0": { source: "import sys\nprint('x')\nsys.exit()" },
  "exit 7": { source: "raise SystemExit(7)" },
  "exit -1": { source: "import sys\nsys.exit(-1)" },
  "exit 256": { source: "import sys\nsys.exit(256)" },
  "exit with a text": { source: "import sys\nsys.exit('no')" },
  "exit with True": { source: "import sys\nsys.exit(True)" },
  "exit in a function": {
    source:
      "def f():\n    try:\n        exit(3)\n    finally:\n        print('finally')\nimport sys\nexit = sys.exit\nf()",
  },
  "atexit": { source: "import atexit\natexit.register(print, 'bye')\nprint('hi')\n1 / 0" },
  "uncaught": { source: "print('before')\n[][1]" },
  "own exception": { source: "class Mine(Exception): pass\nraise Mine('x')" },
  "chained": { source: "try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    raise KeyError('k') from e" },
  "assert": { source: "assert 1 == 2, 'not equal'" },
  "syntax error": { source: "print('never')\nx = (" },
  "indentation error": { source: "if True:\nprint(1)" },
  "name error": { source: "print(undefined)" },
  "exception group": { source: "import sys\nif sys.version_info < (3, 11): raise ValueError\nraise ValueError('x')" },
  "main": { source: "if __name__ == '__main__':\n    print('main')" },
  "argv": { source: "import sys\nprint(len(sys.argv))" },
  "recursion": {
    source: "def f(n): return f(n + 1)\ntry:\n    f(0)\nexcept RecursionError as e:\n    print('caught')\nf(0)",
  },
  "recursion limit": {
    source: "import sys\nsys.setrecursionlimit(20000)\ndef f(n): return 0 if n == 0 else 1 + f(n - 1)\nprint(f(15000))",
  },
  "recursion through lru_cache": {
    source:
      "from functools import lru_cache\n@lru_cache(None)\ndef f(n): return 0 if n == 0 else 1 + f(n - 1)\nprint(f(200))\ntry:\n    f(10**5)\nexcept RecursionError: print('caught')",
  },
  "recursion through sorted": {
    source: "def f(x): return sorted([1, 2], key=f)\ntry:\n    f(1)\nexcept RecursionError: print('caught')",
  },
  "recursion through repr": {
    source: "x = []\nfor _ in range(10**5): x = [x]\nrepr(x)",
  },
  "recursion through deepcopy": {
    source:
      "import copy\nx = []\nfor _ in range(5000): x = [x]\ntry:\n    copy.deepcopy(x)\nexcept RecursionError: print('caught')",
  },
  "recursion through json": {
    source: "import json\njson.loads('[' * 10**5)",
  },
  "recursion through __getattr__": {
    source:
      "class A:\n    def __getattr__(self, n): return getattr(self, n + 'x')\ntry:\n    A().y\nexcept RecursionError: print('caught')",
  },
  "recursion through comparison": {
    source: "a = []\nb = []\na.append(b)\nb.append(a)\nc = []\nd = []\nc.append(d)\nd.append(c)\na == c",
  },
  "big integers": {
    source:
      "n = 3 ** 500\nprint(n, n // 7 ** 50, n % 97, -n // 10**200, n.bit_length(), pow(3, n, 1009), hex(-n)[:20])\nimport math\nprint(math.isqrt(n), math.gcd(n, 9**9), math.factorial(60))",
  },
  "digit limit": { source: "try:\n    str(10**5000)\nexcept ValueError as e:\n    print('limit')\nint('1' * 5000)" },
  "division": {
    source: "print(-7 // 2, -7 % 3, 7 // -2, divmod(-7, -2), -7 % -3, round(2.5), round(-1.5), round(15, -1), 2 ** -1)",
  },
  "floats": {
    source:
      "import math\nprint(0.1 + 0.2, 1e16, 1e-5, 1.0, 5e-324, 1.7976931348623157e308 * 10, -0.0, math.nan, 1 / 3)\nprint(f'{math.pi:.10f} {1e10:g} {12345.678:,.2f} {0.5:%}', float('1_0.5'), float.hex(0.1), (2.675).__round__(2))\nprint(math.fsum([0.1] * 10), math.sin(1e6), math.exp(1), math.log(10), math.gamma(5.5), math.hypot(3, 4))",
  },
  "complex": { source: "import cmath\nprint((1 + 2j) * (3 - 1j), abs(3 + 4j), cmath.sqrt(-1), (1j) ** 2)" },
  "strings": {
    source:
      "s = 'Hello, World'\nprint(s[::-1], s[-5:-1], s.find('o', 5), s.split(', '), s.center(20, '*'), s.translate({72: 'J'}), s.partition(','))\nprint('%05.1f|%-6s|%x' % (3.14159, 'ab', 255), '{:>8}|{!r:^10}'.format('x', 'y'), f'{s=}', 'a,b,,c'.split(','), ' x '.strip() + '|')",
  },
  "slices": {
    source:
      "a = list(range(10))\na[2:8:2] = [0] * 3\ndel a[::3]\nprint(a, a[5:1:-1], a[-100:100], a[::-2])\na[::2] = [1]",
  },
  "sorting": {
    source:
      "w = ['b', 'A', 'c', 'B', 'a']\nprint(sorted(w), sorted(w, key=str.lower), sorted(w, reverse=True))\nsorted([1, 'a'])",
  },
  "dictionaries": {
    source:
      "d = {'b': 1, 'a': 2}\nd['c'] = 3\ndel d['b']\nd['b'] = 4\nprint(d, list(d.items()), d | {'z': 0}, d.pop('q', None), dict(zip('ab', [1, 2])))\nd['none']",
  },
  "sets of numbers": {
    source: "print({3, 1, 2} | {5}, {1, 2} & {2, 3}, frozenset([1]), {1} < {1, 2})\nfor i in {10, 5}: print(i)",
  },
  "comprehensions": {
    source:
      "print([x * y for x in range(3) for y in range(x)], {k: v for k, v in zip('ab', 'cd')}, list(i for i in 'xy'))",
  },
  "generators": {
    source:
      "def g():\n    try:\n        x = yield 1\n        print(x)\n        yield from [2, 3]\n    finally: print('end')\ni = g()\nprint(next(i), i.send('s'), list(i))\nnext(i)",
  },
  "classes": {
    source:
      "class A:\n    n = 0\n    def __init__(self, x): self.x = x\n    def __eq__(self, o): return self.x == o.x\n    def __lt__(self, o): return self.x < o.x\n    def __repr__(self): return f'A({self.x})'\n    @property\n    def y(self): return self.x * 2\nclass B(A):\n    def __repr__(self): return 'B' + super().__repr__()\nprint(sorted([B(3), A(1)]), B(1) == A(1), B.__mro__[1].__name__, A(4).y)\nA(1).z",
  },
  "dataclasses": {
    source:
      "from dataclasses import dataclass, field, asdict\n@dataclass(order=True)\nclass P:\n    x: int\n    y: list = field(default_factory=list)\nprint(P(1), P(1) < P(2), asdict(P(3, [4])))\nP()",
  },
  "enums": {
    source:
      "from enum import Enum, IntEnum, auto\nclass C(Enum):\n    A = auto()\n    B = auto()\nprint(C.A, C(2), list(C), C['A'].value)\nC(9)",
  },
  "pickle of own classes": {
    source:
      "import pickle\nclass P:\n    def __init__(self): self.v = [1]\nprint(pickle.loads(pickle.dumps(P())).v)\nif __name__ == '__main__': print('ok')",
  },
  "typing": {
    source:
      "import typing\nclass A:\n    x: 'int'\n    y: 'typing.List[A]'\nprint(typing.get_type_hints(A)['x'])\nif __name__ == '__main__': pass",
  },
  "match": {
    source:
      "def f(x):\n    match x:\n        case {'a': [1, *r]}: return r\n        case (a, b) if a < b: return a\n        case str(): return 's'\n        case _: return None\nprint(f({'a': [1, 2]}), f((1, 2)), f('x'), f(4))",
  },
  "collections": {
    source:
      "from collections import *\nprint(Counter('abca').most_common(), deque([1, 2, 3], 2), OrderedDict(a=1)['a'], namedtuple('P', 'x y')(1, 2), dict(ChainMap({'a': 1}, {'b': 2})))\nd = defaultdict(list)\nd[1].append(2)\nprint(dict(d))",
  },
  "itertools": {
    source:
      "from itertools import *\nprint(list(permutations('abc', 2)), list(accumulate([1, 2, 3])), list(zip_longest('ab', 'c')), [(k, len(list(g))) for k, g in groupby('aabc')])",
  },
  "heaps and bisection": {
    source:
      "import heapq, bisect\nh = [5, 1, 4]\nheapq.heapify(h)\nheapq.heappush(h, 0)\nprint([heapq.heappop(h) for _ in range(4)], bisect.bisect([1, 2, 2, 3], 2), heapq.nlargest(2, [1, 5, 2]))",
  },
  "regular expressions": {
    source:
      "import re\nprint(re.sub(r'(\\w+) (\\w+)', r'\\2 \\1', 'a b'), re.findall(r'(?i)[a-z]+', 'Ab1c'), re.split(r'[,;]', 'a,b;c'), re.match(r'(?P<y>\\d{4})', '2024').groupdict())",
  },
  "decimal and fractions": {
    source:
      "from decimal import *\nfrom fractions import Fraction\ngetcontext().prec = 30\nprint(Decimal(1) / 7, Decimal('0.1') + Decimal('0.2'), Fraction(1, 3) + Fraction(1, 6), Decimal('2.675').quantize(Decimal('0.01')))\nDecimal(1) / 0",
  },
  "dates": {
    source:
      "from datetime import *\nprint(date(2024, 2, 29) + timedelta(365), datetime(2000, 1, 1).isoformat(), (date(2024, 3, 1) - date(2024, 2, 1)).days, datetime.strptime('5/6/07', '%d/%m/%y'))\ndate(2023, 2, 29)",
  },
  "json": {
    source:
      "import json\nprint(json.dumps({'a': [1, 2.5, None, True, 'é']}, sort_keys=True, indent=1), json.loads('[1e3, \"\\\\u00e9\", {}]'))\njson.loads('{')",
  },
  "random": {
    source:
      "import random\nrandom.seed(42)\nprint(random.random(), random.randint(1, 100), random.sample(range(50), 5), random.gauss(0, 1), random.choice('abc'))",
  },
  "hashes": {
    source:
      "import hashlib, zlib, base64, binascii\nprint(hashlib.sha256(b'x').hexdigest(), hashlib.md5(b'').hexdigest(), zlib.crc32(b'abc'), base64.b64encode(b'hi'), zlib.decompress(zlib.compress(b'z' * 50)), hash(12345), hash(2.0))",
  },
  "struct and array": {
    source:
      "import struct, array\nprint(struct.pack('>IhB', 1, -2, 3), struct.unpack('<d', b'\\0' * 8), array.array('i', [1, 2]).tobytes())\nstruct.pack('B', 300)",
  },
  "statistics": {
    source:
      "import statistics as s\nprint(s.mean([1, 2, 3, 4]), s.median([3, 1, 2]), s.stdev([1, 2, 3, 4]), s.mode('aab'))\ns.mean([])",
  },
  "text tools": {
    source:
      "import textwrap, string, difflib\nprint(textwrap.fill('a bb ccc dddd', 6), string.ascii_lowercase, difflib.get_close_matches('appel', ['apple', 'ape']))",
  },
  "thread": {
    source:
      "import threading, queue\nq = queue.Queue()\ndef f(n): q.put(n * 2)\nt = [threading.Thread(target=f, args=(i,)) for i in range(3)]\nfor x in t: x.start()\nfor x in t: x.join()\nprint([q.get() for _ in t], t[0].is_alive())\nwith threading.Lock(): print('locked')",
  },
  "thread for a large stack": {
    source:
      "import sys, threading\nsys.setrecursionlimit(10**6)\nthreading.stack_size(1 << 26)\ndef main(): print(int(input()) * 2)\nt = threading.Thread(target=main)\nt.start()\nt.join()",
    stdin: "21\n",
  },
  "thread pool": {
    source:
      "from concurrent.futures import ThreadPoolExecutor\nwith ThreadPoolExecutor(4) as p:\n    print(list(p.map(lambda x: x * x, range(5))), p.submit(pow, 2, 5).result())",
  },
  "asyncio": {
    source:
      "import asyncio\nasync def f(n):\n    await asyncio.sleep(0.01 * n)\n    return n\nasync def main(): return await asyncio.gather(f(2), f(1))\nprint(asyncio.run(main()))",
  },
  "contextlib": {
    source:
      "from contextlib import contextmanager, suppress, redirect_stdout\nimport io\n@contextmanager\ndef c():\n    print('in')\n    yield 5\n    print('out')\nwith c() as x, suppress(KeyError): print(x, {}[1])\nb = io.StringIO()\nwith redirect_stdout(b): print('hidden')\nprint(repr(b.getvalue()))",
  },
  "functools": {
    source:
      "from functools import *\nprint(reduce(lambda a, b: a * b, [1, 2, 3]), partial(pow, 2)(5), sorted([3, 1], key=cmp_to_key(lambda a, b: a - b)))\n@lru_cache\ndef f(n): return n if n < 2 else f(n - 1) + f(n - 2)\nprint(f(80), f.cache_info().hits)",
  },
  "walrus and star": {
    source:
      "def f(a, /, b, *c, d=4, **e): return a, b, c, d, e\nprint(f(1, 2, 3, d=5, z=6), [y := 5, y ** 2], [*range(3), *'ab'])\nf()",
  },
  "bytes": {
    source:
      "b = bytearray(b'abc')\nb[0] = 65\nb += b'\\xff'\nprint(b, bytes(3), b.hex(), int.from_bytes(b'\\x01\\x00', 'big'), (300).to_bytes(2, 'little'))\nb.decode()",
  },
  "missing file": { source: "open('no such file')" },
  "missing module": { source: "import no_such_module" },
  "exec and eval": { source: "exec('x = 5')\nprint(eval('x + 1'), sum(eval('[1, 2]')))\neval('1 +')" },
  "sqlite": {
    source:
      "import sqlite3\nc = sqlite3.connect(':memory:')\nc.execute('create table t (a, b)')\nc.executemany('insert into t values (?, ?)', [(1, 'x'), (2, 'y')])\nprint(c.execute('select sum(a), max(b) from t').fetchall())",
  },
  "tracebacks in text": {
    source:
      "import traceback\ndef f(): raise ValueError('deep')\ntry:\n    f()\nexcept ValueError: print(traceback.format_exc().splitlines()[-1], len(traceback.extract_tb(__import__('sys').exc_info()[2])))",
  },
};
