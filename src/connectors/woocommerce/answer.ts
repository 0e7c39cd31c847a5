/**
 * Tells one HTTP answer of a shop from another: an API answer, a semantic "no such thing", a refusal, a throttle, a
 * shop that is down, a write whose outcome is unknown, or something that is not an API answer at all.
 */
import { z } from "zod";
import { failure, type Failure } from "../../core/failures.ts";
import type { HttpResponse } from "../../core/ports/transport.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { EXCERPT_CHARS_MAX, MESSAGE_CHARS_MAX } from "./limits.ts";

export interface Asked {
  readonly connection: string;
  /** `GET /orders`, for sentences. */
  readonly what: string;
  readonly write: boolean;
  /** The same key has read something before, so it exists and its secret is right. */
  readonly keyKnown: boolean;
}

export interface Answer {
  readonly status: number;
  /** False: the shop says that there is no such thing (404 with one of its own codes). */
  readonly found: boolean;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

/** WooCommerce's and WordPress's way to say no; `data` is a bare number on some 500s. */
const errorSchema = z.object({ code: z.string(), message: z.string().catch("") });
export type ShopError = z.infer<typeof errorSchema>;

export function shopErrorOf(body: unknown): ShopError | null {
  const parsed = errorSchema.safeParse(body);
  return parsed.success ? { code: parsed.data.code, message: plainText(parsed.data.message) } : null;
}

export function readAnswer(response: HttpResponse, asked: Asked): Result<Answer> {
  const { status, headers } = response;
  const early = beforeBody(response, asked);
  if (early !== null) return fail(early);
  const parsed = parseBody(response);
  if (parsed.ok && status >= 200 && status < 300) return ok({ status, found: true, body: parsed.body, headers });
  const error = parsed.ok ? shopErrorOf(parsed.body) : null;
  if (status >= 500) return fail(serverFault(status, error, asked));
  if (!parsed.ok || error === null)
    return fail(broken(asked, parsed.ok ? `status ${status} without an error code` : parsed.what));
  if (status === 401 || status === 403) return fail(refusedKey(status, error, asked));
  if (status === 404 && error.code !== "rest_no_route") return ok({ status, found: false, body: parsed.body, headers });
  if (status === 404) return fail(broken(asked, `${error.code}: the WooCommerce API is not at this address`));
  return fail(rejected(status, error, asked));
}

/** Statuses that need no look at the body. */
function beforeBody({ status, headers }: HttpResponse, asked: Asked): Failure | null {
  const retryAfterMs = retryAfter(headers["retry-after"]);
  if (status === 429 || (status === 503 && retryAfterMs !== null)) {
    const extra = { connection: asked.connection, retryAfterMs: retryAfterMs ?? 0 };
    return failure(
      "CONNECTION_THROTTLED",
      { system: "WooCommerce", connection: asked.connection, status: String(status) },
      extra,
    );
  }
  if (status >= 300 && status < 400)
    return broken(asked, `status ${status}, a redirect to ${placeOf(headers["location"])}`);
  if (status === 408) return unanswered(asked, "status 408");
  return null;
}

function serverFault(status: number, error: ShopError | null, asked: Asked): Failure {
  // WooCommerce says some plain refusals with 500 and 501: too large a refund, a gateway that cannot, no trash for it.
  const isRefusal = error !== null && /^(woocommerce_rest_|rest_)/.test(error.code);
  if (isRefusal) return rejected(status, error, asked);
  return unanswered(asked, error === null ? `status ${status}` : `status ${status}, ${error.code}`);
}

/** The shop did not carry it through: a read failed, a write may have happened. */
export function unanswered({ connection, what, write }: Asked, reason: string): Failure {
  if (write) return failure("OUTCOME_UNKNOWN", { connection, what, reason }, { connection });
  return failure("CONNECTION_DOWN", { connection, reason: `${reason} on ${what}` }, { connection });
}

function rejected(status: number, error: ShopError, { connection, what }: Asked): Failure {
  const message = error.message === "" ? error.code : error.message;
  return failure("SHOP_REJECTED", { connection, what, message, status: `${status} ${error.code}` });
}

export function broken({ connection, what }: Pick<Asked, "connection" | "what">, found: string): Failure {
  return failure("CONNECTION_BROKEN_ANSWER", { connection, what: `${what}: ${found}` }, { connection });
}

const NO_RIGHT = /does not have (?:read|write) permissions/;

function refusedKey(status: number, error: ShopError, asked: Asked): Failure {
  const { connection, what } = asked;
  const message = error.message === "" ? error.code : error.message;
  // A key that reads but may not write gets the code of a wrong secret; in other languages only its past tells them apart.
  const readOnly =
    NO_RIGHT.test(message) || (asked.write && asked.keyKnown && error.code === "woocommerce_rest_authentication_error");
  if (readOnly || status === 403) return failure("ACCESS_DENIED", { connection, what, message });
  return failure("AUTH_FAILED", { connection, message: `${message} (${error.code} on ${what})` }, { connection });
}

type Parsed = { readonly ok: true; readonly body: unknown } | { readonly ok: false; readonly what: string };

function parseBody({ status, headers, body }: HttpResponse): Parsed {
  try {
    return { ok: true, body: JSON.parse(body) as unknown };
  } catch {
    return { ok: false, what: `status ${status}, ${describe(headers["content-type"] ?? "", body)}` };
  }
}

function describe(contentType: string, body: string): string {
  const start = body.trimStart();
  if (start === "") return "an empty body";
  const shown = `"${excerpt(start)}"`;
  const json = /[[{]/.exec(start);
  // PHP prints its notices before the JSON when a plugin or the server's settings show errors to visitors.
  if (/^(<br ?\/?>\s*)?(<b>)?(PHP )?(Notice|Warning|Deprecated|Fatal error|Parse error)\b/i.test(start))
    return `a PHP message instead of plain JSON: ${shown}`;
  if (start.startsWith("<")) return `a web page: ${shown}`;
  if (json !== null && json.index > 0) return `text before the JSON: ${shown}`;
  return `${contentType === "" ? "something" : contentType} that is not valid JSON (it may have been cut off): ${shown}`;
}

export function excerpt(text: string): string {
  const plain = plainText(text);
  return plain.length > EXCERPT_CHARS_MAX ? `${plain.slice(0, EXCERPT_CHARS_MAX)}…` : plain;
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#039;": "'",
  "&amp;": "&",
};

/** The shop's messages are meant for a page: tags out, entities read, one line, bounded. */
export function plainText(text: string): string {
  const bounded = text.slice(0, MESSAGE_CHARS_MAX * 4);
  const untagged = bounded
    .replaceAll(/<(?:script|style)\b[\s\S]*?(?:<\/(?:script|style)>|$)/gi, " ")
    .replaceAll(/<[^>]*>/g, " ");
  const read = untagged.replaceAll(/&(?:lt|gt|quot|#039|amp);/g, (entity) => ENTITIES[entity] ?? entity);
  return read.replaceAll(/\s+/g, " ").trim().slice(0, MESSAGE_CHARS_MAX);
}

/** Only where it leads: a query may carry a login token. */
function placeOf(location: string | undefined): string {
  if (location === undefined) return "nowhere";
  const url = URL.parse(location);
  return url === null ? excerpt(location.split("?")[0] ?? "") : `${url.origin}${url.pathname}`;
}

/** Seconds only: shops and their proxies send no dates here, and a date would need a clock that agrees. */
function retryAfter(value: string | undefined): number | null {
  if (value === undefined) return null;
  return /^\d{1,6}$/.test(value.trim()) ? Number(value) * 1000 : 0;
}
