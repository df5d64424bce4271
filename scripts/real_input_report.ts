/** What a journal says of a run: counts by miner, environment and level, and the answers themselves. Every task is made and graded anew. @module */
import { wilson } from "../core/mechanism/frontier.ts";
import type { Grade, Task } from "../core/port/environment.ts";
import { type AnswerRecord, RECORD_STATUSES, type Store } from "../core/port/store.ts";
import { gradeAnswer } from "../core/flow/grading.ts";
import { roundTasks } from "../core/flow/tasks.ts";
import { openStore } from "../core/store/client.ts";
import { openLocalSandbox } from "../core/sandbox/local.ts";
import { environment, voters, voting } from "../envs/registry.ts";

/** A record with the task that it answers, regenerated from the journal's salt. */
export interface Told {
  readonly record: AnswerRecord;
  readonly task: Task;
  readonly grade: Grade;
  /** From the first request to the last answer, in milliseconds. */
  readonly tookMs: number;
}

/** A journal, read once. */
export interface Journal {
  readonly windows: number;
  readonly rounds: { readonly complete: number; readonly absent: number; readonly open: number };
  readonly batches: number;
  readonly tasks: readonly Told[];
  readonly canaries: readonly AnswerRecord[];
  /** Records whose score is not what grading their answer anew gives; must be 0. */
  readonly disagreements: number;
}

/** Reads the journal in a folder, beside a running validator too. */
export async function readJournal(directory: string): Promise<Journal> {
  const room = await openStore({ directory });
  try {
    return await read(room.store);
  } finally {
    await room.store.close();
    room.close();
  }
}

async function read(store: Store): Promise<Journal> {
  const { netuid, validator } = await store.openForReading();
  const windows = await store.windows(0);
  const rows = await store.rounds(0);
  await using sandbox = await openLocalSandbox();
  const source = { netuid, validator, envs: voters((await sandbox.facts()).engine) };
  const tasks: Told[] = [];
  const canaries: AnswerRecord[] = [];
  let disagreements = 0;
  for (const row of rows) {
    const window = windows.find((one) => one.window === row.window)!;
    const drawn = new Map(roundTasks(source, window, row.round).map((one) => [one.id, one]));
    for (const record of await store.recordsOf(row.round)) {
      if (record.kind === "canary") {
        canaries.push(record);
        continue;
      }
      const { task, environment: env } = drawn.get(record.task)!;
      const { answer, contender } = record;
      const grade = await gradeAnswer({ environment: env, task, answer, contender }, sandbox);
      if (grade.score !== record.score) disagreements++;
      const { attempts } = record;
      tasks.push({ record, task, grade, tookMs: (attempts.at(-1)?.ended ?? 0) - (attempts[0]?.sent ?? 0) });
    }
  }
  const count = (state: string) => rows.filter((row) => row.state === state).length;
  return {
    windows: windows.length,
    rounds: { complete: count("complete"), absent: count("absent"), open: count("open") },
    batches: (await store.batches(0)).length,
    tasks,
    canaries,
    disagreements,
  };
}

/** `5/12 = 42 % (19-68 %)`: a share with its 95 % interval. */
export function share(passes: number, rounds: number): string {
  if (rounds === 0) return "none";
  const { rate, low, high } = wilson({ passes, rounds });
  const percent = (value: number) => Math.round(100 * value);
  return `${passes}/${rounds} = ${percent(rate)} % (${percent(low)}-${percent(high)} %)`;
}

/** How often each status occurs, those that do not occur left out. */
export function statuses(records: readonly AnswerRecord[]): string {
  return RECORD_STATUSES.map((status) => [status, records.filter((one) => one.status === status).length] as const)
    .filter(([, count]) => count > 0).map(([status, count]) => `${status} ${count}`).join(", ");
}

/** Counts of one contender: canaries, then a line for each environment. */
export function countLines(journal: Journal, contender: string): string[] {
  const canaries = journal.canaries.filter((one) => one.contender === contender);
  const lines = [`canaries: ${statuses(canaries) || "none"}`];
  for (const env of voting) {
    const told = journal.tasks.filter(({ record }) => record.contender === contender && record.env === env);
    const levels = environment(env).levels.flatMap((_, level) => {
      const at = told.filter(({ task }) => task.level === level);
      return at.length === 0 ? [] : [`${level}: ${passes(at)}/${at.length}`];
    });
    lines.push(
      `${env}: passed ${share(passes(told), told.length)}; ${
        statuses(told.map(({ record }) => record)) || "not asked"
      }`,
      `${" ".repeat(env.length)}  by level ${levels.join(", ") || "none"}`,
    );
  }
  return lines;
}

function passes(told: readonly Told[]): number {
  return told.filter(({ record }) => record.score === 1).length;
}

/** Counts of one contender by level. */
export function levelLines(journal: Journal, contender: string): string[] {
  const lines: string[] = [];
  for (const env of voting) {
    for (let level = 0; level < environment(env).levels.length; level++) {
      const told = journal.tasks.filter(({ record, task }) =>
        record.contender === contender && record.env === env && task.level === level
      );
      if (told.length === 0) continue;
      const seconds = median(told.map(({ tookMs }) => tookMs)) / 1000;
      lines.push(
        `${env} level ${level}: passed ${share(passes(told), told.length)}; ${
          statuses(told.map(({ record }) => record))
        }; ` +
          `median ${seconds.toFixed(1)} s`,
      );
    }
  }
  return lines;
}

/** Some different answers of one contender at the lowest levels that it was asked, readable; what never came is counted only. */
export function answerLines(journal: Journal, contender: string, limit: number): string[] {
  return voting.flatMap((env) =>
    journal.tasks.filter(({ record }) => record.contender === contender && record.env === env && record.answer !== "")
      .sort((a, b) => a.task.level - b.task.level || b.record.score - a.record.score)
      .filter(({ record }, i, all) => all.findIndex((one) => one.record.answer === record.answer) === i)
      .slice(0, limit).flatMap(({ record, task, grade }) => [
        `${env} level ${task.level}, ${task.generator}: ${clip(task.prompt, 170)}`,
        `  answer: ${clip(record.answer, 170)}`,
        `  ${record.status}, score ${record.score} (${grade.reason || "right"}), ${record.tokens ?? "?"} tokens`,
      ])
  );
}

function clip(text: string, most: number): string {
  const line = JSON.stringify(text);
  return line.length <= most ? line : `${line.slice(0, most - 30)} … ${line.slice(-25)}`;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
