/**
 * The order as it has to stand in Odoo, or every named reason why it cannot be written yet. Nets are after discount and
 * carry the shop's own taxes line by line, so the document's total is the shop's by construction.
 */
import { failure, type Failure } from "../failures.ts";
import { formatMoney, sum } from "../money.ts";
import type { ErpSettings } from "../ports/erp.ts";
import { formatQuantity, parseQuantity } from "../quantity.ts";
import { type LineAmounts, type OrderAmounts, orderAmounts } from "./consistency.ts";
import type { DocumentLine, DocumentTax, ErpProduct, OrderDocument } from "./erp-documents.ts";
import { lineExternalId, orderExternalId } from "./external-ids.ts";
import type { OrderPartners } from "./partners.ts";
import type { Wanted } from "./proof.ts";
import type { OrderRules } from "./rules.ts";
import type { OrderLine, ShopOrder } from "./shop-order.ts";

export interface DocumentSources {
  readonly settings: ErpSettings;
  readonly partners: OrderPartners;
  /** By SKU as asked: every active product that carries it. */
  readonly products: ReadonlyMap<string, readonly ErpProduct[]>;
  /**
   * External line id -> product, of an order that is confirmed in Odoo: its lines keep their product even when the SKU
   * was changed or the product removed since.
   */
  readonly settledProducts: ReadonlyMap<string, number>;
}

export type DocumentResult =
  | { readonly ok: true; readonly wanted: Wanted }
  /** At least one. */
  | { readonly ok: false; readonly failures: readonly Failure[] };

/** Enough for a pallet of screws; more is a broken field or a joke. */
const LINE_QUANTITY_MAX = 999_999;

export function orderDocument(order: ShopOrder, sources: DocumentSources, rules: OrderRules): DocumentResult {
  const { settings, partners } = sources;
  const amounts = orderAmounts(order);
  if (!amounts.ok) return { ok: false, failures: [amounts.failure] };
  const failures: Failure[] = [];
  const refuse = (found: Failure) => {
    // One sentence for each cause, however many lines share it.
    if (!failures.some((known) => JSON.stringify(known) === JSON.stringify(found))) failures.push(found);
    return null;
  };
  if (!settings.currencies.includes(order.currency)) {
    refuse(failure("CURRENCY_UNKNOWN", { order: order.number, currency: order.currency }));
  }
  const externalId = orderExternalId(rules.connection, order.id);
  const texts = lineTexts(order, amounts.value);
  const lines: DocumentLine[] = [];
  for (const [index, lineAmounts] of amounts.value.lines.entries()) {
    const { line } = lineAmounts;
    const lineXid = lineExternalId(externalId, line.id);
    const quantity = lineQuantity(order, line, refuse);
    const productId = sources.settledProducts.get(lineXid) ?? lineProduct(order, line, sources, rules, refuse);
    const taxes = lineTaxes(order, lineAmounts, settings, rules, refuse);
    if (quantity === null || productId === null || taxes === null) continue;
    const untaxed = formatMoney(lineAmounts.untaxed, order.currency);
    lines.push({ externalId: lineXid, kind: line.kind, productId, name: texts[index]!, quantity, untaxed, taxes });
  }
  if (order.lines.length === 0) {
    refuse(failure("LINE_INVALID", { order: order.number, line: "(none)", why: "the order has no lines at all" }));
  }
  if (failures.length > 0) return { ok: false, failures };
  const document: OrderDocument = {
    externalId,
    reference: order.number,
    currency: order.currency,
    placedAt: order.createdAt,
    partnerExternalId: partners.customer,
    invoicePartnerExternalId: partners.invoice,
    deliveryPartnerExternalId: partners.delivery,
    warehouseId: settings.warehouseId,
    companyId: settings.companyId,
    teamId: settings.teamId,
    lines,
    total: formatMoney(amounts.value.total, order.currency),
    note: order.customerNote.trim(),
  };
  return { ok: true, wanted: { document, amounts: amounts.value, taxLabels: taxLabels(order, settings, rules) } };
}

/** SKUs that must be looked up in Odoo to write this order. */
export function orderSkus(order: ShopOrder, rules: OrderRules): readonly string[] {
  const skus = new Set<string>();
  for (const line of order.lines) {
    const sku = line.kind === "product" ? line.sku.trim() : serviceSku(line, rules);
    if (sku) skus.add(sku);
  }
  return [...skus];
}

type Refuse = (found: Failure) => null;

