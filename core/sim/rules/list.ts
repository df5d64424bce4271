/** All rules that can be compared, by name. @module */
import type { Parameters } from "../../mechanism/parameters.ts";
import type { Rule } from "../types.ts";
import { fcd } from "./fcd.ts";
import type { LogForm } from "./log_form.ts";
import type { MutationName } from "./mutations.ts";

/** What can be changed about ours; the others are as they were published. */
export interface RuleOptions {
  readonly parameters?: Partial<Parameters>;
  readonly mutate?: MutationName;
  readonly log?: LogForm;
}

const MAKERS: Readonly<Record<string, (options: RuleOptions) => Rule>> = { fcd };

/** Names of the rules, ours first. */
export const RULE_NAMES: readonly string[] = Object.keys(MAKERS);

/** A rule by its name. @throws {RangeError} for an unknown name. */
export function makeRule(name: string, options: RuleOptions = {}): Rule {
  const make = Object.hasOwn(MAKERS, name) ? MAKERS[name] : undefined;
  if (!make) throw new RangeError(`There is no rule ${name}; there are ${RULE_NAMES.join(", ")}`);
  return make(options);
}
