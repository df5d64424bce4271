/**
 * The audit: what validators published, checked from the chain and the objects alone. Logs are read side by side in the order of their
 * epochs, so that memory does not grow with them. What is wrong is data; what cannot be reached is said as such.
 * @module
 */
import type { Parameters } from "../../mechanism/parameters.ts";
import type { ObjectSource } from "../../port/bucket.ts";
import type { Chain } from "../../port/chain.ts";
import type { Clock } from "../../port/clock.ts";
import type { Sandbox } from "../../port/sandbox.ts";
import { ChainError } from "../../base/errors.ts";
import { standingStatement } from "../statement.ts";
import { Agreement } from "./agreement.ts";
import { type ChainView, viewAt } from "./chain_view.ts";
import { judgeLeftOut } from "./counted.ts";
import { Findings } from "./findings.ts";
import { Forgotten } from "./forgotten.ts";
import { describeOddity, Homogeneity, type Oddity } from "./homogeneity.ts";
import type { ReadBatch, ValidatorLog } from "./log.ts";
import { Programs } from "./programs.ts";
import { Replay } from "./replay.ts";
import { type AuditedLog, type AuditReport, wrongAtMost } from "./report.ts";
import { openSubject, type Subject } from "./subject.ts";
import type { ReadEpoch, Regrader } from "./types.ts";

/** Everything that an audit works with. */
export interface AuditDeps {
  readonly chain: Chain;
  readonly netuid: number;
  /** Where the objects of a validator are; `url` is what it committed. Null where nobody says. */
  readonly sourceOf: (validator: string, url: string | null) => Promise<ObjectSource | null>;
  readonly regrader: Regrader;
  /** Runs programs; null where there is no engine. */
  readonly sandbox: Sandbox | null;
  readonly clock: Clock;
  readonly parameters: Parameters;
  /** Ids of the environments that vote, sorted. */
  readonly envs: readonly string[];
  /** Of these, the ones whose every answer takes a run. */
  readonly sampled: readonly string[];
  readonly signal: AbortSignal;
  /** Called after each batch. */
  readonly onProgress?: (done: { readonly batches: number; readonly of: number; readonly records: number }) => void;
}

/** Options of {@linkcode audit}. */
export interface AuditOptions {
  /** @default {the latest finalized block} */
  readonly block?: number;
  /** Hotkeys. @default {all that committed an index head} */
  readonly validators?: readonly string[];
  /** Share of the answers that take a run to be graded again. */
  readonly share: number;
}

/** Audits. @throws {AfError} if there is nothing to audit, or the chain or a room fails. */
export async function audit(deps: AuditDeps, options: AuditOptions): Promise<AuditReport> {
  return await new Audit(deps, options, await viewAt(deps.chain, deps.netuid, options.block)).run();
}

class Audit {
  readonly #deps: AuditDeps;
  readonly #options: AuditOptions;
  readonly #view: ChainView;
  readonly #findings = new Findings();
  readonly #homogeneity = new Homogeneity();
  readonly #agreement = new Agreement();
  readonly #programs: Programs | null;
  readonly #subjects = new Map<string, Subject | null>();
  readonly #replays = new Map<string, Replay>();
  readonly #forgotten = new Forgotten();
  #genesis = "";
  #batches = 0;
  #records = 0;
  /** Answers that would have to run, and nothing runs. */
  #unrun = 0;

