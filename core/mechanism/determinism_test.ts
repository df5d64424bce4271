import assert from "node:assert/strict";
import fc from "fast-check";
import { canonical } from "../base/canonical.ts";
import { Random } from "../base/random.ts";
import type { OutcomeBlock } from "../port/store.ts";
import { LOCAL, type Parameters } from "./parameters.ts";
import { neededFrom } from "./pool.ts";
import { advance, initialState } from "./reign.ts";
import { Tally } from "./tally.ts";
import { player, skill, World } from "./testkit.ts";
import type { EpochInput, State } from "./types.ts";

const ENVS = ["a", "b"];
/** A short reign in every respect, so that a dozen epochs see all of it. */
const PARAMETERS: Parameters = {
  ...LOCAL,
  darkEpochs: 1,
  regentEpochs: 2,
  returnEpochs: 5,
  highWaterRounds: 100,
  kappa: 60,
};

/** A log with crownings, copies, absences, losses, regents, returns, comings and goings, of one validator or of five. */
function makeLog(seed: string): World {
  const random = new Random(seed);
  const world = new World(seed, PARAMETERS, [player("p0", 1, skill(0), { weightsDigest: "w0" })], {
    envs: ENVS,
    ownerUid: 9,
    ...(random.int(0, 2) === 0 ? { validators: ["v4", "v2", "v5", "v1", "v3"] } : {}),
  });
  world.step(0);
  for (let epoch = 1; epoch < 16; epoch++) {
    // Somebody is away for some epochs, the champion as a rule.
    const absent = random.int(0, 5) === 0;
    for (const one of world.players) {
      const isChampion = one.contender.id === world.state.champion;
      if (absent && isChampion) one.present = () => false;
      else if (!isChampion && random.int(0, 4) === 0) one.present = () => true;
    }
    if (random.int(0, 2) > 0) {
      const gain = skill(random.int(-2, 8) / 20, random.int(0, 8) / 20);
      const lossy = random.int(0, 3) === 0, shy = random.int(0, 3) === 0;
      const one = player(
        `p${epoch}`,
        10 + random.int(0, 40),
        (task, luck) => lossy && task.round % 37 === 0 ? 2 : gain(task, luck),
        {
          weightsDigest: `w${random.int(0, 9)}`,
        },
      );
      if (shy) one.present = (round) => round % 7 > 1;
      world.players.push(one);
    }
    if (random.int(0, 6) === 0 && world.players.length > 2) {
      world.players.splice(random.int(1, world.players.length - 1), 1);
    }
    const checked = world.players.filter(() => random.int(0, 3) === 0).map(({ contender }) => ({
      contender: contender.id,
      counts: ENVS.map(() => ({ w: random.int(0, 5), l: random.int(0, 5), n: 40 * random.int(1, 20) })),
    }));
    world.extra = { hosted: checked };
    world.step(random.int(20, 70));
  }
  return world;
}

/** The block with its rounds and columns in another order. */
function permuted(block: OutcomeBlock, random: Random): OutcomeBlock {
  const width = block.contenders.length, envs = block.envs.length;
  const rows = random.shuffle([...Array(block.rounds).keys()]);
  const columns = random.shuffle([...Array(width).keys()]);
  return {
    ...block,
    contenders: columns.map((c) => block.contenders[c]!),
    cells: Uint8Array.from(
      rows.flatMap((r) =>
        columns.flatMap((c) => [...block.cells.subarray((r * width + c) * envs, (r * width + c + 1) * envs)])
      ),
    ),
    offered: Uint8Array.from(rows.flatMap((r) => columns.map((c) => block.offered[r * width + c]!))),
    champions: Uint16Array.from(rows.map((r) => {
      const champion = block.champions[r]!;
      return champion === 65535 ? champion : columns.indexOf(champion);
    })),
  };
}

/** The block in pieces. */
function split(block: OutcomeBlock, random: Random): OutcomeBlock[] {
  const width = block.contenders.length, envs = block.envs.length;
  const pieces: OutcomeBlock[] = [];
  for (let at = 0; at < block.rounds;) {
    const rounds = Math.min(block.rounds - at, random.int(1, 40)), end = at + rounds;
    pieces.push({
      ...block,
      first: block.first + at,
      rounds,
      cells: block.cells.slice(at * width * envs, end * width * envs),
      champions: block.champions.slice(at, end),
      offered: block.offered.slice(at * width, end * width),
    });
    at = end;
  }
  return pieces;
}

