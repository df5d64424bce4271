/** Tests of cli/print.ts, cli/width.ts and cli/output.ts. @module */
import assert from "node:assert/strict";
import { PipeClosed, writeText } from "./output.ts";
import { formatTable, Print, toJson } from "./print.ts";
import { clean, fit, width } from "./width.ts";

function buffer() {
  const bytes: number[] = [];
  const sink = {
    // Takes at most 3 bytes at once, as a full pipe would.
    writeSync(part: Uint8Array) {
      bytes.push(...part.subarray(0, 3));
      return Math.min(3, part.length);
    },
  };
  return { sink, text: () => new TextDecoder().decode(new Uint8Array(bytes)) };
}

Deno.test({
  name: "formatTable() aligns columns with wide characters and cuts only those that may shrink",
  permissions: "none",
  fn() {
    const columns = [
      { title: "MODEL", cell: (row: [string, number]) => row[0], shrink: true },
      { title: "W", cell: (row: [string, number]) => String(row[1]), align: "right" as const },
    ];
    const rows: [string, number][] = [["日本", 1], ["a-long-model-name", 10]];
    assert.equal(
      formatTable(columns, rows),
      "MODEL               W\n日本                1\na-long-model-name  10\n",
    );
    assert.equal(formatTable(columns, rows, 14), "MODEL        W\n日本         1\na-long-mo…  10\n");
  },
});

Deno.test({
  name: "clean() takes out what a terminal or a reader would be misled by",
  permissions: "none",
  fn() {
    assert.equal(clean("a\x1b[31mb\r\n\u202ec\u200b\ud800\u2028"), "a�[31mb���c���");
    assert.equal(clean("a\n\tb\r", { lines: true }), "a\n\tb�");
    assert.equal(clean("plain ü 日本 👩‍🚀"), "plain ü 日本 👩‍🚀");
  },
});

Deno.test({
  name: "width() counts columns and fit() cuts at whole characters",
  permissions: "none",
  fn() {
    assert.equal(width("abc"), 3);
    assert.equal(width("日本"), 4);
    assert.equal(width("e\u0301"), 1);
    assert.equal(width("👩‍🚀"), 2);
    assert.equal(fit("日本語", 5), "日本…");
    assert.equal(fit("日本語", 4), "日…");
    assert.equal(fit("abc", 0), "");
  },
});

Deno.test({
  name: "Print writes whole answers, as text or as JSON",
  permissions: "none",
  fn() {
    const people = buffer();
    new Print(people.sink).answer("Höhe: 3", { height: 3 });
    assert.equal(people.text(), "Höhe: 3\n");
    const programs = buffer();
    new Print(programs.sink, { json: true }).answer("Höhe: 3", {
      height: 3n,
      bytes: new Uint8Array([1, 255]),
      nan: NaN,
    });
    assert.equal(programs.text(), '{"height":"3","bytes":"01ff","nan":"NaN"}\n');
    assert.equal(toJson(undefined), "null");
  },
});

Deno.test({
  name: "writeText() throws PipeClosed when the reader is gone and waits when it is slow",
  permissions: "none",
  fn() {
    const gone = { writeSync: () => assert.fail(new Deno.errors.BrokenPipe("gone")) };
    assert.throws(() => writeText(gone, "x"), PipeClosed);
    let tries = 0;
    const slow = {
      writeSync(part: Uint8Array) {
        if (++tries < 3) throw new Deno.errors.WouldBlock("full");
        return part.length;
      },
    };
    writeText(slow, "x");
    assert.equal(tries, 3);
  },
});
