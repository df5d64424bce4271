import assert from "node:assert/strict";
import type { Call } from "./chain_codec.ts";
import { RpcError } from "./chain_errors.ts";
import { alice, bob, carol, NETUID, signedExtrinsic, type SigningOptions, type TestKey } from "./chain_fixture_test.ts";
import { ChainNode, KEPT_BLOCKS, type NodeOptions } from "./chain_node.ts";
import { commitHash } from "./chain_reveal.ts";
import { foundSubnet, SUBTENSOR } from "./chain_subnet.ts";

function makeNode(options: Partial<NodeOptions> = {}): ChainNode {
  const whole = { seed: "s", netuid: NETUID, start: 0, blockMs: 12_000, finalityLag: 1, poolChecks: true, ...options };
  return new ChainNode(whole, (storage) => {
    storage.set(SUBTENSOR, "NetworksAdded", [NETUID], true);
    storage.set(SUBTENSOR, "Tempo", [NETUID], 5);
    storage.set(SUBTENSOR, "WeightsSetRateLimit", [NETUID], 0n);
    const neurons = [{ hotkey: alice.address, permit: true }, { hotkey: bob.address }];
    foundSubnet(storage, NETUID, { neurons, block: options.start ?? 0 });
  });
}

function call(pallet: string, name: string, value: unknown): Call {
  return { type: pallet, value: { type: name, value } };
}

function remark(length = 1): Call {
  return call("System", "remark", { remark: new Uint8Array(length).fill(1) });
}

function send(node: ChainNode, who: TestKey, what: Call, options?: SigningOptions): string[] {
  const statuses: string[] = [];
  node.submit(signedExtrinsic(node, who, what, options), (status) => {
    statuses.push(typeof status === "string" ? status : Object.keys(status)[0]!);
  });
  return statuses;
}

/** The names of a block's events, and the module error of a failed extrinsic as `pallet:error`. */
function events(node: ChainNode): string[] {
  const codec = node.codecs.storage("System", "Events");
  const records = codec.value.dec(node.state.at(codec.key([]), node.head.number)) as {
    event: { value: { type: string; value: { dispatch_error?: { value: [number, string] } } } };
  }[];
  return records.slice(1).map(({ event: { value } }) => {
    const error = value.value.dispatch_error?.value;
    return error ? `${error[0]}:${parseInt(error[1].slice(2, 4), 16)}` : value.type;
  });
}

Deno.test({
  name: "ChainNode.submit() accepts payloads on both sides of 256 bytes when they are signed as polkadot signs them",
  permissions: "none",
  fn() {
    const node = makeNode();
    send(node, alice, remark(100));
    send(node, alice, remark(400), { nonce: 1 });
    node.build();
    assert.equal(node.head.extrinsics.length, 3);
    assert.equal(node.nextNonce(alice.address), 2);
  },
});

Deno.test({
  name: "ChainNode.submit() refuses a signature that was made for another chain, version or era",
  permissions: "none",
  fn() {
    const node = makeNode();
    const other = makeNode({ seed: "other" });
    const bad = { code: 1010, data: "Transaction has a bad signature" };
    const submit = (options: SigningOptions) => node.submit(signedExtrinsic(node, alice, remark(), options));
    assert.throws(() => submit({ genesis: other.hashes.hash(0) }), bad);
    assert.throws(() => submit({ specVersion: 424 }), bad);
    for (let i = 0; i < 9; i++) node.build();
    // Period 4, phase 1: valid for blocks 9 to 12 when it is signed at block 9.
    const era = { bytes: new Uint8Array([0b0001_0001, 0]), hash: node.hashes.hash(9) };
    submit({ era });
    assert.throws(() => submit({ era: { ...era, hash: node.hashes.hash(8) }, nonce: 1 }), bad);
    assert.throws(() => submit({ era: { bytes: new Uint8Array([0b0010_0001, 0]), hash: node.hashes.hash(10) } }), {
      code: 1010,
      data: "Transaction has an ancient birth block",
    });
  },
});

