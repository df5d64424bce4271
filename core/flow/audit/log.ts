/** The log of one validator, read from its first entry to its last: batches into counts, epochs into a line of their own. @module */
import { AfError, RecordError } from "../../base/errors.ts";
import { Tally } from "../../mechanism/tally.ts";
import type { IndexEntry, ObjectSource } from "../../port/bucket.ts";
import type { CanaryCount, EpochRow } from "../../port/store.ts";
import { FIRST_PREVIOUS } from "../../record/batch.ts";
import { openEpoch } from "../../record/content.ts";
import { type IndexOwner, nameOf } from "../../record/index_head.ts";
import { verifySalt } from "../../record/seed.ts";
import { Canaries } from "./canaries.ts";
import { capital, placeOfEntry } from "./heads.ts";
import { absent } from "./outcomes.ts";
import { BatchPlaces, type BatchPlacesOptions } from "./places.ts";
import { envsIn } from "./shape.ts";
import { readEntry } from "./source.ts";
import type {
  BatchContent,
  BatchResult,
  EnvVersion,
  Found,
  PendingAnswer,
  Rate,
  ReadEpoch,
  Regraded,
  Regrader,
  Sample,
} from "./types.ts";

/** Rounds of a gap that are counted as absent ones; a larger one ends the log. */
const MOST_GAP = 10_000;

/** What a log is read with. */
export interface LogOptions extends BatchPlacesOptions {
  readonly source: ObjectSource;
  readonly owner: IndexOwner;
  /** Entries of the verified index. */
  readonly entries: readonly IndexEntry[];
  /** Ids of the environments where no epoch tells. */
  readonly envs: readonly string[];
  /** Whether a log may have some of them only. */
  readonly someEnvs: boolean;
  readonly regrader: Regrader;
  readonly sample: Sample;
  readonly onFound: (found: Found) => void;
  /** Its objects cannot be read now: the log ends here, and nothing is known of the rest. */
  readonly onUnreachable: (text: string) => void;
  readonly onBatch: (batch: ReadBatch) => Promise<void>;
}

/** A batch that was read. */
export interface ReadBatch {
  readonly window: number;
  readonly object: string;
  readonly records: number;
  readonly rates: readonly Rate[];
  readonly pending: readonly PendingAnswer[];
}

type Ahead =
  & { readonly entry: IndexEntry }
  & (
    | { readonly kind: "epoch"; readonly row: Promise<EpochRow> }
    | { readonly kind: "batch"; readonly result: Promise<BatchResult> }
  );

/** A validator's log. */
export class ValidatorLog {
  readonly #options: LogOptions;
  readonly #places: BatchPlaces;
  readonly #ahead: Ahead[] = [];
  readonly #versions = new Map<string, string>();
  readonly #epochs: ReadEpoch[] = [];
  #envs: readonly string[] | null = null;
  #tally: Tally | null = null;
  readonly #canaries = new Canaries();
  /** Where each batch ends, by its place in the index. */
  readonly #ends: { readonly seq: number; readonly end: number }[] = [];
  #next = 0;
  #previous = FIRST_PREVIOUS;
  #lastWindow: number | null = null;
  #salt: { end: string; position: number };
  #stopped = false;
  batches = 0;
  records = 0;
  epochs = 0;
  /** Windows of the first and the last batch. */
  windows: [first: number, last: number] | null = null;
  readonly regraded: Record<string, { answers: number; graded: number }> = {};

  constructor(options: LogOptions) {
    this.#options = options;
    this.#places = new BatchPlaces(options);
    this.#salt = { end: options.end, position: 0 };
  }

  get validator(): string {
    return this.#options.owner.validator;
  }
  /** Ids of the environments. */
  get envs(): readonly string[] {
    return this.#envs ?? this.#options.envs;
  }
  /** Counts of the rounds so far. */
  get tally(): Tally {
    return this.#tally ??= new Tally(this.envs, 0);
  }
  /** Whether something that is wrong ended it before its last entry. */
  get isCut(): boolean {
    return this.#stopped;
  }

