/** Tests of what counts by what validators state that they have read: a pure function of the chain. @module */
import { deepEqual, equal, ok } from "node:assert/strict";
import fc from "fast-check";
import type { RawCommitment, SubnetFacts } from "../port/chain.ts";
import { attestedBits, encodeValidator } from "../record/validator_statement.ts";
import { attestationOf, ATTESTED_EPOCHS, type EpochLogs, logsAt } from "./attested.ts";

const permissions = "none";

/** What a validator has on chain. */
interface Said {
  readonly block: number;
  readonly head?: boolean;
  /** Epoch and who was read, by uid. */
  readonly read?: readonly [epoch: number, of: readonly boolean[]];
  readonly permit?: boolean;
  readonly stake?: number;
}

function nameOf(uid: number): string {
  return `5validator${uid}`;
}

function factsOf(block: number, said: readonly (Said | null)[]): SubnetFacts {
  const commitments = said.flatMap((one, uid): RawCommitment[] => {
    if (one === null) return [];
    const { head = true, read } = one;
    const bytes = encodeValidator({
      end: "5a".repeat(32),
      head: head ? "11".repeat(32) : null,
      url: null,
      read: read ? { epoch: read[0] & 0xffff, bits: attestedBits(read[1]) } : null,
    });
    return [{ hotkey: nameOf(uid), block: one.block, extrinsicIndex: null, bytes }];
  });
  const neurons = said.map((one, uid) => ({
    uid,
    hotkey: nameOf(uid),
    permit: one?.permit ?? true,
    lastUpdate: 0,
    registeredAt: 0,
    stake: one?.stake ?? null,
  }));
  return { block: { number: block, hash: "" }, commitments, neurons } as unknown as SubnetFacts;
}

/** Epochs of 100 blocks, each with the heads of block `100 * epoch - 50`. */
function logsOf(epoch: number, count: number, counts: number | null = null): EpochLogs {
  const logs = Array.from({ length: count }, (_, uid) => ({
    validator: nameOf(uid),
    head: epoch * 100 - 50,
    counts,
  }));
  return { epoch, block: epoch * 100, logs };
}

function countsAt(said: readonly (Said | null)[], before: readonly EpochLogs[], minStake = 0): (number | null)[] {
  const block = (before.at(-1)?.epoch ?? 0) * 100 + 100;
  return logsAt(factsOf(block, said), before, { minStake }).map(({ counts }) => counts);
}

const YES = [true, true, true, true];

Deno.test({
  name: "logsAt() counts a log up to the head that more than half of the active attesters have read",
  permissions,
  fn() {
    const before = [logsOf(7, 4)];
    const say = (...of: boolean[]): Said => ({ block: 720, read: [7, of] });
    const all = say(true, true, true, true);
    deepEqual(countsAt([all, all, all, all], before), [650, 650, 650, 650]);
    // Three of four are more than half, two are not.
    const three = say(true, true, true, false), two = say(true, true, false, false);
    deepEqual(countsAt([all, three, two, two], before), [650, 650, null, null]);
    deepEqual(countsAt([all, all, three, two], before), [650, 650, 650, null]);
    // One alone decides for himself.
    deepEqual(countsAt([{ block: 720, read: [7, [true]] }], [logsOf(7, 1)]), [650]);
    deepEqual(countsAt([{ block: 720, read: [7, [false]] }], [logsOf(7, 1)]), [null]);
    deepEqual(countsAt([{ block: 720 }], [logsOf(7, 1)]), [null]);
    deepEqual(countsAt([{ block: 720, read: [7, [true]] }], []), [null]);
  },
});

