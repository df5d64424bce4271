/**
 * CPython's start under our own host: the memory of before it, the files, and nothing else decide what comes of it. The calls are
 * those of the linker's start and of componentize-py, in their order.
 * @module
 */
import { instantiate } from "../../core/sandbox/engine/link.ts";
import type { PlanInstance, Ref } from "../../core/sandbox/engine/plan.ts";
import { Answers, type Receiver } from "./answers.ts";
import { KEEPER_FILE, SETUP } from "./keep.ts";
import type { StartHost } from "./start_host.ts";

/** The exports that are called, each of one module. */
const EXPORTS = { init: "exports#init", run: "run", realloc: "cabi_realloc" } as const;

/**
 * Starts CPython, which imports our guest.py. The module that defines the memory gives it the content of before the start.
 * Returns the memory. @throws {Error} with what it printed, if it does not start
 */
export function start(
  instances: readonly PlanInstance[],
  modules: readonly WebAssembly.Module[],
  host: StartHost,
): Uint8Array<ArrayBuffer> {
  const made = instantiate(instances, modules, (name) => host.function(name));
  const [memory] = having(made, "memory") as [WebAssembly.Memory];
  const [stack] = having(made, "__stack_pointer") as [WebAssembly.Global];
  const [init] = having(made, EXPORTS.init) as [(args: number) => number];
  const bindings = made.filter((exports) => EXPORTS.run in exports);
  const [realloc] = having(bindings, EXPORTS.realloc) as [Receiver["realloc"]];
  host.serve({ memory, realloc });
  const top = stack.value;
  const answers = new Answers({ memory, realloc });
  const failed = attempt(host, () => {
    for (const [instance, name] of setupOf(instances, modules)) (made[instance]![name] as () => void)();
    return errorOf(answers, init(initArguments(answers)) >>> 0);
  });
  if (failed !== undefined) throw new Error(`CPython did not start: ${host.printed.trim() || failed}`);
  // All other globals have the values of componentize-py's start: those that any code writes which we keep are this one.
  if (stack.value !== top) throw new Error("The stack is not empty after CPython's start");
  return new Uint8Array(memory.buffer as ArrayBuffer).slice();
}

/** What the linker's own start calls, in its order: without our keeper, which has done its work. */
export function setupOf(instances: readonly PlanInstance[], modules: readonly WebAssembly.Module[]): Ref[] {
  const steps = (names: readonly string[]) =>
    instances.flatMap(({ module, imports }) =>
      WebAssembly.Module.imports(modules[module]!)
        .filter(({ module: from, name }) => names.includes(name) && !from.endsWith(KEEPER_FILE))
        .map(({ module: from, name }) => imports[from]![name] as Ref)
    );
  const found = [...steps([SETUP.relocate]), ...steps(SETUP.construct)];
  if (found.length === 0) throw new Error("The component's libraries are linked in a new way: nobody constructs them");
  return found;
}

function having(made: readonly WebAssembly.Exports[], name: string): WebAssembly.ExportValue[] {
  const found = made.flatMap((exports) => exports[name] ?? []);
  if (found.length !== 1) throw new Error(`The component exports ${found.length} of ${name}, where one was expected`);
  return found;
}

function attempt<T>(host: StartHost, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw new Error(`CPython did not start: ${host.printed.trim() || cause}`, { cause });
  }
}

/** Arguments of componentize-py's `init`: the module to import, and what world.wit has. Returns their address. */
function initArguments(answers: Answers): number {
  const args = answers.room(84);
  answers.text(args, "guest");
  // Exports: `run`, a function by itself (0) which returns a value (1).
  answers.list(args + 8, 1, 32, (item) => {
    answers.byte(item, 0);
    answers.text(item + 4, "WitWorld");
    answers.text(item + 12, "run");
    answers.byte(item + 28, 1);
  });
  // Resources, flags, tuples, variants, enums and results: none.
  for (const none of [16, 32, 40, 48, 56, 72]) answers.list(args + none, 0, 4, () => {});
  const fields = ["exit", "error", "value", "cut"];
  answers.list(args + 24, 1, 24, (item) => {
    answers.text(item, "wit_world");
    answers.text(item + 8, "Outcome");
    answers.list(item + 16, fields.length, 8, (field, i) => answers.text(field, fields[i]!));
  });
  // Options: the one in it, which holds no other (0).
  answers.list(args + 64, 1, 1, (item) => answers.byte(item, 0), 1);
  // Whether WASI is left out.
  answers.byte(args + 80, 1);
  return args;
}

function errorOf(answers: Answers, result: number): string | undefined {
  const { view } = answers;
  if (view.getUint8(result) === 0) return undefined;
  return answers.read(view.getUint32(result + 4, true), view.getUint32(result + 8, true));
}
