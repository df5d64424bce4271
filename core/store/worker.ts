/** Room: store. May: read and write (the journal's folder). Never: net, env, run. Imports: base, port, record, room. @module */
import { StoreError } from "../base/errors.ts";
import { roomLog, type RoomMethods, serveRoom } from "../room/serve.ts";
import { Journal } from "./journal.ts";

let journal: Journal | null = null;

/** Names of the port's methods; the type below fails when one is missing. */
const METHODS = [
  "append",
  "batches",
  "canaries",
  "close",
  "digest",
  "entries",
  "epochs",
  "getCache",
  "getMeta",
  "hasPage",
  "hosted",
  "indexState",
  "lastBatch",
  "lastEpoch",
  "lastPage",
  "leavesOf",
  "nextRound",
  "open",
  "openForReading",
  "outcomes",
  "peerEpoch",
  "peerRounds",
  "peers",
  "putBatch",
  "putCache",
  "putEntry",
  "putEpoch",
  "putHosted",
  "putPage",
  "putPeer",
  "putRound",
  "putWindow",
  "recordsOf",
  "rounds",
  "samples",
  "setMeta",
  "windows",
] as const satisfies readonly (keyof Journal)[];
true satisfies keyof Journal extends typeof METHODS[number] ? true : never;

function start(directory: string, maxBytes?: number): void {
  const log = (text: string) => roomLog("warning", text);
  journal = new Journal(directory, maxBytes === undefined ? { log } : { log, maxBytes });
}

function method(name: typeof METHODS[number]): RoomMethods[string] {
  return (...args) => {
    if (!journal) throw new StoreError("The store has no folder yet", { code: "closed" });
    return (journal[name] as RoomMethods[string])!.apply(journal, args);
  };
}

serveRoom({ start, ...Object.fromEntries(METHODS.map((name) => [name, method(name)])) });
