/** Building once: what is there is found again at once, what is missing is named. @module */
import { strict as assert } from "node:assert";
import { join } from "node:path";
import { withoutImage } from "../../core/sandbox/engine/testing.ts";
import { inputsHash, present } from "./ensure.ts";
import { listIn } from "./make.ts";

const root = join(import.meta.dirname!, "../..");
const missing = withoutImage();

Deno.test({
  name: "inputsHash() is the same for the same files",
  permissions: { read: [root] },
  fn() {
    assert.match(inputsHash(), /^[0-9a-f]{64}$/);
    assert.equal(inputsHash(), inputsHash());
  },
});

Deno.test({
  name: "present() refuses an engine of other inputs" + missing,
  ignore: missing !== "",
  permissions: { read: [root] },
  fn() {
    assert.equal(present("0".repeat(64)), undefined);
  },
});

Deno.test({
  name: "findPython() names what is missing",
  permissions: { run: true },
  async fn() {
    const tools = new URL("./tools.ts", import.meta.url).href;
    const code = `import { findPython } from ${JSON.stringify(tools)};
      try { console.log(await findPython()); } catch (e) { console.log(e.name, e.message); }`;
    const command = new Deno.Command(Deno.execPath(), {
      args: ["eval", "--no-check", code],
      env: { PATH: "/nonexistent", NO_COLOR: "1" },
      clearEnv: true,
    });
    const { stdout } = await command.output();
    assert.match(new TextDecoder().decode(stdout), /^MissingTool The Python engine needs python3 .*install it\n$/);
  },
});

Deno.test({
  name: "listIn() reads a list, and says when there is none",
  permissions: "none",
  fn() {
    assert.deepEqual(listIn('A = """\na b\nc.d\n""".split()', "A"), ["a", "b", "c.d"]);
    assert.throws(() => listIn("", "A"), /no list A/);
  },
});
