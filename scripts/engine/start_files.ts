/** The part of the start's host that has the files: a tree that nobody writes, numbers and times the same in every build. @module */
import type { HostFunction } from "../../core/sandbox/engine/link.ts";
import type { Answers } from "./answers.ts";
import { find, type TreeFile, type TreeFolder } from "./tree.ts";

/** 2024-01-01 00:00 UTC, in seconds: the moment of every start, and the age of every file. */
export const NOW = 1_704_067_200n;

/** Numbers below are those of the standard streams and the like. */
const FIRST_HANDLE = 16;
const KIND = { folder: 3, file: 6 } as const;
const ERROR = { invalid: 12, noEntry: 20, notFolder: 24, readOnly: 33 } as const;
const OPEN = { create: 1, folder: 2 } as const;
/** A stream of bytes has come to its end. */
const CLOSED = 1;
const MOST_AT_ONCE = 1 << 20;
const STAT_BYTES = 96;

type Handle =
  | { readonly node: TreeFile | TreeFolder }
  | { readonly bytes: Uint8Array; at: number }
  | { readonly names: string[]; readonly folder: TreeFolder };

/** Offers the tree's folders under their names. */
export class StartFiles {
  readonly #root: TreeFolder;
  readonly #answers: () => Answers;
  readonly #handles = new Map<number, Handle>();
  #next = FIRST_HANDLE;

  constructor(root: TreeFolder, answers: () => Answers) {
    this.#root = root;
    this.#answers = answers;
  }

  /** By `#function`. */
  readonly functions: Readonly<Record<string, HostFunction>> = {
    "#get-directories": (result) => this.#folders(Number(result)),
    "#[method]descriptor.get-flags": (_, result) => {
      this.#answers().fine(Number(result));
      this.#answers().byte(Number(result) + 1, 1);
    },
    "#[method]descriptor.stat": (handle, result) => this.#stat(Number(result), this.#node(handle!)),
    "#[method]descriptor.stat-at": (...args) => this.#stat(Number(args[4]), this.#find(args)),
    "#[method]descriptor.metadata-hash": (handle, result) => this.#number(Number(result), this.#node(handle!)),
    "#[method]descriptor.metadata-hash-at": (...args) => this.#number(Number(args[4]), this.#find(args)),
    "#[method]descriptor.open-at": (...args) => this.#open(Number(args[6]), this.#find(args), Number(args[4])),
    // There are no links, and nothing is made or taken away.
    "#[method]descriptor.readlink-at": (...args) => this.#answers().failed(Number(args.at(-1)), 4, ERROR.invalid),
    "#[method]descriptor.create-directory-at": (...args) =>
      this.#answers().failed(Number(args.at(-1)), 1, ERROR.readOnly),
    "#[method]descriptor.read": (handle, length, offset, result) =>
      this.#read(Number(result), handle!, Number(offset), Number(length)),
    "#[method]descriptor.read-via-stream": (handle, offset, result) =>
      this.#made(Number(result), { bytes: this.#file(handle!).bytes, at: Number(offset) }),
    "#[method]descriptor.read-directory": (handle, result) => this.#entries(Number(result), this.#node(handle!)),
    "#[method]directory-entry-stream.read-directory-entry": (handle, result) => this.#entry(Number(result), handle!),
    // Standard input is none of the handles: it is empty.
    "#[method]input-stream.read": (handle, length, result) => this.#stream(Number(result), handle!, Number(length)),
    "#[resource-drop]descriptor": (handle) => void this.#handles.delete(Number(handle)),
    "#[resource-drop]input-stream": (handle) => void this.#handles.delete(Number(handle)),
    "#[resource-drop]directory-entry-stream": (handle) => void this.#handles.delete(Number(handle)),
  };

