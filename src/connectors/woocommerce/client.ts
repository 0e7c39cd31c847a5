/**
 * Speaks the WooCommerce REST API v3: signs, sends within the caller's deadline, records without secrets, and answers
 * with a value or a failure. https uses Basic; plain http is OAuth 1.0a and must have been allowed.
 */
import { randomBytes } from "node:crypto";
import { LeaseLostError, type CallContext } from "../../core/ports/call.ts";
import type { Clock } from "../../core/ports/clock.ts";
import { TransportError, type HttpRequest, type HttpResponse, type Transport } from "../../core/ports/transport.ts";
import { failure } from "../../core/failures.ts";
import { fail, type Result } from "../../core/result.ts";
import { readAnswer, unanswered, type Answer, type Asked } from "./answer.ts";
import { READ_TIMEOUT_MS, RECORDED_ITEMS_MAX, WRITE_TIMEOUT_MS } from "./limits.ts";
import { createOAuthSigner } from "./oauth.ts";

export interface WooCommerceOptions {
  /** The connection's id in the configuration. */
  readonly connection: string;
  /** The shop's address, with the folder WordPress lives in when it has one. */
  readonly url: string;
  readonly key: string;
  readonly secret: string;
  readonly webhookSecret: string;
  /** Plain http is refused unless this is true and the environment is not production. */
  readonly allowHttp: boolean;
  readonly environment: string;
  readonly transport: Transport;
  readonly clock: Clock;
  /** For OAuth; a simulation passes its own. */
  readonly nonce?: () => string;
}

export type Query = Readonly<Record<string, string | number | undefined>>;

export interface WooClient {
  readonly connection: string;
  readonly isHttps: boolean;
  get(path: string, query: Query, call: CallContext): Promise<Result<Answer>>;
  write(method: "POST" | "PUT" | "DELETE", path: string, body: unknown, call: CallContext): Promise<Result<Answer>>;
}

