/**
 * What an order still holds after its run: variants whose goods Odoo has reserved, sent or given up are released and leave
 * the store, so that holds do not grow with the history of a shop.
 */
import type { ErpOrderDocuments } from "../order/erp-documents.ts";
import { lineExternalId, orderExternalId } from "../order/external-ids.ts";
import type { ShopOrder } from "../order/shop-order.ts";
import type { OrderHold } from "../ports/shop.ts";
import { heldPart, holdsOfOrder } from "./holds.ts";

export function remainingHolds(order: ShopOrder, erp: ErpOrderDocuments, connection: string): readonly OrderHold[] {
  const holds = holdsOfOrder(order);
  if (erp.order?.state !== "sale") return holds;
  const { lines } = erp.order;
  const orderXid = orderExternalId(connection, order.id);
  const stillHeld = [...Map.groupBy(holds, ({ variantId }) => variantId)].filter(([variantId, own]) => {
    const xids = new Set(
      order.lines.filter((line) => line.variantId === variantId).map((line) => lineExternalId(orderXid, line.id)),
    );
    const productIds = new Set(
      lines.filter((line) => line.externalId !== null && xids.has(line.externalId)).map((line) => line.productId),
    );
    const moves = erp.moves.filter((move) => productIds.has(move.productId));
    const parts = own.map(({ quantity }) => ({ ordered: quantity, scope: null }));
    return heldPart({ shop: "", orderId: order.id, orderNumber: order.number, parts, moves })?.held !== "0";
  });
  return stillHeld.flatMap(([, own]) => own);
}
