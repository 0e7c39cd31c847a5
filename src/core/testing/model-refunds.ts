/** What the model of Odoo does with money and refunds: payments in parts, credit notes, deliveries that are shortened, returns. */
import type { CreditNoteDocument, ErpDelivery, ErpInvoice, ErpPayment, PaymentDraft } from "../order/erp-documents.ts";
import { formatMoney, parseMoney, sum } from "../money.ts";
import { formatQuantity, quantity } from "../quantity.ts";
import { Decimal } from "decimal.js";
import { must } from "./must.ts";

export function minorOf(text: string, currency: string): bigint {
  const parsed = parseMoney(text, currency);
  must(parsed.ok, text);
  return parsed.value;
}

/** As much as both still leave open. */
export function setAgainst(
  document: ErpInvoice,
  amount: string,
): { readonly document: ErpInvoice; readonly left: string } {
  const { currency } = document;
  const [open, given] = [minorOf(document.residual, currency), minorOf(amount, currency)];
  const taken = open < given ? open : given;
  const residual = formatMoney(open - taken, currency);
  const paymentState = open === taken ? "paid" : "partial";
  return { document: { ...document, residual, paymentState }, left: formatMoney(given - taken, currency) };
}

export function paymentOf(draft: PaymentDraft, id: number): ErpPayment {
  return {
    id,
    externalId: draft.externalId,
    direction: draft.direction,
    name: `PAY/${id - 32}`,
    state: "posted",
    amount: draft.amount,
    currency: draft.currency,
    memo: draft.memo,
    reconciled: false,
  };
}

export function noteOf(document: CreditNoteDocument, id: number, invoiceId: number): ErpInvoice {
  const { currency, lines } = document;
  const untaxed = sum(lines.map((line) => minorOf(line.untaxed, currency)));
  const byTax = Map.groupBy(
    lines.flatMap((line) => line.taxes),
    (tax) => tax.taxId,
  );
  const taxTotals = [...byTax].map(([taxId, taxes]) => ({
    taxId,
    amount: formatMoney(sum(taxes.map((tax) => minorOf(tax.amount, currency))), currency),
  }));
  const tax = sum(taxTotals.map((each) => minorOf(each.amount, currency)));
  const total = formatMoney(untaxed + tax, currency);
  return {
    id,
    name: "/",
    type: "out_refund",
    state: "draft",
    paymentState: "not_paid",
    currency,
    invoiceDate: document.refundedAt.slice(0, 10),
    untaxed: formatMoney(untaxed, currency),
    tax: formatMoney(tax, currency),
    total,
    residual: total,
    lines: lines.map((line, index) => ({
      id: id * 100 + index,
      externalId: line.orderLine,
      productId: line.productId,
      quantity: line.quantity,
      untaxed: line.untaxed,
      taxIds: line.taxes.map((each) => each.taxId),
    })),
    taxTotals,
    externalId: document.externalId,
    reversedId: invoiceId,
  };
}

/** No more than `keep` of each line in open deliveries; one of which nothing is left is cancelled. */
export function shorten(
  deliveries: readonly ErpDelivery[],
  lines: readonly { readonly externalId: string; readonly keep: string }[],
): readonly ErpDelivery[] {
  const left = new Map(lines.map(({ externalId, keep }) => [externalId, quantity(keep)]));
  return deliveries.map((delivery) => {
    if (delivery.direction !== "out" || delivery.state === "done" || delivery.state === "cancel") return delivery;
    const own = delivery.lines.map((line) => {
      const keep = left.get(line.externalId ?? "");
      if (keep === undefined) return line;
      const demand = Decimal.min(keep, quantity(line.demand));
      left.set(line.externalId ?? "", keep.minus(demand));
      return { ...line, demand: formatQuantity(demand) };
    });
    const isEmpty = own.every((line) => quantity(line.demand).isZero());
    return { ...delivery, lines: own, state: isEmpty ? "cancel" : delivery.state };
  });
}

export function returned(
  deliveries: readonly ErpDelivery[],
  lines: readonly { readonly externalId: string; readonly quantity: string }[],
): readonly ErpDelivery[] {
  const unitsOf = (externalId: string, direction: ErpDelivery["direction"]) =>
    deliveries
      .filter((delivery) => delivery.direction === direction && delivery.state === "done")
      .flatMap((delivery) => delivery.lines)
      .reduce((all, line) => (line.externalId === externalId ? all.plus(quantity(line.done)) : all), new Decimal(0));
  for (const { externalId, quantity: units } of lines) {
    const left = unitsOf(externalId, "out").minus(unitsOf(externalId, "back"));
    must(quantity(units).lessThanOrEqualTo(left), "no more comes back than was sent");
  }
  const id = deliveries.length + 1;
  return [
    ...deliveries,
    {
      id,
      name: `WH/IN/${id}`,
      direction: "back",
      state: "done",
      doneAt: "2026-11-25T08:00:00.000Z",
      carrier: "",
      trackingNumber: "",
      trackingUrl: "",
      lines: lines.map(({ externalId, quantity: units }) => ({ externalId, productId: 0, demand: units, done: units })),
    },
  ];
}
