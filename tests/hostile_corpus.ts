/** The hostile corpus, all of it. @module */
import { DEPTH } from "./hostile_depth.ts";
import { ENGINE } from "./hostile_engine.ts";
import type { Attack } from "./hostile_entry.ts";
import { FILES } from "./hostile_files.ts";
import { FORGERY } from "./hostile_forgery.ts";
import { JS_INSIDE } from "./hostile_js_inside.ts";
import { JS_OUTSIDE } from "./hostile_js_outside.ts";
import { LEFTOVERS } from "./hostile_leftovers.ts";
import { BULK } from "./hostile_memory.ts";
import { NETWORK } from "./hostile_network.ts";
import { PROCESSES } from "./hostile_process.ts";
import { TIME } from "./hostile_time.ts";

/** Every attack. */
export const CORPUS: readonly Attack[] = [
  ...FILES,
  ...NETWORK,
  ...PROCESSES,
  ...TIME,
  ...DEPTH,
  ...BULK,
  ...FORGERY,
  ...ENGINE,
  ...LEFTOVERS,
  ...JS_OUTSIDE,
  ...JS_INSIDE,
];
