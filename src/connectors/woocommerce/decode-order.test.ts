/** Every recorded shape of an order is decoded; what cannot be used is named. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { sentenceOf } from "../../core/failures.ts";
import type { ShopOrder } from "../../core/order/shop-order.ts";
import { addAmounts } from "./amounts.ts";
import { decodeOrder } from "./decode-order.ts";

const FILE = new URL("../../../test/fixtures/woocommerce/orders.json", import.meta.url);
const orders = JSON.parse(readFileSync(FILE, "utf8")) as Record<string, Record<string, unknown>>;

function body(name: string, changes: Record<string, unknown> = {}): Record<string, unknown> {
  const found = orders[name];
  assert.ok(found, `no fixture ${name}`);
  return { ...structuredClone(found), ...changes };
}

function decoded(name: string, changes: Record<string, unknown> = {}): ShopOrder {
  const result = decodeOrder(body(name, changes), "16");
  if (!result.ok) throw new Error(sentenceOf(result.failure));
  return result.value;
}

describe("an order", () => {
  test("every recorded order is understood", () => {
    assert.equal(Object.keys(orders).length, 8);
    for (const name of Object.keys(orders)) assert.ok(decoded(name).id !== "", name);
  });

  test("keeps its amounts as the shop wrote them, its instants in UTC", () => {
    const order = decoded("processing");
    assert.equal(order.id, "16");
    assert.equal(order.status, "processing");
    assert.equal(order.currency, "EUR");
    assert.equal(order.pricesIncludeTax, false);
    assert.equal(order.createdAt, "2026-11-21T08:18:32.000Z");
    assert.equal(order.modifiedAt, "2026-11-21T08:18:32.000Z");
    assert.equal(order.completedAt, null);
    assert.equal(order.customerId, "2");
    assert.equal(order.total, "86.46");
    assert.equal(order.totalTax, "15.01");
    assert.equal(order.discountTotal, "7.00");
    assert.equal(order.shippingTotal, "5.95");
    assert.equal(order.refundedTotal, "0");
    assert.deepEqual(order.payments, [
      {
        id: "",
        method: "bacs",
        title: "Bank transfer",
        transactionId: "tx-1",
        amount: "86.46",
        paidAt: "2026-11-21T08:18:32.000Z",
      },
    ]);
    assert.deepEqual([order.refunds, order.test], [[], false]);
    assert.deepEqual(order.coupons, [{ code: "save10-A1", amount: "7" }]);
    assert.deepEqual(order.taxRates, [{ id: "1", label: "VAT 21", percent: "21", compound: false, total: "15.01" }]);
    assert.equal(order.customerNote, "Ring twice");
    assert.deepEqual(order.mark, {
      status: null,
      sentence: null,
      odooOrder: null,
      odooOrderId: null,
      odooInvoice: null,
    });
  });

  test("products, shipping and fees are its lines, a variation by its own id", () => {
    const { lines } = decoded("processing");
    assert.deepEqual(
      lines.map(({ id, kind, sku, variantId, quantity, subtotal, total }) => [
        id,
        kind,
        sku,
        variantId,
        quantity,
        subtotal,
        total,
      ]),
      [
        ["1", "product", "MUG-A1", "11", "3", "30.00", "27.00"],
        ["2", "product", "TS-A1-S-R", "13", "2", "40.00", "36.00"],
        ["3", "shipping", "flat_rate", null, "1", "5.95", "5.95"],
        ["4", "fee", "", null, "1", "2.50", "2.50"],
      ],
    );
    assert.deepEqual(
      lines.map(({ taxes }) => taxes),
      [
        [{ rateId: "1", amount: "5.67" }],
        [{ rateId: "1", amount: "7.56" }],
        [{ rateId: "1", amount: "1.25" }],
        [{ rateId: "1", amount: "0.53" }],
      ],
    );
  });

  test("several rates on a line are kept apart; a rate that does not apply is left out", () => {
    const given = body("processing");
    const [first, ...rest] = given["line_items"] as Record<string, unknown>[];
    const taxes = [
      { id: 1, total: "5.67", subtotal: "6.30" },
      { id: 4, total: "0.270045", subtotal: "" },
      { id: 9, total: "", subtotal: "" },
    ];
    const order = decoded("processing", { line_items: [{ ...first, taxes }, ...rest] });
    assert.deepEqual(order.lines[0]?.taxes, [
      { rateId: "1", amount: "5.67" },
      { rateId: "4", amount: "0.270045" },
    ]);
  });

  test("refunds are summed and do not lower its total", () => {
    const order = decoded("refunded in part");
    assert.equal(order.refundedTotal, "13.31");
    assert.equal(order.total, "86.46");
  });

  test("prices with tax, an empty delivery address and a guest", () => {
    const order = decoded("prices include tax");
    assert.equal(order.pricesIncludeTax, true);
    assert.equal(order.lines[0]?.total, "24.79");
    assert.equal(order.shipping, null);
    assert.equal(order.customerId, null);
    assert.equal(order.billing.country, "BE");
  });

  test("the trash and the time of completion", () => {
    assert.equal(decoded("trashed").status, "trash");
    assert.equal(decoded("completed").completedAt, "2026-11-21T08:18:35.000Z");
  });

  test("a line whose product the shop does not have has no variant", () => {
    const [line] = decoded("line without a product").lines;
    assert.deepEqual([line?.variantId, line?.sku, line?.total], [null, "", "0.00"]);
  });

  test("a discount by hand shows in the line's subtotal", () => {
    const [line] = decoded("custom price").lines;
    assert.deepEqual([line?.subtotal, line?.total, line?.variantId], ["20.00", "15.00", "14"]);
  });

  test("statuses of plugins wait on hold under their own name, drafts are drafts", () => {
    const odd = decoded("processing", { status: "awaiting-pickup" });
    assert.deepEqual([odd.status, odd.statusText], ["on-hold", "awaiting-pickup"]);
    assert.equal(decoded("processing", { status: "checkout-draft" }).status, "draft");
  });

  test("reads back what the hub wrote on it, and nothing that is not a mark", () => {
    const meta_data = [
      { id: 1, key: "_stockbridge_status", value: "synced" },
      { id: 2, key: "_stockbridge_message", value: "Order S00012 and invoice INV/2026/00007 are posted" },
      { id: 3, key: "_stockbridge_odoo_order", value: "S00012" },
      { id: 4, key: "_stockbridge_odoo_order_id", value: 12 },
      { id: 5, key: "_stockbridge_odoo_invoice", value: "INV/2026/00007" },
      { id: 6, key: "_odd", value: { any: ["thing"] } },
    ];
    const { mark } = decoded("processing", { meta_data });
    assert.equal(mark.status, "synced");
    assert.equal(mark.odooOrderId, "12");
    assert.equal(mark.odooInvoice, "INV/2026/00007");
    assert.equal(
      decoded("processing", { meta_data: [{ id: 1, key: "_stockbridge_status", value: "great" }] }).mark.status,
      null,
    );
  });
});

describe("an order that cannot be used names the field", () => {
  const cases: [name: string, changes: Record<string, unknown>, sentence: RegExp][] = [
    ["a missing total", { total: undefined }, /Order 16 cannot be understood: total is missing/],
    ["a total that is a float", { total: 86.46 }, /: total must be an amount in quotes/],
    ["a total that is no amount", { total: "86,46" }, /: total must be an amount such as 12\.50/],
    ["an empty currency", { currency: "" }, /: currency must be a currency code/],
    ["lines that are no list", { line_items: {} }, /: line_items /],
    [
      "a line with a broken total",
      {
        line_items: [{ id: 1, name: "", product_id: 1, quantity: 1, subtotal: "1.00", total: "x", taxes: [], sku: "" }],
      },
      /: line_items\[0\]\.total must be an amount/,
    ],
    [
      "a quantity that is text",
      {
        line_items: [
          { id: 1, name: "", product_id: 1, quantity: "2", subtotal: "1.00", total: "1.00", taxes: [], sku: "" },
        ],
      },
      /: line_items\[0\]\.quantity must be a number/,
    ],
    ["a date that is none", { date_created_gmt: "yesterday" }, /: date_created_gmt must be a date/],
    [
      "a tax line without a rate",
      { tax_lines: [{ label: "VAT", compound: false, tax_total: "1.00", shipping_tax_total: "0.00" }] },
      /: tax_lines\[0\]\.rate_id is missing/,
    ],
  ];
  for (const [name, changes, sentence] of cases) {
    test(name, () => {
      const result = decodeOrder(body("processing", changes), "16");
      assert.ok(!result.ok);
      assert.equal(result.failure.code, "ORDER_UNREADABLE");
      assert.match(sentenceOf(result.failure), sentence);
    });
  }

  test("something that is no order at all", () => {
    for (const rubbish of [null, "x", 7, [], { id: "16" }]) assert.ok(!decodeOrder(rubbish, "16").ok);
  });
});

test("amounts are added exactly", () => {
  assert.equal(addAmounts([]), "0");
  assert.equal(addAmounts(["0.10", "0.20"]), "0.30");
  assert.equal(addAmounts(["13.76", "1.25"]), "15.01");
  assert.equal(addAmounts(["5.2", "0.000001"]), "5.200001");
  assert.equal(addAmounts(["-1.50", "0.25"]), "-1.25");
  assert.equal(addAmounts(["3", "2"]), "5");
});

describe("what is on its way", () => {
  test("a completed order is one fulfilment of all its goods; any other status has none", () => {
    const completed = { status: "completed", date_completed_gmt: "2026-11-22T10:00:00" };
    const order = decoded("processing", completed);
    const goods = order.lines.filter(({ kind }) => kind === "product");
    assert.ok(goods.length > 0 && goods.length < order.lines.length);
    assert.deepEqual(order.fulfilments, [
      {
        id: "completed",
        status: "done",
        createdAt: "2026-11-22T10:00:00.000Z",
        locationId: null,
        carrier: "",
        trackingNumbers: [],
        lines: goods.map(({ id, quantity }) => ({ lineId: id, quantity })),
      },
    ]);
    assert.deepEqual(decoded("processing").fulfilments, []);
    assert.deepEqual(decoded("processing", { ...completed, line_items: [] }).fulfilments, []);
  });
});
