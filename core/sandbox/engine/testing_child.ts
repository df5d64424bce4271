/** For tests only: runs the programs on standard input (JSON) in the engine, as a runner's process would, and prints the ends. @module */
import { PythonGuest } from "./guest.ts";
import { builtImage, run } from "./testing.ts";

if (import.meta.main) {
  const cases = JSON.parse(await new Response(Deno.stdin.readable).text()) as { source: string; stdin: string }[];
  const guest = new PythonGuest(builtImage());
  console.log(JSON.stringify(cases.map(({ source, stdin }) => run(guest, source, { stdin }))));
}
