/**
 * The validate loop: follow finalized blocks, ask rounds, close windows, settle epochs, set weights.
 * Whatever happens in between, the journal is the truth: after a restart it goes on where the last durable write was.
 * @module
 */
import { errorText } from "../base/errors.ts";
import { isLive } from "../mechanism/duel.ts";
import { parametersDigest } from "../mechanism/parameters.ts";
import type { EpochReport } from "../mechanism/types.ts";
import type { Head, Weight } from "../port/chain.ts";
import { openAnnouncer } from "./announce.ts";
import type { ValidateDeps } from "./deps.ts";
import type { Settled } from "./epoch.ts";
import { Grader } from "./grading.ts";
import { HostedChecks } from "./hosted.ts";
import { isPassing, pauseAfter } from "./passing.ts";
import { Rounds } from "./rounds.ts";
import { ownRow } from "./send.ts";
import { openSettling } from "./settling.ts";
import { payeeOf, setWeights } from "./weights.ts";
import { Windows } from "./windows.ts";

/** Options of {@linkcode validate}. */
export interface ValidateOptions {
  /** Stop after the weights of the first decided epoch: somebody was crowned in a duel, or no duel is left. @default {false} */
  readonly once?: boolean;
  /** Stop after the weights of so many epochs. @default {Infinity} */
  readonly epochs?: number;
  /** Rounds side by side. @default {8} */
  readonly parallel?: number;
  /** Parks the work: what is in flight is asked again after the next start. */
  readonly signal: AbortSignal;
}

/** What `validate` had when it stopped. */
export interface ValidateEnd {
  readonly settled: Settled;
  /** Weights of the last epoch as they read back, null when none were due. */
  readonly weights: { readonly epoch: number; readonly block: number; readonly readBack: readonly Weight[] } | null;
}

/** Longest wait for one new head; afterwards the loop looks around and waits again. */
const HEAD_WAIT_MS = 30_000;

/** How long what is published last may take, and where the work is parked, in milliseconds. */
const FINISH_MS = 10_000;
const PARKED_FINISH_MS = 1_000;
/** Least time that programs of a contender wait for others that can share their process, in milliseconds. */
const GATHER_MS = 3_000;

/** Whether an epoch leaves nothing to wait for with `--once`: somebody was crowned in a duel, or the champion has no duel left. */
export function isDecided(report: EpochReport, settled: Settled): boolean {
  const { champion, duels, reign } = settled.state;
  // Without a contender nothing was decided: somebody may commit before the next epoch.
  if (champion === null) return false;
  const live = duels.some(isLive);
  return (report.crowned !== null && reign > 1) || !live;
}

