/** What `af simulate` reads from its command line: names of scenarios and rules, parameters. @module */
import { ConfigError } from "../core/base/errors.ts";
import { type Parameters, STANDARD } from "../core/mechanism/parameters.ts";
import { RULE_NAMES } from "../core/sim/rules/list.ts";
import { SCENARIOS } from "../core/sim/scenarios/list.ts";
import type { Scenario } from "../core/sim/types.ts";
import { hint } from "./nearest.ts";

/** Scenarios by name; all of them for no name. @throws {ConfigError} for an unknown one. */
export function scenariosOf(names: readonly string[]): readonly Scenario[] {
  if (names.length === 0) return SCENARIOS;
  const ids = SCENARIOS.map(({ id }) => id);
  return [...new Set(names)].map((name) => {
    const found = SCENARIOS.find(({ id }) => id === name);
    if (found) return found;
    throw usage(`Unknown scenario ${quote(name)}${hint(name, ids)}; af simulate --list lists all`);
  });
}

/** Names of rules, separated by commas; all of them by default. @throws {ConfigError} for an unknown one. */
export function rulesOf(text: string | undefined): readonly string[] {
  if (text === undefined) return RULE_NAMES;
  const names = text.split(",").map((name) => name.trim().toLowerCase()).filter((name) => name !== "");
  for (const name of names) {
    if (!RULE_NAMES.includes(name)) {
      throw usage(`Unknown rule ${quote(name)}${hint(name, RULE_NAMES)}; there are ${RULE_NAMES.join(", ")}`);
    }
  }
  if (names.length === 0) throw usage(`--rules names no rule; there are ${RULE_NAMES.join(", ")}`);
  return [...new Set(names)];
}

/** Parameters of the mechanism from texts such as `tau=.03` or `bets=.05,.1`. @throws {ConfigError} for what cannot be one. */
export function parametersOf(texts: readonly string[]): Partial<Parameters> {
  return Object.fromEntries(texts.map((text) => {
    const cut = text.indexOf("=");
    const name = cut < 0 ? text : text.slice(0, cut).trim();
    const known = Object.keys(STANDARD).filter((key) => key !== "profile");
    if (!known.includes(name)) {
      throw usage(`Unknown parameter ${quote(name)}${hint(name, known)}; there are ${known.join(", ")}`);
    }
    return [name, valueOf(name as keyof Parameters, cut < 0 ? "" : text.slice(cut + 1).trim())];
  }));
}

/** Parameters that are words, and which. */
const WORDS: Partial<Readonly<Record<keyof Parameters, readonly string[]>>> = {
  pay: ["T", "W"],
  vacant: ["owner", "none"],
};

function valueOf(name: keyof Parameters, text: string): unknown {
  const standard: unknown = STANDARD[name];
  if (typeof standard === "string") {
    const words = WORDS[name];
    if (words?.includes(text)) return text;
    throw usage(`--set ${name} must be ${words?.join(" or ")}, not ${quote(text)}`);
  }
  if (typeof standard === "boolean") {
    if (text === "true" || text === "false") return text === "true";
    throw usage(`--set ${name} must be true or false, not ${quote(text)}`);
  }
  const values = (Array.isArray(standard) ? text.split(",") : [text]).map((part) => {
    const value = Number(part);
    if (part.trim() !== "" && Number.isFinite(value) && value >= 0) return value;
    throw usage(
      `--set ${name} must be ${Array.isArray(standard) ? "numbers" : "a number"} of 0 or more, not ${quote(text)}`,
    );
  });
  if (Array.isArray(standard)) {
    if (values.every((value) => value > 0 && value < 1)) return values;
    throw usage(`--set ${name} must be numbers between 0 and 1, not ${quote(text)}`);
  }
  if (Number.isInteger(standard) && (standard as number) > 1 && !Number.isInteger(values[0])) {
    throw usage(`--set ${name} must be a whole number, not ${quote(text)}`);
  }
  return values[0];
}

function quote(text: string): string {
  return JSON.stringify(text.slice(0, 80));
}

function usage(text: string): ConfigError {
  return new ConfigError(text, { code: "usage" });
}
