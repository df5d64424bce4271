/** Tests of the old ways to encrypt; the vault was made by ansible-core itself, the token by the package cryptography. The secret is Substrate's public key //Alice. @module */
import assert from "node:assert/strict";
import { fromUtf8, utf8 } from "../base/bytes.ts";
import { WalletError } from "../base/errors.ts";
import { encryptionOf } from "./cipher.ts";
import { parseKeyfile } from "./keyfile.ts";
import { openFernet, openVault } from "./old_ciphers.ts";
import { ALICE_VAULT, ALICE_VAULT_PASSWORD } from "./vault_fixture_test.ts";

const VAULT = ALICE_VAULT.trimEnd().split("\n");
/** Made by the Python package cryptography, as the first versions of btcli did. */
const FERNET = [
  "gAAAAABrB1bDu7pgkjrsAd11WG2LqfhyBLxN_IHcQ4IKw5d7lXLcwMRsGKlduw1VPW4jAXoq0fCSeHrnv9yGRCtWSldLplL9NeIA",
  "_JYNJ4IenZ6aAApd21uTFCO19A83YColdVJY244YqoIiWw4DJq9k7gquuhxmE4Yz7DkIVc4LrPB52nWx_Bt4tRKMJxZh_WMBp2F9",
  "VOaNUP-Yuq8WOxKNDll73_93-gKrVEG-zcINm8zXyQoqA4w81y6JydF2vI47KKhQPX62OUpMcyMQzfC1k0zm4w_l6Q==",
].join("");
const ALICE = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";
const PASSWORD = utf8(ALICE_VAULT_PASSWORD);

async function refused(work: Promise<unknown>, sentence: RegExp): Promise<void> {
  await assert.rejects(work, (thrown) => {
    assert.ok(thrown instanceof WalletError, String(thrown));
    assert.equal(thrown.code, "malformed");
    assert.match(thrown.message, sentence);
    return true;
  });
}

Deno.test({
  name: "openVault() opens what Ansible wrote, with either line end and either version",
  permissions: "none",
  async fn() {
    const text = `${VAULT.join("\n")}\n`;
    assert.equal(encryptionOf(utf8(text)), "ansible");
    const plain = await openVault(utf8(text), PASSWORD, "f");
    assert.ok(plain);
    assert.match(fromUtf8(plain), /^\{"secretSeed":"0xe5be9a50[^\0]*"\}$/);
    assert.equal(parseKeyfile(plain, "f").address, ALICE);
    const labelled = text.replace("1.1;AES256", "1.2;AES256;mine").replaceAll("\n", "\r\n");
    assert.ok(await openVault(utf8(labelled), PASSWORD, "f"));
    assert.equal(await openVault(utf8(text), utf8("vault passwort"), "f"), null);
    // A byte of the sealed part: its tag tells.
    const last = VAULT.at(-1)!;
    const changed = [...VAULT.slice(0, -1), `${last.slice(0, -1)}${last.endsWith("3") ? "4" : "3"}`];
    assert.equal(await openVault(utf8(changed.join("\n")), PASSWORD, "f"), null);
  },
});

Deno.test({
  name: "openVault() says why a file is no vault",
  permissions: "none",
  async fn() {
    const [head = "", ...body] = VAULT;
    const open = (text: string) => openVault(utf8(text), PASSWORD, "/w/coldkey");
    await refused(open(head), /^Keyfile \/w\/coldkey is an Ansible vault that is no hex; restore it from a backup$/);
    await refused(open(`${head}\n${body.join("\n")}f`), /no hex/);
    await refused(open(`${head}\nzz`), /no hex/);
    await refused(open(`${head}\n${body[0]}`), /(cut short|no hex)/);
    await refused(open(`${head.replace("AES256", "AES")}\n${body.join("\n")}`), /of a kind that no keyfile has/);
    await refused(open(`${head.replace("1.1", "9.9")}\n${body.join("\n")}`), /of a kind that no keyfile has/);
  },
});

Deno.test({
  name: "openFernet() opens what the first versions of btcli wrote",
  permissions: "none",
  async fn() {
    const plain = await openFernet(utf8(`${FERNET}\n`), PASSWORD, "f");
    assert.ok(plain);
    assert.equal(parseKeyfile(plain, "f").address, ALICE);
    const changed = `${FERNET.slice(0, 60)}${FERNET[60] === "A" ? "B" : "A"}${FERNET.slice(61)}`;
    assert.equal(await openFernet(utf8(changed), PASSWORD, "f"), null);
  },
});

Deno.test({
  name: "openFernet() says why a file is no token",
  permissions: "none",
  async fn() {
    assert.equal(encryptionOf(utf8("gAAAAABk")), "fernet");
    await refused(openFernet(utf8("gAAAAA*"), PASSWORD, "f"), /no base64/);
    await refused(openFernet(utf8("gAAAAABk"), PASSWORD, "f"), /cut short/);
    await refused(openFernet(utf8("A".repeat(200)), PASSWORD, "f"), /cut short/);
  },
});
