/**
 * Answers tasks of `logic` and `math` from the prompt alone, for the miners of the local network. It shares no code with
 * the generators, so it also checks them.
 * @module
 */
import { Random } from "../base/random.ts";
import { solveMath } from "./solve_math.ts";
import { type SatClause, solveSat } from "./solve_sat.ts";

/** A right answer in the form that the prompt asks for; null if the prompt is not understood or the search is too long. */
export function solve(prompt: string): string | null {
  const formula = readFormula(prompt);
  if (formula) {
    const values = solveSat(formula.variables, formula.clauses);
    return values && assignment(values);
  }
  const result = solveMath(prompt);
  return result === null ? null : number(result);
}

/**
 * A wrong answer in the right form. Equal prompts and salts give equal answers; another salt gives another one as a rule.
 * A prompt that is not understood gets a random number.
 */
export function wrongAnswer(prompt: string, salt: string): string {
  const random = new Random(`af-wrong/${salt}/${prompt}`);
  const formula = readFormula(prompt);
  if (formula) {
    while (true) {
      const values = Array.from({ length: formula.variables }, () => random.int(0, 1) === 1);
      const holds = (clause: SatClause): boolean =>
        clause.some((literal) => values[Math.abs(literal) - 1] === literal > 0);
      if (formula.clauses.length === 0 || !formula.clauses.every(holds)) return assignment(values);
    }
  }
  const result = solveMath(prompt);
  const slip = BigInt(random.int(1, 99));
  return number(result === null ? 100n * BigInt(random.int(1, 9999)) + slip : result + slip);
}

interface ReadFormula {
  readonly variables: number;
  readonly clauses: readonly SatClause[];
}

/** The formula of a `logic` prompt; undefined for any other prompt. */
function readFormula(prompt: string): ReadFormula | undefined {
  const variables = /variables x1 to x(\d{1,4}) so that every line/.exec(prompt)?.[1];
  if (variables === undefined) return undefined;
  const clauses = prompt.split("\n").filter((line) => /^(?:not )?x\d+(?: or (?:not )?x\d+)*$/.test(line))
    .map((line) => line.split(" or ").map((part) => (part.startsWith("not ") ? -1 : 1) * Number(part.split("x")[1])));
  return { variables: Number(variables), clauses };
}

function assignment(values: readonly boolean[]): string {
  return values.map((value, i) => `x${i + 1}=${value ? "True" : "False"}`).join(", ");
}

function number(value: bigint): string {
  return `Answer: ${value}`;
}
