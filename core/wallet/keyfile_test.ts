/** Tests of keyfiles; the secrets in here are Substrate's public development keys. @module */
import assert from "node:assert/strict";
import { fromHex, toHex, utf8 } from "../base/bytes.ts";
import { WalletError } from "../base/errors.ts";
import { verify } from "@scure/sr25519";
import fc from "fast-check";
import { formatKeyfile, formatPublic, parseAddress, parseKeyfile } from "./keyfile.ts";
import { KeyPair } from "./keypair.ts";

const ALICE_SEED = "e5be9a5092b81bca64be81d212e7f2f9eba183bb7a90954f7b76361f6edb5c0a";
const ALICE_KEY = "d43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d";
const ALICE = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";
const DEV_PHRASE = "bottom drive obey lake curtain smoke basket hold race lonely fit walk";
const DEV_SEED = "fac7959dbfe72f052e5a0c3c8d6530f202b02fd8f9f5ca3580ec8deb7797479e";
const DEV = "5DfhGyQdFobKM8NsWvEeAKk5EQQgYe9AydgJ7rMB6E1EqRzV";
/** What bittensor-wallet 4.1.1 wrote for Alice's seed. */
const ALICE_FILE =
  `{"cryptoType":1,"publicKey":"0x${ALICE_KEY}","privateKey":"0x33a6f3093f158a7109f679410bef1a0c54168145e0cecb4df006c1c2fffb1f09925a225d97aa00682d6a59b95b18780c10d7032336e88f3442b42361f4a66011","ss58Address":"${ALICE}","secretSeed":"0x${ALICE_SEED}","accountId":"0x${ALICE_KEY}"}`;

function refusal(content: string | Uint8Array): WalletError {
  try {
    parseKeyfile(typeof content === "string" ? utf8(content) : content, "/w/h");
  } catch (thrown) {
    assert.ok(thrown instanceof WalletError, String(thrown));
    assert.match(thrown.message, /\/w\/h/);
    assert.equal(thrown.cause, undefined);
    return thrown;
  }
  throw new assert.AssertionError({ message: "the keyfile was accepted" });
}

Deno.test({
  name: "parseKeyfile() opens what Bittensor's own package wrote",
  permissions: "none",
  fn() {
    const key = parseKeyfile(utf8(ALICE_FILE), "/w/h");
    assert.equal(key.address, ALICE);
    assert.equal(toHex(key.publicKey), ALICE_KEY);
    assert.ok(verify(utf8("message"), key.sign(utf8("message")), fromHex(ALICE_KEY)));
  },
});

Deno.test({
  name: "parseKeyfile() derives the key when only the seed or only the phrase is there",
  permissions: "none",
  fn() {
    assert.equal(parseKeyfile(utf8(`{"secretSeed":"${ALICE_SEED}"}`), "f").address, ALICE);
    assert.equal(parseKeyfile(utf8(`{"secretSeed":"0x${DEV_SEED}"}`), "f").address, DEV);
    assert.equal(parseKeyfile(utf8(`{"secretPhrase":"${DEV_PHRASE}"}`), "f").address, DEV);
    assert.equal(
      parseKeyfile(utf8(`{"secretPhrase":" ${DEV_PHRASE.replaceAll(" ", "  ")}\\n","cryptoType":1}`), "f").address,
      DEV,
    );
    // What nobody knows is left alone, and so is what is null.
    const strange =
      `{"a":{"b":[1]},"secretSeed":"${ALICE_SEED}","secretPhrase":null,"cryptoType":null,"ss58Address":null}`;
    assert.equal(parseKeyfile(utf8(strange), "f").address, ALICE);
  },
});

