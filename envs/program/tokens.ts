/** Splits the text of a program into words, signs, line ends and indents. @module */

/** One token; `open` and `close` stand for a deeper and a shallower indent. */
export interface Token {
  readonly kind: "name" | "int" | "text" | "format" | "sign" | "line" | "open" | "close" | "end";
  readonly text: string;
}

const PIECE =
  /[ \t]*(?:([A-Za-z_]\w*(?!["'\w]))|(\d+)|(f(?:"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'))|("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|(\*\*=?|\/\/=?|==|!=|<=|>=|[-+*%^&|]=|[-+*%^&|<>=()[\]{},:.]))/y;
/** The groups of the expression, in order. */
const KINDS = ["name", "int", "format", "text", "sign"] as const;
const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", "\\": "\\", '"': '"', "'": "'" };

/** @throws {SyntaxError} for a text that is not of the known part of Python. */
export function tokens(source: string): Token[] {
  const out: Token[] = [];
  const indents = [0];
  let depth = 0;
  for (const line of source.split("\n")) {
    if (line.trim() === "") continue;
    if (depth === 0) {
      const indent = line.length - line.trimStart().length;
      if (indent > indents.at(-1)!) {
        indents.push(indent);
        out.push({ kind: "open", text: "" });
      }
      while (indent < indents.at(-1)!) {
        indents.pop();
        out.push({ kind: "close", text: "" });
      }
      if (indent !== indents.at(-1)) throw new SyntaxError(`The indent of ${JSON.stringify(line)} fits no block`);
    }
    PIECE.lastIndex = 0;
    const text = line.trimEnd();
    while (PIECE.lastIndex < text.length) {
      const start = PIECE.lastIndex;
      const found = PIECE.exec(text);
      if (found === null) throw new SyntaxError(`Cannot read ${JSON.stringify(text.slice(start))}`);
      const at = found.findIndex((group, i) => i > 0 && group !== undefined);
      const [kind, value] = [KINDS[at - 1]!, found[at]!];
      if (kind === "sign" && "([{".includes(value)) depth++;
      if (kind === "sign" && ")]}".includes(value)) depth--;
      out.push({ kind, text: value });
    }
    if (depth === 0) out.push({ kind: "line", text: "" });
  }
  for (let i = indents.length; i > 1; i--) out.push({ kind: "close", text: "" });
  out.push({ kind: "end", text: "" });
  return out;
}

/** The text that a literal between quotes stands for. */
export function unquote(inner: string): string {
  return inner.replaceAll(/\\(.)/g, (whole, sign: string) => {
    const value = ESCAPES[sign];
    if (value === undefined) throw new SyntaxError(`Unknown escape ${whole}`);
    return value;
  });
}
