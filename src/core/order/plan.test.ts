import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type FailureCode, sentenceOf } from "../failures.ts";
import type { Plan } from "../plan.ts";
import { observe, runLoop } from "../testing/loop.ts";
import { ModelErp, type ModelOptions } from "../testing/model-erp.ts";
import { BILLING, line, product, PRODUCTS, RULES, sampleOrder, SETTINGS } from "../testing/orders.ts";
import type { ErpInvoice } from "./erp-documents.ts";
import { ORDER_STAGES, type OrderAction, type OrderObserved, orderQuery } from "./observed.ts";
import { planOrder } from "./plan.ts";
import { settleOrder } from "./settle.ts";
import { ORDER_STATUSES, type OrderStatus, type ShopOrder } from "./shop-order.ts";

const model = (options: Partial<ModelOptions> = {}) => new ModelErp({ products: PRODUCTS, exactOrders: true, ...options });
const at = (status: OrderStatus, given: Partial<ShopOrder> = {}) => sampleOrder({ status, statusText: status, ...given });
const kinds = (plan: Plan<OrderAction>) => plan.actions.map((action) => action.kind);
const codes = (plan: Plan<OrderAction>) => plan.blockers.map((found) => found.code);

/** A model in which the sample order has come to its end. */
function synced(given: Partial<ShopOrder> = {}, options: Partial<ModelOptions> = {}): ModelErp {
  const erp = model(options);
  runLoop(erp, sampleOrder(given));
  return erp;
}

/** The plan for an order over what stands in the model. */
function planned(erp: ModelErp, order: ShopOrder | null, change: (observed: OrderObserved) => OrderObserved = (observed) => observed): Plan<OrderAction> {
  return planOrder(change(observe(erp, order)), RULES);
}

