/**
 * Gathers what the stock rules need of a set of variants: links, twins, products, holds with their moves, quantities, in
 * that order (moves before quantities: see docs/decisions/005-holds.md). Used by the stock flow for due keys and by the
 * sweep for pages of the catalog; the sweep brings quantities and twins that it has read in bulk.
 */
import type { CallContext } from "../core/ports/call.ts";
import type { StockQuantity } from "../core/ports/erp.ts";
import type { Link } from "../core/ports/store.ts";
import { ok, type Result } from "../core/result.ts";
import type { StockObserved } from "../core/stock/plan.ts";
import { scopeKey } from "../core/stock/scopes.ts";
import type { ShopVariant, SkuCarrier } from "../core/stock/shop-variant.ts";
import type { ElsewhereReader } from "./elsewhere.ts";
import type { Hub, ShopRuntime } from "./hub.ts";
import { heldOrders, linkedSellers, type Seller } from "./stock-holds.ts";
import { findVariantProducts, type FoundProducts } from "./stock-products.ts";

export interface VariantReading {
  readonly id: string;
  readonly variant: ShopVariant | null;
  readonly link: Link | null;
  readonly twins: readonly SkuCarrier[];
}

/** Quantities by the scope's key, then by product. */
export type ScopeQuantities = ReadonlyMap<string, ReadonlyMap<number, StockQuantity>>;

export interface StockSources {
  readonly elsewhere: ElsewhereReader;
  /** What a sweep has read for the whole catalog; null: read for these variants only. */
  readonly bulk: ScopeQuantities | null;
}

export async function observeStock(
  hub: Hub,
  shop: ShopRuntime,
  readings: readonly VariantReading[],
  call: CallContext,
  sources: StockSources,
): Promise<Result<ReadonlyMap<string, StockObserved>>> {
  const ids = readings.map(({ id }) => id);
  const variants = readings.flatMap(({ variant }) => variant ?? []);
  const products = await findVariantProducts(shop.erp, variants, call);
  if (!products.ok) return products;
  const productIds = [
    ...new Set([...products.value.values()].flatMap(({ products: found }) => found.map(({ id }) => id))),
  ];
  const byBarcode = [...products.value.values()].some(({ matchedBy }) => matchedBy === "barcode");
  const linked = await linkedSellers(hub, shop, productIds, byBarcode);
  const holds = await heldOrders(hub, shop, sellersOf(shop, readings, products.value, linked), call);
  if (!holds.ok) return holds;
  const quantities = sources.bulk !== null ? ok(sources.bulk) : await readScopes(shop, productIds, call);
  if (!quantities.ok) return quantities;
  const isBulk = sources.bulk !== null;
  const doubtful = isBulk
    ? readings.filter((one) => mayLieElsewhere(shop, one, products.value, quantities.value))
    : readings;
  const elsewhere = await sources.elsewhere.read(idsOf(doubtful, products.value), call);
  if (!elsewhere.ok) return elsewhere;
  const published = isBulk ? NONE_PUBLISHED : await hub.store.published(shop.connection, ids);
  const rivals = await rivalsOf(hub, shop, readings, products.value, linked);
  const readAt = new Date(hub.clock.nowMs()).toISOString();
  const observed = readings.map(({ id, variant, link, twins }): [string, StockObserved] => {
    const { products: found, matchedBy } = products.value.get(id) ?? NO_PRODUCTS;
    const [product] = found;
    const productId = product?.id ?? 0;
    return [
      id,
      {
        variantId: id,
        link,
        variant,
        twins,
        products: found,
        matchedBy,
        rivals: rivals.get(id) ?? [],
        quantities: byLocation(shop, productId, quantities.value),
        elsewhere: elsewhere.value.get(productId) ?? [],
        holds: holds.value.get(productId) ?? [],
        lastPublished: published.get(id) ?? new Map(),
        readAt,
      },
    ];
  });
  return ok(new Map(observed));
}

