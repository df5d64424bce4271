/** Machines that carry out a list of commands: a value, more state at higher levels, rules between them. @module */
import type { Random } from "../../../core/base/random.ts";
import type { Arg, Draft } from "../draft.ts";
import { type Command, COMMANDS, type Rule, RULES, type Variable, VARIABLES } from "./machine_parts.ts";

/** Per level: commands, rules. */
const SIZES: Readonly<Record<number, readonly [number, number]>> = { 2: [3, 0], 3: [5, 1], 4: [7, 2], 5: [10, 3] };
/** Names that fit every machine. */
const FUNCTIONS = ["run", "execute", "simulate", "run_machine", "process"] as const;

interface Part {
  readonly command: Command;
  readonly name: string;
  readonly code: string;
  readonly say: string;
}

/** Levels 2-5. */
export function machine(random: Random, level: number): Draft {
  const [count, ruleCount] = SIZES[level]!;
  const parts = commands(random, level, count).map((command): Part => ({
    command,
    name: random.pick(command.names),
    ...command.make(random),
  }));
  const rules = random.shuffle(RULES.filter((rule) => rule.level <= level)).slice(0, ruleCount)
    .map((rule) => ({ rule, ...rule.make(random) }));
  const start = random.int(0, 9);
  const used = new Set<Variable>([
    ...parts.flatMap(({ command }) => command.uses),
    ...rules.flatMap(({ rule }) => rule.uses),
  ]);
  const says = [...used].map((name) => VARIABLES[name].say).filter((say) => say !== "");
  const frame = { start, used, rules };
  const line = (r: Random) => {
    const { command, name } = r.pick(parts);
    return command.argument ? `${name} ${r.int(1, command.id === "times" ? 4 : command.id === "skip" ? 3 : 30)}` : name;
  };
  const some = (r: Random, low: number, high: number): string[] =>
    Array.from({ length: r.int(low, high) }, () => line(r));
  return {
    name: random.pick(FUNCTIONS),
    params: [{ name: "commands", kind: "lines", say: "each with one command" }],
    helpers: "",
    body: body(parts, frame),
    ...result(used),
    lead:
      `A machine starts with ${
        list([`a value of ${start}`, ...says])
      }. It carries out the commands in order, where k stands for ` +
      "a whole number from 0 to 1000:",
    rules: [
      ...parts.map(({ name, command, say }) => `\`${name}${command.argument ? " k" : ""}\`: ${say}.`),
      ...rules.map(({ say }, i) => `${i === 0 ? "After each command" : "After that"}, ${say}`),
    ],
    typical: (r): Arg[] => [some(r, level + 3, level + 8)],
    edges: (r): Arg[][] => [
      [[]],
      [[line(r)]],
      [new Array<string>(4).fill(line(r))],
      ...parts.slice(0, 6).map((
        { name, command },
      ): Arg[] => [[...some(r, 1, 2), `${name}${command.argument ? " 0" : ""}`, ...some(r, 1, 3)]]),
      [some(r, 30, 40)],
      [parts.map(({ name, command }) => command.argument ? `${name} ${r.int(100, 1000)}` : name)],
      [[...parts].reverse().map(({ name, command }) => command.argument ? `${name} 1` : name)],
    ],
    wrong: [
      ...parts.map((_, i) => body(parts.toSpliced(i, 1), frame)),
      ...rules.map((_, i) => body(parts, { ...frame, rules: rules.toSpliced(i, 1) })),
    ],
  };
}

/** Commands of the level; those that share a variable come together, so that no switch is without use. */
function commands(random: Random, level: number, count: number): Command[] {
  const open = COMMANDS.filter((command) => command.level <= level);
  const pairs: Readonly<Record<string, string>> = {
    flip: "either",
    either: "flip",
    push: "pop",
    pop: "push",
    sum: "push",
    swap: "store",
    recall: "store",
  };
  while (true) {
    const chosen = random.shuffle(open).slice(0, count);
    const ids = chosen.map((command) => command.id);
    if (!ids.includes("add") && !ids.includes("fixed") && !ids.includes("times")) continue;
    if (chosen.every((command) => pairs[command.id] === undefined || ids.includes(pairs[command.id]!))) return chosen;
  }
}

interface FrameParts {
  readonly start: number;
  readonly used: ReadonlySet<Variable>;
  readonly rules: readonly { readonly rule: Rule; readonly code: string }[];
}

function body(parts: readonly Part[], { start, used, rules }: FrameParts): string {
  const inner = (code: string, depth: number) => code.split("\n").map((line) => " ".repeat(4 * depth) + line);
  const lines = [`value = ${start}`];
  for (const name of Object.keys(VARIABLES) as Variable[]) {
    if (used.has(name)) lines.push(`${name} = ${VARIABLES[name].start}`);
  }
  lines.push("for command in commands:");
  if (used.has("skip")) lines.push("    if skip > 0:", "        skip -= 1", "        continue");
  lines.push("    parts = command.split()");
  if (parts.some(({ command }) => command.argument)) lines.push("    k = int(parts[1]) if len(parts) > 1 else 0");
  for (const [i, { name, code }] of parts.entries()) {
    lines.push(`    ${i === 0 ? "if" : "elif"} parts[0] == "${name}":`, ...inner(code, 2));
  }
  if (used.has("last")) lines.push("    if len(parts) > 1:", "        last = k");
  for (const { code } of rules) lines.push(...inner(code, 1));
  if (used.has("shown")) lines.push(`report = "report:" + "".join(f" {number}" for number in shown)`);
  return lines.join("\n");
}

function result(used: ReadonlySet<Variable>): Pick<Draft, "result" | "resultKind" | "output"> {
  const items = ["{value}"];
  const parts = ["the final value"];
  if (used.has("memory")) {
    items.push("{memory}");
    parts.push("the memory");
  }
  if (used.has("errors")) {
    items.push("{errors}");
    parts.push("the number of errors");
  }
  const says = list(parts);
  const line = `f"${items.join(" ")}"`;
  if (used.has("shown")) {
    return {
      result: `[report, ${line}]`,
      resultKind: "lines",
      output:
        `two lines: \`report:\` and the values of the report, each after a space; then ${list}, with single spaces between them`,
    };
  }
  if (items.length === 1) return { result: "value", resultKind: "int", output: says };
  return { result: line, resultKind: "text", output: `one line with ${says}, with single spaces between them` };
}

/** `a`, `a and b`, `a, b and c`. */
function list(items: readonly string[]): string {
  return items.length === 1 ? items[0]! : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
}
