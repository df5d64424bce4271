import assert from "node:assert/strict";
import { ConfigError } from "../base/errors.ts";
import { completionsUrl, isSlug, targets } from "./target.ts";

function of(inferenceUrl: string, managementUrl = "https://api.chutes.ai", apiKey = "cpk_secret") {
  return targets({ inferenceUrl, managementUrl, apiKey });
}

Deno.test({
  name: "targets() asks for the inference hosts and the management host, nothing else",
  permissions: "none",
  fn() {
    const chutes = of("https://{slug}.chutes.ai/v1/");
    assert.deepEqual(chutes.net, ["*.chutes.ai:443", "api.chutes.ai:443"]);
    assert.equal(chutes.hostPerSlug, true);
    assert.equal(completionsUrl(chutes.inferenceUrl, "lab-one"), "https://lab-one.chutes.ai/v1/chat/completions");
    const local = of("http://127.0.0.1:8123/{slug}/v1", "http://127.0.0.1:8123");
    assert.deepEqual(local.net, ["127.0.0.1:8123"]);
    assert.equal(local.hostPerSlug, false);
    assert.equal(completionsUrl(local.inferenceUrl, "a"), "http://127.0.0.1:8123/a/v1/chat/completions");
    assert.deepEqual(of("https://llm.chutes.ai/v1").net, ["llm.chutes.ai:443", "api.chutes.ai:443"]);
  },
});

Deno.test({
  name: "targets() refuses addresses that are none, too wide, or would leak the key",
  permissions: "none",
  fn() {
    const wrong = [
      "chutes.ai",
      "ftp://{slug}.chutes.ai/v1",
      "https://{slug}/v1",
      "https://{slug}.ai/v1",
      "https://api.{slug}.chutes.ai/v1",
      "https://{slug}.chutes.ai/{slug}/v1",
      "https://user:pass@{slug}.chutes.ai/v1",
      "https://{slug}.chutes.ai/v1?key=1",
      "http://{slug}.chutes.ai/v1",
      "http://10.0.0.7:8000/v1",
    ];
    for (const url of wrong) {
      assert.throws(
        () => of(url),
        (error) => error instanceof ConfigError && !error.message.includes("cpk_secret"),
        url,
      );
    }
    assert.throws(() => of("https://{slug}.chutes.ai/v1", "http://api.chutes.ai"), ConfigError);
    assert.deepEqual(of("http://10.0.0.7:8000/v1", "https://api.chutes.ai", "").net[0], "10.0.0.7:8000");
  },
});

Deno.test({
  name: "isSlug() takes nothing that could change the host or the path",
  permissions: "none",
  fn() {
    assert.ok(isSlug("lab-affine-1"));
    for (const text of ["", "a.b", "a/b", "a@b", "a:80", "a#", "a?", "A", "-a", "ä", "a b", "a\n", "{slug}"]) {
      assert.ok(!isSlug(text), text);
    }
  },
});
