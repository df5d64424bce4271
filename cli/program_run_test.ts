/** Tests of af as a process: closed pipes, interrupts, rights that are given up. @module */
import assert from "node:assert/strict";
import { join } from "node:path";

const MAIN = join(import.meta.dirname!, "..", "main.ts");
const permissions = { run: true, read: true, write: true } as const;

async function withHome(work: (env: Record<string, string>, home: string) => Promise<void>): Promise<void> {
  const home = await Deno.makeTempDir();
  try {
    const config = { XDG_CONFIG_HOME: join(home, "config"), XDG_DATA_HOME: join(home, "data") };
    // HOME stays: Deno's own cache is there. An empty variable is as good as none.
    await work({ ...config, BT_WALLET_PATH: join(home, "wallets"), HF_TOKEN: "", HF_USER: "" }, home);
  } finally {
    await Deno.remove(home, { recursive: true });
  }
}

function af(args: readonly string[], env: Record<string, string>, stdin: "null" | "piped" = "null") {
  const flags = ["run", "-A", "--quiet", "--no-check", "--no-prompt", MAIN, ...args];
  return new Deno.Command(Deno.execPath(), { args: flags, env, stdin, stdout: "piped", stderr: "piped" });
}

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

Deno.test({
  name: "af set reads a value from stdin and af get masks it",
  permissions,
  async fn() {
    await withHome(async (env, home) => {
      const child = af(["set", "HF_TOKEN", "-"], env, "piped").spawn();
      const writer = child.stdin.getWriter();
      await writer.write(new TextEncoder().encode("hf_0123456789abcdefghij\n"));
      await writer.close();
      const { code, stderr } = await child.output();
      assert.deepEqual([code, text(stderr)], [0, ""]);
      assert.equal((await Deno.stat(join(home, "config", "af", "settings.json"))).mode! & 0o777, 0o600);
      const got = await af(["get", "HF_TOKEN"], env).output();
      assert.equal(text(got.stdout), "****ghij\n");
      const refused = await af(["set", "HF_TOKN", "x"], env).output();
      assert.equal(refused.code, 2);
      assert.match(text(refused.stderr), /did you mean HF_TOKEN\?/);
    });
  },
});

Deno.test({
  name: "af ends quietly when the reader of its output goes away",
  permissions,
  async fn() {
    await withHome(async (env) => {
      const child = af(["env", "sample", "math", "--level", "0", "--n", "1000000"], env).spawn();
      const reader = child.stdout.getReader();
      await reader.read();
      await reader.cancel();
      assert.equal((await child.status).code, 0);
      assert.equal(text(new Uint8Array(await new Response(child.stderr).arrayBuffer())), "");
    });
  },
});

Deno.test({
  name: "af ends with 130 when it is interrupted",
  permissions,
  async fn() {
    await withHome(async (env) => {
      // Waits for a value that never comes.
      const child = af(["set", "HF_USER", "-", "-vvv"], env, "piped").spawn();
      const gone = new Response(child.stderr).text();
      for (let i = 0; i < 100; i++) {
        child.kill("SIGINT");
        const ended = await Promise.race([child.status, new Promise<null>((next) => setTimeout(next, 100, null))]);
        if (ended === null) continue;
        // Before the listener is there the signal itself ends the process.
        assert.ok(ended.code === 130, `code ${ended.code}`);
        break;
      }
      await child.stdin.close().catch((thrown) => assert.ok(thrown instanceof Error));
      await child.stdout.cancel();
      await gone;
    });
  },
});

Deno.test({
  name: "af doctor names what is wrong and ends with 1",
  permissions,
  async fn() {
    await withHome(async (env, home) => {
      const fine = await af(["doctor", "--json"], env).output();
      assert.equal(fine.code, 0, text(fine.stderr));
      const hotkeys = join(home, "wallets", "me", "hotkeys");
      await Deno.mkdir(hotkeys, { recursive: true });
      await Deno.writeTextFile(join(hotkeys, "hot"), "{}", { mode: 0o644 });
      await Deno.chmod(join(hotkeys, "hot"), 0o644);
      const open = await af(["doctor", "--json"], env).output();
      assert.equal(open.code, 1);
      const findings = JSON.parse(text(open.stdout)) as { verdict: string; what: string; text: string }[];
      const failed = findings.filter(({ verdict }) => verdict === "fail");
      assert.deepEqual(failed.map(({ what }) => what), ["wallets"]);
      assert.match(failed[0]!.text, /chmod 600 .*hot$/);
    });
  },
});
