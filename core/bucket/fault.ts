/** What a bucket answers when it does not do what it was asked, in sentences for the user. Pure. @module */
import { AfError, BucketError, errorText } from "../base/errors.ts";

/** Codes of BucketErrors; `lost` and `changed` come from reading back. All but these may pass by themselves. */
const FINAL: readonly string[] = ["denied", "no_bucket", "too_large", "moved"];

/** What an error of the S3 client carries. */
interface ServiceFault {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: unknown };
}

/** A BucketError of this code. */
export function bucketError(code: string, text: string, cause?: unknown): BucketError {
  return new BucketError(text, { code, retryable: !FINAL.includes(code), ...(cause === undefined ? {} : { cause }) });
}

/** HTTP status of what the S3 client threw, 0 where there was no answer. */
export function statusOf(thrown: unknown): number {
  const status = (thrown as ServiceFault | null)?.$metadata?.httpStatusCode;
  return typeof status === "number" ? status : 0;
}

/** Whether the S3 client says that there is no such object (and not: no such bucket). */
export function isAbsent(thrown: unknown): boolean {
  const { name } = thrown as ServiceFault;
  return statusOf(thrown) === 404 && name !== "NoSuchBucket";
}

/** Names that servers give to having no room left. */
const FULL = /storage|quota|EntityTooLarge/i;
const SLOW = /^(TimeoutError|AbortError|RequestTimeout)$/;

/** A BucketError for anything that was thrown while asking `where` for something; a BucketError passes through. */
export function asBucketError(thrown: unknown, where: string): AfError {
  if (thrown instanceof AfError) return thrown;
  const status = statusOf(thrown);
  const name = String((thrown as ServiceFault | null)?.name ?? "");
  if (status === 0 && SLOW.test(name)) return bucketError("slow", `${where} did not answer in time`, thrown);
  if (status === 0) return bucketError("unreachable", `${where} cannot be reached: ${errorText(thrown)}`, thrown);
  return statusError(status, name, where, thrown);
}

/** A BucketError for an answer of this status; `name` is the service's own word for it, if it has one. */
export function statusError(status: number, name: string, where: string, cause?: unknown): BucketError {
  const said = `http ${status}${name && !/^\d+$/.test(name) ? ` ${name.slice(0, 60)}` : ""}`;
  if (status === 507 || (status >= 400 && FULL.test(name))) {
    return bucketError("full", `${where} has no room left (${said}); make room or raise its quota`, cause);
  }
  if (status === 401 || status === 403) {
    return bucketError("denied", `${where} denies it (${said}); check the keys and what they may do`, cause);
  }
  if (status === 404) {
    return bucketError("no_bucket", `${where} does not exist (${said}); make it, or name another`, cause);
  }
  if (status === 429 || status === 503) return bucketError("throttled", `${where} is busy (${said})`, cause);
  if (status >= 300 && status < 400) {
    return bucketError("moved", `${where} has moved (${said}); name the address where it is now`, cause);
  }
  return bucketError(status >= 500 ? "server" : "failed", `${where} answers ${said}`, cause);
}