Deno.test({
  name: "parseKeyfile() takes the private key when there is nothing else, as in files made from //Alice",
  permissions: "none",
  fn() {
    const { privateKey, publicKey } = JSON.parse(ALICE_FILE);
    const key = parseKeyfile(utf8(JSON.stringify({ privateKey, publicKey })), "f");
    assert.equal(key.address, ALICE);
    assert.ok(verify(utf8("message"), key.sign(utf8("message")), fromHex(ALICE_KEY)));
    assert.equal(refusal(JSON.stringify({ privateKey, ss58Address: DEV })).code, "mismatch");
    // A seed as raw characters is what bittensor-wallet 4.1.1 writes when it is given one.
    const raw = { ...JSON.parse(ALICE_FILE), secretSeed: "\u0007".repeat(32) };
    assert.equal(parseKeyfile(utf8(JSON.stringify(raw)), "f").address, ALICE);
    assert.equal(refusal(JSON.stringify({ ...raw, privateKey: undefined })).code, "malformed");
  },
});

Deno.test({
  name: "parseKeyfile() says why when a keyfile cannot be opened",
  permissions: "none",
  fn() {
    assert.equal(refusal("").code, "malformed");
    assert.equal(refusal(new Uint8Array([0xff, 0xfe, 0x00])).code, "malformed");
    for (const text of ["[]", "null", "7", `"${ALICE_SEED}"`, ALICE_FILE.slice(0, -1), ALICE_SEED]) {
      assert.equal(refusal(text).code, "malformed");
    }
    assert.equal(refusal(`{"secretSeed":"0x1234"}`).code, "malformed");
    assert.equal(refusal(`{"secretPhrase":"${DEV_PHRASE} walk"}`).code, "malformed");
    assert.equal(refusal(`{"secretPhrase":"${DEV_PHRASE.replace("walk", "drive")}"}`).code, "malformed");
    assert.equal(refusal(`{"privateKey":"0x1234"}`).code, "malformed");
    assert.equal(refusal(`{"privateKey":"0x${"ff".repeat(64)}"}`).code, "malformed");
    assert.equal(refusal(`{"secretSeed":7,"secretPhrase":["a"],"privateKey":{}}`).code, "no_secret");
    assert.equal(refusal(`{"cryptoType":"1","secretSeed":"${ALICE_SEED}"}`).code, "unsupported_crypto");
    assert.equal(refusal(`{"ss58Address":"${ALICE}","accountId":"0x${ALICE_KEY}"}`).code, "no_secret");
    assert.equal(refusal(`{"__proto__":{"secretSeed":"${ALICE_SEED}"}}`).code, "no_secret");
    const ed25519 = refusal(ALICE_FILE.replace(`"cryptoType":1`, `"cryptoType":0`));
    assert.equal(ed25519.code, "unsupported_crypto");
    assert.match(ed25519.message, /of kind ed25519, with which af cannot sign; make or import an sr25519 one$/);
    assert.equal(refusal(ALICE_FILE.replace(ALICE, DEV)).code, "mismatch");
    assert.equal(refusal(ALICE_FILE.replace(`"accountId":"0xd4`, `"accountId":"0xd5`)).code, "mismatch");
  },
});

Deno.test({
  name: "parseKeyfile() never shows a secret when it refuses a file",
  permissions: "none",
  fn() {
    const broken = [
      ALICE_FILE.slice(0, -1),
      ALICE_FILE.replace(ALICE, DEV),
      ALICE_FILE.replace(`"cryptoType":1`, `"cryptoType":0`),
      `{"secretSeed":"${ALICE_SEED}00"}`,
      `{"secretPhrase":"${DEV_PHRASE} walk"}`,
      `${ALICE_SEED}\n`,
    ];
    for (const text of broken) {
      const { message, stack, code } = refusal(text);
      const shown = `${message} ${stack} ${code}`;
      assert.ok(!shown.includes(ALICE_SEED.slice(0, 8)), message);
      assert.ok(!shown.includes("bottom"), message);
    }
    const key = parseKeyfile(utf8(ALICE_FILE), "f");
    assert.ok(!`${Deno.inspect(key, { depth: 9, showHidden: true })}${JSON.stringify(key)}`.includes("33a6f309"));
    assert.deepEqual(Object.keys(key).sort(), ["address", "publicKey"]);
  },
});

