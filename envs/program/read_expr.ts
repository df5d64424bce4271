/** Reads expressions, the weakest operator first. @module */
import { type BinaryOp, BINDING, type Clause, type CompareOp, type Expr } from "./ast.ts";
import { type Token, tokens, unquote } from "./tokens.ts";

const COMPARE = ["==", "!=", "<=", ">=", "<", ">"] as const;
const RESERVED = new Set([
  "in",
  "not",
  "and",
  "or",
  "if",
  "else",
  "for",
  "lambda",
  "is",
  "return",
  "elif",
  "while",
  "def",
]);

/** A reader of tokens that knows expressions. */
export class ExprReader {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(list: readonly Token[]) {
    this.#tokens = list;
  }

  peek(): Token {
    return this.#tokens[this.#at]!;
  }

  /** Takes a word or sign if it comes next. */
  takes(text: string): boolean {
    const { kind, text: found } = this.peek();
    if ((kind !== "sign" && kind !== "name") || found !== text) return false;
    this.#at++;
    return true;
  }

  needs(text: string): void {
    if (!this.takes(text)) throw new SyntaxError(`Expected ${text} before ${JSON.stringify(this.#rest())}`);
  }

  needsKind(kind: Token["kind"]): Token {
    const token = this.peek();
    if (token.kind !== kind) throw new SyntaxError(`Expected ${kind} before ${JSON.stringify(this.#rest())}`);
    this.#at++;
    return token;
  }

  name(): string {
    return this.needsKind("name").text;
  }

