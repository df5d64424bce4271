/** The digest that this commit's engine is known to have, by operating system: scripts/engine/digest.json. @module */
import { join } from "node:path";

const here = import.meta.dirname!;
/** Where it is, relative to the project. */
export const KNOWN_FILE = "scripts/engine/digest.json";
const path = join(here, "digest.json");

/** What is known. */
export interface Known {
  /** Of these inputs; nothing is known of others. */
  readonly inputs: string;
  /** The libraries that componentize-py brings are compiled anew for each system, so are the digests. */
  readonly digests: Readonly<Partial<Record<string, string>>>;
}

/** Reads it. */
export function known(): Known {
  return JSON.parse(Deno.readTextFileSync(path)) as Known;
}

/** Writes it. */
export function noteKnown(now: Known): void {
  Deno.writeTextFileSync(path, `${JSON.stringify(now, null, 2)}\n`);
}

/** One sentence if a build of these inputs should have had another digest. */
export function stranger(
  { inputs, digests }: Known,
  built: { readonly inputs: string; readonly digest: string },
  os: string = Deno.build.os,
): string | undefined {
  const expected = digests[os];
  if (inputs !== built.inputs || expected === undefined || expected === built.digest) return undefined;
  return `This engine has the digest ${built.digest}, where this commit gives ${expected} elsewhere: environments that run ` +
    "programs have another version here, and no validator with the other pools with this one";
}
