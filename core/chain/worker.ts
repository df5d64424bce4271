/** Room: chain. May: net(endpoint), env(4 names). Never: read, write, run. Imports: base, port, room. @module */
import { errorText } from "../base/errors.ts";
import { roomLog, serveRoom } from "../room/serve.ts";
import { chainMethods } from "./room.ts";

// The library writes to the console: that belongs into the log, and only for whoever looks for it.
for (const name of ["error", "warn", "info", "log"] as const) {
  console[name] = (...args: unknown[]) => roomLog("debug", args.map(errorText).join(" "));
}
// It also lets errors of its own subscriptions go uncaught when a socket drops: these must not end the room.
self.addEventListener("unhandledrejection", (event) => {
  event.preventDefault();
  roomLog("debug", `Uncaught rejection: ${errorText(event.reason)}`);
});
self.addEventListener("error", (event) => {
  event.preventDefault();
  roomLog("debug", `Uncaught error: ${event.message}`);
});

serveRoom(chainMethods(roomLog) as unknown as Parameters<typeof serveRoom>[0]);
