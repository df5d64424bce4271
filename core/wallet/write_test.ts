/** Tests of writing keys: modes, what exists, two at once, and what is left when it fails half-way. @module */
import assert from "node:assert/strict";
import { utf8 } from "../base/bytes.ts";
import { WalletError } from "../base/errors.ts";
import { parseAddress } from "./keyfile.ts";
import { KeyPair } from "./keypair.ts";
import { checkFree, filesOf, writeKeys } from "./write.ts";

const TEMP = "/tmp";
const DISK: Deno.PermissionOptionsObject = { read: true, write: true };
const [OLD, NEW] = [1, 2].map((byte) => new KeyPair(new Uint8Array(32).fill(byte)));

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ dir: TEMP, prefix: "af-write-" });
  try {
    await work(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function key(path: string, pair: KeyPair, text: string) {
  return filesOf(path, pair.publicKey, utf8(text));
}

function names(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
}

function coded(code: string, sentence: RegExp): (thrown: unknown) => boolean {
  return (thrown) => thrown instanceof WalletError && thrown.code === code && sentence.test(thrown.message);
}

Deno.test({
  name: "writeKeys() writes secret and public half for their owner only",
  permissions: DISK,
  fn: () =>
    inFolder(async (folder) => {
      const path = `${folder}/w/c/coldkey`;
      await writeKeys([key(path, OLD!, "secret")], { force: false });
      assert.deepEqual(names(`${folder}/w/c`), ["coldkey", "coldkeypub.txt"]);
      for (const file of [path, `${path}pub.txt`]) assert.equal((await Deno.stat(file)).mode! & 0o777, 0o600);
      for (const part of ["w", "w/c"]) assert.equal((await Deno.stat(`${folder}/${part}`)).mode! & 0o777, 0o700);
      assert.equal(await Deno.readTextFile(path), "secret");
      assert.equal(parseAddress(await Deno.readFile(`${path}pub.txt`), "f"), OLD!.address);
    }),
});

Deno.test({
  name: "writeKeys() takes back what it wrote when a later file exists, and touches nothing else",
  permissions: DISK,
  fn: () =>
    inFolder(async (folder) => {
      await Deno.writeTextFile(`${folder}/bpub.txt`, "mine");
      const keys = [key(`${folder}/a`, NEW!, "a"), key(`${folder}/b`, NEW!, "b")];
      await assert.rejects(
        writeKeys(keys, { force: false }),
        coded("exists", /bpub.txt already; it was left as it is/),
      );
      assert.deepEqual(names(folder), ["bpub.txt"]);
      assert.equal(await Deno.readTextFile(`${folder}/bpub.txt`), "mine");
      await assert.rejects(checkFree([`${folder}/a`, `${folder}/bpub.txt`]), coded("exists", /bpub.txt/));
      await Deno.symlink("/nowhere", `${folder}/link`);
      await assert.rejects(checkFree([`${folder}/link`]), coded("exists", /link already/));
    }),
});

Deno.test({
  name: "writeKeys() with force replaces a key, and a link itself, not what it leads to",
  permissions: DISK,
  fn: () =>
    inFolder(async (folder) => {
      await writeKeys([key(`${folder}/a`, OLD!, "old")], { force: false });
      await writeKeys([key(`${folder}/a`, NEW!, "new")], { force: true });
      assert.equal(await Deno.readTextFile(`${folder}/a`), "new");
      assert.equal(parseAddress(await Deno.readFile(`${folder}/apub.txt`), "f"), NEW!.address);
      await Deno.writeTextFile(`${folder}/elsewhere`, "left alone");
      await Deno.symlink(`${folder}/elsewhere`, `${folder}/b`);
      await writeKeys([key(`${folder}/b`, NEW!, "new")], { force: true });
      assert.equal(await Deno.readTextFile(`${folder}/elsewhere`), "left alone");
      assert.ok((await Deno.lstat(`${folder}/b`)).isFile);
      assert.deepEqual(names(folder), ["a", "apub.txt", "b", "bpub.txt", "elsewhere"]);
    }),
});

Deno.test({
  name: "writeKeys() gives one winner whose halves fit when several race",
  permissions: DISK,
  fn: () =>
    inFolder(async (folder) => {
      const pairs = [3, 4, 5, 6].map((byte) => new KeyPair(new Uint8Array(32).fill(byte)));
      const ends = await Promise.allSettled(
        pairs.map((pair) => writeKeys([key(`${folder}/a`, pair, pair.address)], { force: false })),
      );
      const won = ends.flatMap((end, i) => end.status === "fulfilled" ? [pairs[i]!.address] : []);
      assert.equal(won.length, 1);
      assert.equal(await Deno.readTextFile(`${folder}/a`), won[0]);
      assert.equal(parseAddress(await Deno.readFile(`${folder}/apub.txt`), "f"), won[0]);
      assert.deepEqual(names(folder), ["a", "apub.txt"]);
    }),
});

Deno.test({
  name: "writeKeys() leaves nothing behind when a folder is none, or the right is missing",
  permissions: { read: true, write: [TEMP] },
  fn: () =>
    inFolder(async (folder) => {
      await Deno.writeTextFile(`${folder}/file`, "");
      const keys = [key(`${folder}/a`, NEW!, "a"), key(`${folder}/file/b`, NEW!, "b")];
      await assert.rejects(
        writeKeys(keys, { force: false }),
        coded("unwritable", /\/file is a file where a folder of the wallet belongs/),
      );
      assert.deepEqual(names(folder), ["file"]);
      const outside = [key("/etc/af-no-such-folder/a", NEW!, "a")];
      await assert.rejects(
        writeKeys(outside, { force: false }),
        coded("unwritable", /outside of what the wallet room/),
      );
    }),
});

Deno.test({
  name: "writeKeys() removes drafts that a killed process left, and no others",
  permissions: DISK,
  fn: () =>
    inFolder(async (folder) => {
      const [old, young] = [0, 1].map((i) => `${folder}/x.${`${i}`.repeat(8)}-0000-4000-8000-000000000000.part`);
      for (const path of [old!, young!, `${folder}/mine.part`]) await Deno.writeTextFile(path, "draft");
      const hourAgo = Date.now() / 1000 - 3600;
      for (const path of [old!, `${folder}/mine.part`]) await Deno.utime(path, hourAgo, hourAgo);
      await writeKeys([key(`${folder}/a`, NEW!, "a")], { force: false });
      assert.deepEqual(names(folder), ["a", "apub.txt", "mine.part", young!.slice(folder.length + 1)]);
    }),
});
