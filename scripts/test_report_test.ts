/** Tests of scripts/test_report.ts and of the groups of scripts/run_tests.ts. @module */
import assert from "node:assert/strict";
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
    assert.deepEqual(readReport("", true), { passed: 0, failed: 0, skipped: [] });
  },
});
