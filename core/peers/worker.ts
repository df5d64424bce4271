/**
 * Room: peers. May: net, to any host, since strangers name where their copies are; what it asks is checked here. Never: read, write,
 * env, run, ffi, import. It holds no key and no secret. Imports: base, port, record, room.
 * @module
 */
import { BucketError } from "../base/errors.ts";
import { serveRoom } from "../room/serve.ts";
import { getFromPeer, type PeerSettings } from "./get.ts";

let settings: PeerSettings | null = null;

function configure(now: PeerSettings): void {
  settings = now;
}

async function get(url: string, hash: string, maxBytes: number): Promise<Uint8Array | null> {
  if (!settings) throw new BucketError("The peers room is not configured", { code: "closed" });
  return await getFromPeer(settings, url, hash, maxBytes);
}

serveRoom({ configure, get });
