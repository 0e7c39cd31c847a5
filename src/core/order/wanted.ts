/** The document that an observation calls for: the shop's order with the partners and products that were found. */
import { type DocumentResult, orderDocument } from "./document.ts";
import type { Link } from "../ports/store.ts";
import type { ErpOrder } from "./erp-documents.ts";
import type { OrderObserved } from "./observed.ts";
import { orderPartners } from "./partners.ts";
import type { OrderRules } from "./rules.ts";
import type { ShopOrder } from "./shop-order.ts";

export function wantedDocument(
  { erp, settings, links }: OrderObserved,
  order: ShopOrder,
  rules: OrderRules,
): DocumentResult {
  const partners = orderPartners(order, rules.connection, erp.partners);
  return orderDocument(
    order,
    {
      settings,
      partners,
      products: erp.products,
      variants: variantLinks(links),
      settledProducts: settledProducts(erp.order),
    },
    rules,
  );
}

function variantLinks(links: readonly Link[]): ReadonlyMap<string, Link> {
  return new Map(links.filter(({ kind }) => kind === "variant").map((link) => [link.shopId, link]));
}

function settledProducts(order: ErpOrder | null): ReadonlyMap<string, number> {
  const settled = new Map<string, number>();
  if (order?.state !== "sale") return settled;
  for (const { externalId, productId } of order.lines) {
    if (externalId !== null && productId !== null) settled.set(externalId, productId);
  }
  return settled;
}
