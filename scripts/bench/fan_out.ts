/** 400 requests at once through the chutes room against a server that takes 200 ms, in a process of its own. @module */
import process from "node:process";
import { openModel } from "../../core/chutes/client.ts";
import type { Figure } from "../bench.ts";

const AT_ONCE = 400;
const REQUESTS = 8_000;

const SERVER = `
const body = JSON.stringify({ choices: [{ message: { role: "assistant", content: "Answer: 1" }, finish_reason: "stop" }],
  usage: { prompt_tokens: 9, completion_tokens: 3 } });
Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: ({ port }) => console.log(port) }, async (request) => {
  await request.body?.cancel();
  await new Promise((next) => setTimeout(next, 200));
  return new Response(body, { headers: { "content-type": "application/json" } });
});`;

/** Rate and CPU of the client (all threads: the room and this one). */
export async function fanOut(): Promise<Figure[]> {
  const server = new Deno.Command(Deno.execPath(), { args: ["eval", SERVER], stdout: "piped", stderr: "null" }).spawn();
  try {
    const port = await firstLine(server.stdout);
    const base = `http://127.0.0.1:${port}`;
    const options = { inferenceUrl: `${base}/v1`, managementUrl: base, apiKey: "", concurrency: AT_ONCE };
    const opened = await openModel({ ...options, perContender: AT_ONCE });
    const ask = (i: number) =>
      opened.model.ask({
        contender: `c${i % 40}`,
        slug: "bench",
        model: "bench",
        system: "",
        prompt: "1 =",
        temperature: 0,
        seed: i,
        maxTokens: 16,
        timeoutMs: 10_000,
      });
    await Promise.all(Array.from({ length: AT_ONCE }, (_, i) => ask(i)));
    const cpu = process.cpuUsage();
    const start = performance.now();
    const outcomes = await Promise.all(Array.from({ length: REQUESTS }, (_, i) => ask(i)));
    const seconds = (performance.now() - start) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    opened.close();
    const answered = outcomes.filter((outcome) => outcome.kind === "answered").length;
    const rate = answered / seconds;
    const share = rate / (AT_ONCE / 0.2) * 100;
    return [{
      what: `fan-out, ${AT_ONCE} at once, server of 200 ms`,
      value: `${rate.toFixed(0)}/s = ${share.toFixed(0)} % of the ideal, ` +
        `${((user + system) / 1000 / REQUESTS).toFixed(3)} ms client CPU each (${answered} of ${REQUESTS} answered)`,
      goal: "at least 90 % of 2000/s, at most 0.3 ms",
    }];
  } finally {
    server.kill("SIGKILL");
    await server.status;
  }
}

async function firstLine(stream: ReadableStream<Uint8Array>): Promise<string> {
  const reader = stream.getReader();
  const { value } = await reader.read();
  await reader.cancel();
  return new TextDecoder().decode(value).trim();
}
