/** `af doctor --network` tries the bucket of the settings: written, read back, read by everybody. @module */
import { equal, match, ok } from "node:assert/strict";
import { join } from "node:path";
import { missing, note, startS3Server } from "./s3_server.ts";

/** The executable, where one is named; else the source is run. */
const binary = Deno.env.get("AF_BIN");

interface Finding {
  readonly verdict: string;
  readonly what: string;
  readonly text: string;
}

async function doctor(home: string, env: Record<string, string>): Promise<Finding[]> {
  const { stdout, stderr } = await new Deno.Command(binary ?? Deno.execPath(), {
    args: [
      ...(binary ? [] : ["run", "-A", "--quiet", join(import.meta.dirname!, "..", "main.ts")]),
      ...["doctor", "--network", "--json"],
    ],
    env: {
      HOME: home,
      XDG_CONFIG_HOME: join(home, "config"),
      XDG_DATA_HOME: join(home, "data"),
      CHUTES_INFERENCE_URL: "http://127.0.0.1:9",
      CHUTES_MANAGEMENT_URL: "http://127.0.0.1:9",
      HF_URL: "http://127.0.0.1:9",
      ...env,
    },
  }).output();
  const text = new TextDecoder().decode(stdout);
  ok(text.startsWith("["), new TextDecoder().decode(stderr));
  ok(!text.includes("secret-of-the-bucket"));
  return JSON.parse(text);
}

Deno.test({
  name: `doctor says whether the bucket can be written, and read by everybody${note}`,
  ignore: missing !== null,
  async fn() {
    const home = await Deno.makeTempDir({ prefix: "af-doctor-" });
    const server = await startS3Server();
    try {
      await server.makeBucket("open", { open: true });
      await server.makeBucket("shut");
      const keys = { R2_WRITE_ACCESS_KEY_ID: "key-of-the-bucket", R2_WRITE_SECRET_ACCESS_KEY: "secret-of-the-bucket" };
      const bucket = (name: string, more = {}) => ({
        ...keys,
        R2_BUCKET_ID: name,
        AF_BUCKET_ENDPOINT: server.url,
        ...more,
      });
      const at = (name: string) => ({ AF_BUCKET_PUBLIC_URL: `${server.url}/${name}/af` });
      const cases: [env: Record<string, string>, verdict: string, text: RegExp][] = [
        [{}, "ok", /none in the settings/],
        [bucket("open", at("open")), "ok", /can be written and read, and read at http/],
        [bucket("open"), "warn", /AF_BUCKET_PUBLIC_URL does not say/],
        [bucket("shut", at("shut")), "fail", /public copy at .* denies it/],
        [bucket("open", at("nobody")), "fail", /does not have what was written/],
        [bucket("nobody"), "fail", /does not exist \(http 404 NoSuchBucket\)/],
        [bucket("open", { AF_BUCKET_ENDPOINT: "http://127.0.0.1:9" }), "fail", /cannot be reached/],
        [{ R2_BUCKET_ID: "open" }, "fail", /set up in part, but not R2_WRITE_ACCESS_KEY_ID/],
      ];
      for (const [env, verdict, text] of cases) {
        const found = (await doctor(home, env)).find(({ what }) => what === "bucket");
        match(String(found?.text), text);
        equal(found!.verdict, verdict, found!.text);
      }
    } finally {
      await server.close();
      await Deno.remove(home, { recursive: true });
    }
  },
});
