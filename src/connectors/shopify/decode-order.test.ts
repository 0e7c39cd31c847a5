/** Orders of every kind are decoded to the cent; what cannot be used is named. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { sentenceOf } from "../../core/failures.ts";
import { orderAmounts } from "../../core/order/consistency.ts";
import { decodedNode, linesOf, proven, provenNode } from "./testing/decoded-order.ts";
import { decodeOrder, orderNumber, parseOrder } from "./decode-order.ts";
import {
  addressNode,
  bag,
  connection,
  fulfillmentNode,
  fulfillmentOrderNode,
  orderNode,
  paid,
  taxNode,
} from "./testing/sample-orders.ts";

const VAT = { rate: 0.21 };
const PLAIN = { total: "121.0", lines: [{ id: 1, total: "100.0", taxes: [{ ...VAT, amount: "21.0" }] }] };

describe("an order", () => {
  test("is told with its number, dates, addresses and texts", () => {
    const fields = {
      note: "Ring twice",
      poNumber: "PO-7",
      customAttributes: [
        { key: "Gift", value: "yes" },
        { key: "_hidden", value: "x" },
      ],
      purchasingEntity: { company: { name: "Sample Works" } },
      displayFulfillmentStatus: "FULFILLED",
      fulfillments: [
        fulfillmentNode(5, [{ line: 1, quantity: 1 }], { location: 3, company: "Courier", numbers: ["T1", "T2"] }),
      ],
      metafields: {
        nodes: [
          { key: "status", value: "synced" },
          { key: "odoo_order", value: "S00042" },
        ],
      },
    };
    const order = proven({ ...PLAIN, transactions: paid("121.0"), fields });
    assert.equal(order.id, "1001");
    assert.equal(order.number, "1054");
    assert.equal(order.status, "completed");
    assert.equal(order.statusText, "paid, fulfilled");
    assert.equal(order.createdAt, "2026-11-20T09:00:00.000Z");
    assert.equal(order.completedAt, "2026-11-21T10:00:00.000Z");
    assert.equal(order.customerId, "77");
    assert.equal(order.billing.company, "Sample Works");
    assert.equal(order.billing.email, "ada@example.test");
    assert.equal(order.billing.state, "NH");
    assert.equal(order.shipping?.street, "Side Street 2");
    assert.equal(order.customerNote, "Ring twice\nPO number: PO-7\nGift: yes");
    assert.equal(order.mark.status, "synced");
    assert.equal(order.mark.odooOrder, "S00042");
    assert.equal(order.mark.sentence, null);
    assert.deepEqual(order.fulfilments, [
      {
        id: "5",
        status: "done",
        createdAt: "2026-11-21T10:00:00.000Z",
        locationId: "3",
        carrier: "Courier",
        trackingNumbers: ["T1", "T2"],
        lines: [{ lineId: "1", quantity: "1" }],
      },
    ]);
    assert.equal(order.lines[0]?.locationId, "3");
    assert.deepEqual(order.taxRates, [
      { id: "VAT 21%", label: "VAT 21%", percent: "21", compound: false, total: "21.00" },
    ]);
  });

  test("of which one line is sent from several locations names them, as long as all are known", () => {
    const lineOf = (...locations: readonly (number | undefined)[]) => {
      const nodes = locations.map((location, at) => {
        const lines = [{ id: at + 1, line: 1, remaining: 1 }];
        return fulfillmentOrderNode({ id: at + 1, lines, ...(location === undefined ? {} : { location }) });
      });
      return proven({ ...PLAIN, fields: { fulfillmentOrders: connection(nodes) } }).lines[0];
    };
    assert.deepEqual([lineOf(3)?.locationId, lineOf(3)?.splitOver], ["3", undefined]);
    assert.deepEqual([lineOf(4, 3)?.locationId, lineOf(4, 3)?.splitOver], [null, ["3", "4"]]);
    assert.deepEqual([lineOf(3, undefined)?.locationId, lineOf(3, undefined)?.splitOver], [null, undefined]);
  });

  test("has the number that follows a sign in sentences", () => {
    assert.equal(orderNumber("#1054"), "1054");
    assert.equal(orderNumber("EN1054-A"), "EN1054-A");
  });

  test("of a guest is billed to where it is sent when no other address is known", () => {
    const fields = { customer: null, billingAddress: null, shippingAddress: addressNode({ city: "Elsewhere" }) };
    const order = proven({ ...PLAIN, fields });
    assert.equal(order.customerId, null);
    assert.equal(order.billing.city, "Elsewhere");
  });

  test("over the counter has the customer's name and no address", () => {
    const order = proven({ ...PLAIN, fields: { billingAddress: null, shippingAddress: null } });
    assert.equal(order.billing.firstName, "Ada");
    assert.equal(order.billing.city, "");
    assert.equal(order.shipping, null);
  });

  test("made to try the shop out says so", () => {
    assert.equal(proven({ ...PLAIN, fields: { test: true } }).test, true);
  });

  test("waits with its reason for a risk or a hold", () => {
    const risky = proven({ ...PLAIN, fields: { risk: { recommendation: "INVESTIGATE" } } });
    assert.equal(risky.status, "on-hold");
    assert.match(risky.statusText, /risk of fraud/);
    const lines = [{ id: 1, line: 1, remaining: 1 }];
    const held = proven({
      ...PLAIN,
      fulfillmentOrders: [{ id: 8, status: "ON_HOLD", hold: "Address unclear", lines }],
    });
    assert.equal(held.status, "on-hold");
    assert.match(held.statusText, /Address unclear/);
  });
});

describe("amounts", () => {
  test("come from one side of the money, with its currency", () => {
    const sample = { ...PLAIN, transactions: paid("121.0") };
    const shop = proven(sample);
    assert.deepEqual([shop.currency, shop.total, shop.totalTax], ["EUR", "121.00", "21.00"]);
    const customer = proven(sample, "presentment");
    assert.deepEqual([customer.currency, customer.total, customer.totalTax], ["USD", "242.00", "42.00"]);
    assert.equal(customer.payments[0]?.amount, "242.00");
  });

  test("of a currency without cents are whole", () => {
    const yen = (amount: string) => ({
      shopMoney: { amount, currencyCode: "JPY" },
      presentmentMoney: { amount, currencyCode: "JPY" },
    });
    const node = JSON.parse(
      JSON.stringify(
        orderNode({ total: "1100.0", lines: [{ id: 1, total: "1000.0", taxes: [{ rate: 0.1, amount: "100.0" }] }] }),
        (_, value: unknown) =>
          typeof value === "object" && value !== null && "shopMoney" in value
            ? yen((value as { shopMoney: { amount: string } }).shopMoney.amount)
            : value,
      ),
    ) as object;
    const order = provenNode({ ...node, currencyCode: "JPY" });
    assert.deepEqual([order.total, order.totalTax, order.lines[0]?.total], ["1100", "100", "1000"]);
  });

  test("with tax included have it taken out, three taxes on one line", () => {
    const taxes = [
      { title: "State", rate: 0.0625, amount: "5.74" },
      { title: "County", rate: 0.01, amount: "0.92" },
      { title: "City", rate: 0.0125, amount: "1.15" },
    ];
    const order = proven({
      total: "100.0",
      taxesIncluded: true,
      lines: [{ id: 1, quantity: 3, total: "100.0", taxes }],
    });
    assert.deepEqual(linesOf(order), [["1", "3", "92.19", "5.74", "0.92", "1.15"]]);
    assert.deepEqual(
      order.taxRates.map(({ id, percent }) => [id, percent]),
      [
        ["State 6.25%", "6.25"],
        ["County 1%", "1"],
        ["City 1.25%", "1.25"],
      ],
    );
  });

  test("of a tax that a marketplace owes are at a rate of their own", () => {
    const taxes = [{ title: "Sales tax", rate: 0.08875, amount: "8.88", channelLiable: true }];
    const order = proven({ total: "108.88", lines: [{ id: 1, total: "100.0", taxes }] });
    assert.equal(order.taxRates[0]?.id, "Sales tax 8.875% (marketplace)");
  });

  test("are less the discounts as allocated, to the odd cent, not as unit prices say", () => {
    const discounts = (amount: string) => [{ amount, code: "TEN" }];
    const order = proven({
      total: "36.29",
      lines: [
        { id: 1, quantity: 3, total: "29.97", discounts: discounts("3.34"), taxes: [{ ...VAT, amount: "5.59" }] },
        {
          id: 2,
          total: "3.7",
          discounts: [...discounts("0.33"), { amount: "0.01", title: "Autumn" }],
          taxes: [{ ...VAT, amount: "0.71" }],
        },
      ],
      transactions: paid("36.29"),
      orderTaxes: [{ ...VAT, amount: "6.3" }],
      fields: { totalPriceSet: bag("36.29") },
    });
    assert.deepEqual(linesOf(order), [
      ["1", "3", "26.63", "5.59"],
      ["2", "1", "3.36", "0.71"],
    ]);
    assert.deepEqual(order.coupons, [
      { code: "TEN", amount: "3.67" },
      { code: "Autumn", amount: "0.01" },
    ]);
    assert.equal(order.discountTotal, "3.68");
  });

  test("before discount have the tax taken out in the line's own ratio", () => {
    const order = proven({
      total: "60.5",
      taxesIncluded: true,
      lines: [{ id: 1, total: "121.0", discounts: [{ amount: "60.5" }], taxes: [{ ...VAT, amount: "10.5" }] }],
    });
    assert.deepEqual([order.lines[0]?.subtotal, order.lines[0]?.total], ["100.00", "50.00"]);
  });

  test("of a line that is given away are zero, its discount without tax", () => {
    const order = proven({
      total: "0.0",
      taxesIncluded: true,
      lines: [{ id: 1, total: "121.0", discounts: [{ amount: "121.0" }], taxes: [{ ...VAT, amount: "0.0" }] }],
    });
    assert.deepEqual([order.lines[0]?.subtotal, order.lines[0]?.total, order.total], ["100.00", "0.00", "0.00"]);
  });

  test("of shipping that a code made free are zero, and the code's worth is the discount", () => {
    const order = proven({
      ...PLAIN,
      shipping: [{ id: 4, price: "5.95", after: "0.0", taxes: [{ ...VAT, amount: "0.0" }] }],
    });
    assert.deepEqual(order.lines[1], {
      id: "shipping-4",
      kind: "shipping",
      name: "Parcel",
      sku: "parcel",
      variantId: null,
      quantity: "1",
      subtotal: "5.95",
      total: "0.00",
      taxes: [{ rateId: "VAT 21%", amount: "0.00" }],
      locationId: null,
    });
    assert.equal(order.shippingTotal, "0.00");
  });

  test("rounded for the whole order and not line by line are settled by the order's own taxes", () => {
    const lines = [1, 2, 3].map((id) => ({ id, total: "0.33", taxes: [{ ...VAT, amount: "0.07" }] }));
    const order = proven({ total: "1.20", lines, orderTaxes: [{ ...VAT, amount: "0.21" }] });
    assert.equal(order.taxRates[0]?.total, "0.21");
    const apart = proven({ total: "1.19", lines, orderTaxes: [{ ...VAT, amount: "0.20" }] });
    assert.equal(apart.taxRates[0]?.total, "0.20");
  });

  test("that do not come to the total are left for the core to name", () => {
    const amounts = orderAmounts(decodedNode(orderNode({ ...PLAIN, total: "120.0" })));
    assert.ok(!amounts.ok);
    assert.equal(amounts.failure.code, "ORDER_TOTALS_INCONSISTENT");
  });
});

describe("lines that are no products", () => {
  test("a tip that stands as a line is not added again", () => {
    const lines = [...PLAIN.lines, { id: 2, name: "Tip", total: "10.0", custom: true }];
    const order = proven({ total: "131.0", lines, tip: "10.0" });
    assert.deepEqual(
      order.lines.map(({ kind, name, total }) => [kind, name, total]),
      [
        ["product", "Line 1", "100.00"],
        ["fee", "Tip", "10.00"],
      ],
    );
  });

  test("a tip that stands nowhere else is a line of its own", () => {
    const order = proven({ ...PLAIN, total: "131.0", tip: "10.0" });
    assert.deepEqual(linesOf(order).at(-1), ["tip", "1", "10.00"]);
  });

  test("a tip beside a custom item of the same price: the total tells that both count", () => {
    const lines = [...PLAIN.lines, { id: 2, name: "Gift wrap", total: "10.0", custom: true }];
    const order = proven({ total: "141.0", lines, tip: "10.0" });
    assert.deepEqual(linesOf(order).at(-1), ["tip", "1", "10.00"]);
  });

  test("custom items are fees by their title, a gift card and a product that is gone stay products", () => {
    const order = proven({
      total: "65.0",
      lines: [
        { id: 1, name: "Engraving", quantity: 3, total: "15.0", custom: true },
        { id: 2, name: "Gift card", total: "30.0", giftCard: true, sku: null },
        { id: 3, name: "Old shirt", total: "20.0", variant: null, sku: "OLD" },
      ],
    });
    assert.deepEqual(
      order.lines.map(({ kind, name, quantity, variantId, sku }) => [kind, name, quantity, variantId, sku]),
      [
        ["fee", "Engraving × 3", "1", null, ""],
        ["product", "Gift card", "1", "502", ""],
        ["product", "Old shirt", "1", null, "OLD"],
      ],
    );
  });

  test("duties with their taxes and additional fees are fees; included ones are in the lines", () => {
    const duties = [{ id: 6, price: "8.0", taxes: [{ ...VAT, amount: "1.68" }] }];
    const fee = {
      id: "gid://shopify/AdditionalFee/9",
      name: "Handling",
      price: bag("2.5"),
      taxLines: [taxNode({ ...VAT, amount: "0.53" })],
    };
    const lines = [{ ...PLAIN.lines[0]!, duties }];
    const order = proven({ total: "133.71", lines, fields: { additionalFees: [fee] } });
    assert.deepEqual(linesOf(order).slice(1), [
      ["duty-6", "1", "8.00", "1.68"],
      ["fee-9", "1", "2.50", "0.53"],
    ]);
    const inside = proven({ total: "121.0", lines, fields: { dutiesIncluded: true } });
    assert.equal(inside.lines.length, 1);
  });

  test("a duty that is told again as a fee counts once", () => {
    const duties = [{ id: 6, price: "8.0" }];
    const fee = { id: "gid://shopify/AdditionalFee/9", name: "Duties", price: bag("8.0"), taxLines: [] };
    const order = proven({
      total: "129.0",
      lines: [{ ...PLAIN.lines[0]!, duties }],
      fields: { additionalFees: [fee] },
    });
    assert.equal(order.lines.length, 2);
  });

  test("cash that was rounded is a line where the money that came is the rounded total", () => {
    const rounded = proven({
      ...PLAIN,
      total: "121.02",
      lines: [{ id: 1, total: "121.02" }],
      rounding: "-0.02",
      transactions: paid("121.0", "cash"),
    });
    assert.deepEqual(linesOf(rounded).at(-1), ["rounding", "1", "-0.02"]);
    assert.equal(rounded.total, "121.00");
    const exact = proven({ ...PLAIN, rounding: "-0.02", transactions: paid("121.0", "cash") });
    assert.equal(exact.lines.length, 1);
  });
});

describe("what cannot be used is named", () => {
  const sentence = (change: Record<string, unknown>) => {
    const parsed = parseOrder({ ...orderNode(PLAIN), ...change }, "1001");
    const order = parsed.ok ? decodeOrder(parsed.value, "shop") : parsed;
    assert.ok(!order.ok);
    assert.equal(order.failure.code, "ORDER_UNREADABLE");
    return sentenceOf(order.failure);
  };

  test("by its field", () => {
    assert.match(sentence({ totalPriceSet: undefined }), /Order 1001 .*totalPriceSet is missing/);
    assert.match(sentence({ processedAt: "yesterday" }), /processedAt must be an instant/);
    const { shopMoney, presentmentMoney } = bag("121.0");
    const wrong = { shopMoney: { ...(shopMoney as object), amount: "12,1" }, presentmentMoney };
    assert.match(sentence({ totalPriceSet: wrong }), /totalPriceSet\.shopMoney\.amount must be an amount/);
  });

  test("an amount in a third currency too", () => {
    const strange = {
      shopMoney: { amount: "121.0", currencyCode: "GBP" },
      presentmentMoney: bag("121.0")["presentmentMoney"],
    };
    assert.match(sentence({ totalPriceSet: strange }), /its total is in GBP, but the order in EUR/);
  });

  test("whatever else comes in place of an order", () => {
    for (const body of [null, 7, "order", []]) assert.ok(!parseOrder(body, "1001").ok);
  });
});
