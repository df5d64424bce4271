/** Turns expressions into functions that compute them with Python's meaning. @module */
import type { Clause, Expr, Named } from "./ast.ts";
import { BUILTINS, FUNCTION_NAMES, makeSet } from "./builtins.ts";
import { call, dictMethod, item, iterate, listMethod, put, setItem, setMethod, slice } from "./collections.ts";
import { binaryOf, comparison } from "./operators.ts";
import { type Eval, type Frame, type Machine, type Scope, step } from "./scope.ts";
import { TEXT_METHODS } from "./text_methods.ts";
import {
  Dict,
  exact,
  Func,
  List,
  OutsideError,
  PyError,
  SetValue,
  str,
  toInt,
  truth,
  Tuple,
  typeName,
  type Value,
} from "./values.ts";

/** Compiles an expression. */
export function compile(expr: Expr, scope: Scope, machine: Machine): Eval {
  const sub = (one: Expr) => compile(one, scope, machine);
  switch (expr.k) {
    case "int": {
      const v = exact(expr.v);
      return () => v;
    }
    case "str":
    case "const": {
      const { v } = expr;
      return () => v;
    }
    case "name":
      return name(expr.id, scope, machine);
    case "format": {
      const parts = expr.parts.map((part) => typeof part === "string" ? () => part : sub(part));
      return (f) => {
        let out = "";
        for (let i = 0; i < parts.length; i++) out += str(parts[i]!(f));
        return out;
      };
    }
    case "list": {
      const items = expr.items.map(sub);
      return (f) => new List(all(items, f));
    }
    case "tuple": {
      const items = expr.items.map(sub);
      return (f) => new Tuple(all(items, f));
    }
    case "set": {
      const items = expr.items.map(sub);
      return (f) => makeSet(items.map((one) => one(f)));
    }
    case "dict": {
      const pairs = expr.pairs.map(([key, value]) => [sub(key), sub(value)] as const);
      return (f) => {
        const out = new Dict();
        for (const [key, value] of pairs) put(out, key(f), value(f));
        return out;
      };
    }
    case "comp":
      return comprehension(expr, scope, machine);
    case "bin": {
      const [a, b] = [sub(expr.a), sub(expr.b)];
      return binaryOf(expr.op, a, b);
    }
    case "neg": {
      const a = sub(expr.a);
      return (f) => {
        const value = a(f);
        return typeof value === "number" ? 0 - value : exact(-toInt(value));
      };
    }
    case "not": {
      const a = sub(expr.a);
      return (f) => !truth(a(f));
    }
    case "and":
    case "or": {
      const [a, b] = [sub(expr.a), sub(expr.b)];
      const stop = expr.k === "or";
      return (f) => {
        const first = a(f);
        return truth(first) === stop ? first : b(f);
      };
    }
    case "compare":
      return comparison(sub(expr.a), expr.rest.map(([op, one]) => [op, sub(one)] as const));
    case "either": {
      const [test, yes, no] = [sub(expr.test), sub(expr.yes), sub(expr.no)];
      return (f) => truth(test(f)) ? yes(f) : no(f);
    }
    case "call":
      return callOf(expr, scope, machine);
    case "method":
      return method(expr, scope, machine);
    case "at": {
      const [on, index] = [sub(expr.on), sub(expr.index)];
      return (f) => item(on(f), index(f));
    }
    case "slice": {
      const [on, from, to, by] = [expr.on, expr.from, expr.to, expr.step].map((one) =>
        one === null ? () => null : sub(one)
      );
      return (f) => slice(on!(f), from!(f), to!(f), by!(f));
    }
    case "lambda":
      return scope.within(expr.params, () => {
        const slots = expr.params.map((one) => scope.slot(one));
        const body = sub(expr.body);
        return (f) =>
          new Func((args) => {
            step(machine);
            for (let i = 0; i < slots.length; i++) f[slots[i]!] = args[i]!;
            return body(f);
          });
      });
    case "star":
      throw new OutsideError("A star stands outside of a call");
  }
}

function all(parts: readonly Eval[], frame: Frame): Value[] {
  const out: Value[] = [];
  for (let i = 0; i < parts.length; i++) out.push(parts[i]!(frame));
  return out;
}

function name(id: string, scope: Scope, machine: Machine): Eval {
  const own = scope.outer === null || scope.has(id);
  if (!own && !scope.outer!.has(id) || own && !scope.has(id)) {
    const builtin = (FUNCTION_NAMES as readonly string[]).includes(id) ? BUILTINS[id] : undefined;
    if (builtin !== undefined) {
      const func = new Func((args) => builtin(args, {}, machine.console));
      return () => func;
    }
  }
  const slot = (own ? scope : scope.outer!).slot(id);
  const missing = own && scope.outer !== null ? "UnboundLocalError" : "NameError";
  if (own) {
    return (f) => {
      const value = f[slot];
      if (value === undefined) throw new PyError(missing, id);
      return value;
    };
  }
  return () => {
    const value = machine.globals[slot];
    if (value === undefined) throw new PyError(missing, id);
    return value;
  };
}

/** What is done with each round of a comprehension: something is added to a list or dictionary. */
type Round<T> = (frame: Frame, out: T) => void;

