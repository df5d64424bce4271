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

/**
 * The packed image, null where there is none. Needs `read`; for a package that runs from an address it is a module of bytes, which
 * takes `--unstable-raw-imports` (every process that af starts has it). @throws {SandboxError} `bad_image` if it is there and cannot be read.
 */
export async function findImage(): Promise<Uint8Array | null> {
  const url = imageUrl();
  if (url.protocol !== "file:") return await importImage(url);
  try {
    return await Deno.readFile(url);
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return null;
    throw new SandboxError(`Cannot read the Python engine's image: ${errorText(cause)}`, { code: "bad_image", cause });
  }
}

async function importImage(url: URL): Promise<Uint8Array | null> {
  try {
    const { default: bytes } = await import(url.href, { with: { type: "bytes" } });
    return bytes;
  } catch (cause) {
    if (/not found|404/i.test(errorText(cause))) return null;
    throw new SandboxError(`Cannot load the Python engine's image: ${errorText(cause)}`, { code: "bad_image", cause });
  }
}
