/** From what changed in the ERP to the shop variants that must be looked at: through links, never by guessing. */
import { chunks } from "../core/chunks.ts";
import type { ErpPort } from "../core/ports/erp.ts";
import type { Mark } from "../core/ports/store.ts";
import type { Hub, ShopRuntime } from "./hub.ts";

/** Links asked for at once. */
const LINKS_CHUNK_MAX = 1_000;

/** How urgent a mark is, and why it is made. */
export type MarkReason = Pick<Mark, "priority" | "trigger">;

/** Variants of all shops on the ERP that are one of these products. */
export async function stockMarksOfProducts(
  hub: Hub,
  erp: ErpPort,
  productIds: readonly number[],
  how: MarkReason,
): Promise<Mark[]> {
  return stockMarksIn(
    hub,
    [...hub.shops.values()].filter((shop) => shop.erp === erp),
    productIds,
    how,
  );
}

/** Variants of these shops that are one of these products; a shop whose stock is off has none. */
export async function stockMarksIn(
  hub: Hub,
  shops: readonly ShopRuntime[],
  productIds: readonly number[],
  how: MarkReason,
): Promise<Mark[]> {
  const connections = new Set(shops.filter(({ stock }) => stock.enabled).map(({ connection }) => connection));
  if (connections.size === 0) return [];
  const marks: Mark[] = [];
  for (const ids of chunks([...new Set(productIds)], LINKS_CHUNK_MAX)) {
    const links = await hub.store.linksByErp("variant", ids);
    for (const { connection, shopId } of links)
      if (connections.has(connection)) marks.push({ key: { flow: "stock", connection, id: shopId }, ...how });
  }
  return marks;
}
