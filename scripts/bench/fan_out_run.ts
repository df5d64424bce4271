/**
 * Asks a server through the chutes room, and by turns with plain fetch; prints rate and CPU as JSON.
 *   usage: fan_out_run.ts PORT RUNS REQUESTS
 * @module
 */
import process from "node:process";
import { openModel } from "../../core/chutes/client.ts";

/** Requests under way at once: the room's default. */
const AT_ONCE = 400;
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

/** Runs of both, by turns. */
export interface FanOutRuns {
  /** Through the chutes room. */
  readonly room: readonly FanOutRun[];
  /** The least that Deno can do here: the same requests by plain fetch in one thread, nothing checked, nothing read. */
  readonly plain: readonly FanOutRun[];
}

async function measure(port: string, runs: number, requests: number): Promise<FanOutRuns> {
  const base = `http://127.0.0.1:${port}`;
  const opened = await openModel({ inferenceUrl: `${base}/{slug}/v1`, managementUrl: base, apiKey: "cpk_bench" });
  const ask = async (i: number) => {
    const outcome = await opened.model.ask({
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
    return outcome.kind === "answered";
  };
  // Everything is asked at once; the room's gate lets 400 through at a time.
  const throughRoom = async (count: number) =>
    (await Promise.all(Array.from({ length: count }, (_, i) => ask(i)))).filter(Boolean).length;
  const plainly = plainFetch(`${base}/slug/v1/chat/completions`);
  await throughRoom(3 * AT_ONCE);
  await plainly(3 * AT_ONCE);
  const room: FanOutRun[] = [];
  const plain: FanOutRun[] = [];
  for (let run = 0; run < runs; run++) {
    room.push(await time(throughRoom, requests));
    plain.push(await time(plainly, requests));
  }
  opened.close();
  return { room, plain };
}

function plainFetch(url: string): (count: number) => Promise<number> {
  const client = Deno.createHttpClient({ poolMaxIdlePerHost: AT_ONCE });
  const body = JSON.stringify({ model: "lab/Affine-bench", messages: [{ role: "user", content: PROMPT }] });
  const init = { method: "POST", headers: { "content-type": "application/json" }, body, client };
  return async (count) => {
    let sent = 0;
    let answered = 0;
    const askOn = async () => {
      while (sent < count) {
        sent++;
        const response = await fetch(url, init);
        await response.arrayBuffer();
        answered++;
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, askOn));
    return answered;
  };
}

async function time(work: (count: number) => Promise<number>, requests: number): Promise<FanOutRun> {
  const before = process.cpuUsage();
  const start = performance.now();
  const answered = await work(requests);
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(before);
  return { rate: answered / seconds, cpu: (user + system) / 1000 / requests, answered };
}

if (import.meta.main) {
  const [port = "", runs, requests] = Deno.args;
  console.log(JSON.stringify(await measure(port, Number(runs), Number(requests))));
}
