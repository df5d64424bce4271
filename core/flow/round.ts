/** One round: canaries first, then the same fresh tasks for all who answered, at the same moment. @module */
import type { Contender } from "../mechanism/types.ts";
import type { AnswerRecord, RoundRow, Store } from "../port/store.ts";
import type { Appender } from "./appender.ts";
import { askCanary, type Asking, askTask, type RoundPlace } from "./asking.ts";
import { canaryTask, roundTasks } from "./tasks.ts";

/** What a round needs besides asking. */
export interface RoundDeps {
  readonly asking: Asking;
  readonly store: Store;
  readonly appender: Appender;
  readonly onRecord: (record: AnswerRecord) => void;
}

/** How a round ended. */
export interface RoundEnd {
  readonly state: "complete" | "absent";
  readonly shown: number;
  readonly tasks: number;
  readonly passed: number;
}

/**
 * Asks a round, or goes on with one that a restart interrupted: what the journal holds is not asked again.
 * `contenders` holds everybody in `row.offered` who is still there; who is gone meanwhile scores as lost.
 */
export async function runRound(
  deps: RoundDeps,
  place: RoundPlace,
  row: RoundRow,
  contenders: ReadonlyMap<string, Contender>,
): Promise<RoundEnd> {
  const { store, asking } = deps;
  const done = await store.recordsOf(row.round);
  const shown = row.shown ?? await askCanaries(deps, place, row, contenders, done);
  if (!shown.includes(row.champion)) {
    await store.putRound({ ...row, shown, state: "absent" });
    return { state: "absent", shown: 0, tasks: 0, passed: 0 };
  }
  // Who is shown the tasks is durable before the first task leaves: a shown task is never dropped.
  if (row.shown === null) await store.putRound({ ...row, shown });

  const drawn = roundTasks(asking, place.window, row.round);
  const kept = new Map(done.filter((r) => r.kind === "task").map((r) => [`${r.env} ${r.contender}`, r]));
  const records = await Promise.all(shown.flatMap((id) =>
    drawn.map(async (task) => {
      const old = kept.get(`${task.environment.id} ${id}`);
      if (old) return old;
      const contender = contenders.get(id);
      const record = contender
        ? await askTask(asking, place, contender, task)
        : goneRecord(asking, place, id, task.environment, task.id);
      await deps.appender.append(record);
      deps.onRecord(record);
      return record;
    })
  ));
  await store.putRound({ ...row, shown, state: "complete" });
  const passed = records.filter((r) => r.score === 1).length;
  return { state: "complete", shown: shown.length, tasks: records.length, passed };
}

async function askCanaries(
  deps: RoundDeps,
  place: RoundPlace,
  row: RoundRow,
  contenders: ReadonlyMap<string, Contender>,
  done: readonly AnswerRecord[],
): Promise<string[]> {
  const kept = new Map(done.filter((r) => r.kind === "canary").map((r) => [r.contender, r]));
  const { asking } = deps;
  // Whoever has gone is absent, and its record says that the round was offered to it: the signed log is all that others have.
  for (const id of row.offered.filter((one) => !kept.has(one) && !contenders.has(one))) {
    const { environment, id: task } = canaryTask(asking, place.window, place.round, 0);
    const gone = { ...goneRecord(asking, place, id, environment, task), kind: "canary", status: "absent" } as const;
    await deps.appender.append(gone);
    deps.onRecord(gone);
  }
  const waiting = row.offered.flatMap((id) => kept.has(id) ? [] : contenders.get(id) ?? []);
  let fresh = await Promise.all(waiting.map((contender) => askCanary(asking, place, contender)));
  while (isOurFault(fresh)) {
    // The room has said so in the log. Nobody is absent because of our key: the round waits until somebody has mended it.
    await asking.clock.sleep(asking.parameters.attemptPauseMs, asking.signal);
    fresh = await Promise.all(waiting.map((contender) => askCanary(asking, place, contender)));
  }
  await Promise.all(fresh.map(async (record) => {
    await deps.appender.append(record);
    deps.onRecord(record);
  }));
  const all = new Map([...kept, ...fresh.map((record) => [record.contender, record] as const)]);
  return row.offered.filter((id) => all.get(id)?.status === "answered");
}

/**
 * Whether everybody was unreachable because the host refuses this validator (its key, its balance): several contenders, and no other
 * end of any attempt. One contender alone could answer so by itself, and is absent.
 */
function isOurFault(canaries: readonly AnswerRecord[]): boolean {
  return canaries.length > 1 &&
    canaries.every(({ status, attempts }) =>
      status === "absent" && attempts.every(({ outcome }) => /^http 40[123]$/.test(outcome))
    );
}

/** A contender that vanished (deregistered, or its chute was deleted) while it owed an answer. */
function goneRecord(
  asking: Asking,
  place: RoundPlace,
  contender: string,
  environment: { readonly id: string; readonly version: string },
  task: string,
): AnswerRecord {
  return {
    kind: "task",
    netuid: asking.netuid,
    validator: asking.validator,
    window: place.window.window,
    round: place.round,
    env: environment.id,
    version: environment.version,
    task,
    contender,
    status: "lost",
    answer: "",
    score: 0,
    tokens: null,
    attempts: [],
  };
}
