/** The sandbox that the hostile corpus runs in: runners of the source, or of an executable (AF_BIN). @module */
import { resolve } from "node:path";
import { Broker } from "../core/sandbox/broker.ts";
import { openImage, unpackImage } from "../core/sandbox/engine/image.ts";
import { findImage } from "../core/sandbox/image_file.ts";
import { Pool } from "../core/sandbox/pool.ts";
import { runnerCommand } from "../core/room/runner.ts";
import type { Sandbox } from "../core/port/sandbox.ts";
import { ensureEngine } from "../scripts/engine/ensure.ts";

/** What a sandbox leaves behind. */
export interface Used<T> {
  readonly value: T;
  readonly largestBytes: number;
  /** Process ids of runners that are still there. */
  readonly left: readonly number[];
}

/** Where attacks run. */
export interface Arena {
  /** Why no Python program can run, null if they can. */
  readonly python: string | null;
  use<T>(work: (sandbox: Sandbox) => Promise<T>): Promise<Used<T>>;
}

/** Finds the engine, or why there is none. */
export async function openArena(): Promise<Arena> {
  const reason = await engineMissing();
  return { python: reason, use: (work) => use(work, reason === null) };
}

async function engineMissing(): Promise<string | null> {
  const ensured = await ensureEngine();
  return "missing" in ensured ? ensured.missing : null;
}

/** Without layers of the operating system: the process without rights has to hold alone. */
async function use<T>(work: (sandbox: Sandbox) => Promise<T>, python: boolean): Promise<Used<T>> {
  const packed = python ? await findImage() : null;
  const image = packed === null ? null : unpackImage(packed);
  const engine = image === null ? null : openImage(image).digest;
  const binary = Deno.env.get("AF_BIN");
  const plain = runnerCommand(new URL("../core/sandbox/runner_main.ts", import.meta.url));
  const command = binary ? { ...plain, program: resolve(binary), module: null } : plain;
  const pool = new Pool({ command, image, spare: 2, log: (text) => console.log(text) });
  const broker = new Broker({ pool, facts: { engine, parallel: 2, layers: [] }, waiting: 1_000 });
  const seen = new Set<number>();
  const look = setInterval(() => pool.pids.forEach((pid) => seen.add(pid)), 20);
  try {
    const value = await work(broker);
    return { value, largestBytes: pool.largestBytes, left: await closed(pool, seen) };
  } finally {
    clearInterval(look);
    await pool.close();
  }
}

async function closed(pool: Pool, seen: ReadonlySet<number>): Promise<number[]> {
  await pool.close();
  const args = ["-o", "pid=,ppid=,args=", "-p", [...seen].join(",") || "1"];
  const { stdout } = await new Deno.Command("ps", { args, stderr: "null" }).output();
  const lines = new TextDecoder().decode(stdout).split("\n").filter((line) => /runner_main|@runner/.test(line));
  return lines.map((line) => Number(line.trim().split(/\s+/)[0]));
}
