/**
 * Sales orders and their lines as the hub sees them. Which order is ours is told by its external id alone; one that only
 * has our reference is somebody else's. An order that a link knows but that has lost its external id is ours when its reference agrees.
 */
import type { ErpLine, ErpOrder, ErpTaxTotal } from "../../core/order/erp-documents.ts";
import type { CallContext } from "../../core/ports/call.ts";
import type { ErpOrderQuery } from "../../core/ports/erp.ts";
import { ok, type Result } from "../../core/result.ts";
import { moneyText, quantityText, sumQuantity } from "./amounts.ts";
import { idIn, instantIn, linkIn, linksIn, numberIn, textIn, type Row } from "./decode.ts";
import type { Dialect } from "./dialect.ts";
import { decodedRows, type Currency } from "./reference-data.ts";
import { findByExternalId } from "./references.ts";
import { anyOf, type OdooSession } from "./session.ts";

const ORDER_FIELDS = [
  "name",
  "client_order_ref",
  "state",
  "currency_id",
  "date_order",
  "partner_id",
  "amount_untaxed",
  "amount_tax",
  "amount_total",
  "invoice_status",
  "invoice_ids",
];

/** A line that is split in two (prices of two digits cannot give its amount) has its second half under this id. */
const SPLIT_SUFFIX = "_s2";

export function splitExternalId(lineExternalId: string): string {
  return `${lineExternalId}${SPLIT_SUFFIX}`;
}

export function unsplitExternalId(externalId: string): string {
  return externalId.endsWith(SPLIT_SUFFIX) ? externalId.slice(0, -SPLIT_SUFFIX.length) : externalId;
}

export interface FoundOrder {
  readonly id: number;
  /** Null: it has none any more. */
  readonly externalId: string | null;
  readonly row: Row;
}

/** By the shop's order id; without an entry there is none of ours. */
export async function findOrders(
  session: OdooSession,
  queries: readonly ErpOrderQuery[],
  call: CallContext,
): Promise<Result<ReadonlyMap<string, FoundOrder>>> {
  const references = queries.map((query) => query.reference).filter((reference) => reference !== "");
  const known = queries
    .flatMap((query) => [query.knownOrderId, session.book.get(query.externalId)])
    .filter((id) => id !== null && id !== undefined);
  const first = await readOrders(
    session,
    anyOf([[["client_order_ref", "in", references]], [["id", "in", known]]]),
    call,
  );
  if (!first.ok) return first;
  const matched = new Map(matches(queries, first.value));
  const open = queries.filter((query) => !matched.has(query.orderId));
  // Somebody may have edited the reference, or the links were lost: the external id stays.
  const elsewhere = await findByExternalId(
    session,
    "sale.order",
    open.map((query) => query.externalId),
    call,
  );
  if (!elsewhere.ok) return elsewhere;
  if (elsewhere.value.size > 0) {
    const second = await readOrders(session, [["id", "in", [...elsewhere.value.values()]]], call);
    if (!second.ok) return second;
    for (const [orderId, found] of matches(open, second.value)) matched.set(orderId, found);
  }
  for (const query of queries) {
    const found = matched.get(query.orderId);
    if (found) session.book.set(query.externalId, found.id);
    else session.book.delete(query.externalId);
  }
  return ok(matched);
}

async function readOrders(
  session: OdooSession,
  domain: readonly unknown[],
  call: CallContext,
): Promise<Result<readonly FoundOrder[]>> {
  const rows = await session.searchRead("sale.order", domain, ORDER_FIELDS, call);
  const decodedIds = decodedRows(session, "sale.order", rows, (all) => all.map((row) => ({ id: idIn(row), row })));
  if (!decodedIds.ok) return decodedIds;
  const externalIds = await session.externalIds(
    "sale.order",
    decodedIds.value.map(({ id }) => id),
    call,
  );
  if (!externalIds.ok) return externalIds;
  return ok(decodedIds.value.map(({ id, row }) => ({ id, row, externalId: externalIds.value.get(id) ?? null })));
}

function matches(
  queries: readonly ErpOrderQuery[],
  found: readonly FoundOrder[],
): readonly (readonly [string, FoundOrder])[] {
  const byExternalId = new Map(found.map((order) => [order.externalId, order]));
  return queries.flatMap((query) => {
    const linked = () =>
      found.find(
        (order) =>
          order.id === query.knownOrderId &&
          order.externalId === null &&
          order.row["client_order_ref"] === query.reference,
      );
    const own = byExternalId.get(query.externalId) ?? linked();
    return own ? [[query.orderId, own] as const] : [];
  });
}

export interface FoundLine {
  readonly id: number;
  readonly orderId: number;
  /** Of the line as it was asked for: both halves of a split line have the same. */
  readonly externalId: string | null;
  readonly row: Row;
}

export async function readOrderLines(
  session: OdooSession,
  dialect: Dialect,
  orderIds: readonly number[],
  call: CallContext,
): Promise<Result<readonly FoundLine[]>> {
  if (orderIds.length === 0) return ok([]);
  const exact = dialect.exactTaxes ? ["extra_tax_data"] : [];
  const fields = [
    "order_id",
    "product_id",
    "product_uom_qty",
    "price_subtotal",
    "price_tax",
    "qty_to_invoice",
    "display_type",
    dialect.orderLineTaxes,
    ...exact,
  ];
  const domain = [
    ["order_id", "in", orderIds],
    ["display_type", "=", false],
  ];
  const rows = await session.searchRead("sale.order.line", domain, fields, call, { order: "order_id, sequence, id" });
  const lines = decodedRows(session, "sale.order.line", rows, (all) =>
    all.map((row) => ({ id: idIn(row), orderId: linkIn(row, "order_id") ?? 0, row })),
  );
  if (!lines.ok) return lines;
  const externalIds = await session.externalIds(
    "sale.order.line",
    lines.value.map(({ id }) => id),
    call,
  );
  if (!externalIds.ok) return externalIds;
  return ok(
    lines.value.map((line) => {
      const externalId = externalIds.value.get(line.id);
      return { ...line, externalId: externalId === undefined ? null : unsplitExternalId(externalId) };
    }),
  );
}

