/** Where requests go: the template of inference addresses, the management address, and the network rights that they need. @module */
import { ConfigError } from "../base/errors.ts";

/** A slug that can be one label of a host name or one segment of a path, and nothing more. */
const SLUG = /^[a-z0-9][a-z0-9-]{0,62}$/;
const PLACE = "{slug}";
// Stands in for a slug while a template is parsed; a legal label, so that the URL parser takes it.
const SAMPLE = "slug0af0slug";

/** Checked addresses. */
export interface Targets {
  /** Template with at most one `{slug}`, without a slash at the end. */
  readonly inferenceUrl: string;
  /** Base of the management API, without a slash at the end. */
  readonly managementUrl: string;
  /** What the room may connect to: `host:port`, or `*.host:port` when the slug is part of the host's name. */
  readonly net: readonly string[];
  /** Whether every slug has a host of its own. */
  readonly hostPerSlug: boolean;
}

/** Whether a text is a slug; anything else could point a request, and with it the key, at another host. */
export function isSlug(text: string): boolean {
  return SLUG.test(text);
}

/** Address of a slug's chat completions. The slug must have passed {@linkcode isSlug}. */
export function completionsUrl(inferenceUrl: string, slug: string): string {
  return `${inferenceUrl.replace(PLACE, slug)}/chat/completions`;
}

/**
 * Checks both addresses and derives the network rights from them.
 * @throws {ConfigError} for an address that is no http(s) URL, that would leak the key, or whose wildcard would be too wide.
 */
export function targets(options: { inferenceUrl: string; managementUrl: string; apiKey: string }): Targets {
  const inference = options.inferenceUrl.replace(/\/+$/, "");
  const management = options.managementUrl.replace(/\/+$/, "");
  if (inference.split(PLACE).length > 2) {
    throw new ConfigError(`The inference URL ${inference} may hold ${PLACE} only once`);
  }
  const inferenceHost = hostOf(inference.replace(PLACE, SAMPLE), "inference URL", options.apiKey);
  const managementHost = hostOf(management, "management URL", options.apiKey);
  const hostPerSlug = inferenceHost.name.includes(SAMPLE);
  let name = inferenceHost.name;
  if (hostPerSlug) {
    const labels = name.split(".");
    const behind = labels.slice(1);
    if (!labels[0]!.includes(SAMPLE) || behind.length < 2) {
      throw new ConfigError(
        `The inference URL ${inference} must have ${PLACE} in the first label of a host such as {slug}.example.org`,
      );
    }
    name = `*.${behind.join(".")}`;
  }
  const net = [...new Set([`${name}:${inferenceHost.port}`, `${managementHost.name}:${managementHost.port}`])];
  return { inferenceUrl: inference, managementUrl: management, net, hostPerSlug };
}

/** The validator's own endpoint and the network right that it needs. @throws {ConfigError} for an address that cannot be used. */
export function ownTarget({ url, apiKey }: { url: string; apiKey: string }): { url: string; net: readonly string[] } {
  const plain = url.replace(/\/+$/, "");
  if (plain.includes(PLACE)) {
    throw new ConfigError(`The address ${plain} of AF_HOSTED_URL is one endpoint of your own and cannot hold ${PLACE}`);
  }
  const { name, port } = hostOf(plain, "address of AF_HOSTED_URL", apiKey);
  return { url: plain, net: [`${name}:${port}`] };
}

function hostOf(text: string, what: string, apiKey: string): { name: string; port: string } {
  const shown = text.replace(SAMPLE, PLACE);
  if (!URL.canParse(text)) throw new ConfigError(`The ${what} ${shown} is no URL`);
  const url = new URL(text);
  if (url.protocol !== "https:" && url.protocol !== "http:") {
    throw new ConfigError(`The ${what} ${shown} must begin with https:// or http://`);
  }
  if (url.username || url.password || url.search || url.hash) {
    throw new ConfigError(`The ${what} must be a plain address without a user, a query or a fragment`);
  }
  const loopback = ["127.0.0.1", "localhost", "[::1]"].includes(url.hostname);
  if (url.protocol === "http:" && !loopback && apiKey !== "") {
    throw new ConfigError(
      `The ${what} ${shown} would send the API key unencrypted: use https, or http on 127.0.0.1 only`,
    );
  }
  return { name: url.hostname, port: url.port || (url.protocol === "https:" ? "443" : "80") };
}
