/** Runs programs with Python's meaning, in steps that are counted: the same text as python3 or no result at all. @module */
import type { Block, Stmt } from "./ast.ts";
import { call, iterate } from "./collections.ts";
import { compile, namesOf, target } from "./compile.ts";
import { binary } from "./numbers.ts";
import { type Frame, type Machine, Scope, step } from "./scope.ts";
import { Func, List, OutsideError, PyError, truth, type Value } from "./values.ts";

/** Steps (loop rounds and calls) that a run may take. */
export const MOST_STEPS = 200_000;
const MOST_OUTPUT = 200_000;
const DEEPEST_CALL = 200;

/** What a run did. `outside`: it left what the evaluator knows, so only Python can say. */
export type Run =
  | { readonly kind: "ended"; readonly stdout: string; readonly value: Value; readonly steps: number }
  | { readonly kind: "raised"; readonly stdout: string; readonly exception: string }
  | { readonly kind: "outside"; readonly reason: string };

/** A program that is ready to run. */
export interface Runnable {
  /** Runs the module with this standard input. */
  stdin(text: string): Run;
  /** Runs the module, then calls one of its functions. */
  call(name: string, args: Value[]): Run;
}

/** How a statement ended: it went on, or left its loop or function. */
type Flow = "on" | "break" | "continue" | "return";
type Exec = (frame: Frame) => Flow;

/** Prepares a program. */
export function load(program: Block, mostSteps: number = MOST_STEPS): Runnable {
  const machine: Machine & { result: Value; depth: number } = {
    console: { line: () => undefined, write: () => {} },
    steps: 0,
    globals: [],
    result: null,
    depth: 0,
  };
  const scope = new Scope(null);
  const prepared = guarded(() => block(program, scope, machine));
  const run = (stdin: string, work: () => Value): Run => {
    if ("kind" in prepared) return prepared;
    const lines = stdin === "" ? [] : stdin.replace(/\n$/, "").split("\n");
    let [at, stdout] = [0, ""];
    machine.console = {
      line: () => lines[at++],
      write(text) {
        stdout += text;
        if (stdout.length > MOST_OUTPUT) throw new OutsideError("The program prints too much");
      },
    };
    machine.steps = mostSteps;
    machine.globals = [];
    machine.result = null;
    machine.depth = 0;
    const ended = guarded(() => {
      prepared.value(machine.globals);
      return work();
    });
    if (!("kind" in ended)) return { kind: "ended", stdout, value: ended.value, steps: mostSteps - machine.steps };
    return ended.kind === "raised" ? { ...ended, stdout } : ended;
  };
  return {
    stdin: (text) => run(text, () => null),
    call: (name, args) =>
      run("", () => {
        const func = scope.has(name) ? machine.globals[scope.slot(name)] : undefined;
        if (func === undefined) throw new PyError("NameError", name);
        return call(func, args);
      }),
  };
}

/** Turns the two kinds of errors into data. A stack that overflows here says nothing of Python. */
function guarded<T>(work: () => T): { value: T } | Exclude<Run, { kind: "ended" }> {
  try {
    return { value: work() };
  } catch (error) {
    if (error instanceof PyError) return { kind: "raised", stdout: "", exception: error.type };
    if (error instanceof OutsideError || error instanceof RangeError) return { kind: "outside", reason: error.message };
    throw error;
  }
}

type Shared = Machine & { result: Value; depth: number };

function block(list: Block, scope: Scope, machine: Shared): Exec {
  const parts = list.map((one) => statement(one, scope, machine));
  if (parts.length === 1) return parts[0]!;
  return (f) => {
    for (let i = 0; i < parts.length; i++) {
      const flow = parts[i]!(f);
      if (flow !== "on") return flow;
    }
    return "on";
  };
}

