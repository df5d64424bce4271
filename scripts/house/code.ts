/** Reading TypeScript roughly: where code ends and comments and texts begin, and what a module imports. Pure. @module */

/** What is blanked besides comments. */
export interface BlankOptions {
  /** Whether the insides of texts, templates and regular expressions are blanked, too. @default {true} */
  readonly texts?: boolean;
}

/** The code with comments (and texts) as spaces; every other character keeps its place. */
export function blank(source: string, options: BlankOptions = {}): string {
  const texts = options.texts ?? true;
  const out = source.split("");
  const wipe = (from: number, to: number) => {
    for (let i = from; i < to; i++) if (out[i] !== "\n") out[i] = " ";
  };
  // Depths of braces at which a template's `${` was opened.
  const templates: number[] = [];
  let depth = 0;
  let at = 0;
  while (at < source.length) {
    const two = source.slice(at, at + 2);
    const one = source[at]!;
    let end = at + 1;
    if (two === "//" || two === "/*") {
      const close = two === "//" ? source.indexOf("\n", at) : source.indexOf("*/", at + 2) + 2;
      end = close < at + 2 ? source.length : close;
      wipe(at, end);
    } else if (one === '"' || one === "'") {
      end = textEnd(source, at, one);
      if (texts) wipe(at + 1, end - 1);
    } else if (one === "`" || (one === "}" && templates.at(-1) === depth)) {
      if (one === "}") templates.pop();
      const stop = templateEnd(source, at + 1);
      if (texts) wipe(at + 1, stop);
      const hole = source[stop] === "$";
      end = stop + (hole ? 2 : 1);
      if (hole) templates.push(depth);
    } else if (
      one === "/" && /(^|[(,=:[!&|?{};+>]|\b(?:return|typeof|of|in))\s*$/.test(source.slice(Math.max(0, at - 40), at))
    ) {
      end = regexEnd(source, at);
      if (texts) wipe(at + 1, end - 1);
    } else if (one === "{") depth++;
    else if (one === "}") depth--;
    at = end;
  }
  return out.join("");
}

function textEnd(source: string, start: number, quote: string): number {
  for (let i = start + 1; i < source.length; i++) {
    if (source[i] === "\\") i++;
    else if (source[i] === quote) return i + 1;
  }
  return source.length;
}

/** Index of the closing backtick or of the `$` of a hole. */
function templateEnd(source: string, start: number): number {
  for (let i = start; i < source.length; i++) {
    if (source[i] === "\\") i++;
    else if (source[i] === "`" || source.startsWith("${", i)) return i;
  }
  return source.length;
}

function regexEnd(source: string, start: number): number {
  let inClass = false;
  for (let i = start + 1; i < source.length && source[i] !== "\n"; i++) {
    if (source[i] === "\\") i++;
    else if (source[i] === "[") inClass = true;
    else if (source[i] === "]") inClass = false;
    else if (source[i] === "/" && !inClass) return i + 1;
  }
  return start + 1;
}

/** One import of a module. */
export interface Import {
  readonly specifier: string;
  /** Only types: gone at run time. */
  readonly typeOnly: boolean;
  /** By `import(…)`. */
  readonly dynamic: boolean;
}

/** Every import and re-export of a module. A dynamic import of something else than a text has the specifier `?`. */
export function importsOf(source: string): Import[] {
  const code = blank(source);
  const out: Import[] = [];
  const statement = /^(?:import|export)\b([^;"']*?)\bfrom\s*["']|^import\s*["']/gm;
  for (const match of code.matchAll(statement)) {
    const clause = match[1] ?? "";
    const typeOnly = /^\s*type\b(?!\s*,)/.test(clause) || allTypes(clause);
    out.push({ specifier: textAt(source, match.index + match[0].length), typeOnly, dynamic: false });
  }
  for (const match of code.matchAll(/\bimport\s*\(\s*(["'])?/g)) {
    const specifier = match[1] ? textAt(source, match.index + match[0].length) : "?";
    // `import("…").Name` after a colon or in angle brackets is a type.
    out.push({
      specifier,
      typeOnly: /[:<|]\s*$/.test(code.slice(Math.max(0, match.index - 20), match.index)),
      dynamic: true,
    });
  }
  return out;
}

function allTypes(clause: string): boolean {
  const names = /^\s*\{([^}]*)\}\s*$/.exec(clause)?.[1]?.split(",").map((name) => name.trim()).filter(Boolean);
  return names !== undefined && names.length > 0 && names.every((name) => name.startsWith("type "));
}

function textAt(source: string, start: number): string {
  return source.slice(start).match(/^[^"'\n]*/)![0];
}
