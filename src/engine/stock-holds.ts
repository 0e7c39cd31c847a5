/** Who else sells a product, and what all the shops' orders hold of it, with what Odoo knows of these orders. */
import type { ErpMove } from "../core/order/erp-documents.ts";
import type { CallContext } from "../core/ports/call.ts";
import type { StockScope } from "../core/ports/erp.ts";
import type { OrderHold } from "../core/ports/shop.ts";
import type { Link } from "../core/ports/store.ts";
import { ok, type Result } from "../core/result.ts";
import type { HeldOrder } from "../core/stock/holds.ts";
import { WHOLE_SHOP } from "../core/stock/shop-variant.ts";
import type { Hub, ShopRuntime } from "./hub.ts";
import { siblingsOf } from "./siblings.ts";

/** A variant of a shop, and the product that it is. */
export interface Seller {
  readonly connection: string;
  readonly variantId: string;
  readonly productId: number;
}

type Held = OrderHold & { readonly connection: string; readonly productId: number; readonly erpOrderId: number | null };

/**
 * Linked variants of the shop and of the others on its ERP that are one of these products. Nothing is asked where the shop is
 * alone and `always` is false.
 */
export async function linkedSellers(
  hub: Hub,
  shop: ShopRuntime,
  productIds: readonly number[],
  always: boolean,
): Promise<readonly Link[]> {
  const siblings = siblingsOf(hub, shop);
  if (productIds.length === 0 || (siblings.length === 0 && !always)) return [];
  const connections = new Set([shop, ...siblings].map(({ connection }) => connection));
  const links = await hub.store.linksByErp("variant", [...new Set(productIds)]);
  return links.filter(({ connection }) => connections.has(connection));
}

/** By product: what orders hold of it through any of these sellers. */
export async function heldOrders(
  hub: Hub,
  shop: ShopRuntime,
  sellers: readonly Seller[],
  call: CallContext,
): Promise<Result<ReadonlyMap<number, readonly HeldOrder[]>>> {
  const held: Held[] = [];
  for (const [connection, own] of Map.groupBy(sellers, (seller) => seller.connection)) {
    const productOf = new Map(own.map(({ variantId, productId }) => [variantId, productId]));
    for (const hold of await hub.store.holds(connection, [...productOf.keys()])) {
      const productId = productOf.get(hold.variantId);
      if (productId !== undefined) held.push({ ...hold, connection, productId });
    }
  }
  const orderIds = [...new Set(held.flatMap(({ erpOrderId }) => erpOrderId ?? []))];
  const moves = orderIds.length === 0 ? ok(new Map()) : await shop.erp.moves(orderIds, call);
  if (!moves.ok) return moves;
  const byProduct = Map.groupBy(held, ({ productId }) => productId);
  return ok(
    new Map([...byProduct].map(([productId, own]) => [productId, ordersOf(hub, shop, productId, own, moves.value)])),
  );
}

/** One entry for each order: its moves are shared by all that it takes of the product. */
function ordersOf(
  hub: Hub,
  shop: ShopRuntime,
  productId: number,
  held: readonly Held[],
  moves: ReadonlyMap<number, readonly ErpMove[]>,
): readonly HeldOrder[] {
  const byOrder = Map.groupBy(held, ({ connection, orderId }) => JSON.stringify([connection, orderId]));
  return [...byOrder.values()].flatMap((own) => {
    const [first] = own;
    if (first === undefined) return [];
    const { connection, orderId, orderNumber, erpOrderId } = first;
    const ofOrder = erpOrderId === null ? undefined : moves.get(erpOrderId);
    return [
      {
        shop: connection === shop.connection ? "" : connection,
        orderId,
        orderNumber,
        parts: own.map(({ quantity, locationId }) => ({
          ordered: quantity,
          scope: scopeOfHold(hub, connection, locationId),
        })),
        // Moves of another product of the same order say nothing about this one.
        moves: ofOrder === undefined ? null : ofOrder.filter((move) => move.productId === productId),
      },
    ];
  });
}

/** The stock that the shop offers where the order takes it; null: not known, so it may be any. */
function scopeOfHold(hub: Hub, connection: string, locationId: string | null): StockScope | null {
  const shop = hub.shops.get(connection);
  if (shop === undefined || !shop.stock.enabled) return null;
  const place = locationId ?? (shop.port.abilities.locations ? null : WHOLE_SHOP);
  return place === null ? null : (shop.stock.rules.scopes.get(place) ?? null);
}
