/**
 * Runs tests, each folder with no more rights than its tests may ask for, and ends with `N passed, N failed, N skipped` alone
 * on a line. Every skipped test is named with its reason: the text in brackets at the end of its name, as in
 * `"x() does y [skipped: no python3 here]"`. Two groups run side by side; what one printed is shown when it has ended.
 *   usage: scripts/run_tests.ts unit|e2e|PATH[#TEXT]…        #TEXT: only tests whose names contain it
 * @module
 */
import { join } from "node:path";
import { type Counts, readReport } from "./test_report.ts";

interface Group {
  readonly name: string;
  readonly paths: readonly string[];
  readonly flags: readonly string[];
  /** Whether nothing runs beside it. @default {false} */
  readonly alone?: boolean;
}

const root = join(import.meta.dirname!, "..");
// The most that a test can name; each test has exactly what it names (a check of the house sees to that). Whole rights, since
// Deno gives a test none that is wider than the process's.
const near = ["--allow-read", "--allow-write", "--allow-env", "--allow-sys", "--allow-net=127.0.0.1,localhost"];
const programs = "--allow-run";
/** Groups that run side by side. */
const LANES = Math.min(2, navigator.hardwareConcurrency);
/** The end-to-end tests that hold a deadline to a tenth of a second, so they have the machine to themselves. */
const ALONE = ["sandbox_test.ts", "sandbox_forger_test.ts"];
/** The end-to-end tests that take longest begin first, so that none of them runs alone at the end. */
const LONGEST = ["kill", "hostile", "url", "pool_network", "validate", "wallet", "audit_cli", "publish", "failures"]
  .map((name) => `${name}_test.ts`);

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

/** The groups of unit tests, the one that takes longest first. */
export function unitGroups(folders: readonly string[]): Group[] {
  const pure = folders.filter((folder) => (PURE as readonly string[]).includes(folder));
  const house = folders.filter((folder) => ["cli", "scripts"].includes(folder));
  const rooms = folders.filter((folder) => !pure.includes(folder) && !house.includes(folder));
  return [
    { name: "rooms and flows, loopback only", paths: rooms, flags: [...near, programs] },
    { name: "pure code, no rights", paths: pure, flags: [] },
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
    const title = `${group.name}: ${group.paths.join(" ")}`;
    console.log(`-- ${title} begins`);
    const args = [
      "test",
      "--no-prompt",
      "--no-check",
      "--quiet",
      `--junit-path=${report}`,
      ...group.flags,
      ...group.paths,
    ];
    const child = new Deno.Command(Deno.execPath(), {
      args,
      cwd: root,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const printed: Uint8Array<ArrayBuffer>[] = [];
    const collect = async (stream: ReadableStream<Uint8Array<ArrayBuffer>>) => {
      for await (const chunk of stream) printed.push(chunk);
    };
    const [{ success }] = await Promise.all([child.status, collect(child.stdout), collect(child.stderr)]);
    console.log(`\n== ${title}\n${await new Blob(printed).text()}`);
    const counts = readReport(await Deno.readTextFile(report), success);
    return { ...counts, failures: counts.failures.map((failure) => `${title}: ${failure}`) };
  } finally {
    await Deno.remove(report);
  }
}

/** Runs groups in their order, some side by side; those that want to be alone come last. */
async function runGroups(all: readonly Group[]): Promise<Counts[]> {
  const queue = all.filter((group) => !group.alone);
  const counts: Counts[] = [];
  const lane = async () => {
    for (let group; (group = queue.shift()) !== undefined;) counts.push(await runGroup(group));
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  for (const group of all.filter((one) => one.alone)) counts.push(await runGroup(group));
  return counts;
}

/** A group for each file: whole processes and what they wait for are most of their time. */
export function endToEndGroups(names: readonly string[]): Group[] {
  const rank = (name: string) => LONGEST.includes(name) ? LONGEST.indexOf(name) : LONGEST.length;
  return names.filter((name) => name.endsWith("_test.ts")).toSorted((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
    .map((name) => chosen(`tests/${name}`));
}

function chosen(argument: string): Group {
  const [path, text] = argument.split(/#(.*)/s) as [string, string?];
  const filter = text === undefined ? [] : [`--filter=${text}`];
  // Those of tests/ start whole processes, which is every right of the user anyway.
  const rights = /^(\.\/)?tests\//.test(path) ? ["-A"] : [...near, programs];
  const alone = ALONE.some((name) => path.endsWith(`tests/${name}`));
  return { name: text ?? "chosen", paths: [path], flags: [...rights, ...filter], alone };
}

function groups(args: readonly string[]): Group[] {
  if (args.length === 0 || args[0] === "unit") return unitGroups(folders());
  if (args[0] !== "e2e") return args.map(chosen);
  return endToEndGroups([...Deno.readDirSync(join(root, "tests"))].map(({ name }) => name));
}

async function main(args: readonly string[]): Promise<number> {
  let passed = 0;
  let failed = 0;
  const skipped: string[] = [];
  const failures: string[] = [];
  for (const counts of await runGroups(groups(args))) {
    passed += counts.passed;
    failed += counts.failed;
    skipped.push(...counts.skipped);
    failures.push(...counts.failures);
  }
  if (skipped.length > 0) console.log("");
  for (const name of skipped) console.log(`skipped: ${name}`);
  // Last, since a long log is often read from its end.
  for (const failure of failures) console.log(`\nfailed: ${failure}`);
  console.log(`\n${passed} passed, ${failed} failed, ${skipped.length} skipped`);
  return failed === 0 && passed > 0 ? 0 : 1;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
