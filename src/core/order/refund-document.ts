/**
 * A refund as the credit note that it has to stand as: the shop's amounts line by line and tax by tax, which together come to
 * exactly what was refunded. Units that are taken back name the order's line; money alone touches its account and no quantity.
 */
import { failure, type Failure } from "../failures.ts";
import {
  abs,
  currencyDigits,
  formatMoney,
  isWholeMinor,
  parseFine,
  parseMoney,
  roundFine,
  roundTogether,
  sum,
} from "../money.ts";
import type { ErpSettings } from "../ports/erp.ts";
import { formatQuantity, parseQuantity, quantity } from "../quantity.ts";
import { fail, ok, type Result } from "../result.ts";
import type { LineAmounts } from "./consistency.ts";
import { taxNotMapped } from "./document.ts";
import type { CreditNoteDocument, CreditNoteLine, DocumentTax } from "./erp-documents.ts";
import { lineExternalId, refundExternalId } from "./external-ids.ts";
import type { Wanted } from "./proof.ts";
import type { OrderRules } from "./rules.ts";
import type { OrderRefund, OrderRefundLine, ShopOrder } from "./shop-order.ts";

/** Odoo keeps any length; people read it in lists. */
const REFERENCE_CHARS_MAX = 120;

export interface RefundSources {
  readonly order: ShopOrder;
  /** The order's own document, whose lines the refund takes back. */
  readonly wanted: Wanted;
  readonly settings: ErpSettings;
  readonly rules: OrderRules;
}

/** Minor units. */
interface RefundAmounts {
  readonly line: OrderRefundLine;
  readonly untaxed: bigint;
  readonly taxes: readonly { readonly rateId: string; readonly amount: bigint }[];
}

export function creditNoteDocument(refund: OrderRefund, sources: RefundSources): Result<CreditNoteDocument> {
  const { order, wanted } = sources;
  const amounts = refundAmounts(order, refund);
  if (!amounts.ok) return amounts;
  const lines: CreditNoteLine[] = [];
  for (const each of amounts.value) {
    const made = noteLines(each, refund, sources);
    if (!made.ok) return made;
    for (const line of made.value) addLine(lines, line, order.currency);
  }
  const total = parseMoney(refund.total, order.currency);
  if (!total.ok) return unreadable(order, refund, "its total", total.why);
  return ok({
    externalId: refundExternalId(wanted.document.externalId, refund.id),
    reference: referenceOf(order, refund),
    currency: order.currency,
    refundedAt: refund.createdAt,
    lines,
    total: formatMoney(total.value, order.currency),
  });
}

export function referenceOf(order: ShopOrder, refund: OrderRefund): string {
  const reason = refund.reason.replaceAll(/\s+/g, " ").trim();
  const text = `${order.number} refund ${refund.id}${reason === "" ? "" : `: ${reason}`}`;
  return text.length > REFERENCE_CHARS_MAX ? `${text.slice(0, REFERENCE_CHARS_MAX - 1)}…` : text;
}

/** Whole minor units stay; what a shop left unrounded is rounded so that all comes to the total, or the refund is refused. */
function refundAmounts(order: ShopOrder, refund: OrderRefund): Result<readonly RefundAmounts[]> {
  const digits = currencyDigits(order.currency);
  if (digits === null) return fail(failure("CURRENCY_UNKNOWN", { order: order.number, currency: order.currency }));
  const total = parseMoney(refund.total, order.currency);
  if (!total.ok) return unreadable(order, refund, "its total", total.why);
  const texts = refund.lines.flatMap((line) => [line.untaxed, ...line.taxes.map((tax) => tax.amount)]);
  const fine: bigint[] = [];
  for (const text of texts) {
    const amount = parseFine(text);
    if (!amount.ok) return unreadable(order, refund, "an amount", amount.why);
    fine.push(amount.value);
  }
  const settled = settle(fine, total.value, digits);
  if (settled === null) {
    const told = sum(fine.map((amount) => roundFine(amount, digits)));
    const money = (minor: bigint) => `${formatMoney(minor, order.currency)} ${order.currency}`;
    const what = `refund ${refund.id}`;
    return fail(
      failure("ORDER_TOTALS_INCONSISTENT", {
        order: order.number,
        what,
        shop: money(total.value),
        computed: money(told),
      }),
    );
  }
  let at = 0;
  const next = () => settled[at++] ?? 0n;
  return ok(
    refund.lines.map((line) => ({
      line,
      untaxed: next(),
      taxes: line.taxes.map(({ rateId }) => ({ rateId, amount: next() })),
    })),
  );
}

function settle(fine: readonly bigint[], total: bigint, digits: number): readonly bigint[] | null {
  const rounded = fine.map((amount) => roundFine(amount, digits));
  if (sum(rounded) === total) return rounded;
  const loose = fine.flatMap((amount, index) => (isWholeMinor(amount, digits) ? [] : [index]));
  const fixed = sum(rounded.filter((_, index) => !loose.includes(index)));
  const shared = roundTogether(
    loose.map((index) => fine[index]!),
    total - fixed,
    digits,
  );
  if (shared === null) return null;
  for (const [slot, index] of loose.entries()) rounded[index] = shared[slot]!;
  return rounded;
}