/** Throws an Error for an address that can never work: that is the configuration's fault, said before anything runs. */
export function createWooClient(options: WooCommerceOptions): WooClient {
  const base = baseAddress(options);
  const isHttps = base.startsWith("https:");
  const nonce = options.nonce ?? (() => randomBytes(16).toString("hex"));
  const signer = isHttps
    ? null
    : createOAuthSigner({ key: options.key, secret: options.secret, nowMs: () => options.clock.nowMs(), nonce });
  const basic = `Basic ${Buffer.from(`${options.key}:${options.secret}`, "utf8").toString("base64")}`;
  const state = { keyKnown: false };

  const send = async (
    method: HttpRequest["method"],
    path: string,
    query: Query,
    body: unknown,
    call: CallContext,
  ): Promise<Result<Answer>> => {
    const write = method !== "GET";
    const asked: Asked = { connection: options.connection, what: `${method} ${path}`, write, keyKnown: state.keyKnown };
    if (write) await call.beforeWrite();
    const address = `${base}${path}${queryText(query)}`;
    const startedMs = options.clock.nowMs();
    const request: HttpRequest = {
      method,
      url: signer === null ? address : signer.sign(method, address),
      headers: {
        accept: "application/json",
        ...(signer === null ? { authorization: basic } : {}),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      timeoutMs: timeLeft(call, startedMs, write ? WRITE_TIMEOUT_MS : READ_TIMEOUT_MS, asked.what),
    };
    const outcome = await exchange(options.transport, request, asked);
    if (outcome.answer.ok && !write) state.keyKnown = true;
    call.record({
      connection: options.connection,
      call: asked.what,
      write,
      request: recordedRequest(query, body),
      response: recordedResponse(outcome.answer),
      status: outcome.status,
      durationMs: options.clock.nowMs() - startedMs,
    });
    return outcome.answer;
  };

  return {
    connection: options.connection,
    isHttps,
    get: (path, query, call) => send("GET", path, query, undefined, call),
    write: (method, path, body, call) => send(method, path, {}, body, call),
  };
}

function baseAddress({ connection, url, allowHttp, environment, webhookSecret }: WooCommerceOptions): string {
  // With an empty secret anybody could sign.
  if (webhookSecret === "") throw new Error(`${connection}: the webhook secret must not be empty`);
  const parsed = URL.parse(url);
  if (parsed === null || (parsed.protocol !== "https:" && parsed.protocol !== "http:")) {
    throw new Error(`${connection}: url must be the shop's address, beginning with https://`);
  }
  if (parsed.username !== "" || parsed.password !== "")
    throw new Error(`${connection}: url must not contain a user or password`);
  if (parsed.protocol === "http:") {
    if (environment === "production")
      throw new Error(`${connection}: plain http is never used in production; give the shop's https address`);
    if (!allowHttp)
      throw new Error(
        `${connection}: plain http is refused; give the shop's https address, or set allow_http: true for a test shop`,
      );
  }
  return `${parsed.origin}${parsed.pathname.replace(/\/+$/, "")}/wp-json/wc/v3`;
}

/** Encoded by RFC 3986, as signatures need it: a space is %20, never a plus. */
function queryText(query: Query): string {
  const parts = Object.entries(query).filter(([, value]) => value !== undefined);
  if (parts.length === 0) return "";
  return `?${parts.map(([name, value]) => `${name}=${encodeRfc3986(String(value))}`).join("&")}`;
}

export function encodeRfc3986(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** A request must have ended before the lease does; one that cannot is not begun. */
function timeLeft(call: CallContext, nowMs: number, limitMs: number, what: string): number {
  const leftMs = call.deadlineMs() - nowMs;
  if (leftMs <= 0) throw new LeaseLostError(`no time is left for ${what}`);
  return Math.min(limitMs, leftMs);
}

interface Outcome {
  readonly answer: Result<Answer>;
  readonly status: number | string;
}

async function exchange(transport: Transport, request: HttpRequest, asked: Asked): Promise<Outcome> {
  let response: HttpResponse;
  try {
    response = await transport(request);
  } catch (error) {
    if (!(error instanceof TransportError)) throw error;
    const { connection } = asked;
    const notSent = failure("CONNECTION_DOWN", { connection, reason: error.reason }, { connection });
    return {
      answer: fail(error.fault === "not-sent" ? notSent : unanswered(asked, error.reason)),
      status: error.reason,
    };
  }
  return { answer: readAnswer(response, asked), status: response.status };
}

/** Signatures and keys are in headers and in what the signer adds, neither of which comes here; a webhook's secret does. */
function recordedRequest(query: Query, body: unknown): unknown {
  if (body === undefined) return query;
  if (typeof body !== "object" || body === null || !("secret" in body)) return body;
  return { ...body, secret: "(secret)" };
}

/** A list is recorded by its ids: a page of a catalog says nothing more, and a hundred of them would fill the store. */
function recordedResponse(answer: Result<Answer>): unknown {
  if (!answer.ok) return answer.failure.params;
  return summary(answer.value.body);
}

function summary(body: unknown): unknown {
  if (Array.isArray(body))
    return body.length <= RECORDED_ITEMS_MAX ? body : { items: body.length, ids: body.map(idOf) };
  if (typeof body !== "object" || body === null) return body;
  const { update, create } = body as { update?: unknown; create?: unknown };
  if (!Array.isArray(update) && !Array.isArray(create)) return body;
  return Object.fromEntries(
    Object.entries(body).map(([name, items]) => [name, Array.isArray(items) ? items.map(briefOf) : items]),
  );
}

function idOf(item: unknown): unknown {
  return typeof item === "object" && item !== null && "id" in item ? item.id : null;
}

/** Of a batch: each item's id, and its error or new quantity. */
function briefOf(item: unknown): unknown {
  if (typeof item !== "object" || item === null) return item;
  const { id, error, stock_quantity } = item as Record<string, unknown>;
  return { id, ...(error === undefined ? {} : { error }), ...(stock_quantity === undefined ? {} : { stock_quantity }) };
}
