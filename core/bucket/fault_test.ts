/** Tests of what is said when a bucket does not do what it was asked. @module */
import assert from "node:assert/strict";
import { BucketError } from "../base/errors.ts";
import { asBucketError, isAbsent, statusError } from "./fault.ts";

function service(status: number, name: string): Error {
  return Object.assign(new Error(name), { name, $metadata: { httpStatusCode: status } });
}

Deno.test({
  name: "asBucketError() gives every failure a code, a sentence, and says whether it may pass",
  permissions: "none",
  fn() {
    const cases: [thrown: unknown, code: string, retryable: boolean][] = [
      [service(403, "AccessDenied"), "denied", false],
      [service(401, "Unauthorized"), "denied", false],
      [service(404, "NoSuchBucket"), "no_bucket", false],
      [service(429, "TooManyRequests"), "throttled", true],
      [service(503, "SlowDown"), "throttled", true],
      [service(500, "InternalError"), "server", true],
      [service(507, "InsufficientStorage"), "full", true],
      [service(403, "QuotaExceeded"), "full", true],
      [service(507, "XMinioStorageFull"), "full", true],
      [service(400, "BadRequest"), "failed", true],
      [service(301, "PermanentRedirect"), "moved", false],
      [new DOMException("late", "TimeoutError"), "slow", true],
      [Object.assign(new Error("x"), { name: "AbortError" }), "slow", true],
      [new TypeError("connection refused"), "unreachable", true],
      ["odd", "unreachable", true],
    ];
    for (const [thrown, code, retryable] of cases) {
      const error = asBucketError(thrown, "Bucket b at h");
      assert.deepEqual([error.kind, error.code, error.retryable], ["BucketError", code, retryable], String(thrown));
      assert.match(error.message, /^Bucket b at h .*[^.]$/);
    }
    const own = new BucketError("Mine", { code: "lost" });
    assert.equal(asBucketError(own, "x"), own);
    assert.equal(statusError(503, "503", "It").message, "It is busy (http 503)");
  },
});

Deno.test({
  name: "isAbsent() tells a missing object from a missing bucket and from no answer",
  permissions: "none",
  fn() {
    assert.ok(isAbsent(service(404, "NoSuchKey")) && isAbsent(service(404, "NotFound")));
    assert.ok(
      !isAbsent(service(404, "NoSuchBucket")) && !isAbsent(service(403, "NoSuchKey")) && !isAbsent(new Error("x")),
    );
  },
});
