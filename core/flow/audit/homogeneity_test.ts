import { equal, ok } from "node:assert/strict";
import { Random } from "../../base/random.ts";
import { describeOddity, Homogeneity } from "./homogeneity.ts";

const PERMISSIONS = "none";
const ENVS = ["logic", "math"];

/** Logs of some validators: `rate` says how often a contender passes with a validator in a window. */
function logs(
  seed: string,
  { validators, windows, rounds = 20, rate }: {
    readonly validators: readonly string[];
    readonly windows: number;
    readonly rounds?: number;
    readonly rate: (at: { validator: string; contender: string; window: number }) => number;
  },
): Homogeneity {
  const random = new Random(seed);
  const homogeneity = new Homogeneity();
  for (let window = 100; window < 100 + windows; window++) {
    for (const validator of validators) {
      const rates = ["a@1", "b@2"].flatMap((contender) =>
        ENVS.map((env) => {
          let passes = 0;
          for (let i = 0; i < rounds; i++) if (random.unit() < rate({ validator, contender, window })) passes++;
          return { contender, env, passes, answers: rounds };
        })
      );
      homogeneity.add(validator, window, rates);
    }
  }
  return homogeneity;
}

Deno.test({
  name: "oddities() names nobody whose answers are the endpoint's, however its rate changes with time",
  permissions: PERMISSIONS,
  fn() {
    let named = 0;
    for (let i = 0; i < 150; i++) {
      const honest = logs(`honest ${i}`, {
        validators: ["v1", "v2", "v3", "v4"],
        windows: 20,
        rate: ({ window, contender }) => contender === "a@1" ? 0.5 : window < 110 ? 0.9 : 0.3,
      });
      equal(honest.pairs, 8);
      named += honest.oddities().length;
    }
    equal(named, 0);
  },
});

Deno.test({
  name: "oddities() names the validator that invents a quarter of one contender's answers, and where it begins",
  permissions: PERMISSIONS,
  fn() {
    const spoiled = logs("liar", {
      validators: ["v1", "v2", "v3", "v4"],
      windows: 50,
      rate: ({ validator, contender, window }) =>
        validator === "v3" && contender === "b@2" && window >= 120 ? 0.625 : 0.5,
    });
    const found = spoiled.oddities();
    equal(found.length, 1);
    const { validator, contender, from, rate, others } = found[0]!;
    equal(`${validator} ${contender}`, "v3 b@2");
    ok(Math.abs(from - 120) <= 4, String(from));
    ok(rate > 0.57 && others < 0.55);
    ok(!describeOddity(found[0]!, "x").includes("two validators"));
  },
});

Deno.test({
  name: "oddities() finds invented failures, several liars, and says so where there are only two validators",
  permissions: PERMISSIONS,
  fn() {
    const two = logs("two", {
      validators: ["v1", "v2"],
      windows: 30,
      rate: ({ validator, contender }) => validator === "v2" && contender === "a@1" ? 0.3 : 0.6,
    }).oddities();
    equal(two.length, 1);
    ok(describeOddity(two[0]!, "x").includes("of two validators nobody can tell"));
    const liars = logs("liars", {
      validators: ["v1", "v2", "v3", "v4", "v5"],
      windows: 60,
      rate: ({ validator, contender }) =>
        contender === "a@1" && validator === "v1" ? 0.9 : contender === "a@1" && validator === "v5" ? 0.2 : 0.5,
    }).oddities();
    equal(liars.map(({ validator }) => validator).sort().join(), "v1,v5");
  },
});

Deno.test({
  name: "add() joins windows so that a log of any length takes the same memory, and still finds where it begins",
  permissions: PERMISSIONS,
  fn() {
    const long = logs("long", {
      validators: ["v1", "v2", "v3"],
      windows: 1500,
      rounds: 4,
      rate: ({ validator, contender, window }) =>
        validator === "v1" && contender === "b@2" && window >= 900 ? 0.7 : 0.5,
    });
    const [first] = long.oddities();
    equal(first!.validator, "v1");
    ok(Math.abs(first!.from - 900) <= 60, String(first!.from));
  },
});
