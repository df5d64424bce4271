import { deepEqual, equal } from "node:assert/strict";
import { canonical } from "../base/canonical.ts";
import type { Contender } from "../mechanism/types.ts";
import { encodeCompact } from "../record/commitment.ts";
import { observedIn, poolContenders, poolHosted, STALE_EPOCHS } from "./log_observed.ts";

const CHUTE = "00000000-0000-0000-0000-000000000000";

function seen(hotkey: string, fields: Partial<Contender> = {}): Contender {
  return {
    id: `${hotkey}@5`,
    hotkey,
    uid: 99,
    commitBlock: 5,
    extrinsicIndex: 0,
    model: `owner/Affine-${hotkey}`,
    revision: "0".repeat(40),
    chuteId: CHUTE,
    slug: hotkey,
    weightsDigest: "d",
    valid: true,
    reason: "",
    ...fields,
  };
}

const FACTS = {
  neurons: ["a", "b"].map((hotkey, uid) => ({
    uid,
    hotkey,
    permit: false,
    lastUpdate: 0,
    registeredAt: 0,
    stake: null,
  })),
  commitments: ["a", "b", "gone"].map((hotkey) => ({
    hotkey,
    block: 5,
    extrinsicIndex: null,
    bytes: encodeCompact({ model: `owner/Affine-${hotkey}`, revision: "0".repeat(40), chuteId: CHUTE }),
  })),
};

function pooled(views: readonly (readonly Contender[])[], options: { epoch?: number; previous?: Contender[] } = {}) {
  const observations = views.map((contenders, i) => ({ validator: `v${i}`, epoch: 10, contenders, checked: null }));
  const { epoch = 11, previous = [] } = options;
  return poolContenders(FACTS, { epoch, observations, previous, seated: [] });
}

Deno.test({
  name: "poolContenders() takes what most observed, of equals the valid one, whatever their order",
  permissions: "none",
  fn() {
    const bad = seen("a", { valid: false, reason: "cold" });
    const states = (views: Contender[][]) => pooled(views).map(({ id, valid, uid }) => [id, valid, uid]);
    deepEqual(states([]), []);
    deepEqual(states([[seen("a")], [bad], [bad]]), [["a@5", false, 0]]);
    deepEqual(states([[bad], [seen("a")]]), [["a@5", true, 0]]);
    deepEqual(states([[bad], [seen("a")], [seen("b")], [seen("gone")]]), [["a@5", true, 0], ["b@5", true, 1]]);
    const [one, two] = [seen("a", { slug: "x" }), seen("a", { slug: "y" })];
    deepEqual(pooled([[one], [two]]), pooled([[two], [one]]));
  },
});

Deno.test({
  name: "poolContenders() ignores what the chain does not say and what is stale, and keeps what stood before",
  permissions: "none",
  fn() {
    deepEqual(pooled([[seen("a", { model: "thief/Affine-a" })], [seen("b", { id: "b@6", commitBlock: 6 })]]), []);
    const previous = [seen("a", { slug: "before" })];
    equal(pooled([[seen("a")]], { epoch: 10 + STALE_EPOCHS, previous })[0]!.slug, "before");
    equal(pooled([[seen("a")]], { epoch: 9 + STALE_EPOCHS, previous })[0]!.slug, "a");
    equal(pooled([[]], { previous })[0]!.slug, "before");
  },
});

Deno.test({
  name: "poolContenders() takes priority from the chain where it tells, whatever a majority says",
  permissions: "none",
  fn() {
    const observations = ["v0", "v1"].map((validator) => ({
      validator,
      epoch: 10,
      contenders: [seen("a", { extrinsicIndex: 0 }), seen("b", { extrinsicIndex: 9 })],
      checked: null,
    }));
    const told = FACTS.commitments.map((one) => ({ ...one, extrinsicIndex: one.hotkey === "a" ? 7 : null }));
    const found = poolContenders({ ...FACTS, commitments: told }, {
      epoch: 11,
      observations,
      previous: [],
      seated: [],
    });
    deepEqual(found.map(({ id, extrinsicIndex }) => [id, extrinsicIndex]), [["a@5", 7], ["b@5", 9]]);
  },
});

Deno.test({
  name: "observedIn() reads nothing that is no list of contenders",
  permissions: "none",
  fn() {
    const read = (observed: unknown) => observedIn(canonical({ epoch: 1, observed }));
    deepEqual(read([seen("a")]), { contenders: [seen("a")], checked: null });
    equal(observedIn("{}"), null);
    const hostile: unknown[] = [
      {},
      [1],
      [seen("a"), seen("a")],
      [{ ...seen("a"), extra: 1 }],
      [seen("a", { id: "b@5" })],
      [seen("a", { reason: "x".repeat(601) })],
      [seen("a", { slug: "../../x" })],
      [seen("a", { uid: 1.5 })],
    ];
    for (const observed of hostile) equal(read(observed), null, JSON.stringify(observed).slice(0, 80));
  },
});

Deno.test({
  name:
    "poolHosted() takes every fresh validator's checks, whatever their order, and none of another number of environments",
  permissions: "none",
  fn() {
    const check = (contender: string, envs = 2) => ({ contender, counts: Array(envs).fill({ w: 0, l: 1, n: 3 }) });
    const of = (validator: string, checked: ReturnType<typeof check>[] | null, epoch = 10) => ({
      validator,
      epoch,
      contenders: [],
      checked,
    });
    const pooled = (...observations: ReturnType<typeof of>[]) => poolHosted(observations, { epoch: 11, envs: 2 });
    deepEqual(pooled(), {});
    deepEqual(pooled(of("v", null)), {});
    deepEqual(pooled(of("v", [check("a@5")], 11 - STALE_EPOCHS)), {});
    const [one, two] = [of("v1", [check("a@5"), check("b@5", 3)]), of("v0", [])];
    deepEqual(pooled(one, two), { hosts: ["v0", "v1"], hosted: [{ ...check("a@5"), validator: "v1" }] });
    deepEqual(pooled(one, two), pooled(two, one));
  },
});

Deno.test({
  name: "observedIn() reads hosted checks only where they are sound",
  permissions: "none",
  fn() {
    const read = (checked: unknown) => observedIn(canonical({ epoch: 1, observed: [], checked }))!.checked;
    const check = { contender: "a@5", counts: [{ w: 1, l: 0, n: 2 }] };
    deepEqual(read([check]), [check]);
    deepEqual(read([]), []);
    const hostile: unknown[] = [
      null,
      {},
      [check, check],
      [{ ...check, validator: "v" }],
      [{ ...check, contender: "a" }],
      [{ ...check, counts: [{ w: 2, l: 1, n: 2 }] }],
      [{ ...check, counts: [{ w: 1, l: 0, n: 1e300 }] }],
      [{ ...check, counts: [{ w: 1, n: 2 }] }],
      [{ ...check, counts: Array(65).fill(check.counts[0]) }],
      [check, { contender: "b@5", counts: [] }],
      [{ contender: "a@5" }],
      [null],
    ];
    for (const checked of hostile) equal(read(checked), null, JSON.stringify(checked).slice(0, 80));
  },
});
