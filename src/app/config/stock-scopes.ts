/** The section `stock` as the rules of the flows have it: which stock of Odoo stands behind each of the shop's locations. */
import type { StockScope } from "../../core/ports/erp.ts";
import { WHOLE_SHOP } from "../../core/stock/shop-variant.ts";
import type { StockSettings } from "./schema.ts";

type Mapped = Pick<StockSettings, "warehouse" | "locations">;

/** The shop's location id to the scope; empty without the section. */
export function stockScopes(stock: StockSettings | undefined): ReadonlyMap<string, StockScope> {
  if (stock === undefined) return new Map();
  const { shopLocations } = stock;
  const places: readonly (readonly [string, Mapped])[] =
    shopLocations === undefined ? [[WHOLE_SHOP, stock]] : Object.entries(shopLocations);
  return new Map(
    places.flatMap(([id, mapped]) => {
      const scope = scopeOf(mapped);
      return scope === null ? [] : [[id, scope]];
    }),
  );
}

/** The shop's location id to the code of the warehouse that delivers what is sent from there. */
export function deliveringWarehouses(stock: StockSettings | undefined): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(stock?.shopLocations ?? {}).flatMap(([id, { warehouse }]) =>
      warehouse === undefined ? [] : [[id, warehouse]],
    ),
  );
}

/** Named locations count in place of the whole warehouse. Null: neither is named, which the configuration's check refuses. */
export function scopeOf({ warehouse, locations }: Mapped): StockScope | null {
  if (locations !== undefined) return { locations };
  return warehouse === undefined ? null : { warehouse };
}
