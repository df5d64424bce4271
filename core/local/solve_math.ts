/** Solves the problems of `math` from their text alone, by other ways than the generators take. @module */

/** A result, or undefined if the text is of another kind. */
type Attempt = (text: string) => bigint | undefined;

/** The whole number that a question asks for; null if nothing here understands it. */
export function solveMath(prompt: string): bigint | null {
  for (const attempt of ATTEMPTS) {
    const result = attempt(prompt);
    if (result !== undefined) return result;
  }
  return null;
}

const ATTEMPTS: readonly Attempt[] = [sum, sequence, congruences, recurrence, linear, routes, strings, colourings];

/** Whole numbers of a text. */
function numbersOf(text: string): number[] {
  return Array.from(text.matchAll(/-?\d+/g), (match) => Number(match[0]));
}

function sum(text: string): bigint | undefined {
  const match = /^(\d+) \+ (\d+) =$/.exec(text);
  return match ? BigInt(match[1]!) + BigInt(match[2]!) : undefined;
}

function sequence(text: string): bigint | undefined {
  const match = /^The numbers are ([-\d, ]+)\. The next/.exec(text);
  if (!match) return undefined;
  const [last, before] = numbersOf(match[1]!.replaceAll(",", " ")).reverse();
  return last === undefined || before === undefined ? undefined : BigInt(2 * last - before);
}

/** Sieving: steps through the residues of one congruence until the next one holds. */
function congruences(text: string): bigint | undefined {
  let x = 0n;
  let step = 1n;
  let found = false;
  for (const match of text.matchAll(/(\d+)\*x ≡ (\d+) \(mod (\d+)\)/g)) {
    const [a, b, m] = [BigInt(match[1]!), BigInt(match[2]!), BigInt(match[3]!)];
    for (let tries = 0n; (a * x - b) % m !== 0n; tries++) {
      if (tries > m) return undefined;
      x += step;
    }
    step *= m;
    found = true;
  }
  return found ? x : undefined;
}

function recurrence(text: string): bigint | undefined {
  const match =
    /u\(0\) = (\d+) and u\(n\+1\) = \((\d+)\*u\(n\)\^2 \+ (\d+)\*u\(n\) \+ (\d+)\) mod (\d+)\. What is u\((\d+)\)/.exec(
      text,
    );
  if (!match) return undefined;
  let [, x, a, b, c, m, steps] = match.map((part, i) => i === 0 ? 0n : BigInt(part)) as bigint[];
  for (; steps! > 0n; steps!--) x = ((a! * x! + b!) * x! + c!) % m!;
  return x;
}

/** Fraction-free elimination of the equations with the question as one more unknown. */
function linear(text: string): bigint | undefined {
  const wanted = /What is (.*x\d+)\?/.exec(text)?.[1];
  const equations = [...text.matchAll(/^(.*x\d+) = (-?\d+)$/gm)];
  if (wanted === undefined || equations.length === 0) return undefined;
  const n = equations.length;
  // Columns: x1 … xn, the asked value y, the right side. The last row says: wanted - y = 0.
  const rows = equations.map((match) => [...terms(match[1]!, n), 0n, BigInt(match[2]!)]);
  rows.push([...terms(wanted, n), -1n, 0n]);
  let previous = 1n;
  for (let i = 0; i < n; i++) {
    const pivot = rows.findIndex((row, r) => r >= i && r < n && row[i] !== 0n);
    if (pivot < 0) return undefined;
    [rows[i], rows[pivot]] = [rows[pivot]!, rows[i]!];
    const top = rows[i]!;
    for (let r = i + 1; r <= n; r++) {
      const row = rows[r]!;
      rows[r] = row.map((value, c) => (top[i]! * value - row[i]! * top[c]!) / previous);
    }
    previous = top[i]!;
  }
  const [factor, right] = rows[n]!.slice(n);
  return factor === 0n ? undefined : right! / factor!;
}

/** Coefficients of x1 … xn. */
function terms(side: string, n: number): bigint[] {
  const out = new Array<bigint>(n).fill(0n);
  for (const match of side.replaceAll(" ", "").matchAll(/([+-]?\d+)\*x(\d+)/g)) {
    out[Number(match[2]) - 1] = BigInt(match[1]!);
  }
  return out;
}

/** Inclusion of first hits: routes to each blocked cell that meet no earlier one are taken off. */
function routes(text: string): bigint | undefined {
  if (!text.startsWith("A robot goes from cell")) return undefined;
  const cells = Array.from(text.matchAll(/\((\d+),(\d+)\)/g), (m) => ({ x: Number(m[1]), y: Number(m[2]) }));
  const [goal, ...blocked] = cells.slice(1);
  const order = [...blocked.sort((a, b) => a.x + a.y - b.x - b.y), goal!];
  const firsts: bigint[] = [];
  for (const [i, cell] of order.entries()) {
    let ways = binomial(cell.x + cell.y, cell.x);
    for (let j = 0; j < i; j++) {
      const [dx, dy] = [cell.x - order[j]!.x, cell.y - order[j]!.y];
      if (dx >= 0 && dy >= 0) ways -= firsts[j]! * binomial(dx + dy, dx);
    }
    firsts.push(ways);
  }
  return firsts.at(-1);
}

