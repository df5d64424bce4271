/** Proof of the permission table: starts every room and tries every right that it was not granted. `af @rights` prints it as JSON. @module */
import { join } from "node:path";
import { PROBE_KINDS, type ProbeKind } from "../core/room/message.ts";
import { openRoom, revokeAll } from "../core/room/open.ts";
import { probe } from "../core/room/probe.ts";
import { keepOnlyRun } from "../core/room/supervise.ts";
import { type RoomName, ROOMS, type RoomScope, TABLE } from "../core/room/table.ts";
import { probeRunner } from "./wire_sandbox.ts";

/** One right that was tried. */
export interface TriedRight {
  /** Room, or process after it gave its rights up. */
  readonly who: string;
  readonly kind: ProbeKind;
  /** `own` = within the grant, `foreign` = outside of it. */
  readonly target: "own" | "foreign";
  /** `denied` or `granted…`. */
  readonly result: string;
}

/** Something that exists on every machine, or is refused before anything is looked at. */
export const FOREIGN: Readonly<Record<ProbeKind, string>> = {
  read: "/etc/passwd",
  write: "/tmp/af-probe-of-rights",
  net: "127.0.0.1:9",
  env: "PATH",
  run: "/bin/sh",
  sys: "hostname",
  ffi: "/lib/af-no-such-library.so",
  import: "http://127.0.0.1:9/af.ts",
};

/** Tries every right in every room and in the main thread of a process of each kind. `folder` is a fresh directory; it is removed. */
export async function proveRights(folder: string): Promise<TriedRight[]> {
  const tried: TriedRight[] = [];
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const own = `127.0.0.1:${listener.addr.port}`;
  await Deno.writeTextFile(join(folder, "own"), "own");
  for (const room of ROOMS) {
    const rights = TABLE[room];
    const opened = await openRoom(room, { scope: scopeOf(room, own, folder) });
    const one = async (kind: ProbeKind, target: "own" | "foreign", at: string) => {
      tried.push({ who: room, kind, target, result: await opened.probe(kind, at) });
    };
    for (const kind of PROBE_KINDS) {
      // To whom every host is open none is foreign.
      await one(kind, kind === "net" && rights.net === "any" ? "own" : "foreign", FOREIGN[kind]);
    }
    if (rights.net) await one("net", "own", own);
    if (rights.read) await one("read", "own", join(folder, "own"));
    if (rights.write) await one("write", "own", join(folder, "own"));
    for (const name of rights.env) await one("env", "own", name);
    for (const name of rights.sys ?? []) await one("sys", "own", name);
    opened.close();
  }
  listener.close();
  await Deno.remove(folder, { recursive: true });
  await probeRunner(async (inRunner) => {
    for (const kind of PROBE_KINDS) {
      tried.push({ who: "runner", kind, target: "foreign", result: await inRunner(kind, FOREIGN[kind]) });
    }
  });
  // The order matters: a right that is given up never comes back.
  await keepOnlyRun();
  for (const kind of PROBE_KINDS) {
    // Their one right is every right of the user: there is nothing to try.
    if (kind !== "run") {
      tried.push({ who: "supervisor, broker", kind, target: "foreign", result: await probe(kind, FOREIGN[kind]) });
    }
  }
  await revokeAll();
  for (const kind of PROBE_KINDS) {
    tried.push({ who: "validator, signer, local", kind, target: "foreign", result: await probe(kind, FOREIGN[kind]) });
  }
  return tried;
}

/** A scope that gives a room what the table allows, all of it harmless. */
function scopeOf(room: RoomName, own: string, folder: string): RoomScope {
  const rights = TABLE[room];
  return {
    ...(rights.net ? { net: [rights.net === "any" ? "*" : own] } : {}),
    ...(rights.read ? { read: [folder] } : {}),
    ...(rights.write ? { write: [folder] } : {}),
  };
}

/** Lines that say what is wrong: empty when every right is as the table has it. */
export function wrongRights(tried: readonly TriedRight[]): string[] {
  return tried
    .filter((one) => (one.target === "own") !== one.result.startsWith("granted"))
    .map((one) => `${one.who}: ${one.kind} (${one.target}) is ${one.result}`);
}
