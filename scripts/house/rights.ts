/** The permission table against the code and the document: who starts Workers and programs, who reads the environment. Pure. @module */
import { blank } from "./code.ts";
import { isTest, modules, type Problem, type Tree } from "./tree.ts";

/** A row of the permission table as the document prints it. */
export interface RightsRow {
  readonly net: boolean | "any";
  readonly read: boolean;
  readonly write: boolean;
  readonly env: readonly string[];
  readonly sys?: readonly string[];
}

interface Rule {
  readonly pattern: RegExp;
  readonly allowed: RegExp;
  readonly text: string;
}

const RULES: readonly Rule[] = [
  {
    pattern: /\bnew\s+(?:globalThis\s*\.\s*)?(?:Shared)?Worker\s*\(/,
    // The watchdog is a Worker of a process that has no right to give.
    allowed: /^core\/room\/(open|watchdog)\.ts$/,
    text: "starts a Worker; only core/room/open.ts may, with the rights of the table",
  },
  {
    pattern: /\bDeno\s*\.\s*(?:Command|run)\b|node:child_process/,
    allowed: /^core\/room\//,
    text: "starts a program; only core/room/ may",
  },
  {
    pattern: /\bDeno\s*\.\s*env\b|\bprocess\s*\.\s*env\b/,
    // core/room/ tries the right (probe) and hands a few names on to the processes that it starts; a keyfile's password is read
    // in the room that opens the keyfile, so that it is in no message.
    allowed: /^(cli\/config\.ts|core\/room\/|core\/wallet\/password\.ts)/,
    text: "reads the environment; only cli/config.ts may",
  },
  { pattern: /\bDeno\s*\.\s*dlopen\b/, allowed: /^core\/room\/probe\.ts$/, text: "loads native code" },
  { pattern: /\beval\s*\(|\bnew\s+Function\s*\(/, allowed: /^$/, text: "evaluates text as code" },
];

/** Places where a right is used that the file must not use. Tests and scripts are free. */
export function checkRights(tree: Tree): Problem[] {
  return modules(tree).filter(([path]) => !isTest(path) && !path.startsWith("scripts/")).flatMap(([path, source]) => {
    const code = blank(source, { texts: false });
    const bare = blank(source);
    return RULES.filter((rule) => !rule.allowed.test(path)).flatMap((rule) => {
      const found = rule.pattern.test(bare) ||
        (rule.pattern.source.includes("node:") && /["']node:child_process["']/.test(code));
      return found ? [{ path, text: rule.text }] : [];
    });
  });
}

/** The document's table: one row a room, `| chain | yes | no | no | NAME, NAME | no |`. */
export function formatRights(table: Readonly<Record<string, RightsRow>>): string {
  const yes = (right: boolean | "any") => right === "any" ? "any" : right ? "yes" : "no";
  const listed = (names: readonly string[]) => names.length ? names.map((name) => `\`${name}\``).join(", ") : "no";
  const lines = Object.entries(table).map(([room, { net, read, write, env, sys = [] }]) =>
    `| ${room} | ${yes(net)} | ${yes(read)} | ${yes(write)} | ${listed(env)} | ${listed(sys)} |`
  );
  return ["| room | net | read | write | env | sys |", "| --- | --- | --- | --- | --- | --- |", ...lines].join("\n");
}

/** Whether docs/permissions.md says what the table says. Column widths do not matter. */
export function checkDocument(tree: Tree, table: Readonly<Record<string, RightsRow>>): Problem[] {
  const path = "docs/permissions.md";
  const rows = (text: string) =>
    text.split("\n").filter((line) => line.startsWith("|"))
      .map((line) => line.split("|").map((cell) => cell.trim().replace(/^-+$/, "---")).join("|"));
  const written = new Set(rows(tree.get(path) ?? ""));
  const missing = rows(formatRights(table)).filter((row) => !written.has(row));
  const wanted = new Set(rows(formatRights(table)));
  const tables = (tree.get(path) ?? "").split(/^<!-- table -->$/m)[1] ?? "";
  const extra = rows(tables.split("<!-- end -->")[0] ?? "").filter((row) => !wanted.has(row));
  return [
    ...missing.map((row) => ({ path, text: `lacks the row ${row} of core/room/table.ts` })),
    ...extra.map((row) => ({ path, text: `has the row ${row}, which is not in core/room/table.ts` })),
  ];
}
