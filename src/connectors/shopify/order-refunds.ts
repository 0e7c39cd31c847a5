/**
 * Refunds as credit notes and money given back. What a refund credits is what was given back for it, or what is owed for it while
 * no money has moved; its lines come to exactly that. Money that follows later for lines that an earlier refund has credited
 * (Shopify makes two refunds of it: one when goods are taken off a paid order, one when the money goes) is that refund's money and
 * no second credit.
 */
import { abs, sum } from "../../core/money.ts";
import type { OrderPayment, OrderRefund, OrderRefundLine } from "../../core/order/shop-order.ts";
import { type Document, type LinePart, refundedAt, refundedPart, splitPart } from "./order-edits.ts";
import { grossOf, shippingLineId, type SoldLine } from "./order-lines.ts";
import { type FineTax, type MoneyReader, share, taxSum } from "./order-money.ts";
import { type FinePayment, receivedUntil, returnedPayments } from "./order-payments.ts";
import type { OrderShape, RefundShape } from "./order-shape.ts";

/** Units that the shop put back on its shelves. */
const RESTOCKS: ReadonlySet<string> = new Set(["RETURN", "CANCEL", "LEGACY_RESTOCK"]);
const PENDING = "PENDING_REFUND_DISCREPANCY";

const REASONS: ReadonlyMap<string, string> = new Map([
  ["CUSTOMER", "Refund for the customer"],
  ["DAMAGE", "Refund for damage"],
  ["RESTOCK", "Restocking"],
]);

/** One line of a refund while its amounts are still worked on. */
interface Part extends LinePart {
  readonly lineId: string | null;
  readonly name: string;
  readonly restock: boolean;
  readonly locationId: string | null;
}

/** The sums up to a refund; all positive. */
interface Ledger {
  readonly received: bigint;
  readonly returned: bigint;
  readonly credited: bigint;
  /** Credited without money while money was owed for it, and not settled since. */
  readonly pending: bigint;
}

interface Draft {
  readonly refund: OrderRefund;
  readonly credit: bigint;
  readonly paid: bigint;
}

export interface RefundSources {
  readonly order: OrderShape;
  /** Every line that was ever sold, also those that edits have removed. */
  readonly sold: readonly SoldLine[];
  readonly document: Document;
  readonly payments: readonly FinePayment[];
  readonly money: MoneyReader;
}

/** `refunds`: those that are refunds, not edits; oldest first. */
export function orderRefunds(
  refunds: readonly RefundShape[],
  sources: RefundSources,
): { readonly refunds: readonly OrderRefund[]; readonly credited: bigint } {
  const drafts: Draft[] = [];
  let returned = 0n;
  let pending = 0n;
  for (const refund of refunds) {
    const at = refundedAt(refund);
    const received = receivedUntil(sources.payments, at);
    const ledger: Ledger = { received, returned, credited: sum(drafts.map((draft) => draft.credit)), pending };
    const back = returnedPayments(refund.transactions.nodes, sources.money);
    const money = sum(back.map(({ amount }) => amount));
    const parts = partsOf(refund, sources);
    const credit = parts.length > 0 ? creditOfParts(refund, parts, money, ledger, sources) : null;
    const settled = credit === null ? settles(refund, money, ledger, sources) : 0n;
    const whole = credit ?? amountOnly(refund, money, sources.money) - settled;
    const lines = linesOf(refund, parts, whole, sources);
    const added = addPayments(drafts, settled, whole, back, sources.money);
    if (!added) drafts.push(toDraft(refund, lines, whole, back, sources.money));
    returned += money;
    pending += pendingOf(refund, sources.money) - settled;
    if (pending < 0n) pending = 0n;
  }
  return { refunds: drafts.map(({ refund }) => refund), credited: sum(drafts.map(({ credit }) => credit)) };
}

function partsOf(refund: RefundShape, sources: RefundSources): readonly Part[] {
  const standing = new Set(sources.document.lines.map(({ id }) => id));
  return allParts(refund, sources).map((part) =>
    part.lineId !== null && standing.has(part.lineId) ? part : withoutLine(part),
  );
}

/** Of a line that the document does not have (any more): money only. */
function withoutLine(part: Part): Part {
  return { ...part, lineId: null, units: 0, restock: false, locationId: null };
}

