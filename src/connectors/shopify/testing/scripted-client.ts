/** A client of a shop that answers what a test says, a clock that only sleeping moves, and a record of everything that was sent. */
import type { CallContext, Exchange } from "../../../core/ports/call.ts";
import type { Clock } from "../../../core/ports/clock.ts";
import { TransportError, type HttpRequest, type HttpResponse, type Transport } from "../../../core/ports/transport.ts";
import { API_VERSION } from "../api-version.ts";
import { createShopifyClient, type ShopifyClient, type ShopifyClientOptions } from "../client.ts";

export const START_MS = Date.parse("2026-11-21T08:18:32Z");
export const SHOP_URL = "https://example.myshopify.com";
export const TOKEN = "shpat_0123456789abcdef";
export const CLIENT_ID = "client-0123456789";
export const CLIENT_SECRET = "shpss_fedcba9876543210";

export type Reply = HttpResponse | TransportError;
/** In order, or made from the request. */
export type Script = readonly Reply[] | ((request: HttpRequest) => Reply);

export interface ScriptedClient {
  readonly client: ShopifyClient;
  readonly call: CallContext;
  readonly sent: HttpRequest[];
  readonly exchanges: Exchange[];
  /** `guard`, `send <name of the operation or path>`, `sleep <ms>`, in order. */
  readonly steps: string[];
  readonly clock: Clock;
  readonly transport: Transport;
  nowMs(): number;
}

export interface ScriptedOptions extends Partial<ShopifyClientOptions> {
  /** From the start; 60 s unless told. */
  readonly deadlineMs?: number;
  readonly beforeWrite?: () => Promise<void>;
}

export function scriptedClient(
  script: Script,
  { deadlineMs, beforeWrite, ...given }: ScriptedOptions = {},
): ScriptedClient {
  const sent: HttpRequest[] = [];
  const exchanges: Exchange[] = [];
  const steps: string[] = [];
  const left = typeof script === "function" ? [] : [...script];
  let nowMs = START_MS;
  const transport: Transport = async (request) => {
    sent.push(request);
    steps.push(`send ${nameOf(request)}`);
    const reply = typeof script === "function" ? script(request) : left.shift();
    if (reply === undefined) throw new Error("more requests than replies");
    if (reply instanceof TransportError) throw reply;
    return reply;
  };
  const clock: Clock = {
    nowMs: () => nowMs,
    sleep: async (ms) => {
      steps.push(`sleep ${ms}`);
      nowMs += ms;
    },
  };
  const client = createShopifyClient({
    connection: "shop-eu",
    url: SHOP_URL,
    credentials: { kind: "token", accessToken: TOKEN },
    allowHttp: false,
    environment: "production",
    transport,
    clock,
    ...given,
  });
  const call: CallContext = {
    deadlineMs: () => START_MS + (deadlineMs ?? 60_000),
    beforeWrite: async () => {
      steps.push("guard");
      await beforeWrite?.();
    },
    record: (exchange) => exchanges.push(exchange),
  };
  return { client, call, sent, exchanges, steps, clock, transport, nowMs: () => nowMs };
}

function nameOf({ url, body }: HttpRequest): string {
  const { pathname } = new URL(url);
  if (!pathname.endsWith("/graphql.json")) return pathname;
  const { operationName } = JSON.parse(body ?? "{}") as { operationName?: string };
  return operationName ?? pathname;
}

export function json(body: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): HttpResponse {
  return {
    status,
    headers: { "content-type": "application/json; charset=utf-8", "x-shopify-api-version": API_VERSION, ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  };
}

export function page(body: string, status: number): HttpResponse {
  return { status, headers: { "content-type": "text/html" }, body };
}

export interface Points {
  readonly requested?: number;
  readonly actual?: number | null;
  readonly available?: number;
  readonly maximum?: number;
  readonly restore?: number;
}

/** `extensions.cost` as Shopify tells it. */
export function cost({ requested = 10, actual = 10, available = 1_990, maximum = 2_000, restore = 100 }: Points = {}): {
  readonly cost: unknown;
} {
  const throttleStatus = { maximumAvailable: maximum, currentlyAvailable: available, restoreRate: restore };
  return { cost: { requestedQueryCost: requested, actualQueryCost: actual, throttleStatus } };
}

export function data(value: unknown, points: Points = {}): HttpResponse {
  return json({ data: value, extensions: cost(points) });
}

export function throttledAnswer(points: Points): HttpResponse {
  const errors = [{ message: "Throttled", extensions: { code: "THROTTLED" } }];
  return json({ errors, extensions: cost({ ...points, actual: null }) });
}

export function errorAnswer(code: string, message: string, more: Readonly<Record<string, unknown>> = {}): HttpResponse {
  return json({ data: null, errors: [{ message, extensions: { code }, ...more }] });
}
