import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { observe, runLoop } from "../testing/loop.ts";
import { line, product, PRODUCTS, RULES, sampleOrder } from "../testing/orders.ts";
import { at, blockedBy, model, planned, synced } from "../testing/plans.ts";
import { ORDER_STAGES, type OrderAction } from "./observed.ts";
import { planOrder } from "./plan.ts";
import { ORDER_STATUSES, type OrderStatus } from "./shop-order.ts";

describe("the status map, for an order that Odoo has never seen", () => {
  const expected: Readonly<Record<OrderStatus, readonly [state: string, documents: readonly string[]]>> = {
    draft: ["not-applicable", []],
    pending: ["waiting-for-payment", []],
    "on-hold": ["on-hold", ["order"]],
    processing: ["synced", ["order", "invoice", "payment"]],
    completed: ["synced", ["order", "invoice", "payment"]],
    cancelled: ["not-applicable", []],
    refunded: ["not-applicable", []],
    failed: ["failed-payment", []],
    trash: ["not-applicable", []],
  };
  for (const status of ORDER_STATUSES) {
    const [state, documents] = expected[status];
    test(`${status}: ${state}, ${documents.join(", ") || "nothing"} in Odoo`, () => {
      const erp = model();
      const { plan } = runLoop(erp, at(status));
      assert.deepEqual([plan.state.name, plan.blockers, plan.actions], [state, [], []]);
      assert.deepEqual(
        erp.created.filter((name) => !name.startsWith("stockbridge.")),
        documents,
      );
      if (documents.length === 0) assert.equal(erp.mark.status, null, "an order that Odoo never saw is not written to");
    });
  }

  test("an order that the shop does not have concerns nobody", () => {
    const plan = planned(model(), null);
    assert.deepEqual([plan.state.name, plan.actions, plan.blockers], ["not-applicable", [], []]);
  });

  test("orders from before the start are left alone, those that are there already are not", () => {
    const rules = { ...RULES, startAt: "2026-12-01T00:00:00.000Z" };
    assert.equal(planOrder(observe(model(), sampleOrder()), rules).state.name, "not-applicable");
    assert.equal(planOrder(observe(synced(), sampleOrder()), rules).state.name, "synced");
  });
});