Deno.test({
  name: "ChainNode.submit() refuses bytes that are no extrinsic",
  permissions: "none",
  fn() {
    const node = makeNode();
    const good = signedExtrinsic(node, alice, remark());
    assert.throws(() => node.submit(new Uint8Array()), { code: 1001 });
    assert.throws(() => node.submit(good.slice(0, -1)), { code: 1001 });
    assert.throws(() => node.submit(new Uint8Array([...good, 0])), { code: 1001 });
    assert.throws(() => node.submit(new Uint8Array([0x10, 0x04, 0, 0, 0x11])), { code: 1002 });
    assert.throws(() => node.submit(new Uint8Array([0x10, 0x84, 9, 9, 9])), { code: 1002 });
    const longer = new Uint8Array(good.length + 1);
    longer.set(good);
    longer[0]! += 4;
    assert.throws(() => node.submit(longer), { code: 1002 }, "a trailing byte");
    assert.equal(node.pending.length, 0);
  },
});

Deno.test({
  name: "ChainNode.submit() refuses every extrinsic that differs in one byte from a signed one",
  permissions: "none",
  fn() {
    const node = makeNode();
    const weights = call(SUBTENSOR, "set_weights", { netuid: NETUID, dests: [1], weights: [1], version_key: 0n });
    const good = signedExtrinsic(node, alice, weights);
    for (let at = 0; at < good.length; at++) {
      const bad = good.slice();
      bad[at]! ^= 1 + (at * 37) % 255;
      assert.throws(() => node.submit(bad), RpcError, `byte ${at}`);
    }
    assert.equal(node.pending.length, 0);
    node.submit(good);
  },
});

Deno.test({
  name: "ChainNode.build() includes a chain of nonces in one block whatever their order of arrival",
  permissions: "none",
  fn() {
    const node = makeNode();
    const third = send(node, alice, remark(), { nonce: 2 });
    const second = send(node, alice, remark(), { nonce: 1 });
    assert.deepEqual([second, third], [["future"], ["future"]]);
    send(node, alice, remark());
    assert.equal(node.nextNonce(alice.address), 3);
    node.build();
    node.build();
    assert.deepEqual([second, third], [["future", "ready", "inBlock", "finalized"], [
      "future",
      "ready",
      "inBlock",
      "finalized",
    ]]);
  },
});

Deno.test({
  name: "ChainNode.build() drops what has become invalid when its era ends or its rate limit is used up",
  permissions: "none",
  fn() {
    const node = makeNode();
    for (let i = 0; i < 9; i++) node.build();
    const era = { bytes: new Uint8Array([0b0001_0001, 0]), hash: node.hashes.hash(9) };
    const late = send(node, alice, remark(), { era, nonce: 1 });
    for (let i = 0; i < 4; i++) node.build();
    assert.deepEqual(late, ["future", "invalid"]);
    node.intervene(({ storage }) => storage.set(SUBTENSOR, "WeightsSetRateLimit", [NETUID], 5n));
    node.intervene(({ storage }) => storage.set(SUBTENSOR, "CommitRevealWeightsEnabled", [NETUID], false));
    node.intervene(({ storage }) => storage.set(SUBTENSOR, "MinAllowedWeights", [NETUID], 1));
    const weights = call(SUBTENSOR, "set_weights", { netuid: NETUID, dests: [1], weights: [1], version_key: 0n });
    const [first, second] = [send(node, alice, weights), send(node, alice, weights, { nonce: 1 })];
    node.build();
    assert.deepEqual([first, second], [["ready", "inBlock"], ["ready", "invalid"]]);
    assert.deepEqual(events(node), ["WeightsSet", "ExtrinsicSuccess"]);
  },
});

