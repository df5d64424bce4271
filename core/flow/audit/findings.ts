/** The differences of an audit: of each rule and validator the first, and how many there are. @module */
import { AUDIT_RULES, type AuditRule, type Difference, type Found } from "./types.ts";

/** Rules of what whoever reads a log checks, too. */
const LOG_RULES: readonly AuditRule[] = AUDIT_RULES.slice(AUDIT_RULES.indexOf("index"), AUDIT_RULES.indexOf("epoch"));

/** Collects differences. Whoever reports walks each log from its beginning, so the first that comes is the first there is. */
export class Findings {
  readonly #first = new Map<string, Difference>();
  readonly #notes = new Set<string>();
  readonly #failures = new Set<string>();

  /** A difference in a validator's log. */
  add(validator: string, found: Found): void {
    const key = `${validator} ${found.rule}`;
    const before = this.#first.get(key);
    const more = found.count ?? 1;
    if (before) {
      // Programs are graded side by side and may come late: the earliest round is where it begins.
      const isEarlier = (found.at.round ?? Infinity) < (before.at.round ?? -Infinity);
      this.#first.set(key, { ...before, ...(isEarlier ? found : {}), count: before.count + more });
    } else this.#first.set(key, { validator, ...found, count: more });
  }

  /** Something that was not checked, or that a reader should know: one sentence, said once. */
  note(text: string): void {
    this.#notes.add(text);
  }

  /** Something that kept the audit from being finished: not a difference. */
  fail(text: string): void {
    this.#failures.add(text);
  }

  /** Whether a rule was broken by this validator. */
  has(validator: string, rule: AuditRule): boolean {
    return this.#first.has(`${validator} ${rule}`);
  }

  /** Whether something is wrong with a validator's log itself, whatever its epochs say. */
  isLogFaulty(validator: string): boolean {
    return LOG_RULES.some((rule) => this.has(validator, rule));
  }

  /** By validator, then in the order of the rules. */
  get differences(): readonly Difference[] {
    const place = ({ rule }: Difference) => AUDIT_RULES.indexOf(rule);
    return [...this.#first.values()].sort((a, b) =>
      (a.validator < b.validator ? -1 : a.validator > b.validator ? 1 : 0) || place(a) - place(b)
    );
  }
  get notes(): readonly string[] {
    return [...this.#notes];
  }
  get failures(): readonly string[] {
    return [...this.#failures];
  }
}
