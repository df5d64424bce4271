/** Objects in an S3-compatible bucket. @module */
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { FetchHttpHandler } from "@smithy/fetch-http-handler";
import { deadlineFor, readBody } from "./body.ts";
import { asBucketError, isAbsent } from "./fault.ts";

/** A bucket and the keys to it. */
export interface S3Settings {
  /** Origin of the service, such as `https://ACCOUNT.r2.cloudflarestorage.com`. */
  readonly endpoint: string;
  /** `auto` for R2. */
  readonly region: string;
  readonly bucket: string;
  /** Without slashes at its ends; empty = none. */
  readonly prefix: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Longest time without regard to size, in milliseconds. */
  readonly timeoutMs: number;
}

/** Reads and writes objects by their hashes. */
export class S3Objects {
  readonly #settings: S3Settings;
  readonly #client: S3Client;
  readonly #where: string;

  constructor(settings: S3Settings) {
    const { endpoint, region, accessKeyId, secretAccessKey } = settings;
    this.#settings = settings;
    this.#where = `Bucket ${settings.bucket} at ${new URL(endpoint).host}`;
    this.#client = new S3Client({
      endpoint,
      region,
      credentials: { accessKeyId, secretAccessKey },
      // One host for all buckets: the room may reach no other.
      forcePathStyle: true,
      followRegionRedirects: false,
      // The client's own way, node:http, waits for ever in Deno 2.6.10 for a short body of a server that closes the line behind it.
      requestHandler: new FetchHttpHandler(),
      // Who asks knows better when to ask again.
      maxAttempts: 1,
      // Not every service knows the checksums that the client would add; what was written is read back anyway.
      requestChecksumCalculation: "WHEN_REQUIRED",
      responseChecksumValidation: "WHEN_REQUIRED",
    });
  }

  /** Bytes of an object, null if there is none. @throws {BucketError} */
  async get(hash: string, maxBytes: number): Promise<Uint8Array | null> {
    const signal = AbortSignal.timeout(deadlineFor(maxBytes, this.#settings.timeoutMs));
    try {
      const { Body } = await this.#client.send(new GetObjectCommand(this.#name(hash)), { abortSignal: signal });
      return await readBody(Body as unknown as AsyncIterable<Uint8Array>, { maxBytes, where: this.#where });
    } catch (thrown) {
      if (isAbsent(thrown)) return null;
      throw asBucketError(signal.aborted ? signal.reason : thrown, this.#where);
    }
  }

  /** Writes an object. @throws {BucketError} */
  async put(hash: string, data: Uint8Array): Promise<void> {
    const signal = AbortSignal.timeout(deadlineFor(data.length, this.#settings.timeoutMs));
    try {
      await this.#client.send(
        new PutObjectCommand({
          ...this.#name(hash),
          Body: data,
          // No content encoding: a client that unpacks by itself would see other bytes than those that are hashed.
          ContentType: "application/gzip",
          CacheControl: "public, max-age=31536000, immutable",
        }),
        { abortSignal: signal },
      );
    } catch (thrown) {
      throw asBucketError(signal.aborted ? signal.reason : thrown, this.#where);
    }
  }

  #name(hash: string): { Bucket: string; Key: string } {
    const { bucket, prefix } = this.#settings;
    return { Bucket: bucket, Key: `${prefix === "" ? "" : `${prefix}/`}objects/${hash}` };
  }
}
