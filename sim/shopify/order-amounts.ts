/**
 * An order's sums, each from its parts. Where prices include tax, so do subtotals, shipping and refunds. "Current" amounts
 * are what is left after refunds and removals.
 */
import type { Bag, Discount, Line, Order, Refund, ShippingLine, TaxLine, Transaction } from "./model.ts";
import { add, isZero, minus, slice, times, ZERO } from "./money.ts";

export function discountOf(discounts: readonly Discount[], withCodes = true): Bag {
  return add(...discounts.filter(({ kind }) => withCodes || kind !== "code").map(({ amount }) => amount));
}

export function lineOriginal({ unitPrice, quantity }: Line): Bag {
  return times(unitPrice, quantity);
}

/** After all discounts. */
export function lineTotal(line: Line): Bag {
  return minus(lineOriginal(line), discountOf(line.discounts));
}

export function taxSum(taxes: readonly TaxLine[]): Bag {
  return add(...taxes.map(({ amount }) => amount));
}

export function shippingTotal(line: ShippingLine): Bag {
  return minus(line.price, discountOf(line.discounts));
}

export function currentQuantity(line: Line): number {
  return line.quantity - line.removed.quantity;
}

/** What the next `quantity` units that go come to: all units together come to the line exactly. */
export function shareOf(line: Line, quantity: number): { readonly subtotal: Bag; readonly taxes: readonly Bag[] } {
  const from = line.removed.quantity;
  const part = (bag: Bag) => slice(bag, from, from + quantity, line.quantity);
  return { subtotal: part(lineTotal(line)), taxes: line.taxes.map(({ amount }) => part(amount)) };
}

export interface Totals {
  readonly subtotal: Bag;
  readonly shipping: Bag;
  readonly discounts: Bag;
  readonly tax: Bag;
  readonly duties: Bag;
  readonly total: Bag;
}

/** Before returns; what an edit has added is in it. */
export function totalsOf(order: Order): Totals {
  const subtotal = add(...order.lines.map(lineTotal));
  const shipping = add(...order.shippingLines.map(shippingTotal));
  const duties = dutiesOf(order.lines);
  const tax = add(...allTaxes(order).map(({ amount }) => amount));
  const discounts = add(...[...order.lines, ...order.shippingLines].map((line) => discountOf(line.discounts)));
  const outside = order.taxesIncluded ? dutyTax(order.lines) : tax;
  return { subtotal, shipping, duties, tax, discounts, total: add(subtotal, shipping, outside, order.tip, duties) };
}

/** After refunds and removals. */
export function currentTotalsOf(order: Order): Totals {
  const before = totalsOf(order);
  const removed = add(...order.lines.map((line) => line.removed.subtotal));
  const removedTax = add(...order.lines.flatMap((line) => line.removed.taxes));
  const shippingBack = add(...order.refunds.flatMap(({ shipping }) => shipping.map(({ subtotal }) => subtotal)));
  const shippingTaxBack = add(...order.refunds.flatMap(({ shipping }) => shipping.map(({ tax }) => tax)));
  const dutiesBack = add(...order.refunds.flatMap(({ duties }) => duties.map(({ amount }) => amount)));
  const taxBack = add(removedTax, shippingTaxBack);
  const outside = order.taxesIncluded ? ZERO : taxBack;
  return {
    subtotal: minus(before.subtotal, removed),
    shipping: minus(before.shipping, shippingBack),
    discounts: before.discounts,
    tax: minus(before.tax, taxBack),
    duties: minus(before.duties, dutiesBack),
    total: minus(before.total, add(removed, shippingBack, dutiesBack, outside)),
  };
}

export function allTaxes(order: Order): TaxLine[] {
  return [
    ...order.lines.flatMap(({ taxes, duties }) => [...taxes, ...duties.flatMap((duty) => duty.taxes)]),
    ...order.shippingLines.flatMap(({ taxes }) => taxes),
  ];
}

function dutiesOf(lines: readonly Line[]): Bag {
  return add(...lines.flatMap(({ duties }) => duties.map(({ price }) => price)));
}

/** Duties have their tax on top even where prices include it. */
function dutyTax(lines: readonly Line[]): Bag {
  return add(...lines.flatMap(({ duties }) => duties.map(({ taxes }) => taxSum(taxes))));
}

