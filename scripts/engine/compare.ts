/** Where two images differ first: what a build that is not the same is told by. Pure. @module */
import type { EngineImage } from "../../core/sandbox/engine/image.ts";
import { memoryOf } from "./data.ts";
import { SECTION, sections } from "./wasm.ts";

/** One phrase, such as `module 1, memory at 63008`; undefined if the images are the same. */
export function firstDifference(a: EngineImage, b: EngineImage): string | undefined {
  if (a.digest === b.digest) return undefined;
  if (JSON.stringify(a.plan) !== JSON.stringify(b.plan)) return "the link plan";
  for (const [number, module] of a.modules.entries()) {
    const other = b.modules[number]!;
    const at = firstByte(module, other);
    if (at === undefined) continue;
    if (!hasData(module) || !hasData(other)) return `module ${number}, byte ${at}`;
    const address = firstByte(memoryOf(module), memoryOf(other));
    return `module ${number}, ${address === undefined ? `byte ${at}` : `memory at ${address}`}`;
  }
  return "the header";
}

function hasData(module: Uint8Array): boolean {
  return sections(module).some(({ id }) => id === SECTION.data);
}

function firstByte(a: Uint8Array, b: Uint8Array): number | undefined {
  const most = Math.max(a.length, b.length);
  for (let at = 0; at < most; at++) if (a[at] !== b[at]) return at;
  return undefined;
}