function allParts(refund: RefundShape, { order, sold, money }: RefundSources): readonly Part[] {
  const items = refund.refundLineItems.nodes.map((one): Part => {
    const line = sold.find(({ id }) => id === one.lineItem.id);
    const restock = one.restocked && RESTOCKS.has(one.restockType) && line?.kind === "product";
    const part = refundedPart(one, line, order, money);
    const units = line?.kind === "product" ? part.units : 0;
    const place = { restock, locationId: restock ? (one.location?.id ?? null) : null };
    return { ...part, units, lineId: line?.id ?? null, name: line?.name ?? "", ...place };
  });
  const shipping = refund.refundShippingLines.nodes.map((one): Part => {
    const wanted = one.shippingLine.id;
    const line = sold.find(({ id, kind }) => kind === "shipping" && (!wanted || id === shippingLineId(wanted, 0)));
    const told = abs(money.read(one.subtotalAmountSet, "refunded shipping"));
    const tax = abs(money.read(one.taxAmountSet, "the tax of refunded shipping"));
    return amountPart(line, "Shipping", splitPart(told, tax, line, order.taxesIncluded, money));
  });
  const duties = (refund.duties ?? []).map((one): Part => {
    const wanted = one.originalDuty?.id;
    const line = sold.find(({ id }) => wanted !== undefined && id === `duty-${wanted}`);
    const told = abs(money.read(one.amountSet, "a refunded duty"));
    return amountPart(line, "Duty", dutyPart(told, line, money));
  });
  return [...items, ...shipping, ...duties];
}

/** A duty goes back whole, and its taxes with it, whether or not the amount has them in it. */
function dutyPart(told: bigint, line: SoldLine | undefined, money: MoneyReader): Pick<LinePart, "net" | "taxes"> {
  if (!line || told === line.net) return { net: told, taxes: line?.taxes ?? [] };
  const [net, ...taxes] = share(told, [line.net, ...line.taxes.map(({ amount }) => amount)], money.digits);
  return { net: net!, taxes: line.taxes.map(({ rateId }, index) => ({ rateId, amount: taxes[index]! })) };
}

function amountPart(line: SoldLine | undefined, name: string, amounts: Pick<LinePart, "net" | "taxes">): Part {
  const where = { lineId: line?.id ?? null, name: line?.name ?? name, restock: false, locationId: null };
  return { units: 0, ...amounts, ...where };
}

/**
 * What lines taken back are worth to the customer. Where Shopify's own sum holds (lines less adjustments is the money), it is
 * taken; else what was given back, what is pending, and what had not been paid for yet and so is not owed any more.
 */
function creditOfParts(
  refund: RefundShape,
  parts: readonly Part[],
  money: bigint,
  { received, returned, credited }: Ledger,
  { document, money: reader }: RefundSources,
): bigint {
  const worth = sum(parts.map(grossOf));
  const pending = pendingOf(refund, reader);
  const other = adjustments(refund, reader, false);
  if (other !== 0n && worth - other - pending === money && worth - other >= 0n) return worth - other;
  if (money === 0n) return worth;
  const unpaid = atLeast(document.total - credited - (received - returned), 0n);
  const owed = money + pending + unpaid;
  // More than the lines are worth was given only by money that moved.
  return owed > worth ? atLeast(money, worth) : owed;
}

/** Of money without lines: as much as earlier credits still owe. */
function settles(
  refund: RefundShape,
  money: bigint,
  { received, returned, credited, pending }: Ledger,
  { document, money: reader }: RefundSources,
): bigint {
  const overpaid = atLeast(received - returned - (document.total - credited), 0n);
  const owed = atLeast(overpaid, pending);
  const amount = amountOnly(refund, money, reader);
  return amount < owed ? amount : owed;
}

/** What a refund without lines gives: its money, or (none moved) what its adjustments say. */
function amountOnly(refund: RefundShape, money: bigint, reader: MoneyReader): bigint {
  if (money > 0n) return money;
  return atLeast(-(adjustments(refund, reader, false) + adjustments(refund, reader, true)), 0n);
}

function pendingOf(refund: RefundShape, money: MoneyReader): bigint {
  return atLeast(adjustments(refund, money, true), 0n);
}

/** Above 0: in the merchant's favour. */
function adjustments({ orderAdjustments }: RefundShape, money: MoneyReader, pending: boolean): bigint {
  const wanted = orderAdjustments.nodes.filter(({ reason }) => (reason === PENDING) === pending);
  return sum(
    wanted.map(
      (one) => money.read(one.amountSet, "an adjustment") + money.read(one.taxAmountSet, "the tax of an adjustment"),
    ),
  );
}

