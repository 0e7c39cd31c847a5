/** From what changed in the ERP to the shop variants that must be looked at: through links, never by guessing. */
import { chunks } from "../core/chunks.ts";
import type { Trigger } from "../core/key.ts";
import type { ErpPort } from "../core/ports/erp.ts";
import type { Mark } from "../core/ports/store.ts";
import type { Hub } from "./hub.ts";

/** Links asked for at once. */
const LINKS_CHUNK_MAX = 1_000;

export async function stockMarksOfProducts(
  hub: Hub,
  erp: ErpPort,
  productIds: readonly number[],
  how: { readonly priority: number; readonly trigger: Trigger },
): Promise<Mark[]> {
  const shopsOfErp = new Set(
    [...hub.shops.values()].filter((shop) => shop.erp === erp && shop.stock.enabled).map((shop) => shop.connection),
  );
  const marks: Mark[] = [];
  for (const ids of chunks(productIds, LINKS_CHUNK_MAX)) {
    const links = await hub.store.linksByErp("variant", ids);
    for (const link of links) {
      if (shopsOfErp.has(link.connection))
        marks.push({ key: { flow: "stock", connection: link.connection, id: link.shopId }, ...how });
    }
  }
  return marks;
}
