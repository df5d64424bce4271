/** For tests only: one guest of the built engine, and a test that says so where there is none. @module */
import type { LimitHit } from "../../port/sandbox.ts";
import { type GuestCase, type GuestEnd, PythonGuest } from "./guest.ts";
import { type EngineImage, openImage, unpackImage } from "./image.ts";

/** Where `deno task engine` puts the image. */
export const IMAGE_PATH: string = decodeURIComponent(
  new URL("../../../build/engine/python.image", import.meta.url).pathname,
);

let image: EngineImage | undefined;
let shared: PythonGuest | undefined;

/** The built image. Needs the right to read it. */
export function builtImage(): EngineImage {
  return image ??= openImage(unpackImage(Deno.readFileSync(IMAGE_PATH)));
}

/** Why there is no image here, as the end of a test's name; empty where there is one. */
export function withoutImage(path = IMAGE_PATH): string {
  try {
    Deno.statSync(path);
    return "";
  } catch (thrown) {
    return ` [skipped: no engine image: ${thrown instanceof Error ? thrown.name : thrown}; deno task engine builds it]`;
  }
}

/** A test on the shared guest, whose only right is to read the image (and, for tests of scripts, more). */
export function engineTest(
  name: string,
  work: (guest: PythonGuest) => void | Promise<void>,
  alsoRead: readonly string[] = [],
): void {
  const missing = withoutImage();
  Deno.test({
    name: name + missing,
    ignore: missing !== "",
    permissions: { read: [IMAGE_PATH, ...alsoRead] },
    fn: () => work(shared ??= new PythonGuest(builtImage())),
  });
}

/** Options of {@linkcode run}. */
export interface RunOptions extends Partial<Omit<GuestCase, "source" | "over">> {
  /** Wall time. @default {20000} */
  readonly ms?: number;
}

/** Runs a program with a limit of wall time. */
export function run(
  guest: PythonGuest,
  source: string,
  options: RunOptions = {},
): GuestEnd {
  const { ms = 20_000, ...rest } = options;
  const end = performance.now() + ms;
  const over = (): LimitHit | null => performance.now() > end ? "wall" : null;
  return guest.run({
    source,
    call: null,
    stdin: "",
    outputBytes: 1 << 20,
    seed: 1,
    over,
    ...rest,
  });
}
