/** For the tests of what stands on the client: a shop that answers each operation from a script, and keeps what it was asked. */
import { TransportError, type HttpRequest, type HttpResponse } from "../../../core/ports/transport.ts";
import { data, errorAnswer, json, scriptedClient, type ScriptedClient } from "./scripted-client.ts";

export interface ScriptedRequest {
  /** The operation's name; `file` for the file of a bulk operation. */
  readonly name: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly http: HttpRequest;
}

/** Answers an operation's data, or a whole response, or that there is none. */
export type ShopScript = (asked: ScriptedRequest, place: number) => unknown;

/** A script answers with this for anything but data. */
export class WholeResponse {
  readonly response: HttpResponse;
  constructor(status: number, body: string, headers: Readonly<Record<string, string>> = {}) {
    this.response = json(body, status, headers);
  }
}

export function errorResponse(code: string, message = code): WholeResponse {
  const { status, body } = errorAnswer(code, message);
  return new WholeResponse(status, body);
}

export interface ScriptedShop extends Pick<ScriptedClient, "client" | "clock" | "transport" | "call" | "exchanges"> {
  readonly requests: ScriptedRequest[];
  /** Names of the operations so far. */
  readonly names: () => string[];
}

const DEADLINE_MS = 120_000;

/** Its clock stands still but for sleeps, which pass at once; there is always time left. */
export function scriptedShopify(script: ShopScript): ScriptedShop {
  const requests: ScriptedRequest[] = [];
  const answer = (http: HttpRequest): HttpResponse | TransportError => {
    const asked = askedOf(http);
    const given = script(asked, requests.push(asked) - 1);
    if (given instanceof WholeResponse) return given.response;
    return given instanceof TransportError ? given : data(given);
  };
  const given = scriptedClient(answer, { connection: "shop-us", environment: "staging" });
  const { client, clock, transport, exchanges } = given;
  const call = { ...given.call, deadlineMs: () => clock.nowMs() + DEADLINE_MS };
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
