/** What an index of an instance means in the end, through any number of imports, exports and calls through the table. Pure. @module */
import type { PlanInstance, Ref } from "../../core/sandbox/engine/plan.ts";
import { indirectSlot } from "./bodies.ts";
import type { Init, Parts } from "./parts.ts";
import type { FunctionType } from "./signatures.ts";
import { Cursor, KIND, sleb } from "./wasm.ts";

/** A function with a body, by its instance and its index there. */
export interface Place {
  readonly instance: number;
  readonly index: number;
}

/** A function: one with a body, or the host's by its name. */
export type Target = string | Place;

/** A global: the instance that defines it, and its number among that one's own. */
export interface GlobalPlace {
  readonly instance: number;
  readonly own: number;
}

/** Looks things up in the modules of a component. Types get new numbers as they are asked for. */
export class Resolver {
  readonly #parts: readonly Parts[];
  readonly #instances: readonly PlanInstance[];
  readonly #typeNumbers = new Map<string, number>();
  /** Types by their new numbers. */
  readonly types: FunctionType[] = [];
  /** The host's functions that somebody imports, in the order in which they were met, with the new numbers of their types. */
  readonly host = new Map<string, { readonly number: number; readonly type: number }>();
  /** What stands in the table, by slot. No instruction changes it. */
  readonly table = new Map<number, Target>();

  /** @throws {RangeError} if a module has several instances, or elements stand at places that are not known */
  constructor(parts: readonly Parts[], instances: readonly PlanInstance[]) {
    this.#parts = parts;
    this.#instances = instances;
    if (instances.some(({ module }, i) => module !== i)) throw new RangeError("A module has several instances");
    for (const [i, { elements }] of parts.entries()) {
      for (const { offset, functions } of elements) {
        const first = address(this.#value(i, offset));
        for (const [at, index] of functions.entries()) this.table.set(first + at, this.target(i, index));
      }
    }
  }

  /** The function that an index means. */
  target(instance: number, index: number): Target {
    const found = this.#parts[instance]!.functionImports[index];
    if (found === undefined) return { instance, index };
    const source = this.#source(instance, found);
    if (typeof source !== "string") return this.exported(source);
    const type = this.type(instance, found.type);
    const known = this.host.get(source);
    if (known && known.type !== type) throw new RangeError(`The host's ${source} is imported with two types`);
    if (!known) this.host.set(source, { number: this.host.size, type });
    return source;
  }

  /** The function that an export means. */
  exported([instance, name]: Ref): Target {
    const found = this.#parts[instance]!.exports.get(name);
    if (found?.kind !== KIND.function) throw new RangeError(`Instance ${instance} exports no function ${name}`);
    return this.target(instance, found.index);
  }

  /** The function behind one that does nothing but call another through the table. */
  direct(target: Target): Target {
    let at = target;
    // As linkers make them, one of these never leads to itself; eight in a row are none of theirs.
    for (let left = 8; typeof at !== "string" && left > 0; left--) {
      const params = this.types[this.typeOf(at)]!.params.length;
      const slot = indirectSlot(this.body(at), params);
      const next = slot === undefined ? undefined : this.table.get(slot);
      if (next === undefined || this.typeOf(next) !== this.typeOf(at)) return at;
      at = next;
    }
    return at;
  }

  /** The body of a function. */
  body({ instance, index }: Place): Uint8Array {
    const { bodies, functionImports } = this.#parts[instance]!;
    return bodies[index - functionImports.length]!;
  }

  /** The new number of a function's type. */
  typeOf(target: Target): number {
    if (typeof target === "string") return this.host.get(target)!.type;
    const { bodyTypes, functionImports } = this.#parts[target.instance]!;
    return this.type(target.instance, bodyTypes[target.index - functionImports.length]!);
  }

  /** The new number of an instance's type. */
  type(instance: number, index: number): number {
    const type = this.#parts[instance]!.types[index]!;
    const key = `${type.params.join()}>${type.results.join()}`;
    const known = this.#typeNumbers.get(key);
    if (known !== undefined) return known;
    const number = this.types.push(type) - 1;
    this.#typeNumbers.set(key, number);
    return number;
  }

  /** Where the global that an index means is defined. */
  global(instance: number, index: number): GlobalPlace {
    const { globalImports } = this.#parts[instance]!;
    const found = globalImports[index];
    if (found === undefined) return { instance, own: index - globalImports.length };
    const source = this.#source(instance, found);
    if (typeof source === "string") throw new RangeError(`The global ${found.name} is the host's`);
    const exported = this.#parts[source[0]]!.exports.get(source[1]);
    if (exported?.kind !== KIND.global) throw new RangeError(`Instance ${source[0]} exports no global ${source[1]}`);
    return this.global(source[0], exported.index);
  }

  /** The type of a global. */
  globalType({ instance, own }: GlobalPlace): number {
    return this.#parts[instance]!.globals[own]!.type;
  }

  /** The constant instruction with a global's first value. */
  first({ instance, own }: GlobalPlace): Uint8Array {
    return this.#value(instance, this.#parts[instance]!.globals[own]!.init);
  }

  #value(instance: number, init: Init): Uint8Array {
    const values = init.map((one) => typeof one === "number" ? this.first(this.global(instance, one)) : one);
    if (values.length === 1) return values[0]!;
    return Uint8Array.from([0x41, ...sleb(values.reduce((sum, value) => sum + address(value), 0))]);
  }

  #source(instance: number, { module, name }: { readonly module: string; readonly name: string }): Ref | string {
    return this.#instances[instance]!.imports[module]![name]!;
  }
}

/** The number in a constant instruction of 32 bits. */
function address(constant: Uint8Array): number {
  if (constant[0] !== 0x41) throw new RangeError("An address is no 32-bit number");
  return new Cursor(constant, 1).s32();
}