  /** Reads on until rounds before `round` are counted, or the log ends. */
  async pullTo(round: number): Promise<void> {
    // The first epoch tells the environments.
    if (this.#envs === null) await this.nextEpoch();
    while (this.tally.end < round && await this.#step());
  }
  /** Reads on until so many entries of the index are read, or the log ends. */
  async pullUnder(entries: number): Promise<void> {
    while (this.#next - this.#ahead.length < entries && await this.#step());
  }
  /** Reads on to the next epoch; null when there is none left. */
  async nextEpoch(): Promise<ReadEpoch | null> {
    while (this.#epochs.length === 0 && await this.#step());
    return this.#epochs[0] ?? null;
  }
  /** Takes the epoch that {@linkcode ValidatorLog.nextEpoch} gave. */
  takeEpoch(): void {
    this.#epochs.shift();
  }
  /** Reads the rest. */
  async finish(): Promise<void> {
    while (await this.#step());
  }
  /** Waits for what is under way, whatever becomes of it: nobody needs it any more. */
  async abandon(): Promise<void> {
    await Promise.allSettled(this.#ahead.map((one) => one.kind === "epoch" ? one.row : one.result));
  }

  /** First round after the last batch among so many entries of the index, as far as it was read. */
  endUnder(entries: number): number {
    return this.#ends.findLast(({ seq }) => seq < entries)?.end ?? 0;
  }
  /** Canaries of rounds `from` to `to - 1`; null if these are not whole batches that are held. */
  canaries(from: number, to: number): CanaryCount[] | null {
    return this.#canaries.between(from, to);
  }
  /** No epoch to come looks at rounds before `needed`, nor at canaries of rounds before `counted`. */
  forget(needed: number, counted: number): void {
    this.#tally?.drop(Math.min(needed, this.tally.end));
    this.#canaries.forget(Math.min(counted, this.#tally?.end ?? 0));
  }

  /** Begins as many entries as may be under way, then takes the next one. */
  async #step(): Promise<boolean> {
    if (this.#stopped) return false;
    this.#fill();
    const next = this.#ahead.shift();
    if (next === undefined) return false;
    try {
      if (next.kind === "epoch") await this.#readEpoch(next.entry, await next.row);
      else await this.#readBatch(next.entry, await next.result);
    } catch (thrown) {
      if (thrown instanceof AfError && thrown.kind === "BucketError") return this.#cut(thrown.message);
      if (!(thrown instanceof RecordError)) throw thrown;
      const { hash, seq } = next.entry;
      const what = `${capital(nameOf(next.entry))} (object ${hash}, entry ${seq})`;
      const text = `${what} cannot be read: ${thrown.message}`;
      this.#stop({ rule: "object", at: placeOfEntry(next.entry), text });
    }
    return !this.#stopped;
  }

  #stop(found: Found): void {
    this.#options.onFound(found);
    this.#stopped = true;
  }

  #cut(text: string): false {
    this.#options.onUnreachable(text);
    this.#stopped = true;
    return false;
  }

  #fill(): void {
    const { entries, source, owner, regrader, sample } = this.#options;
    while (this.#ahead.length < regrader.width && this.#next < entries.length) {
      // The first epoch names the environments: until it is read, no batch is looked at.
      if (this.#envs === null && entries[this.#next]!.kind === "batch" && this.#ahead.length > 0) return;
      const entry = entries[this.#next++]!;
      const data = readEntry(source, entry);
      if (entry.kind === "epoch") {
        this.#push({ kind: "epoch", entry, row: data.then((bytes) => openEpoch(bytes, entry)) });
        continue;
      }
      const job = { owner, entry, previous: this.#previous, lastWindow: this.#lastWindow, envs: this.envs, sample };
      this.#previous = entry.digest;
      this.#lastWindow = entry.number;
      this.#push({ kind: "batch", entry, result: data.then((bytes) => regrader.check({ ...job, data: bytes })) });
    }
  }

  #push(ahead: Ahead): void {
    // Looked at when its turn has come; until then its failure is nobody's surprise.
    (ahead.kind === "epoch" ? ahead.row : ahead.result).catch(() => {});
    this.#ahead.push(ahead);
  }

  // deno-lint-ignore require-await -- as the other kind of entry
  async #readEpoch(entry: IndexEntry, row: EpochRow): Promise<void> {
    if (this.#envs === null) this.#readEnvs(envsIn(row), entry);
    this.epochs++;
    this.#places.epoch(row);
    this.#epochs.push({ row, entry });
  }

  /** The first epoch says which environments the log has: those that vote here, or some of them on a network for trying. */
  #readEnvs(envs: readonly string[] | null, { hash, number }: IndexEntry): void {
    const { envs: known, someEnvs } = this.#options;
    const fits = envs !== null && envs.every((env) => known.includes(env)) &&
      (someEnvs || envs.length === known.length);
    this.#envs = envs !== null && envs.every((env) => known.includes(env)) ? envs : known;
    if (fits) return;
    const text = `Epoch ${number} counts the environments ${envs?.join(", ") ?? "(none)"}, those that vote are ${
      known.join(", ")
    }`;
    this.#options.onFound({ rule: "environments", at: { object: hash, epoch: number }, text });
  }

  async #readBatch(entry: IndexEntry, result: BatchResult): Promise<void> {
    if ("refused" in result) return this.#stop(result.refused);
    this.#envs ??= this.envs;
    const { content } = result;
    const { head } = content;
    const at = { object: entry.hash, window: head.window };
    for (const found of content.found) this.#options.onFound(found);
    if (!verifySalt(this.#salt.end, this.#salt.position, head.salt)) {
      const text =
        `The salt of the batch of window ${head.window} (object ${entry.hash}) is not in the committed chain`;
      return this.#stop({ rule: "salt", at, text });
    }
    this.#salt = { end: head.salt, position: 0 };
    this.#checkVersions(content, at);
    if (!this.#count(content, at)) return;
    this.#ends.push({ seq: entry.seq, end: this.tally.end });
    await this.#places.batch(content, entry.hash);
    this.batches++;
    this.records += content.records;
    this.windows = [this.windows?.[0] ?? head.window, head.window];
    for (const [env, { answers, graded }] of Object.entries(content.regraded)) {
      const sum: Regraded = this.regraded[env] ?? { answers: 0, graded: 0 };
      this.regraded[env] = { answers: sum.answers + answers, graded: sum.graded + graded };
    }
    const { records, rates, pending } = content;
    await this.#options.onBatch({ window: head.window, object: entry.hash, records, rates, pending });
  }

  #checkVersions({ envs }: BatchContent, at: Found["at"]): void {
    for (const { id, version } of envs) {
      if (version === "") continue;
      const before = this.#versions.get(id);
      if (before === undefined) this.#versions.set(id, version);
      else if (before !== version) {
        const text = `From window ${at.window} on the log has ${id} version ${version}, before it was ${before}`;
        this.#options.onFound({ rule: "environments", at: { ...at, env: id }, text });
        this.#versions.set(id, version);
      }
    }
  }
  /** Environments with the versions that the log has. */
  get versions(): readonly EnvVersion[] {
    return [...this.#versions].map(([id, version]) => ({ id, version }));
  }

  /** Adds the outcomes; rounds follow each other without gaps. False if the log ends here. */
  #count({ outcomes, canaries }: BatchContent, at: Found["at"]): boolean {
    const { end } = this.tally;
    if (outcomes.rounds > 0 && outcomes.first !== end) {
      const gap = outcomes.first - end;
      const text = gap > 0
        ? `Rounds ${end} to ${
          outcomes.first - 1
        } have no record, though window ${at.window} goes on with round ${outcomes.first}`
        : `Window ${at.window} holds records of round ${outcomes.first}, which an earlier window held already`;
      const found: Found = { rule: "rounds", at: { ...at, round: Math.min(end, outcomes.first) }, text };
      if (gap < 0 || gap > MOST_GAP) {
        this.#stop(found);
        return false;
      }
      this.#options.onFound(found);
      this.tally.append(absent(end, gap));
    }
    if (outcomes.rounds > 0) this.tally.append(outcomes);
    this.#canaries.add(this.tally.end, canaries);
    return true;
  }
}
