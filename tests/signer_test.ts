/** The signer process and its wallet room as they really run: rights, loopback, refusal and signatures. @module */
import assert from "node:assert/strict";
import { verify } from "@scure/sr25519";
import { fromHex } from "../core/base/bytes.ts";
import { AfError, SignerError } from "../core/base/errors.ts";
import { decodeAddress } from "../core/base/ss58.ts";
import type { ExtrinsicContext } from "../core/port/chain.ts";
import type { BatchHead } from "../core/port/signer.ts";
import { batchBytes } from "../core/record/batch.ts";
import { openRoom } from "../core/room/open.ts";
import { openSigner } from "../core/signer/client.ts";
import { formatKeyfile } from "../core/wallet/keyfile.ts";
import { passwordVariable } from "../core/wallet/names.ts";
import type { WalletRoom } from "../core/wallet/worker.ts";
import { ALICE_VAULT, ALICE_VAULT_PASSWORD } from "../core/wallet/vault_fixture_test.ts";

const TEMP = "/tmp";
const TOKEN = "0123456789abcdef".repeat(4);
const HASH = `0x${"ab".repeat(32)}`;
const ALICE_SEED = "e5be9a5092b81bca64be81d212e7f2f9eba183bb7a90954f7b76361f6edb5c0a";
const ALICE = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";
const CONTEXT: ExtrinsicContext = {
  genesis: HASH,
  specVersion: 218,
  transactionVersion: 1,
  extensions: ["CheckSpecVersion", "CheckTxVersion", "CheckGenesis", "CheckMortality", "CheckNonce"],
  nonce: 3,
  era: { number: 100, hash: HASH },
  period: 16,
};

function head(validator: string, window = 1): BatchHead {
  return {
    genesis: HASH,
    netuid: 120,
    validator,
    window,
    blockHash: HASH,
    count: 2,
    root: "cd".repeat(32),
    previous: "00".repeat(32),
    salt: "ef".repeat(32),
  };
}

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ dir: TEMP, prefix: "af-signer-" });
  try {
    await work(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** A process that does what `af sign` does, and prints as JSON where it listens and what it may still do. */
function script(options: object): string {
  const process = new URL("../core/signer/process.ts", import.meta.url).href;
  return `
    import { runSigner } from ${JSON.stringify(process)};
    const options = ${JSON.stringify(options)};
    const rights = async () => {
      const states = [];
      for (const name of ["net", "read", "write", "run", "env", "sys", "ffi", "import"]) {
        states.push((await Deno.permissions.query({ name })).state);
      }
      states.push((await Deno.permissions.query({ name: "read", path: options.walletPath })).state);
      states.push((await Deno.permissions.query({ name: "net", host: "127.0.0.1" })).state);
      return [...new Set(states)];
    };
    try {
      const signer = await runSigner(options);
      Deno.addSignalListener("SIGTERM", () => signer.close());
      console.log(JSON.stringify({ port: signer.port, address: signer.address, rights: await rights() }));
      await signer.finished;
      console.log(JSON.stringify({ finished: true }));
      Deno.exit(0);
    } catch (error) {
      console.log(JSON.stringify({ kind: error.kind, code: error.code, message: error.message }));
      Deno.exit(1);
    }
  `;
}

interface Started {
  readonly line: Record<string, unknown>;
  /** Asks it to close; what else it printed, and how it ended. */
  end(): Promise<{ text: string; code: number }>;
  stop(): Promise<void>;
}

/** Starts it with no more rights than the signer needs; in source, a Worker's module is read with the right to read. */
async function start(folder: string, options: object, env: Record<string, string> = {}): Promise<Started> {
  const source = new URL("..", import.meta.url).pathname;
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      "--unstable-worker-options",
      "--allow-net=127.0.0.1",
      "--allow-env=BT_PW_*",
      `--allow-read=${folder},${source}`,
      `--allow-write=${folder}`,
      "-",
    ],
    cwd: source,
    env,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const errors = new Response(child.stderr).text();
  const input = child.stdin.getWriter();
  await input.write(new TextEncoder().encode(script({ netuid: 120, token: TOKEN, ...options })));
  await input.close();
  const output = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!text.includes("\n")) {
    const { value, done } = await output.read();
    if (done) throw new Error(`The signer process said ${JSON.stringify(text)} and ended: ${await errors}`);
    text += value;
  }
  return {
    line: JSON.parse(text.slice(0, text.indexOf("\n"))),
    async end() {
      child.kill("SIGTERM");
      let rest = "";
      for (let read = await output.read(); !read.done; read = await output.read()) rest += read.value;
      return { text: rest, code: (await child.status).code };
    },
    async stop() {
      try {
        child.kill("SIGKILL");
      } catch (thrown) {
        // It has ended by itself.
        if (!(thrown instanceof TypeError)) throw thrown;
      }
      await output.cancel();
      await errors;
      await child.status;
    },
  };
}