function noteLines(
  amounts: RefundAmounts,
  refund: OrderRefund,
  sources: RefundSources,
): Result<readonly CreditNoteLine[]> {
  const { order, wanted } = sources;
  const taxes = mappedTaxes(amounts, sources);
  if (!taxes.ok) return taxes;
  const own = wanted.amounts.lines.find(({ line }) => line.id === amounts.line.lineId) ?? null;
  const document = own && wanted.document.lines.find((line) => line.externalId === xidOf(own, wanted));
  const units = unitsTaken(amounts, own);
  const name = amounts.line.name.trim() || own?.line.name.trim() || "Refund";
  const accountOf = document?.externalId ?? null;
  if (units === null) return unreadable(order, refund, `the quantity of "${name}"`, "is not a number");
  const money = (minor: bigint) => formatMoney(minor, order.currency);
  const moneyOnly = { orderLine: null, accountOf, productId: null, quantity: "1" } as const;
  const tax = sum(amounts.taxes.map((each) => each.amount));
  if (units !== "0" && document && (amounts.untaxed !== 0n || tax === 0n)) {
    const line = { orderLine: document.externalId, accountOf, productId: document.productId, quantity: units };
    return ok([{ ...line, name, untaxed: money(amounts.untaxed), taxes: taxes.value }]);
  }
  if (amounts.untaxed === 0n && tax === 0n) return ok([]);
  if (amounts.untaxed !== 0n) return ok([{ ...moneyOnly, name, untaxed: money(amounts.untaxed), taxes: taxes.value }]);
  // A tax alone is a sale that becomes one without that tax: its base is taken back with the tax and booked again without.
  const base = taxedBase(amounts, own === null ? wanted.amounts.lines : [own]);
  if (base === null) return fail(byHand(order, refund, "it takes a tax back that the order does not have"));
  return ok([
    { ...moneyOnly, name: `${name}: tax`, untaxed: money(base), taxes: taxes.value },
    { ...moneyOnly, name: `${name}: without tax`, untaxed: money(-base), taxes: [] },
  ]);
}

function xidOf(own: LineAmounts, { document }: Wanted): string {
  return lineExternalId(document.externalId, own.line.id);
}

/** Shipping and fees are taken back as a whole or as money; null: the quantity cannot be read. */
function unitsTaken({ line, untaxed }: RefundAmounts, own: LineAmounts | null): string | null {
  const told = parseQuantity(line.quantity);
  if (!told.ok) return null;
  if (own === null) return "0";
  if (own.line.kind === "product") return told.value.greaterThan(0) ? formatQuantity(told.value) : "0";
  return untaxed !== 0n && untaxed === own.untaxed ? formatQuantity(quantity(own.line.quantity)) : "0";
}

function mappedTaxes(
  { taxes }: RefundAmounts,
  { order, settings, rules }: RefundSources,
): Result<readonly DocumentTax[]> {
  const byTax = new Map<number, bigint>();
  for (const { rateId, amount } of taxes) {
    const name = rules.taxes.get(rateId);
    const taxId = name === undefined ? undefined : settings.taxes.get(name);
    if (taxId === undefined) return fail(taxNotMapped(order, rateId, rules));
    byTax.set(taxId, (byTax.get(taxId) ?? 0n) + amount);
  }
  return ok([...byTax].map(([taxId, amount]) => ({ taxId, amount: formatMoney(amount, order.currency) })));
}

/** What these lines were taxed on, in the proportion in which their tax is taken back. */
function taxedBase({ taxes }: RefundAmounts, lines: readonly LineAmounts[]): bigint | null {
  const rates = new Set(taxes.filter((tax) => tax.amount !== 0n).map((tax) => tax.rateId));
  const taxed = lines.filter((line) => line.taxes.some((tax) => rates.has(tax.rateId) && tax.amount !== 0n));
  const base = sum(taxed.map((line) => line.untaxed));
  const tax = sum(
    taxed.flatMap((line) => line.taxes.filter(({ rateId }) => rates.has(rateId)).map((each) => each.amount)),
  );
  if (tax === 0n) return null;
  const wanted = sum(taxes.map((each) => each.amount));
  const share = (base * wanted * 2n + tax) / (tax * 2n);
  return share === 0n || abs(share) > abs(base) ? null : share;
}

/** Two parts of one refund that take units of one line back are one line. */
function addLine(lines: CreditNoteLine[], more: CreditNoteLine, currency: string): void {
  const at = more.orderLine === null ? -1 : lines.findIndex((line) => line.orderLine === more.orderLine);
  const known = lines[at];
  if (known === undefined) {
    lines.push(more);
    return;
  }
  const add = (a: string, b: string) => formatMoney(minor(a, currency) + minor(b, currency), currency);
  const taxes = [...known.taxes];
  for (const tax of more.taxes) {
    const same = taxes.findIndex(({ taxId }) => taxId === tax.taxId);
    const found = taxes[same];
    if (found === undefined) taxes.push(tax);
    else taxes[same] = { taxId: tax.taxId, amount: add(found.amount, tax.amount) };
  }
  const units = formatQuantity(quantity(known.quantity).plus(quantity(more.quantity)));
  lines[at] = { ...known, quantity: units, untaxed: add(known.untaxed, more.untaxed), taxes };
}

function minor(text: string, currency: string): bigint {
  const parsed = parseMoney(text, currency);
  if (!parsed.ok) throw new RangeError(`an amount ${parsed.why}`);
  return parsed.value;
}

export function byHand(order: ShopOrder, refund: OrderRefund, why: string): Failure {
  return failure("REFUND_BY_HAND", { order: order.number, refund: refund.id, why });
}

function unreadable(order: ShopOrder, refund: OrderRefund, field: string, why: string): Result<never> {
  return fail(failure("ORDER_UNREADABLE", { order: `#${order.number}`, field: `refund ${refund.id}: ${field}`, why }));
}
