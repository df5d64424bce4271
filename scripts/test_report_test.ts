/** Tests of scripts/test_report.ts and of the groups of scripts/run_tests.ts. @module */
import assert from "node:assert/strict";
import { endToEndGroups, unitGroups } from "./run_tests.ts";
import { readReport } from "./test_report.ts";

const XML = `<testsuites><testsuite name="./a_test.ts">
<testcase name="a &lt;b&gt;" classname="./a_test.ts" time="0.1" line="1" col="1"/>
<testcase name="b" classname="./a_test.ts"><failure message="x">boom</failure></testcase>
<testcase name="c [skipped: no python3]" classname="./a_test.ts"><skipped/></testcase>
<testcase name="d &quot;e&quot;" classname="./a_test.ts"><skipped/></testcase>
<testcase name="f" classname="./a_test.ts"><properties></properties></testcase>
</testsuite></testsuites>`;

Deno.test({
  name: "readReport() counts, and names what was skipped with the reason",
  permissions: "none",
  fn() {
    assert.deepEqual(readReport(XML, false), {
      passed: 2,
      failed: 1,
      failures: ["./a_test.ts: b\n    boom"],
      skipped: ["./a_test.ts: c [skipped: no python3]", './a_test.ts: d "e" [no reason given]'],
    });
  },
});

Deno.test({
  name: "readReport() counts a failure when the run failed without a failed test or without a report",
  permissions: "none",
  fn() {
    assert.equal(readReport("", false).failed, 1);
    assert.equal(readReport('<testcase name="a" classname="b"/>', false).failed, 1);
    assert.deepEqual(readReport("", true), { passed: 0, failed: 0, failures: [], skipped: [] });
  },
});

Deno.test({
  name: "endToEndGroups() has every test file once, those that take longest first",
  permissions: { read: true },
  fn() {
    const names = ["a_test.ts", "kill_run.ts", "kill_test.ts", "b_test.ts", "hostile_test.ts"];
    assert.deepEqual(endToEndGroups(names).map(({ paths }) => paths), [
      ["tests/kill_test.ts"],
      ["tests/hostile_test.ts"],
      ["tests/a_test.ts"],
      ["tests/b_test.ts"],
    ]);
  },
});

Deno.test({
  name: "unitGroups() gives pure code no right, and leaves no folder out",
  permissions: { read: true },
  fn() {
    const folders = ["core/base", "core/sandbox", "envs", "cli", "scripts"];
    const groups = unitGroups(folders);
    assert.deepEqual(groups.flatMap(({ paths }) => paths).toSorted(), folders.toSorted());
    for (const { paths, flags } of groups) assert.equal(flags.length === 0, paths.includes("envs"));
  },
});
