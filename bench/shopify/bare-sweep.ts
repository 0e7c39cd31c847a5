/**
 * The fewest points that the same work can cost: a script that knows what is right, reads every level by one bulk operation,
 * sets those that differ in the largest calls that there are, and reads each of them back once. It remembers nothing, checks
 * no right, and looks at the bulk operation when it is ready.
 */
import type { VirtualTime } from "../../sim/virtual-clock.ts";
import { DEFAULT_APP } from "../../sim/shopify/shop.ts";
import { API_VERSION } from "../../src/connectors/shopify/api-version.ts";
import { PLACES, type LevelCatalog } from "./level-catalog.ts";
import { openShop, totalOf, type ShopSide, type Spent } from "./shop-side.ts";

/** Shopify's own limit of entries, and of ids. */
const ITEMS_MAX = 250;
const TIMEOUT_MS = 60_000;
/** Longer than any bulk operation of the simulated shop takes. */
const BULK_MS = 60 * 60_000;

const BULK = `query Every { inventoryItems { edges { node { id sku inventoryLevels { edges { node {
  id location { id } quantities(names: ["available"]) { quantity } } } } } } } }`;
const RUN_BULK = `mutation RunBulk($query: String!) {
  bulkOperationRunQuery(query: $query, groupObjects: true) { bulkOperation { id } userErrors { message } } }`;
const READ_BULK = "query ReadBulk($id: ID!) { bulkOperation(id: $id) { url } }";
const SET = `mutation Set($input: InventorySetQuantitiesInput!, $key: String!) {
  inventorySetQuantities(input: $input) @idempotent(key: $key) { userErrors { message } } }`;
const READ_BACK = `query ReadBack($ids: [ID!]!) { nodes(ids: $ids) {
  ... on InventoryLevel { quantities(names: ["available"]) { quantity } } } }`;

interface Level {
  readonly id: string;
  readonly itemId: string;
  readonly locationId: string;
  readonly before: number;
  readonly quantity: number;
}

interface Line {
  readonly id: string;
  readonly __parentId?: string;
  readonly sku?: string;
  readonly location?: { readonly id: string };
  readonly quantities?: readonly { readonly quantity: number }[];
}

/** Throws when it did not do the work. */
export async function runBare(catalog: LevelCatalog, time: VirtualTime): Promise<Spent> {
  const side = openShop(catalog, "enterprise", time.clock);
  const levels = await levelsApart(catalog, side, time);
  for (let from = 0; from < levels.length; from += ITEMS_MAX) {
    const part = levels.slice(from, from + ITEMS_MAX);
    const quantities = part.map(({ itemId, locationId, before, quantity }) => ({
      inventoryItemId: itemId,
      locationId,
      quantity,
      changeFromQuantity: before,
    }));
    await ask(side, "Set", SET, {
      input: { name: "available", reason: "correction", quantities },
      key: `bare-${from}`,
    });
    const { nodes } = (await ask(side, "ReadBack", READ_BACK, { ids: part.map(({ id }) => id) })) as {
      readonly nodes: readonly Pick<Line, "quantities">[];
    };
    for (const [index, { quantity }] of part.entries())
      if (nodes[index]?.quantities?.[0]?.quantity !== quantity) throw new Error("a level was not set");
  }
  if (levels.length !== catalog.different || side.different() !== 0)
    throw new Error(`the bare script set ${levels.length} levels and left ${side.different()} different`);
  return totalOf(side.ledger);
}

async function levelsApart(catalog: LevelCatalog, side: ShopSide, time: VirtualTime): Promise<readonly Level[]> {
  const started = (await ask(side, "RunBulk", RUN_BULK, { query: BULK })) as {
    readonly bulkOperationRunQuery: { readonly bulkOperation: { readonly id: string } };
  };
  await time.run({ untilMs: time.nowMs() + BULK_MS });
  const { id } = started.bulkOperationRunQuery.bulkOperation;
  const { bulkOperation } = (await ask(side, "ReadBulk", READ_BULK, { id })) as {
    readonly bulkOperation: { readonly url: string };
  };
  const file = await side.handle({ method: "GET", url: bulkOperation.url, headers: {}, timeoutMs: TIMEOUT_MS });
  const skus = new Map<string, string>();
  const apart: Level[] = [];
  for (const text of file.body.trimEnd().split("\n")) {
    const { id: ownId, __parentId: itemId, sku, location, quantities } = JSON.parse(text) as Line;
    if (itemId === undefined) {
      skus.set(ownId, sku ?? "");
      continue;
    }
    const locationId = location?.id ?? "";
    const place = PLACES.find((one) => locationId.endsWith(`/${side.locationIds[one]}`));
    const before = quantities?.[0]?.quantity;
    if (place === undefined || before === undefined)
      throw new Error(`the bulk file has a line that is no level: ${text}`);
    const quantity = catalog.truth(catalog.variantOf(skus.get(itemId) ?? ""), place);
    if (before !== quantity) apart.push({ id: ownId, itemId, locationId, before, quantity });
  }
  return apart;
}

async function ask(side: ShopSide, operationName: string, query: string, variables: unknown): Promise<unknown> {
  const response = await side.handle({
    method: "POST",
    url: `${side.url}/admin/api/${API_VERSION}/graphql.json`,
    headers: { "content-type": "application/json", "x-shopify-access-token": DEFAULT_APP.accessToken },
    body: JSON.stringify({ query, operationName, variables }),
    timeoutMs: TIMEOUT_MS,
  });
  const { data, errors } = JSON.parse(response.body) as { readonly data?: unknown; readonly errors?: unknown };
  if (errors !== undefined) throw new Error(`the bare script met: ${JSON.stringify(errors)}`);
  return data;
}
