/** Programs in fenced blocks, as models and people write them. @module */

/** How many of an answer's last characters are read: more than any program may have. */
const READ_CHARACTERS = 400_000;

/**
 * The last fenced block of a text, without its fences; null where there is none. A fence is a line of three or more backticks
 * or tildes, with the language behind it; a block that is never closed ends with the text, as answers do that were cut off.
 */
export function lastFence(answer: string): string | null {
  let found: string[] | null = null;
  let open: { sign: string; lines: string[] } | null = null;
  for (const line of answer.slice(-READ_CHARACTERS).split(/\r\n|\n|\r/)) {
    const sign = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    if (open === null) {
      if (sign !== undefined) open = { sign, lines: [] };
    } else if (sign?.startsWith(open.sign) && line.trim() === sign) {
      found = open.lines;
      open = null;
    } else open.lines.push(line);
  }
  const block = open?.lines ?? found;
  return block === null ? null : block.join("\n").trim();
}

/** A program in a fenced block that no line of it closes. */
export function fenced(program: string): string {
  const ticks = Math.max(2, ...[...program.matchAll(/`{3,}/g)].map(([run]) => run.length));
  const fence = "`".repeat(ticks + 1);
  return `${fence}python\n${program.trimEnd()}\n${fence}`;
}
