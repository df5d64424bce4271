/** Several validators, some of which lie or keep their batches back. @module */
import { type Agent, FAIL, PASS, type Scenario, type Stage } from "../types.ts";
import { comer, first, rates, scenario, WARM_UP } from "./kit.ts";

/** Liars say that an agent passes everything and the others nothing. */
function favour(name: string, liars: number): Pick<Stage, "forge"> {
  return {
    forge: (outcome, { validator, agent }) => validator < liars ? (agent.name === name ? PASS : FAIL) : outcome,
  };
}

/** Liars say that an agent fails everything, and tell the truth about the others. */
function slander(name: string, liars: number): Pick<Stage, "forge"> {
  return { forge: (outcome, { validator, agent }) => validator < liars && agent.name === name ? FAIL : outcome };
}

interface Lying {
  readonly id: string;
  readonly title: string;
  readonly about: string;
  readonly validators: number;
  readonly comer: (envs: number) => Agent;
  readonly conduct?: Pick<Stage, "forge" | "publishedIn">;
}

function lying({ id, title, about, validators, comer, conduct = {} }: Lying): Scenario {
  return scenario({
    id,
    title,
    about,
    validators,
    sides: ["first", comer === copy ? "copies" : "improver"],
    ...(comer === copy ? {} : { winner: "improver" }),
    stage: (_, envs) => ({ agents: [first(envs), comer(envs)], ...conduct }),
  });
}

const copy = (envs: number) => comer("copy", "copies", 50, { rates: rates(envs, 0.5, 0) });
const better = (gain: number) => (envs: number) => comer("improver", "improver", 50, { rates: rates(envs, 0.5, gain) });

/** Scenarios of several validators. */
export const VALIDATORS: readonly Scenario[] = [
  lying({
    id: "pool-03",
    title: "5 honest validators, +.03 improver",
    about: "Counts of five validators with tasks of their own add",
    validators: 5,
    comer: better(0.03),
  }),
  lying({
    id: "pool-05",
    title: "5 honest validators, +.05 improver",
    about: "Counts of five validators with tasks of their own add",
    validators: 5,
    comer: better(0.05),
  }),
  lying({
    id: "liar-for-copy",
    title: "1 of 5 validators forges for a copy",
    about: "One validator says that a copy passes everything and the champion nothing; nothing should come of it",
    validators: 5,
    comer: copy,
    conduct: favour("copy", 1),
  }),
  lying({
    id: "liar-against",
    title: "1 of 5 validators forges all losses against +.05",
    about: "One validator says that an improver fails everything; it should win all the same",
    validators: 5,
    comer: better(0.05),
    conduct: slander("improver", 1),
  }),
  lying({
    id: "coalition",
    title: "2 of 6 validators (a third) forge for a copy",
    about: "A coalition of a third: leaving out one does not stop two; the stake median of the chain is what remains",
    validators: 6,
    comer: copy,
    conduct: favour("copy", 2),
  }),
  lying({
    id: "coalition-against",
    title: "2 of 6 validators (a third) forge against +.05",
    about: "A coalition of a third says that an improver fails everything",
    validators: 6,
    comer: better(0.05),
    conduct: slander("improver", 2),
  }),
  lying({
    id: "withheld",
    title: "1 of 5 validators withholds its batches for 20 epochs",
    about: "A validator publishes its rounds only in the 20th epoch of the attack; the improver should win without it",
    validators: 5,
    comer: better(0.05),
    conduct: {
      publishedIn: (validator, epoch) => validator === 0 && epoch >= WARM_UP ? Math.max(epoch, WARM_UP + 20) : epoch,
    },
  }),
];
