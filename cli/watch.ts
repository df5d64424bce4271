/** What a person sees of a running validator, on stderr: rounds going by, epochs, crownings, weights. @module */
import type { FlowEvent } from "../core/flow/deps.ts";
import type { PoolLine } from "../core/flow/pool_due.ts";
import { isLive } from "../core/mechanism/duel.ts";
import { LOCAL, type Parameters, STANDARD } from "../core/mechanism/parameters.ts";
import type { Contender, EpochReport, State } from "../core/mechanism/types.ts";
import { type Progress, startProgress } from "./progress.ts";
import type { Screen } from "./screen.ts";
import { withUids } from "./standing.ts";
import type { ValidatorStart } from "./start.ts";
import { clean } from "./width.ts";

type Published = FlowEvent & { readonly type: "published" };

function describePublished({ head, entries, waiting, failing }: Published): string {
  const what = `published ${entries} objects, ${waiting} wait, index ${head === null ? "none yet" : head.slice(0, 16)}`;
  return failing === null ? what : `${what}; fails: ${failing}`;
}

/** Turns events into lines and one progress bar an epoch. */
export class Watch {
  readonly #screen: Screen;
  readonly #start: ValidatorStart;
  #progress: Progress | null = null;
  #contenders: readonly Contender[] = [];
  readonly #parameters: Parameters;
  #published: Published | null = null;
  #epochEnd = 0;
  #rounds = 0;
  #absent = 0;
  #head = 0;
  /** Head at which this epoch was first seen: rounds can only be asked from there on. */
  #from = 0;
  /** Shows the events of one run. */
  constructor(screen: Screen, start: ValidatorStart) {
    this.#screen = screen;
    this.#start = start;
    this.#parameters = start.profile === "local" ? LOCAL : STANDARD;
    if (start.local) this.#introduce(start.local.miners);
  }
  /** Takes the bar away. */
  done(): void {
    this.#progress?.done();
    this.#progress = null;
  }
  /** Shows one event. */
  see(event: FlowEvent): void {
    switch (event.type) {
      case "head":
        this.#head = event.head.number;
        if (event.epochEnd !== this.#epochEnd) this.#from = this.#head;
        this.#epochEnd = event.epochEnd;
        this.#step();
        break;
      case "contenders":
        this.#contenders = event.contenders;
        break;
      case "round_done":
        this.#rounds++;
        if (event.state === "absent") this.#absent++;
        this.#step(`round ${event.round}: ${event.passed} of ${event.tasks} passed`);
        break;
      case "epoch":
        this.#epoch(event.state, event.report);
        break;
      case "pool":
        this.#pool(event.epoch, event.validators);
        break;
      case "published":
        this.#publish(event);
        break;
      case "weights":
        this.#line(
          `epoch ${event.epoch}: weights ${
            JSON.stringify(event.readBack)
          } read back from the chain (set in block ${event.block})`,
        );
        break;
    }
  }

  /** One line when publishing begins to work or to fail; while it works, one an epoch. */
  #publish(event: Published): void {
    const changed = this.#published === null || (this.#published.failing === null) !== (event.failing === null);
    this.#published = event;
    if (changed) this.#line(describePublished(event));
  }

  /** One line an epoch: whose rounds count, and whose do not, and why. */
  #pool(epoch: number, validators: readonly PoolLine[]): void {
    const counting = validators.filter((one) => one.nextRound !== null && one.problem === null);
    const rounds = counting.map((one) => `uid ${one.uid} to round ${one.nextRound}`).join(", ");
    this.#line(`epoch ${epoch}: ${counting.length} of ${validators.length} validators count${rounds && `: ${rounds}`}`);
    for (const { uid, nextRound, problem, isMissing } of validators) {
      if (problem === null) continue;
      const differs = isMissing ? ", though most validators have read on (this epoch may differ from theirs)" : "";
      this.#line(`  uid ${uid} counts to round ${nextRound ?? 0} and no further${differs}: ${problem}`);
    }
  }

  #introduce(miners: readonly { name: string; uid: number; story: string }[]): void {
    const p = this.#parameters;
    this.#line("embedded local network: nothing leaves this machine, no key is needed");
    this.#line(
      `profile ${p.profile}: n_min=${p.nMin} n_max=${p.nMax} ${p.roundsPerWindow} rounds a window, attempts ${p.attemptPauseMs} ms apart`,
    );
    this.#line(`pay: mode ${p.pay}, ${p.kappa} epochs for a gain of 1, at most ${p.stackCap} owed`);
    if (this.#start.engine === null) {
      this.#line("no Python engine: the program environments are left out (deno task engine makes it)");
    } else {
      this.#line("programs: miners are handed the reference solution and spoil it according to their skill");
    }
    for (const miner of miners) this.#line(`  uid ${miner.uid} ${miner.name}: ${miner.story}`);
  }

  #epoch(state: State, report: EpochReport): void {
    this.done();
    const rounds = Object.values(state.nextRound).reduce((sum, count) => sum + count, 0);
    if (report.crowned !== null && state.reign > 1) {
      this.#line(`epoch ${report.epoch}: CROWNED ${this.#name(report.crowned)} after ${rounds} rounds`);
      this.#line(`  ${withUids(report.explain[report.crowned] ?? "", this.#contenders)}`);
    } else {
      const live = state.duels.filter(isLive).length;
      const champion = report.champion === null ? "no champion" : `champion ${this.#name(report.champion)}`;
      this.#line(`epoch ${report.epoch}: ${champion}, ${live} duels go on, ${rounds} rounds counted`);
    }
    this.#rounds = this.#absent = 0;
    if (this.#published) this.#line(describePublished(this.#published));
  }

  #step(note?: string): void {
    const { windowBlocks, roundsPerWindow } = this.#parameters;
    const total = Math.max(this.#rounds, Math.ceil((this.#epochEnd - this.#from) / windowBlocks * roundsPerWindow));
    this.#progress ??= startProgress(this.#screen, `epoch to block ${this.#epochEnd}`, { unit: "rounds" }, {
      // A validator runs for months: its log must not fill the disk.
      lineMs: this.#start.local ? 5_000 : 60_000,
    });
    if (this.#absent > 0) note = `${note ?? ""}${note ? ", " : ""}${this.#absent} without the champion`;
    this.#progress.set(this.#rounds, total);
    if (note !== undefined) this.#progress.step(0, note);
  }

  #name(id: string): string {
    const contender = this.#contenders.find((one) => one.id === id);
    return contender ? `uid ${contender.uid} ${contender.model}` : id;
  }

  #line(text: string): void {
    this.#screen.line(clean(text));
  }
}
