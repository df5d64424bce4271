/**
 * Asks a model some tasks of one level and prints how many it passes:
 * `deno run -A scripts/measure_model.ts BASE_URL MODEL ENV LEVEL N SEED [GENERATOR] [--with sandbox|python3] [--show N] [--rows FILE]
 * [--tokens N]` BASE_URL ends in `/v1`. The request is the environment's own, but for --tokens, which cuts answers short where a small model
 * would only repeat itself. Answers that hold programs run in the sandbox; `--with python3` runs
 * them with the rights of this process, so only for models and machines that may be trusted with each other. @module
 */
import { parseArgs } from "node:util";
import { openRowFile } from "../cli/rows.ts";
import { sha256 } from "../core/base/hash.ts";
import { gradeAnswer } from "../core/flow/grading.ts";
import type { Environment, Task } from "../core/port/environment.ts";
import { datasetEnvironment, readProgramRows } from "../envs/program/dataset.ts";
import { environment } from "../envs/registry.ts";
import { share } from "./real_input_report.ts";
import { openRunner, RUNNERS } from "./runner.ts";

/** One completion: its text and how many tokens it took. */
async function ask(
  base: string,
  model: string,
  env: Environment,
  task: Task,
  maxTokens: number,
): Promise<{ text: string; tokens: number }> {
  const { system, temperature } = env.request;
  const messages = [{ role: "user", content: task.prompt }];
  if (system !== "") messages.unshift({ role: "system", content: system });
  const response = await fetch(`${base}/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ model, messages, temperature, max_tokens: maxTokens, seed: 0 }),
  });
  if (!response.ok) {
    const text = (await response.text()).replaceAll(/\s+/g, " ").slice(0, 120);
    return { text: `(HTTP ${response.status}: ${text})`, tokens: 0 };
  }
  const body = await response.json();
  return {
    text: String(body.choices?.[0]?.message?.content ?? ""),
    tokens: Number(body.usage?.completion_tokens ?? 0),
  };
}

async function find(id: string, rows: string | undefined): Promise<Environment> {
  if (rows === undefined) return environment(id);
  return datasetEnvironment((await readProgramRows(await openRowFile(rows))).rows) as Environment;
}

/** Asks, grades and prints. Returns the exit code. */
async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      with: { type: "string", default: "sandbox" },
      show: { type: "string", default: "5" },
      rows: { type: "string" },
      tokens: { type: "string" },
    },
  });
  const [base, model, id, level, n, seed, generator] = positionals;
  if (seed === undefined || !RUNNERS.includes(values.with as never)) {
    console.error(
      "Usage: measure_model.ts BASE_URL MODEL ENV LEVEL N SEED [GENERATOR] [--with sandbox|python3] [--show N] [--rows FILE] [--tokens N]",
    );
    return 2;
  }
  const env = await find(id!, values.rows);
  const runner = env.submission ? await openRunner(values.with as typeof RUNNERS[number]) : null;
  const count = Number(n);
  const reasons: string[] = [];
  let passed = 0;
  let unparsable = 0;
  let tokens = 0;
  try {
    for (let i = 0; i < count; i++) {
      const task = env.generate(sha256(`${seed} ${i}`), {
        level: Number(level),
        ...(generator === undefined ? {} : { generator }),
      });
      const answer = await ask(base!, model!, env, task, Number(values.tokens ?? env.request.maxTokens));
      const answered = { environment: env, task, answer: answer.text, contender: "model" };
      const grade = await gradeAnswer(answered, runner?.sandbox ?? null);
      passed += grade.score;
      tokens += answer.tokens;
      reasons.push(grade.reason.replaceAll(/\d+/g, "…"));
      if (grade.status === "unparsable") unparsable++;
      if (i < Number(values.show)) {
        const whole = env.submission !== undefined;
        console.log(`${task.generator}: ${JSON.stringify(whole ? task.prompt : task.prompt.slice(0, 160))}`);
        console.log(`  ${grade.score} (${grade.reason}) ${JSON.stringify(answer.text.slice(whole ? 0 : -160))}`);
      }
    }
  } finally {
    await runner?.close();
  }
  const name = generator === undefined ? `${env.id} level ${level}` : `${env.id}/${generator} level ${level}`;
  console.log(
    `${name}: passed ${share(passed, count)}, ${unparsable} unparsable, ${
      (tokens / count).toFixed(0)
    } tokens an answer`,
  );
  const counts = [...Map.groupBy(reasons, (one) => one)].sort((a, b) => b[1].length - a[1].length);
  for (const [reason, list] of counts) console.log(`  ${list.length} × ${reason}`);
  return 0;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
