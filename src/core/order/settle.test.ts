import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { observe } from "../testing/loop.ts";
import type { ModelErp } from "../testing/model-erp.ts";
import { RULES, sampleOrder } from "../testing/orders.ts";
import { at, model, synced } from "../testing/plans.ts";
import { orderQuery } from "./observed.ts";
import { planOrder } from "./plan.ts";
import { settleOrder } from "./settle.ts";
import type { ShopOrder } from "./shop-order.ts";

describe("settlement and query", () => {
  test("keeps links, ids, proof and holds", () => {
    const erp = synced();
    const observed = observe(erp, sampleOrder());
    const settled = settleOrder(observed, planOrder(observed, RULES), RULES);
    assert.deepEqual(settled.erpIds, { order: 9, invoice: 77, payment: 33 });
    assert.deepEqual(settled.links.map(({ kind, erpId, label }) => `${kind} ${erpId} ${label}`).slice(0, 3), [
      "order 9 S00009",
      "invoice 77 INV/2026/00001",
      "payment 33 PAY/1",
    ]);
    assert.deepEqual(
      settled.holds?.lines.map(({ variantId, quantity }) => `${variantId}: ${quantity}`),
      ["11: 3", "13: 2"],
    );
    const body = settled.proof?.body as { stage: string; equal: boolean; rows: { kind: string; equal: boolean }[] };
    assert.deepEqual([body.stage, body.equal, settled.proof?.equal], ["posted", true, true]);
    assert.deepEqual(
      new Set(body.rows.map((row) => row.kind)),
      new Set(["currency", "line", "shipping", "fee", "discount", "tax", "untaxed", "tax-total", "total", "payment"]),
    );
    assert.deepEqual(JSON.parse(JSON.stringify(body)), body);
  });

  test("nothing in Odoo proves nothing: an order that is held before its first document has no proof", () => {
    const observed = observe(model(), sampleOrder());
    const plan = planOrder(observed, { ...RULES, journals: new Map() });
    assert.equal(plan.blockers[0]?.code, "PAYMENT_METHOD_NOT_MAPPED");
    assert.ok(!("proof" in settleOrder(observed, plan, RULES)));
    const pending = observe(model(), at("pending"));
    assert.ok(!("proof" in settleOrder(pending, planOrder(pending, RULES), RULES)));
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
    assert.deepEqual(
      [query.externalId, query.paymentExternalIds[0], query.reference, query.knownOrderId, query.email],
      ["stockbridge.shop-eu_order_1054", "stockbridge.shop-eu_order_1054_payment", "1054", 9, "ada@example.test"],
    );
    const link = { connection: "shop-eu", shopId: "1054", label: "S12", parentId: null, itemId: null };
    const linked = orderQuery(
      "1054",
      null,
      [
        { ...link, kind: "order", erpId: 12 },
        { ...link, kind: "payment", erpId: 13 },
      ],
      RULES,
    );
    assert.deepEqual(
      [linked.knownOrderId, linked.knownInvoiceId, linked.knownPaymentIds, linked.reference, linked.skus],
      [12, null, [13], "1054", []],
    );
    assert.equal(
      orderQuery("1", sampleOrder({ mark: { ...mark, odooOrderId: "9; drop" } }), [], RULES).knownOrderId,
      null,
    );
  });
});