Deno.test({
  name: "logsAt() takes whoever attested one of the last epochs as active, and nobody else",
  permissions,
  fn() {
    const now: Said = { block: 2020, read: [20, YES] };
    const before = Array.from({ length: 20 }, (_, i) => logsOf(i + 1, 4));
    const old = 20 - ATTESTED_EPOCHS;
    const stale: Said = { block: old * 100 + 20, read: [old, YES] };
    const late: Said = { block: (old + 1) * 100 + 20, read: [old + 1, YES] };
    // What was said longest ago that still counts: the third of four reaches only so far.
    deepEqual(countsAt([now, now, late, late], before).slice(0, 1), [(old + 1) * 100 - 50]);
    deepEqual(countsAt([now, now, now, late], before).slice(0, 1), [1950]);
    deepEqual(countsAt([now, stale, stale, stale], before).slice(0, 1), [1950]);
    deepEqual(countsAt([now, null, null, null], before).slice(0, 1), [1950]);
    // Without a permit nobody is asked, and nothing of him counts.
    const barred: Said = { ...late, permit: false };
    deepEqual(countsAt([now, barred, barred, barred], before), [1950]);
    // Nor is who has too little stake for its own rounds to count.
    const poor: Said = { ...late, stake: 9.9 };
    deepEqual(countsAt([{ ...now, stake: 10 }, poor, poor, poor], before, 10).slice(0, 1), [1950]);
    deepEqual(countsAt([now, now], before, 10).slice(0, 1), [null]);
    // An epoch that is to come, and one that was named before it began.
    deepEqual(countsAt([now, now, { block: 2020, read: [21, YES] }, null], before).slice(0, 1), [1950]);
    deepEqual(countsAt([now, { block: 2000, read: [20, YES] }, null, null], before).slice(0, 1), [1950]);
    deepEqual(countsAt([now, { block: 2001, read: [20, []] }, null, null], before).slice(0, 1), [null]);
  },
});

Deno.test({
  name: "logsAt() keeps what counted, whoever says less later",
  permissions,
  fn() {
    const before = [logsOf(6, 3), logsOf(7, 3, 550)];
    const no: Said = { block: 720, read: [7, [false, false, false]] };
    deepEqual(countsAt([no, no, no], before), [550, 550, 550]);
    deepEqual(countsAt([null, null, null], before), [550, 550, 550]);
    // Who is an epoch late still says that the heads of that epoch were read.
    const late: Said = { block: 650, read: [6, YES] };
    deepEqual(countsAt([late, late, no], [logsOf(6, 3), logsOf(7, 3)]), [550, 550, 550]);
  },
});

Deno.test({
  name: "logsAt() names heads of everybody with a permit, and answers for the first 64 of them",
  permissions,
  fn() {
    const facts = factsOf(100, [{ block: 90 }, { block: 91, head: false }, null, { block: 92, permit: false }]);
    deepEqual(logsAt(facts, [], { minStake: 0 }), [
      { validator: nameOf(0), head: 90, counts: null },
      { validator: nameOf(1), head: null, counts: null },
      { validator: nameOf(2), head: null, counts: null },
    ]);
    const many = logsOf(70_000, 70);
    const read = attestationOf(many, () => true);
    deepEqual(read, { epoch: 70_000 & 0xffff, bits: "ff".repeat(8) });
    const said = Array.from({ length: 70 }, (): Said => ({ block: 7_000_020, read: [70_000, Array(64).fill(true)] }));
    const counts = countsAt(said, [many]);
    equal(counts.length, 70);
    ok(counts.every((one, i) => one === (i < 64 ? 6_999_950 : null)));
  },
});

Deno.test({
  name: "logsAt() counts what more than half say and nothing else, and more yes never counts less",
  permissions,
  fn() {
    const answers = fc.array(fc.array(fc.boolean(), { minLength: 9, maxLength: 9 }), { minLength: 1, maxLength: 9 });
    fc.assert(fc.property(answers, fc.nat(8), fc.nat(8), (rows, who, whose) => {
      const before = [logsOf(7, rows.length)];
      const say = (of: readonly boolean[][]) =>
        countsAt(of.map((row): Said => ({ block: 720, read: [7, row] })), before);
      const counts = say(rows);
      counts.forEach((one, uid) => {
        const yes = rows.filter((row) => row[uid]).length;
        equal(one, yes * 2 > rows.length ? 650 : null);
      });
      const more = rows.map((row, i) => i === who % rows.length ? row.map((one, j) => j === whose || one) : row);
      say(more).forEach((one, uid) => ok((one ?? -1) >= (counts[uid] ?? -1)));
    }));
  },
});
