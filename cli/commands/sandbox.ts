/** `af sandbox run`: runs a program as the sandbox would, and shows what it did. @module */
import { ConfigError, errorText, SandboxError } from "../../core/base/errors.ts";
import {
  type CaseResult,
  DEFAULT_LIMITS,
  type Language,
  LANGUAGES,
  type ProgramCase,
  type SandboxLimits,
} from "../../core/port/sandbox.ts";
import { revokeAll } from "../../core/room/open.ts";
import type { LocalSandbox } from "../../core/sandbox/local.ts";
import type { Command, Context } from "../command.ts";
import { hint } from "../nearest.ts";
import { integer, jsonOption } from "../options.ts";
import { openCommandSandbox } from "../wire_sandbox.ts";

interface RunOptions {
  readonly file: string;
  readonly stdin?: readonly string[];
  readonly call?: string;
  readonly args?: string;
  readonly lang?: string;
  readonly wallMs?: number;
  readonly cpuMs?: number;
  readonly submissionMs?: number;
  readonly memoryMb?: number;
  readonly outputBytes?: number;
}

const ENDINGS: Readonly<Record<string, Language>> = {
  py: "python",
  js: "javascript",
  mjs: "javascript",
  cjs: "javascript",
  ts: "typescript",
  mts: "typescript",
};

const run: Command<RunOptions> = {
  name: "run",
  help: "run a program with no right at all, once for each input",
  configure(parser) {
    jsonOption(parser.argument("<file>", "program; its ending says the language"))
      .option("--stdin <file>", "standard input of a case, - for this command's; may be given again", collect)
      .option("--call <name>", "call a function of the program in place of giving it an input")
      .option("--args <json>", "arguments of --call, a JSON array; [] by default")
      .option("--lang <language>", `one of ${LANGUAGES.join(", ")}; by the file's ending by default`)
      .option("--wall-ms <n>", `time of one case (${DEFAULT_LIMITS.wallMs})`, integer(1, 600_000))
      .option("--cpu-ms <n>", `CPU time of one case (${DEFAULT_LIMITS.cpuMs})`, integer(1, 600_000))
      .option("--submission-ms <n>", `time of all cases (${DEFAULT_LIMITS.submissionMs})`, integer(1, 3_600_000))
      .option("--memory-mb <n>", "memory of the Python guest, or heap of JavaScript (256)", integer(1, 4_096))
      .option("--output-bytes <n>", `output of one case (${DEFAULT_LIMITS.outputBytes})`, integer(1, 64 << 20));
  },
  async run(context, options) {
    const language = languageOf(options);
    const source = await readText(options.file);
    const cases = await casesOf(options);
    await using sandbox = await openCommandSandbox({
      parallel: 1,
      spare: 0,
      log: (text) => context.log.warn("{text}", { text }),
    });
    await revokeAll(["run"]);
    await needEngine(sandbox, language);
    const limits = limitsOf(options);
    const [result] = await sandbox.run({ contender: "", submissions: [{ language, source, cases, limits }] });
    if (result!.kind === "refused") throw new SandboxError(result!.reason, { code: "refused" });
    if (context.print.json) context.print.data(result!.cases);
    else result!.cases.forEach((one, i) => show(context, one, i));
    return result!.cases.every((one) => one.exit === 0) ? 0 : 1;
  },
};

/** The command. */
export const command: Command = { name: "sandbox", commands: [run] };

function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

function languageOf({ file, lang }: RunOptions): Language {
  if (lang !== undefined) {
    const known = LANGUAGES.find((one) => one === lang);
    if (known) return known;
    const text = `Unknown language ${JSON.stringify(lang)}${hint(lang, LANGUAGES)}; it is one of ${
      LANGUAGES.join(", ")
    }`;
    throw new ConfigError(text, { code: "usage" });
  }
  const found = ENDINGS[/\.(\w+)$/.exec(file)?.[1] ?? ""];
  if (found) return found;
  throw new ConfigError(`The ending of ${file} says no language; name it with --lang ${LANGUAGES.join("|")}`, {
    code: "usage",
  });
}

