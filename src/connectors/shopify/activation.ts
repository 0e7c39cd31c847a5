/** Makes a level: the item is stocked at a location where it was not, with its first quantity. */
import { failure, type Failure } from "../../core/failures.ts";
import { stableHash } from "../../core/hash.ts";
import type { CallContext } from "../../core/ports/call.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { StockLevel, StockWrite } from "../../core/stock/shop-variant.ts";
import type { ShopifyClient } from "./client.ts";
import { availableOf, stockLevel } from "./decode-variant.ts";
import { refusal, type UserError } from "./errors.ts";
import { gid } from "./ids.ts";
import { activateInventory, levelAt } from "./operations/stock.ts";

interface Wanted {
  readonly write: StockWrite;
  readonly itemId: string;
  /** When these writes began: makes the key of this activation another one than that of an earlier one. */
  readonly startedMs: number;
}

/** The level as it stands then; its quantity differs from the wanted one where the shop did not take that. */
export async function activate(
  client: ShopifyClient,
  kindLabel: string,
  wanted: Wanted,
  call: CallContext,
): Promise<Result<StockLevel>> {
  const { write, itemId, startedMs } = wanted;
  const item = gid("InventoryItem", itemId);
  const location = gid("Location", write.locationId);
  const key = stableHash([
    "activate",
    client.connection,
    itemId,
    write.locationId,
    `${write.quantity}`,
    `${startedMs}`,
  ]);
  const answer = await client.request(activateInventory, { item, location, available: write.quantity, key }, call);
  if (!answer.ok) return answer;
  const { inventoryLevel, userErrors } = answer.value.inventoryActivate ?? { inventoryLevel: null, userErrors: [] };
  if (userErrors.length === 0 && inventoryLevel !== null)
    return ok(stockLevel(inventoryLevel, availableOf(inventoryLevel)));
  return fail(await reasonOf(client, kindLabel, wanted, userErrors, call));
}

/** These errors have no code: what stands there tells which it is. */
async function reasonOf(
  client: ShopifyClient,
  kindLabel: string,
  { write, itemId }: Wanted,
  errors: readonly UserError[],
  call: CallContext,
): Promise<Failure> {
  const { connection } = client;
  const { sku, locationId } = write;
  const variables = { item: gid("InventoryItem", itemId), location: gid("Location", locationId) };
  const read = await client.request(levelAt, variables, call);
  if (!read.ok) return read.failure;
  const { inventoryItem, location } = read.value;
  if (inventoryItem === null) return failure("STOCK_SKU_NOT_IN_SHOP", { sku, shop: kindLabel });
  if (location === null || !location.isActive)
    return failure("SHOP_LOCATION_NOT_FOUND", { connection, location: locationId });
  // Somebody was faster: it is stocked there now, with a quantity of its own.
  if (inventoryItem.inventoryLevel !== null)
    return failure("STOCK_STALE", { sku, location: locationId, shop: kindLabel, before: "no stock there" });
  const what = `stocking SKU ${sku} at location ${locationId}`;
  return (
    refusal(connection, errors, what) ??
    failure("OUTCOME_UNKNOWN", { connection, what, reason: "no outcome was told" }, { connection })
  );
}
