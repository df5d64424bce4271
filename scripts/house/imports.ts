/** Who may import whom: the one-way order of the house, without cycles, npm packages only through the import map. Pure. @module */
import { type Import, importsOf } from "./code.ts";
import { withoutClosing } from "./form.ts";
import { isTest, modules, type Problem, resolve, type Tree } from "./tree.ts";

const ROOMS = ["bucket", "chain", "chutes", "hub", "local", "peers", "sandbox", "signer", "store", "wallet"];
const LOW = ["core/base", "core/port"];
const PURE = [...LOW, "core/dataset", "core/mechanism", "core/record"];

/** What each area may import besides itself. Design: base and port ← mechanism, record ← flow, sim, envs ← cli. */
export const MAY: Readonly<Record<string, readonly string[]>> = {
  "core/base": [],
  "core/port": ["core/base"],
  "core/dataset": LOW,
  "core/mechanism": LOW,
  "core/record": [...LOW, "core/mechanism"],
  "core/room": LOW,
  "core/flow": PURE,
  // Its rules and scenarios are pure; its worker and its pool are a room and who opens it.
  "core/sim": [...PURE, "core/room"],
  envs: PURE,
  ...Object.fromEntries(ROOMS.map((room) => [`core/${room}`, [...LOW, "core/record", "core/room"]])),
  // Grading again takes the flow's checks and the environments; nobody but the wire imports it.
  "core/audit": [...PURE, "core/flow", "core/room", "envs"],
  // The wallet's files once more, for a person: what the signer's room must not be able to do (sign a text, write) is in here.
  "core/keyring": [...LOW, "core/record", "core/room", "core/wallet"],
  "core/hub": [...LOW, "core/dataset", "core/room"],
  "core/local": [...LOW, "core/record", "core/room", "envs"],
  cli: [...PURE, "core/room", "core/flow", "core/sim", "envs", "deno.json"],
  main: ["cli"],
  mod: [...PURE, "core/flow", "core/sim", "core/room", "envs", "core/sandbox"],
};

/** Files of cli that join flows to rooms, and so may import both: the wire and the processes' own parts. */
export const WIRE = /^cli\/(wire|roles)(_\w+)?\.ts$|^cli\/(wire|roles)\//;

/** Single imports against the order, each with its reason. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  // The path of a key file, for the process that may read it; the key itself is not touched.
  "cli/commands/validate.ts": "core/wallet/names.ts",
};

/** The area that a file belongs to, such as `core/base`, `cli` or `main`. */
export function area(path: string): string {
  const parts = path.split("/");
  if (parts.length === 1) return path.replace(/\.ts$/, "");
  return parts[0] === "core" && parts.length > 2 ? `core/${parts[1]}` : parts[0]!;
}

/** Imports that break the order, point nowhere, or go around the import map. */
export function checkImports(tree: Tree): Problem[] {
  const known = importMap(tree);
  return modules(tree).flatMap(([path, source]) =>
    importsOf(path === "mod.ts" ? withoutClosing(source) : source).flatMap((one) => {
      const text = one.specifier.startsWith(".") ? wrongNeighbour(tree, path, one) : wrongPackage(path, one, known);
      return text === undefined ? [] : [{ path, text }];
    })
  );
}

function wrongNeighbour(tree: Tree, path: string, { specifier, typeOnly }: Import): string | undefined {
  const target = resolve(path, specifier);
  if (target.endsWith(".ts") && !tree.has(target)) return `imports ${target}, which does not exist`;
  if (!/\.(ts|json|js|mjs)$/.test(target)) return `imports ${specifier} without a file ending`;
  const from = area(path);
  const to = area(target);
  if (from === to || from === "tests" || (from === "scripts" && to !== "tests")) return undefined;
  if (to === "tests" || to === "scripts") return `imports ${target}: nobody imports tests or scripts`;
  if (path.endsWith("_test.ts") && PURE.includes(to)) return undefined;
  if (MAY[from]?.includes(to)) return undefined;
  if (EXCEPTIONS[path] === target) return undefined;
  if (WIRE.test(path) && to.startsWith("core/")) return undefined;
  // Types of a room's answers may be named by the command line, its code may not be loaded.
  if (from === "cli" && typeOnly && to.startsWith("core/")) return undefined;
  const allowed = MAY[from]?.join(", ") || "nothing outside of itself";
  return `imports ${target}, but ${from} may import only ${allowed}`;
}

function wrongPackage(path: string, { specifier, dynamic }: Import, known: readonly string[]): string | undefined {
  if (specifier === "?") {
    // The probe tries the import right, the engine's image is no code, tests and scripts load what they made.
    if (
      ["core/room/probe.ts", "core/sandbox/image_file.ts"].includes(path) || isTest(path) || area(path) === "scripts"
    ) return undefined;
    return "imports something that is not a fixed text, so nobody can tell what";
  }
  if (specifier.startsWith("node:")) return undefined;
  if (/^(npm|jsr|https?|data|file|blob):/.test(specifier)) {
    return `imports ${specifier} inline; name it in the import map of deno.json`;
  }
  // An example for strangers imports what a stranger would.
  if (area(path) === "docs" && specifier === "@affine/af") return undefined;
  if (known.some((name) => specifier === name || specifier.startsWith(`${name}/`))) return undefined;
  return dynamic && isTest(path) ? undefined : `imports ${specifier}, which is not in the import map of deno.json`;
}

function importMap(tree: Tree): string[] {
  const config = JSON.parse(tree.get("deno.json") ?? "{}") as { imports?: Record<string, string> };
  return Object.keys(config.imports ?? {});
}

/** Rings of modules that import each other at run time. Each is reported once, from its first path. */
export function checkCycles(tree: Tree): Problem[] {
  const edges = new Map(
    modules(tree).map(([path, source]) => [
      path,
      importsOf(source).filter((one) => !one.typeOnly && !one.dynamic && one.specifier.startsWith("."))
        .map((one) => resolve(path, one.specifier)),
    ]),
  );
  const done = new Set<string>();
  const problems: Problem[] = [];
  const visit = (path: string, trail: readonly string[]) => {
    const start = trail.indexOf(path);
    if (start >= 0) {
      problems.push({ path, text: `is in a ring of imports: ${[...trail.slice(start), path].join(" → ")}` });
      return;
    }
    if (done.has(path)) return;
    for (const next of edges.get(path) ?? []) visit(next, [...trail, path]);
    done.add(path);
  };
  for (const path of [...edges.keys()].sort()) visit(path, []);
  return problems;
}
