/**
 * All modules of a component as one: calls between them become direct ones, addresses that the linker looked up in globals become
 * constants, and functions that nothing calls are left out. V8 makes better code of it, and has less to look at when it starts.
 *
 * Sound because of two things that are checked here or in instructions.ts: no instruction writes to a table, so it is known what a
 * call through a constant slot calls; and a global that no remaining instruction writes keeps its first value. Pure.
 * @module
 */
import type { PlanInstance, Ref } from "../../core/sandbox/engine/plan.ts";
import { body, callees } from "./bodies.ts";
import { type Parts, partsOf } from "./parts.ts";
import { type GlobalPlace, type Place, Resolver, type Target } from "./resolve.ts";
import type { FunctionType } from "./signatures.ts";
import { assemble, joined, KIND, leb, named, SECTION, sleb } from "./wasm.ts";

/** Names of what the two modules export and import. */
export const MERGED = {
  memory: "memory",
  table: "table",
  /** Under this name the module with the code imports the two above. */
  own: "own",
  /** Under this name it imports the host's functions, each by `interface#function`. */
  host: "host",
} as const;

/** What came of it. */
export interface Merged {
  /** Memory with its data, and the table. */
  readonly holder: Uint8Array<ArrayBuffer>;
  /** Everything else. */
  readonly code: Uint8Array<ArrayBuffer>;
  /** The host's functions that it imports. */
  readonly host: readonly string[];
  /** Names under which the globals that may change are exported. */
  readonly globals: readonly string[];
  readonly functions: { readonly kept: number; readonly dropped: number };
}

/**
 * Joins the modules of `instances` (each has one of its own). `roots` are the functions that the host calls, by their new names.
 * @throws {RangeError} for what is not known here
 */
export function merge(
  modules: readonly Uint8Array[],
  instances: readonly PlanInstance[],
  roots: Readonly<Record<string, Ref>>,
): Merged {
  const parts = modules.map(partsOf);
  const shared = sharedOf(parts);
  const merge = new Merge(new Resolver(parts, instances), shared);
  const code = merge.code(roots);
  const all = parts.reduce((sum, { bodies }) => sum + bodies.length, 0);
  return { holder: holder(shared.owner), code, ...merge.facts(all) };
}

class Merge {
  readonly #resolver: Resolver;
  readonly #shared: Shared;
  /** Functions that are kept, numbered in the order in which they were found; those of the host stand before them. */
  readonly #kept = new Map<string, Place & { readonly number: number }>();
  readonly #written = new Map<string, GlobalPlace & { readonly number: number }>();

  constructor(resolver: Resolver, shared: Shared) {
    this.#resolver = resolver;
    this.#shared = shared;
  }

