/** Validators that pool: whoever accepted the same logs settles the same bytes, and a log that is wrong ends where it is wrong. @module */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { agree, epoch, epochs, lineOf, type Node, stateOf, withWorld, type World } from "./pool_scene.ts";

const PERMISSIONS = { read: true, write: true };

Deno.test({
  name: "validators that pool crown the improver in the same epoch, with the counts of all, whatever comes first",
  permissions: PERMISSIONS,
  async fn() {
    await withWorld(3, async (world) => {
      const turns = new Map<Node, number>();
      for (const [i, node] of world.nodes.entries()) {
        // Objects come late, and to everybody in another order.
        node.onGet = async (url) => {
          const turn = turns.get(node) ?? 0;
          turns.set(node, turn + 1);
          await new Promise((resolve) => setTimeout(resolve, (turn * 7 + i * 5 + url.length) % 4));
        };
      }
      await epochs(world, 0, 6);
      agree(world.nodes);
      const [first] = world.nodes;
      const { champion, reign, nextRound } = stateOf(first!);
      equal(Object.keys(nextRound).length, 3);
      ok(Object.values(nextRound).every((round) => round >= 40), JSON.stringify(nextRound));
      equal(reign, 2);
      match(champion!, new RegExp(`^${first!.settling.settled.contenders[1]!.hotkey}@`));
      deepEqual(first!.lines.map(({ problem }) => problem), [null, null, null]);
    });
  },
});

Deno.test({
  name:
    "validators that pool crown nobody before the hosted checks that any of them published, and all by the same ones",
  permissions: PERMISSIONS,
  async fn() {
    for (const isProxy of [false, true]) {
      await withWorld(3, async (world) => {
        const [one, host] = world.nodes as [Node, Node, Node];
        world.parameters = { ...world.parameters, nMax: 10_000 };
        host.checked = [];
        for (const node of world.nodes) await node.restart();
        await epochs(world, 0, 8);
        agree(world.nodes);
        const better = one.settling.settled.contenders[1]!.id;
        const duel = () => stateOf(one).duels.find(({ contender }) => contender === better)!;
        deepEqual([duel().state, duel().reason, stateOf(one).reign], ["waiting", "hosted", 1]);
        const count = { w: 0, l: isProxy ? 60 : 0, n: 120 };
        host.checked = [{ contender: better, counts: [{ w: 0, l: 0, n: 120 }, count] }];
        await host.restart();
        await epochs(world, 8, 11);
        agree(world.nodes);
        const { hosts, hosted, checked } = JSON.parse(one.journal.lastEpoch()!.input);
        deepEqual([hosts, checked], [[host.address], null]);
        deepEqual(hosted, [{ ...host.checked[0], validator: host.address }]);
        if (isProxy) deepEqual([duel().state, duel().reason, stateOf(one).reign], ["void", "proxy", 1]);
        else deepEqual([stateOf(one).champion, stateOf(one).reign], [better, 2]);
      });
    }
  },
});

Deno.test({
  name: "rounds of a validator count while its stake at the epoch's block reaches the subnet's minimum, and not below",
  permissions: PERMISSIONS,
  async fn() {
    await withWorld(3, async (world) => {
      // Nobody is crowned meanwhile.
      world.parameters = { ...world.parameters, minStake: 1000, nMin: 10_000, nMax: 10_000 };
      const [one, two, poor] = world.nodes as [Node, Node, Node];
      const stakes = new Map([[one.address, 1000], [two.address, 5e6], [poor.address, 999.999]]);
      world.stakeOf = (hotkey) => stakes.get(hotkey) ?? null;
      for (const node of world.nodes) await node.restart();
      await epochs(world, 0, 7);
      agree(world.nodes);
      const counted = () =>
        Object.entries(stateOf(one).nextRound).filter(([, round]) => round > 0).map(([name]) => name);
      deepEqual(counted().sort(), [one.address, two.address].sort());
      // With the stake its rounds of before count too, from the next epoch on.
      stakes.set(poor.address, 1000);
      stakes.delete(two.address);
      const before = stateOf(one).nextRound[two.address];
      await epochs(world, 7, 8);
      agree(world.nodes);
      equal(counted().length, 3);
      equal(stateOf(one).nextRound[two.address], before);
    });
  },
});

Deno.test({
  name:
    "a validator that starts late, and one that is killed in the middle, arrive at the same bytes without reading twice",
  permissions: PERMISSIONS,
  async fn() {
    await withWorld(3, async (world) => {
      const [one, two, late] = world.nodes as [Node, Node, Node];
      for (let number = 0; number < 7; number++) {
        await epoch(world, number, {
          settle: (node) => node !== late,
          commit: (node, block) => node === late ? undefined : node.commit(block),
        });
        if (number === 4) {
          const before = one.reads;
          await one.restart();
          equal(one.reads, before);
        }
      }
      agree([one, two]);
      equal(late.outputs.length, 0);
      await late.settle();
      agree([one, two, late]);
      // A new journal on the same chain: everything is read once more.
      const reads = two.reads;
      await one.restart();
      await epoch(world, 7);
      agree([one, two, late]);
      ok(two.reads - reads <= 2 * 5, `${two.reads - reads} objects were read for one epoch`);
    });
  },
});

