/**
 * An order's document as rows of `load`. Prices are such that each line comes to exactly its untaxed amount; where the server
 * takes the shop's taxes as they are (`extra_tax_data`), they go along line by line. Everything is text: no float is ever made
 * but the price that Odoo would read out of the same text.
 */
import type { DocumentLine, OrderDocument } from "../../core/order/erp-documents.ts";
import { exactPrice, scaled, splitLine, unscaled, type PricedLine } from "./amounts.ts";
import { odooInstant } from "./decode.ts";
import type { Dialect } from "./dialect.ts";
import { splitExternalId } from "./observe-orders.ts";
import type { Currency, Tax } from "./reference-data.ts";

export interface OrderEncoding {
  readonly document: OrderDocument;
  readonly partnerId: number;
  readonly invoicePartnerId: number;
  readonly deliveryPartnerId: number;
  readonly currency: Currency;
  /** Null: none is needed for the company's currency. */
  readonly pricelistId: number | null;
  readonly taxes: ReadonlyMap<number, Tax>;
}

const SEQUENCE_STEP = 10;

/** The columns of one order; what is null in the document stays with Odoo's default by leaving its column out. */
export function orderTable({ document }: OrderEncoding, dialect: Dialect): readonly string[] {
  return [...headOf(document).map(([field]) => field), ...lineFields(dialect).map((field) => `order_line/${field}`)];
}

function headOf(
  document: OrderDocument,
  encoding?: OrderEncoding,
  dialect?: Dialect,
): readonly (readonly [field: string, value: string])[] {
  const { warehouseId, teamId, companyId } = document;
  const optional = (field: string, id: number | null) => (id === null ? [] : [[field, String(id)] as const]);
  return [
    ["id", document.externalId],
    ["partner_id/.id", String(encoding?.partnerId ?? "")],
    ["partner_invoice_id/.id", String(encoding?.invoicePartnerId ?? "")],
    ["partner_shipping_id/.id", String(encoding?.deliveryPartnerId ?? "")],
    ["client_order_ref", document.reference],
    ["date_order", odooInstant(document.placedAt)],
    ["note", dialect?.noteIsHtml === true ? htmlOf(document.note) : document.note],
    ["pricelist_id/.id", String(encoding?.pricelistId ?? "")],
    ...optional("warehouse_id/.id", warehouseId),
    ...optional("team_id/.id", teamId),
    ...optional("company_id/.id", companyId),
  ];
}

function lineFields(dialect: Dialect): readonly string[] {
  const exact = dialect.exactTaxes ? ["extra_tax_data"] : [];
  const technical = dialect.technicalPrice ? ["technical_price_unit"] : [];
  return [
    "id",
    "sequence",
    "product_id/.id",
    "name",
    "product_uom_qty",
    "price_unit",
    "discount",
    `${dialect.orderLineTaxes}/.id`,
    ...technical,
    ...exact,
  ];
}

export function orderRows(encoding: OrderEncoding, dialect: Dialect): readonly (readonly string[])[] {
  const head = headOf(encoding.document, encoding, dialect).map(([, value]) => value);
  const blank = head.map(() => "");
  const lines = encoding.document.lines.flatMap((line, index) => lineRows(line, index, encoding, dialect));
  if (lines.length === 0) return [[...head, ...lineFields(dialect).map(() => "")]];
  return lines.map((row, index) => [...(index === 0 ? head : blank), ...row]);
}

function lineRows(
  line: DocumentLine,
  index: number,
  encoding: OrderEncoding,
  dialect: Dialect,
): readonly (readonly string[])[] {
  const ids = lineExternalIds(line, encoding, dialect);
  return pricedLines(line, encoding, dialect).map((priced, half) => {
    const exact = dialect.exactTaxes ? [extraTaxData(line, priced, encoding)] : [];
    const technical = dialect.technicalPrice ? ["0"] : [];
    return [
      ids[half] ?? "",
      String((index + 1) * SEQUENCE_STEP),
      String(line.productId),
      line.name,
      priced.quantity,
      priced.price,
      "0",
      line.taxes.map((tax) => String(tax.taxId)).join(","),
      ...technical,
      ...exact,
    ];
  });
}

/** Of the rows that a line comes to: its own, and its second half's where it is in two. */
export function lineExternalIds(line: DocumentLine, encoding: OrderEncoding, dialect: Dialect): readonly string[] {
  const isSplit = pricedLines(line, encoding, dialect).length > 1;
  return isSplit ? [line.externalId, splitExternalId(line.externalId)] : [line.externalId];
}

/** What a line's price and taxes are worked out from; credit notes have such lines too. */
export type PricedDocumentLine = Pick<DocumentLine, "quantity" | "untaxed" | "taxes">;

/** One line, or two where the server's prices are too coarse for its amount. */
export function pricedLines(
  line: PricedDocumentLine,
  { currency, taxes }: Pick<OrderEncoding, "currency" | "taxes">,
  dialect: Dialect,
): readonly PricedLine[] {
  // Odoo reads the price of a tax that is included in it with the tax.
  const included = line.taxes.filter((tax) => taxes.get(tax.taxId)?.priceInclude === true);
  const gross = included.reduce(
    (total, tax) => total + scaled(tax.amount, currency.digits),
    scaled(line.untaxed, currency.digits),
  );
  const amount = unscaled(gross, currency.digits);
  const single = { quantity: line.quantity, price: exactPrice(amount, line.quantity, currency.digits) };
  if (dialect.priceDigits === null) return [single];
  const digits = { currency: currency.digits, price: dialect.priceDigits, quantity: dialect.quantityDigits };
  const rounded = { quantity: line.quantity, price: roundedPrice(single.price, dialect.priceDigits) };
  return splitLine(amount, line.quantity, digits) ?? [rounded];
}

function roundedPrice(price: string, digits: number): string {
  return Number(price).toFixed(digits);
}

/**
 * The shop's amounts for Odoo's tax computation. They count only while currency, price, discount and quantity are the
 * line's own and every tax of the line is named; a line without tax names the tax "0".
 */
export function extraTaxData(
  line: PricedDocumentLine,
  priced: PricedLine,
  { currency }: Pick<OrderEncoding, "currency">,
): string {
  const base = Number(line.untaxed);
  const amounts = line.taxes.map(
    (tax) => [String(tax.taxId), { tax_amount_currency: Number(tax.amount), base_amount_currency: base }] as const,
  );
  return JSON.stringify({
    currency_id: currency.id,
    price_unit: Number(priced.price),
    discount: 0,
    quantity: Number(priced.quantity),
    rate: 1,
    manual_total_excluded_currency: base,
    manual_tax_amounts: amounts.length === 0 ? { "0": {} } : Object.fromEntries(amounts),
  });
}

function htmlOf(text: string): string {
  const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return escaped.replaceAll(/\r?\n/g, "<br>");
}
