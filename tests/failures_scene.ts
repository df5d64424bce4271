/**
 * A real validator with a wallet, beside an embedded network that the test holds in its hand: it breaks the network and looks at
 * what the processes do, say and show. Linux only: it looks into /proc.
 * @module
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { toHex } from "../core/base/bytes.ts";
import { sha256 } from "../core/base/hash.ts";
import { sleep } from "../core/base/time.ts";
import { type LocalNetwork, startLocalNetwork } from "../core/local/network.ts";
import type { EpochInput, EpochReport, State } from "../core/mechanism/types.ts";
import { formatKeyfile } from "../core/wallet/keyfile.ts";
import { KeyPair } from "../core/wallet/keypair.ts";
import { engineDigest } from "./engine.ts";
import { Group } from "./kill_group.ts";

/** With this netuid and tempo an epoch is two windows and begins where a window begins. */
export const NETUID = 19;
const TEMPO = 39;

/** Options of {@linkcode withScene}. */
export interface SceneOptions {
  /** @default {"failures"} */
  readonly seed?: string;
  /** Milliseconds between blocks. @default {60} */
  readonly blockMs?: number;
  /** Another file to start in place of main.ts. */
  readonly main?: string;
}

/** How a run ended and what it showed. */
export interface End {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A validator that runs. */
export class Run {
  readonly group: Group;
  readonly #secrets: readonly string[];
  #seen = "";
  constructor(group: Group, secrets: readonly string[]) {
    this.group = group;
    this.#secrets = secrets;
  }
  /** Processes by role. @throws {Error} if the role does not run. */
  pid(role: string): number {
    const found = this.group.members().find((one) => one.role === role);
    if (!found) throw new Error(`No ${role} runs: ${JSON.stringify(this.group.members())}`);
    return found.pid;
  }
  /** Looks at the process list and at environments: no key may be there, nor anything that could be the signer's token. */
  inspect(): void {
    for (const { pid, role } of this.group.members()) {
      const [line, environ] = ["cmdline", "environ"].map((name) => Deno.readTextFileSync(`/proc/${pid}/${name}`));
      this.#seen += line! + environ!;
      // The supervisor has whatever environment the test has.
      const text = role === "supervisor" ? line! : line! + environ!;
      assert.ok(!/[0-9a-f]{64}/.test(text), `The ${role} process shows something like a token`);
    }
  }
  /** Waits for the end; nobody of the group may be left, and no secret may have been shown. */
  async end(ms = 240_000): Promise<End> {
    const over = AbortSignal.timeout(ms);
    const late = new Promise<never>((_, reject) =>
      over.addEventListener("abort", () => reject(new Error(`It still runs after ${ms} ms`)), { once: true })
    );
    try {
      const { code } = await Promise.race([this.group.status, late]);
      const left = await this.group.gone(20_000);
      const [stdout, stderr] = await Promise.all([this.group.stdout, this.group.stderr]);
      assert.deepEqual(left, [], `Processes are left:\n${stderr}`);
      for (const secret of this.#secrets) {
        assert.ok(!(stdout + stderr + this.#seen).includes(secret), `A secret was shown: ${secret.slice(0, 6)}…`);
      }
      return { code, stdout, stderr };
    } catch (error) {
      await this.group.destroy();
      if (error instanceof Error) error.message += `\n${await this.group.stderr}`;
      throw error;
    }
  }
}

/** An epoch as the journal has it. */
export interface Epoch {
  readonly input: EpochInput;
  readonly state: State;
  readonly report: EpochReport;
}

/** A network, a wallet and folders. */
export interface Scene {
  readonly network: LocalNetwork;
  readonly root: string;
  /** Folder of the journal. */
  readonly journal: string;
  /** Path of the hotkey. */
  readonly keyfile: string;
  readonly key: KeyPair;
  /** Epochs of the journal so far, in order; none before there is one. */
  epochs(): Epoch[];
  /** Records that are durable. */
  records(): number;
  /** Starts `af validate` with these options besides the ones that name wallet and network, or on a network of its own. */
  start(options: readonly string[], change?: { network?: string; local?: boolean; env?: Record<string, string> }): Run;
}

/** Sets a scene, works in it, ends every process and removes everything. */
export async function withScene(work: (scene: Scene) => Promise<void>, options: SceneOptions = {}): Promise<void> {
  const { seed = "failures", blockMs = 60, main = "../main.ts" } = options;
  const root = await Deno.makeTempDir({ prefix: "af-failures-" });
  const secret = sha256(`af-failures-validator ${seed}`);
  const key = new KeyPair(secret);
  const keyfile = join(root, "wallets", "c", "hotkeys", "h");
  await Deno.mkdir(join(root, "wallets", "c", "hotkeys"), { recursive: true, mode: 0o700 });
  await Deno.writeTextFile(keyfile, formatKeyfile(secret), { mode: 0o600 });
  const common = {
    seed,
    netuid: NETUID,
    validator: key.address,
    miners: [],
    tempo: TEMPO,
    steady: true,
    saltRoot: null,
  };
  const network = await startLocalNetwork({ ...common, engine: engineDigest(), blockMs });
  const { ready } = network;
  const runs: Run[] = [];
  const start: Scene["start"] = (args, change = {}) => {
    const group = new Group({
      program: Deno.execPath(),
      args: [
        ...["run", "-A", "--quiet", "--unstable-worker-options", "--no-prompt"],
        ...[new URL(main, import.meta.url).pathname, "validate"],
        ...(change.local
          ? ["--local"]
          : ["--network", change.network ?? ready.chainUrl, "--coldkey", "c", "--hotkey", "h"]),
        ...["--netuid", String(NETUID), "--profile", "local", "--data-dir", join(root, "data"), ...args],
      ],
      env: {
        BT_WALLET_PATH: join(root, "wallets"),
        XDG_CONFIG_HOME: join(root, "config"),
        NO_COLOR: "1",
        CHUTES_INFERENCE_URL: ready.inferenceUrl,
        CHUTES_MANAGEMENT_URL: ready.managementUrl,
        HF_URL: ready.hubUrl,
        ...change.env,
      },
    });
    // The API key comes from the settings file: what is looked for in the environment must not be there by the test's own doing.
    const run = new Run(group, [ready.apiKey, toHex(secret)]);
    runs.push(run);
    return run;
  };
  try {
    await Deno.mkdir(join(root, "config", "af"), { recursive: true, mode: 0o700 });
    await Deno.writeTextFile(
      join(root, "config", "af", "settings.json"),
      JSON.stringify({ CHUTES_API_KEY: ready.apiKey }),
      { mode: 0o600 },
    );
    const journal = join(root, "data", `journal-${NETUID}`, "c-h");
    const rows = (sql: string) => look(join(journal, "journal.db"), sql);
    await work({
      network,
      root,
      journal,
      keyfile,
      key,
      start,
      epochs: () =>
        rows("SELECT input, output FROM epochs ORDER BY epoch").map(({ input, output }) => ({
          input: JSON.parse(String(input)),
          ...JSON.parse(String(output)),
        })),
      records: () => Number(rows("SELECT count(*) AS n FROM bodies")[0]?.n ?? 0),
    });
  } finally {
    for (const { group } of runs) if (group.members().length > 0) await group.destroy();
    await network.close();
    await Deno.remove(root, { recursive: true });
  }
}

/** Reads a journal beside whoever writes it; nothing while there is none. */
function look(path: string, sql: string): Record<string, unknown>[] {
  let db: DatabaseSync;
  try {
    db = new DatabaseSync(path, { readOnly: true, timeout: 5_000 });
  } catch (thrown) {
    if (/unable to open/.test(String(thrown))) return [];
    throw thrown;
  }
  try {
    return db.prepare(sql).all();
  } finally {
    db.close();
  }
}

/** Waits until something is so. @throws {Error} after `ms`, or if the run has ended before. */
export async function until(run: Run, so: () => boolean | Promise<boolean>, ms = 240_000): Promise<void> {
  const end = performance.now() + ms;
  while (!await so()) {
    if (run.group.ended) throw new Error(`It ended before it should:\n${await run.group.stderr}`);
    if (performance.now() > end) {
      await run.group.destroy();
      throw new Error(`It did not come so far in ${ms} ms:\n${await run.group.stderr}`);
    }
    await sleep(10);
  }
}
