/** The form of files: what each begins with, how long it is, what mod.ts gives away. Pure. @module */
import { blank } from "./code.ts";
import { isTest, modules, type Problem, type Tree } from "./tree.ts";

/** No file should be longer, in lines. */
export const LONGEST = 300;

/** Files that do not begin with a comment that says what they are. */
export function checkHeaders(tree: Tree): Problem[] {
  return modules(tree).filter(([path, source]) =>
    !isTest(path) && !/^(?:#!.*\n)?\/\*\*[\s\S]*?@module[\s\S]*?\*\//.test(source)
  )
    .map(([path]) => ({ path, text: "does not begin with a comment /** … @module */ that says what it is" }));
}

/** `catch` clauses that neither look at what was thrown, nor throw, nor return something, nor say why. */
export function checkCatches(tree: Tree): Problem[] {
  return modules(tree).flatMap(([path, source]) => {
    const code = blank(source);
    return [...code.matchAll(/\bcatch\s*(?:\(\s*(\w+)[^)]*\)\s*)?\{/g)].flatMap((match) => {
      const body = code.slice(match.index + match[0].length, blockEnd(code, match.index + match[0].length));
      const looks = match[1] !== undefined && new RegExp(`\\b${match[1]}\\b`).test(body);
      // A definite answer (`return unparsable(…)`) is a look at it, too: what else could a parser throw.
      if (looks || /\bthrow\b|\breturn\s+[^\s;]/.test(body)) return [];
      const line = code.slice(0, match.index).split("\n").length;
      // A comment that says why is a reason; silence is none.
      const original = source.slice(match.index, match.index + match[0].length + body.length);
      return /\/[/*]/.test(original)
        ? []
        : [{ path, text: `line ${line}: catches everything without a look at it and without a reason` }];
    });
  });
}

/** Unit tests that do not name their rights: they would get all that the run has. */
export function checkTests(tree: Tree): Problem[] {
  return modules(tree).filter(([path]) => path.endsWith("_test.ts") && !path.startsWith("tests/")).flatMap(
    ([path, source]) => {
      const code = blank(source);
      return [...code.matchAll(/\bDeno\s*\.\s*test(?:\s*\.\s*\w+)?\s*\((\s*\{)?/g)].flatMap((match) => {
        const start = match.index + match[0].length;
        if (match[1] && /\bpermissions\b/.test(code.slice(start, blockEnd(code, start)))) return [];
        const line = code.slice(0, match.index).split("\n").length;
        return [{ path, text: `line ${line}: a unit test that does not name its permissions` }];
      });
    },
  );
}

function blockEnd(code: string, start: number): number {
  let depth = 1;
  for (let i = start; i < code.length; i++) {
    if (code[i] === "{") depth++;
    else if (code[i] === "}" && --depth === 0) return i;
  }
  return code.length;
}

/** How mod.ts ends: run as a program it is the command line, which nobody else loads. Only this clause, to the letter. */
export const CLOSING = `if (import.meta.main) {
  // No literal: who imports this module as a library must not fetch the command line with it.
  const cli = "./cli/roles.ts";
  const { start } = await import(cli);
  Deno.exit(await start(Deno.args));
}
`;

/** The source of mod.ts without {@linkcode CLOSING}. */
export function withoutClosing(source: string): string {
  return source.endsWith(`\n${CLOSING}`) ? source.slice(0, -CLOSING.length) : source;
}

/** mod.ts must name every export: no `export *`, no default, nothing but re-exports before {@linkcode CLOSING}. */
export function checkSurface(tree: Tree): Problem[] {
  const path = "mod.ts";
  const source = tree.get(path);
  if (source === undefined) return [{ path, text: "does not exist, but deno.json exports it" }];
  const code = blank(withoutClosing(source));
  const problems: Problem[] = [];
  if (/^export\s+(?:type\s+)?\*/m.test(code)) problems.push({ path, text: "exports with *; name what is public" });
  if (/^export\s+default\b|\bas\s+default\b/m.test(code)) problems.push({ path, text: "has a default export" });
  const rest = code.replaceAll(/^export\s+(?:type\s+)?\{[^{}]*\}\s*from\s*"\s*";$/gm, "").trim();
  if (rest !== "" && problems.length === 0) {
    const line = rest.split("\n")[0]!;
    problems.push({ path, text: `has ${JSON.stringify(line)}; it only names what other files export` });
  }
  return problems;
}

/** Figures about the length of files, in lines. */
export interface Sizes {
  readonly count: number;
  readonly median: number;
  /** Nine files of ten are at most this long. */
  readonly p90: number;
  readonly long: readonly { readonly path: string; readonly lines: number }[];
}

/** How long the files are, tests left out. */
export function sizes(tree: Tree): Sizes {
  const all = modules(tree).filter(([path]) => !isTest(path))
    .map(([path, source]) => ({ path, lines: source.trimEnd().split("\n").length }))
    .sort((a, b) => a.lines - b.lines);
  const at = (share: number) => all[Math.min(all.length - 1, Math.floor(all.length * share))]?.lines ?? 0;
  return { count: all.length, median: at(0.5), p90: at(0.9), long: all.filter(({ lines }) => lines > LONGEST) };
}

/** Files that are too long. */
export function checkSizes(tree: Tree): Problem[] {
  return sizes(tree).long.map(({ path, lines }) => ({ path, text: `has ${lines} lines; ${LONGEST} are the limit` }));
}

/** Folders that are too deep: at most three levels. */
export function checkDepth(tree: Tree): Problem[] {
  return [...tree.keys()].filter((path) => path.split("/").length > 4)
    .map((path) => ({ path, text: "is more than three folders deep" }));
}
