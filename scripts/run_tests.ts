/**
 * Runs tests, each folder with no more rights than its tests may ask for, and ends with `N passed, N failed, N skipped` alone
 * on a line. Every skipped test is named with its reason: the text in brackets at the end of its name, as in
 * `"x() does y [skipped: no python3 here]"`.
 *   usage: scripts/run_tests.ts unit|e2e|PATH…
 * @module
 */
import { join } from "node:path";
import { type Counts, readReport } from "./test_report.ts";

interface Group {
  readonly name: string;
  readonly paths: readonly string[];
  readonly flags: readonly string[];
}

const root = join(import.meta.dirname!, "..");
// The most that a test can name; each test has exactly what it names (a check of the house sees to that). Whole rights, since
// Deno gives a test none that is wider than the process's.
const near = ["--allow-read", "--allow-write", "--allow-env", "--allow-sys", "--allow-net=127.0.0.1,localhost"];
const programs = "--allow-run";

/** Folders of pure code: their tests get no right at all. */
export const PURE = [
  "core/base",
  "core/dataset",
  "core/mechanism",
  "core/port",
  "core/record",
  "core/sim",
  "envs",
] as const;

/** The groups of unit tests, the pure ones first. */
export function unitGroups(folders: readonly string[]): Group[] {
  const pure = folders.filter((folder) => (PURE as readonly string[]).includes(folder));
  const house = folders.filter((folder) => ["cli", "scripts"].includes(folder));
  const rooms = folders.filter((folder) => !pure.includes(folder) && !house.includes(folder));
  return [
    { name: "pure code, no rights", paths: pure, flags: [] },
    { name: "rooms and flows, loopback only", paths: rooms, flags: [...near, programs] },
    { name: "command line and house", paths: house, flags: [...near, programs] },
  ].filter((group) => group.paths.length > 0);
}

function hasTests(folder: string): boolean {
  for (const entry of Deno.readDirSync(join(root, folder))) {
    if (entry.isDirectory && hasTests(join(folder, entry.name))) return true;
    if (entry.isFile && entry.name.endsWith("_test.ts")) return true;
  }
  return false;
}

function folders(): string[] {
  const core = [...Deno.readDirSync(join(root, "core"))].filter((entry) => entry.isDirectory).map(({ name }) =>
    `core/${name}`
  );
  return [...core.sort(), "envs", "cli", "scripts"].filter(hasTests);
}

async function runGroup(group: Group): Promise<Counts> {
  const report = await Deno.makeTempFile({ suffix: ".xml" });
  try {
    console.log(`\n== ${group.name}: ${group.paths.join(" ")}`);
    const args = [
      "test",
      "--no-prompt",
      "--no-check",
      "--quiet",
      `--junit-path=${report}`,
      ...group.flags,
      ...group.paths,
    ];
    const child = new Deno.Command(Deno.execPath(), { args, cwd: root, stdin: "null" }).spawn();
    const { success } = await child.status;
    return readReport(await Deno.readTextFile(report), success);
  } finally {
    await Deno.remove(report);
  }
}

function groups(args: readonly string[]): Group[] {
  if (args.length === 0 || args[0] === "unit") return unitGroups(folders());
  if (args[0] !== "e2e") return [{ name: "chosen", paths: args, flags: [...near, programs] }];
  // These start whole processes, which is every right of the user anyway.
  return hasTests("tests") ? [{ name: "end to end", paths: ["tests"], flags: ["-A"] }] : [];
}

async function main(args: readonly string[]): Promise<number> {
  let passed = 0;
  let failed = 0;
  const skipped: string[] = [];
  for (const group of groups(args)) {
    const counts = await runGroup(group);
    passed += counts.passed;
    failed += counts.failed;
    skipped.push(...counts.skipped);
  }
  if (skipped.length > 0) console.log("");
  for (const name of skipped) console.log(`skipped: ${name}`);
  console.log(`\n${passed} passed, ${failed} failed, ${skipped.length} skipped`);
  return failed === 0 && passed > 0 ? 0 : 1;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