function blockedBy(plan: Plan<OrderAction>, code: FailureCode): string {
  assert.deepEqual(codes(plan), [code]);
  assert.ok(plan.actions.every((action) => action.kind === "mark.write"), "nothing but the mark is written beside a blocker");
  assert.equal(plan.state.name, "failed");
  return sentenceOf(plan.blockers[0]!);
}

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
      assert.deepEqual(erp.created.filter((name) => !name.startsWith("stockbridge.")), documents);
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
    assert.deepEqual(loop.kinds, ["partner.create", "order.create", "order.confirm", "invoice.create", "invoice.post", "payment.register", "mark.write"]);
    assert.equal(loop.rounds, 4);
    assert.deepEqual(erp.mark, {
      status: "synced", sentence: "Order #1054 is in Odoo as S00009 with invoice INV/2026/00001, paid.", odooOrder: "S00009", odooOrderId: "9", odooInvoice: "INV/2026/00001",
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
    const of = <K extends OrderAction["kind"]>(kind: K) => actions.find((action): action is Extract<OrderAction, { kind: K }> => action.kind === kind);
    assert.equal(of("order.confirm")?.placedAt, "2026-11-21T08:18:32.000Z");
    assert.equal(of("invoice.create")?.invoiceAt, "2026-11-21T08:19:00.000Z");
    const { externalId, journalId, amount, currency, paidAt, memo } = of("payment.register")!.payment;
    assert.deepEqual({ externalId, journalId, amount, currency, paidAt, memo }, {
      externalId: "stockbridge.shop-eu_order_1054_payment", journalId: 11, amount: "86.46", currency: "EUR", paidAt: "2026-11-21T08:19:00.000Z", memo: "1054 tx-1",
    });
  });

  test("unpaid: invoiced, not paid; the invoice has the order's date", () => {
    const pay = (method: string, paidAt: string | null) => ({ payment: { method, title: method, transactionId: "", paidAt } });
    for (const [method, paidAt] of [["cod", null], ["cod", "2026-11-25T10:00:00.000Z"], ["bacs", null], ["unheard-of", null]] as const) {
      const erp = synced(pay(method, paidAt));
      assert.equal(erp.invoice?.state, "posted");
      assert.equal(erp.payment, null, `${method} ${paidAt}`);
      assert.match(erp.mark.sentence ?? "", /not paid yet/);
    }
    assert.equal(synced(pay("bacs", "2026-11-25T10:00:00.000Z")).payment?.reconciled, true);
  });

  test("paid later: the payment follows, once", () => {
    const erp = synced({ payment: { method: "bacs", title: "Bank", transactionId: "", paidAt: null } });
    const loop = runLoop(erp, sampleOrder({ payment: { method: "bacs", title: "Bank", transactionId: "", paidAt: "2026-11-25T10:00:00.000Z" } }));
    assert.deepEqual(loop.kinds, ["payment.register", "mark.write"]);
  });

  test("an order of nothing is posted and not paid", () => {
    const free = { lines: [line({ id: "1", total: "0.00" })], total: "0.00", taxRates: [], coupons: [] };
    const erp = synced(free);
    assert.deepEqual([erp.invoice?.state, erp.payment], ["posted", null]);
  });

  test("completed delivers when it is so configured, and only then", () => {
    const order = at("completed");
    const run = (deliverWhenCompleted: boolean) => {
      const erp = model();
      return { erp, loop: runLoop(erp, order, { rules: { ...RULES, deliverWhenCompleted } }) };
    };
    const delivered = run(true);
    assert.ok(delivered.erp.moves.length > 0 && delivered.erp.moves.every((move) => move.state === "done"));
    assert.equal(delivered.loop.kinds.filter((kind) => kind === "delivery.validate").length, 1);
    assert.ok(run(false).erp.moves.every((move) => move.state === "confirmed"));
  });

  test("products invoiced on delivery: paid at once as a credit, waiting by name, invoiced and reconciled after the delivery", () => {
    const products = PRODUCTS.map((each) => (each.sku === "MUG" ? product(each.id, "MUG", { invoicePolicy: "delivery" }) : each));
    const erp = model({ products });
    const waiting = runLoop(erp, sampleOrder());
    assert.deepEqual(waiting.kinds, ["partner.create", "order.create", "order.confirm", "payment.register", "mark.write"]);
    assert.equal(waiting.plan.state.name, "waiting-for-delivery");
    assert.ok((waiting.plan.state.recheckMs ?? 0) > 0);
    assert.equal(erp.mark.status, "waiting");
    erp.deliver();
    const after = runLoop(erp, sampleOrder());
    assert.deepEqual(after.kinds, ["invoice.create", "invoice.post", "payment.register", "mark.write"]);
    assert.deepEqual([erp.payment?.reconciled, after.plan.state.name], [true, "synced"]);
  });

  test("a delivery that ends short is held by name", () => {
    const products = PRODUCTS.map((each) => (each.sku === "MUG" ? product(each.id, "MUG", { invoicePolicy: "delivery" }) : each));
    const erp = model({ products });
    runLoop(erp, sampleOrder());
    erp.moves = [{ productId: 101, demand: "2", reserved: "0", done: "2", state: "done" }, { productId: 101, demand: "1", reserved: "0", done: "0", state: "cancel" }];
    assert.match(blockedBy(planned(erp, sampleOrder()), "PROOF_DIFFERENT"), /the delivered quantity of line "Mug.*" is 3 in the shop but 2 in Odoo \(order S00009\)/);
  });

  test("moves and stages: every kind of action has its stage", () => {
    assert.equal(new Set(ORDER_STAGES).size, ORDER_STAGES.length);
    assert.ok(ORDER_STAGES.indexOf("partner.create") < ORDER_STAGES.indexOf("order.create"));
    assert.ok(ORDER_STAGES.indexOf("invoice.post") < ORDER_STAGES.indexOf("payment.register"));
  });
});

