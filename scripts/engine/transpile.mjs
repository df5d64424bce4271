// Runs in Node beside jco, whose platform packages Deno's own resolver does not find: component in, core modules and glue out.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";

// Not a literal: the project itself does not depend on it.
const jco = "@bytecodealliance/jco-transpile";
const { transpileBytes } = await import(jco);
const [component, folder] = process.argv.slice(2);
const { files } = await transpileBytes(readFileSync(component), {
  name: "guest",
  instantiation: { tag: "sync" },
  noTypescript: true,
  nodejsCompat: false,
  tlaCompat: true,
});
mkdirSync(folder, { recursive: true });
for (
  const [name, bytes] of Array.isArray(files) ? files : Object.entries(files)
) {
  writeFileSync(join(folder, basename(name)), bytes);
}
