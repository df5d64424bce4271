/** The one place that joins flows to rooms. @module */
import { fromHex } from "../core/base/bytes.ts";
import { ConfigError, type RoomError } from "../core/base/errors.ts";
import { machineClock } from "../core/base/time.ts";
import { openBucket } from "../core/bucket/client.ts";
import { openChain } from "../core/chain/client.ts";
import { openModel } from "../core/chutes/client.ts";
import { openHost } from "../core/chutes/host.ts";
import type { FlowEvent, FlowLevel, ValidateDeps } from "../core/flow/deps.ts";
import { openHub } from "../core/hub/client.ts";
import { LOCAL, STANDARD } from "../core/mechanism/parameters.ts";
import { revokeAll } from "../core/room/open.ts";
import type { JournalIdentity, Store } from "../core/port/store.ts";
import type { LogLine } from "../core/room/message.ts";
import { openPeers } from "../core/peers/client.ts";
import { openSandbox } from "../core/sandbox/client.ts";
import { openSigner } from "../core/signer/client.ts";
import { openStore } from "../core/store/client.ts";
import { voters } from "../envs/registry.ts";
import type { Config } from "./config.ts";
import { bucketPlan } from "./publishing.ts";
import type { ValidatorStart } from "./start.ts";

/** How long a person who has just typed an endpoint waits to hear that nothing useful listens there. */
const FIRST_CONNECT_MS = 20_000;

/**
 * Largest body of an answer: 32 bytes for each of the 2048 tokens that a request allows. More would let one contender fill the disk
 * with answers that no honest endpoint gives.
 */
const ANSWER_BYTES = 65_536;

/** A run on the embedded network lasts minutes: what is wrong with the bucket must show in them. */
const LOCAL_PACE = { inspectMs: 1_000 };
/** Nobody on it is far away; what is slow there is this machine, and rounds go on meanwhile. */
const LOCAL_POOLING = { patienceMs: 300_000, peerMs: 60_000, retryMs: 2_000 };

/** Options of {@linkcode openValidator}. */
export interface OpenValidatorOptions {
  readonly config: Config;
  readonly onLog: (room: string, line: LogLine) => void;
  /** Called when a room died: the process should end and be started again. */
  readonly onDeath: (error: RoomError) => void;
  readonly log: (level: FlowLevel, text: string) => void;
  readonly onEvent: (event: FlowEvent) => void;
}

/** A validator's rooms, open and joined. */
export interface OpenValidator {
  readonly deps: ValidateDeps;
  /** Ends the rooms, the journal first. */
  close(): Promise<void>;
}

/** Opens the journal in a directory for reading, beside a running validator too, and gives up every right of this process. */
export async function openJournal(
  directory: string,
  options: Pick<OpenValidatorOptions, "onLog">,
): Promise<{ store: Store; identity: JournalIdentity; close(): void }> {
  const room = await openStore({ directory, ...options });
  await revokeAll();
  try {
    const identity = await room.store.openForReading();
    return { store: room.store, identity, close: () => room.close() };
  } catch (error) {
    room.close();
    throw error;
  }
}

/** Opens the rooms of a validator and gives up every right of this process. */
export async function openValidator(start: ValidatorStart, options: OpenValidatorOptions): Promise<OpenValidator> {
  const { config, onLog, onDeath } = options;
  const { local } = start;
  const apiKey = local ? local.apiKey : config.get("CHUTES_API_KEY");
  if (apiKey === undefined) {
    throw new ConfigError("CHUTES_API_KEY is not set, so no model can be asked; run: af set CHUTES_API_KEY VALUE");
  }
  const token = local ? undefined : config.get("HF_TOKEN");
  const plan = start.publish ? bucketPlan(config) : null;
  const watch = { onLog, onDeath };
  const closers: (() => void)[] = [];
  const opened = <T extends { close(): void }>(room: T): T => {
    closers.push(() => room.close());
    return room;
  };
  try {
    const store = opened(await openStore({ directory: start.journal, ...watch }));
    const signer = opened(await openSigner({ ...start.signer, ...watch }));
    const sandbox = opened(await openSandbox({ ...start.broker, ...watch }));
    const hub = opened(
      await openHub({ url: local?.hubUrl ?? config.need("HF_URL"), ...(token ? { token } : {}), ...watch }),
    );
    const model = opened(
      await openModel({
        inferenceUrl: local?.inferenceUrl ?? config.need("CHUTES_INFERENCE_URL"),
        managementUrl: local?.managementUrl ?? config.need("CHUTES_MANAGEMENT_URL"),
        apiKey,
        maxAnswerBytes: ANSWER_BYTES,
        ...watch,
      }),
    );
    const hostedUrl = start.hosted ?? (local ? undefined : config.get("AF_HOSTED_URL"));
    const hosted = hostedUrl === undefined ? null : opened(
      await openHost({
        url: hostedUrl,
        apiKey: config.get("AF_HOSTED_KEY") ?? "",
        maxAnswerBytes: ANSWER_BYTES,
        ...watch,
      }),
    );
    if (!hosted) {
      options.log("info", "Candidates are not checked here for hiding a better model: AF_HOSTED_URL is not set");
    }
    const chain = opened(
      await openChain(start.endpoint, { ...watch, ...(start.again ? {} : { connectMs: FIRST_CONNECT_MS }) }),
    );
    const bucket = plan && opened(await openBucket({ ...plan, ...watch }));
    const genesisBlock = plan ? local?.startBlock ?? genesisOf(config) : null;
    const isHere = ["127.0.0.1", "localhost", "[::1]"].includes(new URL(start.endpoint).hostname);
    const peers = genesisBlock !== null && opened(await openPeers({ loopback: isHere, ...watch }));
    if (plan && !peers) {
      options.log("info", "Logs of other validators do not count here: AF_GENESIS_BLOCK does not say where to begin");
    }
    await revokeAll();
    return {
      deps: {
        chain: chain.chain,
        model: model.model,
        hub: hub.hub,
        store: store.store,
        signer: signer.signer,
        sandbox: sandbox.sandbox,
        clock: machineClock,
        envs: voters(start.engine),
        parameters: { ...(start.profile === "local" ? LOCAL : STANDARD), ...(peers ? { genesisBlock } : {}) },
        netuid: start.netuid,
        ...(bucket ? { publishing: { bucket: bucket.bucket, url: plan!.url, ...(local ? LOCAL_PACE : {}) } } : {}),
        ...(peers ? { pooling: { reader: peers.reader, ...(local ? LOCAL_POOLING : {}) } } : {}),
        ...(hosted ? { host: hosted.host } : {}),
        freshSecret: () =>
          start.saltRoot === null ? crypto.getRandomValues(new Uint8Array(32)) : fromHex(start.saltRoot),
        log: options.log,
        onEvent: options.onEvent,
      },
      async close() {
        await store.store.close();
        for (const close of closers) close();
      },
    };
  } catch (error) {
    for (const close of closers) close();
    throw error;
  }
}

function genesisOf(config: Config): number | null {
  const value = config.get("AF_GENESIS_BLOCK");
  return value === undefined ? null : Number(value);
}
