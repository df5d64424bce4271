/** All rules that can be compared, by name. @module */
import type { Parameters } from "../../mechanism/parameters.ts";
import type { Rule } from "../types.ts";
import { fcd } from "./fcd.ts";
import type { LogForm } from "./log_form.ts";
import type { MutationName } from "./mutations.ts";
import { r1 } from "./r1.ts";
import { r2 } from "./r2.ts";
import { r4 } from "./r4.ts";
import { s1 } from "./s1.ts";

/** What can be changed about ours; the others are as they were published. */
export interface RuleOptions {
  readonly parameters?: Partial<Parameters>;
  readonly mutate?: MutationName;
  readonly log?: LogForm;
}

const MAKERS: Readonly<Record<string, (options: RuleOptions) => Rule>> = {
  fcd,
  "fcd-w": (options) => ({
    ...fcd({ ...options, parameters: { ...options.parameters, pay: "W" } }),
    id: "fcd-w",
    title: "FCD, mode W",
  }),
  s1: () => s1,
  r1: () => r1,
  r2: () => r2,
  r4: () => r4,
};

/** Names of the rules, ours first. */
export const RULE_NAMES: readonly string[] = Object.keys(MAKERS);

/** A rule by its name. @throws {RangeError} for an unknown name. */
export function makeRule(name: string, options: RuleOptions = {}): Rule {
  const make = Object.hasOwn(MAKERS, name) ? MAKERS[name] : undefined;
  if (!make) throw new RangeError(`There is no rule ${name}; there are ${RULE_NAMES.join(", ")}`);
  return make(options);
}