  #made(result: number, handle: Handle): void {
    this.#answers().fine(result);
    this.#answers().view.setUint32(result + 4, this.#handle(handle), true);
  }

  #handle(handle: Handle): number {
    this.#handles.set(this.#next, handle);
    return this.#next++;
  }

  #node(handle: number | bigint): TreeFile | TreeFolder {
    const found = this.#handles.get(Number(handle));
    if (!found || !("node" in found)) throw new Error(`CPython named ${handle}, which is no file, when it started`);
    return found.node;
  }

  #file(handle: number | bigint): TreeFile {
    const node = this.#node(handle);
    if (!("bytes" in node)) throw new Error("CPython read a folder as a file when it started");
    return node;
  }

  /** What the arguments of a function with a path mean: folder, flags, address and length of the path. */
  #find([handle, , at, length]: readonly (number | bigint)[]): TreeFile | TreeFolder | undefined {
    const node = this.#node(handle!);
    return "entries" in node ? find(node, this.#answers().read(Number(at), Number(length))) : undefined;
  }

  #folders(result: number): void {
    const folders = [...this.#root.entries];
    this.#answers().list(result, folders.length, 12, (item, i) => {
      const [name, node] = folders[i]!;
      this.#answers().view.setUint32(item, this.#handle({ node }), true);
      this.#answers().text(item + 4, name);
    });
  }

  #stat(result: number, node: TreeFile | TreeFolder | undefined): void {
    if (!node) return this.#answers().failed(result, 8, ERROR.noEntry);
    this.#answers().fine(result);
    const { view } = this.#answers();
    const at = result + 8;
    for (let i = 0; i < STAT_BYTES; i++) view.setUint8(at + i, 0);
    view.setUint8(at, "entries" in node ? KIND.folder : KIND.file);
    view.setBigUint64(at + 8, 1n, true);
    view.setBigUint64(at + 16, BigInt("bytes" in node ? node.bytes.length : 0), true);
    // Read, changed, renamed: each is told, and its seconds.
    for (const time of [24, 48, 72]) {
      view.setUint8(at + time, 1);
      view.setBigUint64(at + time + 8, NOW, true);
    }
  }

  #number(result: number, node: TreeFile | TreeFolder | undefined): void {
    if (!node) return this.#answers().failed(result, 8, ERROR.noEntry);
    this.#answers().fine(result);
    this.#answers().view.setBigUint64(result + 8, BigInt(node.number), true);
    this.#answers().view.setBigUint64(result + 16, 0n, true);
  }

  #open(result: number, node: TreeFile | TreeFolder | undefined, flags: number): void {
    if (!node) return this.#answers().failed(result, 4, flags & OPEN.create ? ERROR.readOnly : ERROR.noEntry);
    if (flags & OPEN.folder && "bytes" in node) return this.#answers().failed(result, 4, ERROR.notFolder);
    this.#made(result, { node });
  }

  #read(result: number, handle: number | bigint, offset: number, length: number): void {
    const { bytes } = this.#file(handle);
    const part = bytes.subarray(offset, offset + Math.min(length, MOST_AT_ONCE));
    this.#answers().bytes(result + 4, part);
    this.#answers().fine(result);
    this.#answers().byte(result + 12, offset + part.length >= bytes.length ? 1 : 0);
  }

  #stream(result: number, handle: number | bigint, length: number): void {
    const found = this.#handles.get(Number(handle));
    if (!found || !("at" in found) || found.at >= found.bytes.length) {
      return this.#answers().failed(result, 4, CLOSED);
    }
    const part = found.bytes.subarray(found.at, found.at + Math.min(length, MOST_AT_ONCE));
    found.at += part.length;
    this.#answers().bytes(result + 4, part);
    this.#answers().fine(result);
  }

  #entries(result: number, node: TreeFile | TreeFolder): void {
    if ("bytes" in node) return this.#answers().failed(result, 4, ERROR.notFolder);
    this.#made(result, { names: [...node.entries.keys()], folder: node });
  }

  #entry(result: number, handle: number | bigint): void {
    const found = this.#handles.get(Number(handle));
    if (!found || !("names" in found)) throw new Error(`CPython named ${handle}, which is no list of entries`);
    const name = found.names.shift();
    this.#answers().fine(result);
    this.#answers().byte(result + 4, name === undefined ? 0 : 1);
    if (name === undefined) return;
    this.#answers().byte(result + 8, "entries" in found.folder.entries.get(name)! ? KIND.folder : KIND.file);
    this.#answers().text(result + 12, name);
  }
}
