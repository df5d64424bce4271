/** What crosses the walls of the rooms that open wallets: every message is recorded, and none holds a secret. @module */
import assert from "node:assert/strict";
import { join } from "node:path";
import { openKeyring } from "../core/keyring/client.ts";
import { openRoom } from "../core/room/open.ts";
import { coldkeyPath, hotkeyPath, passwordVariable } from "../core/wallet/names.ts";
import { ALICE_VAULT, ALICE_VAULT_PASSWORD } from "../core/wallet/vault_fixture_test.ts";
import type { WalletRoom } from "../core/wallet/worker.ts";

/** Runs work while every message to and from a Worker is recorded. */
async function recorded(work: () => Promise<void>): Promise<string> {
  const messages: unknown[] = [];
  const Original = globalThis.Worker;
  globalThis.Worker = class extends Original {
    constructor(...args: ConstructorParameters<typeof Original>) {
      super(...args);
      super.addEventListener("message", (event) => messages.push((event as MessageEvent).data));
    }
    override postMessage(message: unknown): void {
      messages.push(message);
      super.postMessage(message);
    }
  };
  try {
    await work();
  } finally {
    globalThis.Worker = Original;
  }
  assert.ok(messages.length > 4);
  return JSON.stringify(messages);
}

Deno.test("no message to or from a room that opens wallets holds a key, a phrase or a password", async () => {
  const root = await Deno.realPath(await Deno.makeTempDir({ prefix: "af-wall-" }));
  const place = { root, typed: root };
  const who = { ...place, coldkey: "c", hotkey: "h" };
  const vault = hotkeyPath(root, "c", "vault");
  const variable = passwordVariable(vault);
  Deno.env.set(variable, ALICE_VAULT_PASSWORD);
  try {
    const encrypt = { coldkey: false, hotkey: false };
    const said = await recorded(async () => {
      const room = await openKeyring({ places: [root], write: true, fds: [] });
      const { call } = room;
      try {
        await call.make({ ...who, which: "both", words: 12, encrypt, passwordFd: null, force: false, show: false });
        await Deno.writeTextFile(vault, ALICE_VAULT, { mode: 0o600 });
        await call.sign({ ...who, hotkey: "vault", passwordFd: null, text: "hello" });
        await call.unlock({ ...who, hotkey: null, passwordFd: null });
        await call.list(place);
        // A room works on when something was wrong, and says nothing of what it read.
        const broken = hotkeyPath(root, "c", "broken");
        const text = await Deno.readTextFile(hotkeyPath(root, "c", "h"));
        for (const wrong of [text.slice(0, -1), text.replace(/"ss58Address":"5/, `"ss58Address":"4`), `${text}x`]) {
          await Deno.writeTextFile(broken, wrong, { mode: 0o600 });
          await assert.rejects(call.sign({ ...who, hotkey: "broken", passwordFd: null, text: "hello" }));
        }
        Deno.env.set(variable, "not that one at all");
        await assert.rejects(call.unlock({ ...who, hotkey: "vault", passwordFd: null }), /The password in BT_PW_/);
      } finally {
        room.close();
      }
      Deno.env.set(variable, ALICE_VAULT_PASSWORD);
      const signer = await openRoom<WalletRoom>("wallet", { scope: { read: [root] } });
      try {
        await signer.call.open({ path: vault });
        await signer.call.address();
      } finally {
        signer.close();
      }
    });
    const secrets = [ALICE_VAULT_PASSWORD, "not that one at all", "e5be9a5092b81bca", "33a6f3093f158a71"];
    for (const path of [coldkeyPath(root, "c"), hotkeyPath(root, "c", "h")]) {
      const { secretPhrase, secretSeed, privateKey } = JSON.parse(await Deno.readTextFile(path));
      secrets.push(secretPhrase, secretSeed.slice(2, 18), privateKey.slice(2, 18));
    }
    assert.ok(said.includes("5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"), "what is no secret was recorded");
    for (const secret of secrets) assert.ok(!said.includes(secret), secret);
  } finally {
    Deno.env.delete(variable);
    await Deno.remove(root, { recursive: true });
  }
});

Deno.test("the keyring's room touches its folder and nothing else, and writes only where keys are made", async () => {
  const root = await Deno.realPath(await Deno.makeTempDir({ prefix: "af-wall-" }));
  try {
    await Deno.writeTextFile(join(root, "own"), "own");
    const room = await openKeyring({ places: [root], write: false, fds: [] });
    try {
      assert.equal(await room.probe("read", join(root, "own")), "granted");
      for (
        const [kind, target] of [
          ["write", join(root, "own")],
          ["read", "/etc/passwd"],
          ["read", "/dev/fd/3"],
          ["net", "127.0.0.1:9"],
          ["env", "HOME"],
          ["run", "true"],
          ["ffi", "/lib/none.so"],
        ] as const
      ) assert.equal(await room.probe(kind, target), "denied", `${kind} ${target}`);
      assert.equal(await room.probe("env", "BT_PW_X"), "granted");
    } finally {
      room.close();
    }
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});
