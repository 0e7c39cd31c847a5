/** Refunds of many shapes, and what Odoo must have of each in the end. */
import assert from "node:assert/strict";
import {
  fulfilled,
  goodsOf,
  notesOf,
  paymentsOf,
  refund,
  refundLine,
  refundOrder,
  REFUNDED_AT,
  withRefunds,
  type Ended,
  type NoteBooks,
  type RefundStage,
} from "./refund-stage.ts";
import type { ShopOrder } from "../../src/core/order/shop-order.ts";

export interface RefundCase {
  readonly name: string;
  readonly order: (stage: RefundStage, number: number) => ShopOrder;
  /** `total tax residual` of each credit note. */
  readonly notes: readonly string[];
  readonly payments: readonly string[];
  readonly goods: readonly string[];
}

const SHIRT = { lineId: "1", name: "Shirt", quantity: "1", untaxed: "8.26", taxes: [{ rateId: "1", amount: "1.75" }] };
const IN = "inbound 45.91 done";

export const REFUND_CASES: readonly RefundCase[] = [
  {
    name: "a shirt that was not sent, restocked: it is not sent any more",
    order: (stage, number) =>
      withRefunds(refundOrder(stage, number), [refund("1", "10.01", [refundLine({ ...SHIRT, restock: true })])]),
    notes: ["10.01 1.75 0.00"],
    payments: [IN, "outbound 10.01 done"],
    goods: ["out assigned 2"],
  },
  {
    name: "shirts that were sent, restocked: they come back",
    order: (stage, number) => {
      const order = refundOrder(stage, number, { status: "completed" });
      const lines = [refundLine({ ...SHIRT, restock: true }), refundLine({ ...SHIRT, restock: true })];
      return withRefunds({ ...order, ...fulfilled(order) }, [refund("1", "20.02", lines)]);
    },
    notes: ["20.02 3.50 0.00"],
    payments: [IN, "outbound 20.02 done"],
    goods: ["out done 3", "back done 2"],
  },
  {
    name: "a shirt that was sent, not restocked: the goods stay gone",
    order: (stage, number) => {
      const order = refundOrder(stage, number, { status: "completed" });
      return withRefunds({ ...order, ...fulfilled(order) }, [refund("1", "10.01", [refundLine(SHIRT)])]);
    },
    notes: ["10.01 1.75 0.00"],
    payments: [IN, "outbound 10.01 done"],
    goods: ["out done 3"],
  },
  {
    name: "goodwill, part of the shipping, a tax alone and a lower price: four refunds of money",
    order: (stage, number) =>
      withRefunds(refundOrder(stage, number), [
        refund("1", "1.21", [refundLine({ name: "Goodwill", untaxed: "1.21" })]),
        refund("2", "2.42", [refundLine({ lineId: "3", untaxed: "2.00", taxes: [{ rateId: "1", amount: "0.42" }] })]),
        refund("3", "0.91", [refundLine({ lineId: "2", taxes: [{ rateId: "2", amount: "0.91" }] })]),
        refund("4", "5.00", [refundLine({ lineId: "1", untaxed: "4.13", taxes: [{ rateId: "1", amount: "0.87" }] })]),
      ]),
    notes: ["1.21 0.00 0.00", "2.42 0.42 0.00", "0.91 0.91 0.00", "5.00 0.87 0.00"],
    payments: [IN, "outbound 1.21 done", "outbound 2.42 done", "outbound 0.91 done", "outbound 5.00 done"],
    goods: ["out assigned 3"],
  },
  {
    name: "an order that was never paid: the credit note is set against its invoice",
    order: (stage, number) => {
      const payments = [{ id: "", method: "cod", title: "Cash", transactionId: "", amount: "45.91", paidAt: null }];
      return withRefunds(refundOrder(stage, number, { payments }), [
        refund("1", "10.01", [refundLine(SHIRT)], { payments: [] }),
      ]);
    },
    notes: ["10.01 1.75 0.00"],
    payments: [],
    goods: ["out assigned 2"],
  },
  {
    name: "paid with a gift card and a card, given back wholly the same way",
    order: (stage, number) => {
      const part = (id: string, method: string, amount: string, at: string) => ({
        id,
        method,
        title: method,
        transactionId: id,
        amount,
        paidAt: at,
      });
      const order = refundOrder(stage, number, {
        status: "refunded",
        payments: [
          part("7", "gift_card", "20.00", "2026-11-10T23:30:15.000Z"),
          part("8", "card", "25.91", "2026-11-10T23:30:15.000Z"),
        ],
      });
      const lines = order.lines.map(({ id, quantity, total, taxes }) =>
        refundLine({ lineId: id, quantity, untaxed: total, taxes, restock: true }),
      );
      const payments = [part("9", "gift_card", "20.00", REFUNDED_AT), part("10", "card", "25.91", REFUNDED_AT)];
      return withRefunds(order, [refund("1", "45.91", lines, { payments })]);
    },
    notes: ["45.91 6.99 0.00"],
    payments: ["inbound 20.00 done", "inbound 25.91 done", "outbound 20.00 done", "outbound 25.91 done"],
    goods: [],
  },
  {
    name: "no money given back through the shop: the credit note stays open",
    order: (stage, number) =>
      withRefunds(refundOrder(stage, number), [refund("1", "10.01", [refundLine(SHIRT)], { payments: [] })]),
    notes: ["10.01 1.75 10.01"],
    payments: [IN],
    goods: ["out assigned 2"],
  },
];

/** As it was before anything was refunded: what is refunded whole before it reached Odoo never gets there. */
export function unrefunded(order: ShopOrder): ShopOrder {
  const status = order.status === "refunded" ? "processing" : order.status;
  return { ...order, status, refunds: [], refundedTotal: "0" };
}

export async function assertCase(stage: RefundStage, given: RefundCase, order: ShopOrder, ended: Ended): Promise<void> {
  const { plan } = ended;
  assert.deepEqual(
    [plan.state.name, plan.blockers],
    ["synced", []],
    `${given.name}: ${plan.blockers.map((blocker) => JSON.stringify(blocker)).join(" ")} ${plan.state.sentence}`,
  );
  const notes = await notesOf(stage, ended);
  assert.deepEqual(notes.map(textOf), given.notes, given.name);
  for (const [index, note] of notes.entries()) {
    assert.equal(note.state, "posted", given.name);
    assert.equal(note.reference, `${order.number} refund ${index + 1}: damaged`, given.name);
  }
  assert.deepEqual([...(await paymentsOf(stage, order))].toSorted(), [...given.payments].toSorted(), given.name);
  assert.deepEqual(await goodsOf(stage, ended), given.goods, given.name);
}

function textOf({ total, tax, residual }: NoteBooks): string {
  return `${total} ${tax} ${residual}`;
}
