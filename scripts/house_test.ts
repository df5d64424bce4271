/** Each check of the house, shown failing on a small made-up tree and passing on a sound one. @module */
import assert from "node:assert/strict";
import { TABLE } from "../core/room/table.ts";
import { blank, importsOf } from "./house/code.ts";
import {
  checkCatches,
  checkDepth,
  checkHeaders,
  checkSizes,
  checkSurface,
  checkTests,
  CLOSING,
  sizes,
} from "./house/form.ts";
import { checkCycles, checkImports } from "./house/imports.ts";
import { checkDocument, checkRights, formatRights } from "./house/rights.ts";
import type { Problem, Tree } from "./house/tree.ts";

const CONFIG = '{"imports":{"commander":"npm:commander@15.1.0"}}';

function tree(files: Record<string, string>): Tree {
  return new Map(Object.entries({ "deno.json": CONFIG, ...files }));
}

/** Each source, alone at its path, must be refused (or not) by a check. */
function judge(
  check: (tree: Tree) => Problem[],
  path: string,
  source: string,
  more: Record<string, string> = {},
): string[] {
  return check(tree({ ...more, [path]: source })).map((problem) => `${problem.path} ${problem.text}`);
}

Deno.test({
  name: "importsOf() finds static, dynamic and type imports, and none in comments or texts",
  permissions: "none",
  fn() {
    const source = [
      'import { a } from "./a.ts";',
      "import type { B } from './b.ts';",
      'import {\n  type C,\n  type D,\n} from "./c.ts";',
      'import "./side.ts";',
      'export * from "./e.ts";',
      'const f = await import("./f.ts");',
      "await import(f + `x${'}'}`);",
      '// import "./no.ts";',
      'const s = "import \\"./no.ts\\"; // no";',
      "/* import('./no.ts') */ const r = /[\"'/]import\\(/;",
      "const t = `\nimport './no.ts';\n${`${1}`}`;",
      'let g: import("./g.ts").G;',
    ].join("\n");
    assert.deepEqual(importsOf(source).map((one) => [one.specifier, one.typeOnly, one.dynamic]), [
      ["./a.ts", false, false],
      ["./b.ts", true, false],
      ["./c.ts", true, false],
      ["./side.ts", false, false],
      ["./e.ts", false, false],
      ["./f.ts", false, true],
      ["?", false, true],
      ["./g.ts", true, true],
    ]);
    assert.equal(blank(source).length, source.length);
  },
});

Deno.test({
  name: "checkImports() refuses what goes against the one-way order, dynamic imports too",
  permissions: "none",
  fn() {
    const more = {
      "core/flow/x.ts": "",
      "core/chain/x.ts": "",
      "core/store/x.ts": "",
      "core/base/x.ts": "",
      "envs/x.ts": "",
      "tests/x.ts": "",
      "scripts/x.ts": "",
    };
    const wrong: [string, string][] = [
      ["core/base/y.ts", 'import "../flow/x.ts";'],
      ["core/mechanism/y.ts", 'const x = await import("../chain/x.ts");'],
      ["core/chain/y.ts", 'import "../store/x.ts";'],
      ["core/chain/y.ts", 'import "../flow/x.ts";'],
      ["core/chain/y.ts", 'import type { T } from "../store/x.ts";'],
      ["core/flow/y.ts", 'import "../chain/x.ts";'],
      ["envs/y.ts", 'import "../core/flow/x.ts";'],
      ["cli/commands/y.ts", 'import "../../core/chain/x.ts";'],
      ["core/local/y.ts", 'import "../chain/x.ts";'],
      ["cli/y.ts", 'import "../tests/x.ts";'],
      ["mod.ts", 'export { x } from "./scripts/x.ts";'],
      ["core/flow/y.ts", 'import "../flow/missing.ts";'],
    ];
    for (const [path, source] of wrong) {
      assert.equal(judge(checkImports, path, source, more).length, 1, `${path} ${source}`);
    }
    const right: [string, string][] = [
      ["core/flow/y.ts", 'import "../base/x.ts";\nimport "node:path";'],
      ["core/local/y.ts", 'import "../../envs/x.ts";'],
      ["cli/wire.ts", 'import "../core/chain/x.ts";\nimport "../core/flow/x.ts";'],
      ["cli/wire_eval.ts", 'import "../core/chain/x.ts";'],
      ["tests/y.ts", 'import "../core/chain/x.ts";'],
    ];
    for (const [path, source] of right) {
      assert.deepEqual(judge(checkImports, path, source, more), [], `${path} ${source}`);
    }
  },
});

