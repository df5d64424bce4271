/** Runs Python programs in a runner: one instance of the engine, pristine before every case. @module */
import type { LimitHit } from "../port/sandbox.ts";
import { PythonGuest } from "./engine/guest.ts";
import { openImage } from "./engine/image.ts";
import type { CaseEnd } from "./end.ts";
import type { CaseMessage, ProgramMessage } from "./messages.ts";

/** CPU time is asked for this often at most, in milliseconds: asking costs more than looking at the clock. */
const CPU_EVERY_MS = 20;

/** Opens the engine; what it returns makes a program ready for its cases. @throws {SandboxError} `bad_image` */
export function openPython(
  unpacked: Uint8Array<ArrayBuffer>,
): (program: ProgramMessage) => { run(message: CaseMessage): CaseEnd } {
  // The broker has checked it, and nobody else can write to this pipe.
  const image = openImage(unpacked, { checked: true });
  let memory = Infinity;
  // Compiling takes a tenth of a second: it is done before a batch waits for it.
  let guest = warm(new PythonGuest(image));
  return ({ source, guestBytes }) => {
    if (Math.min(guestBytes, image.guestBytes) !== Math.min(memory, image.guestBytes)) {
      guest = warm(new PythonGuest(image, { guestBytes }));
      memory = guestBytes;
    }
    return { run: (message) => guest.run({ ...inputOf(message), source, over: clock(message) }) };
  };
}

/** Something of everything that programs do, so that the first case pays for no compiling. */
const WARM_UP = `import sys
def f(n): return n if n < 2 else f(n - 1) + f(n - 2)
words = sorted({w: len(w) for w in input().split()}.items(), key=lambda pair: -pair[1])
print(f(5), words, "".join(str(i) for i in range(5)), 10 ** 20 // 7, 1 / 3, [1, 2][::-1], file=sys.stderr)
try: int("x")
except ValueError as error: print(f"{error}")`;

function warm(guest: PythonGuest): PythonGuest {
  guest.run({ source: WARM_UP, call: null, stdin: "a bc\n", outputBytes: 10_000, seed: 0, over: () => null });
  return guest;
}

function inputOf({ input, outputBytes, seed }: CaseMessage) {
  return input.kind === "stdin"
    ? { call: null, stdin: input.stdin, outputBytes, seed }
    : { call: { function: input.function, args: input.args }, stdin: "", outputBytes, seed };
}

/** Says which limit of time is passed. */
function clock({ wallMs, leftMs, cpuMs }: CaseMessage): () => LimitHit | null {
  const start = performance.now();
  const cpuStart = process.cpuUsage();
  let asked = start;
  return () => {
    const now = performance.now();
    if (now - start >= leftMs) return "submission";
    if (now - start >= wallMs) return "wall";
    if (now - asked < CPU_EVERY_MS) return null;
    asked = now;
    const { user, system } = process.cpuUsage(cpuStart);
    return (user + system) / 1000 >= cpuMs ? "cpu" : null;
  };
}
