/** The local network's miners: who they are and what they are able to do, all of it from one seed. @module */
import { getPublicKey, secretFromSeed } from "@scure/sr25519";
import { sha256, sha256Hex } from "../base/hash.ts";
import { encodeAddress } from "../base/ss58.ts";
import type { LocalFile } from "./hub.ts";

/** When a miner does not answer: the first `downMs` of every `periodMs` of wall time. */
export interface Outage {
  readonly periodMs: number;
  readonly downMs: number;
}

/** A miner of known skill. */
export interface Miner {
  readonly name: string;
  /** One sentence for people: what it does and what should come of it. */
  readonly story: string;
  /** SS58 address; no key of it is kept. */
  readonly hotkey: string;
  /** `owner/Affine-name`. */
  readonly model: string;
  /** 40 hex digits. */
  readonly revision: string;
  /** UUID. */
  readonly chuteId: string;
  readonly slug: string;
  readonly user: string;
  readonly files: readonly LocalFile[];
  /** As the hub room computes it from the files: two miners with the same digest have the same model. */
  readonly weightsDigest: string;
  /** Place in the order of commits, from 0. */
  readonly commitOrder: number;
  /** Share of tasks that it solves, by environment id; `default` for all others. */
  readonly skill: Readonly<Record<string, number>>;
  /** The model that it was changed from, and the share of tasks on which it still behaves as that one. */
  readonly kin: { readonly digest: string; readonly share: number } | null;
  readonly outage: Outage | null;
  /** Whether it tries to regenerate tasks from public data. */
  readonly cheats: boolean;
  /** Base of an OpenAI-compatible endpoint that answers in its place. */
  readonly external: string | null;
}

/** Options of {@linkcode localCast}. */
export interface LocalCastOptions {
  /** Leaves out down time, for runs that must be the same twice. @default {false} */
  readonly steady?: boolean;
  /** Miners after all others, each of which fails half as often as the best one before it. @default {0} */
  readonly successors?: number;
}

const BASE = 0.3;

/** Seven miners in commit order; the improver should win whatever the seed is. */
export function localCast(seed: string, options: LocalCastOptions = {}): Miner[] {
  const cast = [
    actor(seed, "origin", 0, {
      skill: { default: BASE },
      story: "the earliest model, .30 everywhere: the first champion",
    }),
    actor(seed, "improver", 1, { skill: { default: BASE + 0.4 }, story: "better by .40 everywhere: should win" }),
  ];
  const improver = cast[1]!;
  cast.push(
    actor(seed, "copycat", 2, {
      files: improver.files,
      skill: improver.skill,
      story: "the improver's files, committed later: void",
    }),
    actor(seed, "tweaked", 3, {
      skill: improver.skill,
      kin: { digest: improver.weightsDigest, share: 0.95 },
      story: "the improver's model with a little noise and another digest, committed later: never over it",
    }),
    actor(seed, "specialist", 4, {
      skill: { default: 0.1, logic: 0.95, math: 0.1 },
      story: "strong in logic, weak elsewhere: dominates nobody",
    }),
    actor(seed, "flaky", 5, {
      skill: { default: BASE + 0.05 },
      outage: options.steady ? null : { periodMs: 6000, downMs: 2000 },
      story: "the origin and a little more, down a third of the time: sits rounds out",
    }),
    actor(seed, "cheat", 6, {
      skill: { default: BASE },
      cheats: true,
      story: "the origin's skill; regenerates tasks from public data: gains nothing",
    }),
  );
  for (let i = 1, failures = 1 - BASE - 0.4; i <= (options.successors ?? 0); i++) {
    failures /= 2;
    cast.push(
      actor(seed, `successor-${i}`, 6 + i, {
        skill: { default: 1 - failures },
        story: `fails half as often as the best one before: should win after it`,
      }),
    );
  }
  return cast;
}

/** A miner behind any OpenAI-compatible endpoint. Its skill is what it shows; `commitOrder` says when it committed. */
export function externalMiner(
  name: string,
  baseUrl: string,
  options: { seed?: string; commitOrder?: number } = {},
): Miner {
  if (!/^[A-Za-z0-9][A-Za-z0-9-]{0,29}$/.test(name)) {
    throw new RangeError(
      `A miner's name must be letters, digits and hyphens, at most 30 of them, not ${JSON.stringify(name)}`,
    );
  }
  if (!/^https?:$/.test(URL.canParse(baseUrl) ? new URL(baseUrl).protocol : "")) {
    throw new RangeError(`Miner ${name} must have an http(s) address such as http://127.0.0.1:8080/v1`);
  }
  return actor(options.seed ?? "external", name, options.commitOrder ?? 100, {
    skill: {},
    external: baseUrl.replace(/\/+$/, ""),
    story: `the model behind ${new URL(baseUrl).host}`,
  });
}

/** SS58 address of a miner or validator of the local network. */
export function localHotkey(seed: string, name: string): string {
  return encodeAddress(getPublicKey(secretFromSeed(sha256(`af-local-hotkey ${seed} ${name}`))));
}

function actor(
  seed: string,
  name: string,
  commitOrder: number,
  own: Pick<Miner, "skill" | "story"> & Partial<Pick<Miner, "files" | "kin" | "outage" | "cheats" | "external">>,
): Miner {
  const digest = (what: string) => sha256Hex(`af-local ${what} ${seed} ${name}`);
  const files = own.files ?? filesOf(digest);
  const lower = name.toLowerCase();
  return {
    name,
    story: own.story,
    hotkey: localHotkey(seed, name),
    model: `${lower}-lab/Affine-${name}`,
    revision: digest("revision").slice(0, 40),
    chuteId: uuid(digest("chute")),
    slug: `${lower}-lab-affine-${lower}-${digest("slug").slice(0, 5)}`.slice(0, 63),
    user: `${lower}-lab`,
    files,
    weightsDigest: digestOf(files),
    commitOrder,
    skill: own.skill,
    kin: own.kin ?? null,
    outage: own.outage ?? null,
    cheats: own.cheats ?? false,
    external: own.external ?? null,
  };
}

function filesOf(digest: (what: string) => string): LocalFile[] {
  return [
    { path: "config.json", size: 812, sha256: digest("config"), small: true },
    { path: "model-00001-of-00002.safetensors", size: 4_976_698_672, sha256: digest("shard 1") },
    { path: "model-00002-of-00002.safetensors", size: 2_912_110_592, sha256: digest("shard 2") },
  ];
}

/** The same as core/hub/digest.ts for files like these (rooms do not import each other; a test keeps the two equal). */
function digestOf(files: readonly LocalFile[]): string {
  return sha256Hex(files.filter((file) => !file.small).map((file) => file.sha256).sort().join("\n"));
}

function uuid(hex: string): string {
  // Version 5, variant 1: the shape of a real chute's id.
  const text = `${hex.slice(0, 12)}5${hex.slice(13, 16)}8${hex.slice(17, 32)}`;
  return text.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
