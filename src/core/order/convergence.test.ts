/** The order plan against the model of Odoo: from every state it can stop in, it comes to the same end and doubles nothing. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import { formatMoney } from "../money.ts";
import { observe, runLoop } from "../testing/loop.ts";
import { ModelErp } from "../testing/model-erp.ts";
import { allSent, BILLING, line, product, PRODUCTS, RULES, sampleOrder } from "../testing/orders.ts";
import type { ErpProduct } from "./erp-documents.ts";
import { planOrder } from "./plan.ts";
import type { OrderRules } from "./rules.ts";
import { settleOrder } from "./settle.ts";
import type { ShopOrder } from "./shop-order.ts";

/** Partner and order; confirm and invoice; post and pay; mark. Products invoiced on delivery take two more. */
const ROUNDS_MAX = 6;

interface Case {
  readonly order: ShopOrder;
  readonly products: readonly ErpProduct[];
  readonly exactOrders: boolean;
  readonly deliveries: OrderRules["deliveries"];
}

const cents = fc.integer({ min: 0, max: 1_000_00 });
const lines = fc.array(
  fc.record({
    kind: fc.constantFrom("product", "shipping", "fee"),
    net: cents,
    discount: fc.integer({ min: 0, max: 500 }),
    quantity: fc.integer({ min: 1, max: 9 }),
    taxes: fc.array(cents, { maxLength: 2 }),
  }),
  { minLength: 1, maxLength: 6 },
);

/** One payment without an id, as a shop that knows one tells it, or several that come to the total. */
function paymentsOf(
  total: number,
  parts: number,
  { currency, method, paid }: { readonly currency: string; readonly method: string; readonly paid: boolean },
): ShopOrder["payments"] {
  const money = (minor: number) => formatMoney(BigInt(minor), currency);
  const share = Math.floor(total / parts);
  return Array.from({ length: parts }, (_, index) => ({
    id: parts === 1 ? "" : String(index + 1),
    method: index === 0 ? method : "stripe",
    title: method,
    transactionId: `t${index}`,
    amount: money(index === 0 ? total - share * (parts - 1) : share),
    paidAt: paid ? "2026-11-21T09:00:00.000Z" : null,
  }));
}

const cases: fc.Arbitrary<Case> = fc
  .record({
    lines,
    status: fc.constantFrom("processing", "completed"),
    currency: fc.constantFrom("EUR", "JPY", "KWD"),
    method: fc.constantFrom("stripe", "bacs", "cod"),
    paid: fc.boolean(),
    parts: fc.integer({ min: 1, max: 3 }),
    elsewhere: fc.boolean(),
    invoicePolicy: fc.constantFrom("order", "delivery"),
    exactOrders: fc.boolean(),
    deliveries: fc.constantFrom("apart", "shop"),
  })
  .map(({ lines: given, status, currency, method, paid, parts, elsewhere, invoicePolicy, exactOrders, deliveries }) => {
    const money = (minor: number) => formatMoney(BigInt(minor), currency);
    const total = given.reduce((all, { net, taxes }) => all + net + taxes.reduce((sum, tax) => sum + tax, 0), 0);
    const order = sampleOrder({
      status,
      statusText: status,
      currency,
      taxRates: [],
      total: money(total),
      coupons: [{ code: "sale", amount: "1" }],
      shipping: elsewhere ? { ...BILLING, street: "Elders 9" } : null,
      payments: paymentsOf(total, parts, { currency, method, paid }),
      lines: given.map(({ kind, net, discount, quantity, taxes }, index) =>
        line({
          id: String(index + 1),
          kind,
          sku: kind === "product" ? "MUG" : "",
          quantity: kind === "product" ? String(quantity) : "1",
          subtotal: money(net + discount),
          total: money(net),
          taxes: taxes.map((tax, slot) => ({ rateId: String(slot + 1), amount: money(tax) })),
        }),
      ),
    });
    const products = PRODUCTS.map((each) => (each.sku === "MUG" ? product(each.id, "MUG", { invoicePolicy }) : each));
    const fulfilments = status === "completed" ? [allSent(order)] : [];
    return { order: { ...order, fulfilments }, products, exactOrders, deliveries };
  });

