/**
 * Stock that lies in warehouses which no location of a shop is mapped to: it can be offered nowhere, and must not be passed
 * over in silence. A shop without locations, and one that maps every warehouse, cost no call for it.
 */
import type { CallContext } from "../core/ports/call.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { StockQuantity } from "../core/ports/erp.ts";
import { parseQuantity } from "../core/quantity.ts";
import { ok, type Result } from "../core/result.ts";
import type { StockObserved } from "../core/stock/plan.ts";
import { unmappedWarehouses, type Warehouse } from "../core/stock/scopes.ts";
import type { ShopRuntime } from "./hub.ts";

/** Warehouses are made by hand, a few in a company's life. */
export const WAREHOUSES_KEPT_MS = 600_000;
/** Warehouses that a shop passes over; `check` names all of them, and who has more does so on purpose. */
export const WAREHOUSES_ASKED_MAX = 20;

export type Elsewhere = ReadonlyMap<number, StockObserved["elsewhere"]>;

export interface ElsewhereReader {
  /** Products of which something lies in such a warehouse. */
  read(productIds: readonly number[], call: CallContext): Promise<Result<Elsewhere>>;
}

const NOWHERE: Elsewhere = new Map();

export function elsewhereReader(shop: Pick<ShopRuntime, "port" | "erp" | "stock">, clock: Clock): ElsewhereReader {
  let kept: { readonly unmapped: readonly Warehouse[]; readonly untilMs: number } | null = null;
  const unmapped = async (call: CallContext): Promise<Result<readonly Warehouse[]>> => {
    if (kept !== null && clock.nowMs() < kept.untilMs) return ok(kept.unmapped);
    const read = await shop.erp.readWarehouses(call);
    if (!read.ok) return read;
    const found = unmappedWarehouses(read.value, shop.stock.rules.scopes.values());
    kept = { unmapped: found, untilMs: clock.nowMs() + WAREHOUSES_KEPT_MS };
    return ok(found);
  };
  return {
    async read(productIds, call) {
      if (!shop.port.abilities.locations || productIds.length === 0) return ok(NOWHERE);
      const warehouses = await unmapped(call);
      if (!warehouses.ok) return warehouses;
      if (warehouses.value.length === 0) return ok(NOWHERE);
      return lyingIn(shop, productIds, warehouses.value.slice(0, WAREHOUSES_ASKED_MAX), call);
    },
  };
}

/** All of them in one question; which of them it is, is asked only for what was found. */
async function lyingIn(
  { erp }: Pick<ShopRuntime, "erp">,
  productIds: readonly number[],
  warehouses: readonly Warehouse[],
  call: CallContext,
): Promise<Result<Elsewhere>> {
  const roots = warehouses.map(({ stockLocation }) => stockLocation);
  const together = await erp.quantities(productIds, { locations: roots }, call);
  if (!together.ok) return together;
  const found = [...together.value.values()].filter(lies);
  const [only] = roots;
  if (only !== undefined && roots.length === 1)
    return ok(new Map(found.map(({ productId, onHand }) => [productId, [{ stockLocation: only, onHand }]])));
  const places = new Map<number, { readonly stockLocation: string; readonly onHand: string }[]>();
  for (const root of found.length === 0 ? [] : roots) {
    const ids = found.map(({ productId }) => productId);
    const there = await erp.quantities(ids, { locations: [root] }, call);
    if (!there.ok) return there;
    for (const { productId, onHand } of [...there.value.values()].filter(lies))
      places.set(productId, [...(places.get(productId) ?? []), { stockLocation: root, onHand }]);
  }
  return ok(places);
}

function lies({ onHand }: StockQuantity): boolean {
  const read = parseQuantity(onHand);
  return read.ok && read.value.greaterThan(0);
}
