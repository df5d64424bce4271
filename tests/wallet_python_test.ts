/** Wallets of af and of Bittensor's own package, each opened, signed with and verified by the other. @module */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { KeyFacts, SignedText } from "../core/keyring/types.ts";
import { missing, note, runPython } from "./bittensor_wallet.ts";
import { makeScene, type Scene } from "./wallet_scene.ts";

const ignore = missing !== null;
const PASSWORD = "Correct-Horse 1 Grüße";
const MESSAGE = "0x6166 gehört mir: 世界";
const PHRASE = "bottom drive obey lake curtain smoke basket hold race lonely fit walk";
const PHRASE_ADDRESS = "5DfhGyQdFobKM8NsWvEeAKk5EQQgYe9AydgJ7rMB6E1EqRzV";

/** Python signs with a plain hotkey; af verifies. And the other way round. */
async function agree(scene: Scene, hotkey: string, address: string): Promise<void> {
  const signed = await scene.json<SignedText>(["sign", MESSAGE, "--hotkey", hotkey]);
  assert.equal(signed.address, address);
  const theirs = await runPython<{ address: string; valid: boolean; signature: string }>(
    `w = b.Wallet(name="default", hotkey=arg["hotkey"], path=arg["path"])
m = arg["message"].encode()
key = w.hotkey
print(json.dumps({"address": key.ss58_address, "valid": b.Keypair(ss58_address=arg["address"]).verify(m, arg["signature"]),
  "signature": key.sign(m).hex()}))`,
    { hotkey, path: scene.wallets, address, message: MESSAGE, signature: signed.signature },
  );
  assert.equal(theirs.address, address);
  assert.equal(theirs.valid, true);
  assert.equal((await scene.run(["verify", address, theirs.signature, MESSAGE])).code, 0);
  assert.equal((await scene.run(["verify", address, theirs.signature, `${MESSAGE}.`])).code, 1);
}

Deno.test({
  name: `af opens every kind of plain keyfile that Bittensor's package makes, and both sign alike${note}`,
  ignore,
  async fn() {
    await using scene = await makeScene();
    const made = await runPython<Record<string, string>>(
      `path = arg["path"]
def wallet(hotkey): return b.Wallet(name="default", hotkey=hotkey, path=path)
wallet("random").create_new_hotkey(n_words=24, use_password=False, suppress=True)
wallet("uri").create_hotkey_from_uri("//Alice", use_password=False, suppress=True)
seed = wallet("seed")
seed.regenerate_hotkey(seed="0x" + bytes([7] * 32).hex(), use_password=False, suppress=True)
wallet("phrase").regenerate_hotkey(mnemonic=arg["phrase"], use_password=False, suppress=True)
wallet("ed").create_new_hotkey(n_words=12, use_password=False, suppress=True, crypto_type=0)
for name, field in (("only-seed", "secretSeed"), ("only-phrase", "secretPhrase")):
    d = json.loads(open(wallet("phrase").hotkey_file.path).read())
    fd = os.open(wallet(name).hotkey_file.path, os.O_WRONLY | os.O_CREAT, 0o600)
    os.write(fd, json.dumps({field: d[field]}).encode())
print(json.dumps({n: wallet(n).hotkey.ss58_address for n in ("random", "uri", "phrase", "only-seed", "only-phrase")}
  | {"seed": seed.hotkey.ss58_address}))`,
      { path: scene.wallets, phrase: PHRASE },
    );
    assert.equal(made.phrase, PHRASE_ADDRESS);
    assert.equal(made.uri, "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY");
    const { seed, ...others } = made;
    for (const [hotkey, address] of Object.entries(others)) await agree(scene, hotkey, address);
    // The package cannot read again what it writes when it is given a seed; af can.
    const [unlocked] = await scene.json<KeyFacts[]>(["show", "--unlock", "--hotkey", "seed"]);
    assert.equal(unlocked!.address, seed);
    const listed = await scene.json<KeyFacts[]>(["list"]);
    assert.deepEqual(
      Object.fromEntries(listed.filter(({ problem, address }) => !problem && address).map((k) => [k.name, k.address])),
      Object.fromEntries(Object.entries(made).filter(([name]) => !name.startsWith("only-"))),
    );
    const refused = await scene.run(["sign", "x", "--hotkey", "ed"]);
    assert.equal(refused.code, 1);
    assert.match(
      refused.stderr,
      /hotkeys\/ed holds a key of kind ed25519, with which af cannot sign; make or import an sr/,
    );
  },
});

