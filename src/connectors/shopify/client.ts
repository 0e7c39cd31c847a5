/**
 * Speaks Shopify's Admin GraphQL API: paces itself by the cost that the shop reports, waits out throttling within the caller's
 * deadline, records without secrets, and answers with the operation's result or a failure. A mutation that was throttled was
 * not executed, so it is sent again with the same variables (and so the same idempotency key).
 */
import type { Failure } from "../../core/failures.ts";
import { LeaseLostError, type CallContext } from "../../core/ports/call.ts";
import type { Clock } from "../../core/ports/clock.ts";
import { TransportError, type HttpResponse, type Transport } from "../../core/ports/transport.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { API_VERSION, createVersionWatch } from "./api-version.ts";
import { createAccess, secretsOf, type Access, type Send, type ShopifyCredentials } from "./auth.ts";
import { readAnswer, throttled, unanswered, type Answer, type Asked } from "./errors.ts";
import {
  ANSWER_TIME_MS,
  READ_TIMEOUT_MS,
  RECORDED_DEPTH_MAX,
  RECORDED_ITEMS_MAX,
  THROTTLE_WAIT_MS_MAX,
  THROTTLE_WAIT_MS_MIN,
  THROTTLED_ANSWERS_MAX,
  WRITE_TIMEOUT_MS,
} from "./limits.ts";
import type { Operation } from "./operation.ts";
import { createPacer, shapeOf, type Pacer } from "./pace.ts";

export interface ShopifyClientOptions {
  /** The connection's id in the configuration. */
  readonly connection: string;
  /** The shop's own address, `https://example.myshopify.com`. */
  readonly url: string;
  readonly credentials: ShopifyCredentials;
  /** Plain http is refused unless this is true and the environment is not production. */
  readonly allowHttp: boolean;
  readonly environment: string;
  readonly clock: Clock;
  readonly transport: Transport;
}

export interface ShopifyClient {
  readonly connection: string;
  readonly isHttps: boolean;
  /**
   * Answers with the operation's data, complete: an answer with top-level errors is a failure. `userErrors` inside the data are
   * the caller's: see `refusal` of errors.ts. A query that the shop finds too expensive fails so that `costExceeded(failure)`
   * of errors.ts is true: ask for a smaller page. Throws LeaseLostError when no time is left to ask.
   */
  request<R, V>(operation: Operation<R, V>, variables: V, call: CallContext): Promise<Result<R>>;
  /** The version that the shop last answered with; null before the first answer. */
  servedVersion(): string | null;
}

interface Parts {
  readonly options: ShopifyClientOptions;
  readonly address: string;
  readonly access: Access;
  readonly pacer: Pacer;
  readonly send: Send;
  readonly noteVersion: (served: string | undefined, call: CallContext) => void;
}

/** Throws an Error for an address or credentials that can never work: that is the configuration's fault, said at start. */
export function createShopifyClient(options: ShopifyClientOptions): ShopifyClient {
  const { connection, credentials, clock } = options;
  const origin = originOf(options);
  const secrets = secretsOf(credentials);
  const send = createSend(options, secrets);
  const versions = createVersionWatch();
  const parts: Parts = {
    options,
    address: `${origin}/admin/api/${API_VERSION}/graphql.json`,
    access: createAccess({ connection, origin, credentials, clock, send }),
    pacer: createPacer(clock),
    send,
    noteVersion: (served, call) => {
      if (!versions.isNews(served)) return;
      const request = { apiVersion: API_VERSION };
      call.record({
        connection,
        call: "API version",
        write: false,
        request,
        response: { apiVersion: served },
        status: "different",
        durationMs: 0,
      });
    },
  };
  return {
    connection,
    isHttps: origin.startsWith("https:"),
    request: async <R, V>(operation: Operation<R, V>, variables: V, call: CallContext) => {
      const asked: Asked = {
        connection,
        what: `${operation.kind} ${operation.name}`,
        write: operation.kind === "mutation",
      };
      const result = await requestPaced(parts, operation, variables, asked, call);
      // The schema's word for the shape: every operation is validated against it, and its type generated from it.
      return result as Result<R>;
    },
    servedVersion: () => versions.served(),
  };
}

function originOf({ connection, url, allowHttp, environment }: ShopifyClientOptions): string {
  const parsed = URL.parse(url);
  if (parsed === null || (parsed.protocol !== "https:" && parsed.protocol !== "http:"))
    throw new Error(`${connection}: url must be the shop's address, like https://example.myshopify.com`);
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
  return parsed.origin;
}

