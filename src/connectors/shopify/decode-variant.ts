/**
 * Shopify's variant, its inventory item and the item's levels, as the hub knows a variant. Every product of Shopify's has
 * variants, a simple one a single "Default Title".
 */
import { failure } from "../../core/failures.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { ShopVariant, StockLevel } from "../../core/stock/shop-variant.ts";
import type { LevelFieldsFragment, VariantFieldsFragment } from "./generated.ts";
import { numericId } from "./ids.ts";

export const AVAILABLE = "available";

/** Shopify's own word for the variant of a product without options. */
const NO_OPTIONS = "Default Title";

/** A variant without its levels, which come in pages or lines of their own. */
export type VariantBody = Omit<VariantFieldsFragment, "inventoryItem"> & {
  readonly inventoryItem: Pick<VariantFieldsFragment["inventoryItem"], "id" | "tracked">;
};

/** Sold to everybody, or to those who have the link. */
const PUBLISHED: ReadonlySet<string> = new Set<VariantBody["product"]["status"]>(["ACTIVE", "UNLISTED"]);

export function decodeVariant(
  connection: string,
  body: VariantBody,
  levels: readonly LevelFieldsFragment[],
): Result<ShopVariant> {
  const { tracked } = body.inventoryItem;
  const decoded: StockLevel[] = [];
  for (const level of levels) {
    const quantity = availableOf(level);
    if (tracked && quantity === null) {
      const field = `available at ${level.location.name}`;
      return fail(
        failure("VARIANT_UNREADABLE", { variant: numericId(body.id), connection, field, why: "is not told" }),
      );
    }
    decoded.push(stockLevel(level, tracked ? quantity : null));
  }
  return ok({
    id: numericId(body.id),
    parentId: numericId(body.product.id),
    sku: (body.sku ?? "").trim(),
    barcode: (body.barcode ?? "").trim(),
    itemId: numericId(body.inventoryItem.id),
    name: body.title === NO_OPTIONS ? body.product.title : `${body.product.title} - ${body.title}`,
    published: PUBLISHED.has(body.product.status),
    stockManaged: tracked,
    levels: decoded.toSorted((a, b) => compareIds(a.locationId, b.locationId)),
    backorders: body.inventoryPolicy === "CONTINUE" ? "yes" : "no",
    modifiedAt: body.updatedAt,
  });
}

/** Null: the answer has no such quantity. */
export function availableOf({ quantities }: LevelFieldsFragment): number | null {
  return quantities.find(({ name }) => name === AVAILABLE)?.quantity ?? null;
}

export function stockLevel(level: LevelFieldsFragment, quantity: number | null): StockLevel {
  const { location, updatedAt } = level;
  return { locationId: numericId(location.id), locationName: location.name, quantity, version: updatedAt };
}

/** Ids are numbers that may be too large for a float. */
export function compareIds(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}
