/** One object from a stranger's address: the name is resolved once, looked at, and connected to as it was looked at. @module */
import { lookup } from "node:dns/promises";
import { type IncomingMessage, request } from "node:http";
import { Duplex } from "node:stream";
import { collect } from "../base/bytes.ts";
import { AfError, BucketError, errorText } from "../base/errors.ts";
import { parked } from "../base/park.ts";
import { mayConnect, objectUrl, refused } from "./address.ts";

/** What may be asked and for how long. */
export interface PeerSettings {
  /** Whether this machine may be asked, over plain http too: on a network that is on this machine. */
  readonly loopback: boolean;
  /** Longest time of a request without regard to its size, in milliseconds. */
  readonly timeoutMs: number;
}

/** Slowest pace that is waited for, in bytes a millisecond. */
const SLOWEST = 256;

/** Bytes of an object, null if it is not there. @throws {BucketError} */
export async function getFromPeer(
  settings: PeerSettings,
  committed: string,
  hash: string,
  maxBytes: number,
): Promise<Uint8Array | null> {
  const url = objectUrl(committed, hash, settings);
  const where = `The public copy at ${committed}`;
  // Time for connecting, for the headers and for the body together: whoever sends a byte a second gets no more.
  const signal = AbortSignal.timeout(settings.timeoutMs + Math.ceil(maxBytes / SLOWEST));
  try {
    const response = await send(url, committed, settings, signal);
    try {
      const status = response.statusCode ?? 0;
      if (status === 404) return null;
      if (status !== 200) {
        throw new BucketError(`${where} answers http ${status}`, { code: "failed", retryable: true });
      }
      return await parked(signal, readAll(response, maxBytes, where));
    } finally {
      response.destroy();
    }
  } catch (thrown) {
    if (thrown instanceof AfError) throw thrown;
    const code = signal.aborted ? "slow" : "unreachable";
    const said = signal.aborted ? "did not answer in time" : `cannot be reached: ${errorText(thrown)}`;
    throw new BucketError(`${where} ${said}`, { code, retryable: true, cause: thrown });
  }
}

/** Sends the request over a connection of its own: to an address that was looked at, so that a name cannot lead elsewhere meanwhile. */
async function send(
  url: URL,
  committed: string,
  settings: PeerSettings,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const hostname = url.hostname.replace(/^\[|\]$/g, "");
  const found = await parked(signal, lookup(hostname, { all: true }));
  // One private address among public ones is no accident.
  if (found.length === 0 || found.some(({ address }) => !mayConnect(address, settings))) {
    throw refused(committed, "its name leads to no public address");
  }
  const isSecure = url.protocol === "https:";
  const port = Number(url.port || (isSecure ? 443 : 80));
  const plain = await Deno.connect({ hostname: found[0]!.address, port, signal });
  const close = () => connection.close();
  let connection: Deno.Conn = plain;
  signal.addEventListener("abort", close, { once: true });
  // The library's own https asks for rights that this room has not; the runtime's certificates serve as well.
  if (isSecure) connection = await Deno.startTls(plain, { hostname });
  const { readable, writable } = connection;
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const sent = request({
    host: hostname,
    port,
    path: url.pathname,
    createConnection: () => Duplex.fromWeb({ readable, writable } as never),
    headers: { host: url.host, accept: "application/gzip", connection: "close" },
  });
  sent.on("response", (response) => {
    response.on("close", () => signal.removeEventListener("abort", close));
    resolve(response);
  });
  sent.on("error", reject);
  sent.end();
  return await parked(signal, promise);
}

async function readAll(response: IncomingMessage, maxBytes: number, where: string): Promise<Uint8Array> {
  const whole = await collect(response as AsyncIterable<Uint8Array>, maxBytes);
  if (whole === null) {
    throw new BucketError(`${where} sent more than ${maxBytes} bytes for an object`, { code: "too_large" });
  }
  const announced = Number(response.headers["content-length"] ?? whole.length);
  if (announced !== whole.length) throw new Error(`${whole.length} of ${announced} bytes came`);
  return whole;
}
