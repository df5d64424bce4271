/** Starts one runner without any layer of the operating system, gives it work, prints its process id, and waits to be killed. @module */
import { DEFAULT_LIMITS, type Language } from "../core/port/sandbox.ts";
import { runnerCommand } from "../core/room/runner.ts";
import { unpackImage } from "../core/sandbox/engine/image.ts";
import { findImage } from "../core/sandbox/image_file.ts";
import { Session } from "../core/sandbox/session.ts";

const [language, source, program] = Deno.args as [Language, string, string];
const found = runnerCommand(new URL("../core/sandbox/runner_main.ts", import.meta.url));
const command = program === "" ? found : { ...found, program, module: null };
const packed = language === "python" ? await findImage() : null;
const image = packed === null ? null : unpackImage(packed);
const { guestBytes, heapBytes, residentBytes } = DEFAULT_LIMITS;
const session = await Session.start(command, { heapBytes });
if (image !== null) await session.load(image);
if (source !== "") await session.program({ language, source, guestBytes, heapBytes, residentBytes });
console.log(session.pid);
if (source === "") await new Promise(() => setInterval(() => {}, 1_000));
// Longer than any test: what ends it is the end of this process.
const ten = 600_000;
await session.case({
  ticket: 1,
  input: { kind: "stdin", stdin: "" },
  seed: 0,
  wallMs: ten,
  cpuMs: ten,
  leftMs: ten,
  outputBytes: 1_000,
});
