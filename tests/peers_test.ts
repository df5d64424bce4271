/** The peers room against servers that strangers might run. @module */
import { deepEqual, equal, rejects } from "node:assert/strict";
import { openPeers } from "../core/peers/client.ts";

const HASH = "ab".repeat(32);

/** Runs with a server on loopback that answers as told. */
async function withServer(
  answer: (request: Request) => Response | Promise<Response>,
  work: (url: string) => Promise<void>,
): Promise<void> {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, answer);
  try {
    await work(`http://127.0.0.1:${server.addr.port}/copy`);
  } finally {
    await server.shutdown();
  }
}

/** A body that sends a byte now and then, for ever, until nobody listens. */
function trickle(): ReadableStream<Uint8Array> {
  let timer: ReturnType<typeof setInterval>;
  return new ReadableStream({
    start(controller) {
      timer = setInterval(() => controller.enqueue(new Uint8Array(1)), 50);
    },
    cancel: () => clearInterval(timer),
  });
}

Deno.test("peers: bytes come as they are, and what is not there is null", async () => {
  const peers = await openPeers({ loopback: true });
  try {
    const asked: string[] = [];
    await withServer((request) => {
      asked.push(new URL(request.url).pathname);
      if (asked.length > 1) return new Response(null, { status: 404 });
      return new Response(new Uint8Array([1, 2, 3]), { headers: { "content-type": "application/gzip" } });
    }, async (url) => {
      deepEqual([...(await peers.reader.get(url, HASH, 3))!], [1, 2, 3]);
      equal(await peers.reader.get(url, HASH, 3), null);
    });
    deepEqual(asked, [`/copy/objects/${HASH}`, `/copy/objects/${HASH}`]);
  } finally {
    peers.close();
  }
});

Deno.test("peers: a server that is hostile costs a bounded time and memory, and is named", async () => {
  const peers = await openPeers({ loopback: true, timeoutMs: 400 });
  const expect = async (answer: () => Response | Promise<Response>, code: string) => {
    await withServer(answer, async (url) => {
      await rejects(() => peers.reader.get(url, HASH, 1000), (error: Error & { code: string; kind: string }) => {
        equal(error.code, code);
        equal(error.kind, "BucketError");
        equal(error.message.includes(url), true, error.message);
        return true;
      });
    });
  };
  try {
    await expect(() => new Response(new Uint8Array(1001)), "too_large");
    await expect(() => new Response(trickle()), "slow");
    const never = Promise.withResolvers<Response>();
    setTimeout(() => never.resolve(new Response()), 1500);
    await expect(() => never.promise, "slow");
    await expect(() => Response.redirect("http://127.0.0.1:9/", 302), "failed");
    await expect(() => new Response(null, { status: 503 }), "failed");
    await rejects(() => peers.reader.get("http://127.0.0.1:9", HASH, 10), { code: "unreachable" });
  } finally {
    peers.close();
  }
});

Deno.test("peers: on a real network this machine and private ones are never asked, under any name", async () => {
  const peers = await openPeers();
  let asked = 0;
  try {
    await withServer(() => (asked++, new Response("secret")), async (url) => {
      const { port } = new URL(url);
      const hostile = [
        url,
        `https://127.0.0.1:${port}`,
        `https://localhost:${port}`,
        `https://[::1]:${port}`,
        "https://169.254.169.254",
        "https://10.0.0.1",
      ];
      for (const one of hostile) {
        await rejects(() => peers.reader.get(one, HASH, 10), { code: "refused" }, one);
      }
    });
    equal(asked, 0);
  } finally {
    peers.close();
  }
});
