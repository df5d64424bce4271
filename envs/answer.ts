/**
 * What a model's free text says in the end. Only the last characters are read, so a huge answer costs no more than a
 * long one, and every expression here is linear in its line.
 * @module
 */

/** How many of an answer's last characters count. Longer than any answer within the token limits. */
export const READ_CHARACTERS = 65_536;
/** More digits than any key has; a longer number is no answer. */
const MOST_DIGITS = 400;

/** Lines that say something, the last {@linkcode READ_CHARACTERS} characters only; code fences and blank lines are left out. */
export function lines(answer: string): string[] {
  return answer.slice(-READ_CHARACTERS).split(/\r\n|[\n\r\u2028\u2029]/)
    .map((line) => line.trim())
    .filter((line) => line !== "" && !/^(?:```|~~~)[\w-]{0,20}$/.test(line) && !/^(?:\\\[|\\\]|\$\$)$/.test(line));
}

/** One whole number as decimal text (`-12`), or a sentence that says why there is none. */
export type FinalInteger = { readonly value: string } | { readonly reason: string };

/**
 * The one number that an answer ends with. The last line that starts with "Answer" (or holds a `\boxed{…}`) counts; where
 * there is none, the last line. Within it the text after the last `=`, `≡`, `:`, " is " or " equals " counts, and it must hold
 * exactly one whole number: a list of candidates is no answer.
 */
export function finalInteger(answer: string): FinalInteger {
  const all = lines(answer);
  if (all.length === 0) return { reason: "The answer is empty" };
  const at = all.findLastIndex(isAnswerLine);
  let line = at < 0 ? all.at(-1)! : all[at]!;
  // "**Answer:**" alone: the number stands on the next line.
  if (at >= 0 && !/\d/.test(line)) line = all[at + 1] ?? line;
  const boxes = line.split("\\boxed{").length - 1;
  if (boxes > 1) return { reason: "The last answer line holds more than one box" };
  const text = boxes === 1 ? boxed(line) : claim(line);
  const numbers = integers(text);
  if (numbers.length === 1) return numbers[0]!;
  return {
    reason: numbers.length === 0 ? "The last line holds no number" : "The last line holds more than one number",
  };
}

/** How a line announces the final answer, after markdown signs. */
const ANNOUNCEMENT =
  /^[\s*_#>`$-]{0,12}(?:(?:so|thus|therefore|hence),? )?(?:the )?(?:final )?answer[\s*_`"]{0,6}(?::|=|is\b|$)/i;

/** Whether a line announces the final answer. */
function isAnswerLine(line: string): boolean {
  return line.includes("\\boxed{") || ANNOUNCEMENT.test(line);
}

/** What stands inside the one box, up to the brace that closes it. */
function boxed(line: string): string {
  const start = line.indexOf("\\boxed{") + 7;
  let depth = 1;
  for (let i = start; i < line.length; i++) {
    if (line[i] === "{") depth++;
    if (line[i] === "}" && --depth === 0) return claim(line.slice(start, i));
  }
  return claim(line.slice(start));
}

/** The part of a line that states the result: what follows the last sign of equality. */
function claim(line: string): string {
  const text = line.replace(/^[*+-] /, "").replaceAll(/\(?\\?p?mod(?:ulo)?\b[\s{]{0,3}\d{1,20}\}?\)?/gi, " ");
  let end = text.length;
  while (end > 0 && " =:*_".includes(text[end - 1]!)) end--;
  const stated = text.slice(0, end);
  const cut = Math.max(
    ...["=", "≡", ":", " is ", " equals "].map((sign) => {
      const at = stated.lastIndexOf(sign);
      return at < 0 ? at : at + sign.length - 1;
    }),
  );
  return stated.slice(cut + 1);
}

/** The first two numbers of a text at most. */
function integers(text: string): FinalInteger[] {
  const plain = text.replaceAll("{,}", ",").replaceAll("\\,", ",").replaceAll(/[−–]/g, "-")
    .replaceAll(/(?<=\d)[\u00a0\u2009\u202f](?=\d{3})/g, ",");
  const found: FinalInteger[] = [];
  for (const match of plain.matchAll(/([+-]?) ?(\d[\d,._]*)([eE][+-]?\d)?/g)) {
    found.push(match[3] === undefined ? whole(match[1]!, match[2]!) : { reason: NOT_WHOLE });
    if (found.length === 2) break;
  }
  return found;
}

const NOT_WHOLE = "The last line holds something that is not one whole number";

/** Reads a sign and digits with thousands separators; a fraction of zeros is let pass. */
function whole(sign: string, body: string): FinalInteger {
  let end = body.length;
  while (",._".includes(body[end - 1]!)) end--;
  const [head = "", fraction = "", ...more] = body.slice(0, end).split(".");
  if (head.length > MOST_DIGITS) return { reason: "The number has too many digits" };
  if (more.length > 0 || !/^0*$/.test(fraction)) return { reason: NOT_WHOLE };
  if (!/^\d+$/.test(head) && !/^\d{1,3}(?:[,_]\d{3})+$/.test(head)) return { reason: NOT_WHOLE };
  const digits = BigInt(head.replaceAll(/[,_]/g, ""));
  return { value: String(sign === "-" ? -digits : digits) };
}