/** Runs until the signal aborts or an option ends it. @throws an AfError that a person must mend. */
export async function validate(deps: ValidateDeps, options: ValidateOptions): Promise<ValidateEnd> {
  const { chain, store, netuid, log, onEvent, parameters } = deps;
  const { signal } = options;
  const self = await deps.signer.address();
  const { genesis } = await chain.identity();
  const digest = parametersDigest(parameters, deps.envs.map((env) => `${env.id}@${env.version}`));
  await store.open({ genesis, netuid, validator: self, parameters: digest });

  const { facts } = await ownRow(deps, self);
  const windows = await Windows.open(deps, { genesis, validator: self });
  const announcer = await openAnnouncer(deps, { genesis, netuid, validator: self }, { facts, end: windows.end });
  await windows.commitEnd(facts, signal, announcer?.published);
  let fatal: { error: unknown } | null = null;
  const stop = new AbortController();
  const halt = AbortSignal.any([signal, stop.signal]);
  const halted = new Promise<null>((resolve) => {
    if (halt.aborted) resolve(null);
    else halt.addEventListener("abort", () => resolve(null), { once: true });
  });
  const onFatal = (error: unknown) => {
    fatal ??= { error };
    stop.abort(error);
  };
  const grader = new Grader({ ...deps, signal: halt, gatherMs: Math.max(GATHER_MS, parameters.attemptPauseMs) });
  const asking = { ...deps, validator: self, signal: halt, grader };
  const checks = deps.host ? new HostedChecks({ ...asking, host: deps.host }, onFatal) : null;
  const settling = await openSettling(deps, { self, genesis, tempo: facts.tempo, signal: halt, checks });
  let { settled } = settling;
  const rounds = new Rounds(deps, asking, { field: settled, parallel: options.parallel ?? 8, onFatal });
  await checks?.follow(settled);
  await rounds.resume((await store.lastBatch())?.nextRound ?? 0, (window) => windows.get(window));
  announcer?.start();

  let weights: ValidateEnd["weights"] = null;
  let paying: Promise<unknown> | null = null;
  let paidEpochs = 0;
  const pay = (report: EpochReport, at: Settled, superseded: AbortSignal) => {
    const payee = payeeOf(report, at.block);
    if (payee === null) {
      log("info", `Epoch ${report.epoch}: no weights, ${report.payReason}`);
      return Promise.resolve();
    }
    const work = setWeights(deps, payee, AbortSignal.any([halt, superseded])).then((done) => {
      weights = { epoch: report.epoch, ...done };
      onEvent({ type: "weights", epoch: report.epoch, uid: payee.uid, ...done });
    }, (error) => {
      if (superseded.aborted || halt.aborted) return;
      // The next epoch tries again; asking must not stop because the chain refuses a weight.
      log("error", `Epoch ${report.epoch}: the weights were not set: ${errorText(error)}`);
    });
    // An extrinsic on its way is not waited for when the work is parked: the chain tells after the restart how it ended.
    return Promise.race([work, halted]);
  };

  let next = new AbortController();
  let last = -1;
  let failures = 0;
  const isDone = (report: EpochReport): boolean =>
    paidEpochs >= (options.epochs ?? Infinity) || (options.once === true && isDecided(report, settled));
  const state = (head: Head, isLast = false): void => {
    const stated = settling.toState(head, isLast);
    if (stated !== null) announcer?.state(halt, stated);
  };
  /** Settles what is due at this head. True when the options say that the work is done. */
  const settleIfDue = async (head: Head): Promise<boolean> => {
    for (;;) {
      const done = await settling.step(head, () => rounds.hold());
      if (done === null) {
        state(head);
        return false;
      }
      settled = done;
      const report = settled.report!;
      await checks?.follow(settled);
      onEvent({ type: "contenders", contenders: settled.contenders });
      onEvent({ type: "epoch", state: settled.state, report });
      next.abort();
      next = new AbortController();
      const isLate = settling.isBehind(head);
      // Nobody is paid for an epoch whose time is over: the one that is due already pays.
      if (!isLate) paying = pay(report, settled, next.signal);
      paidEpochs++;
      announcer?.wake();
      state(head, isDone(report));
      if (isDone(report)) return true;
      if (!isLate || halt.aborted) return false;
    }
  };

  try {
    // A restart between settling and setting: the epoch's weights are still owed.
    if (settled.report) paying = pay(settled.report, settled, next.signal);
    if (settled.report && isDone(settled.report)) {
      await paying;
      return { settled, weights };
    }
    while (!halt.aborted) {
      try {
        const head = await Promise.race([last < 0 ? chain.head() : chain.headAfter(last, HEAD_WAIT_MS), halted]);
        if (head === null) break;
        last = head.number;
        onEvent({ type: "head", head, epochEnd: settling.epochEnd(last) });
        const window = Math.floor(last / parameters.windowBlocks);
        rounds.leaveFor(window);
        await windows.closeBefore(window);
        announcer?.wake();
        if (await settleIfDue(head)) {
          await paying;
          await Promise.race([announcer?.finish(FINISH_MS), halted]);
          stop.abort();
          break;
        }
        failures = 0;
        if (!windows.mayUse(window)) continue;
        const row = () => windows.use(window, () => chain.blockHash(window * parameters.windowBlocks));
        await rounds.enter(window, row, settled);
      } catch (error) {
        if (halt.aborted) break;
        if (!isPassing(error)) throw error;
        log("warning", errorText(error));
        await deps.clock.sleep(pauseAfter(failures++), halt).catch(() => {});
      }
    }
  } finally {
    stop.abort();
    next.abort();
    await rounds.drain();
    await checks?.drain();
    await settling.drain();
    await paying;
    await announcer?.finish(signal.aborted ? PARKED_FINISH_MS : FINISH_MS);
  }
  if (fatal) throw (fatal as { error: unknown }).error;
  return { settled, weights };
}
