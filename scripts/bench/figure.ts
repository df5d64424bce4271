/** Figures with their goals: medians with minimum and maximum, as text for people and as plain data. @module */

/** What a figure should be: at most, or at least, this value in the figure's unit. */
export interface Goal {
  readonly most?: number;
  readonly least?: number;
}

/** One measured figure. */
export interface Figure {
  readonly name: string;
  readonly unit: string;
  /** One value for each run. */
  readonly values: readonly number[];
  readonly goal?: Goal;
  /** What a reader should know beside it. */
  readonly note?: string;
}

/** Middle, least and largest of some values. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** Spread of at least one value. */
export function spread(values: readonly number[]): Spread {
  if (values.length === 0) throw new RangeError("A figure needs at least one value");
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const median = sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
  return { median, min: sorted[0]!, max: sorted.at(-1)! };
}

/** Whether the median reaches the goal; null without one. */
export function reached({ values, goal }: Figure): boolean | null {
  if (!goal) return null;
  const { median } = spread(values);
  return median <= (goal.most ?? Infinity) && median >= (goal.least ?? -Infinity);
}

/** Three significant digits, and none behind the point from 100 on. */
export function digits(value: number): string {
  if (value === 0) return "0";
  const places = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toFixed(Math.min(places, 6));
}

/** One line for people: median (min to max), goal, verdict. */
export function line(figure: Figure, width: number): string {
  const { unit, goal, values } = figure;
  const { median, min, max } = spread(values);
  const range = values.length > 1 ? ` (${digits(min)} to ${digits(max)}, ${values.length} runs)` : "";
  const parts = [`  ${figure.name.padEnd(width)}  ${digits(median)} ${unit}${range}`];
  if (goal) {
    const wanted = goal.most === undefined ? `at least ${goal.least}` : `at most ${goal.most}`;
    parts.push(`goal: ${wanted} ${unit}`, reached(figure) ? "reached" : "MISSED");
  }
  if (figure.note) parts.push(figure.note);
  return parts.join(" · ");
}
