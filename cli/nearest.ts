/** Suggestions for misspelt words. @module */

/** Edits (insert, delete, replace, swap neighbours) that turn one word into the other. */
export function distance(a: string, b: string): number {
  let before: number[] = [];
  let last: number[] = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let cost = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, before[j - 2]! + 1);
      row.push(cost);
    }
    [before, last] = [last, row];
  }
  return last[b.length]!;
}

/** The known word that is nearest to `word`, if any is near: at most 40 % of its letters differ. Case is ignored. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const wanted = word.toLowerCase().slice(0, 64);
  let best: string | undefined;
  let least = Infinity;
  for (const candidate of known) {
    const cost = distance(wanted, candidate.toLowerCase());
    if (cost < least && cost <= Math.max(1, Math.ceil(candidate.length * 0.4))) [best, least] = [candidate, cost];
  }
  return best;
}

/** ` (did you mean X?)`, or nothing. */
export function hint(word: string, known: readonly string[]): string {
  const found = nearest(word, known);
  return found === undefined ? "" : ` (did you mean ${found}?)`;
}
