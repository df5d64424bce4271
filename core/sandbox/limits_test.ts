/** Tests of core/sandbox/limits.ts. @module */
import { deepEqual, equal, match, throws } from "node:assert/strict";
import { DEFAULT_LIMITS, type Submission } from "../port/sandbox.ts";
import { checkSubmission, limitsOf, refusalOf } from "./limits.ts";

function submission(more: Partial<Submission> = {}): Submission {
  return { language: "python", source: "", cases: [{ kind: "stdin", stdin: "" }], ...more };
}

Deno.test({
  name: "limitsOf() fills in what is not given, and refuses what is no limit",
  permissions: "none",
  fn() {
    deepEqual(limitsOf(submission()), DEFAULT_LIMITS);
    equal(limitsOf(submission({ limits: { wallMs: 7 } })).wallMs, 7);
    for (const limits of [{ wallMs: 0 }, { wallMs: NaN }, { cases: 1.5 }, { outputBytes: 1e12 }, { wall: 1 }]) {
      throws(() => limitsOf(submission({ limits } as Partial<Submission>)), { code: "invalid" });
    }
  },
});

Deno.test({
  name: "refusalOf() counts bytes, not characters",
  permissions: "none",
  fn() {
    const limits = { ...DEFAULT_LIMITS, sourceBytes: 12, inputBytes: 8, cases: 2 };
    equal(refusalOf(submission({ source: "é".repeat(6) }), limits), null);
    match(refusalOf(submission({ source: `${"é".repeat(6)}x` }), limits)!, /^The source has more than 12 bytes$/);
    equal(refusalOf(submission({ source: "\u{1f600}".repeat(3) }), limits), null);
    match(refusalOf(submission({ source: "\u{1f600}".repeat(3) + "a" }), limits)!, /source/);
    match(refusalOf(submission({ source: "\ud83d".repeat(5) }), limits)!, /source/);
    match(refusalOf(submission({ cases: [{ kind: "stdin", stdin: "123456789" }] }), limits)!, /input of case 0/);
    match(refusalOf(submission({ cases: [{ kind: "call", function: "f", args: "[123456789]" }] }), limits)!, /case 0/);
    match(refusalOf(submission({ cases: new Array(3).fill({ kind: "stdin", stdin: "" }) }), limits)!, /3 cases/);
  },
});

Deno.test({
  name: "checkSubmission() refuses what is no submission",
  permissions: "none",
  fn() {
    checkSubmission(submission());
    checkSubmission(submission({ cases: [{ kind: "call", function: "f", args: " [1]" }] }));
    const wrong = [
      null,
      [],
      {},
      { ...submission(), language: "perl" },
      { ...submission(), source: 1 },
      { ...submission(), cases: {} },
      { ...submission(), cases: [null] },
      { ...submission(), cases: [{ kind: "stdin" }] },
      { ...submission(), cases: [{ kind: "call", function: "f", args: "{}" }] },
      { ...submission(), cases: [{ kind: "file", stdin: "" }] },
      { ...submission(), limits: 3 },
    ];
    for (const one of wrong) throws(() => checkSubmission(one), { code: "invalid" });
  },
});
