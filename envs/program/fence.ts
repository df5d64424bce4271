/** Reads programs and inputs out of a model's free text, in linear time. @module */
import { READ_CHARACTERS } from "../answer.ts";

/** A fenced block of code. */
export interface Fence {
  /** The word after the fence in small letters; empty where there is none. */
  readonly tag: string;
  readonly code: string;
}

const FENCE = /^([ \t]*)(`{3,}|~{3,})[ \t]*([\w+#.-]{0,20})(.*)$/;

/**
 * The last fenced block whose tag is in `tags`. A fence with a tag always opens a block, since no closing fence has one; a block that is
 * never closed runs to the end.
 */
export function lastFence(answer: string, tags: readonly string[]): Fence | null {
  let last: Fence | null = null;
  let open: { tag: string; fence: string; indent: number; lines: string[] } | null = null;
  const close = () => {
    if (open !== null && tags.includes(open.tag)) last = { tag: open.tag, code: open.lines.join("\n") };
    open = null;
  };
  for (const line of answer.slice(-READ_CHARACTERS).split(/\r\n|\r|\n/)) {
    const found = line.length < 400 ? FENCE.exec(line) : null;
    if (found !== null && !found[4]!.includes("`")) {
      const [, indent, fence, tag] = found as unknown as [string, string, string, string];
      const current: { fence: string } | null = open;
      const fits = current === null || (fence[0] === current.fence[0] && fence.length >= current.fence.length);
      if (fits) {
        const opens = current === null || tag !== "";
        close();
        if (opens) open = { tag: tag.toLowerCase(), fence, indent: indent.length, lines: [] };
        continue;
      }
    }
    if (open !== null) {
      (open as { indent: number; lines: string[] }).lines.push(unindent(line, (open as { indent: number }).indent));
    }
  }
  close();
  return last;
}

function unindent(line: string, most: number): string {
  let at = 0;
  while (at < most && (line[at] === " " || line[at] === "\t")) at++;
  return line.slice(at);
}

/** The question names its tags: "between <INPUT> and </INPUT>". */
const QUESTION = /^[`*"']* and [`*"']*$/;

/**
 * What stands between the last complete pair of `<INPUT>` and `</INPUT>`, without the line ends at the tags; null if there is no pair.
 * A pair that only repeats the question's words is none.
 */
export function lastInput(answer: string): string | null {
  const text = answer.slice(-READ_CHARACTERS);
  let inner = between(text, text.length);
  while (inner !== null && QUESTION.test(inner.text)) inner = between(text, inner.start);
  if (inner === null) return null;
  const lines = inner.text.replaceAll(/\r\n?/g, "\n").replace(/^[ \t]*\n/, "").replace(/\n[ \t]*$/, "").split("\n");
  // Some models put a code block between the tags.
  const fenced = lines.length >= 2 && /^```\w*$/.test(lines[0]!) && lines.at(-1) === "```";
  return `${(fenced ? lines.slice(1, -1) : lines).join("\n")}\n`;
}

/** The last pair that begins before a place. */
function between(text: string, before: number): { start: number; text: string } | null {
  const last = before === 0 ? -1 : text.lastIndexOf("</INPUT>", before - 1);
  const start = last < 0 ? -1 : text.lastIndexOf("<INPUT>", last);
  return start < 0 ? null : { start, text: text.slice(start + "<INPUT>".length, text.indexOf("</INPUT>", start)) };
}
