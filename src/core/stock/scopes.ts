/**
 * Compares stocks of the ERP by what the configuration calls them. Only names are known here, so that the answers are
 * careful: two stocks count as apart only when no product can lie in both.
 */
import type { StockScope } from "../ports/erp.ts";

/** A warehouse as the ERP told it. */
export interface Warehouse {
  readonly code: string;
  readonly name: string;
  /** Complete name, e.g. `WH/Stock`. */
  readonly stockLocation: string;
}

/**
 * True when nothing can lie in both: warehouses of different codes, or locations of which none is in another. A warehouse and
 * a location cannot be told apart by their names (a warehouse may be renamed without its locations).
 */
export function scopesDisjoint(one: StockScope, other: StockScope): boolean {
  if ("warehouse" in one && "warehouse" in other) return one.warehouse !== other.warehouse;
  if ("warehouse" in one || "warehouse" in other) return false;
  // No name at all says nothing.
  if (one.locations.length === 0 || other.locations.length === 0) return false;
  return one.locations.every((here) => other.locations.every((there) => !within(here, there) && !within(there, here)));
}

/** Equal for scopes that are written alike: each is asked for once. */
export function scopeKey(scope: StockScope): string {
  return JSON.stringify(
    "warehouse" in scope ? ["warehouse", scope.warehouse] : ["locations", ...scope.locations.toSorted()],
  );
}

/** Warehouses of which nothing is offered at any location of the shop: neither they nor a location in them is named. */
export function unmappedWarehouses(
  warehouses: readonly Warehouse[],
  scopes: Iterable<StockScope>,
): readonly Warehouse[] {
  const all = [...scopes];
  return warehouses.filter(
    ({ code, stockLocation }) =>
      !all.some((scope) =>
        "warehouse" in scope
          ? scope.warehouse === code
          : scope.locations.some((location) => within(location, rootOf(stockLocation))),
      ),
  );
}

/** The location itself, or one below it. */
export function within(location: string, root: string): boolean {
  return location === root || location.startsWith(`${root}/`);
}

/** `WH/Stock` -> `WH`: all that belongs to the warehouse lies under it. */
function rootOf(stockLocation: string): string {
  return stockLocation.split("/")[0] ?? stockLocation;
}
