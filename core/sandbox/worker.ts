/** Room: sandbox. May: net(the broker's loopback port). Never: read, write, run, env. Imports: base, port, room. @module */
import { SandboxError } from "../base/errors.ts";
import type { Sandbox } from "../port/sandbox.ts";
import { serveRoom } from "../room/serve.ts";
import { remoteSandbox, type RemoteSandboxOptions } from "./remote.ts";

/** The room's methods: the port itself, and where the broker listens. */
export interface SandboxRoom extends Sandbox {
  connect(options: Omit<RemoteSandboxOptions, "fetch">): void | Promise<void>;
}

let remote: Sandbox | undefined;

function connected(): Sandbox {
  if (!remote) {
    throw new SandboxError("The sandbox room was not told where the broker listens", { code: "not_connected" });
  }
  return remote;
}

const room: SandboxRoom = {
  connect(options) {
    remote = remoteSandbox(options);
  },
  facts: () => connected().facts(),
  run: (batch) => connected().run(batch),
};

serveRoom({ ...room });
