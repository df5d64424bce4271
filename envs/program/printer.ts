/** Prints the tree of a program as Python that is laid out as people do. @module */
import { BINDING, type Block, type Expr, type Named, type Stmt } from "./ast.ts";

const INDENT = "    ";

/** The text of a program, ending with a line end. */
export function print(block: Block): string {
  const lines: string[] = [];
  for (const [i, stmt] of block.entries()) {
    if (i > 0 && (stmt.k === "def" || block[i - 1]!.k === "def")) lines.push("", "");
    lines.push(...statement(stmt));
  }
  return `${lines.join("\n")}\n`;
}

function indented(block: Block): string[] {
  return (block.length === 0 ? [{ k: "pass" } as Stmt] : block).flatMap(statement).map((line) => INDENT + line);
}

function statement(stmt: Stmt): string[] {
  switch (stmt.k) {
    case "assign":
      return [`${bare(stmt.target)} = ${bare(stmt.value)}`];
    case "update":
      return [`${text(stmt.target)} ${stmt.op}= ${text(stmt.value)}`];
    case "do":
      return [text(stmt.value)];
    case "if": {
      const lines = stmt.branches.flatMap(({ test, body }, i) => [
        `${i === 0 ? "if" : "elif"} ${text(test)}:`,
        ...indented(body),
      ]);
      return stmt.otherwise.length === 0 ? lines : [...lines, "else:", ...indented(stmt.otherwise)];
    }
    case "for":
      return [`for ${bare(stmt.target)} in ${text(stmt.iter)}:`, ...indented(stmt.body)];
    case "while":
      return [`while ${text(stmt.test)}:`, ...indented(stmt.body)];
    case "return":
      return [stmt.value === null ? "return" : `return ${bare(stmt.value)}`];
    case "def":
      return [`def ${stmt.name}(${stmt.params.join(", ")}):`, ...indented(stmt.body)];
    default:
      return [stmt.k];
  }
}

/** A tuple without its parentheses. */
function bare(expr: Expr): string {
  return expr.k === "tuple" && expr.items.length > 1 ? expr.items.map((item) => text(item)).join(", ") : text(expr);
}

/** How strongly an expression holds together, the weakest first. */
function strength(expr: Expr): number {
  switch (expr.k) {
    case "lambda":
      return 0;
    case "either":
      return 1;
    case "or":
      return 2;
    case "and":
      return 3;
    case "not":
      return 4;
    case "compare":
      return 5;
    case "bin":
      return BINDING[expr.op];
    case "neg":
      return 11;
    case "int":
      return expr.v < 0n ? 11 : 14;
    default:
      return 14;
  }
}

/** The text of an expression, in parentheses if it is weaker than its place. */
function text(expr: Expr, least = 0, quote: '"' | "'" = '"'): string {
  const inner = plain(expr, quote);
  return strength(expr) < least ? `(${inner})` : inner;
}

function plain(expr: Expr, quote: '"' | "'"): string {
  const at = (one: Expr, least = 0) => text(one, least, quote);
  const list = (items: readonly Expr[]) => items.map((item) => at(item)).join(", ");
  switch (expr.k) {
    case "int":
      return String(expr.v);
    case "str":
      return quoted(expr.v, quote);
    case "const":
      return expr.v === null ? "None" : expr.v ? "True" : "False";
    case "name":
      return expr.id;
    case "format":
      return `f"${
        expr.parts.map((part) => typeof part === "string" ? escaped(part, '"') : `{${text(part, 0, "'")}}`).join("")
      }"`;
    case "list":
      return `[${list(expr.items)}]`;
    case "set":
      return `{${list(expr.items)}}`;
    case "tuple":
      return `(${list(expr.items)}${expr.items.length === 1 ? "," : ""})`;
    case "dict":
      return `{${expr.pairs.map(([key, value]) => `${at(key)}: ${at(value)}`).join(", ")}}`;
    case "comp":
      return comprehension(expr, at);
    case "bin": {
      const own = BINDING[expr.op];
      return expr.op === "**"
        ? `${at(expr.a, own + 1)} ** ${at(expr.b, 11)}`
        : `${at(expr.a, own)} ${expr.op} ${at(expr.b, own + 1)}`;
    }
    case "neg":
      return `-${at(expr.a, 11)}`;
    case "not":
      return `not ${at(expr.a, 4)}`;
    case "and":
      return `${at(expr.a, 3)} and ${at(expr.b, 4)}`;
    case "or":
      return `${at(expr.a, 2)} or ${at(expr.b, 3)}`;
    case "compare":
      return at(expr.a, 6) + expr.rest.map(([op, one]) => ` ${op} ${at(one, 6)}`).join("");
    case "either":
      return `${at(expr.yes, 2)} if ${at(expr.test, 2)} else ${at(expr.no, 1)}`;
    case "call":
      return `${expr.fn}(${args(expr.args, expr.named, at)})`;
    case "method":
      return `${at(expr.on, 14)}.${expr.name}(${args(expr.args, expr.named, at)})`;
    case "at":
      return `${at(expr.on, 14)}[${at(expr.index)}]`;
    case "slice": {
      const [from, to, step] = [expr.from, expr.to, expr.step].map((one) => one === null ? "" : at(one));
      return `${at(expr.on, 14)}[${from}:${to}${step === "" ? "" : `:${step}`}]`;
    }
    case "lambda":
      return `lambda ${expr.params.join(", ")}: ${at(expr.body)}`;
    case "star":
      return `*${at(expr.a, 6)}`;
  }
}

function comprehension(expr: Expr & { k: "comp" }, at: (one: Expr, least?: number) => string): string {
  const clauses = expr.clauses.map(({ target, iter, ifs }) =>
    ` for ${bare(target)} in ${at(iter, 2)}${ifs.map((test) => ` if ${at(test, 2)}`).join("")}`
  ).join("");
  const head = expr.value === null ? at(expr.item) : `${at(expr.item)}: ${at(expr.value)}`;
  if (expr.kind === "list") return `[${head}${clauses}]`;
  return expr.kind === "gen" ? `(${head}${clauses})` : `{${head}${clauses}}`;
}

function args(list: readonly Expr[], named: Named, at: (one: Expr, least?: number) => string): string {
  // A generator that is the only argument needs no parentheses of its own.
  if (list.length === 1 && named.length === 0 && list[0]!.k === "comp" && list[0]!.kind === "gen") {
    return at(list[0]!).slice(1, -1);
  }
  return [...list.map((item) => at(item)), ...named.map(([name, value]) => `${name}=${at(value)}`)].join(", ");
}

function escaped(value: string, quote: '"' | "'"): string {
  return value.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll("\t", "\\t").replaceAll(quote, `\\${quote}`);
}

function quoted(value: string, quote: '"' | "'"): string {
  // The other quote where that saves an escape, except within a format string.
  const other = quote === '"' && value.includes('"') && !value.includes("'") ? "'" : quote;
  return `${other}${escaped(value, other)}${other}`;
}
