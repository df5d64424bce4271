/**
 * The broker process: reads the engine's image, makes runners ready, listens on loopback, then keeps `run` and nothing else. It holds
 * no key and nothing that is worth stealing. Whoever calls this has read the token from stdin. @module
 */
import type { SandboxFacts } from "../port/sandbox.ts";
import { revokeAll } from "../room/open.ts";
import { createBroker } from "./app.ts";
import { openBroker } from "./local.ts";

/** Options of {@linkcode runBroker}. */
export interface RunBrokerOptions {
  /** Bearer token of at least 32 characters. */
  readonly token: string;
  /** Port on 127.0.0.1. @default {0} (any) */
  readonly port?: number;
  /** Batches that run side by side. @default {the number of cores} */
  readonly parallel?: number;
  /** Gets lines about runners; never a source, an input or an output. */
  readonly log?: (text: string) => void;
}

/** A broker that listens. */
export interface RunningBroker {
  readonly port: number;
  readonly facts: SandboxFacts;
  /** The largest resident memory of a runner so far, in bytes. */
  largestBytes(): number;
  /** Stops listening and ends all runners. */
  close(): Promise<void>;
}

/** Runs the broker. On return this process has the right `run` and no other, for the rest of its life. */
export async function runBroker(options: RunBrokerOptions): Promise<RunningBroker> {
  const { token, port = 0, parallel, log } = options;
  const { broker, pool } = await openBroker({ ...(parallel ? { parallel } : {}), ...(log ? { log } : {}) });
  try {
    const app = createBroker({ sandbox: broker, token });
    const server = Deno.serve({ hostname: "127.0.0.1", port, onListen: () => {} }, app.fetch);
    await revokeAll(["run"]);
    return {
      port: server.addr.port,
      facts: await broker.facts(),
      largestBytes: () => pool.largestBytes,
      async close() {
        // Batches under way have nobody left who waits for them.
        await pool.close();
        await server.shutdown();
      },
    };
  } catch (thrown) {
    await pool.close();
    throw thrown;
  }
}
