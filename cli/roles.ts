/** The processes that af starts by itself: `af @signer` and its like. Not for people. @module */
import { EQUIPPED, isEquipped, runAgain } from "../core/room/process.ts";
import { RUNNER } from "../core/room/runner.ts";
import { main } from "./run.ts";

/** Runs a role when the arguments name one, else the command line. Returns the exit code. */
export async function start(args: readonly string[]): Promise<number> {
  if (args[0] === EQUIPPED) return await run(args.slice(1), true);
  return await run(args, isEquipped());
}

async function run(args: readonly string[], equipped: boolean): Promise<number> {
  if (!args[0]?.startsWith("@")) return await main(args, { equipped });
  if (args[0] === "@rights") {
    if (!equipped) return await runAgain(args);
    const { proveRights, wrongRights } = await import("./rights.ts");
    const tried = await proveRights(await Deno.makeTempDir({ prefix: "af-rights-" }));
    console.log(JSON.stringify(tried));
    return wrongRights(tried).length === 0 ? 0 : 1;
  }
  if (args[0] === RUNNER) {
    const { runAsRunner } = await import("./roles/runner.ts");
    return await runAsRunner();
  }
  const { runRole } = await import("./roles/run.ts");
  return await runRole(args[0].slice(1));
}
