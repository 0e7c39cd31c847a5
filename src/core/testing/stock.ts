/** Variants, quantities and rules for tests of the stock rules. */
import type { ErpMove } from "../order/erp-documents.ts";
import type { StockQuantity } from "../ports/erp.ts";
import type { HeldOrder } from "../stock/holds.ts";
import type { StockObserved } from "../stock/plan.ts";
import type { StockRules } from "../stock/rules.ts";
import type { ShopVariant } from "../stock/shop-variant.ts";
import { product } from "./orders.ts";

export const STOCK_RULES: StockRules = {
  connection: "shop-eu",
  shopLabel: "WooCommerce",
  scope: { warehouse: "WH" },
  safetyStock: 0,
};

export function variant(given: Partial<ShopVariant> = {}): ShopVariant {
  return {
    id: "13",
    parentId: "12",
    sku: "TSHIRT-M-BLK",
    name: "T-Shirt - M, Black",
    published: true,
    stockManaged: true,
    quantity: 5,
    backorders: "no",
    modifiedAt: "2026-11-21T08:00:00.000Z",
    ...given,
  };
}

export function stockQuantity(free: string, reserved = "0"): StockQuantity {
  return { productId: 102, onHand: free, reserved, free };
}

export function stockObserved(given: Partial<StockObserved> = {}): StockObserved {
  return {
    variantId: "13",
    link: null,
    variant: variant(),
    twins: [],
    products: [product(102, "TSHIRT-M-BLK", { name: "T-Shirt (M, Black)" })],
    quantity: stockQuantity("12"),
    holds: [],
    lastPublished: null,
    readAt: "2026-11-21T09:00:00.000Z",
    ...given,
  };
}

export function move(demand: string, reserved: string, done: string, state: string): ErpMove {
  return { productId: 102, demand, reserved, done, state };
}

export function held(ordered: string, moves: readonly ErpMove[] | null = null): HeldOrder {
  return { orderId: "1054", orderNumber: "1054", ordered, moves };
}
