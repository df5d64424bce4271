import assert from "node:assert/strict";
import { utf8 } from "../base/bytes.ts";
import { MAX_COMMITMENT_BYTES, newestPayload, openPayload, revealedPayload, scaleString } from "./payload.ts";

const hex = (text: string) => `0x${utf8(text).toHex()}`;
const open = (block: unknown, ...fields: unknown[]) => ({ deposit: 0, block, info: { fields } });
const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);

Deno.test({
  name: "openPayload() takes the first open field when the commitment has one",
  permissions: "none",
  fn() {
    assert.deepEqual(openPayload(open(7, { raw2: hex("ab") })), { block: 7, bytes: utf8("ab"), cut: 0 });
    assert.equal(text(openPayload(open(7, { bigRaw: hex("x".repeat(512)) }))?.bytes), "x".repeat(512));
    assert.deepEqual(openPayload(open(7, { raw0: "0x" }))?.bytes, new Uint8Array());
    const sealed = { timelockEncrypted: { encrypted: "0x00", revealRound: 5 } };
    assert.equal(text(openPayload(open(7, sealed, { raw1: hex("a") }))?.bytes), "a");
  },
});

Deno.test({
  name: "openPayload() is null when nothing is stated in the open",
  permissions: "none",
  fn() {
    for (const json of [null, undefined, 5, "x", [], {}, open(7), open(-1, { raw1: "0x00" }), open(7, "none", null)]) {
      assert.equal(openPayload(json), null);
    }
    assert.equal(openPayload(open(7, { sha256: `0x${"00".repeat(32)}` }, { resetBondsFlag: null })), null);
  },
});

Deno.test({
  name: "openPayload() gives no bytes when they are too long or no hex",
  permissions: "none",
  fn() {
    const long = MAX_COMMITMENT_BYTES + 1;
    assert.deepEqual(openPayload(open(7, { bigRaw: hex("x".repeat(long)) })), {
      block: 7,
      bytes: new Uint8Array(),
      cut: long,
    });
    assert.equal(openPayload(open(7, { bigRaw: hex("x".repeat(long - 1)) }))?.bytes.length, MAX_COMMITMENT_BYTES);
    assert.deepEqual(openPayload(open(7, { raw3: "0xzz" }))?.bytes, new Uint8Array());
    assert.deepEqual(openPayload(open(7, { raw3: { toString: 1 } }))?.bytes, new Uint8Array());
  },
});

Deno.test({
  name: "revealedPayload() takes the last reveal without its length when there are several",
  permissions: "none",
  fn() {
    const row = (
      words: string,
      block: number,
    ) => [`0x${(words.length << 2).toString(16)}${utf8(words).toHex()}`, block];
    assert.deepEqual(revealedPayload([row("old!", 5), row("mid!", 9), row("new!", 9)]), {
      block: 9,
      bytes: utf8("new!"),
      cut: 0,
    });
    assert.equal(text(revealedPayload([[hex("{}"), 3]])?.bytes), "{}");
    for (const json of [null, {}, [], [[]], [["0x00", "soon"]]]) assert.equal(revealedPayload(json), null);
  },
});

Deno.test({
  name: "scaleString() takes a length off only when it is exactly that of the rest",
  permissions: "none",
  fn() {
    assert.deepEqual(scaleString(Uint8Array.of(8, 1, 2)), Uint8Array.of(1, 2));
    assert.deepEqual(scaleString(Uint8Array.of(8, 1)), Uint8Array.of(8, 1));
    assert.deepEqual(scaleString(Uint8Array.of(0)), new Uint8Array());
    assert.deepEqual(scaleString(new Uint8Array()), new Uint8Array());
    const body = new Uint8Array(300).fill(7);
    assert.deepEqual(scaleString(Uint8Array.of(0xb1, 0x04, ...body)), body); // 300 in two bytes
    assert.deepEqual(scaleString(Uint8Array.of(0xb2, 0x04, 0, 0, ...body)), body); // and in four
    assert.deepEqual(scaleString(Uint8Array.of(3, 1, 2)), Uint8Array.of(3, 1, 2));
  },
});

Deno.test({
  name: "newestPayload() lets the newer block win when a hotkey has both kinds",
  permissions: "none",
  fn() {
    const stated = open(10, { raw1: hex("o") });
    const revealed = (block: number) => [[hex("r"), block]];
    assert.equal(text(newestPayload(stated, revealed(11))?.bytes), "r");
    assert.equal(text(newestPayload(stated, revealed(9))?.bytes), "o");
    assert.equal(text(newestPayload(stated, revealed(10))?.bytes), "o");
    assert.equal(text(newestPayload(null, revealed(1))?.bytes), "r");
    assert.equal(text(newestPayload(stated, null)?.bytes), "o");
    assert.equal(newestPayload(null, null), null);
  },
});
