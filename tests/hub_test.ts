/** The hub room against the local hub and against hubs that lie. */
import assert from "node:assert/strict";
import { AfError, ConfigError } from "../core/base/errors.ts";
import { sha256Hex } from "../core/base/hash.ts";
import { type OpenedHub, openHub } from "../core/hub/client.ts";
import { type LocalFile, startLocalHub } from "../core/local/hub.ts";
import { localCast } from "../core/local/miners_cast.ts";

const PERMISSIONS: Deno.PermissionOptions = { net: ["127.0.0.1"], read: true };
const MODEL = "lab/Affine-one";
const REVISION = "0123456789abcdef0123456789abcdef01234567";
const FILES: LocalFile[] = [
  { path: "config.json", size: 600, sha256: "01".repeat(32), small: true },
  { path: "model-00001-of-00002.safetensors", size: 4_000_000_000, sha256: "bb".repeat(32) },
  { path: "extra/model-00002-of-00002.safetensors", size: 5_000_000_000, sha256: "aa".repeat(32) },
];
const DIGEST = sha256Hex(`${"aa".repeat(32)}\n${"bb".repeat(32)}`);

async function withHub(options: Parameters<typeof openHub>[0], work: (opened: OpenedHub) => Promise<void>) {
  const opened = await openHub(options);
  try {
    await work(opened);
  } finally {
    opened.close();
  }
}

/** A hub that answers everything with `answer`. */
async function withServer(
  answer: (request: Request) => Response,
  work: (opened: OpenedHub, url: string) => Promise<void>,
) {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, answer);
  const url = `http://127.0.0.1:${server.addr.port}`;
  try {
    await withHub({ url }, (opened) => work(opened, url));
  } finally {
    await server.shutdown();
  }
}

function fails(code: string, options: { retryable?: boolean; message?: RegExp } = {}) {
  return (error: unknown) => {
    assert.ok(error instanceof AfError, String(error));
    assert.equal(error.kind, "HubError");
    assert.equal(error.code, code, error.message);
    assert.equal(error.retryable, options.retryable ?? false);
    if (options.message) assert.match(error.message, options.message);
    return true;
  };
}

Deno.test({
  name: "describe() reads the weights of a pinned revision over several pages",
  permissions: PERMISSIONS,
  async fn() {
    for (const pageSize of [1, 1000]) {
      const local = startLocalHub({ repos: [{ model: MODEL, revision: REVISION, files: FILES }], pageSize });
      try {
        await withHub({ url: local.url }, async ({ hub }) => {
          assert.deepEqual(await hub.describe(MODEL, REVISION), {
            model: MODEL,
            revision: REVISION,
            weightsDigest: DIGEST,
            weightsBytes: 9_000_000_000,
          });
        });
      } finally {
        await local.close();
      }
    }
  },
});

Deno.test({
  name: "describe() finds the digests that the local miners say they have",
  permissions: PERMISSIONS,
  async fn() {
    const cast = localCast("digests");
    const local = startLocalHub({ repos: cast });
    try {
      await withHub({ url: local.url }, async ({ hub }) => {
        for (const miner of cast) {
          assert.equal(
            (await hub.describe(miner.model, miner.revision)).weightsDigest,
            miner.weightsDigest,
            miner.name,
          );
        }
      });
    } finally {
      await local.close();
    }
  },
});

Deno.test({
  name: "describe() tells missing, gated, unpinned and empty repositories apart",
  permissions: PERMISSIONS,
  async fn() {
    const empty = { model: "lab/Affine-empty", revision: REVISION, files: FILES.slice(0, 1) };
    const gated = { model: "lab/Affine-gated", revision: REVISION, files: FILES, gated: true };
    const local = startLocalHub({ repos: [{ model: MODEL, revision: REVISION, files: FILES }, empty, gated] });
    try {
      await withHub({ url: local.url }, async ({ hub }) => {
        await assert.rejects(hub.describe("lab/none", REVISION), fails("not_found"));
        await assert.rejects(hub.describe(MODEL, "f".repeat(40)), fails("not_found"));
        for (const revision of ["main", REVISION.slice(0, 12), REVISION.toUpperCase(), ""]) {
          await assert.rejects(hub.describe(MODEL, revision), fails("not_found", { message: /not pinned/ }));
        }
        for (const model of ["lab", "lab/a/b", "../lab/x", "lab/x?y=1", "", "l/" + "x".repeat(200)]) {
          await assert.rejects(hub.describe(model, REVISION), fails("not_found", { message: /owner\/name/ }));
        }
        await assert.rejects(hub.describe(empty.model, REVISION), fails("no_weights"));
        await assert.rejects(hub.describe(gated.model, REVISION), fails("gated"));
      });
      await withHub({ url: local.url, token: "hf_local" }, async ({ hub }) => {
        assert.equal((await hub.describe(gated.model, REVISION)).weightsDigest, DIGEST);
      });
    } finally {
      await local.close();
    }
  },
});

