/** Where a runner begins in source: `deno run` of this file without any permission. core/room/runner.ts starts it. @module */
import { runRunner } from "./runner.ts";

await runRunner();
