/** A log with real tasks, answers of 1.3 KB and settled epochs, in a directory, and the chain that it is on: for the figures of the audit. @module */
import { join } from "node:path";
import { canonical } from "../../core/base/canonical.ts";
import { sha256, sha256Hex } from "../../core/base/hash.ts";
import { Random } from "../../core/base/random.ts";
import { encodeAddress } from "../../core/base/ss58.ts";
import { addCanaries } from "../../core/flow/audit/canaries.ts";
import { outcomesOf } from "../../core/flow/audit/outcomes.ts";
import { contenderId } from "../../core/flow/contenders.ts";
import { STANDARD } from "../../core/mechanism/parameters.ts";
import { advance, initialState } from "../../core/mechanism/reign.ts";
import { Tally } from "../../core/mechanism/tally.ts";
import type { Contender, EpochInput, State } from "../../core/mechanism/types.ts";
import type { IndexEntry } from "../../core/port/bucket.ts";
import type { Chain, Head, SubnetFacts } from "../../core/port/chain.ts";
import type { Environment, Task } from "../../core/port/environment.ts";
import type { AnswerRecord, CanaryCount } from "../../core/port/store.ts";
import { batchDigest, compareRecords, FIRST_PREVIOUS, makeHead } from "../../core/record/batch.ts";
import { encodeCompact } from "../../core/record/commitment.ts";
import { batchLines, epochDigest, epochLines } from "../../core/record/content.ts";
import { makeIndexHead, NO_PAGE, PAGE_ENTRIES } from "../../core/record/index_head.ts";
import { sealObject } from "../../core/record/object.ts";
import { pageLines } from "../../core/record/page.ts";
import { recordText } from "../../core/record/record.ts";
import { canarySeed, taskId, taskSeed } from "../../core/record/seed.ts";
import { encodeValidator } from "../../core/record/validator_statement.ts";
import { voters } from "../../envs/registry.ts";
import { GENESIS, NETUID, SALTS, VALIDATOR } from "./world.ts";

/** The environments of the log; which engine they name does not matter here. */
export const AUDIT_ENVS: readonly Environment[] = voters("ab".repeat(32));
const CONTENDERS = 63;
const { windowBlocks: BLOCKS, roundsPerWindow: ROUNDS } = STANDARD;
const FIRST_WINDOW = 100;
/** Windows of an epoch. */
const EPOCH_WINDOWS = 18;
/** Records of a window: a canary and a task in each environment, for everybody. */
export const PER_WINDOW: number = ROUNDS * (CONTENDERS + 1) * (AUDIT_ENVS.length + 1);

function hashOf(block: number): string {
  return `0x${sha256Hex(`block ${block}`)}`;
}

const hotkeys = Array.from({ length: CONTENDERS + 1 }, (_, i) => encodeAddress(sha256(`audited ${i}`)));
const statements = hotkeys.map((_, i) => ({
  model: `owner/Affine-${i}`,
  revision: sha256Hex(`revision ${i}`).slice(0, 40),
  chuteId: `00000000-0000-0000-0000-${String(i).padStart(12, "0")}`,
}));
const contenders = hotkeys.map((hotkey, i): Contender => ({
  id: contenderId(hotkey, 10 + i),
  hotkey,
  uid: i + 1,
  commitBlock: 10 + i,
  extrinsicIndex: null,
  ...statements[i]!,
  slug: `slug-${i}`,
  weightsDigest: sha256Hex(`weights ${i}`),
  valid: true,
  reason: "",
}));

/** A chain on which the validator has committed this head. */
export function chainOf(head: string): Chain {
  const at = (number: number): Head => ({ number, hash: hashOf(number) });
  const facts = (block: Head): SubnetFacts => ({
    block,
    netuid: NETUID,
    tempo: STANDARD.lagBlocks - 1,
    weightsRateLimit: 0,
    commitReveal: false,
    weightsVersionKey: 0,
    minAllowedWeights: 1,
    ownerHotkey: null,
    neurons: [VALIDATOR.address, ...hotkeys].map((hotkey, uid) => ({
      uid,
      hotkey,
      permit: uid === 0,
      lastUpdate: 0,
      registeredAt: 0,
      stake: null,
    })),
    commitments: [
      {
        hotkey: VALIDATOR.address,
        block: 5,
        extrinsicIndex: null,
        bytes: encodeValidator({ end: SALTS.end, head, url: null, read: null }),
      },
      ...contenders.map(({ hotkey, commitBlock }, i) => ({
        hotkey,
        block: commitBlock,
        extrinsicIndex: null,
        bytes: encodeCompact(statements[i]!),
      })),
    ],
  });
  return {
    identity: () => Promise.resolve({ genesis: GENESIS, chain: "", specName: "", specVersion: 0 }),
    head: () => Promise.resolve(at(100_000_000)),
    blockHash: (number: number) => Promise.resolve(hashOf(number)),
    facts: (_: number, block: Head) => Promise.resolve(facts(block)),
    weights: () => Promise.resolve([]),
  } as Partial<Chain> as Chain;
}

/** Writes a log of about so many records. Returns the head of its index and how many there are. */
export async function makeLog(directory: string, records: number): Promise<{ head: string; records: number }> {
  const maker = new LogMaker(directory);
  await Deno.mkdir(join(directory, "objects"), { recursive: true });
  const windows = Math.max(1, Math.round(records / PER_WINDOW));
  for (let i = 0; i < windows; i++) {
    if (i % EPOCH_WINDOWS === 0) maker.epoch((FIRST_WINDOW + i) * BLOCKS);
    maker.window(FIRST_WINDOW + i);
  }
  maker.epoch((FIRST_WINDOW + windows) * BLOCKS);
  return { head: maker.index(), records: windows * PER_WINDOW };
}

