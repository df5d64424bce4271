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

/** What stands between the last complete pair of `<INPUT>` and `</INPUT>`, without the line ends at the tags; null if there is no pair. */
export function lastInput(answer: string): string | null {
  const text = answer.slice(-READ_CHARACTERS);
  const last = text.lastIndexOf("</INPUT>");
  const start = last < 0 ? -1 : text.lastIndexOf("<INPUT>", last);
  if (start < 0) return null;
  const end = text.indexOf("</INPUT>", start);
  const inner = text.slice(start + "<INPUT>".length, end).replaceAll(/\r\n?/g, "\n");
  const lines = inner.replace(/^[ \t]*\n/, "").replace(/\n[ \t]*$/, "").split("\n");
  // Some models put a code block between the tags.
  const fenced = lines.length >= 2 && /^```\w*$/.test(lines[0]!) && lines.at(-1) === "```";
  return `${(fenced ? lines.slice(1, -1) : lines).join("\n")}\n`;
}
