import assert from "node:assert/strict";
import fc from "fast-check";
import { alphaOf, gain, logE, lowerBound, nonInferiority, pooled, reaches, superiority } from "./eprocess.ts";
import { STANDARD } from "./parameters.ts";

const { bets, delta, tau } = STANDARD;

function rows(n: number, w: readonly number[], l: readonly number[]) {
  return w.map((wins, e) => ({ w: wins, l: l[e]!, n }));
}
const three = rows(1600, [300, 320, 310], [240, 230, 235]);
const four = rows(900, [175, 180, 172, 178], [130, 133, 128, 131]);

Deno.test({
  name: "eprocess gives the printed digits for three environments",
  permissions: "none",
  fn() {
    const at = (m: number) => three.map((counts) => logE(counts, m, bets).toFixed(6));
    assert.deepEqual(at(-tau), ["6.497596", "12.056351", "9.190246"]);
    assert.deepEqual(at(delta), ["1.597281", "4.812478", "2.998587"]);
    assert.equal(logE(pooled(three), delta, bets).toFixed(6), "10.605031");
    assert.equal(superiority(three, delta, bets).toFixed(6), "9.913106");
    assert.equal(nonInferiority(three, tau, bets).toFixed(6), "6.497596");
    assert.equal(gain(three, bets).toFixed(6), "13.091928");
    assert.equal(lowerBound(three, bets).toFixed(6), "0.030220");
    assert.ok(reaches(superiority(three, delta, bets), Math.log(1 / alphaOf(0, STANDARD))));
  },
});

Deno.test({
  name: "eprocess gives the printed digits for four environments",
  permissions: "none",
  fn() {
    assert.equal(superiority(four, delta, bets).toFixed(6), "8.473462");
    assert.equal(gain(four, bets).toFixed(6), "11.440422");
    assert.equal(lowerBound(four, bets).toFixed(6), "0.032240");
  },
});

Deno.test({
  name: "alphaOf() gives 7.847763 nats to the first 64, 2 ln 2 more to each doubled block",
  permissions: "none",
  fn() {
    const nats = (slot: number) => Math.log(1 / alphaOf(slot, STANDARD)).toFixed(6);
    const first = Math.log(2560), step = 2 * Math.LN2;
    const after = (blocks: number) => (first + blocks * step).toFixed(6);
    assert.equal(nats(0), "7.847763");
    assert.deepEqual([0, 63, 64, 191, 192, 447, 448].map(nats), [0, 0, 1, 1, 2, 2, 3].map(after));
    assert.throws(() => alphaOf(-1, STANDARD), RangeError);
    assert.throws(() => alphaOf(0.5, STANDARD), RangeError);
  },
});

Deno.test({
  name: "alphaOf() never spends more than alphaTotal, however many come",
  permissions: "none",
  fn() {
    let sum = 0;
    for (let slot = 0; slot < 100_000; slot++) sum += alphaOf(slot, STANDARD);
    assert.ok(sum <= STANDARD.alphaTotal && sum > 0.99 * STANDARD.alphaTotal, `${sum}`);
  },
});

Deno.test({
  name: "logE() is 0 without rounds, finite always, and rises with passes of the challenger",
  permissions: "none",
  fn() {
    assert.equal(logE({ w: 0, l: 0, n: 0 }, 0, bets), 0);
    const count = fc.nat(20_000);
    fc.assert(fc.property(count, count, count, fc.constantFrom(-tau, 0, delta), (w, l, ties, m) => {
      const value = logE({ w, l, n: w + l + ties }, m, bets);
      const more = logE({ w: w + 1, l, n: w + l + ties + 1 }, m, bets);
      const less = logE({ w, l: l + 1, n: w + l + ties + 1 }, m, bets);
      return Number.isFinite(value) && more > value && less < value;
    }));
  },
});

Deno.test({
  name: "superiority() of counts that were merged in any grouping is the same to the last bit",
  permissions: "none",
  fn() {
    const part = fc.record({ w: fc.nat(300), l: fc.nat(300), ties: fc.nat(900) });
    fc.assert(fc.property(fc.array(part, { minLength: 1, maxLength: 8 }), fc.nat(), (parts, cut) => {
      const rows = parts.map(({ w, l, ties }) => ({ w, l, n: w + l + ties }));
      const at = cut % rows.length;
      const whole = pooled(rows);
      const merged = pooled([pooled(rows.slice(at).reverse()), pooled(rows.slice(0, at))]);
      return Object.is(superiority([whole, whole], delta, bets), superiority([merged, merged], delta, bets));
    }));
  },
});

Deno.test({
  name: "logE() is a fair bet at the edge of its null: the expected e-value after each round is 1",
  permissions: "none",
  fn() {
    // All outcomes of six rounds with P(+1) = p, P(-1) = q and p - q = m, weighted exactly.
    for (const m of [-tau, 0, delta]) {
      const p = 0.2 + m / 2, q = 0.2 - m / 2;
      let expected = 0;
      for (let code = 0; code < 3 ** 6; code++) {
        let chance = 1, w = 0, l = 0;
        for (let round = 0, rest = code; round < 6; round++, rest = Math.floor(rest / 3)) {
          const d = rest % 3;
          chance *= d === 0 ? p : d === 1 ? q : 1 - p - q;
          if (d === 0) w++;
          if (d === 1) l++;
        }
        expected += chance * Math.exp(logE({ w, l, n: 6 }, m, bets));
      }
      assert.ok(Math.abs(expected - 1) < 1e-12, `${m}: ${expected}`);
    }
  },
});
