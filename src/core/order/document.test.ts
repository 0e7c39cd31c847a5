import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fixOf, sentenceOf } from "../failures.ts";
import { line, product, PRODUCTS, RULES, sampleOrder, SETTINGS } from "../testing/orders.ts";
import { type DocumentSources, orderDocument, orderSkus } from "./document.ts";
import type { ErpProduct } from "./erp-documents.ts";
import { orderPartners } from "./partners.ts";
import type { OrderRules } from "./rules.ts";
import type { OrderLine, ShopOrder } from "./shop-order.ts";

interface Given {
  readonly products?: readonly ErpProduct[];
  readonly rules?: OrderRules;
  readonly settledProducts?: ReadonlyMap<string, number>;
  readonly variants?: DocumentSources["variants"];
}

function build(
  order: ShopOrder,
  { products = PRODUCTS, rules = RULES, settledProducts = new Map(), variants = new Map() }: Given = {},
) {
  const bySku = Map.groupBy(products, (each) => each.sku);
  const sources: DocumentSources = {
    settings: SETTINGS,
    partners: orderPartners(order, rules.connection, new Map()),
    products: bySku,
    settledProducts,
    variants,
  };
  return orderDocument(order, sources, rules);
}

function document(order: ShopOrder, given?: Given) {
  const result = build(order, given);
  assert.ok(result.ok, result.ok ? "" : result.failures.map(sentenceOf).join("; "));
  return result.wanted.document;
}

function failures(order: ShopOrder, given?: Given) {
  const result = build(order, given);
  assert.ok(!result.ok);
  return result.failures;
}

/** So many lines of 10.00. */
function formatted(lines: number): string {
  return `${lines * 10}.00`;
}

/** One line that costs 10.00 without tax, as the whole order. */
function single(given: Partial<OrderLine>): ShopOrder {
  return sampleOrder({
    lines: [line({ id: "1", ...given })],
    taxRates: [],
    total: given.total ?? "10.00",
    coupons: [],
  });
}

