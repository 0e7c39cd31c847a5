import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { runLoop } from "../testing/loop.ts";
import type { ModelErp } from "../testing/model-erp.ts";
import { BILLING, line, RULES, sampleOrder } from "../testing/orders.ts";
import { at, blockedBy, codes, kinds, model, planned, synced } from "../testing/plans.ts";
import type { OrderObserved } from "./observed.ts";
import type { ErpInvoice } from "./erp-documents.ts";
import { settleOrder } from "./settle.ts";

describe("what people do afterwards", () => {
  test("cancelled in the shop after it reached Odoo, as a draft or posted", () => {
    const draft = model();
    runLoop(draft, at("on-hold"));
    assert.match(blockedBy(planned(draft, at("cancelled")), "ORDER_CANCELLED_UNSUPPORTED"), /as draft order S00009/);
    assert.match(
      blockedBy(planned(synced(), at("cancelled")), "ORDER_CANCELLED_UNSUPPORTED"),
      /as invoice INV\/2026\/00001/,
    );
  });

  test("cancelled on both sides is no failure", () => {
    const erp = model();
    runLoop(erp, at("on-hold"));
    erp.order = { ...erp.order!, state: "cancel" };
    assert.deepEqual(
      [planned(erp, at("cancelled")).state.name, codes(planned(erp, at("cancelled")))],
      ["not-applicable", []],
    );
  });

  test("refunded by the shop's word alone: parked until a credit note stands", () => {
    const erp = synced();
    const sentence = "Order #1054 counts as refunded (86.46 EUR) in the shop, but the shop tells of no refund for it";
    assert.equal(blockedBy(planned(erp, at("refunded", { refundedTotal: "86.46" })), "REFUND_UNKNOWN"), sentence);
    assert.equal(blockedBy(planned(erp, at("refunded")), "REFUND_UNKNOWN"), sentence);
    const note: ErpInvoice = { ...erp.invoice!, id: 78, name: "RINV/1", type: "out_refund" };
    const credited = planned(erp, at("refunded", { refundedTotal: "86.46" }), (observed) => ({
      ...observed,
      erp: { ...observed.erp, invoices: [...observed.erp.invoices, note] },
    }));
    assert.deepEqual([credited.state.name, codes(credited)], ["synced", []]);
  });

  test("partly refunded by word alone: the order itself comes into step, then it is parked by name", () => {
    const erp = model();
    const loop = runLoop(erp, sampleOrder({ refundedTotal: "12.10" }));
    assert.match(blockedBy(loop.plan, "REFUND_UNKNOWN"), /refunded \(12\.10 EUR\)/);
    assert.equal(erp.payment?.reconciled, true);
    assert.equal(erp.mark.status, "held");
  });

  test("a test order of the shop: nothing in Odoo, and it holds nothing", () => {
    const erp = model();
    const loop = runLoop(erp, sampleOrder({ test: true }));
    assert.deepEqual([loop.plan.state.name, codes(loop.plan), erp.created], ["not-applicable", [], []]);
    assert.match(loop.plan.state.sentence, /#1054 is a test order of the shop/);
    assert.deepEqual(settleOrder(loop.observed, loop.plan, RULES).holds?.lines, []);
  });

  test("edited in the shop while a draft: brought to the document", () => {
    const erp = model();
    runLoop(erp, at("on-hold"));
    const edited = at("on-hold", {
      lines: [line({ id: "9", quantity: "2", total: "20.00", taxes: [{ rateId: "1", amount: "4.20" }] })],
      taxRates: [],
      total: "24.20",
      coupons: [],
    });
    const plan = planned(erp, edited);
    assert.deepEqual(kinds(plan), ["order.create"]);
    assert.ok(
      plan.diff.some(({ what, before, after }) => what === 'line "Mug"' && before === "missing" && after === "20.00"),
    );
    runLoop(erp, edited);
    assert.equal(erp.order?.total, "24.20");
  });

  test("a draft for another address is corrected", () => {
    const erp = model();
    runLoop(erp, at("on-hold"));
    const loop = runLoop(erp, at("on-hold", { shipping: { ...BILLING, street: "Elders 9" } }));
    assert.deepEqual(loop.kinds, ["partner.create", "order.create"]);
  });

  test("edited in the shop after posting: named with what differs", () => {
    const edited = sampleOrder({
      lines: [line({ id: "1", quantity: "3", subtotal: "30.00", total: "30.00" })],
      taxRates: [],
      total: "30.00",
      coupons: [],
    });
    assert.equal(
      blockedBy(planned(synced(), edited), "ORDER_CHANGED_AFTER_POSTING"),
      'Order #1054 was changed in the shop after invoice INV/2026/00001 was made in Odoo: line "Mug" taxes is now none, there tax id 21',
    );
    const confirmed = model();
    runLoop(confirmed, sampleOrder(), { actionsMax: 3 });
    assert.match(blockedBy(planned(confirmed, edited), "ORDER_CHANGED_AFTER_POSTING"), /after order S00009 was made/);
  });

  test("pending or failed again after posting contradicts the documents; on hold leaves them as they are", () => {
    const erp = synced();
    for (const status of ["pending", "failed", "draft"] as const) {
      assert.match(
        blockedBy(planned(erp, at(status)), "ORDER_CHANGED_AFTER_POSTING"),
        new RegExp(`its status is now ${status}, there confirmed`),
      );
    }
    const held = planned(erp, at("on-hold"));
    assert.deepEqual([held.state.name, codes(held), kinds(held)], ["on-hold", [], ["mark.write"]]);
  });

  test("an order on hold says why, where the shop says more than that", () => {
    const waiting = (statusText: string) =>
      planned(model(), sampleOrder({ status: "on-hold", statusText })).state.sentence;
    assert.equal(
      waiting("on-hold"),
      "Order #1054 is on hold in the shop; it is a draft in Odoo, and nothing is posted.",
    );
    assert.equal(
      waiting("on hold: risk (paid, unfulfilled)"),
      "Order #1054 is on hold in the shop (on hold: risk (paid, unfulfilled)); it is a draft in Odoo, and nothing is posted.",
    );
  });

  test("deleted in Odoo: parked, and made again only when a person asks", () => {
    const gone = (erp: ModelErp, given: Partial<OrderObserved["erp"]>, recreate = false) =>
      planned(erp, { ...sampleOrder() }, (observed) => ({ ...observed, recreate, erp: { ...observed.erp, ...given } }));
    const erp = synced();
    const nothing = { order: null, invoices: [], payments: [], orderDeleted: true };
    assert.equal(
      blockedBy(gone(erp, nothing), "DOCUMENT_DELETED"),
      "Order #1054 had order S00009 in Odoo, which somebody deleted; it is not made again by itself",
    );
    assert.deepEqual(kinds(gone(erp, nothing, true)), ["order.create"]);
    assert.match(
      blockedBy(gone(erp, { invoices: [], payments: [], invoiceDeleted: true }), "DOCUMENT_DELETED"),
      /had invoice INV\/2026\/00001 in Odoo/,
    );
    assert.deepEqual(kinds(gone(erp, { invoices: [], payments: [], invoiceDeleted: true }, true)), ["invoice.create"]);
    const open = { invoices: [{ ...erp.invoice!, residual: "86.46" }], payments: [], paymentDeleted: true };
    assert.match(blockedBy(gone(erp, open), "DOCUMENT_DELETED"), /had its payment in Odoo/);
    assert.deepEqual(kinds(gone(erp, open, true)), ["payment.register"]);
  });

  test("cancelled in Odoo while the shop's order stands", () => {
    const erp = synced();
    const cancelled = (given: Partial<OrderObserved["erp"]>) =>
      planned(erp, sampleOrder(), (observed) => ({ ...observed, erp: { ...observed.erp, ...given } }));
    assert.match(
      blockedBy(cancelled({ order: { ...erp.order!, state: "cancel" } }), "DOCUMENT_CANCELLED"),
      /order S00009 was cancelled in Odoo/,
    );
    assert.match(
      blockedBy(cancelled({ invoices: [{ ...erp.invoice!, state: "cancel" }] }), "DOCUMENT_CANCELLED"),
      /invoice INV\/2026\/00001 was cancelled/,
    );
    assert.match(
      blockedBy(
        cancelled({
          invoices: [{ ...erp.invoice!, residual: "86.46" }],
          payments: [{ ...erp.payment!, state: "cancel" }],
        }),
        "DOCUMENT_CANCELLED",
      ),
      /payment PAY\/1 was cancelled/,
    );
  });

  test("gone from the shop, or in its trash, after it reached Odoo", () => {
    blockedBy(planned(synced(), null), "ORDER_GONE");
    const trashed = planned(synced(), at("trash"));
    blockedBy(trashed, "ORDER_GONE");
    assert.deepEqual(trashed.actions, [], "an order in the trash is not written to");
  });

  test("paid in Odoo by hand: never paid twice", () => {
    const erp = synced();
    const byHand = (residual: string) =>
      planned(erp, sampleOrder(), (observed) => ({
        ...observed,
        erp: { ...observed.erp, payments: [], invoices: [{ ...erp.invoice!, residual }] },
      }));
    assert.deepEqual(kinds(byHand("0.00")), []);
    assert.match(
      blockedBy(byHand("50.00"), "PROOF_DIFFERENT"),
      /the open amount is 86.46 in the shop but 50.00 in Odoo.*cause: payment/,
    );
  });

  test("a payment of another amount, two payments, two invoices", () => {
    const erp = synced();
    const found = (given: Partial<OrderObserved["erp"]>) =>
      planned(erp, sampleOrder(), (observed) => ({ ...observed, erp: { ...observed.erp, ...given } }));
    assert.match(
      blockedBy(found({ payments: [{ ...erp.payment!, amount: "86.00" }] }), "PROOF_DIFFERENT"),
      /the payment is 86.46 EUR in the shop but 86.00 EUR in Odoo \(payment PAY\/1\); cause: payment/,
    );
    assert.match(
      blockedBy(found({ payments: [erp.payment!, { ...erp.payment!, id: 34 }] }), "PROOF_DIFFERENT"),
      /the number of payments is 1 in the shop but 2/,
    );
    assert.match(
      blockedBy(found({ invoices: [erp.invoice!, { ...erp.invoice!, id: 78 }] }), "PROOF_DIFFERENT"),
      /the number of invoices is 1 in the shop but 2/,
    );
  });

  test("a product that leaves shop or Odoo later changes nothing about a posted order", () => {
    const erp = synced();
    const later = sampleOrder({
      lines: sampleOrder().lines.map((each) =>
        each.kind === "product" ? { ...each, sku: "", variantId: null } : each,
      ),
    });
    const plan = planned(erp, later, (observed) => ({ ...observed, erp: { ...observed.erp, products: new Map() } }));
    assert.deepEqual([plan.state.name, codes(plan)], ["synced", []]);
  });
});
