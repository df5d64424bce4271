/** Tests of cli/completions.ts: the bash script is run by bash where there is one. @module */
import assert from "node:assert/strict";
import { bashScript, type CompletionNode, fishScript, zshScript } from "./completions.ts";

const leaf = { help: "it's one", options: [{ flag: "--json", help: "as JSON" }], choices: [], below: [] };
const ROOT: CompletionNode = {
  path: [],
  help: "",
  options: [{ flag: "--verbose", help: "more" }],
  choices: [],
  below: [
    { ...leaf, path: ["get"] },
    { ...leaf, path: ["env"], below: [{ ...leaf, path: ["env", "list"], choices: ["math"] }] },
  ],
};

function bashThere(): boolean {
  if (Deno.build.os === "windows") return false;
  return Deno.permissions.querySync({ name: "run", command: "bash" }).state === "granted";
}

Deno.test({
  name: `bashScript() completes commands, their commands, options and choices${
    bashThere() ? "" : " [skipped: no bash]"
  }`,
  permissions: { run: ["bash"] },
  ignore: !bashThere(),
  async fn() {
    const cases: [string, string][] = [
      ["af ''", "get env --verbose"],
      ["af -v e", "env"],
      ["af env ''", "list --json"],
      ["af env list m", "math"],
      ["af get --", "--json"],
    ];
    for (const [line, wanted] of cases) {
      const script = `${
        bashScript(ROOT)
      }\nCOMP_WORDS=(${line}); COMP_CWORD=$((\${#COMP_WORDS[@]}-1)); _af; echo "\${COMPREPLY[*]}"`;
      const { stdout } = await new Deno.Command("bash", { args: ["-c", script] }).output();
      assert.equal(new TextDecoder().decode(stdout).trim(), wanted, line);
    }
  },
});

Deno.test({
  name: "zshScript() and fishScript() name every command",
  permissions: "none",
  fn() {
    assert.match(zshScript(ROOT), /^#compdef af\n[\s\S]*"env list"\) echo "math --json"/);
    const fish = fishScript(ROOT).split("\n");
    assert.ok(fish.includes("complete -c af -n 'not __fish_seen_subcommand_from get env' -a get -d 'it\\'s one'"));
    assert.ok(fish.some((line) => line.includes("__fish_seen_subcommand_from env") && line.includes("-a list")));
  },
});
