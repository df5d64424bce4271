import assert from "node:assert/strict";
import { utf8 } from "../base/bytes.ts";
import { readCompletion } from "./completion.ts";

function read(body: unknown) {
  return readCompletion(utf8(typeof body === "string" ? body : JSON.stringify(body)));
}

function choice(message: unknown, finish: unknown = "stop") {
  return { choices: [{ index: 0, message, finish_reason: finish }] };
}

Deno.test({
  name: "readCompletion() gives text and tokens of a good answer",
  permissions: "none",
  fn() {
    const body = {
      ...choice({ role: "assistant", content: "x1=True" }),
      usage: { prompt_tokens: 12, completion_tokens: 3 },
    };
    assert.deepEqual(read(body), { kind: "answered", text: "x1=True", promptTokens: 12, completionTokens: 3 });
    assert.equal(read(choice({ content: "" })).kind, "answered");
  },
});

Deno.test({
  name: "readCompletion() trusts no token count",
  permissions: "none",
  fn() {
    for (
      const usage of [null, 3, { prompt_tokens: -1, completion_tokens: "9" }, {
        prompt_tokens: 1e300,
        completion_tokens: 0.5,
      }]
    ) {
      const outcome = read({ ...choice({ content: "4" }), usage });
      assert.deepEqual(outcome, { kind: "answered", text: "4", promptTokens: null, completionTokens: null });
    }
  },
});

Deno.test({
  name: "readCompletion() tells cut, refused and unparsable answers apart",
  permissions: "none",
  fn() {
    const kinds: [unknown, string, RegExp][] = [
      [choice({ content: "x1=" }, "length"), "over_limit", /token limit/],
      [choice({ content: null, reasoning_content: "hm" }, "length"), "over_limit", /token limit/],
      [choice({ content: null, reasoning_content: "hm" }), "unparsable", /reasoning/],
      [choice({ content: null, refusal: "I will not" }), "refused", /refusal/],
      [choice({ content: null }, "content_filter"), "refused", /filter/],
      [{ object: "error", message: "prompt too long", code: 400 }, "refused", /body/],
      [{ error: { message: "no" } }, "refused", /body/],
      [choice({ content: ["a"] }), "unparsable", /content/],
      [choice({ content: 7 }), "unparsable", /content/],
      [choice("text"), "unparsable", /choice/],
      [{ choices: [] }, "unparsable", /choice/],
      [{ choices: { 0: { message: { content: "x" } } } }, "unparsable", /choice/],
      [[], "unparsable", /object/],
      ["null", "unparsable", /object/],
      ["<html>gateway</html>", "unparsable", /JSON/],
      ["", "unparsable", /JSON/],
      ["[".repeat(200_000), "unparsable", /JSON/],
      ['{"choices":[{"message":{"content":"\\ud800"}}]}', "unparsable", /surrogate/],
    ];
    for (const [body, kind, detail] of kinds) {
      const outcome = read(body);
      assert.equal(outcome.kind, kind, JSON.stringify(body).slice(0, 80));
      assert.match(outcome.kind === "answered" ? "" : outcome.detail, detail);
    }
    assert.deepEqual(readCompletion(new Uint8Array([0x7b, 0xff, 0xfe])), {
      kind: "unparsable",
      detail: "invalid UTF-8",
    });
  },
});
