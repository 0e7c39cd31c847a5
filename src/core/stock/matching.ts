/**
 * Which product of the ERP a variant is: the one with its SKU; where the SKU is blank or unknown there, the one with its
 * barcode. What is not exactly one thing on both sides is named.
 */
import { failure, type Failure } from "../failures.ts";
import { duplicateSku } from "../order/line-product.ts";
import type { ErpProduct } from "../order/erp-documents.ts";
import { fail, ok, type Result } from "../result.ts";
import type { StockRules } from "./rules.ts";
import type { ShopVariant, SkuCarrier } from "./shop-variant.ts";

export interface Match {
  /** Other variants of the shop with the same SKU. */
  readonly twins: readonly SkuCarrier[];
  readonly products: readonly ErpProduct[];
  readonly matchedBy: "sku" | "barcode";
  /** Other variants of the shop that are the same product. */
  readonly rivals: readonly string[];
}

const NAMED_MAX = 5;

export function matchedProduct(variant: ShopVariant, match: Match, rules: StockRules): Result<ErpProduct> {
  const { connection } = rules;
  const { twins, products, matchedBy, rivals } = match;
  if (twins.length > 0) return fail(twinFailure(variant, twins, connection));
  const [product] = products;
  if (product === undefined || (matchedBy === "sku" && variant.sku === "")) return fail(unmatched(variant, connection));
  if (matchedBy === "sku") return products.length > 1 ? fail(duplicateSku(variant.sku, products)) : ok(product);
  const { id, barcode } = variant;
  if (products.length > 1) {
    const count = String(products.length);
    const named = listed(products.map((found) => `${found.name} (${found.id})`));
    return fail(failure("STOCK_BARCODE_DUPLICATE_IN_ODOO", { barcode, variant: id, count, products: named }));
  }
  if (rivals.length > 0) {
    const named = { product: `${product.name} (${product.id})`, others: `variant ${listed(rivals.toSorted())}` };
    return fail(failure("STOCK_BARCODE_DUPLICATE_IN_SHOP", { variant: id, connection, barcode, ...named }));
  }
  return ok(product);
}

/** `SKU ABC`, or the variant by its id and name where it has none. */
export function skuText({ id, sku, name }: ShopVariant): string {
  return sku === "" ? `Variant ${id} ("${name}")` : `SKU ${sku}`;
}

function unmatched({ id, sku, name }: ShopVariant, connection: string): Failure {
  return sku === ""
    ? failure("STOCK_SKU_BLANK", { variant: id, name, connection })
    : failure("STOCK_SKU_NOT_IN_ODOO", { sku });
}

function twinFailure(variant: ShopVariant, twins: readonly SkuCarrier[], connection: string): Failure {
  const ids = [variant, ...twins].map((each) => each.id).toSorted();
  const count = String(ids.length);
  return failure("STOCK_SKU_DUPLICATE_IN_SHOP", { sku: variant.sku, count, connection, variants: listed(ids) });
}

function listed(names: readonly string[]): string {
  return names.length > NAMED_MAX ? `${names.slice(0, NAMED_MAX).join(", ")}, …` : names.join(", ");
}
