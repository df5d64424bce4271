/** The audit of validators that pool: logs of all of them, counted together as each of them did. @module */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { canonical } from "../core/base/canonical.ts";
import { sha256, sha256Hex } from "../core/base/hash.ts";
import { FakeClock, numberEnv } from "../core/flow/fake_test.ts";
import { audit } from "../core/flow/audit/audit.ts";
import { checkBatch } from "../core/flow/audit/batch.ts";
import type { AuditReport } from "../core/flow/audit/report.ts";
import type { EnvVersion } from "../core/flow/audit/types.ts";
import type { EpochInput } from "../core/mechanism/types.ts";
import type { Chain, Head } from "../core/port/chain.ts";
import { epochDigest, epochLines } from "../core/record/content.ts";
import { GENESIS, NETUID } from "../core/record/testing.ts";
import { LogForge } from "./audit_forge.ts";
import { epoch, epochs, type Node, startOf, withWorld, type World } from "./pool_scene.ts";
import type { Objects } from "./scene_parts.ts";

const permissions = { read: true, write: true };
const EPOCHS = 7;

function blockHash(number: number): string {
  return `0x${sha256Hex(`block ${number}`)}`;
}

function chainOf(world: World): Chain {
  const at = (number: number): Head => ({ number, hash: blockHash(number) });
  return {
    identity: () => Promise.resolve({ genesis: GENESIS, chain: "", specName: "", specVersion: 0 }),
    head: () => Promise.resolve(at(world.head + 10)),
    blockHash: (number: number) => Promise.resolve(blockHash(number)),
    facts: (_: number, head: Head) => Promise.resolve(world.facts(head)),
    weights: () => Promise.resolve([]),
  } as Partial<Chain> as Chain;
}

function auditOf(
  world: World,
  validators: readonly string[] = [],
  parameters = world.parameters,
  envs: readonly string[] = ["logic", "math"],
): Promise<AuditReport> {
  const find = ({ id, version }: EnvVersion) => version === "1" ? numberEnv(id) : null;
  return audit({
    chain: chainOf(world),
    netuid: NETUID,
    sourceOf: (_, url) => {
      const objects = world.nodes.find((node) => node.url === url)?.objects;
      return Promise.resolve({ get: (hash) => Promise.resolve(objects?.get(hash) ?? null) });
    },
    regrader: { width: 3, check: (job) => Promise.resolve(checkBatch(job, find)), grade: () => Promise.resolve([]) },
    sandbox: null,
    clock: new FakeClock(),
    parameters,
    envs,
    sampled: [],
    signal: new AbortController().signal,
  }, { share: 1, validators });
}

async function run(world: World, options: Parameters<typeof epoch>[2] = {}): Promise<void> {
  for (let number = 0; number < EPOCHS; number++) await epoch(world, number, options);
}

Deno.test({
  name: "audit() decides the epochs of four validators that pool again, for all of them and for one alone",
  permissions,
  async fn() {
    await withWorld(4, async (world) => {
      await run(world);
      const report = await auditOf(world);
      equal(report.verdict, "agrees", JSON.stringify(report, null, 1));
      equal(report.logs.length, 4);
      for (const { epochs, rounds } of report.logs) {
        equal(epochs.decided, epochs.published);
        equal(epochs.facts, epochs.published);
        ok(epochs.published >= EPOCHS - 1 && rounds > 100);
      }
      const { compared, same, first } = report.agreement;
      ok(compared >= EPOCHS - 1 && same === compared && first === null);
      // Several validators' rounds counted: a crown that none of them could have given alone.
      ok(world.nodes[0]!.outputs.at(-1)!.includes("The rounds of 4 validators count"));
      const alone = await auditOf(world, [world.nodes[2]!.address]);
      equal(alone.verdict, "agrees", JSON.stringify(alone, null, 1));
      equal(alone.logs.length, 4);
      equal(alone.logs.filter(({ epochs }) => epochs.decided > 0).length, 1);
    });
  },
});

