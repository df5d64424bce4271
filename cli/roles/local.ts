/** The embedded network's process: chain, Chutes, hub and miners on loopback ports of their own. @module */
import { startLocalNetwork } from "../../core/local/network.ts";
import { revokeAll } from "../../core/room/open.ts";
import type { LocalStart } from "../start.ts";
import { ignoreInterrupts, type RoleContext, sayReady } from "./run.ts";

/** Runs the network until its parent is gone. */
export async function run({ message, orphaned, log }: RoleContext): Promise<number> {
  ignoreInterrupts();
  const network = await startLocalNetwork(message as LocalStart);
  // Miners of somebody else are asked over the network; nothing else is.
  await revokeAll((message as LocalStart).miners.length > 0 ? ["net"] : []);
  sayReady(network.ready);
  await orphaned;
  const { tries, hits } = network.cheat;
  log.info(`the cheat regenerated ${tries} tasks, ${hits} of them were asked`);
  await network.close();
  return 0;
}