Deno.test({
  name: "checkImports() refuses packages that go around the import map",
  permissions: "none",
  fn() {
    for (
      const specifier of [
        "npm:x@1.0.0",
        "jsr:@std/path",
        "https://example.org/x.ts",
        "data:text/javascript,1",
        "left-pad",
      ]
    ) {
      assert.equal(judge(checkImports, "cli/y.ts", `import "${specifier}";`).length, 1, specifier);
      assert.equal(judge(checkImports, "cli/y.ts", `await import("${specifier}");`).length, 1, specifier);
    }
    assert.equal(judge(checkImports, "cli/y.ts", "await import(name);").length, 1);
    assert.deepEqual(judge(checkImports, "cli/y.ts", 'import { Command } from "commander";'), []);
    assert.deepEqual(judge(checkImports, "docs/y.ts", 'import { Tally } from "@affine/af";'), []);
    assert.equal(judge(checkImports, "core/base/y.ts", 'import { Tally } from "@affine/af";').length, 1);
    assert.equal(judge(checkImports, "docs/y.ts", 'import { Tally } from "../core/mechanism/tally.ts";').length, 1);
  },
});

Deno.test({
  name: "checkCycles() finds a ring of modules and lets types go round",
  permissions: "none",
  fn() {
    const ring = { "envs/a.ts": 'import "./b.ts";', "envs/b.ts": 'import "./c.ts";', "envs/c.ts": 'import "./a.ts";' };
    assert.deepEqual(checkCycles(tree(ring)).map(({ text }) => text), [
      "is in a ring of imports: envs/a.ts → envs/b.ts → envs/c.ts → envs/a.ts",
    ]);
    assert.deepEqual(checkCycles(tree({ ...ring, "envs/c.ts": 'import type { A } from "./a.ts";' })), []);
  },
});

Deno.test({
  name: "checkRights() refuses Workers, programs and the environment outside of their one place",
  permissions: "none",
  fn() {
    const wrong: [string, string][] = [
      ["core/flow/x.ts", 'new Worker(new URL("./w.ts", import.meta.url))'],
      ["core/room/other.ts", "new  Worker(url)"],
      ["cli/x.ts", 'new Deno.Command("ls")'],
      ["cli/x.ts", 'import { spawn } from "node:child_process";'],
      ["core/chain/x.ts", 'Deno.env.get("HF_TOKEN")'],
      ["core/chain/x.ts", "process.env.HF_TOKEN"],
      ["core/base/x.ts", 'Deno.dlopen("x", {})'],
      ["core/base/x.ts", 'new Function("return 1")()'],
    ];
    for (const [path, source] of wrong) assert.equal(judge(checkRights, path, source).length, 1, `${path} ${source}`);
    const right: [string, string][] = [
      ["core/room/open.ts", "new Worker(url)"],
      ["core/room/supervise.ts", "new Deno.Command(program)"],
      ["cli/config.ts", "Deno.env.get(name)"],
      ["scripts/x.ts", "new Deno.Command(program)"],
      ["cli/x.ts", '// new Worker(url)\nconst text = "Deno.env";'],
    ];
    for (const [path, source] of right) assert.deepEqual(judge(checkRights, path, source), [], `${path} ${source}`);
  },
});

Deno.test({
  name: "checkDocument() fails when the document and the permission table differ in any row",
  permissions: "none",
  fn() {
    const path = "docs/permissions.md";
    const text = `<!-- table -->\n\n${formatRights(TABLE)}\n\n<!-- end -->\n`;
    const judged = (document: string) => checkDocument(tree({ [path]: document }), TABLE).length;
    assert.equal(judged(text), 0);
    assert.equal(judged(text.replace("| chain |", "|   chain   |")), 0);
    assert.equal(judged(text.replace("| store | no |", "| store | yes |")), 2);
    assert.equal(judged(text.replace(/\n\| hub .*/, "")), 1);
    assert.equal(judged(text.replace("\n\n<!-- end", "\n| ghost | yes | no | no | no |\n\n<!-- end")), 1);
    assert.ok(judged("") > 5);
  },
});

