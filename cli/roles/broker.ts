/** The sandbox broker's process: runners, a loopback port, and the right `run`. @module */
import { runBroker } from "../../core/sandbox/process.ts";
import type { BrokerReady, BrokerStart } from "../start.ts";
import { ignoreInterrupts, type RoleContext, sayReady } from "./run.ts";

/** Runs the broker until its parent is gone. */
export async function run({ message, orphaned, log }: RoleContext): Promise<number> {
  const { token, port, parallel } = message as BrokerStart;
  ignoreInterrupts();
  const broker = await runBroker({
    token,
    port,
    ...(parallel > 0 ? { parallel } : {}),
    log: (text) => log.warn("{text}", { text }),
  });
  const ready: BrokerReady = { port: broker.port, facts: broker.facts };
  sayReady(ready);
  await orphaned;
  log.info(`the largest runner had ${Math.ceil(broker.largestBytes() / 2 ** 20)} MiB`);
  await broker.close();
  return 0;
}
