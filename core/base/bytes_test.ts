/** Tests of core/base/bytes.ts. @module */
import { deepEqual, equal } from "node:assert/strict";
import { collect } from "./bytes.ts";

Deno.test({
  name: "collect() gives all bytes up to the limit, and cancels a stream that has more",
  permissions: "none",
  async fn() {
    let cancelled = false;
    const stream = () =>
      new ReadableStream<Uint8Array>({
        pull: (controller) => controller.enqueue(new Uint8Array([1, 2, 3])),
        cancel: () => void (cancelled = true),
      });
    equal(await collect(stream(), 7), null);
    equal(cancelled, true);
    deepEqual(await collect([new Uint8Array([1]), new Uint8Array([2, 3])], 3), new Uint8Array([1, 2, 3]));
    deepEqual(await collect([], 0), new Uint8Array());
  },
});
