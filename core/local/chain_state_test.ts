import assert from "node:assert/strict";
import { State } from "./chain_state.ts";

Deno.test({
  name: "State.at() gives the value of each block when a key changes and goes",
  permissions: "none",
  fn() {
    const state = new State(5);
    state.set("0xaa", "0x01");
    state.seal(5);
    state.seal(6);
    state.set("0xaa", "0x02");
    assert.equal(state.get("0xaa"), "0x02");
    assert.equal(state.at("0xaa", 6), "0x01");
    state.seal(7);
    state.set("0xaa", null);
    state.seal(8);
    assert.deepEqual([4, 5, 6, 7, 8].map((block) => state.at("0xaa", block)), [null, "0x01", "0x01", "0x02", null]);
    assert.equal(state.get("0xaa"), null);
  },
});

Deno.test({
  name: "State.attempt() leaves nothing behind when the work throws",
  permissions: "none",
  fn() {
    const state = new State(0);
    state.set("0x01", "0x01");
    assert.throws(() =>
      state.attempt(() => {
        state.set("0x01", "0x02");
        assert.equal(state.get("0x01"), "0x02");
        throw new Error("no");
      }), /no/);
    assert.equal(state.get("0x01"), "0x01");
    state.attempt(() => state.set("0x01", "0x03"));
    assert.deepEqual([...state.seal(0)], [["0x01", "0x03"]]);
  },
});

Deno.test({
  name: "State.forget() keeps what is in force and drops the rest when blocks go",
  permissions: "none",
  fn() {
    const state = new State(0);
    state.set("0xaa", "0x00");
    state.set("0xbb", "0x00");
    state.seal(0);
    for (let block = 1; block <= 100; block++) {
      state.set("0xaa", `0x${block.toString(16).padStart(2, "0")}`);
      state.set(`0xcc${block.toString(16).padStart(2, "0")}`, "0x01");
      if (block > 1) state.set(`0xcc${(block - 1).toString(16).padStart(2, "0")}`, null);
      state.seal(block);
    }
    assert.equal(state.size, 102);
    state.forget(90);
    assert.equal(state.floor, 90);
    assert.equal(state.at("0xaa", 90), "0x5a");
    assert.equal(state.at("0xbb", 90), "0x00");
    assert.deepEqual(state.keys("0xcc", 10, undefined, 90), ["0xcc5a"]);
    // aa, bb, and the cc of blocks 90 to 100: the removed ones before have no trace.
    assert.equal(state.size, 13);
  },
});

Deno.test({
  name: "State.keys() pages in order and stops at the prefix when keys of others follow",
  permissions: "none",
  fn() {
    const state = new State(0);
    for (const key of ["0xab03", "0xab01", "0xac00", "0xab02", "0xaa99"] as const) state.set(key, "0x01");
    state.seal(0);
    assert.deepEqual(state.keys("0xab", 2, undefined, 0), ["0xab01", "0xab02"]);
    assert.deepEqual(state.keys("0xab", 2, "0xab02", 0), ["0xab03"]);
    assert.deepEqual(state.keys("0xab", 9, "0xaa", 0), ["0xab01", "0xab02", "0xab03"]);
  },
});