  constructor(deps: AuditDeps, options: AuditOptions, view: ChainView) {
    this.#deps = deps;
    this.#options = options;
    this.#view = view;
    const { sandbox, regrader } = deps;
    this.#programs = sandbox && new Programs({
      sandbox,
      regrader,
      parallel: regrader.width,
      onFound: (validator, found) => this.#findings.add(validator, found),
    });
  }

  async run(): Promise<AuditReport> {
    this.#genesis = (await this.#deps.chain.identity()).genesis;
    const wanted = this.#wanted();
    for (const validator of wanted) await this.#open(validator);
    for (const validator of wanted) {
      if (this.#subjects.get(validator)) this.#replays.set(validator, this.#replay(validator));
    }
    try {
      await this.#walk();
      await this.#programs?.finish();
      for (const [self, { leftOut }] of this.#replays) this.#judge(self, leftOut);
    } finally {
      for (const one of this.#subjects.values()) await Promise.all([one?.log.abandon(), one?.counted.abandon()]);
    }
    return this.#report();
  }

  #wanted(): readonly string[] {
    const { audited, block } = this.#view;
    const { validators } = this.#options;
    if (validators !== undefined && validators.length > 0) return [...new Set(validators)].sort();
    const hasHead = (hotkey: string) => typeof standingStatement(audited, hotkey)?.head === "string";
    const all = audited.neurons.map(({ hotkey }) => hotkey).filter(hasHead).sort();
    if (all.length === 0) {
      throw new ChainError(
        `Nobody on subnet ${this.#view.netuid} has an index head on chain at block ${block.number}: there is nothing to audit`,
        { code: "no_head" },
      );
    }
    return all;
  }

  async #open(validator: string): Promise<Subject | null> {
    const known = this.#subjects.get(validator);
    if (known !== undefined) return known;
    // Sampled by what nobody knew when the records were signed.
    const sample = { envs: this.#deps.sampled, share: this.#options.share, seed: this.#view.block.hash };
    const subject = await openSubject(this.#deps, validator, {
      view: this.#view,
      genesis: this.#genesis,
      findings: this.#findings,
      sample,
      forgotten: (what, block) => this.#forgotten.add(what, block),
      onBatch: (whose, batch) => this.#onBatch(whose, batch),
    });
    this.#subjects.set(validator, subject);
    return subject;
  }

  #replay(self: string): Replay {
    return new Replay({
      self,
      view: this.#view,
      parameters: this.#deps.parameters,
      logOf: (validator) => this.#logOf(validator, self),
      acceptable: async (validator, log, block) => {
        const entries = this.#subjects.get(validator)?.heads.entriesAt(block) ?? null;
        if (entries === null) return null;
        await log.pullUnder(entries);
        return log.endUnder(entries);
      },
      onFound: (found) => this.#findings.add(self, found),
      onForgotten: (what, block) => this.#forgotten.add(what, block),
    });
  }

  /** The log of a validator that an epoch of somebody else may name. */
  async #logOf(validator: string, asker: string): Promise<ValidatorLog | null> {
    const which = validator === asker ? "log" : "counted";
    if (this.#subjects.has(validator)) return this.#subjects.get(validator)?.[which] ?? null;
    try {
      return (await this.#open(validator))?.[which] ?? null;
    } catch (thrown) {
      // What openSubject() says of a validator; a chain that fails is a failure of the audit.
      if (!(thrown instanceof ChainError && ["no_head", "unknown_validator"].includes(thrown.code))) throw thrown;
      this.#subjects.set(validator, null);
      this.#findings.fail(
        `Epochs of ${asker} may count rounds of a validator whose log cannot be found: ${thrown.message}`,
      );
      return null;
    }
  }

  async #onBatch(validator: string, { window, records, rates, pending }: ReadBatch): Promise<void> {
    this.#deps.signal.throwIfAborted();
    this.#batches++;
    this.#records += records;
    this.#homogeneity.add(validator, window, rates);
    if (this.#programs === null) this.#unrun += pending.length;
    await this.#programs?.add(validator, pending);
    const of = [...this.#subjects.values()].reduce((sum, one) => sum + (one?.batches.length ?? 0), 0);
    this.#deps.onProgress?.({ batches: this.#batches, of, records: this.#records });
  }

  /** Decides all epochs again, the earliest first, then reads what is left of the logs. */
  async #walk(): Promise<void> {
    for (;;) {
      this.#deps.signal.throwIfAborted();
      let next: { validator: string; epoch: ReadEpoch } | null = null;
      for (const validator of this.#replays.keys()) {
        const epoch = await this.#subjects.get(validator)!.log.nextEpoch();
        if (epoch && (next === null || epoch.row.epoch < next.epoch.row.epoch)) next = { validator, epoch };
      }
      if (next === null) break;
      const replay = this.#replays.get(next.validator)!;
      await replay.settle(next.epoch);
      const { epoch, output } = next.epoch.row;
      if (replay.isPooled) this.#agreement.add(next.validator, epoch, output);
      this.#subjects.get(next.validator)!.log.takeEpoch();
      this.#drop();
    }
    for (const [validator, subject] of this.#subjects) {
      if (subject === null) continue;
      await subject.log.finish();
      await this.#replays.get(validator)?.finish(subject.log);
    }
  }

  /** Forgets rounds that no epoch to come looks at, and epochs of validators that are only counted. */
  #drop(): void {
    for (const [validator, subject] of this.#subjects) {
      if (subject === null) continue;
      const needs = (what: "needed" | "counted") =>
        Math.min(...[...this.#replays.values()].map((replay) => replay.needs(validator, what)));
      for (const log of new Set([subject.log, subject.counted])) {
        log.forget(needs("needed"), needs("counted"));
        if (!this.#replays.has(validator) || log !== subject.log) log.takeEpoch();
      }
    }
  }

  #report(): AuditReport {
    const oddities = this.#homogeneity.oddities();
    for (const oddity of oddities) this.#tellOddity(oddity);
    for (const note of this.#forgotten.notes) this.#findings.note(note);
    if (this.#unrun > 0) {
      this.#findings.note(`Not graded again, since no programs are run: ${this.#unrun} answers that have to run first`);
    }
    const { differences, failures, notes } = this.#findings;
    return {
      verdict: differences.length > 0 ? "differs" : failures.length > 0 ? "incomplete" : "agrees",
      block: this.#view.block.number,
      genesis: this.#genesis,
      netuid: this.#view.netuid,
      profile: this.#deps.parameters.profile,
      logs: [...this.#subjects.values()].flatMap((subject) => subject === null ? [] : [this.#logReport(subject)]),
      differences,
      oddities,
      agreement: this.#agreement.report,
      compared: this.#homogeneity.pairs,
      notes,
      failures,
    };
  }

  #logReport({ validator, url, head, committed, log, heads }: Subject): AuditedLog {
    const counts = this.#replays.get(validator)?.counts;
    return {
      validator,
      url,
      head,
      committed,
      earlierHeads: heads.compared,
      batches: log.batches,
      windows: log.windows,
      records: log.records,
      rounds: log.tally.end,
      graded: log.versions.toSorted((a, b) => a.id < b.id ? -1 : 1).map(({ id, version }) => {
        const { answers, graded } = log.regraded[id] ?? { answers: 0, graded: 0 };
        const ran = this.#programs?.countsOf(validator, id) ?? { graded: 0, unsure: 0 };
        const sum = graded + ran.graded;
        return {
          env: id,
          version,
          answers,
          graded: sum,
          unsure: ran.unsure,
          // Only a sample that was drawn says something of the rest.
          wrongAtMost: this.#deps.sampled.includes(id)
            ? wrongAtMost(sum, answers - ran.unsure)
            : Number(sum + ran.unsure < answers),
        };
      }),
      epochs: {
        published: log.epochs,
        decided: counts?.decided ?? 0,
        facts: counts?.facts ?? 0,
        weights: counts?.weights ?? 0,
        unset: counts?.unset ?? 0,
      },
      isCut: log.isCut,
    };
  }

  #judge(self: string, leftOut: Replay["leftOut"]): void {
    const isGraded = (validator: string) =>
      this.#logReport(this.#subjects.get(validator)!).graded.every((one) => one.graded + one.unsure >= one.answers);
    judgeLeftOut(self, leftOut, { findings: this.#findings, isGraded });
  }

  #tellOddity(oddity: Oddity): void {
    const { validator, contender, from } = oddity;
    const batch = this.#subjects.get(validator)?.batches.find(({ window }) => window >= from);
    const start = batch ? `the batch of window ${batch.window} (object ${batch.object})` : `window ${from}`;
    const text = describeOddity(oddity, start);
    const at = { contender, window: batch?.window ?? from, ...(batch ? { object: batch.object } : {}) };
    this.#findings.add(validator, { rule: "homogeneity", at, text });
  }
}
