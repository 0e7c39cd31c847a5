import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { sentenceOf } from "../failures.ts";
import { observe, runLoop } from "../testing/loop.ts";
import { ModelErp } from "../testing/model-erp.ts";
import { PRODUCTS, RULES, sampleOrder } from "../testing/orders.ts";
import type { ErpInvoice, ErpLine, ErpOrder } from "./erp-documents.ts";
import { paymentWish } from "./payment.ts";
import {
  expectedProof,
  firstDifference,
  invoiceProof,
  orderProof,
  type Proof,
  proofFailure,
  withPayment,
} from "./proof.ts";
import { wantedDocument } from "./wanted.ts";

const ORDER = sampleOrder();

function settled() {
  const erp = new ModelErp({ products: PRODUCTS, exactOrders: true });
  runLoop(erp, ORDER);
  const observed = observe(erp, ORDER);
  const result = wantedDocument(observed, ORDER, RULES);
  assert.ok(result.ok && erp.order && erp.invoice && erp.payment);
  const wish = paymentWish(ORDER, result.wanted, observed, RULES);
  assert.ok(wish.kind === "pay");
  return {
    wanted: result.wanted,
    order: erp.order,
    invoice: erp.invoice,
    payment: erp.payment,
    draft: wish.payments[0]!.draft,
  };
}

const { wanted, order, invoice, payment, draft } = settled();

function cause(proof: Proof): string {
  assert.equal(proof.equal, false);
  const row = firstDifference(proof);
  return `${row?.what}: ${row?.shop} / ${row?.odoo}, ${row?.cause}`;
}

function withLine(at: number, given: Partial<ErpLine>): ErpOrder {
  return { ...order, lines: order.lines.map((each, index) => (index === at ? { ...each, ...given } : each)) };
}

