/** Tests of keyfiles on disk: modes, missing files, creation. @module */
import assert from "node:assert/strict";
import { WalletError } from "../base/errors.ts";
import { utf8 } from "../base/bytes.ts";
import { openKeyfile } from "./file.ts";
import { formatKeyfile } from "./keyfile.ts";
import { createKeyfile } from "./write.ts";

const TEMP = "/tmp";
const DISK: Deno.PermissionOptionsObject = { read: [TEMP], write: [TEMP] };

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ dir: TEMP, prefix: "af-wallet-" });
  try {
    await work(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function coded(code: string, sentence: RegExp): (thrown: unknown) => boolean {
  return (thrown) => {
    assert.ok(thrown instanceof WalletError, String(thrown));
    assert.equal(thrown.code, code);
    assert.match(thrown.message, sentence);
    return true;
  };
}

Deno.test({
  name: "createKeyfile() makes a private file that openKeyfile() opens",
  permissions: DISK,
  fn: () =>
    inFolder(async (folder) => {
      const path = `${folder}/a/b/hotkeys/h`;
      const made = await createKeyfile(path);
      assert.equal((await Deno.stat(path)).mode! & 0o777, 0o600);
      for (const dir of ["a", "a/b", "a/b/hotkeys"]) {
        assert.equal((await Deno.stat(`${folder}/${dir}`)).mode! & 0o777, 0o700);
      }
      assert.deepEqual([...Deno.readDirSync(`${folder}/a/b/hotkeys`)].map((entry) => entry.name), ["h"]);
      assert.equal((await openKeyfile(path)).address, made.address);
    }),
});

Deno.test({
  name: "createKeyfile() leaves an existing file alone",
  permissions: DISK,
  fn: () =>
    inFolder(async (folder) => {
      const path = `${folder}/h`;
      await Deno.writeTextFile(path, "something else");
      await assert.rejects(createKeyfile(path), coded("exists", /already; it was left as it is/));
      assert.equal(await Deno.readTextFile(path), "something else");
      assert.equal([...Deno.readDirSync(folder)].length, 1);
    }),
});

Deno.test({
  name: "createKeyfile() gives one winner when two race",
  permissions: DISK,
  fn: () =>
    inFolder(async (folder) => {
      const path = `${folder}/h`;
      const ends = await Promise.allSettled([1, 2, 3, 4].map(() => createKeyfile(path)));
      const won = ends.filter((end) => end.status === "fulfilled");
      assert.equal(won.length, 1);
      assert.equal((await openKeyfile(path)).address, won[0]!.value.address);
      assert.equal([...Deno.readDirSync(folder)].length, 1);
    }),
});

Deno.test({
  name: "openKeyfile() refuses a file when others can use it",
  permissions: DISK,
  fn: () =>
    inFolder(async (folder) => {
      const path = `${folder}/h`;
      await Deno.writeTextFile(path, formatKeyfile(new Uint8Array(32).fill(7)));
      for (const mode of [0o644, 0o640, 0o620, 0o601]) {
        await Deno.chmod(path, mode);
        await assert.rejects(openKeyfile(path), coded("exposed", new RegExp(`run chmod 600 ${path}$`)));
      }
      for (const mode of [0o600, 0o400]) {
        await Deno.chmod(path, mode);
        assert.match((await openKeyfile(path)).address, /^5/);
      }
    }),
});

Deno.test({
  name: "openKeyfile() names the path when there is no keyfile",
  permissions: DISK,
  fn: () =>
    inFolder(async (folder) => {
      await assert.rejects(
        openKeyfile(`${folder}/none`),
        coded("missing", /no keyfile at .*\/none; .*or make one with: af wallet new$/),
      );
      await assert.rejects(openKeyfile(folder), coded("malformed", /point to the key's file itself/));
      await Deno.writeFile(`${folder}/big`, new Uint8Array(70_000), { mode: 0o600 });
      await assert.rejects(openKeyfile(`${folder}/big`), coded("malformed", /is no keyfile/));
      await Deno.writeFile(`${folder}/enc`, utf8("$NACLxxxxxxxx"), { mode: 0o600 });
      const passwords = () => [utf8("a password")];
      await assert.rejects(openKeyfile(`${folder}/enc`, passwords), coded("malformed", /\/enc is cut short; /));
    }),
});
