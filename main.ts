/** The program `af`: hands its arguments to the command line. @module */
import { start } from "./cli/roles.ts";

if (import.meta.main) Deno.exit(await start(Deno.args));
