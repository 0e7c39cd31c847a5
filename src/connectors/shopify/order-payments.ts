/**
 * What was paid for an order, and what was given back, part by part, from its transactions. Only money that moved counts as
 * received: an authorisation is a promise, and what a gateway still works on is expected (`paidAt` null).
 */
import { abs } from "../../core/money.ts";
import type { OrderPayment } from "../../core/order/shop-order.ts";
import type { MoneyReader } from "./order-money.ts";
import type { TransactionShape } from "./order-shape.ts";

/** A payment with its exact amount, for the sums over an order. */
export interface FinePayment {
  readonly payment: OrderPayment;
  readonly amount: bigint;
}

const RECEIVING: ReadonlySet<string> = new Set(["SALE", "CAPTURE"]);
/** The gateway has not said how it ended. */
const OPEN: ReadonlySet<string> = new Set(["PENDING", "AWAITING_RESPONSE"]);

/**
 * Oldest first. A pending part (bank deposit, cash on delivery) goes as soon as another transaction has settled it or the whole
 * `total` has come; what a till gave out as change is taken off the part that it belongs to.
 */
export function receivedPayments(
  transactions: readonly TransactionShape[],
  money: MoneyReader,
  total: bigint,
): readonly FinePayment[] {
  const oldestFirst = transactions.toSorted((a, b) => compare(instantOf(a), instantOf(b)));
  const isReceived = (one: TransactionShape) => RECEIVING.has(one.kind) && one.status === "SUCCESS";
  const received = oldestFirst.filter(isReceived).map((one) => ({ one, amount: amountOf(one, money) }));
  let surplus = sumOf(received) - total;
  for (const change of oldestFirst.filter((one) => one.kind === "CHANGE" && one.status === "SUCCESS")) {
    const back = abs(amountOf(change, money));
    const parent = change.parentTransaction?.id;
    const giver =
      received.find(({ one }) => one.id === parent) ?? received.findLast(({ one }) => one.gateway === change.gateway);
    // Some tills record the payment without the change already.
    if (!giver || surplus < back) continue;
    giver.amount -= back;
    surplus -= back;
  }
  const settled = new Set(oldestFirst.filter(ends).map((one) => one.parentTransaction?.id));
  const expected =
    sumOf(received) >= total
      ? []
      : oldestFirst
          .filter((one) => RECEIVING.has(one.kind) && OPEN.has(one.status) && !settled.has(one.id))
          .map((one) => ({ one, amount: amountOf(one, money) }));
  return [...received, ...expected]
    .filter(({ amount }) => amount > 0n)
    .toSorted((a, b) => compare(instantOf(a.one), instantOf(b.one)))
    .map(({ one, amount }) => toPayment(one, amount, money));
}

/** Money that was given back (or is on its way back: `paidAt` null), oldest first. */
export function returnedPayments(
  transactions: readonly TransactionShape[],
  money: MoneyReader,
): readonly FinePayment[] {
  return transactions
    .filter((one) => one.kind === "REFUND" && (one.status === "SUCCESS" || OPEN.has(one.status)))
    .toSorted((a, b) => compare(instantOf(a), instantOf(b)))
    .map((one) => toPayment(one, abs(amountOf(one, money)), money))
    .filter(({ amount }) => amount > 0n);
}

/** What had come by an instant. */
export function receivedUntil(payments: readonly FinePayment[], untilIso: string): bigint {
  return sumOf(payments.filter(({ payment }) => payment.paidAt !== null && payment.paidAt <= untilIso));
}

function ends(one: TransactionShape): boolean {
  return one.status === "SUCCESS" && (RECEIVING.has(one.kind) || one.kind === "VOID");
}

function toPayment(one: TransactionShape, amount: bigint, money: MoneyReader): FinePayment {
  return {
    amount,
    payment: {
      id: one.id,
      method: one.gateway,
      title: one.formattedGateway || one.gateway,
      transactionId: one.paymentId,
      amount: money.write(amount),
      paidAt: one.status === "SUCCESS" ? instantOf(one) : null,
    },
  };
}

function amountOf(one: TransactionShape, money: MoneyReader): bigint {
  return money.read(one.amountSet, `the amount of transaction ${one.id}`);
}

function instantOf(one: TransactionShape): string {
  return one.processedAt ?? one.createdAt;
}

function sumOf(parts: readonly { readonly amount: bigint }[]): bigint {
  return parts.reduce((total, { amount }) => total + amount, 0n);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
