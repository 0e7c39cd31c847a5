/** One level by its item and location, as it stands now. */
import type { CallContext } from "../../core/ports/call.ts";
import { ok, type Result } from "../../core/result.ts";
import type { StockLevel } from "../../core/stock/shop-variant.ts";
import type { ShopifyClient } from "./client.ts";
import { availableOf, stockLevel } from "./decode-variant.ts";
import { gid } from "./ids.ts";
import { levelAt } from "./operations/stock.ts";

/** Null: the item is not stocked there, or one of the two is gone. */
export async function readLevel(
  client: ShopifyClient,
  itemId: string,
  locationId: string,
  call: CallContext,
): Promise<Result<StockLevel | null>> {
  const variables = { item: gid("InventoryItem", itemId), location: gid("Location", locationId) };
  const read = await client.request(levelAt, variables, call);
  if (!read.ok) return read;
  const level = read.value.inventoryItem?.inventoryLevel ?? null;
  return ok(level === null ? null : stockLevel(level, availableOf(level)));
}
