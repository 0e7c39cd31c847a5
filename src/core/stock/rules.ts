/** What a merchant configured for the stock of one shop, as the stock flow's pure functions take it. */
import type { StockScope } from "../ports/erp.ts";

export interface StockRules {
  /** The shop's connection id. */
  readonly connection: string;
  /** The kind of shop as people call it, e.g. `WooCommerce`. */
  readonly shopLabel: string;
  /**
   * The shop's location id -> which stock of the ERP is offered there. A shop without locations has one entry, `WHOLE_SHOP`. Nothing is ever
   * written to a location that is not named here.
   */
  readonly scopes: ReadonlyMap<string, StockScope>;
  /** Whole units kept back of every product, 0 or more. */
  readonly safetyStock: number;
}

export function scopeText(scope: StockScope): string {
  return "warehouse" in scope ? `warehouse ${scope.warehouse}` : `locations ${scope.locations.join(", ")}`;
}
