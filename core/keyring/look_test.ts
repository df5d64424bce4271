/** Tests of what is said of wallets on disk, whole, broken and hostile. @module */
import assert from "node:assert/strict";
import { WalletError } from "../base/errors.ts";
import { formatKeyfile, formatPublic } from "../wallet/keyfile.ts";
import { KeyPair } from "../wallet/keypair.ts";
import { keyFacts, listKeys, walletKeys } from "./look.ts";

const TEMP = "/tmp";
const DISK: Deno.PermissionOptionsObject = { read: true, write: true };
const SEED = new Uint8Array(32).fill(7);
const OTHER = new Uint8Array(32).fill(8);
const ADDRESS = new KeyPair(SEED).address;

async function inFolder(work: (root: string) => Promise<void>): Promise<void> {
  const root = await Deno.makeTempDir({ dir: TEMP, prefix: "af-keyring-" });
  try {
    await work(root);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

async function put(path: string, text: string, mode = 0o600): Promise<void> {
  await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
  await Deno.writeTextFile(path, text, { mode });
}

Deno.test({
  name: "listKeys() names every key with its address, and no secret",
  permissions: DISK,
  fn: () =>
    inFolder(async (root) => {
      await put(`${root}/a/coldkey`, "$NACLxxxx");
      await put(`${root}/a/coldkeypub.txt`, formatPublic(new KeyPair(SEED).publicKey), 0o644);
      await put(`${root}/a/hotkeys/one`, formatKeyfile(SEED));
      await put(`${root}/a/hotkeys/awaypub.txt`, formatPublic(new KeyPair(OTHER).publicKey));
      await put(`${root}/b/coldkeypub.txt`, formatPublic(new KeyPair(OTHER).publicKey));
      await put(`${root}/no wallet`, "a file");
      await put(`${root}/empty/x`, "");
      await Deno.symlink("/nowhere", `${root}/dangling`);
      await Deno.symlink(`${root}/loop`, `${root}/loop`);
      const keys = await listKeys({ root, typed: "~/w" });
      assert.deepEqual(
        keys.map(({ wallet, kind, name, secret, problem }) => [wallet, kind, name, secret, problem]),
        [
          ["a", "coldkey", "a", "nacl", null],
          ["a", "hotkey", "away", "public", null],
          ["a", "hotkey", "one", "plain", null],
          ["b", "coldkey", "b", "public", null],
        ],
      );
      assert.equal(keys[0]!.address, ADDRESS);
      assert.equal(keys[0]!.variable, "BT_PW_~_W_A_COLDKEY");
      assert.ok(!JSON.stringify(keys).includes("0707070707"));
    }),
});

Deno.test({
  name: "keyFacts() says what is wrong with a key and goes on with the rest",
  permissions: DISK,
  fn: () =>
    inFolder(async (root) => {
      const place = { root, typed: root, coldkey: "c" };
      const problem = async (hotkey: string) => (await keyFacts({ ...place, hotkey }))?.problem ?? "";
      const hotkeys = `${root}/c/hotkeys`;
      await put(`${hotkeys}/open`, formatKeyfile(SEED), 0o644);
      assert.match(await problem("open"), /run chmod 600/);
      await put(`${hotkeys}/half`, formatKeyfile(SEED).slice(0, 50));
      assert.match(await problem("half"), /is no Bittensor keyfile/);
      await put(`${hotkeys}/mixed`, formatKeyfile(SEED));
      await put(`${hotkeys}/mixedpub.txt`, formatPublic(new KeyPair(OTHER).publicKey));
      assert.match(await problem("mixed"), /mixedpub.txt names another key/);
      await put(`${hotkeys}/ed`, formatKeyfile(SEED).replace(`"cryptoType":1`, `"cryptoType":0`));
      assert.match(await problem("ed"), /ed25519/);
      await put(`${hotkeys}/big`, "x".repeat(70_000));
      assert.match(await problem("big"), /is no keyfile/);
      await Deno.mkdir(`${hotkeys}/folder`);
      assert.match(await problem("folder"), /is no keyfile/);
      await put(`${hotkeys}/enc`, "$NACLxxxx");
      await put(`${hotkeys}/encpub.txt`, `{"ss58Address":"5nonsense"}`);
      assert.match(await problem("enc"), /encpub.txt has an address that is none/);
      assert.equal(await keyFacts({ ...place, hotkey: "none" }), null);
      assert.equal((await walletKeys({ ...place, hotkey: null })).length, 7);
      await assert.rejects(keyFacts({ ...place, hotkey: "../../x" }), WalletError);
    }),
});

Deno.test({
  name: "listKeys() says that there are none, or that the folder is none",
  permissions: DISK,
  fn: () =>
    inFolder(async (root) => {
      assert.deepEqual(await listKeys({ root, typed: root }), []);
      await assert.rejects(listKeys({ root: `${root}/x`, typed: "x" }), /There are no wallets at .*\/x; af wallet new/);
      await put(`${root}/f`, "");
      await assert.rejects(listKeys({ root: `${root}/f`, typed: "f" }), /There are no wallets at/);
    }),
});
