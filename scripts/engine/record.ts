/**
 * The recorder of the link plan: lets the code that jco generated link the component once, notes for every instance which module
 * it is and which export each of its imports was, and throws away the instances that only stand for WASI.
 * @module
 */
import type { PlanInstance, Ref } from "../../core/sandbox/engine/plan.ts";

/** The generated function, with `tag: "sync"`. */
export type Instantiate = (
  load: (path: string) => WebAssembly.Module,
  imports: Record<string, never>,
  instantiateCore: (
    module: WebAssembly.Module,
    imports?: WebAssembly.Imports,
  ) => { exports: WebAssembly.Exports },
) => unknown;

/** What was recorded: instances, and the files of their modules in order. */
export interface Recording {
  readonly files: readonly string[];
  readonly instances: readonly PlanInstance[];
}

interface Noted {
  readonly file: string;
  readonly module: WebAssembly.Module;
  readonly imports: Record<string, Record<string, Ref | string>>;
}

/** Imports of these modules are the host's, whatever stood for them here. */
const OF_HOST = /^(wasi:|wasi_snapshot_preview1$)/;

/** Links once and notes it. @throws {Error} if an import is neither the host's nor an export of an earlier instance */
export function record(
  instantiate: Instantiate,
  read: (file: string) => Uint8Array<ArrayBuffer>,
): Recording {
  const files = new Map<WebAssembly.Module, string>();
  const known = new Map<unknown, Ref>();
  const noted: Noted[] = [];
  const load = (file: string) => {
    const module = new WebAssembly.Module(read(file));
    files.set(module, file);
    return module;
  };
  instantiate(load, {}, (module, given = {}) => {
    const instance = new WebAssembly.Instance(module, given);
    const number = noted.length;
    noted.push({
      file: files.get(module)!,
      module,
      imports: sources(module, given, known),
    });
    // An export that is passed on is known as what it was first.
    for (const [name, value] of Object.entries(instance.exports)) {
      if (!known.has(value)) known.set(value, [number, name]);
    }
    return { exports: instance.exports };
  });
  return select(noted);
}

function sources(
  module: WebAssembly.Module,
  given: WebAssembly.Imports,
  known: ReadonlyMap<unknown, Ref>,
) {
  const found: Record<string, Record<string, Ref | string>> = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    const source = OF_HOST.test(from) ? hostName(from, name) : known.get(given[from]?.[name]);
    if (source === undefined) {
      throw new Error(
        `The import ${from} ${name} is no export of an earlier module; jco links this component in a new way`,
      );
    }
    (found[from] ??= {})[name] = source;
  }
  return found;
}

/** `interface#function` without the interface's version. */
function hostName(from: string, name: string): string {
  return `${from.replace(/@[\d.]+$/, "")}#${name}`;
}

/** Leaves out the stubs of WASI and what only connects them, and numbers the rest again. */
function select(noted: readonly Noted[]): Recording {
  const plumbing = new Set<number>();
  for (const [number, { module, imports }] of noted.entries()) {
    const refs = Object.values(imports).flatMap((fields) => Object.values(fields));
    const alone = refs.every((ref) => typeof ref !== "string" && plumbing.has(ref[0]));
    const holds = WebAssembly.Module.exports(module).some(({ kind }) => kind === "memory" || kind === "global");
    if (alone && !holds) plumbing.add(number);
  }
  const kept = new Set<number>();
  const keep = (number: number) => {
    if (kept.has(number)) return;
    kept.add(number);
    for (const fields of Object.values(noted[number]!.imports)) {
      for (const ref of Object.values(fields)) {
        if (typeof ref !== "string") keep(ref[0]);
      }
    }
  };
  for (const number of noted.keys()) if (!plumbing.has(number)) keep(number);
  const order = [...kept].sort((a, b) => a - b);
  const renumber = (source: Ref | string): Ref | string =>
    typeof source === "string" ? source : [order.indexOf(source[0]), source[1]];
  const instances = order.map((number, module) => ({
    module,
    imports: Object.fromEntries(
      Object.entries(noted[number]!.imports).map(([from, fields]) => [
        from,
        Object.fromEntries(
          Object.entries(fields).map((
            [name, source],
          ) => [name, renumber(source)]),
        ),
      ]),
    ),
  }));
  return { files: order.map((number) => noted[number]!.file), instances };
}
