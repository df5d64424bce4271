/** How V8 has to be started for the engine. @module */

/**
 * Flags for `--v8-flags` of a process that runs the engine on its main thread. `--stack-size` (KiB): Python counts its own
 * recursion through C and must come to its limit before V8 does. It needs a main thread with a stack of 8 MiB, which Windows has
 * not, and kills a process that runs the engine on any other thread. `--no-wasm-inlining`: a quarter of the optimizing compiler's
 * work, which is much of what a short-lived process does.
 */
export function engineFlags(os: typeof Deno.build.os = Deno.build.os): string[] {
  const stack = os === "windows" ? [] : ["--stack-size=3900"];
  return [...stack, "--no-wasm-inlining"];
}
