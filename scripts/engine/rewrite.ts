/**
 * The pass over the code of a module. Loops and bulk operations count down and ask the host whether a limit is reached; every
 * store notes the page that it writes, so that a reset copies only those; the size of the memory is what the host says it is.
 * What the new code needs lives outside of the guest's reach: a table, a memory and a global that no guest instruction names.
 * Pure.
 * @module
 */
import { CALL, WATCH } from "./watch.ts";
import { countdown, type Indexes, noteBulk, noteStore, Scratch, TYPE } from "./snippets.ts";
import { type Instruction, nextInstruction, OP } from "./instructions.ts";
import { type Signatures, signatures } from "./signatures.ts";
import { append, assemble, Cursor, joined, KIND, leb, named, SECTION, type Section, sections } from "./wasm.ts";

/** What was changed, for the log of the build and for tests. */
export interface Changes {
  loops: number;
  bulks: number;
  stores: number;
  sizes: number;
  /** Indexes of globals that the code writes. */
  readonly globals: Set<number>;
}

/** A rewritten module. */
export interface Rewritten {
  readonly module: Uint8Array<ArrayBuffer>;
  readonly changes: Changes;
}

/** Rewrites one module; one without loops, stores and memory sizes comes back without custom sections and else unchanged. */
export function rewrite(module: Uint8Array): Rewritten {
  const parts = sections(module);
  const known = signatures(parts);
  const changes: Changes = {
    loops: 0,
    bulks: 0,
    stores: 0,
    sizes: 0,
    globals: new Set(),
  };
  const code = parts.find(({ id }) => id === SECTION.code);
  if (!code) return { module: assemble(parts), changes };
  const indexes = newIndexes(known);
  const bodies = rewriteBodies(code, known, indexes, changes);
  if (changes.loops + changes.bulks + changes.stores + changes.sizes === 0) {
    return { module: assemble(parts), changes };
  }
  if (known.defined.table + known.defined.memory > 0) {
    throw new RangeError(
      "A module with loops or stores defines its own table or memory, whose index an import would move",
    );
  }
  let out: Section[] = parts.filter(({ id }) => id !== SECTION.code);
  out = append(out, SECTION.type, indexes.newTypes);
  out = append(out, SECTION.import, [
    [
      ...named(WATCH.module),
      ...named(WATCH.table),
      KIND.table,
      0x70,
      0,
      ...leb(CALL.count),
    ],
    [
      ...named(WATCH.module),
      ...named(WATCH.pages),
      KIND.memory,
      0,
      ...leb(WATCH.wasmPages),
    ],
  ]);
  out = append(out, SECTION.global, [[TYPE.i32, 1, 0x41, 0, 0x0b]]);
  out = append(out, SECTION.export, [[
    ...named(WATCH.left),
    KIND.global,
    ...leb(indexes.left),
  ]]);
  return {
    module: assemble([...out, { id: SECTION.code, body: bodies }]),
    changes,
  };
}

/** Everything new stands behind what was there, so that no index changes. */
function newIndexes(known: Signatures): Indexes {
  const newTypes: number[][] = [];
  const typeIndex = (params: readonly number[], results: readonly number[]) => {
    const at = known.types.findIndex((type) => same(type.params, params) && same(type.results, results));
    if (at >= 0) return at;
    newTypes.push([0x60, params.length, ...params, results.length, ...results]);
    return known.types.length + newTypes.length - 1;
  };
  return {
    left: known.imported.global + known.defined.global,
    table: known.imported.table,
    memory: known.imported.memory,
    check: typeIndex([], []),
    grow: typeIndex([TYPE.i32], [TYPE.i32]),
    size: typeIndex([], [TYPE.i32]),
    newTypes,
  };
}

function same(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}

function rewriteBodies(
  code: Section,
  known: Signatures,
  indexes: Indexes,
  changes: Changes,
): Uint8Array {
  const cursor = new Cursor(code.body);
  const count = cursor.u32();
  if (count !== known.bodies.length) {
    throw new RangeError(
      `${known.bodies.length} functions have ${count} bodies`,
    );
  }
  const parts: (Uint8Array | number[])[] = [leb(count)];
  for (const type of known.bodies) {
    const body = cursor.take(cursor.u32());
    const rewritten = rewriteBody(
      body,
      known.types[type]!.params.length,
      indexes,
      changes,
    );
    const length = rewritten.reduce((sum, part) => sum + part.length, 0);
    parts.push(leb(length), ...rewritten);
  }
  return joined(parts);
}

function rewriteBody(
  body: Uint8Array,
  params: number,
  indexes: Indexes,
  changes: Changes,
): (Uint8Array | number[])[] {
  const cursor = new Cursor(body);
  const groups = cursor.u32();
  const declared = cursor.at;
  let locals = params;
  for (let i = 0; i < groups; i++) {
    locals += cursor.u32();
    cursor.byte();
  }
  const scratch = new Scratch(locals);
  const code: (Uint8Array | number[])[] = [];
  let copied = cursor.at;
  const instruction: Instruction = { op: 0, start: 0, immediate: 0, align: 0 };
  while (cursor.at < body.length) {
    nextInstruction(cursor, instruction);
    const { op, start } = instruction;
    const before = op === OP.loop ? undefined : snippet(instruction, indexes, scratch, changes);
    if (op === OP.loop) {
      code.push(
        body.subarray(copied, cursor.at),
        countdown(indexes, scratch, [0x41, 1]),
      );
      changes.loops++;
      copied = cursor.at;
    } else if (before) {
      const replaced = op === OP.memoryGrow || op === OP.memorySize;
      code.push(body.subarray(copied, start), before);
      copied = replaced ? cursor.at : start;
    }
  }
  code.push(body.subarray(copied));
  const added = scratch.groups();
  const header = [
    leb(groups + added.length),
    body.subarray(declared, endOfLocals(body)),
    ...added,
  ];
  return [...header, ...code];
}

function endOfLocals(body: Uint8Array): number {
  const cursor = new Cursor(body);
  for (let left = cursor.u32(); left > 0; left--) {
    cursor.u32();
    cursor.byte();
  }
  return cursor.at;
}

/** The code before (or, for sizes, in place of) an instruction; undefined where it stays as it is. */
function snippet(
  found: Instruction,
  indexes: Indexes,
  scratch: Scratch,
  changes: Changes,
): number[] | undefined {
  const { op } = found;
  if (op >= OP.firstStore && op <= OP.lastStore) {
    changes.stores++;
    return noteStore(found, indexes, scratch);
  }
  if (op === OP.memoryCopy || op === OP.memoryFill) {
    changes.bulks++;
    return noteBulk(indexes, scratch);
  }
  if (op === OP.memoryGrow || op === OP.memorySize) {
    changes.sizes++;
    const [call, type] = op === OP.memoryGrow ? [CALL.grow, indexes.grow] : [CALL.size, indexes.size];
    return [0x41, call, 0x11, ...leb(type), ...leb(indexes.table)];
  }
  if (op === OP.memoryInit) {
    throw new RangeError(
      "The code copies data segments into the memory, which nothing notes yet",
    );
  }
  if (op === OP.globalSet) changes.globals.add(found.immediate);
  return undefined;
}
