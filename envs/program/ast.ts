/** The intermediate representation of small programs: the part of Python that tasks are made of, as a typed tree. @module */

/** Operators of two values. */
export type BinaryOp = "+" | "-" | "*" | "//" | "%" | "**" | "^" | "&" | "|";
/** Operators that compare. */
export type CompareOp = "==" | "!=" | "<" | "<=" | ">" | ">=" | "in" | "not in";

/** One `for` of a comprehension with its conditions. */
export interface Clause {
  readonly target: Expr;
  readonly iter: Expr;
  readonly ifs: readonly Expr[];
}

/** An expression. */
export type Expr =
  | { readonly k: "int"; readonly v: bigint }
  | { readonly k: "str"; readonly v: string }
  | { readonly k: "const"; readonly v: boolean | null }
  | { readonly k: "name"; readonly id: string }
  | { readonly k: "format"; readonly parts: readonly (string | Expr)[] }
  | { readonly k: "list" | "tuple" | "set"; readonly items: readonly Expr[] }
  | { readonly k: "dict"; readonly pairs: readonly (readonly [Expr, Expr])[] }
  | {
    readonly k: "comp";
    readonly kind: "list" | "set" | "dict" | "gen";
    readonly item: Expr;
    /** The value of a dictionary's entry. */
    readonly value: Expr | null;
    readonly clauses: readonly Clause[];
  }
  | { readonly k: "bin"; readonly op: BinaryOp; readonly a: Expr; readonly b: Expr }
  | { readonly k: "neg" | "not"; readonly a: Expr }
  | { readonly k: "and" | "or"; readonly a: Expr; readonly b: Expr }
  | { readonly k: "compare"; readonly a: Expr; readonly rest: readonly (readonly [CompareOp, Expr])[] }
  | { readonly k: "either"; readonly test: Expr; readonly yes: Expr; readonly no: Expr }
  | { readonly k: "call"; readonly fn: string; readonly args: readonly Expr[]; readonly named: Named }
  | {
    readonly k: "method";
    readonly on: Expr;
    readonly name: string;
    readonly args: readonly Expr[];
    readonly named: Named;
  }
  | { readonly k: "at"; readonly on: Expr; readonly index: Expr }
  | {
    readonly k: "slice";
    readonly on: Expr;
    readonly from: Expr | null;
    readonly to: Expr | null;
    readonly step: Expr | null;
  }
  | { readonly k: "lambda"; readonly params: readonly string[]; readonly body: Expr }
  /** `*a` among the arguments of a call. */
  | { readonly k: "star"; readonly a: Expr };

/** Named arguments of a call. */
export type Named = readonly (readonly [string, Expr])[];

/** One test of an `if` with what it guards. */
export interface Branch {
  readonly test: Expr;
  readonly body: Block;
}

/** A statement. */
export type Stmt =
  | { readonly k: "assign"; readonly target: Expr; readonly value: Expr }
  | { readonly k: "update"; readonly target: Expr; readonly op: BinaryOp; readonly value: Expr }
  | { readonly k: "do"; readonly value: Expr }
  | { readonly k: "if"; readonly branches: readonly Branch[]; readonly otherwise: Block }
  | { readonly k: "for"; readonly target: Expr; readonly iter: Expr; readonly body: Block }
  | { readonly k: "while"; readonly test: Expr; readonly body: Block }
  | { readonly k: "break" | "continue" | "pass" }
  | { readonly k: "return"; readonly value: Expr | null }
  | { readonly k: "def"; readonly name: string; readonly params: readonly string[]; readonly body: Block };

/** Statements in order. */
export type Block = readonly Stmt[];

/** Binding strength of operators, the weakest first; shared by reader and printer. */
export const BINDING: Readonly<Record<BinaryOp, number>> = {
  "|": 6,
  "^": 7,
  "&": 8,
  "+": 9,
  "-": 9,
  "*": 10,
  "//": 10,
  "%": 10,
  "**": 12,
};