/** What a line tells on an order and on an invoice; halves of a split line are still apart. */
export interface LineAmounts {
  readonly id: number;
  readonly externalId: string | null;
  readonly productId: number | null;
  readonly quantity: number;
  readonly untaxed: number;
  readonly taxIds: readonly number[];
}

/** Halves of one line of ours become one again: it was asked for as one. */
export function mergeLines(lines: readonly LineAmounts[], digits: number): readonly ErpLine[] {
  const groups = new Map<string, LineAmounts[]>();
  for (const line of lines) {
    const key =
      line.externalId === null ? `id ${line.id}` : `${line.externalId} ${line.productId ?? 0} ${line.taxIds.join(",")}`;
    groups.set(key, [...(groups.get(key) ?? []), line]);
  }
  return [...groups.values()].flatMap(([first, ...others]) => {
    if (!first) return [];
    const all = [first, ...others];
    const untaxed = moneyText(
      all.reduce((total, line) => total + line.untaxed, 0),
      digits,
    );
    const { id, externalId, productId, taxIds } = first;
    return [{ id, externalId, productId, quantity: sumQuantity(all.map((line) => line.quantity)), untaxed, taxIds }];
  });
}

export function erpOrder(
  found: FoundOrder,
  lines: readonly FoundLine[],
  dialect: Dialect,
  currency: Currency,
): ErpOrder {
  const { row } = found;
  const money = (field: string) => moneyText(numberIn(row, field), currency.digits);
  return {
    id: found.id,
    name: textIn(row, "name"),
    externalId: found.externalId,
    reference: textIn(row, "client_order_ref"),
    state: stateOf(textIn(row, "state")),
    currency: currency.code,
    dateOrder: instantIn(row, "date_order"),
    partnerId: linkIn(row, "partner_id") ?? 0,
    untaxed: money("amount_untaxed"),
    tax: money("amount_tax"),
    total: money("amount_total"),
    invoiceStatus: invoiceStatus(row, lines),
    lines: mergeLines(
      lines.map((line) => lineAmounts(line, dialect)),
      currency.digits,
    ),
    taxTotals: dialect.exactTaxes ? orderTaxes(lines, dialect, currency.digits, money("amount_tax")) : null,
  };
}

function stateOf(state: string): ErpOrder["state"] {
  if (state === "cancel") return "cancel";
  return state === "draft" || state === "sent" ? "draft" : "sale";
}

/**
 * Odoo says `to invoice` as soon as anything may be invoiced. The hub's invoice is the whole order's: as long as a product
 * waits for its delivery there is nothing to invoice.
 */
function invoiceStatus(row: Row, lines: readonly FoundLine[]): string {
  const status = textIn(row, "invoice_status");
  return status === "to invoice" && !lines.every(isWhollyInvoiceable) && linksIn(row, "invoice_ids").length === 0
    ? "no"
    : status;
}

export function isWhollyInvoiceable({ row }: FoundLine): boolean {
  return quantityText(numberIn(row, "qty_to_invoice")) === quantityText(numberIn(row, "product_uom_qty"));
}

function lineAmounts({ id, externalId, row }: FoundLine, dialect: Dialect): LineAmounts {
  return {
    id,
    externalId,
    productId: linkIn(row, "product_id"),
    quantity: numberIn(row, "product_uom_qty"),
    untaxed: numberIn(row, "price_subtotal"),
    taxIds: linksIn(row, dialect.orderLineTaxes),
  };
}

/**
 * An order shows its tax per line, not per tax. One tax on a line is that line's; several are told apart by the amounts
 * that were given to the line, as long as they are what Odoo counts. Null when that cannot be said of every line.
 */
function orderTaxes(
  lines: readonly FoundLine[],
  dialect: Dialect,
  digits: number,
  total: string,
): readonly ErpTaxTotal[] | null {
  const totals = new Map<number, number>();
  for (const { row } of lines) {
    const taxIds = linksIn(row, dialect.orderLineTaxes);
    const tax = numberIn(row, "price_tax");
    const shares = taxIds.length === 1 ? new Map([[taxIds[0] ?? 0, tax]]) : sharesOf(row["extra_tax_data"], taxIds);
    const told = [...shares.values()].reduce((sum, share) => sum + share, 0);
    if (moneyText(told, digits) !== moneyText(tax, digits)) return null;
    for (const [taxId, share] of shares) totals.set(taxId, (totals.get(taxId) ?? 0) + share);
  }
  const all = [...totals.values()].reduce((sum, share) => sum + share, 0);
  if (moneyText(all, digits) !== total) return null;
  return [...totals].map(([taxId, amount]) => ({ taxId, amount: moneyText(amount, digits) }));
}

function sharesOf(extra: unknown, taxIds: readonly number[]): ReadonlyMap<number, number> {
  const manual =
    typeof extra === "object" && extra !== null ? (extra as Record<string, unknown>)["manual_tax_amounts"] : null;
  if (typeof manual !== "object" || manual === null) return new Map();
  return new Map(
    taxIds.flatMap((taxId) => {
      const share = (manual as Record<string, { tax_amount_currency?: unknown } | undefined>)[String(taxId)]
        ?.tax_amount_currency;
      return typeof share === "number" ? [[taxId, share] as const] : [];
    }),
  );
}
