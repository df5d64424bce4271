/** What a run left behind, in a form that can be compared with another's; and which questions were asked when. @module */
import { openChain } from "../core/chain/client.ts";
import { canaryBeside } from "../core/flow/asking.ts";
import { canaryTask, roundTasks } from "../core/flow/tasks.ts";
import { epochOf } from "../core/flow/epoch.ts";
import { LOCAL } from "../core/mechanism/parameters.ts";
import type { Weight } from "../core/port/chain.ts";
import { openStore } from "../core/store/client.ts";
import { voters } from "../envs/registry.ts";
import { engineDigest } from "./engine.ts";
import { NETUID, type Stage, TEMPO } from "./kill_stage.ts";

/** What must be the same with and without kills. */
export interface Outcome {
  /** Digest of the journal: rounds, answers, verdicts, without times. */
  readonly digest: string;
  readonly records: number;
  readonly rounds: number;
  /** Every epoch as it was settled: input and output. */
  readonly epochs: readonly { readonly epoch: number; readonly input: string; readonly output: string }[];
  readonly batches: readonly { readonly window: number; readonly count: number; readonly nextRound: number }[];
  /** Weights of the validator on the chain. */
  readonly weights: readonly Weight[];
  /** The answer on stdout, without the block of the weights: that is a matter of time. */
  readonly answer: unknown;
}

/** A question: one prompt for one contender, which exactly one record answers. */
export interface Question {
  readonly slug: string;
  readonly prompt: string;
  /** Number of its record in the order of writing. */
  readonly record: number;
}

/** Reads the outcome of a run that has ended, and ends the making of blocks. */
export async function readOutcome(stage: Stage, stdout: string): Promise<Outcome> {
  await stage.freeze();
  const { store, close } = await openStore({ directory: stage.journal });
  try {
    await store.openForReading();
    const answer = JSON.parse(stdout);
    if (answer.weights) delete answer.weights.block;
    return {
      digest: await store.digest(),
      records: stage.records(),
      rounds: await store.nextRound(),
      epochs: (await store.epochs(0)).map(({ epoch, input, output }) => ({ epoch, input, output })),
      batches: (await store.batches(0)).map(({ head, nextRound }) => ({
        window: head.window,
        count: head.count,
        nextRound,
      })),
      weights: await weightsOf(stage),
      answer,
    };
  } finally {
    await store.close();
    close();
  }
}

async function weightsOf(stage: Stage): Promise<readonly Weight[]> {
  const { chain, close } = await openChain(stage.network.ready.chainUrl);
  try {
    return await chain.weights(NETUID, 0);
  } finally {
    close();
  }
}

/** Blocks in which the validator's weights were set, by epoch. */
export async function weightBlocks(stage: Stage, from: number): Promise<Map<number, number[]>> {
  const { chain, close } = await openChain(stage.network.ready.chainUrl);
  try {
    const found = new Map<number, number[]>();
    let before = -1;
    for (let number = from; number <= stage.network.chain.finalizedHead().number; number++) {
      const { neurons } = await chain.facts(NETUID, { number, hash: await chain.blockHash(number) });
      const { lastUpdate } = neurons[0]!;
      if (before >= 0 && lastUpdate !== before) {
        const epoch = epochOf(lastUpdate, NETUID, TEMPO);
        found.set(epoch, [...found.get(epoch) ?? [], lastUpdate]);
      }
      before = lastUpdate;
    }
    return found;
  } finally {
    close();
  }
}

/** Prompts of the canaries beside attempts that are not the first: one for each time that a question was asked again without a kill. */
export async function besidePrompts(stage: Stage): Promise<Set<string>> {
  const { store, close } = await openStore({ directory: stage.journal });
  try {
    await store.openForReading();
    const windows = new Map((await store.windows(0)).map((row) => [row.window, row]));
    const envs = voters(engineDigest());
    const source = { netuid: NETUID, validator: stage.key.address, envs, parameters: LOCAL };
    return new Set(
      (await store.rounds(0)).flatMap(({ round, window: number }) =>
        envs.flatMap((environment) =>
          Array.from(
            { length: LOCAL.silentAttempts },
            (_, i) =>
              canaryBeside(source, { window: windows.get(number)!, round }, { environment, again: i + 1 }).task.prompt,
          )
        )
      ),
    );
  } finally {
    await store.close();
    close();
  }
}

/** The questions behind every record of a journal, drawn again from the windows' salts. */
export async function questionsOf(stage: Stage): Promise<Question[]> {
  const { store, close } = await openStore({ directory: stage.journal });
  try {
    await store.openForReading();
    const windows = new Map((await store.windows(0)).map((row) => [row.window, row]));
    const slugs = new Map(stage.network.cast.map(({ hotkey, slug }) => [hotkey, slug]));
    const source = { netuid: NETUID, validator: stage.key.address, envs: voters(engineDigest()) };
    const drawn = new Map<number, Map<string, string[]>>();
    const rows = stage.look((db) =>
      db.prepare(`SELECT body, round, window, kind, envs.name AS env, contenders.name AS contender FROM cells
        JOIN envs ON envs.id = env JOIN contenders ON contenders.id = contender ORDER BY body`).all()
    );
    return rows.flatMap((row) => {
      const round = Number(row.round);
      const window = windows.get(Number(row.window))!;
      if (!drawn.has(round)) {
        // Each try of a canary is a task of its own; all of them end in one record.
        const tries = Array.from({ length: LOCAL.canaryTries }, (_, i) => canaryTask(source, window, round, i));
        const prompts = new Map([["canary", tries.map((t) => t.task.prompt)]]);
        for (const task of roundTasks(source, window, round)) prompts.set(task.environment.id, [task.task.prompt]);
        drawn.set(round, prompts);
      }
      const slug = slugs.get(String(row.contender).split("@")[0]!)!;
      const prompts = drawn.get(round)!.get(row.kind === 0 ? "canary" : String(row.env))!;
      return prompts.map((prompt) => ({ slug, prompt, record: Number(row.body) }));
    });
  } finally {
    await store.close();
    close();
  }
}
