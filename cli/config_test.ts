/** Tests of cli/config.ts and cli/settings_file.ts, on real files. @module */
import assert from "node:assert/strict";
import { join } from "node:path";
import { ConfigError } from "../core/base/errors.ts";
import { Config } from "./config.ts";

const permissions = { read: true, write: true } as const;

async function inFolder(work: (path: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await work(join(folder, "af", "settings.json"));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function open(path: string, env: Record<string, string> = {}): Config {
  return new Config({ path, env: (name) => env[name] });
}

async function write(path: string, text: string | Uint8Array<ArrayBuffer>, mode = 0o600): Promise<void> {
  await Deno.mkdir(join(path, ".."), { recursive: true });
  await Deno.writeFile(path, typeof text === "string" ? new TextEncoder().encode(text) : text, { mode });
  await Deno.chmod(path, mode);
}

Deno.test({
  name: "Config.set() keeps a value in a file that only its owner can read",
  permissions,
  async fn() {
    await inFolder(async (path) => {
      await open(path).set("HF_USER", "somebody");
      await open(path).set("HF_TOKEN", "hf_secret\n");
      assert.equal((await Deno.stat(path)).mode! & 0o777, 0o600);
      assert.deepEqual(open(path).find("HF_TOKEN"), { key: "HF_TOKEN", value: "hf_secret", source: "file" });
      assert.equal(open(path).get("HF_USER"), "somebody");
      await open(path).set("HF_USER", "");
      assert.equal(open(path).get("HF_USER"), undefined);
      const names = [...Deno.readDirSync(join(path, ".."))].map((entry) => entry.name).sort();
      assert.deepEqual(names, ["settings.json", "settings.json.lock"]);
    });
  },
});

Deno.test({
  name: "Config.set() loses nothing when many write at once, and keeps keys of other versions",
  permissions,
  async fn() {
    await inFolder(async (path) => {
      await write(path, '{"FROM_THE_FUTURE":"1"}');
      const keys = ["HF_USER", "CHUTE_USER", "R2_BUCKET_ID", "R2_ACCOUNT_ID"] as const;
      await Promise.all(keys.map((key) => open(path).set(key, key.toLowerCase())));
      for (const key of keys) assert.equal(open(path).get(key), key.toLowerCase());
      assert.equal(JSON.parse(await Deno.readTextFile(path)).FROM_THE_FUTURE, "1");
    });
  },
});

Deno.test({
  name: "Config.find() prefers the environment to the file and the file to the default",
  permissions,
  async fn() {
    await inFolder(async (path) => {
      assert.deepEqual(open(path).find("AF_NETUID"), { key: "AF_NETUID", value: "120", source: "default" });
      await open(path).set("AF_NETUID", "7");
      assert.equal(open(path).find("AF_NETUID").source, "file");
      const found = open(path, { AF_NETUID: "8" }).find("AF_NETUID");
      assert.deepEqual(found, { key: "AF_NETUID", value: "8", source: "environment" });
      assert.throws(() => open(path, { AF_NETUID: "x" }).find("AF_NETUID"), /AF_NETUID \(environment\) must be/);
      assert.equal(open(path, { HOME: "/home/me" }).get("BT_WALLET_PATH"), "/home/me/.bittensor/wallets");
    });
  },
});

Deno.test({
  name: "Config refuses a settings file that is broken, foreign or open to others, in one sentence without its secrets",
  permissions,
  async fn() {
    await inFolder(async (path) => {
      const bad: [string | Uint8Array<ArrayBuffer>, number, RegExp][] = [
        ['{"HF_TOKEN":"hf_secret"', 0o600, /is broken: it is not JSON/],
        ["[]", 0o600, /must be one JSON object/],
        ['{"HF_TOKEN":7}', 0o600, /value of "HF_TOKEN" must be a text/],
        [new Uint8Array([0xff, 0xfe]), 0o600, /not UTF-8/],
        ['{"HF_TOKEN":"hf_secret"}', 0o644, /open to other users; run: chmod 600/],
      ];
      for (const [text, mode, message] of bad) {
        await write(path, text, mode);
        for (const work of [() => open(path).get("HF_TOKEN"), () => open(path).set("HF_USER", "x")]) {
          await assert.rejects(async () => await work(), (thrown) => {
            assert.ok(thrown instanceof ConfigError);
            assert.match(thrown.message, message);
            assert.doesNotMatch(thrown.message, /hf_secret|\n/);
            return true;
          });
        }
        assert.deepEqual(open(path).secrets(), []);
        await Deno.remove(path);
      }
    });
  },
});

Deno.test({
  name: "Config.need() says how to set what is missing",
  permissions,
  async fn() {
    await inFolder(async (path) => {
      assert.throws(() => open(path).need("HF_TOKEN"), /HF_TOKEN is not set .*; run: af set HF_TOKEN/);
      assert.deepEqual(open(path, { HF_TOKEN: "hf_x1234567" }).secrets(), ["hf_x1234567"]);
      await Promise.resolve();
    });
  },
});
