/** Programs that the sandbox's measures run: small ones as models write them, and three that only compute. @module */
import type { ProgramCase, Submission } from "../../core/port/sandbox.ts";

/** A small program and its input number `i`. */
interface Small {
  readonly source: string;
  readonly stdin: (i: number) => string;
}

const SMALL: readonly Small[] = [
  {
    source: "n, k = map(int, input().split())\nvalues = list(map(int, input().split()))\n" +
      "print(sum(v for v in values if v % k == 0), max(values), n)",
    stdin: (i) =>
      `${5 + i % 7} ${2 + i % 5}\n${Array.from({ length: 5 + i % 7 }, (_, j) => (i * 31 + j * 17) % 97).join(" ")}\n`,
  },
  {
    source: "import sys\nwords = sys.stdin.read().lower().split()\ncounts = {}\nfor word in words:\n" +
      "    counts[word] = counts.get(word, 0) + 1\nfor word in sorted(counts, key=lambda w: (-counts[w], w)):\n" +
      "    print(word, counts[word])",
    stdin: (i) => `the cat ${"and the dog ".repeat(1 + i % 5)}ran to the ${i % 3 === 0 ? "sea" : "hill"}\n`,
  },
  {
    source: "def collatz(n):\n    steps = 0\n    while n != 1:\n        n = n // 2 if n % 2 == 0 else 3 * n + 1\n" +
      "        steps += 1\n    return steps\n\nprint(collatz(int(input())))",
    stdin: (i) => `${i + 3}\n`,
  },
  {
    source:
      "import re\nfrom collections import Counter\ntext = input()\nletters = Counter(re.findall('[a-z]', text))\n" +
      "print(''.join(sorted(letters)), letters.most_common(1)[0][1], text[::-1].title())",
    stdin: (i) => `${"abcdefghij".slice(i % 4)} hello world ${i}\n`,
  },
  {
    source: "n = int(input())\nrows = [list(map(int, input().split())) for _ in range(n)]\n" +
      "turned = [list(row)[::-1] for row in zip(*rows)]\nfor row in turned:\n    print(*row)",
    stdin: (i) =>
      `3\n${[0, 1, 2].map((row) => [0, 1, 2].map((column) => i + row * 3 + column).join(" ")).join("\n")}\n`,
  },
];

/** A batch of small submissions, each with so many cases. */
export function smallBatch(submissions: number, cases: number): Submission[] {
  return Array.from({ length: submissions }, (_, at) => {
    const { source, stdin } = SMALL[at % SMALL.length]!;
    return {
      language: "python",
      source,
      cases: Array.from({ length: cases }, (_, i): ProgramCase => ({ kind: "stdin", stdin: stdin(at * cases + i) })),
    };
  });
}

/** Programs of about half a second in native CPython, with what they print. */
export const COMPUTE: readonly { readonly name: string; readonly source: string; readonly prints: string }[] = [
  {
    name: "sieve",
    source: "n = 3_000_000\nsieve = [True] * (n + 1)\nfor i in range(2, int(n ** 0.5) + 1):\n    if sieve[i]:\n" +
      "        for j in range(i * i, n + 1, i):\n            sieve[j] = False\nprint(sum(sieve) - 2)",
    prints: "216816",
  },
  {
    name: "dynamic programming",
    source: "a = [i * i % 26 for i in range(1300)]\nb = [i * i * i % 26 for i in range(1300)]\n" +
      "best = [0] * (len(b) + 1)\nfor x in a:\n    before = 0\n    for j, y in enumerate(b, 1):\n" +
      "        kept = best[j]\n        best[j] = before + 1 if x == y else max(best[j], best[j - 1])\n        before = kept\n" +
      "print(best[-1])",
    prints: "300",
  },
  {
    name: "dictionaries",
    source: "counts = {}\nx = 1\nfor _ in range(700_000):\n    x = (x * 1103515245 + 12345) % 2147483648\n" +
      "    key = f'k{x % 5000}'\n    counts[key] = counts.get(key, 0) + 1\n" +
      "print(len(counts), max(counts.values()), min(counts, key=lambda k: (counts[k], k)))",
    prints: "5000 185 k2064",
  },
];
