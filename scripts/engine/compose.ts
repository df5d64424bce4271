/** From what jco wrote to the modules and the plan of an image: modules joined, memory capped, code rewritten. @module */
import type { Plan, PlanInstance, Ref } from "../../core/sandbox/engine/plan.ts";
import { capMemory } from "./cap.ts";
import { merge, MERGED, type Merged } from "./merge.ts";
import { type Instantiate, record } from "./record.ts";
import { type Changes, rewrite } from "./rewrite.ts";
import { watchModule } from "./watch.ts";
import { WATCH } from "../../core/sandbox/engine/watch.ts";

/** What goes into an image, and what was done to it. */
export interface Composed {
  readonly plan: Plan;
  readonly modules: readonly Uint8Array<ArrayBuffer>[];
  /** Undefined for an original. */
  readonly counts?: Omit<Changes, "globals"> & Merged["functions"];
}

/** Names of the exports that a guest of world.wit has. */
const EXPORTS = {
  realloc: "cabi_realloc",
  run: "run",
  after: "cabi_post_run",
} as const;
/** Names of the same in the joined module. */
const ROOT = { realloc: "realloc", run: "run", after: "after" } as const;

/** Options of {@linkcode compose}. */
export interface ComposeOptions {
  /** Upper limit of the memory in pages of 64 KiB. */
  readonly maxPages: number;
  /** Leave the code as it was, for comparison: nothing counts down, nothing is noted. @default {false} */
  readonly original?: boolean;
}

/** Composes an image's content. */
export function compose(
  instantiate: Instantiate,
  read: (file: string) => Uint8Array<ArrayBuffer>,
  { maxPages, original = false }: ComposeOptions,
): Composed {
  const { files, instances } = record(instantiate, read);
  const modules = files.map(read);
  const composed = original ? asRecorded(modules, instances) : asOne(modules, instances, maxPages);
  for (const [i, module] of composed.modules.entries()) {
    if (!WebAssembly.validate(module)) throw new Error(`Module ${i} of the image is not valid`);
  }
  return composed;
}

/** One module with all of the code, rewritten, beside the one with memory and table. */
function asOne(
  modules: readonly Uint8Array<ArrayBuffer>[],
  instances: readonly PlanInstance[],
  maxPages: number,
): Composed {
  const merged = merge(modules, instances, found(modules).roots);
  const { module, changes } = rewrite(merged.code);
  const [holder, code] = [1, 2];
  const plan: Plan = {
    instances: [
      watch(),
      { module: holder, imports: {} },
      {
        module: code,
        imports: {
          [MERGED.own]: { [MERGED.memory]: [holder, MERGED.memory], [MERGED.table]: [holder, MERGED.table] },
          [MERGED.host]: Object.fromEntries(merged.host.map((name) => [name, name])),
          [WATCH.module]: { [WATCH.table]: [0, WATCH.table], [WATCH.pages]: [0, WATCH.pages] },
        },
      },
    ],
    memory: [holder, MERGED.memory],
    table: [holder, MERGED.table],
    globals: merged.globals.map((name): Ref => [code, name]),
    budgets: [[code, WATCH.left]],
    touched: [0, WATCH.pages],
    realloc: [code, ROOT.realloc],
    run: [code, ROOT.run],
    after: [code, ROOT.after],
  };
  return {
    plan,
    modules: [watchModule(), capMemory(merged.holder, maxPages), module],
    counts: { ...changes, ...merged.functions },
  };
}

/** The modules as they are. The watch goes first, so every number rises by one. */
function asRecorded(modules: readonly Uint8Array<ArrayBuffer>[], instances: readonly PlanInstance[]): Composed {
  const up = ([instance, name]: Ref): Ref => [instance + 1, name];
  const { memory, table, roots } = found(modules);
  const plan: Plan = {
    instances: [watch(), ...instances.map(raised)],
    memory: up(memory),
    table: up(table),
    globals: [],
    budgets: [],
    touched: [0, WATCH.pages],
    realloc: up(roots.realloc),
    run: up(roots.run),
    after: up(roots.after),
  };
  return { plan, modules: [watchModule(), ...modules] };
}

/** What an image needs of a component, found by what it is. */
function found(modules: readonly Uint8Array<ArrayBuffer>[]) {
  const compiled = modules.map((bytes) => new WebAssembly.Module(bytes));
  const memory = only(compiled, "memory", ({ kind }) => kind === "memory");
  const table = only(compiled, "table", ({ kind }) => kind === "table");
  const run = only(
    compiled,
    "function run",
    ({ name, kind }) => name === EXPORTS.run && kind === "function",
  );
  const roots = {
    [ROOT.run]: run,
    [ROOT.realloc]: [run[0], EXPORTS.realloc] as Ref,
    [ROOT.after]: [run[0], EXPORTS.after] as Ref,
  };
  return { memory, table, roots };
}

function watch(): PlanInstance {
  const calls = ["check", "grow", "size"].map((
    name,
  ) => [name, `${WATCH.host}#${name}`]);
  return { module: 0, imports: { [WATCH.host]: Object.fromEntries(calls) } };
}

function raised({ module, imports }: PlanInstance): PlanInstance {
  const up = (source: Ref | string): Ref | string => typeof source === "string" ? source : [source[0] + 1, source[1]];
  const moved = Object.entries(imports).map(([from, fields]) => [
    from,
    Object.fromEntries(
      Object.entries(fields).map(([name, source]) => [name, up(source)]),
    ),
  ]);
  return { module: module + 1, imports: Object.fromEntries(moved) };
}

/** The one export that fits. @throws {Error} if there is none, or more than one */
function only(
  modules: readonly WebAssembly.Module[],
  what: string,
  fits: (one: WebAssembly.ModuleExportDescriptor) => boolean,
): Ref {
  const found = modules.flatMap((module, i) =>
    WebAssembly.Module.exports(module).filter(fits).map(({ name }): Ref => [i, name])
  );
  if (found.length !== 1) {
    throw new Error(
      `The component exports ${found.length} of ${what}, where one was expected`,
    );
  }
  return found[0]!;
}