  facts(all: number): Pick<Merged, "host" | "globals" | "functions"> {
    return {
      host: [...this.#resolver.host.keys()],
      globals: [...this.#written.values()].map(({ number }) => globalName(number)),
      functions: { kept: this.#kept.size, dropped: all - this.#kept.size },
    };
  }

  code(roots: Readonly<Record<string, Ref>>): Uint8Array<ArrayBuffer> {
    for (const ref of Object.values(roots)) this.#keep(this.#resolver.exported(ref));
    for (const target of this.#resolver.table.values()) this.#keep(target);
    // What is kept calls others: the map grows while it is walked.
    for (const place of this.#kept.values()) this.#follow(place);
    const kept = [...this.#kept.values()];
    const slots = [...this.#resolver.table].sort(([a], [b]) => a - b);
    return assemble([
      list(SECTION.import, this.#imports()),
      list(SECTION.function, kept.map((place) => leb(this.#resolver.typeOf(place)))),
      list(SECTION.global, [...this.#written.values()].map((place) => this.#global(place))),
      list(SECTION.export, this.#exports(roots)),
      list(SECTION.element, elements(slots.map(([slot, target]) => [slot, this.#number(target)]))),
      list(SECTION.code, kept.map((place) => this.#body(place))),
      // Last, since everything above may ask for another type.
      list(SECTION.type, this.#resolver.types.map(typeBytes)),
    ]);
  }

  #keep(target: Target): void {
    if (typeof target === "string") return;
    const key = `${target.instance} ${target.index}`;
    if (!this.#kept.has(key)) this.#kept.set(key, { ...target, number: this.#kept.size });
  }

  #follow(place: Place): void {
    const { calls, writes } = callees(this.#resolver.body(place));
    for (const { index, direct } of calls) {
      const target = this.#resolver.target(place.instance, index);
      this.#keep(direct ? this.#resolver.direct(target) : target);
    }
    for (const global of writes) {
      const written = this.#resolver.global(place.instance, global);
      const key = `${written.instance} ${written.own}`;
      if (!this.#written.has(key)) this.#written.set(key, { ...written, number: this.#written.size });
    }
  }

  #number(target: Target): number {
    if (typeof target === "string") return this.#resolver.host.get(target)!.number;
    return this.#resolver.host.size + this.#kept.get(`${target.instance} ${target.index}`)!.number;
  }

  #body(place: Place): Uint8Array {
    const { instance } = place;
    const bytes = body(this.#resolver.body(place), {
      call: (index) => this.#number(this.#resolver.direct(this.#resolver.target(instance, index))),
      reference: (index) => this.#number(this.#resolver.target(instance, index)),
      type: (index) => this.#resolver.type(instance, index),
      global: (index) => {
        const found = this.#resolver.global(instance, index);
        return this.#written.get(`${found.instance} ${found.own}`)?.number ?? this.#resolver.first(found);
      },
    });
    return joined([leb(bytes.length), bytes]);
  }

  #imports(): number[][] {
    const { memory, table } = this.#shared;
    const functions = [...this.#resolver.host].map(([name, { type }]) => [
      ...[...named(MERGED.host), ...named(name), KIND.function, ...leb(type)],
    ]);
    return [
      ...functions,
      [...named(MERGED.own), ...named(MERGED.table), KIND.table, ...table],
      [...named(MERGED.own), ...named(MERGED.memory), KIND.memory, ...memory],
    ];
  }

  #global(place: GlobalPlace): Uint8Array {
    return joined([[this.#resolver.globalType(place), 1], this.#resolver.first(place), [0x0b]]);
  }

  #exports(roots: Readonly<Record<string, Ref>>): number[][] {
    const functions = Object.entries(roots).map(([name, ref]) => [
      ...[...named(name), KIND.function, ...leb(this.#number(this.#resolver.exported(ref)))],
    ]);
    const globals = [...this.#written.values()].map(({ number }) => [
      ...[...named(globalName(number)), KIND.global, ...leb(number)],
    ]);
    return [...functions, ...globals];
  }
}

/** The one memory and the one table that all share, as their limits stand in the module that has them. */
interface Shared {
  readonly owner: Parts;
  readonly memory: Uint8Array;
  readonly table: Uint8Array;
}

function sharedOf(parts: readonly Parts[]): Shared {
  const having = (id: number) => parts.filter(({ sections }) => sections.some((section) => section.id === id));
  const [owner, ...others] = having(SECTION.memory);
  const tables = having(SECTION.table);
  if (owner === undefined || others.length > 0 || tables.length !== 1 || tables[0] !== owner) {
    throw new RangeError("There is more than one memory or table, or they are not of one module");
  }
  const one = (id: number) => {
    const { body } = owner.sections.find((section) => section.id === id)!;
    if (body[0] !== 1) throw new RangeError(`A module has ${body[0]} memories or tables, not one`);
    return body.subarray(1);
  };
  return { owner, memory: one(SECTION.memory), table: one(SECTION.table) };
}

function holder({ sections }: Parts): Uint8Array<ArrayBuffer> {
  const kept: readonly number[] = [SECTION.memory, SECTION.table, SECTION.data];
  return assemble([
    ...sections.filter(({ id }) => kept.includes(id)),
    list(SECTION.export, [[...named(MERGED.memory), KIND.memory, 0], [...named(MERGED.table), KIND.table, 0]]),
  ]);
}

/** Elements for slots and function numbers, by rising slot: one segment for neighbours. */
function elements(slots: readonly (readonly [number, number])[]): number[][] {
  const found: { readonly first: number; readonly functions: number[] }[] = [];
  for (const [slot, number] of slots) {
    const last = found.at(-1);
    if (last && last.first + last.functions.length === slot) last.functions.push(number);
    else found.push({ first: slot, functions: [number] });
  }
  return found.map(({ first, functions }) => [
    ...[0, 0x41, ...sleb(first), 0x0b, ...leb(functions.length)],
    ...functions.flatMap((number) => leb(number)),
  ]);
}

function list(id: number, items: readonly (Uint8Array | readonly number[])[]) {
  return { id, body: joined([leb(items.length), ...items]) };
}

function globalName(number: number): string {
  return `global${number}`;
}

function typeBytes({ params, results }: FunctionType): number[] {
  return [0x60, ...leb(params.length), ...params, ...leb(results.length), ...results];
}