function comprehension(expr: Expr & { k: "comp" }, scope: Scope, machine: Machine): Eval {
  return scope.within(expr.clauses.flatMap(({ target }) => namesOf(target)), () => {
    const item = compile(expr.item, scope, machine);
    const value = expr.value === null ? null : compile(expr.value, scope, machine);
    if (value !== null) {
      const loop = rounds<Dict>(expr.clauses, 0, scope, machine, (f, out) => put(out, item(f), value(f)));
      return (f) => {
        const out = new Dict();
        loop(f, out);
        return out;
      };
    }
    const loop = rounds<Value[]>(expr.clauses, 0, scope, machine, (f, out) => out.push(item(f)));
    const set = expr.kind === "set";
    return (f) => {
      const items: Value[] = [];
      loop(f, items);
      return set ? makeSet(items) : new List(items);
    };
  });
}

function rounds<T>(
  list: readonly Clause[],
  at: number,
  scope: Scope,
  machine: Machine,
  last: Round<T>,
): Round<T> {
  const clause = list[at];
  if (clause === undefined) return last;
  const iter = compile(clause.iter, scope, machine);
  const bind = target(clause.target, scope, machine);
  const ifs = clause.ifs.map((one) => compile(one, scope, machine));
  const inner = rounds(list, at + 1, scope, machine, last);
  const test = ifs.length === 1 ? ifs[0]! : (f: Frame) => ifs.every((one) => truth(one(f)));
  const free = ifs.length === 0;
  return (f, out) => {
    const items = iterate(iter(f));
    for (let i = 0; i < items.length; i++) {
      step(machine);
      bind(f, items[i]!);
      if (free || truth(test(f))) inner(f, out);
    }
  };
}

/** Names that a target binds. */
export function namesOf(expr: Expr): string[] {
  return expr.k === "name" ? [expr.id] : expr.k === "tuple" ? expr.items.flatMap(namesOf) : [];
}

/** Compiles the left side of an assignment. */
export function target(expr: Expr, scope: Scope, machine: Machine): (frame: Frame, value: Value) => void {
  switch (expr.k) {
    case "name": {
      const slot = scope.slot(expr.id);
      return (f, value) => void (f[slot] = value);
    }
    case "tuple": {
      const parts = expr.items.map((one) => target(one, scope, machine));
      return (f, value) => {
        const items = iterate(value);
        if (items.length !== parts.length) throw new PyError("ValueError", `expected ${parts.length} values to unpack`);
        // What is bound first may change a list that is being unpacked.
        const fixed = value instanceof List ? [...items] : items;
        for (let i = 0; i < parts.length; i++) parts[i]!(f, fixed[i]!);
      };
    }
    case "at": {
      const [on, index] = [compile(expr.on, scope, machine), compile(expr.index, scope, machine)];
      return (f, value) => setItem(on(f), index(f), value);
    }
    default:
      throw new OutsideError(`Nothing can be assigned to a ${expr.k}`);
  }
}

const NONE: Readonly<Record<string, Value>> = Object.freeze({});

function argumentsOf(args: readonly Expr[], scope: Scope, machine: Machine): (frame: Frame) => Value[] {
  const parts = args.map((one) => compile(one.k === "star" ? one.a : one, scope, machine));
  const stars = args.map((one) => one.k === "star");
  if (stars.includes(true)) return (f) => parts.flatMap((part, i) => stars[i] ? iterate(part(f)) : [part(f)]);
  const [a, b] = parts;
  if (a === undefined) return () => [];
  if (b === undefined) return (f) => [a(f)];
  return parts.length === 2 ? (f) => [a(f), b(f)] : (f) => all(parts, f);
}

function namedOf(named: Named, scope: Scope, machine: Machine): (frame: Frame) => Readonly<Record<string, Value>> {
  if (named.length === 0) return () => NONE;
  const parts = named.map(([key, one]) => [key, compile(one, scope, machine)] as const);
  return (f) => {
    const keys: Record<string, Value> = {};
    for (const [key, value] of parts) keys[key] = value(f);
    return keys;
  };
}

function callOf(expr: Expr & { k: "call" }, scope: Scope, machine: Machine): Eval {
  const args = argumentsOf(expr.args, scope, machine);
  const named = namedOf(expr.named, scope, machine);
  const builtin = Object.hasOwn(BUILTINS, expr.fn) ? BUILTINS[expr.fn] : undefined;
  const known = scope.has(expr.fn) || (scope.outer?.has(expr.fn) ?? false);
  if (builtin !== undefined && !known) {
    return (f) => {
      step(machine);
      return builtin(args(f), named(f), machine.console);
    };
  }
  const func = name(expr.fn, scope, machine);
  return (f) => {
    const called = func(f);
    const list = args(f);
    named(f);
    return call(called, list);
  };
}

function method(expr: Expr & { k: "method" }, scope: Scope, machine: Machine): Eval {
  const on = compile(expr.on, scope, machine);
  const args = argumentsOf(expr.args, scope, machine);
  const named = namedOf(expr.named, scope, machine);
  const text = Object.hasOwn(TEXT_METHODS, expr.name) ? TEXT_METHODS[expr.name] : undefined;
  return (f) => {
    step(machine);
    const value = on(f);
    const list = args(f);
    const keys = named(f);
    if (typeof value === "string" && text !== undefined) return text(value, list);
    if (value instanceof List) return listMethod(value, expr.name, list, keys);
    if (value instanceof Dict) return dictMethod(value, expr.name, list);
    if (value instanceof SetValue) return setMethod(value, expr.name, list);
    throw new PyError("AttributeError", `${typeName(value)} has no ${expr.name}`);
  };
}
