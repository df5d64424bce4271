/** Several validators, each a whole `af validate`, on one embedded network with a real S3 server. @module */
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { toHex } from "../core/base/bytes.ts";
import { type LocalNetwork, startLocalNetwork } from "../core/local/network.ts";
import { formatKeyfile } from "../core/wallet/keyfile.ts";
import { KeyPair } from "../core/wallet/keypair.ts";
import type { JoinFile } from "../cli/join.ts";
import { type S3Server, startS3Server } from "./s3_server.ts";

/** The subnet. */
export const NETUID = 120;

/** Options of {@linkcode withPoolNetwork}. */
export interface PoolNetworkOptions {
  readonly validators: number;
  readonly blockMs: number;
  readonly tempo: number;
  /** Digest of the engine; null leaves the program environments out. @default {null} */
  readonly engine?: string | null;
  /** Miners each better than the one before. @default {0} */
  readonly successors?: number;
}

/** What an epoch came to, as a validator's journal has it. */
export interface EpochText {
  readonly epoch: number;
  readonly input: string;
  readonly output: string;
}

/** One validator of the network. */
export class Member {
  readonly address: string;
  readonly index: number;
  /** Where its journal is. */
  readonly journal: string;
  /** Its home: settings are in `config/af`. */
  readonly home: string;
  /** Mini secret of its hotkey. */
  readonly seed: Uint8Array;
  log = "";
  readonly #join: string;
  readonly #s3: S3Server;
  #child: Deno.ChildProcess | null = null;
  #reading: Promise<void> = Promise.resolve();

  constructor(
    at: Pick<Member, "index" | "address" | "home" | "journal" | "seed"> & { join: string; s3: S3Server },
  ) {
    this.index = at.index;
    this.address = at.address;
    this.journal = at.journal;
    this.home = at.home;
    this.seed = at.seed;
    this.#join = at.join;
    this.#s3 = at.s3;
  }

  get bucket(): string {
    return `records-${this.index}`;
  }
  get url(): string {
    return `${this.#s3.url}/${this.bucket}/af`;
  }

  /** Starts it, or starts it again on the same journal. */
  start(options: { epochs?: number; parallel?: number; program?: string } = {}): void {
    const { epochs, parallel = 6, program = "../main.ts" } = options;
    const child = new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "-A", "--quiet", join(import.meta.dirname!, program), "-v", "validate", "--local"],
        ...["--join", this.#join, "--publish", "--parallel", String(parallel)],
        ...(epochs === undefined ? [] : ["--epochs", String(epochs)]),
      ],
      env: {
        HOME: this.home,
        XDG_CONFIG_HOME: join(this.home, "config"),
        NO_COLOR: "1",
        R2_BUCKET_ID: this.bucket,
        R2_WRITE_ACCESS_KEY_ID: "key-id-of-the-bucket",
        R2_WRITE_SECRET_ACCESS_KEY: "secret-of-the-bucket",
        AF_BUCKET_ENDPOINT: this.#s3.url,
        AF_BUCKET_PUBLIC_URL: this.url,
      },
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    this.#child = child;
    this.#reading = child.stderr.pipeThrough(new TextDecoderStream()).pipeTo(
      new WritableStream({ write: (text) => void (this.log += text) }),
    );
  }

  /** Ends it as a person would, or at once. */
  async stop(signal: Deno.Signal = "SIGINT"): Promise<void> {
    const child = this.#child;
    this.#child = null;
    try {
      child?.kill(signal);
    } catch (error) {
      // It has ended by itself.
      if (!(error instanceof TypeError)) throw error;
    }
    await child?.status;
    await this.#reading;
  }

  /** Waits until it ends by itself. Returns its exit code. */
  async ended(): Promise<number> {
    const { code } = await this.#child!.status;
    await this.#reading;
    this.#child = null;
    return code;
  }

  /** Its epochs so far; none before there is a journal. */
  epochs(): EpochText[] {
    return this.read("SELECT epoch, input, output FROM epochs ORDER BY epoch").map((row) => ({
      epoch: Number(row.epoch),
      input: String(row.input),
      output: String(row.output),
    }));
  }

  /** Rows of its journal. */
  read(sql: string): Record<string, unknown>[] {
    const path = join(this.journal, "journal.db");
    if (![...Deno.readDirSync(this.journal)].some(({ name }) => name === "journal.db")) return [];
    const db = new DatabaseSync(path, { readOnly: true, timeout: 5000 });
    try {
      return db.prepare(sql).all();
    } finally {
      db.close();
    }
  }
}

/** Runs with a network whose validators are made and not started yet. */
export async function withPoolNetwork(
  options: PoolNetworkOptions,
  work: (at: { network: LocalNetwork; members: Member[]; s3: S3Server; home: string }) => Promise<void>,
): Promise<void> {
  const { validators, blockMs, tempo, engine = null } = options;
  const home = await Deno.makeTempDir({ prefix: "af-pool-" });
  const s3 = await startS3Server();
  const keys = Array.from({ length: validators }, () => {
    const seed = crypto.getRandomValues(new Uint8Array(32));
    return { seed, validator: new KeyPair(seed).address, saltRoot: toHex(crypto.getRandomValues(new Uint8Array(32))) };
  });
  const network = await startLocalNetwork({
    seed: "pool",
    netuid: NETUID,
    validator: keys[0]!.validator,
    saltRoot: keys[0]!.saltRoot,
    others: keys.slice(1),
    miners: [],
    engine,
    blockMs,
    tempo,
    successors: options.successors ?? 0,
  });
  const members: Member[] = [];
  try {
    for (const [index, { seed, validator, saltRoot }] of keys.entries()) {
      const folder = join(home, `v${index}`), walletPath = join(folder, "hotkey"), journal = join(folder, "journal");
      await Deno.mkdir(journal, { recursive: true, mode: 0o700 });
      await Deno.writeTextFile(walletPath, formatKeyfile(seed), { mode: 0o600 });
      const file: JoinFile = { ready: network.ready, netuid: NETUID, engine, saltRoot, walletPath, journal };
      await Deno.writeTextFile(join(folder, "join.json"), JSON.stringify(file), { mode: 0o600 });
      const member = new Member({
        index,
        address: validator,
        home: folder,
        seed,
        join: join(folder, "join.json"),
        journal,
        s3,
      });
      await s3.makeBucket(member.bucket, { open: true });
      members.push(member);
    }
    await work({ network, members, s3, home });
  } finally {
    await Promise.all(members.map((member) => member.stop("SIGTERM").catch(() => {})));
    await network.close();
    await s3.close();
    await Deno.remove(home, { recursive: true });
  }
}
