/** The program `af`: hands its arguments to the command line. @module */
import { main } from "./cli/run.ts";

if (import.meta.main) Deno.exit(await main(Deno.args));
