/** What a module says of itself before its code: types, imports, functions, written globals. Pure. @module */
import { Cursor, entries, KIND, SECTION, type Section } from "./wasm.ts";

/** A function type: value types of parameters and results. */
export interface FunctionType {
  readonly params: readonly number[];
  readonly results: readonly number[];
}

/** The indexes that our passes need. */
export interface Signatures {
  readonly types: readonly FunctionType[];
  /** Type index of every function with a body. */
  readonly bodies: readonly number[];
  /** Imported tables, memories and globals: they take the first indexes. */
  readonly imported: {
    readonly table: number;
    readonly memory: number;
    readonly global: number;
  };
  /** Names of imported globals, in the order of their indexes. */
  readonly globalImports: readonly {
    readonly module: string;
    readonly name: string;
  }[];
  /** Tables, memories and globals of the module's own. */
  readonly defined: {
    readonly table: number;
    readonly memory: number;
    readonly global: number;
  };
  /** Exported globals: name by index. */
  readonly globalExports: ReadonlyMap<number, string>;
}

/** Reads them. @throws {RangeError} for anything that is not known here */
export function signatures(parts: readonly Section[]): Signatures {
  const found = imports(parts);
  return {
    types: types(parts),
    bodies: list(parts, SECTION.function, (cursor) => cursor.u32()),
    imported: found.imported,
    globalImports: found.globals,
    defined: {
      table: entries(parts, SECTION.table).count,
      memory: entries(parts, SECTION.memory).count,
      global: entries(parts, SECTION.global).count,
    },
    globalExports: globalExports(parts),
  };
}

function list<T>(
  parts: readonly Section[],
  id: number,
  read: (cursor: Cursor) => T,
): T[] {
  const { count, rest } = entries(parts, id);
  const cursor = new Cursor(rest);
  return Array.from({ length: count }, () => read(cursor));
}

function types(parts: readonly Section[]): FunctionType[] {
  return list(parts, SECTION.type, (cursor) => {
    const form = cursor.byte();
    if (form !== 0x60) {
      throw new RangeError(
        `Type form 0x${form.toString(16)} is not known here`,
      );
    }
    const params = [...cursor.take(cursor.u32())];
    return { params, results: [...cursor.take(cursor.u32())] };
  });
}

function imports(parts: readonly Section[]) {
  const imported = { table: 0, memory: 0, global: 0 };
  const globals: { module: string; name: string }[] = [];
  list(parts, SECTION.import, (cursor) => {
    const module = cursor.name();
    const name = cursor.name();
    const kind = cursor.byte();
    if (kind === KIND.function) cursor.u32();
    else if (kind === KIND.table) {
      cursor.byte();
      cursor.limits();
      imported.table++;
    } else if (kind === KIND.memory) {
      cursor.limits();
      imported.memory++;
    } else if (kind === KIND.global) {
      cursor.take(2);
      imported.global++;
      globals.push({ module, name });
    } else throw new RangeError(`Import kind ${kind} is not known here`);
  });
  return { imported, globals };
}

function globalExports(parts: readonly Section[]): Map<number, string> {
  const found = new Map<number, string>();
  list(parts, SECTION.export, (cursor) => {
    const name = cursor.name();
    const kind = cursor.byte();
    const index = cursor.u32();
    if (kind === KIND.global) found.set(index, name);
  });
  return found;
}
