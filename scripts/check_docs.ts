/** `deno run --allow-run scripts/check_docs.ts`: everything that mod.ts exports says what it is. @module */
import { join } from "node:path";

interface Declared {
  readonly kind: string;
  readonly jsDoc?: { readonly doc?: string };
  readonly def?: { readonly methods?: readonly Declared[]; readonly name?: string };
  readonly name?: string;
}

/** What `deno doc --json` prints. */
export interface DocReport {
  readonly nodes: Readonly<
    Record<
      string,
      { readonly symbols: readonly { readonly name: string; readonly declarations: readonly Declared[] }[] }
    >
  >;
}

/** Exported symbols without a sentence about them; of classes and interfaces the methods, too. */
export function undocumented(report: DocReport): string[] {
  return Object.values(report.nodes).flatMap(({ symbols }) =>
    symbols.flatMap(({ name, declarations }) => {
      const methods = declarations.flatMap(({ def }) => def?.methods ?? []);
      const silent = methods.filter((method) => !method.jsDoc?.doc).map((method) => `${name}.${method.name}`);
      return declarations.some(({ jsDoc }) => jsDoc?.doc) ? silent : [name, ...silent];
    })
  );
}

if (import.meta.main) {
  const root = join(import.meta.dirname!, "..");
  const child = new Deno.Command(Deno.execPath(), { args: ["doc", "--json", "mod.ts"], cwd: root, stderr: "inherit" });
  const { success, stdout } = await child.output();
  if (!success) Deno.exit(1);
  const names = undocumented(JSON.parse(new TextDecoder().decode(stdout)));
  for (const name of names) console.error(`docs: mod.ts exports ${name}, which does not say what it is`);
  console.log(`docs: ${names.length} exports without documentation`);
  Deno.exit(names.length === 0 ? 0 : 1);
}
