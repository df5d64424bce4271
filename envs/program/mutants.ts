/** Plausible mistakes: programs that differ from a right one at one place. Hidden cases are chosen to tell them apart. @module */
import type { BinaryOp, Block, CompareOp, Expr, Stmt } from "./ast.ts";

/** What may stand for an operator by mistake. */
const SWAPS: Readonly<Partial<Record<BinaryOp, readonly BinaryOp[]>>> = {
  "+": ["-"],
  "-": ["+"],
  "*": ["+"],
  "//": ["%"],
  "%": ["//"],
};
const COMPARES: Readonly<Record<CompareOp, readonly CompareOp[]>> = {
  "<": ["<=", ">"],
  "<=": ["<", ">="],
  ">": [">=", "<"],
  ">=": [">", "<="],
  "==": ["!="],
  "!=": ["=="],
  "in": ["not in"],
  "not in": ["in"],
};
const CALLS: Readonly<Record<string, string>> = { min: "max", max: "min", any: "all", all: "any", sorted: "list" };
const METHODS: Readonly<Record<string, string>> = {
  upper: "lower",
  lower: "upper",
  find: "rfind",
  rfind: "find",
  startswith: "endswith",
  endswith: "startswith",
  isalpha: "isalnum",
  strip: "lstrip",
};

/** Every program that differs from `block` at one place. */
export function mutants(block: Block): Block[] {
  return blocks(block);
}

/** All one-place changes of a list by a change of one of its items. */
function each<T>(list: readonly T[], change: (one: T) => readonly T[]): T[][] {
  return list.flatMap((one, i) => change(one).map((other) => list.with(i, other)));
}

function blocks(block: Block): Block[] {
  const out: Block[] = each(block, statements);
  for (const [i, stmt] of block.entries()) {
    const next = block[i + 1];
    // A dropped statement, two in the other order; without its definition or its last print a program says nothing at all.
    if (stmt.k !== "def" && block.length > 1) out.push(block.filter((_, j) => j !== i));
    if (next !== undefined && stmt.k !== "def" && next.k !== "def") out.push(block.with(i, next).with(i + 1, stmt));
  }
  return out;
}

function statements(stmt: Stmt): Stmt[] {
  switch (stmt.k) {
    case "assign":
    case "update": {
      const out: Stmt[] = expressions(stmt.value).map((value) => ({ ...stmt, value }));
      if (stmt.k === "update") { for (const op of SWAPS[stmt.op] ?? []) out.push({ ...stmt, op }); }
      return out;
    }
    case "do":
      return expressions(stmt.value).map((value) => ({ ...stmt, value }));
    case "return":
      return stmt.value === null ? [] : expressions(stmt.value).map((value) => ({ ...stmt, value }));
    case "for":
      return [
        ...expressions(stmt.iter).map((iter) => ({ ...stmt, iter })),
        ...blocks(stmt.body).map((body) => ({ ...stmt, body })),
      ];
    case "while":
      return [
        ...expressions(stmt.test).map((test) => ({ ...stmt, test })),
        ...blocks(stmt.body).map((body) => ({ ...stmt, body })),
      ];
    case "def":
      return blocks(stmt.body).map((body) => ({ ...stmt, body }));
    case "if":
      return conditions(stmt);
    case "continue":
      return [{ k: "break" }];
    case "break":
      return [{ k: "pass" }];
    case "pass":
      return [];
  }
}

function conditions(stmt: Stmt & { k: "if" }): Stmt[] {
  const out: Stmt[] = each(stmt.branches, (branch) => [
    ...expressions(branch.test).map((test) => ({ ...branch, test })),
    ...blocks(branch.body).map((body) => ({ ...branch, body })),
  ]).map((branches) => ({ ...stmt, branches }));
  out.push(...blocks(stmt.otherwise).map((otherwise) => ({ ...stmt, otherwise })));
  if (stmt.otherwise.length > 0) out.push({ ...stmt, otherwise: [] });
  if (stmt.branches.length > 1) {
    for (const i of stmt.branches.keys()) out.push({ ...stmt, branches: stmt.branches.filter((_, j) => j !== i) });
  }
  return out;
}

