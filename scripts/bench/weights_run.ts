/**
 * From opening a journal to the weights, as a validator that starts: opens the room and the journal, restores the last epoch, counts
 * what came after it, advances the mechanism. What a validator then writes (two rows) is left out: the next run must find the same.
 *   usage: weights_run.ts FOLDER warm|dropped (prints JSON)
 * @module
 */
import process from "node:process";
import { canonical } from "../../core/base/canonical.ts";
import { sha256Hex } from "../../core/base/hash.ts";
import { addOutcomes, restore } from "../../core/flow/epoch.ts";
import { STANDARD } from "../../core/mechanism/parameters.ts";
import { advance } from "../../core/mechanism/reign.ts";
import type { EpochInput } from "../../core/mechanism/types.ts";
import { openStore } from "../../core/store/client.ts";
import { peakRss } from "./child.ts";
import { IDENTITY } from "./journal.ts";
import { ENVS, VALIDATOR } from "./world.ts";

/** What a run measured. Times are seconds. */
export interface WeightsRun {
  readonly open: number;
  readonly restore: number;
  readonly count: number;
  readonly advance: number;
  readonly total: number;
  /** CPU of all threads for the total. */
  readonly cpu: number;
  /** Bytes. */
  readonly rss: number;
  readonly payeeUid: number | null;
  readonly live: number;
  readonly rounds: number;
  /** Digest of the canonical JSON of state and report. */
  readonly digest: string;
}

const nothing = () => Promise.resolve(null);

async function measure(directory: string, counts: string): Promise<WeightsRun> {
  const before = process.cpuUsage();
  const times = [performance.now()];
  const lap = () => void times.push(performance.now());
  const self = VALIDATOR.address;
  const { store, close } = await openStore({ directory });
  await store.open(IDENTITY);
  lap();
  const cacheless = new Proxy(store, { get: (all, name) => name === "getCache" ? nothing : Reflect.get(all, name) });
  const { settled, tally } = await restore(counts === "warm" ? store : cacheless, ENVS, self);
  lap();
  const nextRound = (await store.lastBatch())?.nextRound ?? 0;
  const epoch = settled.state.epoch + 1;
  const input: EpochInput = {
    epoch,
    block: epoch * 360,
    hash: `0x${epoch}`,
    validators: [{ validator: self, nextRound, drawn: await store.nextRound() }],
    contenders: settled.contenders,
    ownerUid: null,
    canaries: await store.canaries(settled.state.nextRound[self] ?? 0, nextRound),
  };
  await addOutcomes(store, tally, tally.end, nextRound);
  lap();
  const { state, report } = advance(settled.state, input, new Map([[self, tally]]), STANDARD);
  const text = canonical({ state, report });
  lap();
  const { user, system } = process.cpuUsage(before);
  const rss = peakRss();
  await store.close();
  close();
  const [opened, restored, counted, advanced] = times.slice(1).map((time, i) => (time - times[i]!) / 1000);
  return {
    open: opened!,
    restore: restored!,
    count: counted!,
    advance: advanced!,
    total: (times.at(-1)! - times[0]!) / 1000,
    cpu: (user + system) / 1e6,
    rss,
    payeeUid: report.payeeUid,
    live: state.duels.filter((duel) => duel.state === "live").length,
    rounds: nextRound,
    digest: sha256Hex(text),
  };
}

if (import.meta.main) console.log(JSON.stringify(await measure(Deno.args[0]!, Deno.args[1]!)));
