/** Tests of the signer's strictness about requests. @module */
import assert from "node:assert/strict";
import { SignerError } from "../base/errors.ts";
import { CONTEXT, HASH, headOf, pageOf } from "./fixture_test.ts";
import { MAX_UIDS, readBatchHead, readEmpty, readExtrinsicRequest, readIndexHead } from "./request.ts";

const WEIGHTS = { call: "set_weights", netuid: 120, uids: [1], weights: [65535], versionKey: 0 };
const COMMITMENT = { call: "set_commitment", netuid: 120, data: "6166763a" };
const HEAD = headOf("5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY");

function refuses(read: (value: unknown) => unknown, value: unknown, sentence: RegExp): void {
  assert.throws(() => read(value), (thrown) => {
    assert.ok(thrown instanceof SignerError, String(thrown));
    assert.equal(thrown.code, "invalid");
    assert.match(thrown.message, sentence);
    return true;
  });
}

Deno.test({
  name: "readExtrinsicRequest() gives back what is in form",
  permissions: "none",
  fn() {
    for (const call of [WEIGHTS, COMMITMENT, { ...COMMITMENT, data: "" }, { ...WEIGHTS, uids: [], weights: [] }]) {
      assert.deepEqual(readExtrinsicRequest({ call, context: CONTEXT }), { call, context: CONTEXT });
    }
    assert.deepEqual(readBatchHead(HEAD), HEAD);
    readEmpty({});
  },
});

Deno.test({
  name: "readExtrinsicRequest() refuses values that are no request at all",
  permissions: "none",
  fn() {
    for (const value of [null, 1, "", [], true, undefined]) {
      refuses(readExtrinsicRequest, value, /body is no object/);
      refuses(readBatchHead, value, /head is no object/);
      refuses(readEmpty, value, /body is no object/);
    }
    refuses(readEmpty, { a: 1 }, /body has the unknown field "a"/);
    refuses(readExtrinsicRequest, {}, /body\.call is missing/);
    refuses(readExtrinsicRequest, { call: WEIGHTS }, /body\.context is missing/);
    refuses(readExtrinsicRequest, { call: WEIGHTS, context: CONTEXT, payload: "0x00" }, /unknown field "payload"/);
    refuses(readExtrinsicRequest, JSON.parse(`{"__proto__":{"call":{},"context":{}}}`), /unknown field "__proto__"/);
  },
});

Deno.test({
  name: "readExtrinsicRequest() names the field when a call is out of form",
  permissions: "none",
  fn() {
    const call = (changes: object) => ({ call: { ...WEIGHTS, ...changes }, context: CONTEXT });
    for (const bad of [-1, 65536, 1.5, "1", null, NaN, 1e300, -0]) {
      refuses(readExtrinsicRequest, call({ netuid: bad }), /call\.netuid is no whole number from 0 to 65535/);
      refuses(readExtrinsicRequest, call({ uids: [bad] }), /call\.uids\[0\]/);
      refuses(readExtrinsicRequest, call({ weights: [bad] }), /call\.weights\[0\]/);
      refuses(readExtrinsicRequest, call({ versionKey: bad === 65536 ? 2 ** 53 : bad }), /call\.versionKey/);
    }
    refuses(readExtrinsicRequest, call({ uids: [1, 2] }), /differ in length/);
    refuses(readExtrinsicRequest, call({ uids: [1, 1], weights: [1, 2] }), /names a uid twice/);
    refuses(readExtrinsicRequest, call({ uids: "12" }), /call\.uids is no list/);
    refuses(readExtrinsicRequest, call({ uids: { length: 1, 0: 1 } }), /call\.uids is no list/);
    const many = Array.from({ length: MAX_UIDS + 1 }, (_, i) => i);
    refuses(readExtrinsicRequest, call({ uids: many, weights: many }), /no list of at most 4096/);
    refuses(readExtrinsicRequest, call({ data: "00" }), /call has the unknown field "data"/);
    for (const name of ["transfer", "set_weights ", 7, null, ["set_weights"], "constructor"]) {
      refuses(readExtrinsicRequest, call({ call: name }), /no call that the signer builds/);
    }
    for (const bad of [null, 1, [], "set_weights"]) {
      refuses(readExtrinsicRequest, { call: bad, context: CONTEXT }, /no call that the signer builds/);
    }
    const commit = (data: unknown) => ({ call: { ...COMMITMENT, data }, context: CONTEXT });
    for (const bad of ["0x00", "0", "zz", "AB", " 00"]) refuses(readExtrinsicRequest, commit(bad), /no lower-case hex/);
    for (const bad of ["00".repeat(129), 7, null]) refuses(readExtrinsicRequest, commit(bad), /no text of at most 256/);
  },
});

