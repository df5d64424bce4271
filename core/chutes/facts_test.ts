import assert from "node:assert/strict";
import { utf8 } from "../base/bytes.ts";
import { ModelError } from "../base/errors.ts";
import { isChuteId, readChute } from "./facts.ts";

const ID = "6b1f2f7e-3c1d-5f0e-9d3c-2a9f4f0f1a2b";
const GOOD = {
  chute_id: ID,
  name: "lab/Affine-one",
  slug: "lab-affine-one",
  revision: "AB".repeat(20),
  user: { username: "lab", user_id: "x" },
  hot: true,
  public: true,
  standard_template: "vllm",
  allow_external_egress: false,
  readme: "anything else is ignored",
};

function read(change: Record<string, unknown>) {
  return readChute(utf8(JSON.stringify({ ...GOOD, ...change })), ID);
}

Deno.test({
  name: "readChute() reads the facts of a chute",
  permissions: "none",
  fn() {
    assert.deepEqual(read({}), {
      facts: {
        chuteId: ID,
        name: "lab/Affine-one",
        slug: "lab-affine-one",
        revision: "ab".repeat(20),
        user: "lab",
        hot: true,
        public: true,
        template: "vllm",
        externalEgress: false,
      },
      egressKnown: true,
    });
  },
});

Deno.test({
  name: "readChute() says when the API leaves egress, template or revision open",
  permissions: "none",
  fn() {
    const open = read({ allow_external_egress: undefined, standard_template: null, revision: null });
    assert.equal(open.egressKnown, false);
    assert.equal(open.facts.externalEgress, false);
    assert.equal(open.facts.template, null);
    assert.equal(open.facts.revision, null);
    assert.equal(read({ allow_external_egress: true }).facts.externalEgress, true);
  },
});

Deno.test({
  name: "readChute() refuses fields of wrong types, shapes and lengths",
  permissions: "none",
  fn() {
    const wrong: Record<string, unknown>[] = [
      { chute_id: ID.replace("6b", "6c") },
      { name: "" },
      { name: "n".repeat(257) },
      { name: { toString: "x" } },
      { name: "\ud800" },
      { slug: null },
      { slug: "evil.example/" },
      { slug: "UPPER" },
      { slug: "a".repeat(64) },
      { slug: "-a" },
      { revision: 7 },
      { revision: "r".repeat(257) },
      { user: "lab" },
      { user: { username: null } },
      { user: [] },
      { hot: "yes" },
      { hot: undefined },
      { public: 1 },
      { standard_template: ["vllm"] },
      { allow_external_egress: "false" },
    ];
    for (const change of wrong) {
      assert.throws(
        () => read(change),
        (error) => error instanceof ModelError && error.code === "malformed" && !error.retryable,
        JSON.stringify(change),
      );
    }
    // What is no object at all comes from the API's own house, such as a page that says it is being repaired: no miner's fault.
    for (const body of ["", "null", "[]", "7", "{", '"text"', "<html>Back soon</html>"]) {
      assert.throws(
        () => readChute(utf8(body), ID),
        (error) => error instanceof ModelError && error.code === "unanswered" && error.retryable,
        body,
      );
    }
    assert.throws(() => readChute(new Uint8Array([0xff]), ID), ModelError);
  },
});

Deno.test({
  name: "isChuteId() takes UUIDs in lower case only",
  permissions: "none",
  fn() {
    assert.ok(isChuteId(ID));
    for (const text of ["", "lab/Affine-one", ID.toUpperCase(), `${ID}/`, `../${ID}`, `${ID}?x=1`]) {
      assert.ok(!isChuteId(text), text);
    }
  },
});
