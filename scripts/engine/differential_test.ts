/** The rewriting changes nothing that a program can see: the original modules and the rewritten ones give the same results. @module */
import { strict as assert } from "node:assert";
import { PythonGuest } from "../../core/sandbox/engine/guest.ts";
import { openImage, unpackImage } from "../../core/sandbox/engine/image.ts";
import { PROGRAMS } from "../../core/sandbox/engine/programs.ts";
import { builtImage, IMAGE_PATH, run, withoutImage } from "../../core/sandbox/engine/testing.ts";
import { ORIGINAL } from "./make.ts";

const originalPath = IMAGE_PATH.replace(/[^/]*$/, ORIGINAL);
const missing = withoutImage(originalPath);

/** Each needs a fresh instance of the original, which cannot be reset. */
const CHOSEN = [
  ...[
    "large input",
    "large output",
    "unicode",
    "atexit",
    "chained",
    "syntax error",
    "recursion",
    "big integers",
    "floats",
  ],
  ...[
    "strings",
    "sorting",
    "classes",
    "pickle of own classes",
    "itertools",
    "regular expressions",
    "decimal and fractions",
  ],
  ...["json", "random", "hashes", "struct and array", "asyncio", "sqlite", "digit limit", "thread pool"],
];

/** More, for the operations that were rewritten: stores of every width, copies, fills, growth. */
const STORES: Readonly<Record<string, string>> = {
  widths: `import array, struct
for t in "bBhHiIqQfd":
    a = array.array(t, [1] * 100)
    a[7] = 100
    a.extend(a)
    print(t, a.tobytes().hex()[-40:], sum(a))
b = bytearray(200)
for off in range(0, 60, 7): struct.pack_into("<bhiqfd", b, off, -1, -2, -3, -4, 0.5, -0.25)
print(b.hex())`,
  bulk: `b = bytearray(range(256)) * 5000
b[3:] = b[:-3]
b[:-5] = b[5:]
m = memoryview(b)
m[100:1000] = m[50:950]
print(len(b), sum(b), hash(bytes(b)))
x = [0] * 300000
x[1000:2000] = [1] * 1000
print(sum(x), len(x * 3))`,
  growth: "x = [bytes(1 << 20) for _ in range(90)]\nprint(len(b''.join(x)))\nprint(len('é' * (1 << 24)))",
  tables:
    "d = {i: str(i) for i in range(200000)}\nfor i in range(0, 200000, 3): del d[i]\nprint(len(d), sum(map(len, d.values())), hash(tuple(d)))",
};

Deno.test({
  name: "rewrite() changes nothing that programs see" + missing,
  ignore: missing !== "",
  permissions: { read: [IMAGE_PATH, originalPath] },
  fn() {
    const original = openImage(unpackImage(Deno.readFileSync(originalPath)));
    const modules = original.modules.map((bytes) => new WebAssembly.Module(bytes));
    const rewritten = new PythonGuest(builtImage());
    const programs = [
      ...CHOSEN.map((name) => ({ name, source: PROGRAMS[name]!.source, stdin: PROGRAMS[name]!.stdin ?? "" })),
      ...Object.entries(STORES).map(([name, source]) => ({ name, source, stdin: "" })),
    ];
    for (const { name, source, stdin } of programs) {
      const wanted = run(new PythonGuest(original, { modules }), source, { stdin });
      assert.deepEqual(run(rewritten, source, { stdin }), wanted, name);
      // The second time it runs on pages that were given back.
      assert.deepEqual(run(rewritten, source, { stdin }), wanted, `${name}, again`);
    }
  },
});
