import assert from "node:assert/strict";
import { concat } from "../base/bytes.ts";
import { statementIndex, type StatementQuery } from "./statement.ts";

const ALICE = new Uint8Array(32).fill(1);
const BOB = new Uint8Array(32).fill(2);
const INFO = Uint8Array.of(4, 3, 7, 7);
const QUERY: StatementQuery = { callIndex: [18, 0], netuid: 300, publicKey: ALICE, info: INFO };
const CALL = Uint8Array.of(18, 0, 0x2c, 0x01, ...INFO);
const TIMESTAMP = "0x280402000b00";

/** As a node tells it: length, version, signer, signature, extensions that nobody knows, call. */
function extrinsic(who: Uint8Array, call: Uint8Array, extras = 5): string {
  const body = concat(Uint8Array.of(0x84, 0), who, Uint8Array.of(1), new Uint8Array(64 + extras), call);
  return `0x${Uint8Array.of(((body.length << 2) & 255) | 1, body.length >> 6).toHex()}${body.toHex()}`;
}

Deno.test({
  name: "statementIndex() finds the hotkey's own extrinsic whatever extensions lie in it",
  permissions: "none",
  fn() {
    const block = [TIMESTAMP, extrinsic(BOB, CALL), extrinsic(ALICE, CALL, 40), extrinsic(BOB, CALL)];
    assert.equal(statementIndex(block, QUERY), 2);
  },
});

Deno.test({
  name: "statementIndex() is null when bytes, subnet, signer or call are others",
  permissions: "none",
  fn() {
    const block = [TIMESTAMP, extrinsic(ALICE, CALL)];
    assert.equal(statementIndex(block, { ...QUERY, info: Uint8Array.of(4, 3, 7, 8) }), null);
    assert.equal(statementIndex(block, { ...QUERY, netuid: 301 }), null);
    assert.equal(statementIndex(block, { ...QUERY, publicKey: BOB }), null);
    assert.equal(statementIndex(block, { ...QUERY, callIndex: [18, 1] }), null);
    assert.equal(statementIndex([], QUERY), null);
    assert.equal(statementIndex(["", "0x", "0x1", "nonsense", "0x03ff"], QUERY), null);
  },
});

Deno.test({
  name: "statementIndex() takes the last match when a look-alike comes before",
  permissions: "none",
  fn() {
    const remark = extrinsic(ALICE, concat(Uint8Array.of(0, 0, 32), CALL));
    assert.equal(statementIndex([remark, TIMESTAMP, extrinsic(ALICE, CALL)], QUERY), 2);
  },
});
