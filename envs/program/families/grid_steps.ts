/** Steps on a grid of `#` and `.`, and from it to numbers. @module */
import type { Random } from "../../../core/base/random.ts";
import { type Made, plural, type Step, type StepKind } from "./step.ts";

function step(id: string, to: StepKind, level: number, make: (random: Random) => Made): Step {
  return { id, group: `grid ${id}`, from: "grid", to, level, make };
}

function fixed(code: string, say: string): () => Made {
  return () => ({ code, say });
}

function life(r: Random): Made {
  const born = r.pick([[3], [2], [3, 6], [1], [2, 3]]);
  const stays = r.pick([[2, 3], [1, 2], [3, 4], [2, 4], [1, 3]]);
  const tuple = (list: readonly number[]) => `(${list.join(", ")}${list.length === 1 ? "," : ""})`;
  return {
    code: `rows = []
for y, row in enumerate(grid):
    new = ""
    for x, cell in enumerate(row):
        near = 0
        for j in range(y - 1, y + 2):
            for i in range(x - 1, x + 2):
                if 0 <= j < len(grid) and 0 <= i < len(row) and (i, j) != (x, y) and grid[j][i] == "#":
                    near += 1
        if cell == "#":
            new += "#" if near in ${tuple(stays)} else "."
        else:
            new += "#" if near in ${tuple(born)} else "."
    rows.append(new)
grid = rows`,
    say:
      "Replace all cells at once by this rule, which looks at how many of the up to eight neighbours of a cell (diagonal ones too; outside of the grid " +
      `there are none) are \`#\`: a \`#\` stays if that number is ${
        stays.join(" or ")
      }, a \`.\` becomes \`#\` if it is ${born.join(" or ")}; ` +
      "every other cell becomes a dot.",
  };
}

function shift(r: Random): Made {
  const k = r.int(1, 3);
  return {
    code: `grid = [row[${k} * i % len(row):] + row[:${k} * i % len(row)] for i, row in enumerate(grid)]`,
    say: `Rotate each row to the left by ${
      k === 1 ? "its number" : `${k} times its number`
    } (rows count from 0): cells that leave on the left come back on the right.`,
  };
}

function weigh(r: Random): Made {
  const [a, b] = [r.int(1, 9), r.int(2, 9)];
  return {
    code: `total = sum(${a} * x + ${b} * y for y, row in enumerate(grid) for x, cell in enumerate(row) if cell == "#")`,
    say:
      `The total is the sum of ${a} * x + ${b} * y over all cells with \`#\`, where x is the column and y the row of the cell, both counted from 0.`,
  };
}

function walk(r: Random): Made {
  const turns = r.int(20, 60);
  return {
    code: `x, y, dx, dy = 0, 0, 1, 0
total = 0
for _ in range(${turns}):
    if grid[y][x] == "#":
        dx, dy = -dy, dx
        total += 1
    x = (x + dx) % len(grid[0])
    y = (y + dy) % len(grid)`,
    say:
      `Walk over the grid: start on the top left cell, headed right, and make ${
        plural(turns, "step")
      }. Before each step, if the cell you are on is \`#\`, turn right by ` +
      "90 degrees. A step that leaves the grid enters it again on the opposite side, in the same row or column. The total is the number of turns.",
  };
}

const REGIONS = `seen = set()
numbers = []
for y in range(len(grid)):
    for x in range(len(grid[0])):
        if grid[y][x] != "#" or (x, y) in seen:
            continue
        seen.add((x, y))
        todo = [(x, y)]
        size = 0
        while todo:
            i, j = todo.pop()
            size += 1
            for p, q in [(i + 1, j), (i - 1, j), (i, j + 1), (i, j - 1)]:
                if 0 <= p < len(grid[0]) and 0 <= q < len(grid) and grid[q][p] == "#" and (p, q) not in seen:
                    seen.add((p, q))
                    todo.append((p, q))
        numbers.append(size)`;

/** The steps. */
export const GRID_STEPS: readonly Step[] = [
  step(
    "turn",
    "grid",
    2,
    fixed(
      `grid = ["".join(row[i] for row in reversed(grid)) for i in range(len(grid[0]))]`,
      "Turn the grid by 90 degrees clockwise.",
    ),
  ),
  step("mirror", "grid", 2, fixed("grid = [row[::-1] for row in grid]", "Mirror the grid: reverse every row.")),
  step(
    "transpose",
    "grid",
    3,
    fixed(
      `grid = ["".join(row[i] for row in grid) for i in range(len(grid[0]))]`,
      "Exchange rows and columns: the first column becomes the first row, and so on.",
    ),
  ),
  step(
    "gravity",
    "grid",
    3,
    fixed(
      `height = len(grid)
columns = ["".join(row[i] for row in grid) for i in range(len(grid[0]))]
fallen = [("#" * column.count("#")).rjust(height, ".") for column in columns]
grid = ["".join(column[y] for column in fallen) for y in range(height)]`,
      "Let every `#` fall down as far as it can: within each column all `#` come to the bottom.",
    ),
  ),
  step("shift", "grid", 3, shift),
  step("life", "grid", 3, life),
  step(
    "edges",
    "grid",
    4,
    fixed(
      `grid = [row[0] + "".join("#" if a != b else "." for a, b in zip(row, row[1:])) for row in grid]`,
      "In every row, from the second cell on, replace all cells at once: a cell becomes `#` if it differs from the cell to its left (in the old row), and a dot otherwise; the first cell stays.",
    ),
  ),
  step("weigh", "int", 2, weigh),
  step("walk", "int", 4, walk),
  step(
    "row counts",
    "ints",
    2,
    fixed(
      `numbers = [row.count("#") for row in grid]`,
      "Count the `#` of each row, from top to bottom: this gives a list of numbers.",
    ),
  ),
  step(
    "column counts",
    "ints",
    2,
    fixed(
      `numbers = [sum(row[i] == "#" for row in grid) for i in range(len(grid[0]))]`,
      "Count the `#` of each column, from left to right: this gives a list of numbers.",
    ),
  ),
  step(
    "regions",
    "ints",
    3,
    fixed(
      REGIONS,
      "Find the regions: cells with `#` belong together if one can be reached from the other by steps up, down, left or right over such cells only. " +
        "Make a list of the sizes of the regions, in the order in which their first cells come when the grid is read row by row.",
    ),
  ),
];
