/** Plausible wrong answers: of the right form, with a mistake in them. @module */
import { unit } from "./miners_luck.ts";

/** Share of failures in which a model says that it cannot do it. */
const REFUSALS = 0.08;

/** A wrong answer like `right` (null where the miner has none), the same each time for a prompt and a model. */
export function wrongAnswer(right: string | null, prompt: string, digest: string): string {
  if (right === null || unit("refuses", digest, prompt) < REFUSALS) {
    return "I am sorry, but I cannot solve this problem.";
  }
  const draw = unit("wrong", digest, prompt);
  if (/\b(?:True|False)\b/.test(right)) return wrongAssignment(right, prompt, draw);
  const numbers = [...right.matchAll(/-?\d+/g)];
  const last = numbers.at(-1);
  // A model that talks round the task: no number where one is asked for.
  if (!last) return `${right.slice(0, Math.floor(right.length / 2))} and so on`;
  const wrong = BigInt(last[0]) + BigInt(1 + Math.floor(draw * 9));
  return right.slice(0, last.index) + wrong + right.slice(last.index + last[0].length);
}

/** Makes one clause of the prompt false where clauses can be read there; else turns every value around. */
function wrongAssignment(right: string, prompt: string, draw: number): string {
  const clauses = readClauses(prompt);
  const clause = clauses[Math.floor(draw * clauses.length)];
  if (!clause) return right.replaceAll(/\b(True|False)\b/g, (value) => value === "True" ? "False" : "True");
  const values = new Map(clause.map(({ name, negated }) => [name, negated ? "True" : "False"]));
  return right.replaceAll(/\b(x\d+)(\s*[=:]\s*)(True|False)\b/g, (whole, name, equals) => {
    const value = values.get(name);
    return value ? `${name}${equals}${value}` : whole;
  });
}

/** Lines or brackets that join literals such as `x1` and `not x2` by OR. */
function readClauses(prompt: string): { name: string; negated: boolean }[][] {
  const literal = String.raw`(?:not\s+|NOT\s+|¬|~|!)?x\d+`;
  const clause = new RegExp(String.raw`${literal}(?:\s*(?:or|OR|∨|\||\|\|)\s*${literal})+`, "g");
  return [...prompt.matchAll(clause)].map(([text]) =>
    [...text.matchAll(/(not\s+|NOT\s+|¬|~|!)?(x\d+)/g)].map((match) => ({
      name: match[2]!,
      negated: match[1] !== undefined,
    }))
  );
}
