/** Reads the text of a program into its tree: families of tasks are written as the Python that a reader will see. @module */
import type { Block, Branch, Stmt } from "./ast.ts";
import { ExprReader } from "./read_expr.ts";
import { tokens } from "./tokens.ts";

/** The tree of a program. @throws {SyntaxError} for a text that is not of the known part of Python. */
export function read(source: string): Block {
  const reader = new Reader(tokens(source));
  return reader.program();
}

/** Statements that were read before, by their text: drafts of one family are made of the same ones again and again. */
const KNOWN = new Map<string, Block>();
const MOST_KNOWN = 2_000;
/** A line that goes on with the statement before it. */
const CONTINUES = /^(?:$|[ \t)\]}]|elif\b|else\b)/;

/** Like {@linkcode read}, for texts whose statements come again: those at the left edge are read once. */
export function readShared(source: string): Block {
  const parts: string[] = [];
  for (const line of source.split("\n")) {
    if (parts.length > 0 && CONTINUES.test(line)) parts[parts.length - 1] += `\n${line}`;
    else parts.push(line);
  }
  return parts.flatMap((part) => {
    let block = KNOWN.get(part);
    if (block === undefined) {
      block = read(part);
      if (KNOWN.size >= MOST_KNOWN) KNOWN.clear();
      KNOWN.set(part, block);
    }
    return block;
  });
}

class Reader extends ExprReader {
  program(): Block {
    const out: Stmt[] = [];
    while (this.peek().kind !== "end") out.push(this.#statement());
    return out;
  }

  #block(): Block {
    this.needs(":");
    this.needsKind("line");
    this.needsKind("open");
    const out: Stmt[] = [];
    while (this.peek().kind !== "close") out.push(this.#statement());
    this.needsKind("close");
    return out;
  }

  #statement(): Stmt {
    if (this.takes("if")) return this.#if();
    if (this.takes("for")) {
      const target = this.targets();
      this.needs("in");
      return { k: "for", target, iter: this.tuple(), body: this.#block() };
    }
    if (this.takes("while")) return { k: "while", test: this.expr(), body: this.#block() };
    if (this.takes("def")) return this.#def();
    const simple = this.#simple();
    this.needsKind("line");
    return simple;
  }

  #if(): Stmt {
    const branches: Branch[] = [{ test: this.expr(), body: this.#block() }];
    while (this.takes("elif")) branches.push({ test: this.expr(), body: this.#block() });
    return { k: "if", branches, otherwise: this.takes("else") ? this.#block() : [] };
  }

  #def(): Stmt {
    const name = this.name();
    this.needs("(");
    const params: string[] = [];
    while (!this.takes(")")) {
      params.push(this.name());
      this.takes(",");
    }
    return { k: "def", name, params, body: this.#block() };
  }

  #simple(): Stmt {
    for (const k of ["break", "continue", "pass"] as const) if (this.takes(k)) return { k };
    if (this.takes("return")) return { k: "return", value: this.peek().kind === "line" ? null : this.tuple() };
    const first = this.tuple();
    if (this.takes("=")) return { k: "assign", target: first, value: this.tuple() };
    for (const op of ["+", "-", "*", "//", "%", "^", "&", "|"] as const) {
      if (this.takes(`${op}=`)) return { k: "update", target: first, op, value: this.expr() };
    }
    return { k: "do", value: first };
  }
}