  #rest(): string {
    return this.#tokens.slice(this.#at, this.#at + 8).map((token) => token.text || token.kind).join(" ");
  }

  /** What a loop binds: names, without the operator `in`. */
  targets(): Expr {
    const items: Expr[] = [this.#target()];
    while (this.takes(",")) items.push(this.#target());
    return items.length === 1 ? items[0]! : { k: "tuple", items };
  }

  #target(): Expr {
    if (this.takes("(")) {
      const inner = this.targets();
      this.needs(")");
      return inner;
    }
    return { k: "name", id: this.name() };
  }

  /** An expression, or several with commas between them. */
  tuple(): Expr {
    const first = this.expr();
    if (!this.takes(",")) return first;
    const items = [first, this.expr()];
    while (this.takes(",")) items.push(this.expr());
    return { k: "tuple", items };
  }

  expr(): Expr {
    if (this.takes("lambda")) {
      const params: string[] = [];
      while (!this.takes(":")) {
        params.push(this.name());
        this.takes(",");
      }
      return { k: "lambda", params, body: this.expr() };
    }
    const yes = this.#or();
    if (!this.takes("if")) return yes;
    const test = this.#or();
    this.needs("else");
    return { k: "either", test, yes, no: this.expr() };
  }

  #or(): Expr {
    let a = this.#and();
    while (this.takes("or")) a = { k: "or", a, b: this.#and() };
    return a;
  }

  #and(): Expr {
    let a = this.#not();
    while (this.takes("and")) a = { k: "and", a, b: this.#not() };
    return a;
  }

  #not(): Expr {
    return this.takes("not") ? { k: "not", a: this.#not() } : this.#compare();
  }

  #compare(): Expr {
    const a = this.#binary(6);
    const rest: [CompareOp, Expr][] = [];
    for (let op = this.#compareOp(); op !== undefined; op = this.#compareOp()) rest.push([op, this.#binary(6)]);
    return rest.length === 0 ? a : { k: "compare", a, rest };
  }

  #compareOp(): CompareOp | undefined {
    if (this.takes("in")) return "in";
    if (this.peek().text === "not" && this.#tokens[this.#at + 1]?.text === "in") {
      this.#at += 2;
      return "not in";
    }
    return COMPARE.find((op) => this.takes(op));
  }

  #binary(least: number): Expr {
    let a = this.#unary();
    while (true) {
      const { kind, text } = this.peek();
      const strength = kind === "sign" ? BINDING[text as BinaryOp] : undefined;
      if (strength === undefined || strength < least) return a;
      this.#at++;
      const op = text as BinaryOp;
      a = { k: "bin", op, a, b: op === "**" ? this.#unary() : this.#binary(strength + 1) };
    }
  }

  #unary(): Expr {
    if (!this.takes("-")) return this.#postfix();
    // The sign binds weaker than a power: -2 ** 2 is -(2 ** 2).
    return { k: "neg", a: this.#binary(12) };
  }

  #postfix(): Expr {
    let on = this.#atom();
    while (true) {
      if (this.takes(".")) {
        const name = this.name();
        this.needs("(");
        on = { k: "method", on, name, ...this.#arguments() };
      } else if (this.takes("[")) on = this.#index(on);
      else if (on.k === "name" && this.takes("(")) on = { k: "call", fn: on.id, ...this.#arguments() };
      else return on;
    }
  }

  #index(on: Expr): Expr {
    const from = this.peek().text === ":" ? null : this.tuple();
    if (from !== null && this.takes("]")) return { k: "at", on, index: from };
    this.needs(":");
    const to = [":", "]"].includes(this.peek().text) ? null : this.expr();
    const step = this.takes(":") && this.peek().text !== "]" ? this.expr() : null;
    this.needs("]");
    return { k: "slice", on, from, to, step };
  }

  #arguments(): { args: Expr[]; named: [string, Expr][] } {
    const args: Expr[] = [];
    const named: [string, Expr][] = [];
    while (!this.takes(")")) {
      if (this.takes("*")) args.push({ k: "star", a: this.expr() });
      else {
        const value = this.expr();
        if (value.k === "name" && this.takes("=")) named.push([value.id, this.expr()]);
        else args.push(this.peek().text === "for" ? this.#comprehension("gen", value, null) : value);
      }
      if (!this.takes(",") && this.peek().text !== ")") throw new SyntaxError(`Expected , before ${this.#rest()}`);
    }
    return { args, named };
  }

  #comprehension(kind: "list" | "set" | "dict" | "gen", item: Expr, value: Expr | null): Expr {
    const clauses: Clause[] = [];
    while (this.takes("for")) {
      const target = this.targets();
      this.needs("in");
      const iter = this.#or();
      const ifs: Expr[] = [];
      while (this.takes("if")) ifs.push(this.#or());
      clauses.push({ target, iter, ifs });
    }
    return { k: "comp", kind, item, value, clauses };
  }

  #atom(): Expr {
    const token = this.peek();
    if (token.kind === "name" && !RESERVED.has(token.text)) {
      this.#at++;
      if (token.text === "None") return { k: "const", v: null };
      if (token.text === "True" || token.text === "False") return { k: "const", v: token.text === "True" };
      return { k: "name", id: token.text };
    }
    if (token.kind === "int") return { k: "int", v: BigInt(this.needsKind("int").text) };
    if (token.kind === "text") return { k: "str", v: unquote(this.needsKind("text").text.slice(1, -1)) };
    if (token.kind === "format") return format(this.needsKind("format").text.slice(2, -1));
    if (this.takes("(")) return this.#parenthesis();
    if (this.takes("[")) return this.#display("list", "]");
    if (this.takes("{")) return this.#braces();
    throw new SyntaxError(`Expected an expression before ${JSON.stringify(this.#rest())}`);
  }

  #parenthesis(): Expr {
    const first = this.expr();
    if (this.takes(")")) return first;
    if (this.peek().text === "for") {
      const made = this.#comprehension("gen", first, null);
      this.needs(")");
      return made;
    }
    const items = [first];
    while (this.takes(",")) if (this.peek().text !== ")") items.push(this.expr());
    this.needs(")");
    return { k: "tuple", items };
  }

  #display(k: "list" | "set", end: string): Expr {
    const items: Expr[] = [];
    while (!this.takes(end)) {
      items.push(this.expr());
      if (items.length === 1 && this.peek().text === "for") {
        const made = this.#comprehension(k, items[0]!, null);
        this.needs(end);
        return made;
      }
      if (!this.takes(",") && this.peek().text !== end) throw new SyntaxError(`Expected , before ${this.#rest()}`);
    }
    return { k, items };
  }

  #braces(): Expr {
    if (this.takes("}")) return { k: "dict", pairs: [] };
    const start = this.#at;
    const key = this.expr();
    if (!this.takes(":")) {
      this.#at = start;
      return this.#display("set", "}");
    }
    const value = this.expr();
    if (this.peek().text === "for") {
      const made = this.#comprehension("dict", key, value);
      this.needs("}");
      return made;
    }
    const pairs: [Expr, Expr][] = [[key, value]];
    while (this.takes(",")) {
      const next = this.expr();
      this.needs(":");
      pairs.push([next, this.expr()]);
    }
    this.needs("}");
    return { k: "dict", pairs };
  }
}

/** The parts of a format string; braces hold expressions. */
function format(inner: string): Expr {
  const parts = inner.split(/\{([^{}]*)\}/).map((part, i) =>
    i % 2 === 0 ? unquote(part) : new ExprReader(tokens(part)).expr()
  );
  return { k: "format", parts: parts.filter((part) => part !== "") };
}
