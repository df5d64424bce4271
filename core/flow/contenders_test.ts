import { deepEqual, equal, match, rejects } from "node:assert/strict";
import { utf8 } from "../base/bytes.ts";
import { HubError, ModelError } from "../base/errors.ts";
import type { RawCommitment, SubnetFacts } from "../port/chain.ts";
import type { ChuteFacts } from "../port/model.ts";
import { chuteFault, observeContenders } from "./contenders.ts";

const MODEL = "owner/Affine-one", REVISION = "ab".repeat(20), CHUTE = "11111111-2222-3333-4444-555555555555";
const GOOD: ChuteFacts = {
  chuteId: CHUTE,
  name: MODEL,
  slug: "one",
  revision: REVISION,
  user: "owner",
  hot: true,
  public: true,
  template: "vllm",
  externalEgress: false,
};

function facts(commitments: readonly (Partial<RawCommitment> & { hotkey: string })[]): SubnetFacts {
  return {
    block: { number: 100, hash: "0x00" },
    netuid: 120,
    tempo: 99,
    weightsRateLimit: 10,
    commitReveal: false,
    weightsVersionKey: 0,
    minAllowedWeights: 1,
    ownerHotkey: null,
    neurons: ["self", "a", "b"].map((hotkey, uid) => ({
      uid,
      hotkey,
      permit: uid === 0,
      lastUpdate: 0,
      registeredAt: 0,
      stake: null,
    })),
    commitments: commitments.map((one, i) => ({
      block: 10 + i,
      extrinsicIndex: null,
      bytes: utf8(JSON.stringify({ model: MODEL, revision: REVISION, chute_id: CHUTE })),
      ...one,
    })),
  };
}

function deps(options: { chute?: ChuteFacts; modelError?: Error; hubError?: Error } = {}) {
  let described = 0;
  return {
    model: {
      resolve: () => options.modelError ? Promise.reject(options.modelError) : Promise.resolve(options.chute ?? GOOD),
      ask: () => Promise.reject(new TypeError("Not asked")),
    },
    hub: {
      describe: (model: string, revision: string) => {
        described++;
        if (options.hubError) return Promise.reject(options.hubError);
        return Promise.resolve({ model, revision, weightsDigest: "digest", weightsBytes: 1 });
      },
    },
    log: () => {},
    described: () => described,
  };
}

const none = { previous: [], self: "self", seated: [] };

Deno.test({
  name: "chuteFault() names each way in which a chute differs from its commitment",
  permissions: "none",
  fn() {
    const commitment = { model: MODEL, revision: REVISION };
    equal(chuteFault(commitment, GOOD), null);
    match(chuteFault(commitment, { ...GOOD, name: "thief/Affine-one" })!, /thief/);
    const hostile = "x\nuid 9 CROWNED \x1b[2J\u202e" + "x".repeat(200);
    match(chuteFault(commitment, { ...GOOD, name: hostile })!, /^[\x20-\x7e]{1,200}$/);
    match(chuteFault(commitment, { ...GOOD, revision: hostile })!, /^[\x20-\x7e]{1,200}$/);
    match(chuteFault(commitment, { ...GOOD, revision: "cd".repeat(20) })!, /revision/);
    match(chuteFault(commitment, { ...GOOD, revision: null })!, /revision/);
    match(chuteFault(commitment, { ...GOOD, template: null })!, /template/);
    match(chuteFault(commitment, { ...GOOD, externalEgress: true })!, /internet/);
    match(chuteFault(commitment, { ...GOOD, slug: "" })!, /address/);
  },
});

Deno.test({
  name: "observeContenders() keeps priority order and leaves out validators, digests and the validator itself",
  permissions: "none",
  async fn() {
    const end = new Uint8Array([...utf8("afv:"), ...new Uint8Array(32)]);
    const digest = new Uint8Array([...utf8("afd:"), ...new Uint8Array(32)]);
    const seen = await observeContenders(
      deps(),
      facts([{ hotkey: "b" }, { hotkey: "a" }, { hotkey: "self", bytes: end }, { hotkey: "b", bytes: digest }, {
        hotkey: "gone",
      }]),
      none,
    );
    deepEqual(seen.map((one) => [one.id, one.uid, one.valid, one.weightsDigest]), [
      ["b@10", 2, true, "digest"],
      ["a@11", 1, true, "digest"],
    ]);
  },
});

Deno.test({
  name: "observeContenders() refuses a commitment that is no statement, with a reason and without a look-up",
  permissions: "none",
  async fn() {
    const [junk] = await observeContenders(
      deps({ modelError: new TypeError("must not be asked") }),
      facts([{ hotkey: "a", bytes: utf8("{not json") }]),
      none,
    );
    equal(junk!.valid, false);
    equal(junk!.slug, "");
    equal(junk!.reason.length > 10, true);
  },
});

