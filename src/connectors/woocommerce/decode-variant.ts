/**
 * WooCommerce's product or variation, as the hub knows a variant. A variable parent and a grouped product are none:
 * nobody can buy them, and their stock is their variations' or members'.
 */
import { failure, type Failure } from "../../core/failures.ts";
import { misfitOf } from "../../core/misfit.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { type ShopVariant, type StockLevel, WHOLE_SHOP } from "../../core/stock/shop-variant.ts";
import { idShape, productShape, type ProductShape } from "./shapes.ts";

/** What is asked of the products' endpoint; a tenth of a full answer. The price, for one, costs the shop a template. */
export const VARIANT_FIELDS =
  "id,type,parent_id,name,sku,global_unique_id,status,manage_stock,stock_quantity,backorders,date_modified_gmt,date_created_gmt,variations";

const EPOCH = "1970-01-01T00:00:00.000Z";

export interface DecodedProduct {
  readonly shape: ProductShape;
  /** Null for a parent. */
  readonly variant: ShopVariant | null;
}

/** `given` is the id that was asked for, for the sentence when the item does not even tell its own. */
export function decodeProduct(
  body: unknown,
  given: string,
  connection: string,
  parentId: string | null = null,
): Result<DecodedProduct> {
  const parsed = productShape.safeParse(body, { reportInput: true });
  if (!parsed.success) return fail(unreadable(given, connection, misfitOf(parsed.error)));
  return ok({ shape: parsed.data, variant: isParent(parsed.data) ? null : toVariant(parsed.data, parentId) });
}

export function unreadable(
  variant: string,
  connection: string,
  misfit: { readonly field: string; readonly why: string },
): Failure {
  return failure("VARIANT_UNREADABLE", { variant, connection, ...misfit });
}

/** The item's own id, if it has one. */
export function idOfItem(body: unknown): string | null {
  const parsed = idShape.safeParse(body);
  return parsed.success ? String(parsed.data.id) : null;
}

/** Plugins derive from these names: `variable-subscription` has variations as well. */
export function isParent({ type }: Pick<ProductShape, "type">): boolean {
  return type === "grouped" || type === "variable" || type.startsWith("variable-");
}

/** The shop knows no locations: one number counts for all of it. */
export function wholeShop(quantity: number | null): StockLevel {
  return { locationId: WHOLE_SHOP, locationName: "", quantity, version: "" };
}

function toVariant(product: ProductShape, parentId: string | null): ShopVariant {
  const managed = product.manage_stock === true;
  const parent = product.parent_id ? String(product.parent_id) : parentId;
  return {
    id: String(product.id),
    // Only a variation belongs to its parent; members of groups keep a parent's id from old versions of the shop.
    parentId: product.type.includes("variation") ? parent : null,
    sku: (product.sku ?? "").trim(),
    barcode: (product.global_unique_id ?? "").trim(),
    itemId: null,
    name: product.name,
    published: product.status === "publish",
    stockManaged: managed,
    // Plugins allow fractions; the hub counts whole units, so that a fraction shows as a difference and is overwritten.
    levels: [wholeShop(managed ? Math.floor(product.stock_quantity ?? 0) : null)],
    backorders: product.backorders,
    modifiedAt: product.date_modified_gmt ?? product.date_created_gmt ?? EPOCH,
  };
}
