import assert from "node:assert/strict";
import { readCapped } from "./body.ts";

Deno.test({
  name: "readCapped() stops reading at the limit",
  permissions: "none",
  async fn() {
    let pulled = 0;
    let cancelled = false;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled++;
        controller.enqueue(new Uint8Array(1000));
      },
      cancel() {
        cancelled = true;
      },
    }, { highWaterMark: 0 });
    assert.equal(await readCapped(new Response(endless), 2500), null);
    assert.equal(pulled, 3);
    assert.ok(cancelled);
  },
});

Deno.test({
  name: "readCapped() gives all bytes of a body up to the limit",
  permissions: "none",
  async fn() {
    assert.deepEqual(await readCapped(new Response("abc"), 3), new TextEncoder().encode("abc"));
    assert.equal(await readCapped(new Response("abcd"), 3), null);
    assert.equal((await readCapped(new Response(null), 3))!.length, 0);
  },
});

Deno.test({
  name: "readCapped() believes a declared length only where HTTP enforces it",
  permissions: "none",
  async fn() {
    const bytes = "x".repeat(100);
    const lying: Record<string, string>[] = [
      { "content-length": "5", "transfer-encoding": "chunked" },
      { "content-length": "5", "content-encoding": "gzip" },
      { "content-length": "5, 5" },
      { "content-length": "-5" },
    ];
    for (const headers of lying) assert.equal(await readCapped(new Response(bytes, { headers }), 50), null);
    const honest = { "content-length": "100" };
    assert.equal(await readCapped(new Response(bytes, { headers: honest }), 50), null);
    assert.equal((await readCapped(new Response(bytes, { headers: honest }), 100))!.length, 100);
  },
});