Deno.test({
  name: "audit() reads stakes as of each epoch's block, and names an epoch that counts somebody who had too little",
  permissions,
  async fn() {
    await withWorld(3, async (world) => {
      const [one, two, poor] = world.nodes.map(({ address }) => address) as [string, string, string];
      world.parameters = { ...world.parameters, minStake: 1000 };
      // The second had enough until an epoch was settled, and the third has since then.
      const turn = startOf(5) + 1;
      const rich = (hotkey: string, block: number) => hotkey === one || (hotkey === two) === (block < turn);
      world.stakeOf = (hotkey, block) => [one, two, poor].includes(hotkey) ? rich(hotkey, block) ? 1000 : 999 : null;
      for (const node of world.nodes) await node.restart();
      await run(world);
      const named = (node: Node) => node.journal.epochs(0).map(({ input }) => JSON.parse(input).validators.length);
      deepEqual(new Set(named(world.nodes[0]!).slice(3)), new Set([2]));
      const report = await auditOf(world);
      equal(report.verdict, "agrees", JSON.stringify(report, null, 1));
      // As if they had counted everybody.
      const strict = await auditOf(world, [], { ...world.parameters, minStake: 1001 });
      equal(strict.verdict, "differs");
      const { rule, text } = strict.differences[0]!;
      equal(rule, "chain facts");
      match(text, /it counts rounds of 5\w+, whose stake is 1000 at block \d+ and must be 1001$/);
    });
  },
});

Deno.test({
  name: "audit() names the liar among validators that pool, and the honest ones agree without it",
  permissions,
  async fn() {
    await withWorld(4, async (world) => {
      const liar = world.nodes[3]!;
      let altered = 0;
      await run(world, {
        change: (node, record) => {
          const isHit = node === liar && record.kind === "task" && record.round >= 60 &&
            sha256(`${record.round} ${record.env} ${record.contender}`)[0]! < 13;
          if (!isHit) return record;
          altered++;
          return { ...record, score: record.score === 1 ? 0 : 1 };
        },
      });
      ok(altered > 3);
      const report = await auditOf(world);
      equal(report.verdict, "differs");
      const named = new Set(report.differences.map(({ validator }) => validator));
      ok(report.differences.some(({ validator, rule }) => validator === liar.address && rule === "score"));
      const score = report.differences.find(({ rule }) => rule === "score")!;
      equal(score.validator, liar.address);
      ok(score.at.round! >= 60 && score.at.object !== undefined && score.count === altered, JSON.stringify(score));
      for (const node of world.nodes.slice(0, 3)) {
        ok(!named.has(node.address), JSON.stringify(report.differences, null, 1));
      }
    });
  },
});

Deno.test({
  name:
    "audit() counts what was committed first where a batch was rewritten later: the liar is named, and nobody who counted it",
  permissions,
  async fn() {
    await withWorld(4, async (world) => {
      const liar = world.nodes[3]!;
      await run(world);
      const { address, sign, signIndex } = liar.key;
      const forged = new LogForge({
        owner: { genesis: GENESIS, netuid: NETUID, validator: address },
        objects: liar.objects as Objects,
        key: { address, signBatch: sign, signIndex },
        head: liar.page(),
      });
      forged.change(1, (record) => ({ ...record, score: record.score === 1 ? 0 : 1 }));
      liar.commit(startOf(EPOCHS - 1) + 7, forged.publish());
      // Environments that no log of this network has.
      const report = await auditOf(world, [], world.parameters, ["logic", "math", "program/abduction"]);
      deepEqual([...new Set(report.differences.map(({ validator }) => validator))], [address]);
      const fork = report.differences.find(({ rule }) => rule === "fork");
      equal(fork?.at.window, forged.batches[1]!.entry.number);
      const [honest] = report.logs.filter(({ validator }) => validator === world.nodes[0]!.address);
      equal(honest!.epochs.decided, honest!.epochs.published);
    });
  },
});

/** Publishes the last epoch but one with another input, and nothing of the last one. */
function forge(node: Node, change: (input: EpochInput) => EpochInput, block: number): void {
  const row = node.journal.epochs(0).at(-2)!;
  const changed = { ...row, input: canonical(change(JSON.parse(row.input) as EpochInput)) };
  node.entries = node.entries.filter(({ kind, number }) => kind !== "epoch" || number < row.epoch)
    .map((entry, seq) => ({ ...entry, seq }));
  node.add("epoch", row.epoch, epochDigest(changed), epochLines(changed));
  node.commit(block);
}

Deno.test({
  name: "audit() names an epoch that leaves out a log which most validators had read, and nobody else",
  permissions,
  async fn() {
    await withWorld(4, async (world) => {
      const [peer, , , cut] = world.nodes as [Node, Node, Node, Node];
      cut.patience = { patienceMs: 100 };
      await cut.restart();
      await epochs(world, 0, 6);
      cut.unreachable.add(peer.url);
      await epochs(world, 6, 8);
      cut.unreachable.clear();
      await epochs(world, 8, 10);
      const report = await auditOf(world);
      equal(report.verdict, "differs");
      deepEqual(report.differences.map(({ validator, rule }) => [validator, rule]), [[cut.address, "marks"]]);
      const [{ text, at, count }] = report.differences as [AuditReport["differences"][number]];
      match(
        text,
        new RegExp(`counts rounds of ${peer.address} before \\d+ only, but most validators had read its log`),
      );
      equal(at.epoch, JSON.parse(cut.outputs[7]!).report.epoch);
      equal(count, 1);
      // What it decided from what it had is what it published.
      const log = report.logs.find(({ validator }) => validator === cut.address)!;
      equal(log.epochs.decided, log.epochs.published);
      equal(report.agreement.first?.epoch, at.epoch);
    });
  },
});