Deno.test({
  name: "a peer that is down for some epochs is named, costs nobody an epoch, and counts again later",
  permissions: PERMISSIONS,
  async fn() {
    await withWorld(3, async (world) => {
      // Nobody is crowned and no duel ends meanwhile, or it would matter when the rounds were counted.
      world.parameters = { ...world.parameters, nMin: 10_000, nMax: 10_000 };
      for (const node of world.nodes) await node.restart();
      const [one, two, down] = world.nodes as [Node, Node, Node];
      await epochs(world, 0, 6);
      agree(world.nodes);
      one.unreachable.add(down.url);
      two.unreachable.add(down.url);
      // What was read before counts still.
      await epoch(world, 6);
      const before = stateOf(one).nextRound[down.address];
      ok(before! > 0);
      await epochs(world, 7, 9);
      agree([one, two]);
      equal(stateOf(one).nextRound[down.address], before);
      match(lineOf(one, down).problem!, /Nobody answers/);
      one.unreachable.clear();
      two.unreachable.clear();
      await epochs(world, 9, 11);
      agree([one, two]);
      equal(lineOf(one, down).problem, null);
      const duelOf = (node: Node) => stateOf(node).duels[0]!;
      equal(duelOf(one).state, "live");
      deepEqual(duelOf(one), duelOf(down));
      deepEqual(stateOf(one).nextRound, stateOf(down).nextRound);
    });
  },
});

Deno.test({
  name:
    "a peer that never answers costs an epoch no more than its patience, and the validator ends at once when it is asked to",
  permissions: PERMISSIONS,
  async fn() {
    await withWorld(3, async (world) => {
      const [one, two, stalled] = world.nodes as [Node, Node, Node];
      await epochs(world, 0, 5);
      for (const node of [one, two]) {
        node.patience = { patienceMs: 300, peerMs: 200 };
        await node.restart();
        node.onGet = (url) => url === stalled.url ? new Promise(() => {}) : Promise.resolve();
      }
      await epochs(world, 5, 8);
      agree([one, two]);
      equal(stateOf(one).epoch, stateOf(stalled).epoch);
      match(lineOf(one, stalled).problem!, /takes longer than an epoch waits/);
      ok(stateOf(one).nextRound[two.address]! > 0);
      // A read that hangs and has all the time there is.
      one.patience = { patienceMs: 50 };
      await one.restart();
      one.onGet = () => new Promise(() => {});
      await epoch(world, 8);
      await one.close();
      await one.open();
    });
  },
});

/** A liar among four; the honest three must agree and name it. */
async function withLiar(
  work: (at: { world: World; honest: Node[]; liar: Node }) => Promise<void>,
  expected: { says: RegExp; ends?: boolean },
): Promise<void> {
  await withWorld(4, async (world) => {
    const liar = world.nodes.at(-1)!, honest = world.nodes.slice(0, 3);
    await epochs(world, 0, 6);
    agree(world.nodes);
    await work({ world, honest, liar });
    agree(honest);
    for (const node of honest) {
      match(lineOf(node, liar).problem ?? "", expected.says);
      if (expected.ends ?? true) ok(node.log.some((line) => line.startsWith("warning") && line.includes(liar.address)));
    }
    equal(stateOf(honest[0]!).reign, 2, "The improver is crowned all the same");
  });
}

Deno.test({
  name: "forged scores end a log at the batch in which the drawn answers show them",
  permissions: PERMISSIONS,
  async fn() {
    await withLiar(async ({ world, liar }) => {
      const better = liar.settling.settled.contenders[1]!.id;
      await epochs(world, 6, 13, {
        change: (node, record) =>
          node === liar && record.kind === "task" && record.contender === better ? { ...record, score: 0 } : record,
      });
    }, {
      says:
        /in the batch of window \d+ the answer of \w+@\d+ to round \d+ \((logic|math)\) is answered with score 0, but it is answered with score 1/,
    });
  },
});

Deno.test({
  name: "a batch that was rewritten after it was published ends the log, by the name of what was there",
  permissions: PERMISSIONS,
  async fn() {
    await withLiar(async ({ world, liar }) => {
      await epochs(world, 6, 8);
      const at = liar.entries.findLastIndex((entry) => entry.kind === "batch") - 1;
      const other = { ...liar.entries[at]!, digest: "ab".repeat(32) };
      liar.entries[at] = other;
      await epochs(world, 8, 13);
    }, { says: /the batch of window \d+ .* was published, and now the batch of window \d+/ });
  },
});

Deno.test({
  name: "a head that was committed before ends the log: nothing that was published is taken back",
  permissions: PERMISSIONS,
  async fn() {
    await withLiar(async ({ world, liar }) => {
      const old = liar.page();
      await epochs(world, 6, 8);
      await epochs(world, 8, 13, {
        commit: (node, block) => node === liar ? node.commit(block, old) : node.commit(block),
      });
    }, { says: /it ends before .*, which it had published/ });
  },
});

Deno.test({
  name: "a validator without a permit adds nothing, and what it counted before stays",
  permissions: PERMISSIONS,
  async fn() {
    await withLiar(async ({ world, honest, liar }) => {
      world.barred.add(liar.address);
      const before = stateOf(honest[0]!).nextRound[liar.address];
      ok(before! > 0);
      await epochs(world, 6, 13);
      equal(stateOf(honest[0]!).nextRound[liar.address], before);
    }, { says: /no validator permit/ });
  },
});

Deno.test({
  name: "a round that cannot have taken place ends a log",
  permissions: PERMISSIONS,
  async fn() {
    await withLiar(async ({ world, liar }) => {
      // Who was never asked: its canary says that it was away, and yet it answered.
      let done = false;
      await epochs(world, 6, 13, {
        change(node, record) {
          if (node !== liar || record.kind !== "canary" || done) return record;
          done = true;
          return { ...record, status: "absent" };
        },
      });
    }, { says: /not exactly those who answered the canary were asked every task/ });
  },
});
