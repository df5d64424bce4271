/** Text of a stranger in a sentence of ours. @module */

/** A stranger's text for a sentence: short, on one line, in quotation marks, and nothing in it that a terminal would obey. */
export function quote(source: string): string {
  return JSON.stringify(source.slice(0, 60)).replaceAll(/[^\x20-\x7e]/g, "?");
}