function lineQuantity(order: ShopOrder, line: OrderLine, refuse: Refuse): string | null {
  const invalid = (why: string) => refuse(failure("LINE_INVALID", { order: order.number, line: nameOf(line), why }));
  const parsed = parseQuantity(line.quantity);
  if (!parsed.ok) return invalid(`its quantity ${parsed.why}`);
  const { value } = parsed;
  if (value.isZero()) return invalid("its quantity is zero");
  if (value.isNegative()) return invalid(`its quantity ${formatQuantity(value)} is negative`);
  if (!value.isInteger()) return invalid(`its quantity ${formatQuantity(value)} is not a whole number`);
  if (value.greaterThan(LINE_QUANTITY_MAX)) return invalid(`its quantity ${formatQuantity(value)} is absurdly large`);
  return formatQuantity(value);
}

function serviceSku(line: OrderLine, rules: OrderRules): string | null {
  return (line.kind === "shipping" ? rules.shippingSku : rules.feeSku)?.trim() || null;
}

function lineProduct(
  order: ShopOrder,
  line: OrderLine,
  { products }: DocumentSources,
  rules: OrderRules,
  refuse: Refuse,
): number | null {
  if (line.kind !== "product") return serviceProduct(order, line, products, rules, refuse);
  const sku = line.sku.trim();
  if (sku === "" && line.variantId === null) {
    return refuse(failure("PRODUCT_GONE_FROM_SHOP", { order: order.number, line: nameOf(line) }));
  }
  if (sku === "") return refuse(failure("SKU_BLANK_ON_ORDER", { order: order.number, line: nameOf(line) }));
  const found = products.get(sku) ?? [];
  if (found.length > 1) return refuse(duplicateSku(sku, found));
  return found[0]?.id ?? refuse(failure("SKU_NOT_FOUND", { order: order.number, sku }));
}

function serviceProduct(
  order: ShopOrder,
  line: OrderLine,
  products: DocumentSources["products"],
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

export function duplicateSku(sku: string, found: readonly ErpProduct[]): Failure {
  const NAMED_MAX = 5;
  const named = found.slice(0, NAMED_MAX).map((product) => `${product.name} (${product.id})`);
  const products = found.length > NAMED_MAX ? `${named.join(", ")}, …` : named.join(", ");
  return failure("SKU_DUPLICATE_IN_ODOO", { sku, count: String(found.length), products });
}

/** Two rates of the shop may be one tax in Odoo: then their amounts on a line are one. */
function lineTaxes(
  order: ShopOrder,
  amounts: LineAmounts,
  settings: ErpSettings,
  rules: OrderRules,
  refuse: Refuse,
): readonly DocumentTax[] | null {
  const byTax = new Map<number, bigint>();
  let complete = true;
  for (const { rateId, amount } of amounts.taxes) {
    const name = rules.taxes.get(rateId);
    const taxId = name === undefined ? undefined : settings.taxes.get(name);
    if (taxId === undefined) {
      complete = false;
      refuse(taxNotMapped(order, rateId, rules));
      continue;
    }
    byTax.set(taxId, (byTax.get(taxId) ?? 0n) + amount);
  }
  if (!complete) return null;
  return [...byTax].map(([taxId, amount]) => ({ taxId, amount: formatMoney(amount, order.currency) }));
}

function taxLabels(order: ShopOrder, settings: ErpSettings, rules: OrderRules): ReadonlyMap<number, string> {
  const labels = new Map<number, string>();
  for (const rate of order.taxRates) {
    const taxId = settings.taxes.get(rules.taxes.get(rate.id) ?? "");
    if (taxId === undefined) continue;
    const label = rate.label || `rate ${rate.id}`;
    const known = labels.get(taxId);
    labels.set(taxId, known === undefined ? label : `${known} + ${label}`);
  }
  return labels;
}

export function taxNotMapped(order: ShopOrder, rateId: string, rules: OrderRules): Failure {
  const rate = order.taxRates.find((known) => known.id === rateId);
  return failure("TAX_NOT_MAPPED", {
    order: order.number,
    rate: rateId,
    label: rate?.label || "unnamed",
    percent: rate?.percent || "?",
    connection: rules.connection,
  });
}

function nameOf(line: OrderLine): string {
  return line.name.trim() || `number ${line.id}`;
}

/** A line's text names what was taken off it and the coupon that did; a free-shipping coupon stands on the shipping line. */
function lineTexts(order: ShopOrder, amounts: OrderAmounts): readonly string[] {
  const codes = order.coupons.map((coupon) => coupon.code).filter((code) => code.trim() !== "");
  const coupons = codes.length === 0 ? "" : `${codes.length === 1 ? "coupon" : "coupons"} ${codes.join(", ")}`;
  const anyDiscount = sum(amounts.lines.map((line) => line.discount)) !== 0n;
  return amounts.lines.map(({ line, discount }) => {
    const name = nameOf(line);
    if (discount > 0n) {
      const off = `discount ${formatMoney(discount, order.currency)} ${order.currency}`;
      return `${name} (${coupons ? `${off}, ${coupons}` : off})`;
    }
    return !anyDiscount && coupons && line.kind === "shipping" ? `${name} (${coupons})` : name;
  });
}
