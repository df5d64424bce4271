/** Tests of core/room/ps.ts. @module */
import { deepEqual, ok } from "node:assert/strict";
import { parsePs, usageOf } from "./ps.ts";

Deno.test({
  name: "parsePs() reads what ps of Linux and of macOS print",
  permissions: "none",
  fn() {
    const found = parsePs("  7  1024 00:00:03\n 123 2 1-02:03:04\n 9 5 0:01.50\nrubbish\n");
    deepEqual([...found], [
      [7, { residentBytes: 1_048_576, cpuMs: 3_000 }],
      [123, { residentBytes: 2048, cpuMs: 1000 * (86_400 + 7_384) }],
      [9, { residentBytes: 5120, cpuMs: 1_500 }],
    ]);
  },
});

Deno.test({
  name: "usageOf() sees this process, and leaves out one that is not there",
  permissions: { run: true },
  ignore: Deno.build.os === "windows",
  async fn() {
    const found = await usageOf([Deno.pid, 0x3fff_fff0]);
    if (found === null) return;
    ok(found.get(Deno.pid)!.residentBytes > 10_000_000);
    ok(!found.has(0x3fff_fff0));
  },
});
