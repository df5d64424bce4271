/** Tests of how settings name a bucket. @module */
import assert from "node:assert/strict";
import { ConfigError } from "../core/base/errors.ts";
import { Config } from "./config.ts";
import { bucketPlan } from "./publishing.ts";

const ALL = {
  R2_BUCKET_ID: "records",
  R2_ACCOUNT_ID: "0123abcd",
  R2_WRITE_ACCESS_KEY_ID: "key",
  R2_WRITE_SECRET_ACCESS_KEY: "secret",
};

function plan(env: Record<string, string>) {
  return bucketPlan(new Config({ env: (name) => env[name], path: "/nowhere/settings.json" }));
}

function refused(env: Record<string, string>, text: RegExp): void {
  assert.throws(() => plan(env), (thrown: unknown) => {
    assert.ok(thrown instanceof ConfigError && thrown.code === "usage", String(thrown));
    assert.match(thrown.message, text);
    assert.ok(!thrown.message.includes("secret"), thrown.message);
    return true;
  });
}

Deno.test({
  name:
    "bucketPlan() reads the four settings of R2, or an endpoint of one's own, and null where nothing asks for a bucket",
  permissions: { read: true },
  fn() {
    assert.equal(plan({}), null);
    // These alone ask for nothing.
    assert.equal(plan({ AF_BUCKET_PREFIX: "x", AF_BUCKET_PUBLIC_URL: "https://a.b" }), null);
    assert.deepEqual(plan(ALL), {
      endpoint: "https://0123abcd.r2.cloudflarestorage.com",
      region: "auto",
      bucket: "records",
      prefix: "af",
      accessKeyId: "key",
      secretAccessKey: "secret",
      url: null,
    });
    const { R2_ACCOUNT_ID: _, ...own } = ALL;
    const other = plan({
      ...own,
      AF_BUCKET_ENDPOINT: "http://127.0.0.1:9000/",
      AF_BUCKET_REGION: "us-east-1",
      AF_BUCKET_PREFIX: "a/b",
      AF_BUCKET_PUBLIC_URL: "https://records.example.org/a/b/",
    });
    assert.deepEqual([other!.endpoint, other!.region, other!.prefix], ["http://127.0.0.1:9000", "us-east-1", "a/b"]);
    assert.equal(other!.url, "https://records.example.org/a/b");
  },
});

Deno.test({
  name: "bucketPlan() refuses a bucket that is named in part or cannot be, and says what is missing",
  permissions: { read: true },
  fn() {
    for (const key of Object.keys(ALL)) {
      const { [key as keyof typeof ALL]: _, ...rest } = ALL;
      refused(rest, new RegExp(`not ${key}`));
    }
    refused({ AF_BUCKET_ENDPOINT: "https://a.b" }, /not R2_BUCKET_ID, R2_WRITE_ACCESS_KEY_ID/);
    refused({ ...ALL, R2_ACCOUNT_ID: "a.evil.example/" }, /is no account/);
    refused({ ...ALL, R2_BUCKET_ID: "../x" }, /no name of a bucket/);
    for (const prefix of ["/a", "a/", "a//b", "..", "a/../b", "a b"]) {
      refused({ ...ALL, AF_BUCKET_PREFIX: prefix }, /AF_BUCKET_PREFIX/);
    }
    refused(
      { ...ALL, AF_BUCKET_PUBLIC_URL: "http://a.b" },
      /cannot be committed on chain: it does not begin with https/,
    );
    refused({ ...ALL, AF_BUCKET_PUBLIC_URL: `https://a.b/${"x".repeat(60)}` }, /more than 60 bytes/);
  },
});
