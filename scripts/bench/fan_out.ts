/** 400 requests at once through the chutes room against a server that takes 200 ms; both are processes of their own. @module */
import { join } from "node:path";
import { runModule } from "./child.ts";
import type { FanOutRuns } from "./fan_out_run.ts";
import type { Figure } from "./figure.ts";

const RUNS = 5;
const REQUESTS = 6_000;
/** 400 places, 200 ms each. */
const IDEAL = 2_000;

/** Rate and CPU of the client (all threads: the room and the one that asks). */
export async function fanOut(): Promise<Figure[]> {
  const module = join(import.meta.dirname!, "fan_out_server.ts");
  const server = new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-net=127.0.0.1", "--quiet", module],
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  try {
    const port = await firstLine(server.stdout);
    const { room, plain } = await runModule<FanOutRuns>("fan_out_run.ts", [port, String(RUNS), String(REQUESTS)]);
    const answered = room.reduce((sum, run) => sum + run.answered, 0);
    return [
      {
        name: "answers a second, 400 at once",
        unit: "/s",
        values: room.map((run) => run.rate),
        goal: { least: 0.9 * IDEAL },
        note: `${answered} of ${RUNS * REQUESTS} answered; ideal ${IDEAL}/s`,
      },
      { name: "client CPU of a request", unit: "ms", values: room.map((run) => run.cpu), goal: { most: 0.3 } },
      {
        name: "  plain fetch, by turns",
        unit: "/s",
        values: plain.map((run) => run.rate),
        note: "what this machine allows at the moment",
      },
      { name: "  plain fetch, CPU", unit: "ms", values: plain.map((run) => run.cpu) },
      {
        name: "  room / plain fetch",
        unit: "times the rate",
        values: room.map((run, i) => run.rate / plain[i]!.rate),
      },
    ];
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
