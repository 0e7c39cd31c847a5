/**
 * Absolute stock quantities, in batches: simple products on the products' address, variations on their parent's, which
 * is the only one that takes them. The shop checks nothing in a batch (a text becomes 0), so everything is checked here.
 */
import { chunks } from "../../core/chunks.ts";
import { failure, type Failure } from "../../core/failures.ts";
import type { CallContext } from "../../core/ports/call.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { type StockLevel, type StockWrite, WHOLE_SHOP } from "../../core/stock/shop-variant.ts";
import { broken } from "./answer.ts";
import { readBatch } from "./batch.ts";
import type { WooClient } from "./client.ts";
import { decodeProduct, wholeShop } from "./decode-variant.ts";
import { BATCH_ITEMS_MAX, STOCK_QUANTITY_MAX } from "./limits.ts";
import { isId } from "./listing.ts";

/** Codes by which the shop says that there is no such product or variation. */
const GONE = new Set(["woocommerce_rest_product_invalid_id", "woocommerce_rest_product_variation_invalid_id"]);

export async function writeStock(
  client: WooClient,
  kindLabel: string,
  writes: readonly StockWrite[],
  call: CallContext,
): Promise<readonly Result<StockLevel>[]> {
  const outcomes = new Map<StockWrite, Result<StockLevel>>();
  const byAddress = new Map<string, StockWrite[]>();
  for (const write of writes) {
    const refusal = refusalOf(client, write, kindLabel);
    if (refusal !== null) {
      outcomes.set(write, fail(refusal));
      continue;
    }
    const address = write.parentId === null ? "/products/batch" : `/products/${write.parentId}/variations/batch`;
    const group = byAddress.get(address);
    if (group === undefined) byAddress.set(address, [write]);
    else group.push(write);
  }
  for (const [address, all] of byAddress) {
    for (const group of chunks(all, BATCH_ITEMS_MAX)) {
      const update = group.map(({ id, quantity }) => ({ id: Number(id), stock_quantity: quantity }));
      const answer = await readBatch(client, address, update, call);
      for (const write of group) {
        outcomes.set(write, answer.ok ? outcomeOf(client, kindLabel, write, answer.value.get(write.id)) : answer);
      }
    }
  }
  return writes.map(
    (write) =>
      outcomes.get(write) ??
      fail(broken({ connection: client.connection, what: "a batch of stock" }, `no outcome for variant ${write.id}`)),
  );
}

function refusalOf(
  { connection }: WooClient,
  { id, parentId, sku, locationId, quantity }: StockWrite,
  kindLabel: string,
): Failure | null {
  if (locationId !== WHOLE_SHOP) return failure("SHOP_LOCATION_NOT_FOUND", { connection, location: locationId });
  if (!isId(id) || (parentId !== null && !isId(parentId)))
    return failure("STOCK_SKU_NOT_IN_SHOP", { sku, shop: kindLabel });
  const why = whyNot(quantity);
  return why === null ? null : failure("STOCK_QUANTITY_INVALID", { quantity: String(quantity), sku, why });
}

function whyNot(quantity: number): string | null {
  if (!Number.isFinite(quantity)) return "it is not a number";
  if (!Number.isInteger(quantity)) return "the shop counts whole units";
  if (Math.abs(quantity) > STOCK_QUANTITY_MAX) return `it is beyond ${STOCK_QUANTITY_MAX}`;
  return null;
}

function outcomeOf(
  client: WooClient,
  kindLabel: string,
  { id, parentId, sku }: StockWrite,
  item: Result<unknown> | undefined,
): Result<StockLevel> {
  if (item === undefined)
    return fail(broken({ connection: client.connection, what: "a batch of stock" }, `no outcome for variant ${id}`));
  if (!item.ok) {
    const isGone = GONE.has(item.failure.params["status"] ?? "");
    return fail(isGone ? failure("STOCK_SKU_NOT_IN_SHOP", { sku, shop: kindLabel }) : item.failure);
  }
  const decoded = decodeProduct(item.value, id, client.connection, parentId);
  if (!decoded.ok) return decoded;
  // It was a simple product and has become a parent: what is called by this SKU is not for sale any more.
  return decoded.value.variant === null
    ? fail(failure("STOCK_SKU_NOT_IN_SHOP", { sku, shop: kindLabel }))
    : ok(decoded.value.variant.levels[0] ?? wholeShop(null));
}
