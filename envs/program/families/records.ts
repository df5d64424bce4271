/** Lines of records: parsed, filtered, grouped, sorted, reported. @module */
import type { Random } from "../../../core/base/random.ts";
import type { Arg, Draft } from "../draft.ts";
import { type Theme, THEMES } from "./records_themes.ts";

/** A rule of the loop over the records; `code` is indented as the loop's body. */
interface Rule {
  readonly code: string;
  readonly say: string;
}

/** Levels 2-5: the loop's rules are none, 1, 2, 3; the report gets longer too. */
export function records(random: Random, level: number): Draft {
  const theme = random.pick(THEMES);
  const sign = random.pick([",", ";", ":", "|"]);
  const byWho = random.int(0, 1) === 1;
  const key = byWho ? theme.who : theme.group;
  const other = byWho ? theme.group : theme.who;
  const order = random.shuffle([theme.who, theme.group, theme.amount]);
  const strict = level >= 4;
  const rules = random.shuffle(loopRules(theme, key, other)).slice(0, level - 2).map((make) => make(random));
  const ending = report(random, theme, key, level);
  const parse = parser(theme, sign, order, strict);
  const bodyOf = (list: readonly Rule[]) =>
    [
      "totals = {}",
      "counts = {}",
      ...(strict ? ["skipped = 0"] : []),
      ...(list.some(({ code }) => code.includes("seen")) ? ["seen = set()"] : []),
      ...(list.some(({ code }) => code.includes("previous")) ? [`previous = ""`] : []),
      "for line in lines:",
      ...parse.code,
      ...list.flatMap(({ code }) => code.split("\n").map((line) => `    ${line}`)),
      `    totals[${key}] = totals.get(${key}, 0) + ${theme.amount}`,
      `    counts[${key}] = counts.get(${key}, 0) + 1`,
      ending.code,
    ].join("\n");
  const make = (r: Random): string => {
    const field: Record<string, string> = {
      [theme.who]: r.pick(theme.whos),
      [theme.group]: r.pick(theme.groups),
      [theme.amount]: String(r.int(1, 60)),
    };
    const line = order.map((name) => field[name]).join(sign);
    if (!strict || r.int(0, 6) > 0) return line;
    return r.pick([
      line.replace(/\d+$/, "n/a"),
      `${line}${sign}x`,
      line.slice(0, line.lastIndexOf(sign)),
      line.replace(/(\d+)/, "-$1"),
      sign,
    ]);
  };
  const lines = (r: Random, low: number, high: number): string[] =>
    Array.from({ length: r.int(low, high) }, () => make(r));
  return {
    name: theme.name,
    params: [{ name: "lines", kind: "lines", say: `each with one ${theme.record}` }],
    helpers: "",
    body: bodyOf(rules),
    result: "report",
    resultKind: "lines",
    lead: "Go through the lines in order:",
    rules: [
      ...parse.says,
      ...rules.map(({ say }) => say),
      `Then the ${theme.record} counts for its ${key}: its ${theme.amount} is added to the total of that ${key}.`,
      ...ending.says,
    ],
    output: ending.output,
    typical: (r): Arg[] => [lines(r, 5, 8)],
    edges: (r): Arg[][] => {
      const one = make(r);
      return [[[]], [[one]], [[one, one, one]], [lines(r, 25, 30)], [lines(r, 2, 3)], [lines(r, 12, 14).sort()], [
        lines(r, 12, 14).sort().reverse(),
      ]];
    },
    wrong: [
      ...rules.map((_, i) => bodyOf(rules.toSpliced(i, 1))),
      ...ending.wrong.map((code) => bodyOf(rules).replace(ending.code, () => code)),
    ],
  };
}

function parser(
  theme: Theme,
  sign: string,
  order: readonly string[],
  strict: boolean,
): { code: string[]; says: string[] } {
  const { record, amount } = theme;
  const fields = `${order.slice(0, 2).join(", ")} and ${order[2]}`;
  const where = order.indexOf(amount);
  const names = order.map((name) => name === amount ? "text" : name).join(", ");
  const says = [
    `A ${record} has three fields, separated by "${sign}": ${fields}. The ${amount} is a whole number${
      strict ? "" : " from 0 to 1000"
    }.`,
  ].map((say) => say.replace(/^A ([aeiou])/, "An $1"));
  if (!strict) {
    return { code: [`    ${names} = line.split("${sign}")`, `    ${amount} = int(text)`], says };
  }
  says.push(
    `A line that has not exactly three fields, or whose ${amount} is not made of the digits 0 to 9 alone (at least one), is skipped; skipped ` +
      "lines are counted.",
  );
  return {
    code: [
      `    fields = line.split("${sign}")`,
      `    if len(fields) != 3 or not fields[${where}].isdigit():`,
      "        skipped += 1",
      "        continue",
      `    ${names} = fields`,
      `    ${amount} = int(text)`,
    ],
    says,
  };
}

