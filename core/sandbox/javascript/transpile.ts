/** Modules and TypeScript to plain JavaScript with `require`. Loaded only where a program needs it. @module */
import { transform } from "sucrase";

/** A module as the body of a function: `import` becomes `require`. @throws {SyntaxError} where it cannot be read. */
export function transpileModule(source: string): string {
  return transform(source, { transforms: ["imports"], production: true }).code;
}

/** TypeScript likewise, its types taken out (not checked). @throws {SyntaxError} where it cannot be read. */
export function transpileTypeScript(source: string): string {
  return transform(source, { transforms: ["typescript", "imports"], production: true }).code;
}