class LogMaker {
  readonly #directory: string;
  readonly #random = new Random("audit");
  readonly #filler: readonly string[];
  readonly #tally = new Tally(AUDIT_ENVS.map(({ id }) => id), 0);
  readonly #entries: IndexEntry[] = [];
  #canaries: (readonly CanaryCount[])[] = [];
  #state: State = initialState(AUDIT_ENVS.map(({ id }) => id));
  #previous = FIRST_PREVIOUS;
  #windows = 0;
  #epochs = 0;

  constructor(directory: string) {
    this.#directory = directory;
    this.#filler = Array.from({ length: 64 }, () => {
      let text = "";
      while (text.length < 1240) text += `Step ${this.#random.int(1, 99)}: "x${this.#random.int(1, 20)}" = é\n`;
      return text;
    });
  }

  window(window: number): void {
    const salt = SALTS.saltOf(this.#windows++), blockHash = hashOf(window * BLOCKS);
    const records: AnswerRecord[] = [];
    for (let i = 0; i < ROUNDS; i++) records.push(...this.#round(this.#tally.end + i, { window, salt, blockHash }));
    records.sort(compareRecords);
    const { outcomes, canaries } = outcomesOf(records, AUDIT_ENVS)!;
    this.#tally.append(outcomes);
    this.#canaries.push(canaries);
    const leaves = records.map(recordText);
    const fields = { genesis: GENESIS, netuid: NETUID, validator: VALIDATOR.address, window, blockHash, salt };
    const head = makeHead({ ...fields, previous: this.#previous }, leaves);
    this.#previous = batchDigest(head);
    this.#add("batch", window, this.#previous, batchLines({ head, signature: VALIDATOR.sign(head), leaves }));
  }

  #round(round: number, at: { window: number; salt: string; blockHash: string }): AnswerRecord[] {
    const { window, salt, blockHash } = at;
    const input = (env: Environment) => ({
      salt,
      blockHash,
      netuid: NETUID,
      validator: VALIDATOR.address,
      env: env.id,
      version: env.version,
      index: round,
    });
    const base = { netuid: NETUID, validator: VALIDATOR.address, window, round, tokens: 300 };
    const attempts = [{ sent: 1_760_000_000_000, ended: 1_760_000_009_000, outcome: "answered" }];
    const asked = AUDIT_ENVS[round % AUDIT_ENVS.length]!;
    const canary = taskId(canarySeed(input(asked)));
    const records = contenders.map(({ id }): AnswerRecord => ({
      ...base,
      ...{ kind: "canary", env: asked.id, version: asked.version, task: canary, contender: id },
      ...{ status: "answered", answer: "", score: 0, attempts },
    }));
    for (const env of AUDIT_ENVS) {
      const seed = taskSeed(input(env));
      const task = env.generate(seed), name = taskId(seed);
      const answers = [env.solve(task), wrong(env, task)];
      const missed = env.submission ? "answered" : env.grade(task, answers[1]!).status;
      for (const { id } of contenders) {
        const score = this.#random.unit() < 0.5 ? 1 : 0;
        const answer = `${this.#random.pick(this.#filler)}${answers[1 - score]}`;
        const what = { kind: "task", env: env.id, version: env.version, task: name, contender: id } as const;
        records.push({ ...base, ...what, status: score === 1 ? "answered" : missed, answer, score, attempts });
      }
    }
    return records;
  }

  epoch(block: number): void {
    const nextRound = this.#tally.end;
    const input: EpochInput = {
      epoch: this.#epochs++,
      block,
      hash: hashOf(block),
      validators: [{ validator: VALIDATOR.address, nextRound, drawn: nextRound }],
      contenders,
      registered: [],
      ownerUid: null,
      canaries: addCanaries(this.#canaries),
    };
    this.#canaries = [];
    const decided = advance(this.#state, input, new Map([[VALIDATOR.address, this.#tally]]), STANDARD);
    this.#state = decided.state;
    const { epoch, hash } = input;
    const row = { epoch, block, hash, nextRound, input: canonical(input), output: canonical(decided) };
    this.#add("epoch", epoch, epochDigest(row), epochLines(row));
  }

  #add(kind: IndexEntry["kind"], number: number, digest: string, lines: readonly string[]): void {
    this.#entries.push({ seq: this.#entries.length, kind, number, digest, ...this.#put(lines) });
  }

  #put(lines: readonly string[]) {
    const { data, ...address } = sealObject(lines);
    Deno.writeFileSync(join(this.#directory, "objects", address.hash), data);
    return address;
  }

  index(): string {
    let previous = NO_PAGE;
    const owner = { genesis: GENESIS, netuid: NETUID, validator: VALIDATOR.address };
    for (let page = 0; page * PAGE_ENTRIES < this.#entries.length; page++) {
      const entries = this.#entries.slice(page * PAGE_ENTRIES, (page + 1) * PAGE_ENTRIES);
      const head = makeIndexHead({ ...owner, page, previous }, entries);
      previous = this.#put(pageLines({ head, signature: VALIDATOR.signIndex(head), entries })).hash;
    }
    return previous;
  }
}

/** An answer that fails. */
function wrong(env: Environment, task: Task): string {
  return env.spoil?.(task, "bench") ?? (env.id === "math" ? "Answer: 123456789123" : "x1=True");
}
