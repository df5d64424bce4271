/** From what jco wrote to the modules and the plan of an image: memory capped, code rewritten, everything found by what it is. @module */
import type { Plan, PlanInstance, Ref } from "../../core/sandbox/engine/plan.ts";
import { capMemory } from "./cap.ts";
import { type Instantiate, record } from "./record.ts";
import { type Changes, rewrite } from "./rewrite.ts";
import { signatures } from "./signatures.ts";
import { watchModule } from "./watch.ts";
import { WATCH } from "../../core/sandbox/engine/watch.ts";
import { sections } from "./wasm.ts";

/** What goes into an image, and how much was rewritten. */
export interface Composed {
  readonly plan: Plan;
  readonly modules: readonly Uint8Array<ArrayBuffer>[];
  readonly counts: {
    readonly loops: number;
    readonly bulks: number;
    readonly stores: number;
    readonly sizes: number;
  };
}

/** Names of the exports that a guest of world.wit has. */
const EXPORTS = {
  realloc: "cabi_realloc",
  run: "run",
  after: "cabi_post_run",
} as const;

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
  const { files, instances: recorded } = record(instantiate, read);
  const originals = files.map(read);
  const compiled = originals.map((bytes) => new WebAssembly.Module(bytes));
  const memory = only(compiled, "memory", ({ kind }) => kind === "memory");
  const table = only(compiled, "table", ({ kind }) => kind === "table");
  const run = only(
    compiled,
    "function run",
    ({ name, kind }) => name === EXPORTS.run && kind === "function",
  );
  const rewritten = originals.map((bytes, i) => rewrite(i === memory[0] ? capMemory(bytes, maxPages) : bytes));
  const written = rewritten.flatMap(({ changes }, i) => writtenGlobals(originals[i]!, i, recorded, changes.globals));
  const budgets = rewritten.flatMap(({ changes }, i) => !original && changed(changes) ? [i] : []);
  // The watch goes first, so every number rises by one.
  const up = ([instance, name]: Ref): Ref => [instance + 1, name];
  const plan: Plan = {
    instances: [
      watch(),
      ...recorded.map((instance, i) => raised(instance, budgets.includes(i))),
    ],
    memory: up(memory),
    table: up(table),
    globals: unique(written).map(up),
    budgets: budgets.map((i) => up([i, WATCH.left])),
    touched: [0, WATCH.pages],
    realloc: up([run[0], EXPORTS.realloc]),
    run: up(run),
    after: up([run[0], EXPORTS.after]),
  };
  const modules = [watchModule(), ...(original ? originals : rewritten.map(({ module }) => module))];
  for (const [i, module] of modules.entries()) {
    if (!WebAssembly.validate(module)) {
      throw new Error(
        `The rewritten module ${i} (${files[i - 1]}) is not valid`,
      );
    }
  }
  const sum = (key: "loops" | "bulks" | "stores" | "sizes") =>
    rewritten.reduce((n, { changes }) => n + changes[key], 0);
  return {
    plan,
    modules,
    counts: {
      loops: sum("loops"),
      bulks: sum("bulks"),
      stores: sum("stores"),
      sizes: sum("sizes"),
    },
  };
}

function changed({ loops, bulks, stores, sizes }: Changes): boolean {
  return loops + bulks + stores + sizes > 0;
}

function watch(): PlanInstance {
  const calls = ["check", "grow", "size"].map((
    name,
  ) => [name, `${WATCH.host}#${name}`]);
  return { module: 0, imports: { [WATCH.host]: Object.fromEntries(calls) } };
}

function raised(
  { module, imports }: PlanInstance,
  watched: boolean,
): PlanInstance {
  const up = (source: Ref | string): Ref | string => typeof source === "string" ? source : [source[0] + 1, source[1]];
  const moved = Object.entries(imports).map(([from, fields]) => [
    from,
    Object.fromEntries(
      Object.entries(fields).map(([name, source]) => [name, up(source)]),
    ),
  ]);
  const own = watched
    ? {
      [WATCH.module]: {
        [WATCH.table]: [0, WATCH.table],
        [WATCH.pages]: [0, WATCH.pages],
      },
    }
    : {};
  return {
    module: module + 1,
    imports: { ...Object.fromEntries(moved), ...own },
  };
}

/** The one export that fits. @throws {Error} if there is none, or more than one */
function only(
  modules: readonly WebAssembly.Module[],
  what: string,
  fits: (one: WebAssembly.ModuleExportDescriptor) => boolean,
): Ref {
  const found = modules.flatMap((module, i) =>
    WebAssembly.Module.exports(module).filter(fits).map((
      { name },
    ): Ref => [i, name])
  );
  if (found.length !== 1) {
    throw new Error(
      `The component exports ${found.length} of ${what}, where one was expected`,
    );
  }
  return found[0]!;
}

/** Where the globals live that a module's code writes. @throws {Error} for one that nobody else can set back */
function writtenGlobals(
  module: Uint8Array,
  instance: number,
  recorded: readonly PlanInstance[],
  indexes: ReadonlySet<number>,
): Ref[] {
  const known = signatures(sections(module));
  return [...indexes].map((index): Ref => {
    const imported = known.globalImports[index];
    if (imported) {
      return recorded[instance]!
        .imports[imported.module]![imported.name] as Ref;
    }
    const name = known.globalExports.get(index);
    if (name === undefined) {
      throw new Error(
        `Module ${instance} writes its global ${index}, which it does not export`,
      );
    }
    return [instance, name];
  });
}

function unique(refs: readonly Ref[]): Ref[] {
  return [...new Map(refs.map((ref) => [ref.join(" "), ref])).values()];
}
