/** Reads `x1=True, x2=False, …` from what a model wrote. @module */
import { lines } from "../answer.ts";

/** Values of x1, x2, …, or a sentence that says why there are none. */
export type Assignment = { readonly values: readonly boolean[] } | { readonly reason: string };

/** One assignment, in the forms that models use; every quantifier is bounded. */
const ONE =
  /(?<![A-Za-z0-9])[xX]_?\{?(\d{1,4})\}?["`*$]{0,3}[ \t]{0,3}(?:=|:|->|→|\\to|is\b)[ \t]{0,3}["`*$]{0,3}(?:\\(?:text|mathrm)\{)?(true|false|t|f|1|0)(?![A-Za-z0-9])/gi;

/**
 * The assignment that an answer ends with: the last line that assigns something, with the lines above it as long as they
 * assign too and variables are missing (models write one a line). Every variable must be stated exactly once.
 */
export function finalAssignment(answer: string, variables: number): Assignment {
  const found: [number, boolean][] = [];
  let begun = false;
  for (const line of lines(answer).reverse()) {
    const here = Array.from(
      line.matchAll(ONE),
      (m): [number, boolean] => [Number(m[1]), /^(?:t|true|1)$/i.test(m[2]!)],
    );
    if (begun && here.length === 0) break;
    begun ||= here.length > 0;
    found.push(...here);
    if (found.length >= variables) break;
  }
  if (found.length === 0) return { reason: "The answer assigns no variable" };
  const values = new Array<boolean | undefined>(variables).fill(undefined);
  for (const [index, value] of found) {
    if (index < 1 || index > variables) return { reason: `There is no variable x${index}` };
    if (values[index - 1] !== undefined) return { reason: `The answer states x${index} more than once` };
    values[index - 1] = value;
  }
  const missing = values.indexOf(undefined);
  if (missing >= 0) return { reason: `The answer does not state x${missing + 1}` };
  return { values: values as boolean[] };
}
