/**
 * Who may ask: Basic over https, OAuth 1.0a over plain http, nothing else. The codes and words are a real shop's,
 * which answers an unknown key and no key at all alike.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import type { Clock } from "../../src/core/ports/clock.ts";
import { Refusal } from "./api.ts";

export interface ApiKey {
  readonly key: string;
  readonly secret: string;
  readonly permissions: "read" | "write" | "read_write";
}

export interface AuthRequest {
  readonly method: string;
  readonly isHttps: boolean;
  /** The address as the shop knows itself, without the query. */
  readonly address: string;
  readonly query: ReadonlyMap<string, string>;
  readonly authorization: string | undefined;
}

const OLD_MS = 15 * 60_000;
const REQUIRED = ["oauth_consumer_key", "oauth_timestamp", "oauth_nonce", "oauth_signature", "oauth_signature_method"];

export class Authenticator {
  private readonly keys: ReadonlyMap<string, ApiKey>;
  private readonly clock: Clock;
  /** Nonces seen within the time that a request may be old, by key. */
  private readonly nonces = new Map<string, number>();

  constructor(keys: readonly ApiKey[], clock: Clock) {
    this.keys = new Map(keys.map((key) => [key.key, key]));
    this.clock = clock;
  }

  /** Throws the refusal; returning means that the key may do this. */
  check(request: AuthRequest): void {
    const key = request.isHttps ? this.basic(request) : this.oauth(request);
    const reads = request.method === "GET";
    if (reads && key.permissions === "write") throw denied("The API key provided does not have read permissions.");
    if (!reads && key.permissions === "read") throw denied("The API key provided does not have write permissions.");
  }

  private basic({ authorization }: AuthRequest): ApiKey {
    const encoded = /^Basic\s+(\S+)$/i.exec(authorization ?? "")?.[1];
    const [name = "", ...rest] = Buffer.from(encoded ?? "", "base64")
      .toString("utf8")
      .split(":");
    const key = this.keys.get(name);
    if (key === undefined) throw unknown();
    if (!same(key.secret, rest.join(":"))) throw denied("Consumer secret is invalid.");
    return key;
  }

  private oauth({ query, method, address }: AuthRequest): ApiKey {
    const given = REQUIRED.filter((name) => query.has(name));
    if (given.length === 0) throw unknown();
    const missing = REQUIRED.find((name) => !query.has(name));
    if (missing !== undefined) throw denied(`Missing OAuth parameter ${missing}`);
    const key = this.keys.get(query.get("oauth_consumer_key") ?? "");
    if (key === undefined) throw denied("Consumer key is invalid.");
    const algorithm = { "HMAC-SHA256": "sha256", "HMAC-SHA1": "sha1" }[query.get("oauth_signature_method") ?? ""];
    if (algorithm === undefined) throw denied("Invalid signature - signature method is invalid.");
    const base = [method, address, parameterText(query)].map(encode).join("&");
    const expected = createHmac(algorithm, `${encode(key.secret)}&`)
      .update(base)
      .digest("base64");
    if (!same(expected, query.get("oauth_signature") ?? ""))
      throw denied("Invalid signature - provided signature does not match.");
    this.once(key, query);
    return key;
  }

  private once({ key }: ApiKey, query: ReadonlyMap<string, string>): void {
    const nowMs = this.clock.nowMs();
    const timestampMs = Number(query.get("oauth_timestamp")) * 1000;
    if (!(Math.abs(nowMs - timestampMs) <= OLD_MS)) throw denied("Invalid timestamp.");
    for (const [nonce, seenMs] of this.nonces) if (nowMs - seenMs > OLD_MS) this.nonces.delete(nonce);
    const nonce = `${key} ${query.get("oauth_nonce") ?? ""}`;
    if (this.nonces.has(nonce)) throw denied("Invalid nonce - nonce has already been used.");
    this.nonces.set(nonce, nowMs);
  }
}

/** RFC 5849, 3.4.1.3.2: encoded, then sorted by name. */
function parameterText(query: ReadonlyMap<string, string>): string {
  const signed = [...query].filter(([name]) => name !== "oauth_signature");
  const pairs = signed.map(([name, value]) => [encode(name), encode(value)] as const);
  const sorted = pairs.toSorted(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map((pair) => pair.join("=")).join("&");
}

function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

function same(expected: string, given: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(given)];
  return a.byteLength === b.byteLength && timingSafeEqual(a, b);
}

function unknown(): Refusal {
  return new Refusal(401, "woocommerce_rest_cannot_view", "Sorry, you cannot list resources.");
}

function denied(message: string): Refusal {
  return new Refusal(401, "woocommerce_rest_authentication_error", message);
}
