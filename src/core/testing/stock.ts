/** Variants, quantities and rules for tests of the stock rules. */
import type { ErpMove } from "../order/erp-documents.ts";
import type { StockQuantity } from "../ports/erp.ts";
import type { HeldOrder } from "../stock/holds.ts";
import type { StockObserved } from "../stock/plan.ts";
import type { StockRules } from "../stock/rules.ts";
import { type ShopVariant, type StockLevel, WHOLE_SHOP } from "../stock/shop-variant.ts";
import { product } from "./orders.ts";

export const STOCK_RULES: StockRules = {
  connection: "shop-eu",
  shopLabel: "WooCommerce",
  scopes: new Map([[WHOLE_SHOP, { warehouse: "WH" }]]),
  safetyStock: 0,
};

export function variant(given: Partial<ShopVariant> = {}): ShopVariant {
  return {
    id: "13",
    parentId: "12",
    sku: "TSHIRT-M-BLK",
    barcode: "",
    itemId: null,
    name: "T-Shirt - M, Black",
    published: true,
    stockManaged: true,
    levels: [level(5)],
    backorders: "no",
    modifiedAt: "2026-11-21T08:00:00.000Z",
    ...given,
  };
}

export function level(quantity: number | null, locationId = WHOLE_SHOP, locationName = ""): StockLevel {
  return { locationId, locationName, quantity, version: "" };
}

/** The quantity over the scope of the shop without locations. */
export function there(quantity: StockQuantity | null): ReadonlyMap<string, StockQuantity> {
  return new Map(quantity === null ? [] : [[WHOLE_SHOP, quantity]]);
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
    matchedBy: "sku",
    rivals: [],
    quantities: there(stockQuantity("12")),
    elsewhere: [],
    holds: [],
    lastPublished: new Map(),
    readAt: "2026-11-21T09:00:00.000Z",
    ...given,
  };
}

export function move(demand: string, reserved: string, done: string, state: string): ErpMove {
  return { productId: 102, demand, reserved, done, state };
}

export function held(ordered: string, moves: readonly ErpMove[] | null = null): HeldOrder {
  return { shop: "", orderId: "1054", orderNumber: "1054", parts: [{ ordered, scope: null }], moves };
}