describe("what keeps an order from being posted", () => {
  test("an unknown SKU: nothing is written, the shop's order says why, and the retry after the mapping succeeds", () => {
    const erp = model({ products: PRODUCTS.filter((each) => each.sku !== "MUG") });
    const loop = runLoop(erp, sampleOrder());
    const sentence = "Order #1054 failed to sync because product SKU MUG was not found in Odoo product.product -> default_code";
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
    assert.match(erp.mark.sentence ?? "", /default_code \(and 3 more: SKU_NOT_FOUND, SERVICE_PRODUCT_MISSING, SERVICE_PRODUCT_MISSING\)$/);
  });

  test("a payment method without journal holds the order before anything is written", () => {
    const erp = model();
    const loop = runLoop(erp, sampleOrder({ payment: { method: "klarna", title: "Klarna", transactionId: "", paidAt: "2026-11-21T09:00:00.000Z" } }));
    assert.equal(blockedBy(loop.plan, "PAYMENT_METHOD_NOT_MAPPED"), "Order #1054 is held because its payment method klarna (Klarna) is not mapped to an Odoo journal");
    assert.deepEqual([erp.created, erp.mark.status], [[], "held"]);
    const unresolved = { ...SETTINGS, journals: new Map<string, number>() };
    blockedBy(planOrder(observe(model(), sampleOrder(), unresolved), RULES), "PAYMENT_METHOD_NOT_MAPPED");
  });

  test("amounts that do not add up, an unmapped tax, an unknown currency, a zero quantity", () => {
    blockedBy(planned(model(), sampleOrder({ total: "80.00" })), "ORDER_TOTALS_INCONSISTENT");
    blockedBy(planOrder(observe(model(), sampleOrder()), { ...RULES, taxes: new Map() }), "TAX_NOT_MAPPED");
    blockedBy(planned(model(), sampleOrder({ currency: "SEK" })), "CURRENCY_UNKNOWN");
    blockedBy(planned(model(), sampleOrder({ lines: [line({ id: "1", quantity: "0" })], taxRates: [], total: "10.00" })), "LINE_INVALID");
  });

  test("a draft order that Odoo computes differently is written once more, then held", () => {
    const erp = model({ distortOrder: (order) => ({ ...order, total: "86.47", tax: "15.02", taxTotals: [{ taxId: 21, amount: "15.02" }] }) });
    const loop = runLoop(erp, sampleOrder());
    assert.equal(blockedBy(loop.plan, "PROOF_DIFFERENT"), "Order #1054 is held: tax VAT 21 is 15.01 in the shop but 15.02 in Odoo (order S00009); cause: tax");
    assert.deepEqual(loop.kinds, ["partner.create", "order.create", "mark.write"]);
    assert.equal(erp.order?.state, "draft");
    assert.deepEqual(runLoop(erp, sampleOrder()).kinds, ["order.create"]);
  });

  test("a draft invoice that comes out differently is adjusted once; if that does not help, it stays a draft", () => {
    const off = (invoice: ErpInvoice): ErpInvoice => ({ ...invoice, tax: "15.00", total: "86.45", taxTotals: [{ taxId: 21, amount: "15.00" }] });
    const mended = model({ exactOrders: false, distortInvoice: off });
    const loop = runLoop(mended, sampleOrder());
    assert.deepEqual([loop.kinds.filter((kind) => kind.startsWith("invoice")), loop.plan.state.name], [["invoice.create", "invoice.adjust", "invoice.post"], "synced"]);
    const stubborn = model({ exactOrders: false });
    const observeOff = (observed: OrderObserved): OrderObserved => ({ ...observed, erp: { ...observed.erp, invoices: observed.erp.invoices.map(off) } });
    runLoop(stubborn, sampleOrder(), { actionsMax: 4 });
    const adjust = planned(stubborn, sampleOrder(), observeOff);
    assert.deepEqual(kinds(adjust), ["invoice.adjust"]);
    const after = planOrder(observeOff(observe(stubborn, sampleOrder())), RULES, adjust.actions);
    assert.match(blockedBy(after, "PROOF_DIFFERENT"), /tax VAT 21 is 15.01 in the shop but 15.00 in Odoo \(draft invoice \(id 77\)\); cause: tax/);
  });

  test("a step that was accepted without effect is named, not repeated", () => {
    const erp = model();
    runLoop(erp, sampleOrder(), { actionsMax: 2 });
    const observed = observe(erp, sampleOrder());
    const confirm = planOrder(observed, RULES);
    assert.deepEqual(kinds(confirm), ["order.confirm", "invoice.create"]);
    assert.match(blockedBy(planOrder(observed, RULES, confirm.actions), "ODOO_REJECTED"), /order.confirm of order #1054: it was accepted, but reading back shows no effect/);
  });

  test("the mark is written once: a shop that does not keep it is not asked for ever", () => {
    const erp = synced();
    const observed = { ...observe(erp, sampleOrder()), order: sampleOrder() };
    const plan = planOrder(observed, RULES);
    assert.deepEqual(kinds(plan), ["mark.write"]);
    assert.deepEqual(planOrder(observed, RULES, plan.actions).actions, []);
  });
});

describe("what people do afterwards", () => {
  test("cancelled in the shop after it reached Odoo, as a draft or posted", () => {
    const draft = model();
    runLoop(draft, at("on-hold"));
    assert.match(blockedBy(planned(draft, at("cancelled")), "ORDER_CANCELLED_UNSUPPORTED"), /as draft order S00009/);
    assert.match(blockedBy(planned(synced(), at("cancelled")), "ORDER_CANCELLED_UNSUPPORTED"), /as invoice INV\/2026\/00001/);
  });

  test("cancelled on both sides is no failure", () => {
    const erp = model();
    runLoop(erp, at("on-hold"));
    erp.order = { ...erp.order!, state: "cancel" };
    assert.deepEqual([planned(erp, at("cancelled")).state.name, codes(planned(erp, at("cancelled")))], ["not-applicable", []]);
  });

  test("refunded in the shop: parked until a credit note stands", () => {
    const erp = synced();
    assert.equal(blockedBy(planned(erp, at("refunded", { refundedTotal: "86.46" })), "ORDER_REFUNDED_UNSUPPORTED"), "Order #1054 was refunded (86.46 EUR) in the shop; there is no rule for refunds yet");
    const note: ErpInvoice = { ...erp.invoice!, id: 78, name: "RINV/1", type: "out_refund" };
    const credited = planned(erp, at("refunded", { refundedTotal: "86.46" }), (observed) => ({ ...observed, erp: { ...observed.erp, invoices: [...observed.erp.invoices, note] } }));
    assert.deepEqual([credited.state.name, codes(credited)], ["synced", []]);
  });

  test("partly refunded: the order itself comes into step, then it is parked by name", () => {
    const erp = model();
    const loop = runLoop(erp, sampleOrder({ refundedTotal: "12.10" }));
    assert.equal(blockedBy(loop.plan, "ORDER_REFUNDED_UNSUPPORTED"), "Order #1054 was refunded (12.10 EUR) in the shop; there is no rule for refunds yet");
    assert.equal(erp.payment?.reconciled, true);
    assert.equal(erp.mark.status, "held");
  });

  test("edited in the shop while a draft: brought to the document", () => {
    const erp = model();
    runLoop(erp, at("on-hold"));
    const edited = at("on-hold", { lines: [line({ id: "9", quantity: "2", total: "20.00", taxes: [{ rateId: "1", amount: "4.20" }] })], taxRates: [], total: "24.20", coupons: [] });
    const plan = planned(erp, edited);
    assert.deepEqual(kinds(plan), ["order.create"]);
    assert.ok(plan.diff.some(({ what, before, after }) => what === 'line "Mug"' && before === "missing" && after === "20.00"));
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
    const edited = sampleOrder({ lines: [line({ id: "1", quantity: "3", subtotal: "30.00", total: "30.00" })], taxRates: [], total: "30.00", coupons: [] });
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
      assert.match(blockedBy(planned(erp, at(status)), "ORDER_CHANGED_AFTER_POSTING"), new RegExp(`its status is now ${status}, there confirmed`));
    }
    const held = planned(erp, at("on-hold"));
    assert.deepEqual([held.state.name, codes(held), kinds(held)], ["on-hold", [], ["mark.write"]]);
  });

  test("deleted in Odoo: parked, and made again only when a person asks", () => {
    const gone = (erp: ModelErp, given: Partial<OrderObserved["erp"]>, recreate = false) =>
      planned(erp, { ...sampleOrder() }, (observed) => ({ ...observed, recreate, erp: { ...observed.erp, ...given } }));
    const erp = synced();
    const nothing = { order: null, invoices: [], payments: [], orderDeleted: true };
    assert.equal(blockedBy(gone(erp, nothing), "DOCUMENT_DELETED"), "Order #1054 had order S00009 in Odoo, which somebody deleted; it is not made again by itself");
    assert.deepEqual(kinds(gone(erp, nothing, true)), ["order.create"]);
    assert.match(blockedBy(gone(erp, { invoices: [], payments: [], invoiceDeleted: true }), "DOCUMENT_DELETED"), /had invoice INV\/2026\/00001 in Odoo/);
    assert.deepEqual(kinds(gone(erp, { invoices: [], payments: [], invoiceDeleted: true }, true)), ["invoice.create"]);
    const open = { invoices: [{ ...erp.invoice!, residual: "86.46" }], payments: [], paymentDeleted: true };
    assert.match(blockedBy(gone(erp, open), "DOCUMENT_DELETED"), /had its payment in Odoo/);
    assert.deepEqual(kinds(gone(erp, open, true)), ["payment.register"]);
  });

  test("cancelled in Odoo while the shop's order stands", () => {
    const erp = synced();
    const cancelled = (given: Partial<OrderObserved["erp"]>) => planned(erp, sampleOrder(), (observed) => ({ ...observed, erp: { ...observed.erp, ...given } }));
    assert.match(blockedBy(cancelled({ order: { ...erp.order!, state: "cancel" } }), "DOCUMENT_CANCELLED"), /order S00009 was cancelled in Odoo/);
    assert.match(blockedBy(cancelled({ invoices: [{ ...erp.invoice!, state: "cancel" }] }), "DOCUMENT_CANCELLED"), /invoice INV\/2026\/00001 was cancelled/);
    assert.match(blockedBy(cancelled({ invoices: [{ ...erp.invoice!, residual: "86.46" }], payments: [{ ...erp.payment!, state: "cancel" }] }), "DOCUMENT_CANCELLED"), /payment PAY\/1 was cancelled/);
  });

  test("gone from the shop, or in its trash, after it reached Odoo", () => {
    blockedBy(planned(synced(), null), "ORDER_GONE");
    blockedBy(planned(synced(), at("trash")), "ORDER_GONE");
  });

  test("paid in Odoo by hand: never paid twice", () => {
    const erp = synced();
    const byHand = (residual: string) => planned(erp, sampleOrder(), (observed) => ({ ...observed, erp: { ...observed.erp, payments: [], invoices: [{ ...erp.invoice!, residual }] } }));
    assert.deepEqual(kinds(byHand("0.00")), []);
    assert.match(blockedBy(byHand("50.00"), "PROOF_DIFFERENT"), /the open amount is 86.46 in the shop but 50.00 in Odoo.*cause: payment/);
  });

  test("a payment of another amount, two payments, two invoices", () => {
    const erp = synced();
    const found = (given: Partial<OrderObserved["erp"]>) => planned(erp, sampleOrder(), (observed) => ({ ...observed, erp: { ...observed.erp, ...given } }));
    assert.match(blockedBy(found({ payments: [{ ...erp.payment!, amount: "86.00" }] }), "PROOF_DIFFERENT"), /the payment is 86.46 EUR in the shop but 86.00 EUR in Odoo \(payment PAY\/1\); cause: payment/);
    assert.match(blockedBy(found({ payments: [erp.payment!, { ...erp.payment!, id: 34 }] }), "PROOF_DIFFERENT"), /the number of payments is 1 in the shop but 2/);
    assert.match(blockedBy(found({ invoices: [erp.invoice!, { ...erp.invoice!, id: 78 }] }), "PROOF_DIFFERENT"), /the number of invoices is 1 in the shop but 2/);
  });

  test("a product that leaves shop or Odoo later changes nothing about a posted order", () => {
    const erp = synced();
    const later = sampleOrder({ lines: sampleOrder().lines.map((each) => (each.kind === "product" ? { ...each, sku: "", variantId: null } : each)) });
    const plan = planned(erp, later, (observed) => ({ ...observed, erp: { ...observed.erp, products: new Map() } }));
    assert.deepEqual([plan.state.name, codes(plan)], ["synced", []]);
  });
});