function binomial(n: number, k: number): bigint {
  let result = 1n;
  for (let i = 1; i <= k; i++) result = result * BigInt(n - k + i) / BigInt(i);
  return result;
}

/** Counts by the last letters themselves, without an automaton; a polynomial in the letter's count is one long number. */
function strings(text: string): bigint | undefined {
  const match =
    /strings of length (\d+) over the letters ([a-z, ]+) contain the letter (\w) exactly (\d+) times? and (?:do not contain|contain none of) ([a-z, ]+) as/
      .exec(text);
  if (!match) return undefined;
  const [length, times] = [Number(match[1]), Number(match[4])];
  const [alphabet, words] = [match[2]!.split(", "), match[5]!.split(", ")];
  const memory = Math.max(...words.map((word) => word.length)) - 1;
  // Counts of each power of the letter stand in fields of 3 bits a letter of the string: wide enough for 7^length.
  const field = BigInt(3 * length);
  let ways = new Map<string, bigint>([["", 1n]]);
  for (let i = 0; i < length; i++) {
    const after = new Map<string, bigint>();
    for (const [tail, number] of ways) {
      for (const sign of alphabet) {
        const grown = tail + sign;
        if (words.some((word) => grown.endsWith(word))) continue;
        const key = useful(grown.slice(-memory), words);
        after.set(key, (after.get(key) ?? 0n) + (sign === match[3] ? number << field : number));
      }
    }
    ways = after;
  }
  const total = [...ways.values()].reduce((a, b) => a + b, 0n);
  return (total >> (field * BigInt(times))) & ((1n << field) - 1n);
}

/** The part of a tail that can still become a forbidden word. */
function useful(tail: string, words: readonly string[]): string {
  let rest = tail;
  while (rest !== "" && !words.some((word) => word.startsWith(rest))) rest = rest.slice(1);
  return rest;
}

/** Colours the vertices in an order that keeps few of them open, counting by which open vertices share a colour. */
function colourings(text: string): bigint | undefined {
  const match = /vertices 1 to (\d+) and these edges: ([-\d ]+)\. .* coloured with (\d+) colours/.exec(text);
  if (!match) return undefined;
  const near = new Map<number, Set<number>>(
    Array.from({ length: Number(match[1]) }, (_, i) => [i + 1, new Set<number>()]),
  );
  for (const [a, b] of match[2]!.split(" ").map((edge) => edge.split("-").map(Number))) {
    near.get(a!)!.add(b!);
    near.get(b!)!.add(a!);
  }
  const colours = BigInt(match[3]!);
  const done = new Set<number>();
  let open: number[] = [];
  let ways = new Map<string, bigint>([["", 1n]]);
  while (done.size < near.size) {
    const v = cheapest(near, done, open);
    done.add(v);
    const grown = [...open, v];
    const kept = grown.map((u) => [...near.get(u)!].some((w) => !done.has(w)));
    const bars = open.map((u) => near.get(u)!.has(v));
    ways = extend(ways, bars, kept, colours);
    open = grown.filter((_, i) => kept[i]);
  }
  return [...ways.values()].reduce((a, b) => a + b, 0n);
}

/** The next vertex: the one after which the fewest vertices have uncoloured neighbours. */
function cheapest(
  near: ReadonlyMap<number, ReadonlySet<number>>,
  done: ReadonlySet<number>,
  open: readonly number[],
): number {
  let best = { v: 0, cost: Infinity };
  for (const [v, list] of near) {
    if (done.has(v)) continue;
    const waits = (u: number): boolean => [...near.get(u)!].some((w) => w !== v && !done.has(w));
    // Ties go to neighbours of the open vertices, so that the work stays in one place.
    const touching = [...list].filter((w) => done.has(w)).length;
    const cost = 100 * [...open, v].filter(waits).length - touching;
    if (cost < best.cost) best = { v, cost };
  }
  return best.v;
}

/** Adds one vertex to every partition of the open ones, then forgets those that are closed. */
function extend(ways: Map<string, bigint>, bars: boolean[], kept: boolean[], colours: bigint): Map<string, bigint> {
  const after = new Map<string, bigint>();
  for (const [state, number] of ways) {
    const parts = state === "" ? [] : state.split(",").map(Number);
    const used = new Set(parts).size;
    for (let c = 0; c <= used; c++) {
      if (parts.some((part, i) => part === c && bars[i])) continue;
      const factor = c < used ? 1n : colours - BigInt(used);
      if (factor <= 0n) continue;
      const names = new Map<number, number>();
      const rest = [...parts, c].filter((_, i) => kept[i]).map((part) => {
        if (!names.has(part)) names.set(part, names.size);
        return names.get(part)!;
      });
      const key = rest.join(",");
      after.set(key, (after.get(key) ?? 0n) + number * factor);
    }
  }
  return after;
}