Deno.test({
  name: "checkSurface() wants explicit named exports and nothing else in mod.ts",
  permissions: "none",
  fn() {
    const wrong = [
      'export * from "./a.ts";',
      "export default 1;",
      "export const a = 1;",
      'export { a as default } from "./a.ts";',
    ];
    for (const source of wrong) assert.equal(judge(checkSurface, "mod.ts", source).length, 1, source);
    assert.equal(checkSurface(tree({})).length, 1);
    assert.deepEqual(judge(checkSurface, "mod.ts", 'export { a, type B } from "./a.ts";'), []);
  },
});

Deno.test({
  name: "checkSurface() and checkImports() let mod.ts be the command line by one clause at its end, to the letter",
  permissions: "none",
  fn() {
    const named =
      '/** What it is. @module */\nexport type { A } from "./envs/a.ts";\nexport {\n  b,\n} from "./envs/a.ts";\n';
    const more = { "envs/a.ts": "", "cli/roles.ts": "" };
    const refusals = (source: string) => [
      ...judge(checkSurface, "mod.ts", source, more),
      ...judge(checkImports, "mod.ts", source, more),
    ];
    assert.deepEqual(refusals(`${named}\n${CLOSING}`), []);
    const wrong = [
      `${CLOSING}\n${named}`,
      `${named}\n${CLOSING}\n${CLOSING}`,
      `${named}\n${CLOSING.replace("import.meta.main", "true")}`,
      `${named}\n${CLOSING.replace("start(Deno.args)", 'start(["validate"])')}`,
      `${named}\n${CLOSING}console.log(1);\n`,
      `import { start } from "./cli/roles.ts";\n${named}\n${CLOSING}`,
      `export { start } from "./cli/roles.ts";\n${named}\n${CLOSING}`,
    ];
    for (const source of wrong) assert.notEqual(refusals(source).length, 0, source);
  },
});

Deno.test({
  name: "checkHeaders(), checkDepth() and checkSizes() see missing comments, deep folders and long files",
  permissions: "none",
  fn() {
    assert.equal(judge(checkHeaders, "envs/a.ts", "export {};").length, 1);
    assert.deepEqual(judge(checkHeaders, "envs/a.ts", "/** What it is. @module */\nexport {};"), []);
    assert.equal(judge(checkDepth, "core/a/b/c/d.ts", "").length, 1);
    assert.equal(judge(checkSizes, "envs/a.ts", "x\n".repeat(301)).length, 1);
    assert.deepEqual(judge(checkSizes, "envs/a.ts", "x\n".repeat(300)), []);
    const lengths = Object.fromEntries([10, 20, 30, 40, 400].map((n) => [`envs/a${n}.ts`, "x\n".repeat(n)]));
    assert.deepEqual(sizes(tree(lengths)), {
      count: 5,
      median: 30,
      p90: 400,
      long: [{ path: "envs/a400.ts", lines: 400 }],
    });
  },
});

Deno.test({
  name: "checkCatches() refuses silence, checkTests() refuses tests that do not name their rights",
  permissions: "none",
  fn() {
    for (
      const source of ["try { a(); } catch {}", "try { a(); } catch (e) { b(); }", "try { a(); } catch { return; }"]
    ) {
      assert.equal(judge(checkCatches, "envs/a.ts", source).length, 1, source);
    }
    for (
      const source of [
        "try { a(); } catch (e) { log(e); }",
        "try { a(); } catch { throw new Error(); }",
        'try { a(); } catch { return refused("x"); }',
        "try { a(); } catch {\n // It may be gone already.\n}",
      ]
    ) assert.deepEqual(judge(checkCatches, "envs/a.ts", source), [], source);
    assert.equal(judge(checkTests, "envs/a_test.ts", 'Deno.test("x", () => {});').length, 1);
    assert.equal(judge(checkTests, "envs/a_test.ts", 'Deno.test({ name: "permissions", fn() {} });').length, 1);
    assert.deepEqual(
      judge(checkTests, "envs/a_test.ts", 'Deno.test({ name: "x", permissions: "none", fn() {} });'),
      [],
    );
  },
});
