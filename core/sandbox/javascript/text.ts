/**
 * Runs inside the context of a program, as source text: UTF-8 and the printing of values, since nothing of the host's may be in
 * there. Each function must stand by itself. @module
 */

/** UTF-8, there and back. */
export interface TextKit {
  encode(text: string): Uint8Array;
  decode(bytes: Uint8Array): string;
  inspect(value: unknown, depth?: number): string;
  format(values: readonly unknown[]): string;
}

/** Makes the kit. */
export function textKit(): TextKit {
  const { apply, ownKeys } = Reflect;
  const hidden = Symbol.prototype.toString;
  const toIso = Date.prototype.toISOString;
  const errorText = Error.prototype.toString;

  function encode(text: string): Uint8Array {
    const out = new Uint8Array(3 * text.length);
    let at = 0;
    for (let i = 0; i < text.length; i++) {
      let code = text.codePointAt(i)!;
      if (code > 0xffff) i++;
      else if (code >= 0xd800 && code <= 0xdfff) code = 0xfffd;
      if (code < 0x80) out[at++] = code;
      else if (code < 0x800) {
        out[at++] = 0xc0 | code >> 6;
        out[at++] = 0x80 | code & 63;
      } else if (code < 0x10000) {
        out[at++] = 0xe0 | code >> 12;
        out[at++] = 0x80 | code >> 6 & 63;
        out[at++] = 0x80 | code & 63;
      } else {
        out[at++] = 0xf0 | code >> 18;
        out[at++] = 0x80 | code >> 12 & 63;
        out[at++] = 0x80 | code >> 6 & 63;
        out[at++] = 0x80 | code & 63;
      }
    }
    return out.slice(0, at);
  }

  function decode(bytes: Uint8Array): string {
    let text = "";
    for (let i = 0; i < bytes.length;) {
      const first = bytes[i++]!;
      const more = first < 0x80 ? 0 : first >= 0xc2 && first < 0xe0 ? 1 : first >= 0xe0 && first < 0xf0 ? 2 : 3;
      if (first >= 0x80 && (first < 0xc2 || first > 0xf4)) {
        text += "\ufffd";
        continue;
      }
      let code = more === 0 ? first : first & (0x3f >> more);
      let taken = 0;
      while (taken < more && (bytes[i]! & 0xc0) === 0x80) {
        code = code << 6 | bytes[i++]! & 63;
        taken++;
      }
      const least = [0, 0x80, 0x800, 0x10000][more]!;
      const whole = taken === more && code >= least && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
      text += whole ? String.fromCodePoint(code) : "\ufffd";
    }
    return text;
  }

  function quote(text: string): string {
    const mark = !text.includes("'") ? "'" : !text.includes('"') ? '"' : !text.includes("`") ? "`" : "'";
    const escaped = text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll("\t", "\\t").replaceAll(
      "\r",
      "\\r",
    );
    return mark + (mark === "'" ? escaped.replaceAll("'", "\\'") : escaped) + mark;
  }

  function scalar(value: unknown): string | undefined {
    switch (typeof value) {
      case "string":
        return quote(value);
      case "number":
        return Object.is(value, -0) ? "-0" : `${value}`;
      case "bigint":
        return `${value}n`;
      case "symbol":
        return apply(hidden, value, []) as string;
      case "undefined":
      case "boolean":
        return `${value}`;
      case "function": {
        const kind = `${value}`.startsWith("class") ? "class" : "Function";
        if (kind === "class") return `[class ${value.name || "(anonymous)"}]`;
        return value.name ? `[${kind}: ${value.name}]` : `[${kind} (anonymous)]`;
      }
      default:
        return value === null ? "null" : undefined;
    }
  }

  function key(name: string | symbol): string {
    if (typeof name === "symbol") return `[${apply(hidden, name, [])}]`;
    return /^[A-Za-z_$][\w$]*$/.test(name) ? name : quote(name);
  }

  function nameOf(value: object): string {
    const prototype = Object.getPrototypeOf(value);
    if (prototype === null) return "[Object: null prototype]";
    return typeof prototype.constructor === "function" ? prototype.constructor.name : "Object";
  }

  function entriesOf(value: object, inner: (value: unknown) => string, skip: (name: string) => boolean): string[] {
    return ownKeys(value).filter((name) => {
      const property = Object.getOwnPropertyDescriptor(value, name);
      return property?.enumerable === true && !(typeof name === "string" && skip(name));
    }).map((name) => {
      const property = Object.getOwnPropertyDescriptor(value, name)!;
      return `${key(name)}: ${property.get ? "[Getter]" : inner(property.value)}`;
    });
  }

  function show(value: unknown, left: number, seen: readonly object[]): string {
    const plain = scalar(value);
    if (plain !== undefined) return plain;
    const object = value as object;
    if (seen.includes(object)) return "[Circular *1]";
    const name = nameOf(object);
    if (object instanceof Error) return object.stack || (apply(errorText, object, []) as string);
    if (object instanceof Date) return apply(toIso, object, []) as string;
    if (object instanceof RegExp) return `/${object.source}/${object.flags}`;
    const list = Array.isArray(object);
    if (left < 0) return list ? "[Array]" : `[${name}]`;
    const inner = (one: unknown) => show(one, left - 1, [...seen, object]);
    const isIndex = (one: string) => /^\d+$/.test(one);
    const first = 100;
    const cut = (items: string[], size: number) =>
      size > first ? [...items, `... ${size - first} more item${size - first > 1 ? "s" : ""}`] : items;
    if (list || ArrayBuffer.isView(object) && !(object instanceof DataView)) {
      const items = Array.from(object as ArrayLike<unknown>).slice(0, first).map(inner);
      const size = (object as ArrayLike<unknown>).length;
      const label = list && name === "Array" ? "" : `${name}(${size}) `;
      return join(label + "[", [...cut(items, size), ...entriesOf(object, inner, isIndex)], "]", size > 6);
    }
    if (object instanceof Map) {
      const items = [...object].slice(0, first).map(([k, v]) => `${inner(k)} => ${inner(v)}`);
      return join(`${name}(${object.size}) {`, cut(items, object.size), "}", false);
    }
    if (object instanceof Set) {
      return join(`${name}(${object.size}) {`, cut([...object].slice(0, first).map(inner), object.size), "}", false);
    }
    if (object instanceof Promise) return `${name} { <pending> }`;
    return join(name === "Object" ? "{" : `${name} {`, entriesOf(object, inner, () => false), "}", false);
  }

  function join(open: string, items: string[], close: string, dense: boolean): string {
    if (items.length === 0) return open + close;
    const line = `${open} ${items.join(", ")} ${close}`;
    if (line.length <= 76 && !line.includes("\n")) return line;
    const indent = (text: string) => text.replaceAll("\n", "\n  ");
    if (!dense || items.some((item) => item.length > 16)) {
      return `${open}\n  ${items.map(indent).join(",\n  ")}\n${close}`;
    }
    const rows: string[] = [];
    for (let i = 0; i < items.length; i += 12) rows.push(items.slice(i, i + 12).join(", "));
    return `${open}\n  ${rows.join(",\n  ")}\n${close}`;
  }

  function inspect(value: unknown, depth = 2): string {
    return show(value, depth, []);
  }

  function format(values: readonly unknown[]): string {
    const [first, ...rest] = values;
    let at = 0;
    let head = typeof first === "string" ? first : values.length > 0 ? inspect(first) : "";
    if (typeof first === "string" && rest.length > 0 && first.includes("%")) {
      head = first.replaceAll(/%[sdifjoO%]/g, (mark) => {
        if (mark === "%%") return "%";
        if (at >= rest.length) return mark;
        const value = rest[at++];
        if (mark === "%s") return typeof value === "string" ? value : inspect(value, 0);
        if (mark === "%d") return typeof value === "bigint" ? `${value}n` : `${Number(value)}`;
        if (mark === "%i") return `${Math.trunc(Number(value))}`;
        if (mark === "%f") return `${Number(value)}`;
        return mark === "%j" ? JSON.stringify(value) : inspect(value, 4);
      });
    }
    const tail = rest.slice(at).map((value) => typeof value === "string" ? value : inspect(value));
    return [head, ...tail].join(" ");
  }

  return { encode, decode, inspect, format };
}
