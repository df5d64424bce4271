/** The document's lists of modules are those of modules.py, and the engine agrees. @module */
import { strict as assert } from "node:assert";
import { join } from "node:path";
import { engineTest, run } from "../../core/sandbox/engine/testing.ts";
import { listIn } from "./make.ts";

const root = join(import.meta.dirname!, "../..");

/** The list between two marks of docs/engine.md. */
function documented(mark: string): string[] {
  const text = Deno.readTextFileSync(join(root, "docs/engine.md")).split(`<!-- ${mark} -->`)[1]!.split(
    "<!-- end -->",
  )[0]!;
  return [...text.matchAll(/`([\w.]+)`/g)].map((match) => match[1]!);
}

function listed(name: string): string[] {
  return listIn(Deno.readTextFileSync(join(root, "scripts/engine/modules.py")), name);
}

Deno.test({
  name: "docs/engine.md lists the modules of modules.py",
  permissions: { read: [root] },
  fn() {
    assert.deepEqual(documented("importable"), listed("NAMES").toSorted());
    assert.deepEqual(documented("absent"), listed("ABSENT").toSorted());
  },
});

engineTest("the engine imports what modules.py names, and nothing that it calls absent", (guest) => {
  const source = `import importlib
for name in input().split():
    try: importlib.import_module(name)
    except ModuleNotFoundError: print(name)`;
  const missing = (names: readonly string[]) =>
    run(guest, source, { stdin: names.join(" ") }).stdout.split("\n").slice(0, -1);
  assert.deepEqual(missing(listed("NAMES")), []);
  assert.deepEqual(missing(listed("ABSENT")), listed("ABSENT"));
}, [root]);
