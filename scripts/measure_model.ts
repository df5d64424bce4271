/**
 * Asks a model some tasks of one level and prints how many it passes:
 * `deno run --allow-net scripts/measure_model.ts BASE_URL MODEL ENV LEVEL N SEED [GENERATOR]`
 * BASE_URL ends in `/v1`. The request is the environment's own. @module
 */
import { sha256 } from "../core/base/hash.ts";
import type { Task } from "../core/port/environment.ts";
import { environment } from "../envs/registry.ts";

/** Share of `passed` in `n` with its 95 % Wilson interval, in percent. */
function wilson(passed: number, n: number): [share: number, low: number, high: number] {
  const z = 1.96;
  const p = passed / n;
  const middle = (p + z * z / (2 * n)) / (1 + z * z / n);
  const half = z * Math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n);
  return [100 * p, 100 * (middle - half), 100 * (middle + half)];
}

/** One completion: its text and how many tokens it took. */
async function ask(base: string, model: string, task: Task): Promise<{ text: string; tokens: number }> {
  const { system, temperature, maxTokens } = environment(task.env).request;
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

/** Asks, grades and prints. Returns the exit code. */
async function main(args: readonly string[]): Promise<number> {
  const [base, model, id, level, n, seed, generator] = args;
  if (seed === undefined) {
    console.error("Usage: measure_model.ts BASE_URL MODEL ENV LEVEL N SEED [GENERATOR]");
    return 2;
  }
  const env = environment(id!);
  const count = Number(n);
  let passed = 0;
  let unparsable = 0;
  let tokens = 0;
  for (let i = 0; i < count; i++) {
    const task = env.generate(sha256(`${seed} ${i}`), {
      level: Number(level),
      ...(generator === undefined ? {} : { generator }),
    });
    const answer = await ask(base!, model!, task);
    const grade = env.grade(task, answer.text);
    passed += grade.score;
    tokens += answer.tokens;
    if (grade.status === "unparsable") unparsable++;
    if (i < 5) {
      console.log(`${task.generator}: ${JSON.stringify(task.prompt.slice(0, 160))}`);
      console.log(`  ${grade.score} (${grade.reason}) ${JSON.stringify(answer.text.slice(-160))}`);
    }
  }
  const [share, low, high] = wilson(passed, count);
  const name = generator === undefined ? `${id} level ${level}` : `${id}/${generator} level ${level}`;
  console.log(
    `${name}: ${passed}/${count} pass = ${share.toFixed(0)} % (95 % ${Math.abs(low).toFixed(0)}-${
      high.toFixed(0)
    } %), ` +
      `${unparsable} unparsable, ${(tokens / count).toFixed(0)} tokens an answer`,
  );
  return 0;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
