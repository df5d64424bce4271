import { deepEqual } from "node:assert/strict";
import { cappedMarks } from "./log_marks.ts";

Deno.test({
  name: "cappedMarks() lets nobody add more than its share, and adds nothing where everybody would",
  permissions: "none",
  fn() {
    const from = { a: 100, b: 0, c: 5 };
    const to = { a: 400, b: 50, c: 45 };
    deepEqual(cappedMarks(from, to, 1), to);
    // a may add as much as b and c together.
    deepEqual(cappedMarks(from, to, 0.5), { a: 190, b: 50, c: 45 });
    deepEqual(cappedMarks(from, to, 0.4), { a: 160, b: 50, c: 45 });
    deepEqual(cappedMarks(from, to, 0.3), from);
    deepEqual(cappedMarks({}, { a: 10 }, 0.5), { a: 0 });
    deepEqual(cappedMarks({}, { a: 10, b: 10 }, 0.5), { a: 10, b: 10 });
    deepEqual(cappedMarks({ a: 10 }, { a: 10 }, 0.5), { a: 10 });
  },
});
