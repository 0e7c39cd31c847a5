/**
 * Signs requests for shops without https: WooCommerce accepts no key over plain http, only OAuth 1.0a with one leg.
 * Time and nonce are passed in; the signature covers the method, the address and every query parameter, not the body.
 */
import { createHmac } from "node:crypto";
import OAuth from "oauth-1.0a";

export interface OAuthSigner {
  /** The address with the signature's parameters added. */
  sign(method: string, url: string): string;
}

export interface OAuthOptions {
  readonly key: string;
  readonly secret: string;
  readonly nowMs: () => number;
  /** Never the same twice within 15 minutes, over all processes that use the key. */
  readonly nonce: () => string;
}

export function createOAuthSigner({ key, secret, nowMs, nonce }: OAuthOptions): OAuthSigner {
  const oauth = new OAuth({
    consumer: { key, secret },
    signature_method: "HMAC-SHA256",
    hash_function: (base, signingKey) => createHmac("sha256", signingKey).update(base).digest("base64"),
  });
  return {
    sign(method, url) {
      const parameters = {
        oauth_consumer_key: key,
        oauth_nonce: nonce(),
        oauth_signature_method: "HMAC-SHA256",
        oauth_timestamp: Math.floor(nowMs() / 1000),
        oauth_version: "1.0",
      };
      // The library adds the query's parameters to the object that it is given: it gets a copy.
      const signature = oauth.getSignature({ method, url, data: {} }, undefined, { ...parameters });
      const added = Object.entries({ ...parameters, oauth_signature: signature });
      const query = added.map(([name, value]) => `${name}=${oauth.percentEncode(String(value))}`).join("&");
      return `${url}${url.includes("?") ? "&" : "?"}${query}`;
    },
  };
}
