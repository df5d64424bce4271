/** Text on a terminal: how many columns it takes, and what of it may be shown. @module */

// Wide or full-width blocks of Unicode (East Asian Width W and F) and emoji: first and last code point.
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x231a, 0x231b],
  [0x2329, 0x232a],
  [0x23e9, 0x23f3],
  [0x2614, 0x2615],
  [0x2648, 0x2653],
  [0x26a1, 0x26a1],
  [0x26aa, 0x26ab],
  [0x2705, 0x2705],
  [0x274c, 0x274c],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f000, 0x1faff],
  [0x20000, 0x3fffd],
];
const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });

/** Columns that a text takes on a terminal. Control characters must be gone. */
export function width(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let columns = 0;
  for (const { segment } of segmenter.segment(text)) columns += segmentWidth(segment);
  return columns;
}

function segmentWidth(segment: string): number {
  if (/^[\p{M}\p{Cf}]+$/u.test(segment)) return 0;
  const point = segment.codePointAt(0)!;
  return segment.includes("\ufe0f") || WIDE.some(([low, high]) => point >= low && point <= high) ? 2 : 1;
}

/** The beginning of a text that fits into so many columns, with `…` where something was cut. */
export function fit(text: string, columns: number): string {
  if (width(text) <= columns) return text;
  let out = "";
  let used = 1;
  for (const { segment } of segmenter.segment(text)) {
    used += segmentWidth(segment);
    if (used > columns) break;
    out += segment;
  }
  return columns < 1 ? "" : `${out}…`;
}

/** Text with spaces after it, or before it, up to so many columns. */
export function pad(text: string, columns: number, align: "left" | "right" = "left"): string {
  const space = " ".repeat(Math.max(0, columns - width(text)));
  return align === "left" ? text + space : space + text;
}

/**
 * A text of somebody else (a model's name, an answer) as it may be shown: control characters, direction marks, invisible
 * format characters and broken surrogates become `�`; line breaks and tabs stay only if `lines` is set.
 */
export function clean(text: string, options: { lines?: boolean } = {}): string {
  const whole = text.toWellFormed();
  // U+200D joins emoji and is harmless; the other format characters can hide or reorder text.
  const hidden = /[\p{Cc}\p{Zl}\p{Zp}]|(?!\u200d)\p{Cf}/gu;
  return whole.replaceAll(hidden, (char) => options.lines && (char === "\n" || char === "\t") ? char : "�");
}
