/**
 * Asks a server through the chutes room, always as much at once as the room allows; prints rate and CPU as JSON.
 *   usage: fan_out_run.ts PORT RUNS REQUESTS
 * @module
 */
import process from "node:process";
import { openModel } from "../../core/chutes/client.ts";

/** Contenders: more than it takes to fill every place, as on the real subnet. */
const CONTENDERS = 64;
const PROMPT = "Find the remainder of the division. ".repeat(40);

/** One run. */
export interface FanOutRun {
  /** Answers a second. */
  readonly rate: number;
  /** Milliseconds of CPU for each request, all threads of the client. */
  readonly cpu: number;
  readonly answered: number;
}

async function measure(port: string, runs: number, requests: number): Promise<FanOutRun[]> {
  const base = `http://127.0.0.1:${port}`;
  const opened = await openModel({ inferenceUrl: `${base}/{slug}/v1`, managementUrl: base, apiKey: "cpk_bench" });
  const ask = (i: number) =>
    opened.model.ask({
      contender: `5Contender${i % CONTENDERS}@1`,
      slug: `slug-${i % CONTENDERS}`,
      model: "lab/Affine-bench",
      system: "",
      prompt: PROMPT,
      temperature: 0,
      seed: i,
      maxTokens: 512,
      timeoutMs: 20_000,
    });
  const wave = (count: number) => Promise.all(Array.from({ length: count }, (_, i) => ask(i)));
  await wave(1200);
  const results: FanOutRun[] = [];
  for (let run = 0; run < runs; run++) {
    const cpu = process.cpuUsage();
    const start = performance.now();
    const outcomes = await wave(requests);
    const seconds = (performance.now() - start) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    const answered = outcomes.filter((outcome) => outcome.kind === "answered").length;
    results.push({ rate: answered / seconds, cpu: (user + system) / 1000 / requests, answered });
  }
  opened.close();
  return results;
}

if (import.meta.main) {
  const [port = "", runs, requests] = Deno.args;
  console.log(JSON.stringify(await measure(port, Number(runs), Number(requests))));
}
