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
 * Instantiates `modules` by the plan; `host` gives the function for `interface#function`; `fill` gets the memory as soon as it is
 * there, before anything can run on it.
 * @throws {WebAssembly.LinkError} if plan and modules do not fit
 */
export function link(
  plan: Plan,
  modules: readonly WebAssembly.Module[],
  host: (name: string) => HostFunction,
  fill: (memory: WebAssembly.Memory) => void = () => {},
): Linked {
  const made: WebAssembly.Exports[] = [];
  const find = <T extends WebAssembly.ExportValue>(
    [instance, name]: Ref,
  ): T => {
    const value = made[instance]?.[name];
    if (value === undefined) {
      throw new WebAssembly.LinkError(
        `Instance ${instance} has no export ${name}`,
      );
    }
    return value as T;
  };
  for (const [number, { module, imports }] of plan.instances.entries()) {
    const given: Record<string, Record<string, WebAssembly.ImportValue>> = {};
    for (const [from, fields] of Object.entries(imports)) {
      const filled: Record<string, WebAssembly.ImportValue> = {};
      for (const [field, source] of Object.entries(fields)) {
        filled[field] = typeof source === "string" ? host(source) : find(source);
      }
      given[from] = filled;
    }
    made.push(new WebAssembly.Instance(modules[module]!, given).exports);
    if (number === plan.memory[0]) fill(find(plan.memory));
  }
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
