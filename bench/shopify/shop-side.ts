/** A simulated Shopify with the invented catalog, and a ledger of what each operation costs and which levels it writes. */
import { API_VERSION } from "../../src/connectors/shopify/api-version.ts";
import type { Clock } from "../../src/core/ports/clock.ts";
import type { HttpRequest, HttpResponse } from "../../src/core/ports/transport.ts";
import { createRandom } from "../../sim/random.ts";
import type { Plan } from "../../sim/shopify/bucket.ts";
import { createSimulatedShopify, type SimulatedShopify } from "../../sim/shopify/shop.ts";
import { shopifySchema, type ShopifySchema } from "../../tools/shopify-schema.ts";
import { PLACES, type LevelCatalog } from "./level-catalog.ts";

export interface Spent {
  calls: number;
  points: number;
  throttled: number;
}

export interface Ledger {
  /** By the operation's name. */
  readonly operations: Map<string, Spent>;
  /** Times that each level was set, by item and location. */
  readonly written: Map<string, number>;
}

export interface ShopSide {
  readonly shop: SimulatedShopify;
  readonly url: string;
  /** The shop's ids of its locations, one for each place. */
  readonly locationIds: readonly string[];
  /** By variant. */
  readonly variantIds: readonly string[];
  readonly ledger: Ledger;
  readonly handle: (request: HttpRequest) => Promise<HttpResponse>;
  /** Levels that do not show the truth. */
  different(): number;
}

const URL_OF_SHOP = "https://bench.myshopify.com";
/** Not of GraphQL: the file of a bulk operation. */
const FILE = "the bulk file";

let schema: ShopifySchema | null = null;

/** Throws SchemaUnavailableError when Shopify's schema is not here and cannot be fetched. */
export function openShop(catalog: LevelCatalog, plan: Plan, clock: Clock): ShopSide {
  schema ??= shopifySchema(API_VERSION);
  const random = createRandom("shopify-sweep");
  const shop = createSimulatedShopify({ schema, clock, random, baseUrl: URL_OF_SHOP, plan });
  const locationIds = PLACES.map((place) => shop.createLocation(`Location ${place + 1}`));
  const variantIds = catalog.skus().map((sku, variant) => {
    const stock: Record<string, number> = {};
    for (const place of PLACES) stock[locationIds[place] ?? ""] = catalog.shown(variant, place);
    const [id] = shop.createProduct({ title: `Invented thing ${variant}`, variants: [{ sku, stock }] }).variantIds;
    return id ?? "";
  });
  const ledger: Ledger = { operations: new Map(), written: new Map() };
  return {
    shop,
    url: URL_OF_SHOP,
    locationIds,
    variantIds,
    ledger,
    handle: async (request) => {
      const response = await shop.handle(request);
      enter(ledger, request, response);
      return response;
    },
    different: () => different(catalog, shop, locationIds),
  };
}

interface Asked {
  readonly operationName?: string;
  readonly variables: {
    readonly input?: { readonly quantities?: readonly { inventoryItemId: string; locationId: string }[] };
  };
}

interface Answered {
  readonly data?: Readonly<Record<string, { readonly userErrors?: readonly unknown[] } | null>>;
  readonly extensions?: { readonly cost?: { readonly actualQueryCost: number | null } };
}

function enter({ operations, written }: Ledger, request: HttpRequest, response: HttpResponse): void {
  if (request.method === "GET") return add(operations, FILE, 0, false);
  const { operationName = "?", variables } = JSON.parse(request.body ?? "{}") as Asked;
  const { data, extensions } = JSON.parse(response.body) as Answered;
  const points = extensions?.cost?.actualQueryCost ?? null;
  add(operations, operationName, points ?? 0, extensions?.cost !== undefined && points === null);
  const isRefused = Object.values(data ?? {}).some((part) => (part?.userErrors ?? []).length > 0);
  if (data === undefined || isRefused) return;
  for (const { inventoryItemId, locationId } of variables.input?.quantities ?? []) {
    const level = `${inventoryItemId} ${locationId}`;
    written.set(level, (written.get(level) ?? 0) + 1);
  }
}

function add(operations: Ledger["operations"], name: string, points: number, throttled: boolean): void {
  const spent = operations.get(name) ?? { calls: 0, points: 0, throttled: 0 };
  operations.set(name, spent);
  spent.calls += 1;
  spent.points += points;
  if (throttled) spent.throttled += 1;
}

export function totalOf({ operations }: Ledger): Spent {
  const total: Spent = { calls: 0, points: 0, throttled: 0 };
  for (const { calls, points, throttled } of operations.values()) {
    total.calls += calls;
    total.points += points;
    total.throttled += throttled;
  }
  return total;
}

function different(catalog: LevelCatalog, shop: SimulatedShopify, locationIds: readonly string[]): number {
  let count = 0;
  for (const { sku, levels } of shop.snapshot().variants) {
    const shown = new Map(levels.map(({ locationId, available }) => [locationId, available]));
    for (const place of PLACES)
      if (shown.get(locationIds[place] ?? "") !== catalog.truth(catalog.variantOf(sku), place)) count += 1;
  }
  return count;
}
