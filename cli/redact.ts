/** Takes secrets out of what is logged: by the name of a field, by known values, by their usual looks. Pure. @module */

const HIDDEN = "****";
const SECRET_NAME =
  /(api|access|private|secret|signing)[_-]?key|secret|token$|password|passwd|mnemonic|phrase|authorization|cookie|^BT_PW_/i;
// Bearer headers, tokens of the services that af talks to, and passwords inside of addresses.
const LOOKS: readonly (readonly [RegExp, string])[] = [
  [/\b(Bearer|Basic)\s+[\w.~+/=-]{6,}/gi, `$1 ${HIDDEN}`],
  [/\b(hf|cpk|sk)_[\w.-]{8,}/g, `$1_${HIDDEN}`],
  [/\b(https?|wss?):\/\/[^\s/@]+@/gi, `$1://${HIDDEN}@`],
];

/** Replaces secrets. */
export class Redactor {
  readonly #values: readonly string[];
  /** @param secrets values that must not be shown; ones of less than 6 characters are left alone, they would hit ordinary words */
  constructor(secrets: readonly string[]) {
    const spellings = new Set<string>();
    for (const secret of secrets) {
      if (secret.length < 6) continue;
      spellings.add(secret).add(encodeURIComponent(secret)).add(btoa(unescape(encodeURIComponent(secret))));
      spellings.add(JSON.stringify(secret).slice(1, -1));
    }
    // The longest first: a secret may be a part of another.
    this.#values = [...spellings].sort((a, b) => b.length - a.length);
  }
  /** A text without secrets. */
  text(text: string): string {
    let out = text;
    for (const value of this.#values) out = out.replaceAll(value, HIDDEN);
    for (const [look, replacement] of LOOKS) out = out.replaceAll(look, replacement);
    return out;
  }
  /** A value without secrets: fields with a secret's name are hidden whole, texts are searched, deep values are cut. */
  value(value: unknown, depth = 0): unknown {
    if (typeof value === "string") return this.text(value);
    if (typeof value !== "object" || value === null) return value;
    if (depth > 6) return "…";
    if (value instanceof Error) return this.text(`${value.name}: ${value.message}`);
    if (value instanceof Uint8Array) return `${value.length} bytes`;
    if (Array.isArray(value)) return value.slice(0, 100).map((entry) => this.value(entry, depth + 1));
    const out: Record<string, unknown> = {};
    for (const [name, entry] of Object.entries(value)) {
      out[name] = SECRET_NAME.test(name) && entry !== undefined ? HIDDEN : this.value(entry, depth + 1);
    }
    return out;
  }
}