/** How a replay treats what the log gives it. */
interface Treatment {
  readonly block?: (block: OutcomeBlock) => readonly OutcomeBlock[];
  readonly input?: (input: EpochInput) => EpochInput;
  readonly between?: (state: State, pool: Map<string, Tally>) => { state: State; pool: Map<string, Tally> };
  readonly validators?: (names: readonly string[]) => readonly string[];
}

function replay(log: World, treatment: Treatment): string[] {
  let state = initialState(ENVS);
  const names = treatment.validators?.([...log.pool.keys()]) ?? [...log.pool.keys()];
  let pool = new Map(names.map((name) => [name, new Tally(ENVS)]));
  return log.inputs.map((input, epoch) => {
    for (const [validator, block] of log.logs[epoch]!) {
      for (const piece of treatment.block?.(block) ?? [block]) pool.get(validator)!.append(piece);
    }
    const done = advance(state, treatment.input?.(input) ?? input, pool, PARAMETERS);
    ({ state, pool } = treatment.between?.(done.state, pool) ?? { state: done.state, pool });
    return canonical(done);
  });
}

Deno.test({
  name: "advance() gives the same bytes whatever the order, the pieces, the cache or a restart do",
  permissions: "none",
  fn() {
    let voids = 0;
    const seen = new Map<string, number>();
    const count = (what: string) => seen.set(what, (seen.get(what) ?? 0) + 1);
    fc.assert(
      fc.property(fc.string(), (seed) => {
        const log = makeLog(seed);
        const random = new Random(`${seed} shuffles`);
        for (const { throne, pay } of log.reports) count(throne), count(pay);
        for (const { reason } of log.reports.flatMap((report) => report.duels)) count(reason);
        voids += log.state.duels.filter((duel) => duel.state === "void").length;
        const plain = log.reports.map((report, epoch) => ({ report, epoch }));
        const straight = replay(log, {});
        assert.deepEqual(straight.map((text, epoch) => ({ report: JSON.parse(text).report, epoch })), plain);
        assert.deepEqual(replay(log, { block: (block) => [permuted(block, random)] }), straight);
        assert.deepEqual(replay(log, { block: (block) => split(block, random) }), straight);
        const shuffled = (input: EpochInput): EpochInput => ({
          ...input,
          contenders: random.shuffle(input.contenders),
          validators: random.shuffle(input.validators),
          hosted: random.shuffle(input.hosted ?? []),
          // Canaries of two logs of one epoch simply add.
          canaries: random.shuffle(input.canaries.flatMap((one) => [
            { ...one, sent: 5, answered: 3 },
            { ...one, sent: one.sent - 5, answered: one.answered - 3 },
          ])),
        });
        assert.deepEqual(replay(log, { input: shuffled }), straight);
        assert.deepEqual(replay(log, { validators: (names) => random.shuffle(names) }), straight);
        const restarted = (state: State, pool: Map<string, Tally>) => {
          const fresh = new Map([...pool].map(([name, tally]) => [name, Tally.fromBytes(tally.toBytes())!]));
          for (const [name, tally] of fresh) tally.drop(neededFrom(state)[name]!);
          return { state: JSON.parse(canonical(state)) as State, pool: fresh };
        };
        assert.deepEqual(replay(log, { between: restarted }), straight);
        // An auditor has all rounds at hand from the first epoch on.
        let state = initialState(ENVS);
        const audited = log.inputs.map((input) => {
          const done = advance(state, input, log.pool, PARAMETERS);
          state = done.state;
          return canonical(done);
        });
        assert.deepEqual(audited, straight);
      }),
      { numRuns: 25, seed: 20 },
    );
    const common = ["crowned", "regent", "returned", "tenure", "champion", "vacant", "regressed", "hosted"];
    const rare = common.filter((what) => (seen.get(what) ?? 0) < 4);
    assert.ok(
      rare.length === 0 && voids > 20,
      `the logs are dull: ${rare}, ${voids} voids, ${JSON.stringify([...seen])}`,
    );
  },
});

Deno.test({
  name: "advance() changes neither the state nor the tally that it is given",
  permissions: "none",
  fn() {
    const log = makeLog("frozen");
    const before = canonical(log.state), bytes = log.tally.toBytes();
    advance(log.state, { ...log.inputs.at(-1)!, epoch: 99 }, log.pool, PARAMETERS);
    assert.equal(canonical(log.state), before);
    assert.deepEqual(log.tally.toBytes(), bytes);
  },
});
