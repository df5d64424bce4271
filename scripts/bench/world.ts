/** A made-up log for the figures: contenders of nearly equal skill, records of 2 KB, windows and batches as a validator makes them. @module */
import { sha256 } from "../../core/base/hash.ts";
import { Random } from "../../core/base/random.ts";
import { encodeAddress } from "../../core/base/ss58.ts";
import { contender } from "../../core/mechanism/testkit.ts";
import type { Contender } from "../../core/mechanism/types.ts";
import type { BatchHead } from "../../core/port/signer.ts";
import type { AnswerRecord, RoundRow, WindowRow } from "../../core/port/store.ts";
import { testValidator } from "../../core/record/testing.ts";
import { type SaltChain, saltChain, taskId, taskSeed } from "../../core/record/seed.ts";

/** Netuid of the log. */
export const NETUID = 120;
/** Genesis of its chain. */
export const GENESIS: string = "0x" + "ab".repeat(32);
/** Environments that vote. */
export const ENVS = ["logic", "math"] as const;
/** Whoever asks and signs. */
export const VALIDATOR = testValidator(7);
/** Salts for all windows of a run. */
export const SALTS: SaltChain = saltChain(new Uint8Array(32).fill(7), 10_000);

/** First commit block; contender i committed at FIRST_COMMIT + i. */
const FIRST_COMMIT = 1000;
/** Records are spread over a day like answers that took 20 s each. */
const EPOCH_MS = 1_760_000_000_000;
/** Share of the tasks in which a challenger does what the champion does. */
const AGREE = 0.9;
/** Share of the others that a challenger passes: a little better than the champion, so that few duels end soon and none in a crown. */
const SKILL = 0.55;

/** Contenders by commit, each with weights of its own; the first one is the champion of a new log. */
export function makeContenders(count: number): Contender[] {
  return Array.from({ length: count }, (_, i) => {
    const hotkey = encodeAddress(sha256(`hotkey ${i}`));
    return contender(hotkey, FIRST_COMMIT + i, { uid: i, weightsDigest: sha256(`weights ${i}`).toHex() });
  });
}

/** Row of the window with this index. */
export function makeWindow(window: number): WindowRow {
  return { window, blockHash: `0x${sha256(`block ${window}`).toHex()}`, salt: SALTS.saltOf(window) };
}

/** Fields of the head of a window's batch, without what its leaves decide. */
export function headFields(window: WindowRow, previous: string): Omit<BatchHead, "count" | "root"> {
  return {
    genesis: GENESIS,
    netuid: NETUID,
    validator: VALIDATOR.address,
    window: window.window,
    blockHash: window.blockHash,
    previous,
    salt: window.salt,
  };
}

/** A round that everybody answered. */
export function makeRound(round: number, window: number, asked: readonly Contender[]): RoundRow {
  const ids = asked.map(({ id }) => id);
  return { round, window, state: "complete", champion: ids[0]!, offered: ids, shown: ids };
}

/** Makes the records of rounds; the same for the same seed. */
export class Records {
  readonly #random: Random;
  readonly #texts: readonly string[];

  constructor(seed: string) {
    this.#random = new Random(seed);
    // Lines such as models write, with what JSON must escape; 1.5 KB, so that a record has 2 KB.
    this.#texts = Array.from({ length: 64 }, () => {
      let text = "";
      while (text.length < 1240) text += `Step ${this.#random.int(1, 99)}: "x${this.#random.int(1, 20)}" = é\n`;
      return text;
    });
  }

  /** Canaries and tasks of a round, in canonical order of kind and environment; the first of `asked` is the champion. */
  round(window: WindowRow, round: number, asked: readonly Contender[]): AnswerRecord[] {
    const canaryEnv = ENVS[round % ENVS.length]!;
    const canaries = asked.map(({ id }) => this.#record("canary", window, round, canaryEnv, id, 1));
    return [...canaries, ...ENVS.flatMap((env) => this.#tasks(window, round, env, asked))];
  }

  #tasks(window: WindowRow, round: number, env: string, asked: readonly Contender[]): AnswerRecord[] {
    const champion = this.#random.unit() < 0.5 ? 1 : 0;
    return asked.map(({ id }, i) => {
      const same = i === 0 || this.#random.unit() < AGREE;
      return this.#record("task", window, round, env, id, same ? champion : this.#random.unit() < SKILL ? 1 : 0);
    });
  }

  #record(
    kind: "task" | "canary",
    window: WindowRow,
    round: number,
    env: string,
    contender: string,
    score: 0 | 1,
  ): AnswerRecord {
    const sent = EPOCH_MS + round * 20_000 + this.#random.int(0, 999);
    const { blockHash, salt } = window;
    const seed = { salt, blockHash, netuid: NETUID, validator: VALIDATOR.address, env, version: "1", index: round };
    return {
      kind,
      netuid: NETUID,
      validator: VALIDATOR.address,
      window: window.window,
      round,
      env,
      version: "1",
      task: this.#taskOf(`${kind} ${round} ${env}`, seed),
      contender,
      status: "answered",
      answer: `${this.#random.pick(this.#texts)}x1=True, x2=False`,
      score,
      tokens: this.#random.int(100, 900),
      attempts: [{ sent, ended: sent + this.#random.int(500, 20_000), outcome: "answered" }],
    };
  }

  // A task is the same for everybody who is asked it.
  #last = { key: "", id: "" };
  #taskOf(key: string, seed: Parameters<typeof taskSeed>[0]): string {
    if (this.#last.key !== key) this.#last = { key, id: taskId(taskSeed(seed)) };
    return this.#last.id;
  }
}