function expressions(expr: Expr): Expr[] {
  switch (expr.k) {
    case "int":
      return [{ k: "int", v: expr.v + 1n }, { k: "int", v: expr.v - 1n }];
    case "str":
      return expr.v === " " ? [{ k: "str", v: "" }] : [];
    case "const":
      return typeof expr.v === "boolean" ? [{ k: "const", v: !expr.v }] : [];
    case "name":
    case "lambda":
      return expr.k === "lambda" ? expressions(expr.body).map((body) => ({ ...expr, body })) : [];
    case "format":
      return each(expr.parts, (part) => typeof part === "string" ? [] : expressions(part)).map((parts) => ({
        ...expr,
        parts,
      }));
    case "list":
    case "tuple":
    case "set":
      return each(expr.items, expressions).map((items) => ({ ...expr, items }));
    case "dict":
      return each(expr.pairs, ([key, value]) => expressions(value).map((one) => [key, one] as const))
        .map((pairs) => ({ ...expr, pairs }));
    case "comp":
      return comprehensions(expr);
    case "bin":
      return [
        ...(SWAPS[expr.op] ?? []).map((op) => ({ ...expr, op })),
        ...expressions(expr.a).map((a) => ({ ...expr, a })),
        ...expressions(expr.b).map((b) => ({ ...expr, b })),
      ];
    case "neg":
    case "not":
      return [expr.a, ...expressions(expr.a).map((a) => ({ ...expr, a }))];
    case "and":
    case "or":
      return [
        { ...expr, k: expr.k === "and" ? "or" : "and" },
        expr.a,
        expr.b,
        ...expressions(expr.a).map((a) => ({ ...expr, a })),
        ...expressions(expr.b).map((b) => ({ ...expr, b })),
      ];
    case "compare":
      return [
        ...expressions(expr.a).map((a) => ({ ...expr, a })),
        ...each(expr.rest, ([op, one]) => [
          ...COMPARES[op].map((other) => [other, one] as const),
          ...expressions(one).map((other) => [op, other] as const),
        ]).map((rest) => ({ ...expr, rest })),
      ];
    case "either":
      return [
        { ...expr, yes: expr.no, no: expr.yes },
        ...expressions(expr.test).map((test) => ({ ...expr, test })),
        ...expressions(expr.yes).map((yes) => ({ ...expr, yes })),
        ...expressions(expr.no).map((no) => ({ ...expr, no })),
      ];
    case "call":
    case "method":
      return calls(expr);
    case "at":
      return expressions(expr.index).map((index) => ({ ...expr, index }));
    case "slice":
      return slices(expr);
    case "star":
      return expressions(expr.a).map((a) => ({ ...expr, a }));
  }
}

function comprehensions(expr: Expr & { k: "comp" }): Expr[] {
  const out: Expr[] = expressions(expr.item).map((item) => ({ ...expr, item }));
  if (expr.value !== null) out.push(...expressions(expr.value).map((value) => ({ ...expr, value })));
  out.push(
    ...each(expr.clauses, (clause) => [
      ...expressions(clause.iter).map((iter) => ({ ...clause, iter })),
      ...each(clause.ifs, expressions).map((ifs) => ({ ...clause, ifs })),
      ...(clause.ifs.length > 0 ? [{ ...clause, ifs: [] }] : []),
    ]).map((clauses) => ({ ...expr, clauses })),
  );
  return out;
}

function calls(expr: Expr & { k: "call" | "method" }): Expr[] {
  const out: Expr[] = [
    ...each(expr.args, expressions).map((args) => ({ ...expr, args })),
    ...each(expr.named, ([name, value]) => expressions(value).map((one) => [name, one] as const))
      .map((named) => ({ ...expr, named })),
    ...expr.named.map((_, i) => ({ ...expr, named: expr.named.filter((_, j) => j !== i) })),
  ];
  if (expr.k === "call") {
    const other = CALLS[expr.fn];
    if (other !== undefined) out.push({ ...expr, fn: other, named: other === "list" ? [] : expr.named });
    if (expr.fn === "abs" || expr.fn === "reversed") out.push(expr.args[0]!);
    return out;
  }
  const other = METHODS[expr.name];
  if (other !== undefined) out.push({ ...expr, name: other });
  if (["strip", "upper", "lower", "title", "capitalize", "swapcase", "zfill"].includes(expr.name)) out.push(expr.on);
  return [...out, ...expressions(expr.on).map((on) => ({ ...expr, on }))];
}

function slices(expr: Expr & { k: "slice" }): Expr[] {
  const out: Expr[] = [expr.on];
  for (const part of ["from", "to", "step"] as const) {
    const value = expr[part];
    if (value === null) continue;
    out.push({ ...expr, [part]: null }, ...expressions(value).map((one) => ({ ...expr, [part]: one })));
  }
  return out;
}
