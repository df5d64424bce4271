import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { ChainError, SignerError } from "../base/errors.ts";
import { type EpochReport, PAYS } from "../mechanism/types.ts";
import type { Chain, SubnetFacts, Weight } from "../port/chain.ts";
import type { SignedCall } from "../port/signer.ts";
import type { ValidateDeps } from "./deps.ts";
import { FakeClock } from "./fake_test.ts";
import { payeeOf, setWeights } from "./weights.ts";

/** A chain of one subnet whose blocks pass when somebody waits for one. */
class FakeChain {
  block = 100;
  lastUpdate = 50;
  weights: Weight[] = [];
  commitReveal = false;
  holder = "winner";
  owner: string | null = null;
  readonly sent: SignedCall[] = [];
  readonly failures: Error[] = [];
  facts(): SubnetFacts {
    return {
      block: { number: this.block, hash: "0x00" },
      netuid: 120,
      tempo: 99,
      weightsRateLimit: 20,
      commitReveal: this.commitReveal,
      weightsVersionKey: 7,
      minAllowedWeights: 1,
      ownerHotkey: this.owner,
      neurons: [
        { uid: 0, hotkey: "self", permit: true, lastUpdate: this.lastUpdate, registeredAt: 0, stake: null },
        { uid: 3, hotkey: this.holder, permit: false, lastUpdate: 0, registeredAt: 0, stake: null },
      ],
      commitments: [],
    };
  }
  apply(call: SignedCall): void {
    const failure = this.failures.shift();
    this.block++;
    if (failure) throw failure;
    this.sent.push(call);
    if (call.call !== "set_weights") return;
    this.weights = call.uids.map((uid, i) => [uid, call.weights[i]!] as const);
    this.lastUpdate = this.block;
  }
}

function deps(chain: FakeChain): ValidateDeps {
  let signed: SignedCall | null = null;
  const port: Partial<Chain> = {
    head: () => Promise.resolve({ number: chain.block, hash: "0x00" }),
    headAfter: () => Promise.resolve({ number: ++chain.block, hash: "0x00" }),
    facts: () => Promise.resolve(chain.facts()),
    weights: () => Promise.resolve(chain.weights),
    context: () => Promise.resolve({} as never),
    submit() {
      // As in a real room, what the chain refuses arrives as a rejection.
      return Promise.resolve().then(() => {
        chain.apply(signed!);
        return { block: { number: chain.block, hash: "0x00" }, extrinsicIndex: 1 };
      });
    },
  };
  return {
    chain: port,
    signer: {
      address: () => Promise.resolve("self"),
      extrinsic: (call: SignedCall) => Promise.resolve((signed = call, "0x00")),
    },
    clock: new FakeClock(),
    netuid: 120,
    log: () => {},
  } as unknown as ValidateDeps;
}

const payee = { epoch: 1, block: 99, uid: 3, hotkey: "winner" };
const signal = new AbortController().signal;

Deno.test({
  name: "setWeights() waits for the rate limit and believes only what reads back",
  permissions: "none",
  async fn() {
    const chain = new FakeChain();
    chain.lastUpdate = 95;
    const done = await setWeights(deps(chain), payee, signal);
    deepEqual(done.readBack, [[3, 65535]]);
    equal(done.block, 115);
    deepEqual(chain.sent.length, 1);
  },
});

Deno.test({
  name: "setWeights() sends nothing when the weights stand there since the epoch was settled",
  permissions: "none",
  async fn() {
    const chain = new FakeChain();
    chain.lastUpdate = 100;
    chain.weights = [[3, 65535]];
    await setWeights(deps(chain), payee, signal);
    equal(chain.sent.length, 0);
  },
});

Deno.test({
  name: "setWeights() sends again when the same weights are of an earlier epoch: they must stay fresh",
  permissions: "none",
  async fn() {
    const chain = new FakeChain();
    chain.weights = [[3, 65535]];
    await setWeights(deps(chain), payee, signal);
    equal(chain.sent.length, 1);
  },
});

Deno.test({
  name: "setWeights() signs anew after an outdated transaction and after a rate limit that the node saw first",
  permissions: "none",
  async fn() {
    const chain = new FakeChain();
    chain.failures.push(
      new ChainError("Transaction is outdated", { code: "outdated", retryable: true }),
      new ChainError("Too soon", { code: "SettingWeightsTooFast" }),
    );
    await setWeights(deps(chain), payee, signal);
    equal(chain.sent.length, 1);
  },
});