function statement(stmt: Stmt, scope: Scope, machine: Shared): Exec {
  switch (stmt.k) {
    case "assign": {
      const value = compile(stmt.value, scope, machine);
      const bind = target(stmt.target, scope, machine);
      return (f) => {
        bind(f, value(f));
        return "on";
      };
    }
    case "update": {
      const old = compile(stmt.target, scope, machine);
      const value = compile(stmt.value, scope, machine);
      const bind = target(stmt.target, scope, machine);
      const { op } = stmt;
      return (f) => {
        const before = old(f);
        const by = value(f);
        // Python extends a list in place; a new one would not be seen through other names.
        if (before instanceof List && op === "+") before.items.push(...iterate(by));
        else bind(f, binary(op, before, by));
        return "on";
      };
    }
    case "do": {
      const value = compile(stmt.value, scope, machine);
      return (f) => {
        value(f);
        return "on";
      };
    }
    case "if": {
      const branches = stmt.branches.map(({ test, body }) =>
        [compile(test, scope, machine), block(body, scope, machine)] as const
      );
      const otherwise = block(stmt.otherwise, scope, machine);
      return (f) => {
        for (let i = 0; i < branches.length; i++) {
          const branch = branches[i]!;
          if (truth(branch[0](f))) return branch[1](f);
        }
        return otherwise(f);
      };
    }
    case "for":
      return loop(stmt, scope, machine);
    case "while": {
      const test = compile(stmt.test, scope, machine);
      const body = block(stmt.body, scope, machine);
      return (f) => {
        while (truth(test(f))) {
          step(machine);
          const flow = body(f);
          if (flow === "break") break;
          if (flow === "return") return flow;
        }
        return "on";
      };
    }
    case "return": {
      const value = stmt.value === null ? () => null : compile(stmt.value, scope, machine);
      return (f) => {
        machine.result = value(f);
        return "return";
      };
    }
    case "def":
      return define(stmt, scope, machine);
    case "pass":
      return () => "on";
    case "break":
      return () => "break";
    case "continue":
      return () => "continue";
  }
}

function loop(stmt: Stmt & { k: "for" }, scope: Scope, machine: Shared): Exec {
  const iter = compile(stmt.iter, scope, machine);
  const bind = target(stmt.target, scope, machine);
  const body = block(stmt.body, scope, machine);
  return (f) => {
    const items = iterate(iter(f));
    for (let i = 0; i < items.length; i++) {
      step(machine);
      bind(f, items[i]!);
      const flow = body(f);
      if (flow === "break") break;
      if (flow === "return") return flow;
    }
    return "on";
  };
}

function define(stmt: Stmt & { k: "def" }, scope: Scope, machine: Shared): Exec {
  const slot = scope.slot(stmt.name);
  const inner = new Scope(scope);
  const params = stmt.params.map((one) => inner.slot(one));
  for (const one of assigned(stmt.body)) inner.slot(one);
  // Compiled at its first call: by then every name of the module is known.
  let body: Exec | undefined;
  return (f) => {
    f[slot] = new Func((args) => {
      body ??= block(stmt.body, inner, machine);
      if (args.length !== params.length) {
        throw new PyError("TypeError", `${stmt.name}() takes ${params.length} arguments`);
      }
      if (++machine.depth > DEEPEST_CALL) throw new OutsideError("Calls are nested too deep");
      step(machine);
      const frame: Frame = [];
      for (let i = 0; i < params.length; i++) frame[params[i]!] = args[i]!;
      const value = body(frame) === "return" ? machine.result : null;
      machine.depth--;
      return value;
    });
    return "on";
  };
}

/** Names that a function binds, which makes them its own. */
function assigned(list: Block): string[] {
  return list.flatMap((stmt) => {
    switch (stmt.k) {
      case "assign":
      case "update":
        return namesOf(stmt.target);
      case "for":
        return [...namesOf(stmt.target), ...assigned(stmt.body)];
      case "while":
        return assigned(stmt.body);
      case "if":
        return [...stmt.branches.flatMap(({ body }) => assigned(body)), ...assigned(stmt.otherwise)];
      default:
        return [];
    }
  });
}