Deno.test({
  name: "formatKeyfile() writes what parseKeyfile() reads",
  permissions: "none",
  fn() {
    const text = formatKeyfile(fromHex(ALICE_SEED));
    assert.equal(parseKeyfile(utf8(text), "f").address, ALICE);
    assert.equal(JSON.parse(text).cryptoType, 1);
    assert.ok(!text.includes("\n"));
    // To the byte what Bittensor's own package writes, but for the order of the fields.
    assert.deepEqual(JSON.parse(text), JSON.parse(ALICE_FILE));
    const withPhrase = JSON.parse(formatKeyfile(fromHex(DEV_SEED), DEV_PHRASE));
    assert.equal(withPhrase.secretPhrase, DEV_PHRASE);
    assert.equal(withPhrase.ss58Address, DEV);
  },
});

Deno.test({
  name: "parseAddress() reads a public half and a plain keyfile without its secret",
  permissions: "none",
  fn() {
    assert.equal(parseAddress(utf8(formatPublic(fromHex(ALICE_KEY))), "f"), ALICE);
    assert.equal(parseAddress(utf8(ALICE_FILE), "f"), ALICE);
    assert.equal(parseAddress(utf8(`{"publicKey":"0x${ALICE_KEY}"}`), "f"), ALICE);
    const refused = (text: string, code: string) =>
      assert.throws(
        () => parseAddress(utf8(text), "f"),
        (thrown) => thrown instanceof WalletError && thrown.code === code,
      );
    refused(`{"ss58Address":"${ALICE.replace("5G", "5H")}"}`, "malformed");
    refused(`{"publicKey":"0x12"}`, "malformed");
    refused(`{"secretSeed":"${ALICE_SEED}"}`, "no_address");
    refused(`{"ss58Address":"${ALICE}","cryptoType":0}`, "unsupported_crypto");
  },
});

Deno.test({
  name: "KeyPair.wipe() overwrites the secret, and the key signs no more",
  permissions: "none",
  fn() {
    const seed = fromHex(ALICE_SEED);
    const key = new KeyPair(seed);
    assert.equal(toHex(seed), ALICE_SEED);
    key.wipe();
    assert.throws(() => key.sign(utf8("x")), /has been wiped/);
    assert.equal(key.address, ALICE);
  },
});

Deno.test({
  name: "parseKeyfile() answers anything at all with a key or with one sentence that quotes nothing",
  permissions: "none",
  fn() {
    const hex = fc.oneof(fc.stringMatching(/^(0x)?[0-9a-f]{64}$/), fc.stringMatching(/^(0x)?[0-9a-f]{128}$/));
    const value = fc.oneof(fc.jsonValue(), fc.string(), hex, fc.constant(DEV_PHRASE), fc.constant(ALICE));
    const names = ["secretSeed", "secretPhrase", "privateKey", "publicKey", "accountId", "ss58Address", "cryptoType"];
    const record = fc.dictionary(fc.oneof(fc.constantFrom(...names), fc.constant("__proto__"), fc.string()), value);
    const file = fc.oneof(record.map((fields) => utf8(JSON.stringify(fields))), fc.uint8Array({ maxLength: 200 }));
    fc.assert(
      fc.property(file, (bytes) => {
        try {
          parseKeyfile(bytes, "/w/h").wipe();
        } catch (thrown) {
          assert.ok(thrown instanceof WalletError, String(thrown));
          assert.match(thrown.message, /^Keyfile \/w\/h [ -~]{10,150}$/);
          assert.equal(thrown.cause, undefined);
        }
      }),
      { numRuns: 1000 },
    );
    for (const text of ["[".repeat(60_000), `{"secretPhrase":"${"walk ".repeat(12_000)}"}`, `{"a":`.repeat(10_000)]) {
      assert.equal(refusal(text).code, "malformed");
    }
  },
});
