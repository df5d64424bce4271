/** Where the objects of each validator are read, and how much of each in one epoch. @module */
import { BucketError } from "../base/errors.ts";
import { parked } from "../base/park.ts";
import type { ObjectSource } from "../port/bucket.ts";
import type { ValidateDeps } from "./deps.ts";

/** Bytes that are read of one validator in an epoch. */
const PEER_BYTES = 256 * 2 ** 20;

/** Sources of objects: one's own bucket, or what another validator names. */
export class PeerSources {
  readonly #deps: Pick<ValidateDeps, "publishing" | "pooling">;
  readonly #self: string;
  /** What was read of each in this epoch. */
  #bytes = new Map<string, number>();

  constructor(deps: Pick<ValidateDeps, "publishing" | "pooling">, self: string) {
    this.#deps = deps;
    this.#self = self;
  }

  /** A new epoch begins. */
  renew(): void {
    this.#bytes = new Map();
  }

  /** The objects of a validator; `urlOf` is the address that it names at the time of reading. */
  of(validator: string, urlOf: () => string | null, signal: AbortSignal): ObjectSource {
    return {
      get: async (hash, maxBytes) => {
        const used = this.#bytes.get(validator) ?? 0;
        if (used >= PEER_BYTES) throw new BucketError(`More than ${PEER_BYTES} bytes of it in one epoch`);
        const data = await parked(signal, this.#get(validator, urlOf(), { hash, maxBytes }));
        this.#bytes.set(validator, used + (data?.length ?? 0));
        return data;
      },
    };
  }

  #get(
    validator: string,
    url: string | null,
    { hash, maxBytes }: { hash: string; maxBytes: number },
  ): Promise<Uint8Array | null> {
    const { publishing, pooling } = this.#deps;
    if (validator === this.#self) return publishing!.bucket.get(hash, maxBytes);
    if (url === null) return Promise.reject(new BucketError("It says nowhere where its copy is"));
    return pooling!.reader.get(url, hash, maxBytes);
  }
}