function finished(erp: ModelErp, { order, deliveries }: Case): void {
  const rules = { ...RULES, deliveries };
  const waits = erp.invoice === null;
  if (waits) {
    assert.equal(planOrder(observe(erp, order), rules).state.name, "waiting-for-delivery");
    erp.deliver();
    runLoop(erp, order, { rules });
  }
  const observed = observe(erp, order);
  const plan = planOrder(observed, rules);
  assert.deepEqual([plan.state.name, plan.actions, plan.blockers], ["synced", [], []]);
  assert.equal(erp.invoice?.state, "posted");
  assert.equal(erp.invoice.total, order.total);
  const due = order.payments.filter(
    ({ paidAt, method, amount }) => paidAt !== null && method !== "cod" && Number(amount) > 0,
  );
  assert.deepEqual(erp.payments.map(({ amount }) => amount).toSorted(), due.map(({ amount }) => amount).toSorted());
  for (const payment of erp.payments) assert.equal(payment.reconciled, true);
  assert.equal(new Set(erp.created).size, erp.created.length, "nothing was made twice");
  const { proof } = settleOrder(observed, plan, rules);
  assert.equal(proof?.equal, true);
  assert.equal(erp.mark.status, "synced");
}

describe("an accepted order", () => {
  test("comes to its end in few rounds and stays there", () => {
    fc.assert(
      fc.property(cases, (given) => {
        const erp = new ModelErp({ products: given.products, exactOrders: given.exactOrders });
        const loop = runLoop(erp, given.order, {
          rules: { ...RULES, deliveries: given.deliveries },
        });
        assert.deepEqual(loop.plan.blockers, []);
        assert.ok(loop.rounds <= ROUNDS_MAX, `${loop.rounds} rounds: ${loop.kinds.join(", ")}`);
        finished(erp, given);
      }),
    );
  });

  test("comes to the same end after a crash behind any action, again and again", () => {
    fc.assert(
      fc.property(cases, fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 8 }), (given, crashes) => {
        const erp = new ModelErp({ products: given.products, exactOrders: given.exactOrders });
        const rules = { ...RULES, deliveries: given.deliveries };
        for (const actionsMax of crashes) runLoop(erp, given.order, { rules, actionsMax });
        const loop = runLoop(erp, given.order, { rules });
        assert.deepEqual(loop.plan.blockers, []);
        assert.ok(loop.rounds <= ROUNDS_MAX);
        finished(erp, given);
      }),
    );
  });

  test("completed first or processing first: the same documents", () => {
    for (const statuses of [
      ["processing", "completed"],
      ["completed"],
      ["on-hold", "processing"],
      ["pending", "on-hold", "completed"],
    ] as const) {
      const erp = new ModelErp({ products: PRODUCTS, exactOrders: true });
      for (const status of statuses) runLoop(erp, sampleOrder({ status, statusText: status }));
      assert.deepEqual(new Set(erp.created), new Set([...erp.partners.keys(), "order", "invoice", "payment"]));
      assert.equal(erp.payment?.reconciled, true);
    }
  });

  test("edits in the shop reach a draft, whatever they are", () => {
    fc.assert(
      fc.property(cases, cases, (before, after) => {
        const erp = new ModelErp({ products: after.products, exactOrders: true });
        runLoop(erp, { ...before.order, status: "on-hold" });
        const { order } = after;
        const loop = runLoop(erp, { ...order, status: "on-hold" });
        assert.deepEqual(loop.plan.blockers, []);
        assert.equal(erp.order?.total, order.total);
        assert.equal(erp.order.currency, order.currency);
        assert.equal(erp.created.filter((name) => name === "order").length, 1);
      }),
    );
  });
});