Deno.test({
  name: "readExtrinsicRequest() names the field when a context is out of form",
  permissions: "none",
  fn() {
    const context = (changes: object) => ({ call: WEIGHTS, context: { ...CONTEXT, ...changes } });
    for (const bad of ["", "ab".repeat(32), `0x${"AB".repeat(32)}`, `${HASH}00`, null, 7, `${HASH}\n`]) {
      refuses(readExtrinsicRequest, context({ genesis: bad }), /context\.genesis/);
      refuses(readExtrinsicRequest, context({ era: { number: 1, hash: bad } }), /context\.era\.hash/);
    }
    for (const bad of [-1, 2 ** 32, 0.1, "1", null]) {
      refuses(readExtrinsicRequest, context({ specVersion: bad }), /context\.specVersion/);
      refuses(readExtrinsicRequest, context({ transactionVersion: bad }), /context\.transactionVersion/);
      refuses(readExtrinsicRequest, context({ nonce: bad }), /context\.nonce/);
      refuses(readExtrinsicRequest, context({ era: { number: bad, hash: HASH } }), /context\.era\.number/);
    }
    for (const bad of [0, 2, 3, 5, 65_537, 131_072, "64"]) {
      refuses(readExtrinsicRequest, context({ period: bad }), /context\.period/);
    }
    refuses(readExtrinsicRequest, context({ extensions: [1] }), /context\.extensions\[0\]/);
    refuses(readExtrinsicRequest, context({ extensions: ["x".repeat(65)] }), /context\.extensions\[0\]/);
    refuses(readExtrinsicRequest, context({ extensions: Array(65).fill("CheckWeight") }), /context\.extensions/);
    refuses(readExtrinsicRequest, context({ tip: 1 }), /context has the unknown field "tip"/);
  },
});

Deno.test({
  name: "readBatchHead() names the field when a head is out of form",
  permissions: "none",
  fn() {
    const changes: Record<string, unknown> = {
      genesis: "0x",
      netuid: 70000,
      validator: "0OIl",
      window: -1,
      blockHash: "cd".repeat(32),
      count: 1.5,
      root: HASH,
      previous: "",
      salt: "EF".repeat(32),
    };
    for (const [field, bad] of Object.entries(changes)) {
      refuses(readBatchHead, { ...HEAD, [field]: bad }, new RegExp(`head\\.${field}`));
      const { [field as keyof typeof HEAD]: _, ...rest } = HEAD;
      refuses(readBatchHead, rest, new RegExp(`head\\.${field} is missing`));
    }
    refuses(readBatchHead, { ...HEAD, extra: 1 }, /unknown field "extra"/);
  },
});

Deno.test({
  name: "readIndexHead() names the field when a head is out of form",
  permissions: "none",
  fn() {
    const PAGE = pageOf(HEAD.validator);
    assert.deepEqual(readIndexHead(PAGE), PAGE);
    const changes: Record<string, unknown> = {
      genesis: "0x",
      netuid: 70000,
      validator: "0OIl",
      page: 65536,
      count: 257,
      root: HASH,
      previous: "",
    };
    for (const [field, bad] of Object.entries(changes)) {
      refuses(readIndexHead, { ...PAGE, [field]: bad }, new RegExp(`head\\.${field}`));
      const { [field as keyof typeof PAGE]: _, ...rest } = PAGE;
      refuses(readIndexHead, rest, new RegExp(`head\\.${field} is missing`));
    }
    refuses(readIndexHead, { ...PAGE, extra: 1 }, /unknown field "extra"/);
  },
});