/** Sends when there is room, and again while the shop throttles and time is left. */
async function requestPaced(
  parts: Parts,
  operation: Operation<unknown, never>,
  variables: unknown,
  asked: Asked,
  call: CallContext,
): Promise<Result<unknown>> {
  const { pacer, options } = parts;
  const shape = shapeOf(operation.name, variables);
  const body = JSON.stringify({ query: operation.text, operationName: operation.name, variables: variables ?? {} });
  let waitMs = 0;
  let isTokenRenewed = false;
  for (let answers = 1; answers <= THROTTLED_ANSWERS_MAX; answers += 1) {
    const entry = await pacer.enter(shape, call.deadlineMs() - ANSWER_TIME_MS);
    if (entry.kind === "late") return fail(throttledFailure(parts, entry.waitMs));
    let answer: Sent;
    try {
      answer = await sendOnce(parts, body, variables, asked, call);
    } catch (error) {
      pacer.settle(entry.ticket, shape, null);
      throw error;
    }
    pacer.settle(entry.ticket, shape, answer.cost);
    const { result, token, retryAfterMs } = answer;
    if (result !== "throttled") {
      const refusedToken = !result.ok && result.failure.code === "AUTH_FAILED" ? token : null;
      if (refusedToken === null || isTokenRenewed || !parts.access.refused(refusedToken)) return result;
      isTokenRenewed = true;
      continue;
    }
    waitMs = Math.min(Math.max(retryAfterMs ?? 0, THROTTLE_WAIT_MS_MIN * answers), THROTTLE_WAIT_MS_MAX);
    pacer.holdUntil(options.clock.nowMs() + waitMs);
  }
  return fail(throttledFailure(parts, waitMs));
}

function throttledFailure({ options, pacer }: Parts, waitMs: number): Failure {
  return throttled(options.connection, pacer.describe(), Math.min(waitMs, THROTTLE_WAIT_MS_MAX));
}

interface Sent extends Answer {
  /** What it was sent with; null: it was not sent for want of one. */
  readonly token: string | null;
}

async function sendOnce(
  parts: Parts,
  body: string,
  variables: unknown,
  asked: Asked,
  call: CallContext,
): Promise<Sent> {
  const { options, address, access, send, noteVersion } = parts;
  const token = await access.token(call);
  if (!token.ok) return { result: token, cost: null, retryAfterMs: null, token: null };
  if (asked.write) await call.beforeWrite();
  const startedMs = options.clock.nowMs();
  const headers = {
    accept: "application/json",
    "content-type": "application/json",
    "x-shopify-access-token": token.value,
  };
  const limitMs = asked.write ? WRITE_TIMEOUT_MS : READ_TIMEOUT_MS;
  const reply = await send({ method: "POST", url: address, headers, body }, asked, limitMs, call);
  const answer: Answer = reply.ok ? readAnswer(reply.value, asked) : { result: reply, cost: null, retryAfterMs: null };
  call.record({
    connection: options.connection,
    call: asked.what,
    write: asked.write,
    request: variables ?? {},
    response: recordedResponse(answer),
    status: reply.ok ? reply.value.status : (reply.failure.params["reason"] ?? reply.failure.code),
    durationMs: options.clock.nowMs() - startedMs,
  });
  if (reply.ok) noteVersion(reply.value.headers["x-shopify-api-version"], call);
  return { ...answer, token: token.value };
}

/** The whole exchange within the deadline; secrets that an answer repeats are taken out before anybody sees it. */
function createSend({ transport, clock }: ShopifyClientOptions, secrets: readonly string[]): Send {
  return async (request, asked, timeoutMsMax, call) => {
    // A request must have ended before the lease does; one that cannot is not begun.
    const leftMs = call.deadlineMs() - clock.nowMs();
    if (leftMs <= 0) throw new LeaseLostError(`no time is left for ${asked.what}`);
    const hidden = [...secrets, request.headers["x-shopify-access-token"] ?? ""].filter((secret) => secret !== "");
    let response: HttpResponse;
    try {
      response = await transport({ ...request, timeoutMs: Math.min(timeoutMsMax, leftMs) });
    } catch (error) {
      if (!(error instanceof TransportError)) throw error;
      const read = { ...asked, write: asked.write && error.fault === "unknown" };
      return fail(unanswered(read, error.reason));
    }
    const body = hidden.reduce((text, secret) => text.replaceAll(secret, "(secret)"), response.body);
    return ok({ ...response, body });
  };
}

function recordedResponse({ result, cost }: Answer): unknown {
  if (result === "throttled") return { throttled: true, cost };
  if (!result.ok) return result.failure.params;
  return summary(result.value, RECORDED_DEPTH_MAX);
}

/** The address of a bulk operation's file carries the signature that opens it. */
const QUERY_OF_ADDRESS = /^(https?:\/\/[^\s?#]+)\?.*$/s;

/** A list is recorded by its ids: a page of a catalog says nothing more, and a hundred of them would fill the store. */
function summary(value: unknown, depth: number): unknown {
  if (typeof value === "string") return value.replace(QUERY_OF_ADDRESS, "$1?(not recorded)");
  if (typeof value !== "object" || value === null) return value;
  if (depth === 0) return "(not recorded)";
  if (Array.isArray(value)) {
    if (value.length > RECORDED_ITEMS_MAX) return { items: value.length, ids: value.map(idOf) };
    return value.map((item) => summary(item, depth - 1));
  }
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, summary(item, depth - 1)]));
}

function idOf(item: unknown): unknown {
  return typeof item === "object" && item !== null && "id" in item ? item.id : null;
}
