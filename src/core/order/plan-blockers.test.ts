import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { observe, runLoop } from "../testing/loop.ts";
import { line, PRODUCTS, RULES, sampleOrder, SETTINGS } from "../testing/orders.ts";
import { blockedBy, kinds, model, planned, synced } from "../testing/plans.ts";
import type { OrderObserved } from "./observed.ts";
import { planOrder } from "./plan.ts";
import type { ErpInvoice } from "./erp-documents.ts";

describe("what keeps an order from being posted", () => {
  test("an unknown SKU: nothing is written, the shop's order says why, and the retry after the mapping succeeds", () => {
    const erp = model({ products: PRODUCTS.filter((each) => each.sku !== "MUG") });
    const loop = runLoop(erp, sampleOrder());
    const sentence =
      "Order #1054 failed to sync because product SKU MUG was not found in Odoo product.product -> default_code";
    assert.equal(blockedBy(loop.plan, "SKU_NOT_FOUND"), sentence);
    assert.deepEqual(loop.kinds, ["mark.write"]);
    assert.deepEqual([erp.mark.status, erp.mark.sentence, erp.created], ["failed", sentence, []]);
    const mended = model();
    mended.mark = erp.mark;
    runLoop(mended, sampleOrder());
    assert.deepEqual([mended.mark.status, mended.created.length], ["synced", 4]);
  });

  test("several reasons: the first in full, the others by code", () => {
    const erp = model({ products: [] });
    runLoop(erp, sampleOrder());
    assert.match(
      erp.mark.sentence ?? "",
      /default_code \(and 3 more: SKU_NOT_FOUND, SERVICE_PRODUCT_MISSING, SERVICE_PRODUCT_MISSING\)$/,
    );
  });

  test("a payment method without journal holds the order before anything is written", () => {
    const erp = model();
    const loop = runLoop(
      erp,
      sampleOrder({
        payments: [
          {
            id: "",
            method: "klarna",
            title: "Klarna",
            transactionId: "",
            amount: "86.46",
            paidAt: "2026-11-21T09:00:00.000Z",
          },
        ],
      }),
    );
    assert.equal(
      blockedBy(loop.plan, "PAYMENT_METHOD_NOT_MAPPED"),
      "Order #1054 is held because its payment method klarna (Klarna) is not mapped to an Odoo journal",
    );
    assert.deepEqual([erp.created, erp.mark.status], [[], "held"]);
    const unresolved = { ...SETTINGS, journals: new Map<string, number>() };
    blockedBy(planOrder(observe(model(), sampleOrder(), unresolved), RULES), "PAYMENT_METHOD_NOT_MAPPED");
  });

  test("amounts that do not add up, an unmapped tax, an unknown currency, a zero quantity", () => {
    blockedBy(planned(model(), sampleOrder({ total: "80.00" })), "ORDER_TOTALS_INCONSISTENT");
    blockedBy(planOrder(observe(model(), sampleOrder()), { ...RULES, taxes: new Map() }), "TAX_NOT_MAPPED");
    blockedBy(planned(model(), sampleOrder({ currency: "SEK" })), "CURRENCY_UNKNOWN");
    blockedBy(
      planned(model(), sampleOrder({ lines: [line({ id: "1", quantity: "0" })], taxRates: [], total: "10.00" })),
      "LINE_INVALID",
    );
  });

  test("a draft order that Odoo computes differently is written once more, then held", () => {
    const erp = model({
      distortOrder: (order) => ({
        ...order,
        total: "86.47",
        tax: "15.02",
        taxTotals: [{ taxId: 21, amount: "15.02" }],
      }),
    });
    const loop = runLoop(erp, sampleOrder());
    assert.equal(
      blockedBy(loop.plan, "PROOF_DIFFERENT"),
      "Order #1054 is held: tax VAT 21 is 15.01 in the shop but 15.02 in Odoo (order S00009); cause: tax",
    );
    assert.deepEqual(loop.kinds, ["partner.create", "order.create", "mark.write"]);
    assert.equal(erp.order?.state, "draft");
    assert.deepEqual(runLoop(erp, sampleOrder()).kinds, ["order.create"]);
  });

  test("a draft invoice that comes out differently is adjusted once; if that does not help, it stays a draft", () => {
    const off = (invoice: ErpInvoice): ErpInvoice => ({
      ...invoice,
      tax: "15.00",
      total: "86.45",
      taxTotals: [{ taxId: 21, amount: "15.00" }],
    });
    const mended = model({ exactOrders: false, distortInvoice: off });
    const loop = runLoop(mended, sampleOrder());
    assert.deepEqual(
      [loop.kinds.filter((kind) => kind.startsWith("invoice")), loop.plan.state.name],
      [["invoice.create", "invoice.adjust", "invoice.post"], "synced"],
    );
    const stubborn = model({ exactOrders: false });
    const observeOff = (observed: OrderObserved): OrderObserved => ({
      ...observed,
      erp: { ...observed.erp, invoices: observed.erp.invoices.map(off) },
    });
    runLoop(stubborn, sampleOrder(), { actionsMax: 4 });
    const adjust = planned(stubborn, sampleOrder(), observeOff);
    assert.deepEqual(kinds(adjust), ["invoice.adjust"]);
    const after = planOrder(observeOff(observe(stubborn, sampleOrder())), RULES, adjust.actions);
    assert.match(
      blockedBy(after, "PROOF_DIFFERENT"),
      /tax VAT 21 is 15.01 in the shop but 15.00 in Odoo \(draft invoice \(id 77\)\); cause: tax/,
    );
  });

  test("a step that was accepted without effect is named, not repeated", () => {
    const erp = model();
    runLoop(erp, sampleOrder(), { actionsMax: 2 });
    const observed = observe(erp, sampleOrder());
    const confirm = planOrder(observed, RULES);
    assert.deepEqual(kinds(confirm), ["order.confirm", "invoice.create"]);
    assert.match(
      blockedBy(planOrder(observed, RULES, confirm.actions), "ODOO_REJECTED"),
      /order.confirm of order #1054: it was accepted, but reading back shows no effect/,
    );
  });

  test("the mark is written once: a shop that does not keep it is not asked for ever", () => {
    const erp = synced();
    const observed = { ...observe(erp, sampleOrder()), order: sampleOrder() };
    const plan = planOrder(observed, RULES);
    assert.deepEqual(kinds(plan), ["mark.write"]);
    assert.deepEqual(planOrder(observed, RULES, plan.actions).actions, []);
  });

  test("a run that ended between a step and its date: the date is put right, once", () => {
    const erp = model();
    runLoop(erp, sampleOrder(), { actionsMax: 3 });
    assert.ok(erp.order);
    erp.order = { ...erp.order, dateOrder: "2026-12-24T00:00:00Z" };
    assert.deepEqual(kinds(planned(erp, sampleOrder())), ["order.confirm", "invoice.create"]);
    const loop = runLoop(erp, sampleOrder(), { actionsMax: 2 });
    assert.deepEqual(
      [loop.kinds, erp.order.dateOrder],
      [["order.confirm", "invoice.create"], "2026-11-21T08:18:32.000Z"],
    );
    assert.ok(erp.invoice);
    erp.invoice = { ...erp.invoice, invoiceDate: null };
    assert.deepEqual(kinds(planned(erp, sampleOrder())), ["invoice.adjust"]);
    runLoop(erp, sampleOrder());
    assert.deepEqual([erp.invoice.invoiceDate, erp.mark.status], ["2026-11-21", "synced"]);
    erp.order = { ...erp.order, dateOrder: "2026-12-24T00:00:00Z" };
    assert.deepEqual(kinds(planned(erp, sampleOrder())), [], "what is posted is history");
  });
});
