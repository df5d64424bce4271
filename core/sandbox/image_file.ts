/** Where the Python engine's packed image is: built into build/engine/ in source, embedded beside the bundle in an executable. @module */
import { errorText, SandboxError } from "../base/errors.ts";

declare const AF_BUNDLED: boolean | undefined;

/** Name of the image's file. */
export const IMAGE_NAME = "python.image";

/** Where the image is looked for. */
export function imageUrl(): URL {
  const bundled = typeof AF_BUNDLED !== "undefined";
  return new URL(bundled ? `./${IMAGE_NAME}` : `../../build/engine/${IMAGE_NAME}`, import.meta.url);
}

/** The packed image, null where there is none. Needs `read`. @throws {SandboxError} `bad_image` if it is there and cannot be read. */
export async function findImage(): Promise<Uint8Array | null> {
  const url = imageUrl();
  // A package that runs from an address has no file; it would have to bring the image along in another way.
  if (url.protocol !== "file:") return null;
  try {
    return await Deno.readFile(url);
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return null;
    throw new SandboxError(`Cannot read the Python engine's image: ${errorText(cause)}`, { code: "bad_image", cause });
  }
}