describe("settlement and query", () => {
  test("keeps links, ids, proof and holds", () => {
    const erp = synced();
    const observed = observe(erp, sampleOrder());
    const settled = settleOrder(observed, planOrder(observed, RULES), RULES);
    assert.deepEqual(settled.erpIds, { order: 9, invoice: 77, payment: 33 });
    assert.deepEqual(settled.links.map(({ kind, erpId, label }) => `${kind} ${erpId} ${label}`).slice(0, 3), ["order 9 S00009", "invoice 77 INV/2026/00001", "payment 33 PAY/1"]);
    assert.deepEqual(settled.holds?.lines.map(({ variantId, quantity }) => `${variantId}: ${quantity}`), ["11: 3", "13: 2"]);
    const body = settled.proof?.body as { stage: string; equal: boolean; rows: { kind: string; equal: boolean }[] };
    assert.deepEqual([body.stage, body.equal, settled.proof?.equal], ["posted", true, true]);
    assert.deepEqual(new Set(body.rows.map((row) => row.kind)), new Set(["currency", "line", "shipping", "fee", "discount", "tax", "untaxed", "tax-total", "total", "payment"]));
    assert.deepEqual(JSON.parse(JSON.stringify(body)), body);
  });

  test("an order outside holds nothing, a blocked one does", () => {
    const holds = (erp: ModelErp, order: ShopOrder) => {
      const observed = observe(erp, order);
      return settleOrder(observed, planOrder(observed, RULES), RULES).holds?.lines.length;
    };
    assert.equal(holds(model(), at("cancelled")), 0);
    assert.equal(holds(model(), at("pending")), 0);
    assert.equal(holds(model(), at("on-hold")), 2);
    assert.equal(holds(model({ products: [] }), sampleOrder()), 2);
  });

  test("asks with every id that links or the shop remember", () => {
    const mark = { status: "synced" as const, sentence: "x", odooOrder: "S9", odooOrderId: "9", odooInvoice: null };
    const query = orderQuery("1054", sampleOrder({ mark }), [], RULES);
    assert.deepEqual([query.externalId, query.paymentExternalId, query.reference, query.knownOrderId, query.email], ["stockbridge.shop-eu_order_1054", "stockbridge.shop-eu_order_1054_payment", "1054", 9, "ada@example.test"]);
    const link = { connection: "shop-eu", shopId: "1054", label: "S12", parentId: null };
    const linked = orderQuery("1054", null, [{ ...link, kind: "order", erpId: 12 }, { ...link, kind: "payment", erpId: 13 }], RULES);
    assert.deepEqual([linked.knownOrderId, linked.knownInvoiceId, linked.knownPaymentId, linked.reference, linked.skus], [12, null, 13, "1054", []]);
    assert.equal(orderQuery("1", sampleOrder({ mark: { ...mark, odooOrderId: "9; drop" } }), [], RULES).knownOrderId, null);
  });
});