/** The refund's lines, brought to `credit`: all a little less (restocking fee, damage), or a line of its own for what is more. */
function linesOf(
  refund: RefundShape,
  parts: readonly Part[],
  credit: bigint,
  { document, money }: RefundSources,
): readonly OrderRefundLine[] {
  const worth = sum(parts.map(grossOf));
  const scaled = credit < worth ? scale(parts, credit, money) : parts;
  const more = credit - sum(scaled.map(grossOf));
  const lines = more > 0n ? [...scaled, amountLine(refund, more, document, money)] : scaled;
  return lines.map(({ lineId, name, units, net, taxes, restock, locationId }) => ({
    lineId,
    name,
    quantity: String(units),
    untaxed: money.write(net),
    taxes: taxes.map(({ rateId, amount }) => ({ rateId, amount: money.write(amount) })),
    restock,
    locationId,
  }));
}

function scale(parts: readonly Part[], credit: bigint, money: MoneyReader): readonly Part[] {
  const cells = parts.flatMap((part) => [part.net, ...part.taxes.map(({ amount }) => amount)]);
  const amounts = share(credit, cells, money.digits);
  let next = 0;
  return parts.map((part) => ({
    ...part,
    net: amounts[next++]!,
    taxes: part.taxes.map(({ rateId }) => ({ rateId, amount: amounts[next++]! })),
  }));
}

/** An amount that belongs to no line. Shopify says how much of it is tax; at which rates, the order's own taxes tell. */
function amountLine(refund: RefundShape, amount: bigint, document: Document, money: MoneyReader): Part {
  const given = refund.orderAdjustments.nodes.filter((one) => money.read(one.amountSet, "an adjustment") < 0n);
  const whole = abs(sum(given.map((one) => money.read(one.amountSet, "an adjustment"))));
  const told = abs(sum(given.map((one) => money.read(one.taxAmountSet, "the tax of an adjustment"))));
  const byRate = ratesOf(document);
  const tax = byRate.length === 0 || whole + told === 0n ? 0n : (told * amount) / (whole + told);
  const shares = share(
    tax,
    byRate.map((rate) => rate.amount),
    money.digits,
  );
  const taxes = byRate.map(({ rateId }, index) => ({ rateId, amount: shares[index]! })).filter((t) => t.amount !== 0n);
  const reason = given[0]?.reason ?? "";
  const name = REASONS.get(reason) ?? "Refund";
  return { lineId: null, name, units: 0, net: amount - taxSum(taxes), taxes, restock: false, locationId: null };
}

function ratesOf({ lines }: Document): FineTax[] {
  const byRate = Map.groupBy(
    lines.flatMap((line) => line.taxes),
    ({ rateId }) => rateId,
  );
  return [...byRate].map(([rateId, taxes]) => ({ rateId, amount: taxSum(taxes) }));
}

/** True: all of the money belongs to credits that stand already, and was added to the latest that is still owed. */
function addPayments(
  drafts: Draft[],
  settled: bigint,
  rest: bigint,
  back: readonly FinePayment[],
  money: MoneyReader,
): boolean {
  if (rest !== 0n || settled === 0n) return false;
  const at = drafts.findLastIndex((draft) => draft.credit > draft.paid);
  const draft = drafts[at];
  if (!draft) return false;
  const paid = draft.paid + sum(back.map(({ amount }) => amount));
  const refund = { ...draft.refund, payments: [...draft.refund.payments, ...paymentsOf(back, money)] };
  drafts[at] = { ...draft, refund, paid };
  return true;
}

function toDraft(
  refund: RefundShape,
  lines: readonly OrderRefundLine[],
  credit: bigint,
  back: readonly FinePayment[],
  money: MoneyReader,
): Draft {
  return {
    credit,
    paid: sum(back.map(({ amount }) => amount)),
    refund: {
      id: refund.id,
      createdAt: refundedAt(refund),
      reason: refund.note.trim(),
      lines,
      total: money.write(credit),
      payments: paymentsOf(back, money),
    },
  };
}

function paymentsOf(back: readonly FinePayment[], money: MoneyReader): readonly OrderPayment[] {
  return back.map(({ payment, amount }) => ({ ...payment, amount: money.write(amount) }));
}

function atLeast(amount: bigint, least: bigint): bigint {
  return amount > least ? amount : least;
}