Deno.test({
  name: "describe() refuses what makes no sense and what is too large",
  permissions: PERMISSIONS,
  async fn() {
    const file = { type: "file", oid: "1".repeat(40), size: 3, path: "a.bin" };
    const bodies: unknown[] = [
      { not: "a list" },
      null,
      [null],
      [7],
      [{ ...file, path: 3 }],
      [{ ...file, path: "p".repeat(2000) }],
      [{ ...file, oid: "xyz" }],
      [{ ...file, size: -1 }],
      [{ ...file, size: 1.5 }],
      [{ ...file, type: "unknown" }],
      [{ ...file, lfs: { oid: "short", size: 1 } }],
      [{ ...file, lfs: "yes" }],
      [{ ...file, lfs: { oid: "a".repeat(64), size: "9" } }],
    ];
    for (const body of bodies) {
      await withServer(
        () => Response.json(body),
        ({ hub }) => assert.rejects(hub.describe(MODEL, REVISION), fails("malformed")),
      );
    }
    const large = () => new Response(`[${" ".repeat(10_000_000)}]`);
    await withServer(
      large,
      ({ hub }) => assert.rejects(hub.describe(MODEL, REVISION), fails("malformed", { message: /larger/ })),
    );
    const notUtf8 = () => new Response(new Uint8Array([0x5b, 0xff]));
    await withServer(notUtf8, ({ hub }) => assert.rejects(hub.describe(MODEL, REVISION), fails("malformed")));
  },
});

Deno.test({
  name: "describe() follows no redirect, no foreign page and no endless list",
  permissions: PERMISSIONS,
  async fn() {
    let reached = 0;
    const other = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, () => {
      reached++;
      return Response.json([]);
    });
    const elsewhere = `http://127.0.0.1:${other.addr.port}/`;
    try {
      const moved = () => Response.redirect(elsewhere, 307);
      await withServer(
        moved,
        ({ hub }) => assert.rejects(hub.describe(MODEL, REVISION), fails("not_found", { message: /moved/ })),
      );
      const foreign = () => Response.json([], { headers: { link: `<${elsewhere}>; rel="next"` } });
      await withServer(
        foreign,
        ({ hub }) => assert.rejects(hub.describe(MODEL, REVISION), fails("malformed", { message: /another host/ })),
      );
      assert.equal(reached, 0);
      let pages = 0;
      const endless = (request: Request) => {
        pages++;
        return Response.json([], { headers: { link: `<${request.url}>; rel="next"` } });
      };
      await withServer(
        endless,
        ({ hub }) => assert.rejects(hub.describe(MODEL, REVISION), fails("malformed", { message: /pages/ })),
      );
      assert.equal(pages, 50);
    } finally {
      await other.shutdown();
    }
  },
});

Deno.test({
  name: "describe() says when to come back",
  permissions: PERMISSIONS,
  async fn() {
    for (const [status, retryable] of [[429, true], [503, true], [400, false]] as const) {
      const answer = () => new Response("no", { status });
      await withServer(
        answer,
        ({ hub }) => assert.rejects(hub.describe(MODEL, REVISION), fails("unanswered", { retryable })),
      );
    }
    const closed = startLocalHub({ repos: [] });
    await closed.close();
    await withHub(
      { url: closed.url },
      ({ hub }) => assert.rejects(hub.describe(MODEL, REVISION), fails("unanswered", { retryable: true })),
    );
  },
});

Deno.test({
  name: "openHub() gives the room one host and refuses addresses and tokens that cannot be right",
  permissions: PERMISSIONS,
  async fn() {
    await withHub({ url: "http://127.0.0.1:9" }, async (opened) => {
      assert.deepEqual(opened.net, ["127.0.0.1:9"]);
      assert.equal(await opened.probe("net", "127.0.0.1:10"), "denied");
      assert.equal(await opened.probe("read", "/etc/hostname"), "denied");
      assert.notEqual(await opened.probe("net", "127.0.0.1:9"), "denied");
    });
    await assert.rejects(openHub({ url: "huggingface.co" }), ConfigError);
    await assert.rejects(openHub({ url: "https://user@huggingface.co" }), ConfigError);
    await assert.rejects(openHub({ url: "http://10.0.0.1", token: "hf_x" }), ConfigError);
    await assert.rejects(openHub({ url: "https://huggingface.co", token: "secret" }), (error) => {
      assert.ok(error instanceof ConfigError);
      assert.ok(!error.message.includes("secret"));
      return true;
    });
  },
});