describe("the order's document", () => {
  test("leaves from the warehouse of its lines' place; from several nothing leaves, unless it is confirmed", () => {
    const rules = {
      ...RULES,
      warehouses: new Map([
        ["1", "WH"],
        ["2", "US"],
      ]),
    };
    const sent = (...places: readonly (string | null)[]) =>
      sampleOrder({
        lines: places.map((locationId, index) => line({ id: String(index + 1), locationId })),
        taxRates: [],
        total: formatted(places.length),
        coupons: [],
      });
    assert.equal(document(sent("2"), { rules }).warehouseId, 2);
    assert.equal(document(sent(null), { rules }).warehouseId, 1);
    assert.equal(document(sent(null), { rules: { ...rules, warehouse: null } }).warehouseId, null);
    assert.deepEqual(
      failures(sent("1", "2"), { rules }).map(({ code }) => code),
      ["ORDER_SPLIT_OVER_WAREHOUSES"],
    );
    const settledProducts = new Map([["stockbridge.shop-eu_order_1054_l1", 101]]);
    assert.equal(document(sent("1", "2"), { rules, settledProducts }).warehouseId, 1);
  });

  test("carries every line with its net, taxes and the coupon's name", () => {
    const wanted = document(sampleOrder());
    assert.deepEqual(wanted.lines, [
      {
        externalId: "stockbridge.shop-eu_order_1054_l1",
        kind: "product",
        productId: 101,
        name: "Mug (discount 3.00 EUR, coupon save10)",
        quantity: "3",
        untaxed: "27.00",
        taxes: [{ taxId: 21, amount: "5.67" }],
      },
      {
        externalId: "stockbridge.shop-eu_order_1054_l2",
        kind: "product",
        productId: 102,
        name: "T-Shirt - S, Red (discount 4.00 EUR, coupon save10)",
        quantity: "2",
        untaxed: "36.00",
        taxes: [{ taxId: 21, amount: "7.56" }],
      },
      {
        externalId: "stockbridge.shop-eu_order_1054_l3",
        kind: "shipping",
        productId: 103,
        name: "Flat rate",
        quantity: "1",
        untaxed: "5.95",
        taxes: [{ taxId: 21, amount: "1.25" }],
      },
      {
        externalId: "stockbridge.shop-eu_order_1054_l4",
        kind: "fee",
        productId: 104,
        name: "Gift wrap",
        quantity: "1",
        untaxed: "2.50",
        taxes: [{ taxId: 21, amount: "0.53" }],
      },
    ]);
    const { externalId, reference, total, placedAt, currency, warehouseId } = wanted;
    assert.deepEqual(
      { externalId, reference, total, placedAt, currency, warehouseId },
      {
        externalId: "stockbridge.shop-eu_order_1054",
        reference: "1054",
        total: "86.46",
        placedAt: "2026-11-21T08:18:32.000Z",
        currency: "EUR",
        warehouseId: 1,
      },
    );
  });

  test("keeps zero lines, and a free-shipping coupon on the shipping line", () => {
    const order = sampleOrder({
      lines: [
        line({ id: "1", total: "0.00" }),
        line({
          id: "2",
          kind: "shipping",
          name: "Free shipping",
          sku: "free_shipping",
          variantId: null,
          total: "0.00",
        }),
      ],
      taxRates: [],
      total: "0.00",
      coupons: [{ code: "freeship", amount: "0" }],
    });
    assert.deepEqual(
      document(order).lines.map(({ name, untaxed }) => `${name}: ${untaxed}`),
      ["Mug: 0.00", "Free shipping (coupon freeship): 0.00"],
    );
  });

  test("two rates that are one tax in Odoo are one amount", () => {
    const rules = {
      ...RULES,
      taxes: new Map([
        ["1", "21 %"],
        ["2", "21 %"],
      ]),
    };
    const taxes = [
      { rateId: "1", amount: "1.50" },
      { rateId: "2", amount: "0.60" },
    ];
    const order = sampleOrder({ lines: [line({ id: "1", taxes })], taxRates: [], total: "12.10", coupons: [] });
    assert.deepEqual(document(order, { rules }).lines[0]?.taxes, [{ taxId: 21, amount: "2.10" }]);
  });

  test("an unknown SKU has the sentence that names order, SKU and place", () => {
    const order = single({ sku: "TSHIRT-M-BLK" });
    const [found] = failures(order);
    assert.equal(
      found && sentenceOf(found),
      "Order #1054 failed to sync because product SKU TSHIRT-M-BLK was not found in Odoo product.product -> default_code",
    );
  });

  test("every reason has its name", () => {
    const code = (order: ShopOrder, given?: Given) => failures(order, given).map((found) => found.code);
    assert.deepEqual(code(single({ sku: "" })), ["SKU_BLANK_ON_ORDER"]);
    assert.deepEqual(code(single({ sku: "", variantId: null })), ["PRODUCT_GONE_FROM_SHOP"]);
    assert.deepEqual(code(single({}), { products: [...PRODUCTS, product(201, "MUG")] }), ["SKU_DUPLICATE_IN_ODOO"]);
    assert.deepEqual(code(single({ kind: "shipping" }), { rules: { ...RULES, shippingSku: null } }), [
      "SERVICE_PRODUCT_MISSING",
    ]);
    assert.deepEqual(code(single({ kind: "fee" }), { products: [] }), ["SERVICE_PRODUCT_MISSING"]);
    assert.deepEqual(code({ ...single({}), currency: "SEK" }), ["CURRENCY_UNKNOWN"]);
    assert.deepEqual(code(single({ taxes: [{ rateId: "9", amount: "0.00" }] })), ["TAX_NOT_MAPPED"]);
    assert.deepEqual(
      code(single({ taxes: [{ rateId: "1", amount: "0.00" }] }), {
        rules: { ...RULES, taxes: new Map([["1", "no such tax"]]) },
      }),
      ["TAX_NOT_MAPPED"],
    );
    assert.deepEqual(code(sampleOrder({ lines: [], total: "0", taxRates: [] })), ["LINE_INVALID"]);
  });

  test("bad quantities are named with their reason", () => {
    const why = (quantity: string) =>
      failures(single({ quantity })).map((found) => `${found.code} ${found.params["why"]}`);
    assert.deepEqual(why("0"), ["LINE_INVALID its quantity is zero"]);
    assert.deepEqual(why("-2"), ["LINE_INVALID its quantity -2 is negative"]);
    assert.deepEqual(why("1.5"), ["LINE_INVALID its quantity 1.5 is not a whole number"]);
    assert.deepEqual(why("1000000"), ["LINE_INVALID its quantity 1000000 is absurdly large"]);
    assert.deepEqual(why("many"), ['LINE_INVALID its quantity is "many", which is not a number']);
    assert.equal(document(single({ quantity: "2.00" })).lines[0]?.quantity, "2");
  });

  test("several reasons are all named, each once", () => {
    const order = sampleOrder({
      lines: [
        line({ id: "1", sku: "NOPE" }),
        line({ id: "2", sku: "NOPE" }),
        line({ id: "3", sku: "", name: "Cup" }),
        line({ id: "4", quantity: "0", name: "Nil" }),
      ],
      total: "40.00",
      taxRates: [],
      coupons: [],
    });
    assert.deepEqual(
      failures(order).map((found) => found.code),
      ["SKU_NOT_FOUND", "SKU_BLANK_ON_ORDER", "LINE_INVALID"],
    );
  });

  test("sentences leave no parameter open", () => {
    const order = sampleOrder({
      lines: [line({ id: "1", name: "", sku: "", taxes: [{ rateId: "9", amount: "0" }] })],
      total: "10.00",
      taxRates: [],
      coupons: [],
      currency: "EUR",
    });
    for (const found of failures(order)) assert.doesNotMatch(sentenceOf(found) + fixOf(found), /[{}]|\(no /);
  });

  test("a confirmed order's lines keep their product though the SKU is gone on both sides", () => {
    const settledProducts = new Map([["stockbridge.shop-eu_order_1054_l1", 101]]);
    const order = single({ sku: "", variantId: null });
    assert.equal(document(order, { products: [], settledProducts }).lines[0]?.productId, 101);
  });

  test("asks for the SKUs it needs, once each", () => {
    assert.deepEqual(orderSkus(sampleOrder(), RULES), ["MUG", "TS-S-R", "SHIPPING", "FEE"]);
    assert.deepEqual(orderSkus(single({ sku: "" }), RULES), []);
    assert.deepEqual(orderSkus(single({}), { ...RULES, shippingSku: null }), ["MUG"]);
  });
});
