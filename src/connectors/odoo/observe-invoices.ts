/**
 * Invoices and credit notes of sales orders, with their lines and the totals of each tax as they stand in the books.
 */
import type { ErpInvoice, ErpTaxTotal } from "../../core/order/erp-documents.ts";
import type { CallContext } from "../../core/ports/call.ts";
import { ok, type Result } from "../../core/result.ts";
import { moneyText } from "./amounts.ts";
import { flagIn, idIn, linkIn, linksIn, numberIn, textIn, type Row } from "./decode.ts";
import type { Dialect } from "./dialect.ts";
import { mergeLines, type LineAmounts } from "./observe-orders.ts";
import { decodedRows, type Currency } from "./reference-data.ts";
import type { OdooSession } from "./session.ts";

const INVOICE_FIELDS = [
  "name",
  "move_type",
  "state",
  "payment_state",
  "currency_id",
  "invoice_date",
  "amount_untaxed",
  "amount_tax",
  "amount_total",
  "amount_residual",
  "commercial_partner_id",
  "reversed_entry_id",
];

export type MoveLineKind = "product" | "tax" | "receivable" | "other";

export interface FoundMoveLine {
  readonly id: number;
  readonly moveId: number;
  readonly kind: MoveLineKind;
  readonly row: Row;
}

export interface InvoiceSources {
  /** External id of each order line, as it was asked for. */
  readonly lines: ReadonlyMap<number, string | null>;
  /** External id of each credit note that has one. */
  readonly notes: ReadonlyMap<number, string>;
}

export interface FoundInvoice {
  readonly invoice: ErpInvoice;
  readonly commercialPartnerId: number | null;
}

/** Those that exist, whatever their state, and the credit notes that take them back. */
export async function readInvoices(
  session: OdooSession,
  ids: readonly number[],
  call: CallContext,
): Promise<Result<readonly Row[]>> {
  if (ids.length === 0) return ok([]);
  const domain = [
    "&",
    ["move_type", "in", ["out_invoice", "out_refund"]],
    "|",
    ["id", "in", ids],
    ["reversed_entry_id", "in", ids],
  ];
  return session.searchRead("account.move", domain, INVOICE_FIELDS, call, { order: "id" });
}

export async function readMoveLines(
  session: OdooSession,
  dialect: Dialect,
  moveIds: readonly number[],
  call: CallContext,
): Promise<Result<readonly FoundMoveLine[]>> {
  if (moveIds.length === 0) return ok([]);
  const excluded = dialect.lineTypes ? [] : ["exclude_from_invoice_tab"];
  const named = [
    "move_id",
    "product_id",
    "quantity",
    "price_unit",
    "price_subtotal",
    "tax_ids",
    "tax_line_id",
    "amount_currency",
    "balance",
    "sale_line_ids",
  ];
  const fields = [...named, "display_type", dialect.receivable.field, ...excluded];
  const rows = await session.searchRead("account.move.line", [["move_id", "in", moveIds]], fields, call, {
    order: "move_id, id",
  });
  return decodedRows(session, "account.move.line", rows, (all) =>
    all.map((row) => ({ id: idIn(row), moveId: linkIn(row, "move_id") ?? 0, kind: kindOf(row, dialect), row })),
  );
}

function kindOf(row: Row, dialect: Dialect): MoveLineKind {
  if (linkIn(row, "tax_line_id") !== null) return "tax";
  if (row[dialect.receivable.field] === dialect.receivable.value) return "receivable";
  const type = textIn(row, "display_type");
  const isProduct = dialect.lineTypes ? type === "product" : type === "" && !flagIn(row, "exclude_from_invoice_tab");
  return isProduct ? "product" : "other";
}

export function erpInvoice(
  row: Row,
  lines: readonly FoundMoveLine[],
  sources: InvoiceSources,
  currency: Currency,
): FoundInvoice {
  const money = (field: string) => moneyText(numberIn(row, field), currency.digits);
  const type = textIn(row, "move_type") === "out_refund" ? "out_refund" : "out_invoice";
  const state = textIn(row, "state");
  const invoice: ErpInvoice = {
    id: idIn(row),
    name: textIn(row, "name"),
    type,
    state: state === "posted" || state === "draft" ? state : "cancel",
    paymentState: textIn(row, "payment_state"),
    currency: currency.code,
    invoiceDate: textIn(row, "invoice_date") || null,
    untaxed: money("amount_untaxed"),
    tax: money("amount_tax"),
    total: money("amount_total"),
    residual: isPaid(row) ? moneyText(0, currency.digits) : money("amount_residual"),
    lines: mergeLines(
      lines.filter((line) => line.kind === "product").map((line) => lineAmounts(line, sources.lines)),
      currency.digits,
    ),
    taxTotals: taxTotals(lines, type, currency.digits),
    externalId: sources.notes.get(idIn(row)) ?? null,
    reversedId: type === "out_refund" ? linkIn(row, "reversed_entry_id") : null,
  };
  return { invoice, commercialPartnerId: linkIn(row, "commercial_partner_id") };
}

/** A payment without a journal entry leaves the amount open in the books until the bank statement; nothing is owed for it. */
function isPaid(row: Row): boolean {
  return ["paid", "in_payment"].includes(textIn(row, "payment_state"));
}

function lineAmounts({ id, row }: FoundMoveLine, externalIds: ReadonlyMap<number, string | null>): LineAmounts {
  const [orderLine] = linksIn(row, "sale_line_ids");
  return {
    id,
    externalId: orderLine === undefined ? null : (externalIds.get(orderLine) ?? null),
    productId: linkIn(row, "product_id"),
    quantity: numberIn(row, "quantity"),
    untaxed: numberIn(row, "price_subtotal"),
    taxIds: linksIn(row, "tax_ids"),
  };
}

/** Taxes stand in credit on an invoice and in debit on a credit note. */
export function taxTotals(
  lines: readonly FoundMoveLine[],
  type: ErpInvoice["type"],
  digits: number,
): readonly ErpTaxTotal[] {
  const sign = type === "out_refund" ? 1 : -1;
  const totals = new Map<number, number>();
  for (const { kind, row } of lines) {
    const taxId = kind === "tax" ? linkIn(row, "tax_line_id") : null;
    if (taxId !== null) totals.set(taxId, (totals.get(taxId) ?? 0) + sign * numberIn(row, "amount_currency"));
  }
  return [...totals].map(([taxId, amount]) => ({ taxId, amount: moneyText(amount, digits) }));
}