/** One line for each title and rate, in the order of their first appearance. */
export function groupedTaxes(taxes: readonly TaxLine[]): TaxLine[] {
  const groups = new Map<string, TaxLine>();
  for (const tax of taxes) {
    const key = `${tax.title}/${tax.percent}/${tax.channelLiable}`;
    const before = groups.get(key);
    groups.set(key, before === undefined ? tax : { ...before, amount: add(before.amount, tax.amount) });
  }
  return [...groups.values()];
}

function sumOf(transactions: readonly Transaction[], kinds: readonly Transaction["kind"][]): Bag {
  return add(
    ...transactions
      .filter(({ kind, status }) => status === "SUCCESS" && kinds.includes(kind))
      .map(({ amount }) => amount),
  );
}

export function receivedOf({ transactions }: Order): Bag {
  return sumOf(transactions, ["SALE", "CAPTURE"]);
}

export function refundedOf({ transactions }: Order): Bag {
  return sumOf(transactions, ["REFUND"]);
}

export function outstandingOf(order: Order): Bag {
  const left = minus(currentTotalsOf(order).total, minus(receivedOf(order), refundedOf(order)));
  const adjusted = minus(left, adjustmentsOf(order.refunds));
  return adjusted.presentment < 0n ? ZERO : adjusted;
}

function adjustmentsOf(refunds: readonly Refund[]): Bag {
  const given = add(...refunds.flatMap(({ adjustments }) => adjustments.map(({ amount }) => amount)));
  // What was given away on top is not owed again.
  return minus(ZERO, given);
}

/** Authorised and neither captured nor voided. */
export function capturableOf(order: Order): Bag {
  const open = order.transactions.filter(({ kind, status }) => kind === "AUTHORIZATION" && status === "SUCCESS");
  return add(
    ...open.map((authorization) => {
      const children = order.transactions.filter(
        ({ parent, status }) => parent === authorization && status === "SUCCESS",
      );
      if (children.some(({ kind }) => kind === "VOID")) return ZERO;
      return minus(authorization.amount, sumOf(children, ["CAPTURE"]));
    }),
  );
}

export type FinancialStatus =
  | "AUTHORIZED"
  | "EXPIRED"
  | "PAID"
  | "PARTIALLY_PAID"
  | "PARTIALLY_REFUNDED"
  | "PENDING"
  | "REFUNDED"
  | "VOIDED";

export function financialStatus(order: Order, nowMs: number): FinancialStatus {
  const received = receivedOf(order);
  const refunded = refundedOf(order);
  if (!isZero(refunded)) return refunded.presentment >= received.presentment ? "REFUNDED" : "PARTIALLY_REFUNDED";
  const { total } = currentTotalsOf(order);
  if (received.presentment >= total.presentment && (received.presentment > 0n || total.presentment === 0n)) {
    const isVoided = order.transactions.some(({ kind, status }) => kind === "VOID" && status === "SUCCESS");
    return isVoided && received.presentment === 0n ? "VOIDED" : "PAID";
  }
  if (received.presentment > 0n) return "PARTIALLY_PAID";
  if (capturableOf(order).presentment > 0n)
    return order.authorizationExpiresMs !== null && order.authorizationExpiresMs <= nowMs ? "EXPIRED" : "AUTHORIZED";
  if (order.transactions.some(({ kind, status }) => kind === "VOID" && status === "SUCCESS")) return "VOIDED";
  return order.cancelledMs === null ? "PENDING" : "VOIDED";
}

export type FulfillmentStatus = "FULFILLED" | "ON_HOLD" | "PARTIALLY_FULFILLED" | "UNFULFILLED";

export function fulfillmentStatus(order: Order): FulfillmentStatus {
  const sent = order.lines.map((line) => fulfilledQuantity(line));
  const open = order.lines.filter((line) => unfulfilledQuantity(line) > 0);
  if (order.fulfillmentOrders.some(({ status }) => status === "ON_HOLD")) return "ON_HOLD";
  if (sent.every((quantity) => quantity === 0)) return "UNFULFILLED";
  return open.length === 0 ? "FULFILLED" : "PARTIALLY_FULFILLED";
}

export function fulfilledQuantity(line: Line): number {
  let quantity = 0;
  for (const { status, lines } of line.order.fulfillments)
    if (status === "SUCCESS") for (const sent of lines) if (sent.line === line) quantity += sent.quantity;
  return quantity;
}

export function unfulfilledQuantity(line: Line): number {
  let quantity = 0;
  for (const { status, lines } of line.order.fulfillmentOrders)
    if (status !== "CANCELLED") for (const open of lines) if (open.line === line) quantity += open.remaining;
  return quantity;
}
