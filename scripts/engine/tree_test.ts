/** The tree is the same in whatever order a disk lists its files. */
import { strict as assert } from "node:assert";
import { find, treeOf } from "./tree.ts";

const files = ["python/os.py", "python/a/__init__.py", "python/a.py", "0/guest.py", "python/B.py", "python/empty.py"]
  .map((path) => [path, new TextEncoder().encode(path.includes("empty") ? "" : path)] as const);

Deno.test({
  name: "treeOf() numbers and sorts the same in whatever order the files come",
  permissions: "none",
  fn() {
    const tree = treeOf(new Map(files));
    assert.deepEqual(treeOf(new Map(files.toReversed())), tree);
    const python = find(tree, "python")!;
    assert.ok("entries" in python);
    assert.deepEqual([...python.entries.keys()], ["B.py", "a.py", "a", "empty.py", "os.py"]);
  },
});

Deno.test({
  name: "find() follows a path, and finds nothing outside of the tree or below a file",
  permissions: "none",
  fn() {
    const tree = treeOf(new Map(files));
    const python = find(tree, "python")!;
    assert.ok("entries" in python);
    assert.equal(find(python, "."), python);
    assert.equal(find(python, "a/../../python/"), python);
    assert.ok("bytes" in find(python, "./a/__init__.py")!);
    assert.ok("bytes" in find(python, "empty.py")!);
    for (const nothing of ["b", "a/b", "os.py/x", "../..", "a/../../../python"]) {
      assert.equal(find(python, nothing), undefined, nothing);
    }
  },
});
