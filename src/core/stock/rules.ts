/** What a merchant configured for the stock of one shop, as the stock flow's pure functions take it. */
import type { StockScope } from "../ports/erp.ts";

export interface StockRules {
  /** The shop's connection id. */
  readonly connection: string;
  /** The kind of shop as people call it, e.g. `WooCommerce`. */
  readonly shopLabel: string;
  /** Which stock of the ERP counts. */
  readonly scope: StockScope;
  /** Whole units kept back of every product, 0 or more. */
  readonly safetyStock: number;
}

export function scopeText(scope: StockScope): string {
  return "warehouse" in scope ? `warehouse ${scope.warehouse}` : `locations ${scope.locations.join(", ")}`;
}
