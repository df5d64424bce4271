import { equal, match, ok } from "node:assert/strict";
import type { AuditReport } from "../core/flow/audit/report.ts";
import { printReport } from "./audit_report.ts";
import { Print } from "./print.ts";
import { printStories } from "./story.ts";

const VALIDATOR = "5G3emBU4pLXQhih4dtgZbmJvwFPWPLksM8BZS1WTrQuSwHm2";
const REPORT: AuditReport = {
  verdict: "differs",
  block: 579,
  genesis: `0x${"0".repeat(64)}`,
  netuid: 120,
  profile: "standard",
  logs: [{
    validator: VALIDATOR,
    url: null,
    head: "ab".repeat(32),
    committed: 560,
    earlierHeads: 3,
    batches: 7,
    windows: [21, 27],
    records: 1020,
    rounds: 140,
    graded: [
      { env: "logic", version: "1", answers: 340, graded: 340, unsure: 0, wrongAtMost: 0 },
      { env: "program/deduction", version: "1", answers: 340, graded: 20, unsure: 2, wrongAtMost: 0.139 },
    ],
    epochs: { published: 5, decided: 4, facts: 5, weights: 4, unset: 1 },
    isCut: true,
  }],
  differences: [{
    validator: VALIDATOR,
    rule: "score",
    at: { round: 7 },
    text: "The record of x in round 7\nEverything agrees\u001b[2J says otherwise",
    count: 3,
  }],
  oddities: [],
  compared: 8,
  agreement: { compared: 6, same: 5, first: { epoch: 4, groups: [["a", "b"], ["c"]] } },
  notes: ["Not checked: x"],
  failures: ["y cannot be reached"],
};

function print(work: (print: Print) => void, json = false): string {
  let text = "";
  const sink = { writeSync: (bytes: Uint8Array) => (text += new TextDecoder().decode(bytes), bytes.length) };
  work(new Print(sink, { json }));
  return text;
}

Deno.test({
  name: "printReport() has a line for each difference, whatever strangers wrote, and the verdict last",
  permissions: "none",
  fn() {
    const text = print((to) => printReport(to, REPORT));
    const lines = text.trimEnd().split("\n");
    ok(!text.includes("\u001b"));
    equal(lines.at(-1), "There are differences");
    equal(lines.filter((line) => line.startsWith("Everything agrees")).length, 0);
    match(text, /DIFFERS 5G3e\w+, score: .*\(the first of 3\)/);
    match(
      text,
      /program\/deduction 20 of 340 answers \(2 at a limit of time\), with 95 % confidence at most 13\.90 % of/,
    );
    match(text, /Epochs that several validators published: 6, of which 5 are the same.*a, b; otherwise c/);
    match(text, /NOT AUDITED: y cannot be reached/);
    match(text, /was not read to its end/);
    match(text, /21-27 +7 +1020 +140 +4\/5/);
    equal((JSON.parse(print((to) => printReport(to, REPORT), true)) as AuditReport).block, 579);
  },
});

Deno.test({
  name: "printStories() tells commit, duel and crown with the evidence over time",
  permissions: "none",
  fn() {
    const values = { ni: 3, sup: 8.1, gain: 5, niNeeded: 2.3, supNeeded: 7.85, gainNeeded: 2.3, allowed: [] };
    const base = { champion: "a@1", values, crowned: false, paid: false };
    const story = {
      id: "b@2",
      hotkey: "b",
      model: "lab/Affine-b\nuid 9: forged",
      revision: "0123456789abcdef",
      commitBlock: 2,
      extrinsicIndex: 4,
      firstEpoch: 10,
      epochs: [
        { ...base, epoch: 10, block: 100, standing: "live", rounds: 0, reason: "Challenger: no round counts yet" },
        { ...base, epoch: 11, block: 110, standing: "live", rounds: 90, reason: "Challenger: needs more than a@1" },
        { ...base, epoch: 12, block: 120, standing: "champion", rounds: 180, crowned: true, reason: "Crowned" },
      ] as const,
    };
    const text = print((to) => printStories(to, 3, [story], [{ id: "a@1", uid: 2 }]));
    match(text, /Committed in block 2, extrinsic 4; in epoch 10 for the first time/);
    match(text, /12 +120 +crowned +180 +8\.10\/7\.85 +3\.00\/2\.30 +5\.00\/2\.30 +0/);
    match(text, /Epoch 11: Challenger: needs more than uid 2\nEpoch 12: Crowned/);
    ok(!/^uid 9/m.test(text));
    match(print((to) => printStories(to, 7, [], [])), /No epoch of this journal lists a contender with uid 7/);
    equal(JSON.parse(print((to) => printStories(to, 3, [story], []), true)).stories.length, 1);
  },
});
