/**
 * Which product of the ERP a line of the shop's order is: the one with its SKU; where that is blank or unknown there, the one that
 * the line's variant is linked to (its barcode may have told); services by the configuration's SKUs.
 */
import { failure, type Failure } from "../failures.ts";
import type { Link } from "../ports/store.ts";
import type { ErpProduct } from "./erp-documents.ts";
import { lineName } from "./line-name.ts";
import type { OrderRules } from "./rules.ts";
import type { OrderLine, ShopOrder } from "./shop-order.ts";

export interface ProductSources {
  /** By SKU as asked: every active product that carries it. */
  readonly products: ReadonlyMap<string, readonly ErpProduct[]>;
  /** By variant id: links of the lines' variants, as far as SKUs did not tell. */
  readonly variants: ReadonlyMap<string, Link>;
}

export type Refuse = (found: Failure) => null;

export function lineProduct(
  order: ShopOrder,
  line: OrderLine,
  { products, variants }: ProductSources,
  rules: OrderRules,
  refuse: Refuse,
): number | null {
  if (line.kind !== "product") return serviceProduct(order, line, products, rules, refuse);
  const sku = line.sku.trim();
  const found = sku === "" ? [] : (products.get(sku) ?? []);
  if (found.length > 1) return refuse(duplicateSku(sku, found));
  const [product] = found;
  if (product !== undefined) return product.id;
  const linked = linkedProduct(line, variants);
  if (linked !== null) return linked;
  if (sku === "" && line.variantId === null) {
    return refuse(failure("PRODUCT_GONE_FROM_SHOP", { order: order.number, line: lineName(line) }));
  }
  if (sku === "") return refuse(failure("SKU_BLANK_ON_ORDER", { order: order.number, line: lineName(line) }));
  return refuse(failure("SKU_NOT_FOUND", { order: order.number, sku }));
}

/** Variants whose SKU did not tell the product: their links are worth a look. */
export function variantsWithoutProduct(order: ShopOrder, products: ProductSources["products"]): readonly string[] {
  return order.lines.flatMap(({ kind, sku, variantId }) => {
    const isFound = sku.trim() !== "" && (products.get(sku.trim()) ?? []).length > 0;
    return kind === "product" && variantId !== null && !isFound ? [variantId] : [];
  });
}

/** A link that was made under another SKU was made for another thing. */
function linkedProduct({ variantId, sku }: OrderLine, variants: ProductSources["variants"]): number | null {
  const link = variantId === null ? undefined : variants.get(variantId);
  return link !== undefined && link.label.toLowerCase() === sku.trim().toLowerCase() ? link.erpId : null;
}

function serviceProduct(
  order: ShopOrder,
  line: OrderLine,
  products: ProductSources["products"],
  rules: OrderRules,
  refuse: Refuse,
): number | null {
  const sku = serviceSku(line, rules);
  const found = sku === null ? [] : (products.get(sku) ?? []);
  if (sku !== null && found.length > 1) return refuse(duplicateSku(sku, found));
  const what = line.kind === "shipping" ? "shipping" : "fees";
  const missing = { order: order.number, what, sku: sku ?? "not configured" };
  return found[0]?.id ?? refuse(failure("SERVICE_PRODUCT_MISSING", missing));
}

export function serviceSku(line: OrderLine, rules: OrderRules): string | null {
  return (line.kind === "shipping" ? rules.shippingSku : rules.feeSku)?.trim() || null;
}

export function duplicateSku(sku: string, found: readonly ErpProduct[]): Failure {
  const NAMED_MAX = 5;
  const named = found.slice(0, NAMED_MAX).map((product) => `${product.name} (${product.id})`);
  const products = found.length > NAMED_MAX ? `${named.join(", ")}, …` : named.join(", ");
  return failure("SKU_DUPLICATE_IN_ODOO", { sku, count: String(found.length), products });
}