describe("the way of a paid order", () => {
  test("one round makes the draft, one confirms, one posts and pays, one tells the shop", () => {
    const erp = model();
    const loop = runLoop(erp, sampleOrder());
    assert.deepEqual(loop.kinds, [
      "partner.create",
      "order.create",
      "order.confirm",
      "invoice.create",
      "invoice.post",
      "payment.register",
      "mark.write",
    ]);
    assert.equal(loop.rounds, 4);
    assert.deepEqual(erp.mark, {
      status: "synced",
      sentence: "Order #1054 is in Odoo as S00009 with invoice INV/2026/00001, paid.",
      odooOrder: "S00009",
      odooOrderId: "9",
      odooInvoice: "INV/2026/00001",
    });
  });

  test("dates are the shop's, as UTC instants, and the payment carries number and transaction", () => {
    const erp = model();
    const actions: OrderAction[] = [];
    for (let round = 0; round < 4; round += 1) {
      const plan = planOrder(observe(erp, sampleOrder()), RULES, actions);
      for (const action of plan.actions) {
        erp.apply(action);
        actions.push(action);
      }
    }
    const of = <K extends OrderAction["kind"]>(kind: K) =>
      actions.find((action): action is Extract<OrderAction, { kind: K }> => action.kind === kind);
    assert.equal(of("order.confirm")?.placedAt, "2026-11-21T08:18:32.000Z");
    assert.equal(of("invoice.create")?.invoiceAt, "2026-11-21T08:19:00.000Z");
    const { externalId, journalId, amount, currency, paidAt, memo } = of("payment.register")!.payment;
    assert.deepEqual(
      { externalId, journalId, amount, currency, paidAt, memo },
      {
        externalId: "stockbridge.shop-eu_order_1054_payment",
        journalId: 11,
        amount: "86.46",
        currency: "EUR",
        paidAt: "2026-11-21T08:19:00.000Z",
        memo: "1054 tx-1",
      },
    );
  });

  test("unpaid: invoiced, not paid; the invoice has the order's date", () => {
    const pay = (method: string, paidAt: string | null) => ({
      payments: [{ id: "", method, title: method, transactionId: "", amount: "86.46", paidAt }],
    });
    for (const [method, paidAt] of [
      ["cod", null],
      ["cod", "2026-11-25T10:00:00.000Z"],
      ["bacs", null],
      ["unheard-of", null],
    ] as const) {
      const erp = synced(pay(method, paidAt));
      assert.equal(erp.invoice?.state, "posted");
      assert.equal(erp.payment, null, `${method} ${paidAt}`);
      assert.match(erp.mark.sentence ?? "", /not paid yet/);
    }
    assert.equal(synced(pay("bacs", "2026-11-25T10:00:00.000Z")).payment?.reconciled, true);
  });

  test("paid later: the payment follows, once", () => {
    const bank = (paidAt: string | null) => ({
      payments: [{ id: "", method: "bacs", title: "Bank", transactionId: "", amount: "86.46", paidAt }],
    });
    const erp = synced(bank(null));
    const loop = runLoop(erp, sampleOrder(bank("2026-11-25T10:00:00.000Z")));
    assert.deepEqual(loop.kinds, ["payment.register", "mark.write"]);
  });

  test("an order of nothing is posted and not paid", () => {
    const free = { lines: [line({ id: "1", total: "0.00" })], total: "0.00", taxRates: [], coupons: [] };
    const erp = synced(free);
    assert.deepEqual([erp.invoice?.state, erp.payment], ["posted", null]);
  });

  test("products invoiced on delivery: paid at once as a credit, waiting by name, invoiced and reconciled after the delivery", () => {
    const products = PRODUCTS.map((each) =>
      each.sku === "MUG" ? product(each.id, "MUG", { invoicePolicy: "delivery" }) : each,
    );
    const erp = model({ products });
    const waiting = runLoop(erp, sampleOrder());
    assert.deepEqual(waiting.kinds, [
      "partner.create",
      "order.create",
      "order.confirm",
      "payment.register",
      "mark.write",
    ]);
    assert.equal(waiting.plan.state.name, "waiting-for-delivery");
    assert.ok((waiting.plan.state.recheckMs ?? 0) > 0);
    assert.equal(erp.mark.status, "waiting");
    erp.deliver();
    const after = runLoop(erp, sampleOrder());
    assert.deepEqual(after.kinds, ["invoice.create", "invoice.post", "payment.register", "mark.write"]);
    assert.deepEqual([erp.payment?.reconciled, after.plan.state.name], [true, "synced"]);
  });

  test("a delivery that ends short is held by name", () => {
    const products = PRODUCTS.map((each) =>
      each.sku === "MUG" ? product(each.id, "MUG", { invoicePolicy: "delivery" }) : each,
    );
    const erp = model({ products });
    runLoop(erp, sampleOrder());
    erp.moves = [
      { productId: 101, demand: "2", reserved: "0", done: "2", state: "done" },
      { productId: 101, demand: "1", reserved: "0", done: "0", state: "cancel" },
    ];
    assert.match(
      blockedBy(planned(erp, sampleOrder()), "PROOF_DIFFERENT"),
      /the delivered quantity of line "Mug.*" is 3 in the shop but 2 in Odoo \(order S00009\)/,
    );
  });

  test("moves and stages: every kind of action has its stage", () => {
    assert.equal(new Set(ORDER_STAGES).size, ORDER_STAGES.length);
    assert.ok(ORDER_STAGES.indexOf("partner.create") < ORDER_STAGES.indexOf("order.create"));
    assert.ok(ORDER_STAGES.indexOf("invoice.post") < ORDER_STAGES.indexOf("payment.register"));
  });
});
