/** Gates of attacks: copies, decoys, sybils, what is worse somewhere, cheats, the race. @module */
import { alphaOf } from "../../mechanism/eprocess.ts";
import { STANDARD } from "../../mechanism/parameters.ts";
import { meanOf, quantile, wilson } from "../stats.ts";
import { atMost, neverPaid, none, percent, timesOf } from "./figures.ts";
import type { Finding, Gate } from "./lab.ts";

const V = 1 / 3;

const copies: Gate = {
  id: "G1",
  title: "copies are never crowned",
  sees: ["no-alpha"],
  async run(lab) {
    const [byte, noisy] = await lab.run(["copies-20", "copies-20-noisy"]);
    const copy = await lab.lone(200, { gains: [0, 0, 0, 0], discordance: V, step: 200 });
    const { delta } = STANDARD;
    const edge = await lab.lone(200, { gains: [delta, delta, delta, delta], discordance: V, step: 200 });
    const crowned = (all: typeof copy) => all.filter((one) => one.crowned).length;
    const alpha = alphaOf(0, STANDARD), hits = crowned(edge), { high } = wilson(hits, edge.length);
    return [
      neverPaid("20 byte copies, 50 epochs", byte!, "copies"),
      neverPaid("20 copies of true difference -.005 to .002", noisy!, "copies"),
      none("lone copies, d = 0", crowned(copy), copy.length),
      {
        what: "lone copies at the edge of the null, d = delta",
        figure: `${hits} of ${edge.length}`,
        interval: `P <= ${percent(high)}`,
        goal: `<= ${Math.max(1, Math.round(alpha * edge.length))} (alpha ${alpha.toExponential(1)})`,
        met: hits <= Math.max(1, Math.round(alpha * edge.length)),
      },
    ];
  },
};

const decoys: Gate = {
  id: "G3",
  title: "decoys get nothing and change nothing",
  sees: ["no-statements"],
  async run(lab) {
    const changes = { rounds: 50, epochs: 200 };
    const [withThem, without] = await lab.run(["decoys-20", "decoys-0"], { changes });
    const share = (all: typeof withThem) => all!.filter(({ won }) => won !== null).length / all!.length;
    const [a, b] = [share(withThem), share(without)];
    const [with50, without50] = [withThem!, without!].map((all) => quantile(timesOf(all), 0.5)!) as [number, number];
    const ratio = with50 / without50;
    return [
      neverPaid("reward of 20 decoys", withThem!, "decoys"),
      {
        what: "P(rival wins) with and without them",
        figure: `${percent(a)} and ${percent(b)}`,
        interval: "",
        goal: "within 2 points",
        met: Math.abs(a - b) <= 0.02 + 1e-9,
      },
      {
        what: "its median time with and without them",
        figure: `${with50} and ${without50} rounds`,
        interval: `ratio ${ratio.toFixed(2)}`,
        goal: "within 15 %",
        met: Math.abs(ratio - 1) <= 0.15,
      },
    ];
  },
};

const sybils: Gate = {
  id: "G4",
  title: "many identities gain nothing",
  sees: ["lucky"],
  async run(lab) {
    const [one, fifty] = await lab.run(["sybil-1", "sybil-50"]);
    const shares = [one!, fifty!].map((all) => meanOf(all.map((run) => run.shares["attacker"]!)));
    const gained = shares[1]!.mean - shares[0]!.mean, error = Math.hypot(shares[0]!.error, shares[1]!.error);
    return [{
      what: "share of k=50 minus share of k=1",
      figure: gained.toFixed(4),
      interval: `${percent(shares[0]!.mean)} and ${percent(shares[1]!.mean)}, error ${error.toFixed(4)}`,
      goal: "<= .005",
      met: gained <= 0.005,
    }];
  },
};

const regress: Gate = {
  id: "G5",
  title: "worse by tau in one environment",
  sees: ["no-ni"],
  async run(lab) {
    const results = await lab.lone(10, { gains: [-STANDARD.tau, 0.05, 0.05, 0.05], discordance: V, step: 100 });
    const crowned = results.filter((one) => one.crowned).length;
    return [atMost("-.02 in one, +.05 in the others: crowned", crowned, results.length, 0.06)];
  },
};

const CHEATS = ["refusal", "memorised", "specialist", "regenerated-keys", "proxy"] as const;

const cheats: Gate = {
  id: "G6",
  title: "refusals, what was learnt by heart, specialists, answer keys and proxies win nothing",
  sees: ["drop-pairs", "static-set", "no-statements", "public-seed", "no-hosted"],
  async run(lab) {
    const results = await lab.run(CHEATS);
    return CHEATS.map((scenario, i) => neverPaid(scenario, results[i]!, "attacker"));
  },
};

const race: Gate = {
  id: "G7",
  title: "copies of a pending improver",
  sees: ["no-hold"],
  async run(lab) {
    const [results] = await lab.run(["race"]);
    const { mean, error } = meanOf(results!.map(({ shares }) => shares["copies"]!));
    return [share("share of 20 copies of an improver", mean, error)];
  },
};

function share(what: string, mean: number, error: number): Finding {
  return { what, figure: mean.toFixed(4), interval: `error ${error.toFixed(4)}`, goal: "<= .01", met: mean <= 0.01 };
}

/** Gates of attacks. */
export const ATTACK_GATES: readonly Gate[] = [copies, decoys, sybils, regress, cheats, race];