Deno.test({
  name: `Bittensor's package opens what af makes and imports${note}`,
  ignore,
  async fn() {
    await using scene = await makeScene();
    const [cold, hot] = await scene.json<KeyFacts[]>(["new", "--no-password", "--hide-phrase", "--words", "24"]);
    await scene.json(["import", "hotkey", "--hotkey", "taken", "--secret-fd", "0"], { stdin: `${PHRASE}\n` });
    await agree(scene, "default", hot!.address!);
    await agree(scene, "taken", PHRASE_ADDRESS);
    const theirs = await runPython<unknown[]>(
      `w = b.Wallet(name="default", hotkey="default", path=arg)
d = json.loads(open(w.coldkey_file.path).read())
print(json.dumps([w.coldkey.ss58_address, w.coldkeypub.ss58_address, w.hotkeypub.ss58_address,
  b.Keypair.create_from_mnemonic(d["secretPhrase"]).ss58_address, len(d["secretPhrase"].split()),
  json.loads(k.serialized_keypair_to_keyfile_data(w.coldkey).decode()) == d, w.coldkey_file.is_encrypted()]))`,
      scene.wallets,
    );
    const address = cold!.address;
    assert.deepEqual(theirs, [address, address, hot!.address, address, 24, true, false]);
  },
});

Deno.test({
  name: `Passwords: $NACL files of either side, and btcli's variable, are opened by the other${note}`,
  ignore,
  async fn() {
    await using scene = await makeScene();
    const [cold] = await scene.json<KeyFacts[]>(["new", "--hide-phrase", "--password-fd", "0"], {
      stdin: `${PASSWORD}\n`,
    });
    assert.equal(cold!.secret, "nacl");
    // Theirs: opens ours, writes the key as another wallet with a password of its own, and hides that in its variable.
    const theirs = await runPython<{ address: string; name: string; hidden: string }>(
      `w = b.Wallet(name="default", path=arg["path"])
key = w.get_coldkey(arg["password"])
o = b.Wallet(name="other.one", path=arg["path"])
o.set_coldkey(key, encrypt=True, coldkey_password="another " + arg["password"])
o.set_coldkeypub(key)
o.coldkey_file.save_password_to_env("another " + arg["password"])
import ctypes
libc = ctypes.CDLL(None); libc.getenv.restype = ctypes.c_char_p
name = o.coldkey_file.env_var_name()
print(json.dumps({"address": key.ss58_address, "name": name, "hidden": libc.getenv(name.encode()).decode()}))`,
      { path: scene.wallets, password: PASSWORD },
    );
    assert.equal(theirs.address, cold!.address);
    const [opened] = await scene.json<KeyFacts[]>(["show", "--unlock", "--coldkey", "other.one"], {
      env: { [theirs.name]: theirs.hidden },
    });
    assert.deepEqual([opened!.address, opened!.variable, opened!.secret], [cold!.address, theirs.name, "nacl"]);
  },
});

Deno.test({
  name: `Old keyfiles that Bittensor's package still writes, Ansible vaults, are opened${note}`,
  ignore,
  async fn() {
    await using scene = await makeScene();
    const hotkeys = join(scene.wallets, "default", "hotkeys");
    await Deno.mkdir(hotkeys, { recursive: true });
    const magic = await runPython<string>(
      `v = bytes(k.legacy_encrypt_keyfile_data(arg["plain"].encode(), arg["password"]))
fd = os.open(arg["folder"] + "/vault", os.O_WRONLY | os.O_CREAT, 0o600)
os.write(fd, v)
print(json.dumps(v[:14].decode()))`,
      { folder: hotkeys, plain: JSON.stringify({ secretPhrase: PHRASE }), password: PASSWORD },
    );
    assert.equal(magic, "$ANSIBLE_VAULT");
    const args = ["show", "--unlock", "--hotkey", "vault", "--password-fd", "0"];
    const [opened] = await scene.json<KeyFacts[]>(args, { stdin: PASSWORD });
    assert.deepEqual([opened!.address, opened!.secret], [PHRASE_ADDRESS, "ansible"]);
    const wrong = await scene.run(args, { stdin: `${PASSWORD}!` });
    assert.equal(wrong.code, 1);
    assert.match(wrong.stderr, /^af: The password from file descriptor 0 does not open keyfile \S+\n$/);
  },
});
