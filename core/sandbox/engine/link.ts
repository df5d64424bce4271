/** Makes the instances of a plan. Knows nothing of Python. @module */
import type { Plan, Ref } from "./plan.ts";

/** A function of the host, called with numbers and big integers as the guest's types say. */
export type HostFunction = (
  ...args: (number | bigint)[]
) => number | bigint | void;

/** What the plan names, found. */
export interface Linked {
  readonly memory: WebAssembly.Memory;
  readonly table: WebAssembly.Table;
  readonly globals: readonly WebAssembly.Global[];
  readonly budgets: readonly WebAssembly.Global[];
  readonly touched: WebAssembly.Memory;
  readonly realloc: (
    old: number,
    oldSize: number,
    align: number,
    size: number,
  ) => number;
  readonly run: (...args: (number | bigint)[]) => number;
  readonly after: (result: number) => void;
}

/**
 * Makes the instances, in order, and returns their exports; `host` gives the function for `interface#function`; `ready` is told
 * each one that was made.
 * @throws {WebAssembly.LinkError} if instances and modules do not fit
 */
export function instantiate(
  instances: Plan["instances"],
  modules: readonly WebAssembly.Module[],
  host: (name: string) => HostFunction,
  ready: (number: number, made: readonly WebAssembly.Exports[]) => void = () => {},
): readonly WebAssembly.Exports[] {
  const made: WebAssembly.Exports[] = [];
  for (const [number, { module, imports }] of instances.entries()) {
    const given: Record<string, Record<string, WebAssembly.ImportValue>> = {};
    for (const [from, fields] of Object.entries(imports)) {
      const filled: Record<string, WebAssembly.ImportValue> = {};
      for (const [field, source] of Object.entries(fields)) {
        filled[field] = typeof source === "string" ? host(source) : exported(made, source);
      }
      given[from] = filled;
    }
    made.push(new WebAssembly.Instance(modules[module]!, given).exports);
    ready(number, made);
  }
  return made;
}

/**
 * Instantiates `modules` by the plan; `fill` gets the memory as soon as it is there, before anything can run on it.
 * @throws {WebAssembly.LinkError} if plan and modules do not fit
 */
export function link(
  plan: Plan,
  modules: readonly WebAssembly.Module[],
  host: (name: string) => HostFunction,
  fill: (memory: WebAssembly.Memory) => void = () => {},
): Linked {
  const made = instantiate(plan.instances, modules, host, (number, made) => {
    if (number === plan.memory[0]) fill(exported(made, plan.memory));
  });
  const find = <T extends WebAssembly.ExportValue>(ref: Ref) => exported<T>(made, ref);
  return {
    memory: find(plan.memory),
    table: find(plan.table),
    globals: plan.globals.map((ref) => find<WebAssembly.Global>(ref)),
    budgets: plan.budgets.map((ref) => find<WebAssembly.Global>(ref)),
    touched: find(plan.touched),
    realloc: find<WebAssembly.ExportValue>(plan.realloc) as Linked["realloc"],
    run: find<WebAssembly.ExportValue>(plan.run) as Linked["run"],
    after: find<WebAssembly.ExportValue>(plan.after) as Linked["after"],
  };
}

function exported<T extends WebAssembly.ExportValue>(
  made: readonly WebAssembly.Exports[],
  [instance, name]: Ref,
): T {
  const value = made[instance]?.[name];
  if (value === undefined) {
    throw new WebAssembly.LinkError(
      `Instance ${instance} has no export ${name}`,
    );
  }
  return value as T;
}
