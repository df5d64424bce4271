import assert from "node:assert/strict";
import type { DatasetRow } from "../port/dataset.ts";
import { readTextRows, type TextRowsOptions } from "./text_rows.ts";

async function* cut(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
}

/** Rows in short: the value of `n`, or the sentence. */
async function read(text: string | Uint8Array, size = 7, options: TextRowsOptions = {}): Promise<unknown[]> {
  const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
  const rows: DatasetRow[] = [];
  for await (const row of readTextRows(cut(bytes, size), options)) rows.push(row);
  return rows.map((one) => "row" in one ? one.row.get("n") : `${one.at}: ${one.problem}`);
}

Deno.test({
  name: "readTextRows() reads the same rows however the bytes are cut, as lines and as an array",
  permissions: "none",
  async fn() {
    for (const size of [1, 2, 5, 1000]) {
      assert.deepEqual(await read('{"n": 1}\r\n\n{"n": "ü"}\n  {"n": 3}', size), [1n, "ü", 3n]);
      assert.deepEqual(await read('\n [\n{"n": 1},\n{"n": "ü"}, {"n": 3}\n]\n', size), [1n, "ü", 3n]);
    }
    assert.deepEqual(await read(""), []);
    assert.deepEqual(await read("[]"), []);
  },
});

Deno.test({
  name: "readTextRows() says which line is broken and loses nothing else",
  permissions: "none",
  async fn() {
    const rows = await read('{"n": 1}\n{"n": \n7\n{"n": 4}\n' + `{"n": "${"x".repeat(100)}"}\n{"n": 6}`, 9, {
      lineBytes: 50,
    });
    assert.deepEqual(rows, [
      1n,
      "line 2: The text ends too early at character 7",
      "line 3: The row is no object",
      4n,
      "line 5: The line is longer than 50 bytes",
      6n,
    ]);
    const bytes = new TextEncoder().encode('{"n": 1}\n{"n": "?"}\n{"n": 3}');
    bytes[bytes.indexOf(63)] = 0xff;
    assert.deepEqual(await read(bytes), [1n, "line 2: The line is no UTF-8", 3n]);
  },
});

Deno.test({
  name: "readTextRows() keeps the rows of an array before the place that is broken, and a cap on its size",
  permissions: "none",
  async fn() {
    const rows = await read('[{"n": 1},\n 5, {"n": 2}, {"n" 3}, {"n": 4}]');
    assert.deepEqual(rows.slice(0, 3), [1n, "row 2: The row is no object", 2n]);
    assert.match(String(rows[3]), /^row 4: .*; nothing behind it can be read$/);
    assert.equal(rows.length, 4);
    const large = await read(`[{"n": 1},\n{"n": 2},\n{"n": 3}]`, 7, { arrayBytes: 20 });
    assert.deepEqual(large, ["array: The array is larger than 20 bytes; store one row a line instead"]);
  },
});
