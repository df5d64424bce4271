/** Validators that pool count what most of them have stated on chain that they have read: never what one of them could read in time. @module */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { attestedBits } from "../core/record/validator_statement.ts";
import { agree, epoch, epochs, lineOf, type Node, stateOf, withWorld } from "./pool_scene.ts";

const PERMISSIONS = { read: true, write: true };

function roundsOf(node: Node, of: Node): number {
  return stateOf(node).nextRound[of.address] ?? 0;
}

Deno.test({
  name: "a validator that cannot read what the others have read waits for it, and then agrees to the byte",
  permissions: PERMISSIONS,
  async fn() {
    await withWorld(4, async (world) => {
      const [peer, , , cut] = world.nodes as [Node, Node, Node, Node];
      await epochs(world, 0, 6);
      cut.unreachable.add(peer.url);
      await epoch(world, 6);
      agree(world.nodes);
      // From here on the log counts further than the one that is cut off has read.
      const isThere = { settle: (node: Node) => node !== cut, commit: commitUnless(cut) };
      const settled = cut.outputs.length;
      let waiting: Promise<void> | null = null;
      for (let number = 7; number < 9; number++) {
        await epoch(world, number, isThere);
        waiting ??= cut.settle();
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
      equal(cut.outputs.length, settled);
      ok(roundsOf(peer, peer) > roundsOf(cut, peer));
      const named = new RegExp(`^warning Epoch \\d+ waits for the log of validator ${peer.address}, .*Nobody answers`);
      equal(cut.log.filter((line) => named.test(line)).length, 1);
      cut.unreachable.clear();
      await waiting;
      await cut.settle();
      agree(world.nodes);
      await epochs(world, 9, 11);
      agree(world.nodes);
      ok(!cut.log.some((line) => line.startsWith("error")));
      equal(lineOf(cut, peer).problem, null);
    });
  },
});

function commitUnless(away: Node): (node: Node, block: number) => void {
  return (node, block) => node === away ? undefined : node.commit(block);
}

Deno.test({
  name:
    "a log that only one other validator can read counts for nobody, and who comes later finds the same from the chain",
  permissions: PERMISSIONS,
  async fn() {
    await withWorld(5, async (world) => {
      const [one, two, three, hidden, late] = world.nodes as [Node, Node, Node, Node, Node];
      const present = world.nodes.slice(0, 4);
      const options = { settle: (node: Node) => node !== late, commit: commitUnless(late) };
      await epochs(world, 0, 6, options);
      agree(present);
      for (const node of [two, three]) node.unreachable.add(hidden.url);
      await epoch(world, 6, options);
      const before = roundsOf(one, hidden);
      ok(before > 0);
      await epochs(world, 7, 9, options);
      agree(present);
      // One could read it all the while, and its own validator, too.
      for (const node of present) equal(roundsOf(node, hidden), before);
      ok(roundsOf(one, two) > before);
      match(lineOf(hidden, hidden).problem!, /too few validators say that they have read on/);
      match(lineOf(two, hidden).problem!, /Nobody answers/);
      for (const node of present) ok(!node.log.some((line) => / waits for the log /.test(line)));
      for (const node of [two, three]) node.unreachable.clear();
      await one.restart();
      await epochs(world, 9, 11, options);
      agree(present);
      ok(roundsOf(one, hidden) > before);
      // Whoever replays could read everything at once, and decides by what stood on chain.
      await late.settle();
      agree(world.nodes);
    });
  },
});

Deno.test({
  name: "an epoch that has waited in vain is settled without the log, says so loudly, and the counts meet again",
  permissions: PERMISSIONS,
  async fn() {
    await withWorld(4, async (world) => {
      // Nobody is crowned and no duel ends meanwhile, or it would matter when the rounds were counted.
      world.parameters = { ...world.parameters, nMin: 10_000, nMax: 10_000 };
      const [peer, other, , cut] = world.nodes as [Node, Node, Node, Node];
      cut.patience = { patienceMs: 200 };
      for (const node of world.nodes) await node.restart();
      await epochs(world, 0, 6);
      cut.unreachable.add(peer.url);
      await epochs(world, 6, 9);
      agree(world.nodes.slice(0, 3));
      ok(roundsOf(cut, peer) < roundsOf(other, peer));
      const said = cut.log.filter((line) => /^error Epoch \d+ is settled without the log of validator/.test(line));
      equal(said.length, 2);
      ok(said.every((line) => line.includes(`${peer.address} (uid 0)`) && /may differ from theirs/.test(line)));
      equal(cut.lines.find(({ validator }) => validator === peer.address)!.isMissing, true);
      // What was waited for in vain once is not waited for again.
      equal(cut.log.filter((line) => / waits for the log /.test(line)).length, 2);
      cut.unreachable.clear();
      await epochs(world, 9, 11);
      deepEqual(stateOf(cut).nextRound, stateOf(peer).nextRound);
      deepEqual(stateOf(cut).duels, stateOf(peer).duels);
      equal(cut.lines.some(({ isMissing }) => isMissing), false);
    });
  },
});

Deno.test({
  name:
    "a validator that attests what it has not read makes nothing count, and one that denies what it has read stops nothing",
  permissions: PERMISSIONS,
  async fn() {
    for (const says of [true, false]) {
      await withWorld(4, async (world) => {
        const [one, two, hidden, liar] = world.nodes as [Node, Node, Node, Node];
        const honest = [one, two, hidden];
        const lie = attestedBits(world.nodes.map(() => says));
        const commit = (node: Node, block: number) =>
          node === liar ? node.commit(block, node.page(), { ...node.read!, bits: lie }) : node.commit(block);
        await epochs(world, 0, 6);
        if (says) { for (const node of [one, two, liar]) node.unreachable.add(hidden.url); }
        await epoch(world, 6, { commit });
        const before = roundsOf(one, hidden);
        ok(before > 0);
        await epochs(world, 7, 10, { commit });
        agree(world.nodes);
        if (says) equal(roundsOf(one, hidden), before);
        else for (const node of world.nodes) ok(roundsOf(one, node) > before);
        for (const node of honest) ok(!node.log.some((line) => / waits for the log /.test(line)));
      });
    }
  },
});

Deno.test({
  name: "one validator alone counts its own log, an epoch after it was read",
  permissions: PERMISSIONS,
  async fn() {
    await withWorld(1, async (world) => {
      const [alone] = world.nodes as [Node];
      const counts: number[] = [];
      for (let number = 0; number < 8; number++) {
        await epoch(world, number);
        counts.push(roundsOf(alone, alone));
        if (number === 5) await alone.restart();
      }
      // Seen in epoch 1, stated in 2, observed by 3; its first rounds come then, and count two epochs later.
      deepEqual(counts.slice(0, 5), [0, 0, 0, 0, 0]);
      ok(counts.slice(5).every((count, i) => count === 40 * (i + 1)), counts.join());
      equal(lineOf(alone, alone).problem, null);
    });
  },
});

Deno.test({
  name: "validators that are gone stop nobody while they are fewer than half, and after eight epochs not at all",
  permissions: PERMISSIONS,
  async fn() {
    await withWorld(4, async (world) => {
      const [one, two, three, dead] = world.nodes as [Node, Node, Node, Node];
      await epochs(world, 0, 6);
      const alive = (...nodes: Node[]) => ({
        settle: (node: Node) => nodes.includes(node),
        commit: (node: Node, block: number) => nodes.includes(node) ? node.commit(block) : undefined,
      });
      for (const node of [one, two, three]) node.unreachable.add(dead.url);
      await epochs(world, 6, 9, alive(one, two, three));
      agree([one, two, three]);
      const before = roundsOf(one, two), gone = roundsOf(one, dead);
      await epochs(world, 9, 11, alive(one, two, three));
      equal(roundsOf(one, two), before + 80);
      equal(roundsOf(one, dead), gone);
      // Two of four are not more than half, as long as the others' statements are fresh.
      await epochs(world, 11, 13, alive(one, two));
      const stopped = roundsOf(one, two);
      await epoch(world, 13, alive(one, two));
      agree([one, two]);
      equal(roundsOf(one, two), stopped);
      // The statement of the first is too old now: two of three.
      await epochs(world, 14, 16, alive(one, two));
      agree([one, two]);
      ok(roundsOf(one, two) > stopped);
    });
  },
});