function loopRules(theme: Theme, key: string, other: string): ((r: Random) => Rule)[] {
  const { record, amount } = theme;
  const chosen = (r: Random) => r.pick(other === theme.who ? theme.whos : theme.groups);
  return [
    (r) => {
      const low = r.int(5, 15);
      return {
        code: `if ${amount} < ${low}:\n    continue`,
        say: `Leave out a ${record} with a ${amount} below ${low}.`.replace(/a ([aeiou])/g, "an $1"),
      };
    },
    (r) => {
      const name = chosen(r);
      const times = r.int(2, 4);
      return {
        code: `if ${other} == "${name}":\n    ${amount} *= ${times}`,
        say: `If the ${other} is "${name}", multiply the ${amount} by ${times}.`,
      };
    },
    (r) => {
      const high = r.int(25, 45);
      return {
        code: `if ${amount} > ${high}:\n    ${amount} = ${high} + (${amount} - ${high}) // 2`,
        say: `If the ${amount} is greater than ${high}, only half of what is above ${high} counts, rounded down.`,
      };
    },
    () => ({
      code: `if (${key}, ${other}) in seen:\n    ${amount} //= 2\nseen.add((${key}, ${other}))`,
      say: `If an earlier line came to this rule with the same ${key} and the same ${other}, halve the ` +
        `${amount}, rounded down.`,
    }),
    (r) => {
      const bonus = r.int(3, 20);
      return {
        code: `if ${key} == previous:\n    ${amount} += ${bonus}\nprevious = ${key}`,
        say: `If the last earlier line that came to this rule has the same ${key}, add ${bonus} to the ${amount}.`,
      };
    },
    (r) => {
      const m = r.int(2, 5);
      return {
        code: `if ${amount} % ${m} == 0:\n    ${amount} += counts.get(${key}, 0)`,
        say:
          `If the ${amount} is divisible by ${m}, add to it the number of ${record}s that have counted for this ${key} so far.`,
      };
    },
  ];
}

interface Report {
  readonly code: string;
  readonly says: readonly string[];
  readonly output: string;
  readonly wrong: readonly string[];
}

function report(r: Random, theme: Theme, key: string, level: number): Report {
  const sorts = [
    [`sorted(totals)`, `in alphabetical order of the ${key}`],
    [
      `sorted(totals, key=lambda name: (-totals[name], name))`,
      `the largest total first, equal totals in alphabetical order of the ${key}`,
    ],
    [
      `sorted(totals, key=lambda name: (totals[name], name))`,
      `the smallest total first, equal totals in alphabetical order of the ${key}`,
    ],
    [
      `sorted(totals, key=lambda name: (-counts[name], -totals[name], name))`,
      `those with most ${theme.record}s first, then those with the larger total, then in alphabetical order of the ${key}`,
    ],
  ] as const;
  const [sort, inOrder] = level === 2 ? r.pick(sorts.slice(0, 2)) : r.pick(sorts.slice(1));
  const [form, looks] = r.pick(
    [
      ["{name}: {totals[name]}", `\`${key}: total\``],
      [
        "{name} {totals[name]} {counts[name]}",
        `\`${key} total count\` with single spaces (count is its number of ${theme.record}s)`,
      ],
      ["{name}={totals[name]} ({counts[name]})", `\`${key}=total (count)\` (count is its number of ${theme.record}s)`],
    ] as const,
  );
  const loop = [`report = []`, `for name in ${sort}:`];
  const says: string[] = [];
  const wrong: string[] = [];
  const line = `    report.append(f"${form}")`;
  if (level >= 3) {
    const least = r.int(20, 40);
    says.push(`For the result, leave out every ${key} with a total below ${least}.`);
    wrong.push([...loop, line].join("\n"));
    loop.push(`    if totals[name] < ${least}:`, `        continue`);
  }
  loop.push(line);
  if (level >= 4) {
    const k = r.int(2, 3);
    says.push(`If more than ${k} are left, keep only the first ${k} in the order that the result has.`);
    wrong.push(loop.join("\n"));
    loop.push(`report = report[:${k}]`);
  }
  let last = "";
  if (level >= 4) {
    loop.push(`report.append(f"skipped {skipped}")`);
    last = "; at the end a line `skipped n`, where n is the number of skipped lines";
  } else if (level === 3) {
    loop.push(`report.append(f"all {sum(totals.values())}")`);
    last = `; at the end a line \`all n\`, where n is the sum of the totals of all ${key}s, also of those left out`;
  }
  const plural = key.endsWith("y") ? `${key.slice(0, -1)}ies` : `${key}s`;
  return {
    code: loop.join("\n"),
    says,
    output: `for each ${key}, ${looks}, ${inOrder}${last.replace(`${key}s`, plural)}`,
    wrong,
  };
}
