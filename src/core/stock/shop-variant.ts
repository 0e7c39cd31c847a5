/** The one stock location of a shop that does not know locations. */
export const WHOLE_SHOP = "shop";

/** The stock of one variant at one of the shop's locations. */
export interface StockLevel {
  /** The shop's id of the location; `WHOLE_SHOP` where it knows none. */
  readonly locationId: string;
  /** "" where the shop knows no locations. */
  readonly locationName: string;
  /** Whole units that the shop offers; null: the shop counts none. */
  readonly quantity: number | null;
  /** Changes whenever the quantity does: tells a retried write from a new one. "" where the shop does not tell. */
  readonly version: string;
}

/** A sellable thing in a shop as its connector decoded it: a simple product or one variation, never a variable parent. */
export interface ShopVariant {
  readonly id: string;
  /** The variable product it belongs to; null for a simple product. */
  readonly parentId: string | null;
  /** Trimmed; "" when blank. */
  readonly sku: string;
  /** Trimmed; "" when blank. */
  readonly barcode: string;
  /** The shop's id of what is counted, where that is not the variant's own (Shopify's inventory item); else null. */
  readonly itemId: string | null;
  readonly name: string;
  readonly published: boolean;
  /** False: the shop does not count this variant's stock (or counts it on the parent). Reported, never changed. */
  readonly stockManaged: boolean;
  /**
   * One entry for each location that stocks it, in the order of location ids; one for `WHOLE_SHOP` where the shop knows no locations.
   * A location that is missing does not stock it: writing there activates it.
   */
  readonly levels: readonly StockLevel[];
  readonly backorders: "no" | "notify" | "yes";
  readonly modifiedAt: string;
}

/** Who stands in the shop with a SKU. */
export type SkuCarrier = Pick<ShopVariant, "id" | "sku">;

/** Enough to find a variant again without listing the catalog. */
export interface VariantRef {
  readonly id: string;
  readonly parentId: string | null;
  readonly sku: string;
}

export interface StockWrite {
  readonly id: string;
  readonly parentId: string | null;
  readonly sku: string;
  readonly itemId: string | null;
  readonly locationId: string;
  /** What was there when it was decided: a shop that can compare refuses the write if it is not there any more; null: not stocked there. */
  readonly before: number | null;
  /** The level's version when it was decided. */
  readonly version: string;
  /** Absolute whole units, never NaN or a fraction. */
  readonly quantity: number;
}
