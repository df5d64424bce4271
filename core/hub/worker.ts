/**
 * Room: hub. May: net (the hub's host). Never: read, write, env, run, sys, ffi, import.
 * Imports: base, port, room.
 * @module
 */
import { HubError } from "../base/errors.ts";
import type { RepoFacts } from "../port/hub.ts";
import { serveRoom } from "../room/serve.ts";
import { describeRepo, type HubSettings } from "./describe.ts";

let settings: HubSettings | null = null;

function configure(given: HubSettings): void {
  settings = given;
}

function describe(model: string, revision: string): Promise<RepoFacts> {
  if (!settings) throw new HubError("The hub room is not configured");
  return describeRepo(model, revision, settings);
}

serveRoom({ configure, describe });
