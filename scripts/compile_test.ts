/** Tests of scripts/compile.ts: the bundle, run by Deno; the executable itself is tested where a base binary is. @module */
import assert from "node:assert/strict";
import { join } from "node:path";
import { bundle, explain, findRooms } from "./compile.ts";

const ROOT = join(import.meta.dirname!, "..");

Deno.test({
  name: "findRooms() finds every room of the permission table that has a Worker",
  permissions: { read: true },
  async fn() {
    const { ROOMS } = await import("../core/room/table.ts");
    const found = findRooms(ROOT).map((room) => room.name);
    assert.deepEqual(found.filter((name) => !(ROOMS as readonly string[]).includes(name)), []);
    assert.ok(found.includes("chutes"));
  },
});

Deno.test({
  name: "bundle() makes a main.js that runs without its sources and knows where its rooms are",
  permissions: { read: true, write: true, run: true },
  async fn() {
    const folder = await Deno.makeTempDir();
    try {
      await bundle(ROOT, folder);
      const run = async (...args: string[]) => {
        const flags = [
          "run",
          "--no-config",
          "--no-remote",
          "--no-npm",
          "--allow-read",
          join(folder, "main.js"),
          ...args,
        ];
        const { code, stdout } = await new Deno.Command(Deno.execPath(), { args: flags, cwd: folder }).output();
        return [code, new TextDecoder().decode(stdout)];
      };
      assert.deepEqual(await run("--version"), [
        0,
        `${JSON.parse(await Deno.readTextFile(join(ROOT, "deno.json"))).version}\n`,
      ]);
      const names = [...Deno.readDirSync(join(folder, "rooms"))].map((entry) => entry.name).sort();
      assert.deepEqual(names, findRooms(ROOT).map((room) => `${room.name}.js`));
      assert.match(await Deno.readTextFile(join(folder, "main.js")), /^import ".\/bundled.js";\n/);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test({
  name: "explain() says in one sentence what to do when the base binary cannot be downloaded",
  permissions: "none",
  fn() {
    const text = "deno compile failed: Caused by:\n 0: Setting up base binary.\n 1: dns error";
    assert.match(explain(new Error(text)), /^Deno cannot download [^\n]*compile_base\.sh[^\n]*$/);
    assert.equal(explain(new Error("deno bundle failed: x")), "deno bundle failed: x");
  },
});
