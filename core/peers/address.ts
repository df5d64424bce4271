/** Which addresses of strangers may be asked: public ones over https; on a network of this machine, this machine. Pure. @module */
import { isIP } from "node:net";
import { BucketError } from "../base/errors.ts";
import { urlFault } from "../record/validator_statement.ts";

/** Networks that are nobody's public address, as [first address, bits]: private, shared, loopback, link-local, test, multicast. */
const RESERVED: readonly (readonly [string, number])[] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 3],
];

function toNumber(address: string): number {
  return address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}

/** Whether an IP address belongs to somebody on the internet. */
export function isPublic(address: string): boolean {
  const kind = isIP(address);
  if (kind === 4) {
    const number = toNumber(address);
    return !RESERVED.some(([first, bits]) =>
      Math.floor(number / 2 ** (32 - bits)) === toNumber(first) / 2 ** (32 - bits)
    );
  }
  if (kind !== 6) return false;
  // Of IPv6 only 2000::/3 is given out; in it documentation, and forms that hold an IPv4 address which may be private.
  const groups = address.toLowerCase().split(":");
  const first = Number.parseInt(groups[0] || "0", 16), second = Number.parseInt(groups[1] || "0", 16);
  if (first < 0x2000 || first > 0x3fff || address.includes(".")) return false;
  return first !== 0x2002 && !(first === 0x2001 && (second === 0xdb8 || second < 0x200));
}

/** Whether an IP address is this machine. */
export function isLoopback(address: string): boolean {
  return address === "::1" || (isIP(address) === 4 && address.startsWith("127."));
}

/**
 * The address of an object below a committed URL.
 * @throws {BucketError} code `refused` for one that may not be asked, whatever its name resolves to.
 */
export function objectUrl(committed: string, hash: string, options: { loopback: boolean }): URL {
  const fault = urlFault(committed);
  if (fault !== null || !/^[0-9a-f]{64}$/.test(hash)) throw refused(committed, fault ?? "no object is named so");
  const url = new URL(`${committed}/objects/${hash}`);
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (url.protocol === "http:" && !options.loopback) throw refused(committed, "it does not begin with https://");
  if (isIP(host) && !mayConnect(host, options)) throw refused(committed, "it is no public address");
  return url;
}

/** Whether an address that a name resolved to may be connected to. */
export function mayConnect(address: string, { loopback }: { loopback: boolean }): boolean {
  return loopback ? isLoopback(address) || isPublic(address) : isPublic(address);
}

/** The error for an address that may not be asked. */
export function refused(committed: string, why: string): BucketError {
  return new BucketError(`The public copy at ${JSON.stringify(committed.slice(0, 80))} is not read: ${why}`, {
    code: "refused",
  });
}
