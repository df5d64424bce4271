import assert from "node:assert/strict";
import { Random } from "../../core/base/random.ts";
import { compose, SLOTS } from "./compose.ts";
import { print } from "./printer.ts";
import { read, readShared } from "./read.ts";

Deno.test({
  name: "read() of what print() made of a program is the same tree, for every family, level and style",
  permissions: "none",
  fn() {
    for (const { generator, level } of SLOTS) {
      for (const style of ["stdin", "call"] as const) {
        const random = new Random(`read ${generator} ${level} ${style}`);
        const { block, source } = compose(generator, level, { random, style: () => style, attempt: (one) => one });
        assert.deepEqual(read(source), block, source);
        assert.deepEqual(readShared(source), block, source);
        assert.equal(print(block), source);
      }
    }
  },
});

Deno.test({
  name: "readShared() finds where statements end",
  permissions: "none",
  fn() {
    const source =
      "\na = [\n1,\n]\nif a:\n    b = 1\n\n    c = 2\nelif b:\n    pass\nelse:\n    pass\nelse_ = 1\nprint(a)\n";
    assert.throws(() => readShared(source), SyntaxError, "a line within brackets stands at the left edge");
    const indented = source.replace("1,", "    1,");
    assert.deepEqual(readShared(indented), read(indented));
    assert.deepEqual(readShared(indented), read(indented), "from what was read before");
    assert.equal(readShared(indented).length, 4);
    assert.throws(() => readShared("else:\n    pass"), SyntaxError);
  },
});
