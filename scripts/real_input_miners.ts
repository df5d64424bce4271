/** The three miners of `scripts/real_input.ts` behind the Chutes and hub stand-ins, and the settings that point af at them. @module */
import { sha256Hex } from "../core/base/hash.ts";
import { type LocalChutes, startLocalChutes } from "../core/local/chutes.ts";
import { startLocalHub } from "../core/local/hub.ts";
import { chuteOf, externalMiner, type Miner } from "../core/local/miners.ts";
import { encodeCompact } from "../core/record/commitment.ts";
import { type Key, newKey } from "./real_input_chain.ts";

/** A miner with the hotkey that commits its model. */
export interface RealMiner {
  readonly miner: Miner;
  readonly key: Key;
  /** Its commitment in the compact form. */
  readonly bytes: Uint8Array;
}

/** Stand-ins that run. */
export interface Stands {
  readonly chutes: LocalChutes;
  /** Settings of af as environment variables. */
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** Three miners in the order of their commits: a weak one, a deterministic solver, and the model behind an endpoint. */
export function threeMiners(seed: string, modelUrl: string): RealMiner[] {
  const cast: [name: string, story: string, skill: number | null][] = [
    ["weak", "solves 3 of 10 tasks: commits first, so it is the first champion", 0.3],
    ["solver", "a deterministic solver that answers from the prompt: should win", 1],
    ["smollm2", "a real model of 135 million parameters", null],
  ];
  return cast.map(([name, story, skill], commitOrder) => {
    const key = newKey();
    // Everything of an external miner that is public; those of known skill answer here and not behind an endpoint.
    const own = skill === null ? {} : { external: null, skill: { default: skill } };
    const miner = { ...externalMiner(name, modelUrl, { seed, commitOrder }), ...own, story, hotkey: key.address };
    return { miner, key, bytes: encodeCompact(miner) };
  });
}

/** Starts the stand-ins on loopback. */
export function startStands(miners: readonly RealMiner[], seed: string): Stands {
  const apiKey = sha256Hex(`real-input-key ${seed}`);
  const chutes = startLocalChutes({ chutes: miners.map(({ miner }) => chuteOf(miner)), apiKey });
  const hub = startLocalHub({ repos: miners.map(({ miner }) => miner) });
  return {
    chutes,
    env: {
      CHUTES_API_KEY: apiKey,
      CHUTES_INFERENCE_URL: chutes.inferenceUrl,
      CHUTES_MANAGEMENT_URL: chutes.managementUrl,
      HF_URL: hub.url,
    },
    async close() {
      await Promise.all([chutes.close(), hub.close()]);
    },
  };
}
