/** Operators of compiled programs: each is chosen once, with a short way for what most programs compute with. @module */
import type { BinaryOp, CompareOp } from "./ast.ts";
import { contains } from "./collections.ts";
import { binary } from "./numbers.ts";
import type { Eval } from "./scope.ts";
import { equal, order, type Value } from "./values.ts";

/** `a op b`. */
export function binaryOf(op: BinaryOp, a: Eval, b: Eval): Eval {
  switch (op) {
    case "+":
      return (f) => {
        const x = a(f);
        const y = b(f);
        if (typeof x === "number" && typeof y === "number") {
          const sum = x + y;
          if (Number.isSafeInteger(sum)) return sum;
        }
        return binary("+", x, y);
      };
    case "-":
      return (f) => {
        const x = a(f);
        const y = b(f);
        if (typeof x === "number" && typeof y === "number") {
          const difference = x - y;
          if (Number.isSafeInteger(difference)) return difference;
        }
        return binary("-", x, y);
      };
    case "%":
      return (f) => {
        const x = a(f);
        const y = b(f);
        return typeof x === "number" && typeof y === "number" && x >= 0 && y > 0 ? x % y : binary("%", x, y);
      };
    default:
      return (f) => binary(op, a(f), b(f));
  }
}

/** `a op b op …`, each with its neighbour. */
export function comparison(a: Eval, rest: readonly (readonly [CompareOp, Eval])[]): Eval {
  if (rest.length === 1) return compareOf(rest[0]![0], a, rest[0]![1]);
  return (f) => {
    let left = a(f);
    for (let i = 0; i < rest.length; i++) {
      const right = rest[i]![1](f);
      if (!compare(rest[i]![0], left, right)) return false;
      left = right;
    }
    return true;
  };
}

function compareOf(op: CompareOp, a: Eval, b: Eval): Eval {
  switch (op) {
    case "==":
      return (f) => same(a(f), b(f));
    case "!=":
      return (f) => !same(a(f), b(f));
    case "<":
      return (f) => {
        const x = a(f);
        const y = b(f);
        return typeof x === "number" && typeof y === "number" ? x < y : order(x, y) < 0;
      };
    case ">":
      return (f) => {
        const x = a(f);
        const y = b(f);
        return typeof x === "number" && typeof y === "number" ? x > y : order(x, y) > 0;
      };
    default:
      return (f) => compare(op, a(f), b(f));
  }
}

/** Whether two values compare so. */
function compare(op: CompareOp, a: Value, b: Value): boolean {
  switch (op) {
    case "==":
      return same(a, b);
    case "!=":
      return !same(a, b);
    case "in":
      return contains(b, a);
    case "not in":
      return !contains(b, a);
    case "<":
      return order(a, b) < 0;
    case "<=":
      return order(a, b) <= 0;
    case ">":
      return order(a, b) > 0;
    case ">=":
      return order(a, b) >= 0;
  }
}

function same(a: Value, b: Value): boolean {
  if (typeof a === "string" && typeof b === "string") return a === b;
  if (typeof a === "number" && typeof b === "number") return a === b;
  return equal(a, b);
}