async function casesOf({ stdin, call, args }: RunOptions): Promise<ProgramCase[]> {
  if (call === undefined && args !== undefined) throw new ConfigError("--args needs --call NAME", { code: "usage" });
  if (call !== undefined) {
    if (stdin !== undefined) throw new ConfigError("Give --call or --stdin, not both", { code: "usage" });
    return [{ kind: "call", function: call, args: argumentsOf(args ?? "[]") }];
  }
  const inputs = await Promise.all((stdin ?? []).map(readText));
  return (inputs.length === 0 ? [""] : inputs).map((text) => ({ kind: "stdin", stdin: text }));
}

function argumentsOf(args: string): string {
  let value: unknown;
  try {
    value = JSON.parse(args);
  } catch (cause) {
    throw new ConfigError(`--args is no JSON: ${errorText(cause)}`, { code: "usage", cause });
  }
  if (!Array.isArray(value)) throw new ConfigError("--args is no JSON array", { code: "usage" });
  return args;
}

async function readText(path: string): Promise<string> {
  try {
    if (path === "-") return await new Response(Deno.stdin.readable).text();
    return await Deno.readTextFile(path);
  } catch (cause) {
    throw new ConfigError(`Cannot read ${path}: ${errorText(cause)}`, { code: "usage", cause });
  }
}

function limitsOf({ wallMs, cpuMs, submissionMs, memoryMb, outputBytes }: RunOptions): Partial<SandboxLimits> {
  // A longer case must fit into its submission, and one that may take longer may also compute longer.
  const all = wallMs === undefined ? undefined : Math.max(wallMs, DEFAULT_LIMITS.submissionMs);
  const memory = memoryMb === undefined ? undefined : memoryMb * 2 ** 20;
  const resident = memory === undefined ? undefined : Math.max(DEFAULT_LIMITS.residentBytes, 2 * memory);
  return defined({
    wallMs,
    cpuMs: cpuMs ?? wallMs,
    submissionMs: submissionMs ?? all,
    guestBytes: memory,
    heapBytes: memory,
    residentBytes: resident,
    outputBytes,
  });
}

function defined(limits: Readonly<Record<string, number | undefined>>): Partial<SandboxLimits> {
  return Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== undefined));
}

async function needEngine(sandbox: LocalSandbox, language: Language): Promise<void> {
  if (language !== "python" || (await sandbox.facts()).engine !== null) return;
  throw new SandboxError("There is no Python engine here; run: deno task engine", { code: "no_engine" });
}

function show({ print }: Context, one: CaseResult, index: number): void {
  const how = one.limit !== null
    ? `ended by the limit ${one.limit}`
    : one.exception !== ""
    ? `ended by ${visible(one.exception).replaceAll("\n", " ")}`
    : `exit ${one.exit}`;
  const cut = one.truncated ? ", output cut" : "";
  const times = `${one.wallMs.toFixed(1)} ms, CPU ${one.cpuMs.toFixed(1)} ms`;
  print.text(`--- case ${index}: ${how}${cut}, ${times}`);
  if (one.stdout !== "") print.text(visible(one.stdout).replace(/\n$/, ""));
  if (one.value !== null) print.text(`returned ${visible(one.value)}`);
  if (one.stderr !== "") print.text(`--- standard error of case ${index}\n${visible(one.stderr).replace(/\n$/, "")}`);
}

/** A program's text for a terminal: control characters, which could move the cursor or set a title, are shown as their codes. */
export function visible(text: string): string {
  return text.replaceAll("\r\n", "\n")
    .replaceAll(/[^\P{Cc}\n\t]/gu, (sign) => `\\x${sign.charCodeAt(0).toString(16).padStart(2, "0")}`);
}