const PROCESS: Deno.PermissionOptionsObject = {
  read: true,
  // Of one folder would do, but Deno makes a symbolic link only for who may write everywhere.
  write: true,
  net: ["127.0.0.1"],
  run: [Deno.execPath()],
};

Deno.test({
  name: "runSigner() signs over loopback when all its rights are gone, and a dead one is unreachable",
  permissions: PROCESS,
  fn: () =>
    inFolder(async (folder) => {
      const walletPath = `${folder}/wallets/validator/hotkeys/default`;
      const { line, stop } = await start(folder, { walletPath, create: true });
      try {
        // A right that was revoked is back at "prompt", and without a prompt that is a refusal.
        assert.deepEqual(line.rights, ["prompt"], JSON.stringify(line));
        const address = String(line.address);
        const port = Number(line.port);
        const { signer, room, close } = await openSigner({ port, token: TOKEN });
        try {
          assert.equal(await signer.address(), address);
          const signature = await signer.batch(head(address));
          assert.ok(verify(batchBytes(head(address)), fromHex(signature), decodeAddress(address)));
          const call = { call: "set_weights", netuid: 120, uids: [1], weights: [65535], versionKey: 0 } as const;
          assert.match(await signer.extrinsic(call, CONTEXT), /^0x[0-9a-f]+$/);
          const codes: readonly (readonly [Promise<string>, string])[] = [
            [signer.extrinsic({ ...call, netuid: 64 }, CONTEXT), "foreign_netuid"],
            [signer.extrinsic(call, { ...CONTEXT, genesis: `0x${"00".repeat(32)}` }), "foreign_chain"],
            [
              signer.extrinsic(call, { ...CONTEXT, extensions: [...CONTEXT.extensions, "Surprise"] }),
              "unknown_extension",
            ],
            [signer.batch({ ...head(address), root: "00".repeat(32) }), "equivocation"],
          ];
          for (const [end, code] of codes) {
            await assert.rejects(end, (thrown) => thrown instanceof SignerError && thrown.code === code, code);
          }
          // The room may reach this one port and nothing else.
          assert.equal(await room.probe("net", `127.0.0.1:${port === 9 ? 10 : 9}`), "denied");
          assert.equal(await room.probe("read", walletPath), "denied");
          await stop();
          await assert.rejects(
            signer.address(),
            (thrown) => thrown instanceof SignerError && thrown.code === "unreachable" && thrown.retryable,
          );
        } finally {
          close();
        }
        assert.equal((await Deno.stat(walletPath)).mode! & 0o777, 0o600);
      } finally {
        await stop();
      }
      // The same file, through a link and without create, gives the same key.
      await Deno.symlink(walletPath, `${folder}/link`);
      const again = await start(folder, { walletPath: `${folder}/link` });
      try {
        assert.equal(again.line.address, line.address, JSON.stringify(again.line));
        assert.deepEqual(await again.end(), { text: '{"finished":true}\n', code: 0 });
      } finally {
        await again.stop();
      }
    }),
});

