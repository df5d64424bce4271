/** The engine of this checkout, as a validator that is started from it finds it. @module */

/** Digest of the engine's image, null where `deno task engine` has made none. */
export function engineDigest(): string | null {
  try {
    return JSON.parse(Deno.readTextFileSync(new URL("../build/engine/python.json", import.meta.url))).digest;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
