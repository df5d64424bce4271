/** Is a challenger better than the champion? 100 fresh tasks, two pretend models, three statements. Needs no rights. @module */
import { alphaOf, environments, gain, lowerBound, nonInferiority, Random, STANDARD, superiority } from "@affine/af";

const { bets, delta, tau } = STANDARD;
const random = new Random("equal seeds give equal tasks");
const counts = environments.filter((env) => !env.submission).map((env) => {
  const count = { w: 0, l: 0, n: 50 };
  for (let i = 0; i < count.n; i++) {
    const task = env.generate(Uint8Array.from({ length: 32 }, () => random.int(0, 255)));
    const score = (skill: number) => env.grade(task, random.unit() < skill ? env.solve(task) : "No idea").score;
    const [champion, challenger] = [score(0.3), score(0.8)];
    if (challenger > champion) count.w++;
    if (challenger < champion) count.l++;
  }
  return count;
});
const sup = superiority(counts, delta, bets), ni = nonInferiority(counts, tau, bets), mean = gain(counts, bets);
const better = sup >= Math.log(1 / alphaOf(0, STANDARD)) && ni >= Math.log(10) && mean >= Math.log(10);
console.log(JSON.stringify({ counts, sup, ni, gain: mean, atLeast: lowerBound(counts, bets), better }));