Deno.test({
  name: "observeContenders() keeps what it knew when the management API does not answer, and asks the hub once",
  permissions: "none",
  async fn() {
    const first = deps();
    const before = await observeContenders(first, facts([{ hotkey: "a" }]), none);
    equal(first.described(), 1);
    const second = deps();
    deepEqual(await observeContenders(second, facts([{ hotkey: "a" }]), { ...none, previous: before }), before);
    equal(second.described(), 0);
    const down = deps({ modelError: new ModelError("The API is down", { retryable: true }) });
    deepEqual(await observeContenders(down, facts([{ hotkey: "a" }]), { ...none, previous: before }), before);
    const refused = deps({ modelError: new ModelError("The key is refused", { code: "unauthorized" }) });
    deepEqual(await observeContenders(refused, facts([{ hotkey: "a" }]), { ...none, previous: before }), before);
    const moved = deps({ modelError: new ModelError("The API answers http 302", { code: "unanswered" }) });
    deepEqual(await observeContenders(moved, facts([{ hotkey: "a" }]), { ...none, previous: before }), before);
    const lines: string[] = [];
    const loud = { ...down, log: (level: string, text: string) => void (level === "warning" && lines.push(text)) };
    await observeContenders(loud, facts([{ hotkey: "a" }]), { ...none, previous: before });
    deepEqual(lines, ["1 of 1 contenders could not be looked up and count as they did before: The API is down"]);
    const gone = deps({ modelError: new ModelError("There is no such chute", { code: "unknown_chute" }) });
    const [lost] = await observeContenders(gone, facts([{ hotkey: "a" }]), { ...none, previous: before });
    equal(lost!.valid, false);
    match(lost!.reason, /no such chute/);
  },
});

Deno.test({
  name: "observeContenders() passes over no earlier commit in an outage while the first champion is chosen",
  permissions: "none",
  async fn() {
    const error = new ModelError("The API is busy", { code: "unanswered", retryable: true });
    const busyFor = (hotkeys: readonly string[], thrown: Error = error) => {
      const world = deps();
      const chutes = new Map(hotkeys.map((hotkey) => [hotkey, thrown]));
      return {
        ...world,
        model: {
          ...world.model,
          resolve: (id: string) => chutes.has(id) ? Promise.reject(thrown) : Promise.resolve({ ...GOOD, chuteId: id }),
        },
      };
    };
    const ids = ["aaaaaaaa-2222-3333-4444-555555555555", "bbbbbbbb-2222-3333-4444-555555555555"] as const;
    const bytes = (chute: string) => utf8(JSON.stringify({ model: MODEL, revision: REVISION, chute_id: chute }));
    const world = facts([{ hotkey: "a", bytes: bytes(ids[0]) }, { hotkey: "b", bytes: bytes(ids[1]) }]);
    const first = { ...none, isFirst: true };
    await rejects(observeContenders(busyFor([ids[0]]), world, first), { code: "unanswered", retryable: true });
    await rejects(observeContenders(busyFor(ids), world, first), { code: "unanswered", retryable: true });
    // Neither a later one nor one that is to blame itself is waited for, and nobody once there is a champion.
    const valid = async (deps: Parameters<typeof observeContenders>[0], options: typeof none) =>
      (await observeContenders(deps, world, options)).map((one) => one.valid);
    deepEqual(await valid(busyFor([ids[1]]), first), [true, false]);
    const gone = new ModelError("There is no such chute", { code: "unknown_chute" });
    deepEqual(await valid(busyFor([ids[0]], gone), first), [false, true]);
    deepEqual(await valid(busyFor([ids[0]]), none), [false, true]);
  },
});

Deno.test({
  name: "observeContenders() waits with a newcomer whose weights the hub cannot describe",
  permissions: "none",
  async fn() {
    const hubError = new HubError("The repository is gated", { code: "gated" });
    const [one] = await observeContenders(deps({ hubError }), facts([{ hotkey: "a" }]), none);
    equal(one!.valid, false);
    match(one!.reason, /gated/);
  },
});

Deno.test({
  name: "observeContenders() wants a newcomer's chute hot once, and leaves its later absence to the canaries",
  permissions: "none",
  async fn() {
    const cold = deps({ chute: { ...GOOD, hot: false } });
    const [newcomer] = await observeContenders(cold, facts([{ hotkey: "a" }]), none);
    equal(newcomer!.valid, false);
    match(newcomer!.reason, /cold/);
    const before = await observeContenders(deps(), facts([{ hotkey: "a" }]), none);
    const [known] = await observeContenders(cold, facts([{ hotkey: "a" }]), { ...none, previous: before });
    equal(known!.valid, true);
  },
});

Deno.test({
  name: "observeContenders() keeps the champion with its old commit when its hotkey commits anew",
  permissions: "none",
  async fn() {
    const before = await observeContenders(deps(), facts([{ hotkey: "a", block: 5 }]), none);
    const anew = facts([{ hotkey: "b" }, { hotkey: "a", block: 50 }]);
    const seen = await observeContenders(deps(), anew, { ...none, previous: before, seated: before });
    deepEqual(seen.map((one) => [one.id, one.valid]), [["a@5", true], ["b@10", true], ["a@50", true]]);
    // Also when it was off the chain for so long that the epoch before does not list it.
    const returned = await observeContenders(deps(), anew, { ...none, seated: before });
    deepEqual(returned.map((one) => [one.id, one.valid]), seen.map((one) => [one.id, one.valid]));
    const without = await observeContenders(deps(), anew, { ...none, previous: before });
    deepEqual(without.map((one) => one.id), ["b@10", "a@50"]);
  },
});

Deno.test({
  name: "observeContenders() keeps the extrinsic index that it saw when the node has pruned the block",
  permissions: "none",
  async fn() {
    const before = await observeContenders(deps(), facts([{ hotkey: "a", extrinsicIndex: 4 }]), none);
    const [one] = await observeContenders(deps(), facts([{ hotkey: "a" }]), { ...none, previous: before });
    equal(one!.extrinsicIndex, 4);
  },
});
