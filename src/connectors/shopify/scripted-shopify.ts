/** For the tests of this folder: a shop that answers each operation from a script, and keeps what it was asked. */
import type { CallContext, Exchange } from "../../core/ports/call.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { HttpRequest, HttpResponse, Transport } from "../../core/ports/transport.ts";
import { createShopifyClient, type ShopifyClient } from "./client.ts";

export interface ScriptedRequest {
  /** The operation's name; `file` for the file of a bulk operation. */
  readonly name: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly http: HttpRequest;
}

/** Answers an operation's data, or a whole response. */
export type ShopScript = (asked: ScriptedRequest, place: number) => unknown;

/** A script answers with this for anything but data. */
export class WholeResponse {
  readonly response: HttpResponse;
  constructor(status: number, body: string, headers: Readonly<Record<string, string>> = {}) {
    this.response = { status, body, headers };
  }
}

export function errorResponse(code: string, message = code): WholeResponse {
  return new WholeResponse(200, JSON.stringify({ errors: [{ message, extensions: { code } }] }));
}

export interface ScriptedShop {
  readonly client: ShopifyClient;
  readonly clock: Clock;
  readonly transport: Transport;
  readonly call: CallContext;
  readonly requests: ScriptedRequest[];
  readonly exchanges: Exchange[];
  /** Names of the operations so far. */
  readonly names: () => string[];
}

export const SHOP_URL = "https://example.myshopify.com";
export const STARTED_MS = Date.parse("2026-11-21T08:00:00Z");
const DEADLINE_MS = 120_000;

/** Its clock stands still but for sleeps, which pass at once. */
export function scriptedShopify(script: ShopScript): ScriptedShop {
  let nowMs = STARTED_MS;
  const clock: Clock = {
    nowMs: () => nowMs,
    sleep: (ms) => {
      nowMs += ms;
      return Promise.resolve();
    },
  };
  const requests: ScriptedRequest[] = [];
  const transport: Transport = (http) => {
    const asked = askedOf(http);
    const answer = script(asked, requests.push(asked) - 1);
    if (answer instanceof WholeResponse) return Promise.resolve(answer.response);
    if (answer instanceof Error) return Promise.reject(answer);
    return Promise.resolve({ status: 200, headers: {}, body: JSON.stringify({ data: answer }) });
  };
  const exchanges: Exchange[] = [];
  const client = createShopifyClient({
    connection: "shop-us",
    url: SHOP_URL,
    credentials: { kind: "token", accessToken: "an-access-token-of-the-tests" },
    allowHttp: false,
    environment: "staging",
    clock,
    transport,
  });
  const call: CallContext = {
    deadlineMs: () => nowMs + DEADLINE_MS,
    beforeWrite: () => Promise.resolve(),
    record: (exchange) => exchanges.push(exchange),
  };
  return { client, clock, transport, call, requests, exchanges, names: () => requests.map(({ name }) => name) };
}

function askedOf(http: HttpRequest): ScriptedRequest {
  if (http.method === "GET") return { name: "file", variables: {}, http };
  const { operationName, variables } = JSON.parse(http.body ?? "{}") as {
    operationName: string;
    variables: Record<string, unknown>;
  };
  return { name: operationName, variables, http };
}

export interface SampleLevel {
  readonly location: number;
  readonly available: number;
  readonly version?: string;
}

/** A variant as the API tells it; ids by number, its item is 1,000 more. */
export function variantNode(
  id: number,
  change: {
    sku?: string;
    levels?: readonly SampleLevel[];
    more?: string | null;
    tracked?: boolean;
    title?: string;
  } = {},
): Record<string, unknown> {
  const { sku = `SKU-${id}`, levels = [{ location: 1, available: 5 }], more = null } = change;
  return {
    id: `gid://shopify/ProductVariant/${id}`,
    title: change.title ?? "Red / M",
    sku,
    barcode: null,
    inventoryPolicy: "DENY",
    updatedAt: "2026-11-20T10:00:00Z",
    product: { id: "gid://shopify/Product/7", title: "Shirt", status: "ACTIVE" },
    inventoryItem: {
      id: `gid://shopify/InventoryItem/${id + 1_000}`,
      tracked: change.tracked ?? true,
      inventoryLevels: {
        nodes: levels.map((level) => levelNode(id + 1_000, level)),
        pageInfo: { hasNextPage: more !== null, endCursor: more },
      },
    },
  };
}

export function levelNode(item: number, { location, available, version }: SampleLevel): Record<string, unknown> {
  return {
    id: `gid://shopify/InventoryLevel/${item}${location}?inventory_item_id=${item}`,
    updatedAt: version ?? "2026-11-20T10:00:00Z",
    location: { id: `gid://shopify/Location/${location}`, name: `Location ${location}` },
    quantities: [{ name: "available", quantity: available }],
  };
}
