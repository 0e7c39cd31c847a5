/**
 * The order as it has to stand in Odoo, or every named reason why it cannot be written yet. Nets are after discount and
 * carry the shop's own taxes line by line, so the document's total is the shop's by construction.
 */
import { failure, type Failure } from "../failures.ts";
import { formatMoney, sum } from "../money.ts";
import type { ErpSettings } from "../ports/erp.ts";
import { formatQuantity, parseQuantity } from "../quantity.ts";
import { type LineAmounts, type OrderAmounts, orderAmounts } from "./consistency.ts";
import type { DocumentLine, DocumentTax, OrderDocument } from "./erp-documents.ts";
import { lineExternalId, orderExternalId } from "./external-ids.ts";
import { lineName } from "./line-name.ts";
import { lineProduct, serviceSku, type ProductSources, type Refuse } from "./line-product.ts";
import type { OrderPartners } from "./partners.ts";
import type { Wanted } from "./proof.ts";
import type { OrderRules } from "./rules.ts";
import type { OrderLine, ShopOrder } from "./shop-order.ts";
import { orderWarehouse } from "./warehouse.ts";

export interface DocumentSources extends ProductSources {
  readonly settings: ErpSettings;
  readonly partners: OrderPartners;
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
  const warehouse = orderWarehouse(order, rules);
  // What is confirmed leaves from where it was confirmed to, whatever the shop plans since.
  if (!warehouse.ok && sources.settledProducts.size === 0) refuse(warehouse.failure);
  const code = warehouse.ok ? warehouse.code : rules.warehouse;
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
    warehouseId: code === null ? null : (settings.warehouses.get(code) ?? null),
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

function lineQuantity(order: ShopOrder, line: OrderLine, refuse: Refuse): string | null {
  const invalid = (why: string) => refuse(failure("LINE_INVALID", { order: order.number, line: lineName(line), why }));
  const parsed = parseQuantity(line.quantity);
  if (!parsed.ok) return invalid(`its quantity ${parsed.why}`);
  const { value } = parsed;
  if (value.isZero()) return invalid("its quantity is zero");
  if (value.isNegative()) return invalid(`its quantity ${formatQuantity(value)} is negative`);
  if (!value.isInteger()) return invalid(`its quantity ${formatQuantity(value)} is not a whole number`);
  if (value.greaterThan(LINE_QUANTITY_MAX)) return invalid(`its quantity ${formatQuantity(value)} is absurdly large`);
  return formatQuantity(value);
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
    // Where the shop knows its rates by name alone, the id says it all.
    rate: rate?.label === rateId ? rateId : `${rateId} (${rate?.label || "unnamed"}, ${rate?.percent || "?"} %)`,
    connection: rules.connection,
  });
}

/** A line's text names what was taken off it and the coupon that did; a free-shipping coupon stands on the shipping line. */
function lineTexts(order: ShopOrder, amounts: OrderAmounts): readonly string[] {
  const codes = order.coupons.map((coupon) => coupon.code).filter((code) => code.trim() !== "");
  const coupons = codes.length === 0 ? "" : `${codes.length === 1 ? "coupon" : "coupons"} ${codes.join(", ")}`;
  const anyDiscount = sum(amounts.lines.map((line) => line.discount)) !== 0n;
  return amounts.lines.map(({ line, discount }) => {
    const name = lineName(line);
    if (discount > 0n) {
      const off = `discount ${formatMoney(discount, order.currency)} ${order.currency}`;
      return `${name} (${coupons ? `${off}, ${coupons}` : off})`;
    }
    return !anyDiscount && coupons && line.kind === "shipping" ? `${name} (${coupons})` : name;
  });
}
