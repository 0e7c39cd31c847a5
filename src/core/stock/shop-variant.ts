/** A sellable thing in a shop as its connector decoded it: a simple product or one variation, never a variable parent. */
export interface ShopVariant {
  readonly id: string;
  /** The variable product it belongs to; null for a simple product. */
  readonly parentId: string | null;
  /** Trimmed; "" when blank. */
  readonly sku: string;
  readonly name: string;
  readonly published: boolean;
  /** False: the shop does not count this variant's stock (or counts it on the parent). Reported, never changed. */
  readonly stockManaged: boolean;
  /** Whole units; null when not managed. */
  readonly quantity: number | null;
  readonly backorders: "no" | "notify" | "yes";
  readonly modifiedAt: string;
}

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
  /** Absolute whole units, never NaN or a fraction. */
  readonly quantity: number;
}