Deno.test({
  name:
    "audit() agrees with validators that leave out what most had not read, and names who counts it or says otherwise",
  permissions,
  async fn() {
    await withWorld(4, async (world) => {
      const [one, two, three, hidden] = world.nodes as [Node, Node, Node, Node];
      for (const node of [two, three]) node.unreachable.add(hidden.url);
      await epochs(world, 0, 9);
      const honest = await auditOf(world);
      equal(honest.verdict, "agrees", JSON.stringify(honest, null, 1));
      ok(honest.agreement.same >= 8);
      const block = startOf(8);
      forge(one, ({ validators, ...input }) => ({
        ...input,
        validators: [...validators, { validator: hidden.address, nextRound: 40, drawn: 40 }]
          .sort((a, b) => a.validator < b.validator ? -1 : 1),
      }), block + 7);
      forge(two, ({ logs = [], ...input }) => ({
        ...input,
        logs: logs.map((log) => log.validator === hidden.address ? { ...log, counts: log.head } : log),
      }), block + 7);
      const report = await auditOf(world);
      const marks = (node: Node) =>
        report.differences.find(({ rule, validator }) => rule === "marks" && validator === node.address)?.text ?? "";
      match(marks(one), /before 40, but of the heads that it had committed most validators have read none/);
      match(marks(two), /says of the logs otherwise than the statements on chain at block \d+: logs\.3\.counts is \d+/);
      equal(marks(three) + marks(hidden), "");
    });
  },
});

Deno.test({
  name: "audit() names an epoch of another block than the next one of the grid",
  permissions,
  async fn() {
    await withWorld(2, async (world) => {
      await run(world);
      const [node] = world.nodes as [Node];
      const row = node.journal.epochs(0).at(-2)!;
      node.entries = node.entries.filter(({ kind, number }) => kind !== "epoch" || number !== row.epoch)
        .map((entry, seq) => ({ ...entry, seq }));
      node.commit(startOf(EPOCHS - 1) + 7);
      const report = await auditOf(world, [node.address]);
      const found = report.differences.find(({ rule }) => rule === "epoch");
      match(found?.text ?? "", /but after epoch \d+ the next one begins in block \d+/);
    });
  },
});

Deno.test({
  name: "audit() names a permit that a validator lacks, and an epoch that counts what was not acceptable yet",
  permissions,
  async fn() {
    await withWorld(3, async (world) => {
      await run(world);
      world.barred.add(world.nodes[1]!.address);
      const barred = await auditOf(world, [world.nodes[1]!.address]);
      ok(barred.differences.some(({ rule, validator }) => rule === "permit" && validator === world.nodes[1]!.address));
      world.barred.clear();
      const node = world.nodes[0]!;
      forge(node, ({ validators, ...input }) => ({
        ...input,
        validators: validators.map((one) =>
          one.validator === world.nodes[2]!.address
            ? { ...one, nextRound: one.nextRound + 40, drawn: one.nextRound + 40 }
            : one
        ),
      }), startOf(EPOCHS - 1) + 7);
      const report = await auditOf(world, [node.address]);
      const marks = report.differences.find(({ rule, validator }) => rule === "marks" && validator === node.address);
      ok(marks, JSON.stringify(report.differences, null, 1));
      match(marks.text, /the heads that it had committed up to block/);
      ok(report.differences.some(({ rule }) => rule === "fork"));
    });
  },
});

Deno.test({
  name: "audit() counts nobody whom a log has invented, as the validators that pool do",
  permissions,
  async fn() {
    await withWorld(2, async (world) => {
      const copy = world.commitments[2]!;
      await run(world, {
        change: (node, record) =>
          node === world.nodes[1] && record.contender.startsWith(copy.hotkey)
            ? { ...record, contender: `${world.nodes[1].address}@1` }
            : record,
      });
      const report = await auditOf(world);
      const odd = report.differences.filter(({ rule }) => rule !== "rounds");
      equal(odd.length, 0, JSON.stringify(report.differences, null, 1));
      equal(report.logs[0]!.epochs.decided, report.logs[0]!.epochs.published);
    });
  },
});
