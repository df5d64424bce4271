import assert from "node:assert/strict";
import { isAlreadyKnown, refusal } from "./refusal.ts";
import { ConnectionLost, readError, rpcError } from "./rpc_error.ts";

const NEW = 425;
const OLD = 218;

Deno.test({
  name: "refusal() names what nodes say before the pool",
  permissions: "none",
  fn() {
    // [JSON-RPC code, message, data, spec version, code, retryable]: as real nodes and chopsticks wrote them.
    const cases = [
      [1010, "Invalid Transaction", "Transaction is outdated", NEW, "stale_nonce", true],
      [1010, "Invalid Transaction", "Transaction has an ancient birth block", NEW, "outdated", true],
      [1010, "Invalid Transaction", "Transaction has a bad signature", NEW, "invalid", true],
      [1010, "Invalid Transaction", "Transaction will be valid in the future", NEW, "stale_nonce", true],
      [
        1010,
        "Invalid Transaction",
        "Inability to pay some fees , e.g. account balance too low",
        NEW,
        "balance_too_low",
        false,
      ],
      [1010, "Invalid Transaction", "Custom error: 6", NEW, "rate_limited", true],
      [1010, "Invalid Transaction", "Custom error: 1", NEW, "stake_too_low", false],
      [1010, "Invalid Transaction", "Custom error: 3", NEW, "unknown_subnet", false],
      [1010, "Invalid Transaction", "Custom error: 3", OLD, "stake_too_low", false],
      [1010, "Invalid Transaction", "Custom error: 5", OLD, "rate_limited", true],
      [1010, "Invalid Transaction", "Custom error: 200", NEW, "invalid", false],
      [1010, '1010: {"invalid":{"custom":3}}', undefined, OLD, "stake_too_low", false],
      [1010, '{"invalid":{"stale":null}}', undefined, OLD, "stale_nonce", true],
      [1010, '{"invalid":{"ancientBirthBlock":null}}', undefined, OLD, "outdated", true],
      [1010, '{"invalid":{"badProof":null}}', undefined, OLD, "invalid", true],
      [1010, '{"invalid":{"payment":null}}', undefined, OLD, "balance_too_low", false],
      [1010, "Invalid Transaction", { invalid: { future: null } }, NEW, "stale_nonce", true],
      [1012, "Transaction is temporarily banned", undefined, NEW, "invalid", true],
      [1014, "Priority is too low: (0 vs 0)", "The transaction has too low priority", NEW, "stale_nonce", true],
      [1016, "Immediately Dropped", undefined, NEW, "dropped", true],
      [1002, "Verification Error: Runtime error", "RuntimeApi(…)", NEW, "invalid", false],
      [-32000, "Too many requests", undefined, NEW, "busy", true],
    ] as const;
    for (const [rpcCode, message, data, spec, code, retryable] of cases) {
      const error = refusal(rpcError({ code: rpcCode, message, data }), spec);
      assert.deepEqual(
        [error.kind, error.code, error.retryable],
        ["ChainError", code, retryable],
        `${message} ${data}`,
      );
      assert.match(error.message, /^The chain refused the extrinsic: .*[^.]$/);
    }
    assert.equal(isAlreadyKnown(rpcError({ code: 1013, message: "Transaction is already in the pool" })), true);
    assert.equal(isAlreadyKnown(rpcError({ code: 1014, message: "" })), false);
  },
});

Deno.test({
  name: "readError() tells a pruned state from a block that is not there",
  permissions: "none",
  fn() {
    const code = (message: string, rpcCode = 4003) => readError("x", rpcError({ code: rpcCode, message })).code;
    assert.equal(code("Client error: UnknownBlock: State already discarded for 0x12"), "state_discarded");
    assert.equal(code("Client error: UnknownBlock: Header was not found in the database: 0x12"), "unknown_block");
    assert.equal(code("Unable to retrieve header and parent from supplied hash"), "unknown_block");
    assert.equal(code("slow down", 429), "busy");
    assert.equal(code("Method not found", -32601), "refused");
  },
});

Deno.test({
  name: "rpcError() reads anything when a node answers nonsense",
  permissions: "none",
  fn() {
    for (const junk of [null, undefined, 5, "no", [], { code: "x", message: {} }]) {
      assert.equal(rpcError(junk).message, "no reason given");
    }
    assert.equal(rpcError({ code: 1, message: "m".repeat(1e6), data: "d".repeat(1e6) }).detail.length, 2000);
    assert.equal(new ConnectionLost("ws://x", "gone").retryable, true);
  },
});