Deno.test({
  name: "ChainNode takes weights by commit and reveal when the epoch is the right one",
  permissions: "none",
  fn() {
    const node = makeNode({ poolChecks: false });
    const reveal = { netuid: NETUID, uids: [1], values: [9], salt: [1, 2, 3], version_key: 0n };
    const open = call(SUBTENSOR, "reveal_weights", reveal);
    const commit_hash = commitHash(alice.address, reveal);
    const commit = call(SUBTENSOR, "commit_weights", { netuid: NETUID, commit_hash });
    let nonce = 0;
    const run = (what: Call, who = alice, own = nonce++) => {
      send(node, who, what, { nonce: own });
      node.build();
      return events(node);
    };
    node.intervene(({ storage }) => storage.set(SUBTENSOR, "MinAllowedWeights", [NETUID], 1));
    assert.deepEqual(run(open), ["7:51"], "NoWeightsCommitFound");
    assert.deepEqual(run(commit), ["WeightsCommitted", "ExtrinsicSuccess"]);
    assert.deepEqual(run(open), ["7:79"], "RevealTooEarly");
    assert.deepEqual(run(commit, carol, 0), ["7:4"], "HotKeyNotRegisteredInSubNet");
    assert.deepEqual(run(call(SUBTENSOR, "reveal_weights", { ...reveal, salt: [1] })), ["7:52"], "no such hash");
    assert.deepEqual(run(open), ["WeightsSet", "WeightsRevealed", "ExtrinsicSuccess"]);
    run(commit);
    for (let i = 0; i < 10; i++) node.build();
    assert.deepEqual(run(open), ["7:78"], "ExpiredWeightCommit");
    const sealed = { netuid: NETUID, commit: new Uint8Array(80), reveal_round: 5n, commit_reveal_version: 4 };
    assert.deepEqual(run(call(SUBTENSOR, "commit_timelocked_weights", sealed)), [
      "TimelockedWeightsCommitted",
      "ExtrinsicSuccess",
    ]);
    const old = { ...sealed, commit_reveal_version: 3 };
    assert.deepEqual(run(call(SUBTENSOR, "commit_timelocked_weights", old)), ["7:110"], "IncorrectCommitRevealVersion");
    assert.deepEqual(
      run(call(SUBTENSOR, "set_weights", { netuid: NETUID, dests: [1], weights: [1], version_key: 0n })),
      [
        "7:53",
      ],
    );
  },
});

Deno.test({
  name: "ChainNode keeps a bounded number of blocks when it runs for long",
  permissions: "none",
  fn() {
    const node = makeNode({ start: 1_000_000 });
    const first = node.head.hash;
    const states = node.state.size;
    for (let i = 0; i < KEPT_BLOCKS + 10; i++) node.build();
    assert.equal(node.block(first), undefined);
    assert.equal(node.state.floor, node.head.number - KEPT_BLOCKS);
    assert.throws(() => node.stateAt(first), { code: 4003 });
    assert.equal(node.stateAt(node.hashes.hash(node.state.floor)), node.state.floor);
    assert.equal(node.hashes.hash(1_000_000), first, "hashes are never forgotten");
    // Nothing but the four items that every block writes anew came on top.
    assert.ok(node.state.size <= states + 4, `${node.state.size} keys after ${states}`);
  },
});

Deno.test({
  name: "ChainNode undoes an intervention when it throws",
  permissions: "none",
  fn() {
    const node = makeNode();
    assert.throws(() =>
      node.intervene(({ storage, deposit }) => {
        storage.set(SUBTENSOR, "Tempo", [NETUID], 99);
        deposit(SUBTENSOR, "NeuronRegistered", [NETUID, 0, alice.address]);
        throw new Error("stop");
      }), /stop/);
    node.build();
    const tempo = node.codecs.storage(SUBTENSOR, "Tempo");
    assert.equal(tempo.value.dec(node.state.at(tempo.key([NETUID]), 1)), 5);
    assert.deepEqual(events(node), []);
  },
});
