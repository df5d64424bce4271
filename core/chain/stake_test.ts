import assert from "node:assert/strict";
import { inherited, readStakes } from "./stake.ts";
import type { Read, Storage } from "./storage.ts";

const ALL = 2n ** 64n - 1n, HALF = 2n ** 63n - 1n;

/** A storage of these values, by item and keys; `items` are those that the runtime has. */
function storage(values: Record<string, unknown>, options: { without?: string[]; perNet?: boolean } = {}) {
  const requests: number[] = [];
  const one: Pick<Storage, "has" | "isMap" | "read"> = {
    has: (_, item) => !options.without?.includes(item),
    isMap: () => options.perNet === true,
    read(reads: readonly Read[]) {
      if (reads.length > 0) requests.push(reads.length);
      return Promise.resolve(
        reads.map(([, item, ...keys]) => values[[item, ...keys].join(" ")] ?? (item.endsWith("Keys") ? [] : 0)),
      );
    },
  };
  return { requests, storage: one as Storage };
}

Deno.test({
  name: "inherited() lends and borrows shares with the runtime's rounding",
  permissions: "none",
  fn() {
    const none = { given: [], lent: [] };
    assert.equal(inherited(7n, none), 7n);
    assert.equal(inherited(100n, { given: [ALL], lent: [] }), 0n);
    // A half of 2^64 - 1 is a little less with 32 bits behind the point.
    assert.equal(inherited(2n * 10n ** 18n, { given: [HALF], lent: [] }), 10n ** 18n + 465_661_287n);
    assert.equal(inherited(10n, { given: [ALL, ALL], lent: [{ share: ALL, amount: 5n }] }), 5n);
    const lent = [{ share: HALF, amount: 10n ** 12n }, { share: ALL, amount: 3n }];
    assert.equal(inherited(1n, { given: [], lent }), 499_999_999_767n + 4n);
  },
});

Deno.test({
  name: "readStakes() weighs alpha, root TAO and what parents lend, in two requests",
  permissions: "none",
  async fn() {
    const weight = "0x2e147ae147ae147a";
    const values = {
      "totalHotkeyAlpha a 7": 100e9,
      "totalHotkeyAlpha a 0": 1000e9,
      "totalHotkeyAlpha b 7": "0x1bc16d674ec80000",
      "parentKeys a 7": [["0x7fffffffffffffff", "b"], [Number(2n ** 53n - 1n), "elsewhere"]],
      "childKeys b 7": [["0x7fffffffffffffff", "a"]],
      "totalHotkeyAlpha elsewhere 7": "1000000000000",
      taoWeight: weight,
    };
    const plain = storage(values);
    const near = async (work: Promise<(number | null)[]>, wanted: number[]) => {
      const stakes = await work;
      assert.equal(stakes.length, wanted.length);
      stakes.forEach((stake, i) => assert.ok(Math.abs(stake! - wanted[i]!) < 1e-6 * wanted[i]! + 1, `${stake}`));
    };
    await near(readStakes(plain.storage, 7, ["a", "b", "c"]), [1_000_000_280, 1_000_000_000, 0]);
    assert.deepEqual(plain.requests, [13, 2]);
    const perNet = storage({ ...values, taoWeight: 0, "taoWeight 7": weight }, { perNet: true });
    await near(readStakes(perNet.storage, 7, ["a"]), [1_000_000_280]);
    const old = storage(values, { without: ["parentKeys", "taoWeight"] });
    await near(readStakes(old.storage, 7, ["a"]), [100]);
    assert.deepEqual(old.requests, [2]);
    assert.deepEqual(await readStakes(storage({}, { without: ["totalHotkeyAlpha"] }).storage, 7, ["a"]), [null]);
    assert.deepEqual(await readStakes(storage({}).storage, 7, []), []);
    await assert.rejects(readStakes(storage({ "totalHotkeyAlpha a 7": "much" }).storage, 7, ["a"]), {
      code: "refused",
    });
  },
});
