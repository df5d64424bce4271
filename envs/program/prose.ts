/** The English of a task: input, rules, output, how to answer. @module */
import type { Draft, Param } from "./draft.ts";

const NUMBERS = ["no", "one", "two", "three", "four", "five", "six"] as const;
const TYPES = {
  int: "an integer",
  ints: "a list of integers",
  text: "a string",
  words: "a list of strings",
  lines: "a list of strings",
} as const;

/** The specification of a script that reads standard input. */
export function scriptText(draft: Draft): string {
  const { params, rules } = draft;
  const ints = params.every((param) => param.kind === "int");
  if (rules.length === 0 && ints) {
    const few = params.length === 1
      ? `an integer ${params[0]!.name}`
      : `${NUMBERS[params.length]} integers ${names(params)}, each on its own line,`;
    return paragraphs(`Write a Python program that reads ${few} and prints ${draft.output}.`, note(draft));
  }
  const input = ints
    ? `${NUMBERS[params.length]} lines with one integer each: ${names(params)}.`
    : `${params.map(inputLine).join("; then ")}.`;
  return paragraphs(
    "Write a Python program that reads standard input and prints the result.",
    `Input: ${input}`,
    steps(draft),
    printed(draft),
    note(draft),
  );
}

/** How the specification of a function with this head, `def name(a, b):`, begins: as code, since a name within a text is soon another. */
export function asked(head: string): string {
  return `Write a Python function with this signature:\n\n\`\`\`python\n${head}\n\`\`\``;
}

/** The specification of a function. */
export function functionText(draft: Draft): string {
  const { name, params, rules } = draft;
  const head = asked(`def ${name}(${params.map((param) => param.name).join(", ")}):`);
  const ints = params.every((param) => param.kind === "int");
  if (rules.length === 0 && ints) {
    const few = params.length === 1 ? "an integer" : `${NUMBERS[params.length]} integers`;
    return paragraphs(
      head,
      `It takes ${few} and returns ${draft.output}.`,
      note(draft),
    );
  }
  const takes = ints ? `The parameters are integers.` : params.map((param) => takesOne(param))
    .join(" ");
  return paragraphs(
    head,
    takes,
    steps(draft),
    returned(draft),
    note(draft),
  );
}

function paragraphs(...parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join("\n\n");
}

function names(params: readonly Param[]): string {
  const all = params.map((param) => param.name);
  return all.length === 1 ? all[0]! : `${all.slice(0, -1).join(", ")} and ${all.at(-1)}`;
}

function inputLine({ name, kind, say, some }: Param): string {
  const about = say === "" ? "" : `: ${say}`;
  switch (kind) {
    case "int":
      return `a line with an integer ${name}${about}`;
    case "ints":
      return `a line with integers separated by single spaces${say === "" ? "" : ` (${say})`}`;
    case "text":
      return `a line of text${about}`;
    case "words":
      return `a line with words separated by single spaces${about}`;
    case "lines":
      return `a line with a whole number n, ${some ? "at least 1" : "which may be 0"}; then n lines, ${say}`;
  }
}

function steps({ lead, rules }: Draft): string {
  if (lead !== undefined) return `${lead}\n${rules.map((rule) => `- ${rule}`).join("\n")}`;
  if (rules.length === 1) return rules[0]!;
  return `Do the following, in this order:\n${rules.map((rule, i) => `${i + 1}. ${rule}`).join("\n")}`;
}

function printed({ output, resultKind }: Draft): string {
  switch (resultKind) {
    case "ints":
    case "words":
      return `Print ${output} on one line with single spaces between them (an empty line if there are none).`;
    case "lines":
      return `Print these lines: ${output}.`;
    default:
      return `Print ${output}.`;
  }
}

function returned({ output, resultKind }: Draft): string {
  switch (resultKind) {
    case "int":
      return `Return ${output}.`;
    case "text":
      return `Return ${output}, as a string.`;
    case "lines":
      return `Return these lines as a list of strings: ${output}.`;
    default:
      return `Return ${output}, as ${TYPES[resultKind]}.`;
  }
}

function takesOne({ name, kind, say, some }: Param): string {
  if (kind === "lines") return `\`${name}\` is a list of strings${some ? "" : ", which may be empty"}, ${say}.`;
  const about = say === "" ? "" : kind === "ints" ? ` (${say})` : `: ${say}`;
  return `\`${name}\` is ${TYPES[kind]}${about}.`;
}

/** What `%` and `//` mean below zero, where a rule uses them. */
function note({ lead, rules, output }: Draft): string {
  const text = [lead ?? "", ...rules, output].join(" ");
  const [rest, quotient] = [/ % |remainder/.test(text), / \/\/ |divide it by/.test(text)];
  if (rest && quotient) return "`%` and `//` are Python's, also for negative numbers: quotients are rounded down.";
  if (rest) return "Remainders are those of Python's `%`, also for negative numbers.";
  return quotient ? "`//` is Python's division, rounded down, also for negative numbers." : "";
}
