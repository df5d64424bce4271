/** Commands and rules that machines are composed of. @module */
import type { Random } from "../../../core/base/random.ts";

/** One command. */
export interface Command {
  readonly id: string;
  /** Names that fit; one is drawn. */
  readonly names: readonly string[];
  /** Whether a whole number follows the name. */
  readonly argument: boolean;
  /** The first level that has it. */
  readonly level: number;
  /** Variables that it needs beyond the value, from {@linkcode VARIABLES}. */
  readonly uses: readonly Variable[];
  make(random: Random): { readonly code: string; readonly say: string };
}

/** Variables with their start and how the text names them. */
export const VARIABLES = {
  memory: { start: "0", say: "a memory of 0" },
  mode: { start: "False", say: "a switch that is off" },
  saved: { start: "[]", say: "an empty stack of saved values" },
  skip: { start: "0", say: "" },
  last: { start: "0", say: "" },
  shown: { start: "[]", say: "" },
  errors: { start: "0", say: "" },
} as const;
/** A name in {@linkcode VARIABLES}. */
export type Variable = keyof typeof VARIABLES;

function fixed(code: string, say: string) {
  return () => ({ code, say });
}

/** The commands. In the code `k` is the argument. */
export const COMMANDS: readonly Command[] = [
  {
    id: "add",
    names: ["add", "plus", "gain", "up"],
    argument: true,
    level: 0,
    uses: [],
    make: fixed("value += k", "add k to the value"),
  },
  {
    id: "sub",
    names: ["sub", "minus", "lose", "down"],
    argument: true,
    level: 0,
    uses: [],
    make: fixed("value -= k", "subtract k from the value"),
  },
  {
    id: "times",
    names: ["mul", "times", "scale"],
    argument: true,
    level: 0,
    uses: [],
    make: fixed("value *= k", "multiply the value by k"),
  },
  {
    id: "fixed",
    names: ["boost", "grow", "step"],
    argument: false,
    level: 0,
    uses: [],
    make(r) {
      const [a, b] = [r.int(2, 4), r.int(1, 9)];
      return { code: `value = ${a} * value + ${b}`, say: `replace the value by ${a} * value + ${b}` };
    },
  },
  {
    id: "store",
    names: ["store", "keep", "save"],
    argument: false,
    level: 0,
    uses: ["memory"],
    make: fixed("memory = value", "copy the value into the memory"),
  },
  {
    id: "swap",
    names: ["swap", "exchange"],
    argument: false,
    level: 0,
    uses: ["memory"],
    make: fixed("value, memory = memory, value", "exchange the value and the memory"),
  },
  {
    id: "recall",
    names: ["recall", "fetch", "mix"],
    argument: false,
    level: 0,
    uses: ["memory"],
    make(r) {
      const a = r.int(2, 5);
      return { code: `value += ${a} * memory`, say: `add ${a} times the memory to the value` };
    },
  },
  {
    id: "halve",
    names: ["half", "halve", "shrink"],
    argument: false,
    level: 3,
    uses: [],
    make: fixed("value //= 2", "replace the value by value // 2"),
  },
  {
    id: "flip",
    names: ["flip", "toggle", "switch"],
    argument: false,
    level: 3,
    uses: ["mode"],
    make: fixed("mode = not mode", "turn the switch on if it is off, and off if it is on"),
  },
  {
    id: "either",
    names: ["pull", "press", "hit"],
    argument: true,
    level: 3,
    uses: ["mode"],
    make(r) {
      const a = r.int(2, 4);
      return {
        code: `if mode:\n    value -= ${a} * k\nelse:\n    value += k`,
        say: `if the switch is on, subtract ${a} times k from the value; otherwise add k to it`,
      };
    },
  },
  {
    id: "push",
    names: ["push", "mark"],
    argument: false,
    level: 4,
    uses: ["saved"],
    make: fixed("saved.append(value)", "put the value on top of the stack; the value itself stays"),
  },
  {
    id: "pop",
    names: ["pop", "undo", "back"],
    argument: false,
    level: 4,
    uses: ["saved", "errors"],
    make: fixed(
      "if saved:\n    value = saved.pop()\nelse:\n    errors += 1",
      "take the top off the stack and make it the value; if the stack is empty, the value stays and this is an error",
    ),
  },
  {
    id: "skip",
    names: ["skip", "pass"],
    argument: true,
    level: 4,
    uses: ["skip"],
    make: fixed(
      "skip = k",
      "ignore the next k commands, whatever they are: they do nothing, and no rule applies after them",
    ),
  },
  {
    id: "again",
    names: ["again", "repeat"],
    argument: false,
    level: 4,
    uses: ["last"],
    make: fixed(
      "value += last",
      "add to the value the number k of the last command before that had one and was not ignored (0 if there is none)",
    ),
  },
  {
    id: "show",
    names: ["show", "print", "log"],
    argument: false,
    level: 3,
    uses: ["shown"],
    make: fixed("shown.append(value)", "append the value to the report"),
  },
  {
    id: "test",
    names: ["check", "test", "guard"],
    argument: true,
    level: 4,
    uses: ["errors"],
    make(r) {
      const c = r.int(2, 9);
      return {
        code: `if value % ${c} == k % ${c}:\n    value += k\nelse:\n    errors += 1`,
        say: `if value % ${c} equals k % ${c}, add k to the value; otherwise the value stays and this is an error`,
      };
    },
  },
  {
    id: "sum",
    names: ["collect", "drain"],
    argument: false,
    level: 5,
    uses: ["saved"],
    make: fixed("value += sum(saved)\nsaved = []", "add all values of the stack to the value and empty the stack"),
  },
];

/** A rule that holds after every command. */
export interface Rule {
  readonly level: number;
  readonly uses: readonly Variable[];
  make(random: Random): { readonly code: string; readonly say: string };
}

/** The rules. */
export const RULES: readonly Rule[] = [
  {
    level: 2,
    uses: [],
    make(r) {
      const m = r.int(100, 400);
      return {
        code: `if value > ${m}:\n    value %= ${m}`,
        say: `if the value is greater than ${m}, it is replaced by value % ${m}.`,
      };
    },
  },
  {
    level: 2,
    uses: ["errors"],
    make(r) {
      const low = -r.int(0, 30);
      return {
        code: `if value < ${low}:\n    value = ${low}\n    errors += 1`,
        say: `if the value is below ${low}, it is set to ${low} and this counts as an error.`,
      };
    },
  },
  {
    level: 4,
    uses: ["memory"],
    make(r) {
      const m = r.int(3, 9);
      return {
        code: `if value % ${m} == 0:\n    memory += 1`,
        say: `if the value is divisible by ${m} (0 is), the memory grows by 1.`,
      };
    },
  },
];