describe("the proof", () => {
  test("reaches from what is expected to what is posted, all equal", () => {
    const stages = [
      expectedProof(wanted),
      orderProof(wanted, { ...order, state: "draft" }),
      orderProof(wanted, order),
      invoiceProof(wanted, { ...invoice, state: "draft", name: "/" }),
      withPayment(invoiceProof(wanted, invoice), draft, payment),
    ];
    assert.deepEqual(
      stages.map(({ stage, document, equal }) => [stage, document, equal]),
      [
        ["expected", null, true],
        ["draft-order", "order S00009", true],
        ["order", "order S00009", true],
        ["draft-invoice", "draft invoice (id 77)", true],
        ["posted", "invoice INV/2026/00001", true],
      ],
    );
    assert.deepEqual(
      stages[4]!.rows.map(({ what, shop, odoo }) => `${what}: ${shop} = ${odoo}`),
      [
        "currency: EUR = EUR",
        'line "Mug": 27.00 = 27.00',
        'line "T-Shirt - S, Red": 36.00 = 36.00',
        'shipping "Flat rate": 5.95 = 5.95',
        'fee "Gift wrap": 2.50 = 2.50',
        "discount: 7.00 = 7.00",
        "tax VAT 21: 15.01 = 15.01",
        "total without tax: 71.45 = 71.45",
        "total tax: 15.01 = 15.01",
        "total: 86.46 = 86.46",
        "payment: 86.46 EUR = 86.46 EUR",
      ],
    );
  });

  test("a difference has its cause: product, tax, discount, shipping, payment, currency", () => {
    assert.equal(
      cause(orderProof(wanted, withLine(0, { productId: 102 }))),
      'line "Mug" product: product id 101 / product id 102, product',
    );
    assert.equal(cause(orderProof(wanted, withLine(0, { quantity: "2" }))), 'line "Mug" quantity: 3 / 2, product');
    assert.equal(cause(orderProof(wanted, withLine(0, { untaxed: "26.00" }))), 'line "Mug": 27.00 / 26.00, product');
    assert.equal(cause(orderProof(wanted, withLine(0, { untaxed: "30.00" }))), 'line "Mug": 27.00 / 30.00, discount');
    assert.equal(
      cause(orderProof(wanted, withLine(2, { untaxed: "0.00" }))),
      'shipping "Flat rate": 5.95 / 0.00, shipping',
    );
    assert.equal(
      cause(orderProof(wanted, withLine(0, { taxIds: [6] }))),
      'line "Mug" taxes: tax id 21 / tax id 6, tax',
    );
    assert.equal(
      cause(orderProof(wanted, { ...order, lines: order.lines.slice(1) })),
      'line "Mug": 27.00 / missing, product',
    );
    assert.equal(cause(orderProof(wanted, { ...order, currency: "USD" })), "currency: EUR / USD, currency");
    const taxed: ErpInvoice = { ...invoice, taxTotals: [{ taxId: 21, amount: "15.00" }], tax: "15.00", total: "86.45" };
    assert.equal(cause(invoiceProof(wanted, taxed)), "tax VAT 21: 15.01 / 15.00, tax");
    assert.equal(
      cause(invoiceProof(wanted, { ...invoice, taxTotals: [...invoice.taxTotals, { taxId: 6, amount: "1.00" }] })),
      "tax id 6: 0.00 / 1.00, tax",
    );
    assert.equal(
      cause(withPayment(invoiceProof(wanted, invoice), draft, { ...payment, amount: "86.45" })),
      "payment: 86.46 EUR / 86.45 EUR, payment",
    );
  });

  test("a document that lost a line or an amount is found before anything is written", () => {
    const { document, amounts } = wanted;
    const [first, ...others] = document.lines;
    assert.equal(
      cause(
        expectedProof({ ...wanted, document: { ...document, lines: [{ ...first!, untaxed: "26.00" }, ...others] } }),
      ),
      "discount: 7.00 / 8.00, discount",
    );
    const untaxed = { ...document, lines: [{ ...first!, taxes: [] }, ...others] };
    assert.equal(cause(expectedProof({ ...wanted, document: untaxed })), "total tax: 15.01 / 9.34, tax");
    const shorter = { ...document, lines: document.lines.slice(0, 3) };
    assert.equal(
      cause(expectedProof({ ...wanted, document: shorter, amounts })),
      "total without tax: 71.45 / 68.95, tax",
    );
  });

  test("a line that the shop does not have counts, a heading or note does not", () => {
    const extra = (given: Partial<ErpLine>): ErpOrder => ({
      ...order,
      lines: [
        ...order.lines,
        { id: 999, externalId: null, productId: null, quantity: "0", untaxed: "0.00", taxIds: [], ...given },
      ],
    });
    assert.ok(orderProof(wanted, extra({})).equal);
    assert.match(
      cause(orderProof(wanted, extra({ productId: 5, untaxed: "1.00" }))),
      /a line that the shop does not have \(id 999\): none \/ 1.00, product/,
    );
    assert.match(cause(orderProof(wanted, extra({ untaxed: "1.00" }))), /id 999/);
  });

  test("where an order cannot keep exact taxes, nets are compared on it and taxes on the invoice", () => {
    const older: ErpOrder = { ...order, taxTotals: null, tax: "15.00", total: "86.45" };
    assert.ok(orderProof(wanted, older).equal);
    assert.ok(!orderProof(wanted, { ...older, untaxed: "71.44" }).equal);
    assert.ok(!invoiceProof(wanted, { ...invoice, tax: "15.00", total: "86.45" }).equal);
  });

  test("amounts that cannot be read are different, not a crash", () => {
    assert.equal(cause(orderProof(wanted, withLine(0, { untaxed: "NaN" }))), 'line "Mug": 27.00 / NaN, product');
    assert.ok(!orderProof(wanted, { ...order, total: "" }).equal);
  });

  test("its sentence names what, both amounts, the document and the cause", () => {
    const found = proofFailure(invoiceProof(wanted, { ...invoice, total: "86.47" }), "1054");
    assert.ok(found);
    assert.equal(
      sentenceOf(found),
      "Order #1054 is held: total is 86.46 in the shop but 86.47 in Odoo (invoice INV/2026/00001); cause: tax",
    );
    assert.equal(proofFailure(expectedProof(wanted), "1054"), null);
  });
});