Deno.test({
  name: "setWeights() refuses a uid that somebody else holds by now, and a subnet with commit-reveal",
  permissions: "none",
  async fn() {
    const recycled = new FakeChain();
    recycled.holder = "stranger";
    await rejects(setWeights(deps(recycled), payee, signal), { code: "uid_recycled" });
    equal(recycled.sent.length, 0);
    // What nobody earned goes to the owner's uid, which may change hands too.
    const vacant = { ...payee, hotkey: null };
    for (const owner of ["owner", null]) {
      recycled.owner = owner;
      await rejects(setWeights(deps(recycled), vacant, signal), { code: "uid_recycled" });
    }
    equal(recycled.sent.length, 0);
    recycled.owner = recycled.holder;
    deepEqual((await setWeights(deps(recycled), vacant, signal)).readBack, [[3, 65535]]);
    const reveal = new FakeChain();
    reveal.commitReveal = true;
    await rejects(setWeights(deps(reveal), payee, signal), { code: "commit_reveal" });
  },
});

Deno.test({
  name: "setWeights() gives a final error to its caller at once",
  permissions: "none",
  async fn() {
    const chain = new FakeChain();
    chain.failures.push(new ChainError("No stake", { code: "NotEnoughStakeToSetWeights" }));
    await rejects(setWeights(deps(chain), payee, signal), { code: "NotEnoughStakeToSetWeights" });
  },
});

Deno.test({
  name: "setWeights() goes on after an outage of an hour of node, signer and rate limit, and sets the weights",
  permissions: "none",
  async fn() {
    const chain = new FakeChain();
    const logged: string[] = [];
    const world = { ...deps(chain), log: (level: string, text: string) => logged.push(`${level} ${text}`) };
    const gone = new ChainError("Not reachable", { code: "unreachable", retryable: true });
    const facts = world.chain.facts.bind(world.chain);
    let calls = 0;
    const flaky = {
      ...world,
      chain: {
        ...world.chain,
        facts: (...args: Parameters<typeof facts>) => ++calls <= 60 ? Promise.reject(gone) : facts(...args),
      },
      signer: {
        ...world.signer,
        address: () =>
          calls < 3
            ? (calls++, Promise.reject(new SignerError("Gone", { code: "unreachable", retryable: true })))
            : world.signer.address(),
      },
    };
    const done = await setWeights(flaky as ValidateDeps, payee, signal);
    deepEqual(done.readBack, [[3, 65535]]);
    equal(chain.sent.length, 1);
    ok(flaky.clock.now() > 20 * 60_000 && flaky.clock.now() < 3_600_000, `${flaky.clock.now()}`);
    ok(logged.every((line) => line.startsWith("warning")));
  },
});

Deno.test({
  name: "setWeights() gives up when the epoch is superseded, and after an hour without a chain",
  permissions: "none",
  async fn() {
    const chain = new FakeChain();
    const world = deps(chain);
    const gone = new ChainError("Not reachable", { code: "unreachable", retryable: true });
    const dark = { ...world, chain: { ...world.chain, head: () => Promise.reject(gone) } } as ValidateDeps;
    await rejects(setWeights(dark, payee, signal), { code: "unreachable" });
    ok(world.clock.now() >= 3_600_000);
    const superseded = new AbortController();
    const work = setWeights(dark, payee, superseded.signal);
    superseded.abort();
    await rejects(work, { name: "AbortError" });
  },
});

Deno.test({
  name: "payeeOf() names the hotkey that must hold the uid for every kind of pay, and setWeights() looks at it",
  permissions: "none",
  async fn() {
    for (const pay of PAYS) {
      const isEarned = ["champion", "tenure", "regent"].includes(pay);
      const report = {
        epoch: 1,
        pay,
        payee: isEarned ? "winner@77" : null,
        payeeUid: pay === "none" ? null : 3,
      } as EpochReport;
      const found = payeeOf(report, 99);
      if (pay === "none") {
        equal(found, null);
        continue;
      }
      deepEqual(found, { epoch: 1, block: 99, uid: 3, hotkey: isEarned ? "winner" : null });
      // By the time of signing uid 3 is a stranger's, who may be the owner.
      const chain = new FakeChain();
      chain.holder = chain.owner = "stranger";
      if (isEarned) await rejects(setWeights(deps(chain), found!, signal), { code: "uid_recycled" });
      else deepEqual((await setWeights(deps(chain), found!, signal)).readBack, [[3, 65535]]);
    }
  },
});
