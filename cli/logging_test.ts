/** Tests of cli/logging.ts and cli/redact.ts. @module */
import assert from "node:assert/strict";
import { levelOf, startLogging, stopLogging } from "./logging.ts";
import { Redactor } from "./redact.ts";
import { Screen } from "./screen.ts";

const SECRET = 'top"secret/value+1';

function collect() {
  const written: string[] = [];
  const sink = {
    writeSync(bytes: Uint8Array) {
      written.push(new TextDecoder().decode(bytes));
      return bytes.length;
    },
  };
  return { screen: new Screen(sink), written };
}

Deno.test({
  name: "startLogging() writes one line an entry at the level that -v asks for, without secrets",
  permissions: "none",
  async fn() {
    for (const json of [false, true]) {
      const { screen, written } = collect();
      const log = await startLogging(screen, new Redactor([SECRET]), { verbosity: 1, json });
      try {
        log.debug("not shown");
        log.getChild("chain").info(`Key ${SECRET.replaceAll("{", "{{")} sent\nin two lines`);
        log.warn("Failed with {error} and {headers}", {
          error: new Error(`bad ${SECRET}`),
          headers: { authorization: SECRET, ok: [encodeURIComponent(SECRET)] },
        });
      } finally {
        await stopLogging();
      }
      assert.equal(written.length, 2);
      for (const line of written) {
        assert.match(line, /^[^\n]*\n$/);
        assert.ok(!line.includes("top") && !line.includes("secret/value"), line);
      }
      if (json) assert.equal(JSON.parse(written[0]!).category, "af.chain");
      else assert.match(written[0]!, /^\d\d:\d\d:\d\d info chain: Key \*{4} sent in two lines\n$/);
    }
  },
});

Deno.test({
  name: "Redactor hides by the name of a field, by value in every spelling, and by looks",
  permissions: "none",
  fn() {
    const redactor = new Redactor([SECRET, "abc"]);
    const spellings = [SECRET, encodeURIComponent(SECRET), btoa(SECRET), JSON.stringify(SECRET)];
    for (const spelling of spellings) assert.doesNotMatch(redactor.text(`x ${spelling} y`), /secret|dG9w/);
    assert.equal(redactor.text("abc"), "abc");
    assert.equal(redactor.text("Authorization: Bearer abcdef123456"), "Authorization: Bearer ****");
    assert.equal(redactor.text("hf_abcdefghijkl"), "hf_****");
    assert.equal(redactor.text("wss://user:pass@host/x"), "wss://****@host/x");
    const value = { apiKey: "1", secretSeed: "2", hotkey: "5F", tokens: 3, deep: [{ password: "4" }] };
    assert.deepEqual(redactor.value(value), {
      apiKey: "****",
      secretSeed: "****",
      hotkey: "5F",
      tokens: 3,
      deep: [{ password: "****" }],
    });
  },
});

Deno.test({
  name: "levelOf() goes from warnings to trace",
  permissions: "none",
  fn() {
    assert.deepEqual([0, 1, 2, 3, 9].map(levelOf), ["warning", "info", "debug", "trace", "trace"]);
  },
});
