/**
 * Gathers what the stock rules need of a set of variants: links, twins, products, holds with their moves, quantities, in
 * that order (moves before quantities: see docs/decisions/005-holds.md). Used by the stock flow for due keys and by the
 * sweep for pages of the catalog; the sweep brings quantities and twins that it has read in bulk.
 */
import type { ErpMove, ErpProduct } from "../core/order/erp-documents.ts";
import type { CallContext } from "../core/ports/call.ts";
import type { StockQuantity } from "../core/ports/erp.ts";
import type { OrderHold } from "../core/ports/shop.ts";
import type { Link } from "../core/ports/store.ts";
import { ok, type Result } from "../core/result.ts";
import type { HeldOrder } from "../core/stock/holds.ts";
import type { StockObserved } from "../core/stock/plan.ts";
import type { ShopVariant } from "../core/stock/shop-variant.ts";
import type { Hub, ShopRuntime } from "./hub.ts";

export interface VariantReading {
  readonly id: string;
  readonly variant: ShopVariant | null;
  readonly link: Link | null;
  readonly twins: readonly ShopVariant[];
}

/** What a sweep has read for the whole catalog; null: read for these variants only. */
export interface BulkQuantities {
  readonly quantities: ReadonlyMap<number, StockQuantity>;
}

type Held = OrderHold & { readonly erpOrderId: number | null };

export async function observeStock(
  hub: Hub,
  shop: ShopRuntime,
  readings: readonly VariantReading[],
  call: CallContext,
  bulk: BulkQuantities | null,
): Promise<Result<ReadonlyMap<string, StockObserved>>> {
  const { connection } = shop;
  const ids = readings.map(({ id }) => id);
  const skus = [
    ...new Set(readings.flatMap(({ variant }) => (variant === null || variant.sku === "" ? [] : [variant.sku]))),
  ];
  const products = await productsOf(shop, skus, call);
  if (!products.ok) return products;
  const holds = await hub.store.holds(connection, ids);
  const moves = await movesOf(shop, holds, call);
  if (!moves.ok) return moves;
  const productIds = [...products.value.values()].flatMap((found) => found.map(({ id }) => id));
  const quantities = bulk !== null ? ok(bulk.quantities) : await quantitiesOf(shop, productIds, call);
  if (!quantities.ok) return quantities;
  const published = await hub.store.published(connection, ids);
  const byVariant = Map.groupBy(holds, ({ variantId }) => variantId);
  const readAt = new Date(hub.clock.nowMs()).toISOString();
  const observed = readings.map(({ id, variant, link, twins }): [string, StockObserved] => {
    const found = (variant === null ? undefined : products.value.get(variant.sku)) ?? [];
    const [product] = found;
    const quantity = product === undefined ? null : (quantities.value.get(product.id) ?? null);
    const held = (byVariant.get(id) ?? []).map((hold) => heldOrder(hold, product, moves.value));
    return [
      id,
      {
        variantId: id,
        link,
        variant,
        twins,
        products: found,
        quantity,
        holds: held,
        lastPublished: published.get(id) ?? null,
        readAt,
      },
    ];
  });
  return ok(new Map(observed));
}

async function productsOf(
  { erp }: ShopRuntime,
  skus: readonly string[],
  call: CallContext,
): Promise<Result<ReadonlyMap<string, readonly ErpProduct[]>>> {
  return skus.length === 0 ? ok(new Map()) : erp.findProducts(skus, call);
}

async function movesOf(
  { erp }: ShopRuntime,
  holds: readonly Held[],
  call: CallContext,
): Promise<Result<ReadonlyMap<number, readonly ErpMove[]>>> {
  const orderIds = [...new Set(holds.flatMap(({ erpOrderId }) => (erpOrderId === null ? [] : [erpOrderId])))];
  return orderIds.length === 0 ? ok(new Map()) : erp.moves(orderIds, call);
}

async function quantitiesOf(
  shop: ShopRuntime,
  productIds: readonly number[],
  call: CallContext,
): Promise<Result<ReadonlyMap<number, StockQuantity>>> {
  return productIds.length === 0 ? ok(new Map()) : shop.erp.quantities(productIds, shop.stock.scope, call);
}

/** Moves of another product of the same order say nothing about this variant. */
function heldOrder(
  hold: Held,
  product: ErpProduct | undefined,
  moves: ReadonlyMap<number, readonly ErpMove[]>,
): HeldOrder {
  const ofOrder = hold.erpOrderId === null ? undefined : moves.get(hold.erpOrderId);
  const own = ofOrder === undefined ? null : ofOrder.filter((move) => move.productId === product?.id);
  return { orderId: hold.orderId, orderNumber: hold.orderNumber, ordered: hold.quantity, moves: own };
}
