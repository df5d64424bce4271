/** The command table: names, one line of help, rooms and rights, and how to load each. Imports nothing that runs. @module */
import type { CommandRow } from "./command.ts";

/** All commands, in the order of the help. A command that does not exist yet is not here. */
export const COMMANDS: readonly CommandRow[] = [
  {
    name: "validate",
    help: "Run a validator: ask all models the same fresh tasks, find the best, set weights",
    rooms: [],
    keep: ["read", "write", "env", "run"],
    load: () => import("./commands/validate.ts"),
  },
  {
    name: "rank",
    help: "Show who stands where and why, from this machine's journal",
    rooms: ["store"],
    keep: ["read", "write", "env"],
    load: () => import("./commands/rank.ts"),
  },
  {
    name: "audit",
    help: "Check from public data what validators published, and what their weights should be",
    rooms: ["audit", "bucket", "chain", "peers", "sandbox"],
    // The directory that is audited; the broker of programs, which is started before anything is read.
    keep: ["read", "env", "net", "run", "sys"],
    load: () => import("./commands/audit.ts"),
  },
  {
    name: "simulate",
    help: "Simulate attacks and improvements under this mechanism and others",
    rooms: ["sim", "store"],
    keep: ["read", "write", "env"],
    load: () => import("./commands/simulate.ts"),
  },
  {
    name: "wallet",
    help: "Make, import, list and show wallets; sign and verify texts",
    rooms: ["keyring"],
    // The room gets of these what it needs, and this process gives up the rest before a key is touched.
    keep: ["read", "write", "env"],
    load: () => import("./commands/wallet.ts"),
  },
  {
    name: "set",
    help: "Keep a setting, such as CHUTES_API_KEY",
    rooms: [],
    keep: ["read", "write", "env"],
    load: () => import("./commands/set.ts"),
  },
  {
    name: "get",
    help: "Show settings and where they come from; secrets are masked",
    rooms: [],
    keep: ["read", "env"],
    load: () => import("./commands/get.ts"),
  },
  {
    name: "env",
    sandbox: true,
    help: "List the environments, show one, sample its tasks",
    rooms: [],
    // A file of rows (af env sample --rows), and runners of programs (--solve).
    keep: ["read", "env", "run"],
    load: () => import("./commands/env.ts"),
  },
  {
    name: "sandbox",
    sandbox: true,
    help: "Run a program that nobody trusts: it gets its input and nothing else",
    rooms: [],
    keep: ["read", "env", "run"],
    load: () => import("./commands/sandbox.ts"),
  },
  {
    name: "doctor",
    sandbox: true,
    help: "Check this machine: Deno, settings, data directory, wallet, endpoints, bucket",
    rooms: ["bucket"],
    // The bucket's room gets none of these that this process has given up.
    keep: ["read", "write", "env", "net", "run", "sys"],
    load: () => import("./commands/doctor.ts"),
  },
  {
    name: "completions",
    help: "Print a completion script for bash, zsh or fish",
    rooms: [],
    keep: ["read"],
    load: () => import("./commands/completions.ts"),
  },
];
