/** Building once: what is there is found again at once, what is missing is named. @module */
import { strict as assert } from "node:assert";
import { join } from "node:path";
import { withoutImage } from "../../core/sandbox/engine/testing.ts";
import { inputsHash, present, removeLeftovers } from "./ensure.ts";
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

Deno.test({
  name:
    "removeLeftovers() removes the folders of killed builds only, and leaves one that is still written to the next build",
  permissions: { read: true, write: true },
  async fn() {
    const folder = await Deno.makeTempDir();
    try {
      for (const name of ["work-1", "work-2", "other"]) {
        Deno.mkdirSync(join(folder, name));
        Deno.writeTextFileSync(join(folder, name, "file"), "");
      }
      Deno.writeTextFileSync(join(folder, "python.image"), "");
      const names = () => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
      const said: string[] = [];
      await removeLeftovers(folder, (line) => said.push(line), (path) => {
        if (path.endsWith("work-1")) return Promise.reject(new Error("Directory not empty (os error 39)"));
        return Deno.remove(path, { recursive: true });
      });
      assert.deepEqual(names(), ["other", "python.image", "work-1"]);
      assert.match(said.join(), /work-1 of a build that was killed is still in use/);
      await removeLeftovers(folder, () => {});
      assert.deepEqual(names(), ["other", "python.image"]);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