const NO_PRODUCTS: FoundProducts = { products: [], matchedBy: "sku" };
/** A sweep tells what differs, not who wrote it. */
const NONE_PUBLISHED: ReadonlyMap<string, ReadonlyMap<string, number>> = new Map();

/** One call for each scope that differs from the others; several locations may share one. */
export async function readScopes(
  { erp, stock }: ShopRuntime,
  productIds: readonly number[] | "all",
  call: CallContext,
): Promise<Result<ScopeQuantities>> {
  const found = new Map<string, ReadonlyMap<number, StockQuantity>>();
  if (productIds.length === 0) return ok(found);
  const scopes = new Map([...stock.rules.scopes.values()].map((scope) => [scopeKey(scope), scope]));
  for (const [key, scope] of scopes) {
    const read = await erp.quantities(productIds, scope, call);
    if (!read.ok) return read;
    found.set(key, read.value);
  }
  return ok(found);
}

function byLocation({ stock }: ShopRuntime, productId: number, all: ScopeQuantities): StockObserved["quantities"] {
  const found = new Map<string, StockQuantity>();
  for (const [locationId, scope] of stock.rules.scopes) {
    const quantity = all.get(scopeKey(scope))?.get(productId);
    if (quantity !== undefined) found.set(locationId, quantity);
  }
  return found;
}

type Products = ReadonlyMap<string, FoundProducts>;

/** The read variants themselves, linked or not, and whoever else is linked to the same products. */
function sellersOf(
  { connection }: ShopRuntime,
  readings: readonly VariantReading[],
  products: Products,
  linked: readonly Link[],
): readonly Seller[] {
  const own = new Set(readings.map(({ id }) => id));
  const read = readings.flatMap(({ id }): Seller[] => {
    const [product] = products.get(id)?.products ?? [];
    return product === undefined ? [] : [{ connection, variantId: id, productId: product.id }];
  });
  const others = linked
    .filter((link) => link.connection !== connection || !own.has(link.shopId))
    .map((link): Seller => ({ connection: link.connection, variantId: link.shopId, productId: link.erpId }));
  return [...read, ...others];
}

/** Nothing of it where the shop looks: whether something lies where nobody looks must be known, or it would be hidden. */
function mayLieElsewhere(
  shop: ShopRuntime,
  { id, variant }: VariantReading,
  products: Products,
  quantities: ScopeQuantities,
): boolean {
  const [product] = products.get(id)?.products ?? [];
  if (product === undefined || variant === null) return false;
  const { scopes } = shop.stock.rules;
  if (variant.levels.some(({ locationId }) => scopes.has(locationId))) return false;
  return byLocation(shop, product.id, quantities).size === 0;
}

function idsOf(readings: readonly VariantReading[], products: Products): readonly number[] {
  return [...new Set(readings.flatMap(({ id }) => (products.get(id)?.products ?? []).map((product) => product.id)))];
}

/**
 * Of variants that were matched by their barcode: other variants of the shop that are the same product. One that is linked goes
 * before those that are not; of several that are new, none is taken.
 */
async function rivalsOf(
  hub: Hub,
  { connection }: ShopRuntime,
  readings: readonly VariantReading[],
  products: Products,
  linked: readonly Link[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const rivals = new Map<string, readonly string[]>();
  const productOf = (id: string): number | undefined => products.get(id)?.products[0]?.id;
  for (const { id, link } of readings) {
    if (products.get(id)?.matchedBy !== "barcode") continue;
    const productId = productOf(id);
    const found = new Set<string>();
    for (const other of linked) {
      if (other.connection !== connection || other.shopId === id || other.erpId !== productId) continue;
      // One that is gone from the shop has left its link behind.
      const state = await hub.store.keyState({ flow: "stock", connection, id: other.shopId });
      if (state?.code !== "STOCK_SKU_NOT_IN_SHOP") found.add(other.shopId);
    }
    if (link?.erpId !== productId)
      for (const other of readings) if (other.id !== id && productOf(other.id) === productId) found.add(other.id);
    if (found.size > 0) rivals.set(id, [...found]);
  }
  return rivals;
}
