/**
 * A real S3 server on loopback: moto from PyPI, installed once into build/ by whoever needs it first. Where there is no python3 with
 * pip, {@linkcode missing} says so and tests are skipped with that reason.
 * @module
 */
import { sleep } from "../core/base/time.ts";
import { environment, folderOf, install } from "./python_package.ts";

const VERSION = "5.2.5";
// The extra `server` of the package would bring four times as much for services that nobody asks here.
const PACKAGES = [`moto[s3]==${VERSION}`, "flask==3.1.3", "flask-cors==6.0.5"];
const NAME = `moto-${VERSION}`;

/** Why there is no server here, or null. */
export const missing: string | null = await install({
  name: NAME,
  packages: PACKAGES,
  marker: "moto/server.py",
  title: "moto",
});
/** What a test's name ends with. */
export const note: string = missing === null ? "" : ` [skipped: ${missing}]`;

/** A server that runs. */
export interface S3Server {
  readonly url: string;
  readonly port: number;
  /** Makes an empty bucket; `open` = anybody may read its objects. */
  makeBucket(name: string, options?: { open?: boolean }): Promise<void>;
  /** Puts other bytes in an object's place, or removes it (null), as whoever holds the keys can. */
  replace(path: string, body: string | null): Promise<void>;
  close(): Promise<void>;
}

/** Says who asks; the server looks at no signature. */
const AUTHORIZATION =
  "AWS4-HMAC-SHA256 Credential=key/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0";

/** Starts a server on a free port. */
export async function startS3Server(): Promise<S3Server> {
  const port = freePort();
  const child = new Deno.Command("python3", {
    args: ["-m", "moto.server", "-H", "127.0.0.1", "-p", String(port)],
    env: environment(folderOf(NAME)),
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  const url = `http://127.0.0.1:${port}`;
  const send = async (method: "PUT" | "DELETE", path: string, body: string | null = null) => {
    const answer = await fetch(`${url}/${path}`, { method, body, headers: { authorization: AUTHORIZATION } });
    await answer.body?.cancel();
    if (!answer.ok) throw new Error(`The S3 server answers http ${answer.status} for ${path}`);
  };
  for (let tries = 0;; tries++) {
    const up = await fetch(url).then((answer) => answer.body?.cancel().then(() => true), () => false);
    if (up) break;
    if (tries > 300) throw new Error("The S3 server does not start");
    await sleep(100);
  }
  return {
    url,
    port,
    async makeBucket(name, { open = false } = {}) {
      await send("PUT", name);
      if (!open) return;
      const statement = { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: `arn:aws:s3:::${name}/*` };
      await send("PUT", `${name}?policy`, JSON.stringify({ Version: "2012-10-17", Statement: [statement] }));
    },
    replace: (path, body) => send(body === null ? "DELETE" : "PUT", path, body),
    async close() {
      child.kill("SIGKILL");
      await child.status;
    },
  };
}

/** A port that nobody listens on. */
function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  return port;
}