Deno.test({
  name: "runSigner() ends with one sentence when the wallet cannot be opened",
  permissions: PROCESS,
  fn: () =>
    inFolder(async (folder) => {
      const walletPath = `${folder}/h`;
      const missing = await start(folder, { walletPath });
      await missing.stop();
      assert.equal(missing.line.code, "missing");
      await Deno.writeTextFile(walletPath, formatKeyfile(fromHex(ALICE_SEED)), { mode: 0o644 });
      await Deno.chmod(walletPath, 0o644);
      const exposed = await start(folder, { walletPath, create: true });
      await exposed.stop();
      assert.deepEqual([exposed.line.kind, exposed.line.code], ["WalletError", "exposed"]);
      assert.match(String(exposed.line.message), /chmod 600/);
      assert.ok(!JSON.stringify(exposed.line).includes(ALICE_SEED.slice(0, 8)));
    }),
});

Deno.test({
  name:
    "runSigner() opens a hotkey with a password by the variable of its file, and names it when it is missing or wrong",
  permissions: PROCESS,
  fn: () =>
    inFolder(async (folder) => {
      const walletPath = `${folder}/h`;
      const variable = passwordVariable(walletPath);
      await Deno.writeTextFile(walletPath, ALICE_VAULT, { mode: 0o600 });
      const outcome = async (env: Record<string, string>) => {
        const { line, stop } = await start(folder, { walletPath }, env);
        await stop();
        return line;
      };
      assert.equal((await outcome({ [variable]: ALICE_VAULT_PASSWORD })).address, ALICE);
      const missing = await outcome({});
      assert.deepEqual([missing.code, String(missing.message).endsWith(variable)], ["no_password", true]);
      const wrong = await outcome({ [variable]: "not this one" });
      assert.equal(wrong.code, "wrong_password");
      assert.match(String(wrong.message), new RegExp(`^The password in ${variable} does not open keyfile \\S+/h$`));
    }),
});

Deno.test({
  name: "the wallet room opens one key, may read its file only, and signs what it built",
  permissions: { read: true, write: [TEMP], env: ["BT_PW_*"] },
  fn: () =>
    inFolder(async (folder) => {
      const path = `${folder}/h`;
      await Deno.writeTextFile(path, formatKeyfile(fromHex(ALICE_SEED)), { mode: 0o600 });
      await Deno.writeTextFile(`${folder}/other`, "x", { mode: 0o600 });
      const room = await openRoom<WalletRoom>("wallet", { scope: { read: [path] } });
      try {
        await assert.rejects(room.call.batch(head(ALICE)), /The wallet is not open/);
        assert.equal(await room.call.open({ path }), ALICE);
        await assert.rejects(room.call.open({ path }), /The wallet is open already/);
        const signature = fromHex(await room.call.batch(head(ALICE)));
        assert.ok(verify(batchBytes(head(ALICE)), signature, decodeAddress(ALICE)));
        for (
          const [kind, target] of [
            ["read", `${folder}/other`],
            ["write", path],
            ["net", "127.0.0.1:9"],
            ["env", "HOME"],
            ["run", "true"],
          ] as const
        ) {
          assert.equal(await room.probe(kind, target), "denied", kind);
        }
        // There is no method that signs bytes.
        const methods = room.call as unknown as Record<string, (bytes: Uint8Array) => Promise<unknown>>;
        for (const name of ["sign", "signBytes", "constructor"]) {
          await assert.rejects(methods[name]!(new Uint8Array(32)), /has no method/);
        }
        await assert.rejects(room.call.create({ path: `${folder}/new` }), (e) => e instanceof AfError);
        await assert.rejects(Deno.stat(`${folder}/new`), Deno.errors.NotFound);
      } finally {
        room.close();
      }
    }),
});
