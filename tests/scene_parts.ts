/** Parts that the scenes of several tests are made of: a bucket in memory, chutes that are served as committed. @module */
import type { Bucket } from "../core/port/bucket.ts";
import type { ChuteFacts } from "../core/port/model.ts";
import { sealObject } from "../core/record/object.ts";

/** Objects by their hashes. */
export type Objects = Map<string, Uint8Array>;

/** A bucket over these objects. */
export function memoryBucket(objects: Objects = new Map()): Bucket & { readonly objects: Objects } {
  return {
    objects,
    get: (hash) => Promise.resolve(objects.get(hash) ?? null),
    check: ({ hash }) => Promise.resolve(objects.has(hash) ? "same" : "absent"),
    put(lines) {
      const { data, ...address } = sealObject(lines);
      const before = objects.has(address.hash) ? "same" : "absent";
      objects.set(address.hash, data);
      return Promise.resolve({ ...address, before });
    },
  };
}

/** A hot chute that serves `owner/Affine-NAME` at the revision of forty zeros. */
export function servedChute(chuteId: string, name: string): ChuteFacts {
  return {
    chuteId,
    name: `owner/Affine-${name}`,
    slug: name,
    revision: "0".repeat(40),
    user: "owner",
    hot: true,
    public: true,
    template: "sglang",
    externalEgress: false,
  };
}
