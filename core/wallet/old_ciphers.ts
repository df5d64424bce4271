/** Ways in which older versions of btcli encrypted keyfiles. They are read, never written. @module */
import { concat, fromHex, utf8 } from "../base/bytes.ts";
import { WalletError } from "../base/errors.ts";

const VAULT = /^\$ANSIBLE_VAULT;1\.(?:1;AES256|2;AES256;[^\n]*)$/;
const VAULT_ROUNDS = 10_000;
const FERNET_SALT = utf8("Iguesscyborgslikemyselfhaveatendencytobeparanoidaboutourorigins");
const FERNET_ROUNDS = 10_000_000;

/** An Ansible vault: PBKDF2, HMAC-SHA256 over AES-256 in counter mode. Null if the password is another one. */
export async function openVault(bytes: Uint8Array, password: Uint8Array, path: string): Promise<Uint8Array | null> {
  const [head = "", ...lines] = new TextDecoder("latin1").decode(bytes).split(/\r?\n/);
  if (!VAULT.test(head)) throw malformed(path, "is an Ansible vault of a kind that no keyfile has");
  // Hex of three lines, each of which is hex again.
  const inner = hex(lines.join("").trim(), path, "Ansible vault");
  const [salt, tag, sealed] = new TextDecoder("latin1").decode(inner).split("\n").map((part) =>
    hex(part, path, "Ansible vault")
  );
  if (!salt?.length || tag?.length !== 32 || !sealed?.length) throw malformed(path, "is an Ansible vault cut short");
  const keys = await stretch(password, salt, VAULT_ROUNDS, 80);
  try {
    if (!await isTagged(keys.slice(32, 64), sealed, tag)) return null;
    const key = await crypto.subtle.importKey("raw", keys.slice(0, 32), "AES-CTR", false, ["decrypt"]);
    const algorithm = { name: "AES-CTR", counter: keys.slice(64, 80), length: 128 };
    return unpad(new Uint8Array(await crypto.subtle.decrypt(algorithm, key, sealed)), path);
  } finally {
    keys.fill(0);
  }
}

/** A Fernet token: PBKDF2, HMAC-SHA256 over AES-128 in CBC mode. Null if the password is another one. */
export async function openFernet(bytes: Uint8Array, password: Uint8Array, path: string): Promise<Uint8Array | null> {
  let token: Uint8Array<ArrayBuffer>;
  try {
    const text = new TextDecoder("latin1").decode(bytes).trim();
    token = Uint8Array.fromBase64(text, { alphabet: "base64url" });
  } catch (thrown) {
    if (!(thrown instanceof SyntaxError)) throw thrown;
    throw malformed(path, "is a Fernet token that is no base64");
  }
  // Version and time (9 bytes), initial vector (16), at least one block (16), tag (32).
  if (token.length < 73 || token[0] !== 0x80) throw malformed(path, "is a Fernet token cut short");
  const keys = await stretch(password, FERNET_SALT, FERNET_ROUNDS, 32);
  try {
    const [body, tag] = [token.slice(0, -32), token.slice(-32)];
    if (!await isTagged(keys.slice(0, 16), body, tag)) return null;
    const key = await crypto.subtle.importKey("raw", keys.slice(16), "AES-CBC", false, ["decrypt"]);
    return new Uint8Array(
      await crypto.subtle.decrypt({ name: "AES-CBC", iv: body.slice(9, 25) }, key, body.slice(25)),
    );
  } finally {
    keys.fill(0);
  }
}

async function stretch(password: Uint8Array, salt: Uint8Array<ArrayBuffer>, iterations: number, length: number) {
  const material = await crypto.subtle.importKey("raw", Uint8Array.from(password), "PBKDF2", false, ["deriveBits"]);
  const algorithm = { name: "PBKDF2", hash: "SHA-256", salt, iterations };
  return new Uint8Array(await crypto.subtle.deriveBits(algorithm, material, 8 * length));
}

async function isTagged(secret: Uint8Array<ArrayBuffer>, body: Uint8Array<ArrayBuffer>, tag: Uint8Array<ArrayBuffer>) {
  const key = await crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-256" }, false, ["verify"]);
  secret.fill(0);
  return await crypto.subtle.verify("HMAC", key, tag, body);
}

/** Without its padding of 1 to 16 bytes (PKCS #7). */
function unpad(bytes: Uint8Array, path: string): Uint8Array {
  const count = bytes.at(-1) ?? 0;
  if (count < 1 || count > 16 || count > bytes.length) throw malformed(path, "is an Ansible vault of no keyfile");
  const out = bytes.slice(0, -count);
  bytes.fill(0);
  return out;
}

function hex(text: string, path: string, what: string): Uint8Array<ArrayBuffer> {
  if (text === "" || !/^(?:[0-9a-fA-F]{2})+$/.test(text)) throw malformed(path, `is an ${what} that is no hex`);
  return concat(fromHex(text));
}

function malformed(path: string, what: string): WalletError {
  return new WalletError(`Keyfile ${path} ${what}; restore it from a backup`, { code: "malformed" });
}
