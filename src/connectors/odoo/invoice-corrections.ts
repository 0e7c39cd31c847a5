/**
 * What must be written to a draft invoice so that it comes to the document's amounts; null when it does already. Pure.
 */
import type { DocumentTax, ErpInvoice, OrderDocument } from "../../core/order/erp-documents.ts";
import { divideRounded, moneyText, scaled, unscaled } from "./amounts.ts";
import { linkIn, linksIn, numberIn } from "./decode.ts";
import type { Dialect } from "./dialect.ts";
import type { FoundMoveLine } from "./observe-invoices.ts";
import { taxTotals } from "./observe-invoices.ts";
import { extraTaxData, pricedLines } from "./order-rows.ts";
import type { Currency, Tax } from "./reference-data.ts";

/** One write of one field with Odoo's commands for its lines. */
export interface Correction {
  readonly field: "invoice_line_ids" | "line_ids";
  readonly commands: readonly unknown[];
}

/** So small that the line's amount stays, and different, so that Odoo takes the taxes that come with it. */
const PRICE_NUDGE = 1e-6;

/** For servers whose lines take the shop's taxes: every line of a draft that differs is given them again. */
export function lineCorrections(
  document: OrderDocument,
  lines: readonly FoundMoveLine[],
  externalIds: ReadonlyMap<number, string>,
  sources: { readonly currency: Currency; readonly taxes: ReadonlyMap<number, Tax> },
  dialect: Dialect,
): Correction | null {
  const { currency } = sources;
  if (sameTaxes(document, lines, currency.digits) && sameLines(document, lines, currency.digits)) return null;
  const wanted = new Map(document.lines.map((line) => [line.externalId, line]));
  const commands = lines.flatMap(({ id, kind, row }) => {
    const [orderLine] = linksIn(row, "sale_line_ids");
    const line =
      kind === "product" && orderLine !== undefined ? wanted.get(externalIds.get(orderLine) ?? "") : undefined;
    const [priced] = line ? pricedLines(line, sources, dialect) : [];
    if (!line || !priced) return [];
    const nudged =
      numberIn(row, "price_unit") === Number(priced.price) ? Number(priced.price) + PRICE_NUDGE : Number(priced.price);
    const price = { ...priced, price: String(nudged) };
    const values = {
      quantity: Number(priced.quantity),
      price_unit: nudged,
      discount: 0,
      tax_ids: [[6, 0, line.taxes.map((tax) => tax.taxId)]],
      extra_tax_data: JSON.parse(extraTaxData(line, price, sources)) as unknown,
    };
    return [[1, id, values]];
  });
  return commands.length === 0 ? null : { field: "invoice_line_ids", commands };
}

function sameTaxes(document: OrderDocument, lines: readonly FoundMoveLine[], digits: number): boolean {
  const found = new Map(taxTotals(lines, "out_invoice", digits).map((tax) => [tax.taxId, scaled(tax.amount, digits)]));
  const wanted = wantedTaxes(document, digits);
  return [...new Set([...found.keys(), ...wanted.keys()])].every(
    (taxId) => (found.get(taxId) ?? 0n) === (wanted.get(taxId) ?? 0n),
  );
}

function sameLines(document: OrderDocument, lines: readonly FoundMoveLine[], digits: number): boolean {
  const found = lines
    .filter((line) => line.kind === "product")
    .reduce((total, { row }) => total + scaled(moneyText(numberIn(row, "price_subtotal"), digits), digits), 0n);
  return found === document.lines.reduce((total, line) => total + scaled(line.untaxed, digits), 0n);
}

/** Of an invoice or a credit note. */
interface TaxedDocument {
  readonly lines: readonly { readonly taxes: readonly DocumentTax[] }[];
}

function wantedTaxes(document: TaxedDocument, digits: number): ReadonlyMap<number, bigint> {
  const totals = new Map<number, bigint>();
  for (const { taxId, amount } of document.lines.flatMap((line) => line.taxes)) {
    totals.set(taxId, (totals.get(taxId) ?? 0n) + scaled(amount, digits));
  }
  return totals;
}

interface MoveLine {
  readonly id: number;
  /** Minor units of the invoice's currency; an invoice's taxes are negative. */
  readonly amount: bigint;
  /** Minor units of the company's currency. */
  readonly balance: bigint;
}

/**
 * For servers that compute taxes themselves: tax lines are set to the document's totals, and the receivable line to what
 * balances them. A tax that has no line (nothing of it was due) cannot be given one: the proof then says so.
 */
export function taxCorrections(
  document: TaxedDocument,
  lines: readonly FoundMoveLine[],
  { currency, companyCurrency }: { readonly currency: Currency; readonly companyCurrency: Currency },
  type: ErpInvoice["type"] = "out_invoice",
): Correction | null {
  // Taxes stand in credit on an invoice and in debit on a credit note.
  const sign = type === "out_refund" ? 1n : -1n;
  const read = ({ id, row }: FoundMoveLine): MoveLine => ({
    id,
    amount: scaled(moneyText(numberIn(row, "amount_currency"), currency.digits), currency.digits),
    balance: scaled(moneyText(numberIn(row, "balance"), companyCurrency.digits), companyCurrency.digits),
  });
  const receivable = lines.filter((line) => line.kind === "receivable").map(read);
  const [due, ...more] = receivable;
  // Several due dates: which of them should bear the cent is not ours to say.
  if (!due || more.length > 0) return null;
  const changed = new Map<number, MoveLine>();
  for (const [taxId, wanted] of wantedTaxes(document, currency.digits)) {
    const own = lines.filter((line) => line.kind === "tax" && linkIn(line.row, "tax_line_id") === taxId).map(read);
    const difference = sign * wanted - own.reduce((total, line) => total + line.amount, 0n);
    const largest = own.toSorted((a, b) => compare(abs(b.amount), abs(a.amount)))[0];
    if (difference !== 0n && largest) {
      const amount = largest.amount + difference;
      changed.set(largest.id, {
        id: largest.id,
        amount,
        balance: converted(amount, largest.amount === 0n ? due : largest),
      });
    }
  }
  if (changed.size === 0) return null;
  const others = lines
    .filter((line) => line.id !== due.id)
    .map(read)
    .map((line) => changed.get(line.id) ?? line);
  const total = (of: (line: MoveLine) => bigint) => others.reduce((sum, line) => sum + of(line), 0n);
  const balanced: MoveLine = {
    id: due.id,
    amount: -total((line) => line.amount),
    balance: -total((line) => line.balance),
  };
  return {
    field: "line_ids",
    commands: [...changed.values(), balanced].map((line) => command(line, currency, companyCurrency)),
  };
}

/** At the rate that the invoice's own line was converted with. */
function converted(amount: bigint, { amount: from, balance: to }: MoveLine): bigint {
  return from === 0n ? amount : from < 0n ? divideRounded(-amount * to, -from) : divideRounded(amount * to, from);
}

function command({ id, amount, balance }: MoveLine, currency: Currency, companyCurrency: Currency): unknown {
  const own = (units: bigint) => Number(unscaled(units, companyCurrency.digits));
  const values = {
    amount_currency: Number(unscaled(amount, currency.digits)),
    debit: balance > 0n ? own(balance) : 0,
    credit: balance < 0n ? own(-balance) : 0,
  };
  return [1, id, values];
}

function abs(value: bigint): bigint {
  return value < 0n ? -value : value;
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
