/** What CPython sees when it starts is the same every time. */
import { strict as assert } from "node:assert";
import { StartHost } from "./start_host.ts";
import { treeOf } from "./tree.ts";

const files = ["python/b.py", "python/a.py", "0/guest.py", "python/sub/c.py"]
  .map((path) => [path, new TextEncoder().encode(path)] as const);

/** A host whose guest has a page and hands out room from 4096 on. */
function served(order = files) {
  const host = new StartHost(treeOf(new Map(order)));
  const memory = new WebAssembly.Memory({ initial: 1 });
  let next = 4096;
  host.serve({ memory, realloc: (_, __, align, size) => (next = Math.ceil(next / align) * align + size) - size });
  const view = new DataView(memory.buffer);
  const text = (at: number) =>
    new TextDecoder().decode(new Uint8Array(memory.buffer, view.getUint32(at, true), view.getUint32(at + 4, true)));
  const call = (name: string, ...args: (number | bigint)[]) => host.function(name)(...args);
  return { host, memory, view, text, call };
}

const FILES = "wasi:filesystem/types#[method]";

/** Everything that two starts could differ in: secrets, time, files, their numbers and order. */
function seen(order = files): Uint8Array {
  const { memory, view, call } = served(order);
  call("wasi:random/random#get-random-bytes", 24n, 0);
  call("wasi:clocks/wall-clock#now", 16);
  call("wasi:cli/environment#get-environment", 32);
  call("wasi:filesystem/preopens#get-directories", 40);
  const python = view.getUint32(view.getUint32(40, true) + 12, true);
  call(`${FILES}descriptor.stat`, python, 64);
  call(`${FILES}descriptor.metadata-hash`, python, 200);
  call(`${FILES}descriptor.read-directory`, python, 240);
  for (let i = 0; i < 4; i++) {
    call(`${FILES}directory-entry-stream.read-directory-entry`, view.getUint32(244, true), 256 + i * 24);
  }
  return new Uint8Array(memory.buffer);
}

Deno.test({
  name: "StartHost tells every start the same, in whatever order the disk listed the files",
  permissions: "none",
  fn() {
    const first = seen();
    assert.deepEqual(seen(), first);
    assert.deepEqual(seen(files.toReversed()), first);
    assert.ok(first.subarray(4096).some((byte) => byte !== 0));
  },
});

Deno.test({
  name: "StartHost offers folders, entries and bytes, and refuses what is not there",
  permissions: "none",
  fn() {
    const { memory, view, text, call } = served();
    call("wasi:filesystem/preopens#get-directories", 0);
    assert.equal(view.getUint32(4, true), 2);
    const list = view.getUint32(0, true);
    assert.deepEqual([text(list + 4), text(list + 16)], ["0", "python"]);
    const python = view.getUint32(list + 12, true);
    const path = (value: string) => {
      new Uint8Array(memory.buffer).set(new TextEncoder().encode(value), 1024);
      return [1024, value.length] as const;
    };
    const open = (value: string, flags = 0) => {
      call(`${FILES}descriptor.open-at`, python, 1, ...path(value), flags, 1, 64);
      return [view.getUint8(64), view.getUint8(68)];
    };
    assert.deepEqual(open("nothing.py"), [1, 20]);
    assert.deepEqual(open("new.py", 1), [1, 33]);
    assert.deepEqual(open("a.py", 2), [1, 24]);
    assert.equal(open("a.py")[0], 0);
    const file = view.getUint32(68, true);
    call(`${FILES}descriptor.read`, file, 4n, 7n, 80);
    assert.deepEqual([view.getUint8(80), text(84), view.getUint8(92)], [0, "a.py", 1]);
    call(`${FILES}descriptor.read-via-stream`, file, 0n, 96);
    const stream = view.getUint32(100, true);
    call("wasi:io/streams#[method]input-stream.read", stream, 6n, 112);
    assert.deepEqual([view.getUint8(112), text(116)], [0, "python"]);
    call("wasi:io/streams#[resource-drop]input-stream", stream);
    call("wasi:io/streams#[method]input-stream.read", stream, 6n, 112);
    assert.deepEqual([view.getUint8(112), view.getUint8(116)], [1, 1]);
    call(`${FILES}descriptor.stat-at`, python, 1, ...path("sub"), 128);
    assert.deepEqual([view.getUint8(128), view.getUint8(136)], [0, 3]);
    call(`${FILES}descriptor.create-directory-at`, python, ...path("__pycache__"), 64);
    assert.deepEqual([view.getUint8(64), view.getUint8(65)], [1, 33]);
  },
});

Deno.test({
  name: "StartHost ends the build when something is called that it does not have",
  permissions: "none",
  fn() {
    const { host, call } = served();
    assert.throws(
      () => call("wasi:sockets/tcp-create-socket#create-tcp-socket", 0, 0),
      /create-tcp-socket when it started/,
    );
    assert.throws(() => call(`${FILES}descriptor.stat`, 99, 0), /named 99, which is no file/);
    assert.throws(() => new StartHost(treeOf(new Map(files))).function("#get-directories")(0), /before it was ready/);
    assert.equal(host.printed, "");
  },
});
