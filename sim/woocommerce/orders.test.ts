/** Orders of the simulated shop beside those of a real one: the same amounts for the same lines, the same shape. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { createTestShop, type TestShop } from "./test-shop.ts";

type Json = Record<string, unknown>;

const FILE = new URL("../../test/fixtures/woocommerce/orders.json", import.meta.url);
const recorded = JSON.parse(readFileSync(FILE, "utf8")) as Record<string, Json>;

function withTax(options: Parameters<typeof createTestShop>[0] = {}): TestShop {
  const made = createTestShop(options);
  made.shop.addTaxRate({ percent: "21", name: "VAT 21" });
  return made;
}

const AMOUNTS = ["discount_total", "discount_tax", "shipping_total", "shipping_tax", "cart_tax", "total", "total_tax"];
const pick = (json: Json, names: readonly string[]) => Object.fromEntries(names.map((name) => [name, json[name]]));
const items = (json: Json, name: string) => json[name] as Json[];

/** Names of fields and their types, ids and values aside; of a list its first item. */
function shape(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? [] : [shape(value[0])];
  if (typeof value !== "object" || value === null) return typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shape(inner)]));
}

describe("amounts as a real shop computed them", () => {
  test("two products, a coupon of 10 %, shipping and a fee at 21 %", async () => {
    const { shop, ask } = withTax();
    const mug = shop.addProduct({ name: "Mug", sku: "MUG", price: "12.50", salePrice: "10.00", stock: 49 });
    const shirt = shop.addVariableProduct({
      name: "T-Shirt",
      variations: [{ option: "S, Red", sku: "TS-S-R", price: "20.00", stock: 11 }],
    });
    shop.addCoupon({ code: "SAVE10", type: "percent", amount: "10" });
    const customerId = shop.addCustomer({
      email: "lotte@example.test",
      billing: { country: "BE" },
      shippingAddress: { country: "BE" },
    });
    const { id } = shop.placeOrder({
      items: [
        { variantId: mug, quantity: 3 },
        { variantId: shirt.variationIds[0] ?? "", quantity: 2 },
      ],
      customerId,
      coupons: ["save10"],
      shipping: { total: "5.95" },
      fees: [{ name: "Gift wrap", total: "2.50" }],
      method: "stripe",
      transactionId: "tx-1",
      paid: true,
    });
    const { body } = await ask("GET", `/orders/${id}`);
    const order: Json = body;
    const real = recorded["processing"] ?? {};
    assert.deepEqual(pick(order, AMOUNTS), pick(real, AMOUNTS));
    for (const [index, line] of items(order, "line_items").entries()) {
      const names = ["quantity", "subtotal", "subtotal_tax", "total", "total_tax", "price"];
      assert.deepEqual(pick(line, names), pick(items(real, "line_items")[index] ?? {}, names));
    }
    for (const kind of ["shipping_lines", "fee_lines"])
      assert.deepEqual(
        pick(items(order, kind)[0] ?? {}, ["total", "total_tax"]),
        pick(items(real, kind)[0] ?? {}, ["total", "total_tax"]),
      );
    assert.deepEqual(pick(items(order, "coupon_lines")[0] ?? {}, ["discount", "discount_tax", "nominal_amount"]), {
      discount: "7",
      discount_tax: "1.47",
      nominal_amount: 10,
    });
    assert.deepEqual(
      pick(items(order, "tax_lines")[0] ?? {}, [
        "rate_code",
        "label",
        "tax_total",
        "shipping_tax_total",
        "rate_percent",
      ]),
      {
        rate_code: "BE-VAT 21-1",
        label: "VAT 21",
        tax_total: "13.76",
        shipping_tax_total: "1.25",
        rate_percent: 21,
      },
    );
    assert.equal(order["status"], "processing");
    assert.deepEqual([shop.stockOf(mug), shop.stockOf(shirt.variationIds[0] ?? "")], [46, 9]);
  });

  test("prices that include tax", async () => {
    const { shop, ask } = withTax({ settings: { pricesIncludeTax: true } });
    const glass = shop.addProduct({ name: "Glass", sku: "GLASS", price: "10.00", stock: 9 });
    const { id } = shop.placeOrder({
      items: [{ variantId: glass, quantity: 3 }],
      billing: { country: "BE" },
      shipping: { total: "4.95" },
      fees: [{ name: "f", total: "1.00" }],
      status: "processing",
    });
    const { body } = await ask("GET", `/orders/${id}`);
    const order: Json = body;
    const real = recorded["prices include tax"] ?? {};
    assert.deepEqual(pick(order, AMOUNTS), pick(real, AMOUNTS));
    const names = ["subtotal", "subtotal_tax", "total", "total_tax", "price", "taxes"];
    assert.deepEqual(pick(items(order, "line_items")[0] ?? {}, names), pick(items(real, "line_items")[0] ?? {}, names));
  });

  test("a price by hand, an unknown product and an oversell, through the API", async () => {
    const { shop, ask } = withTax();
    const mug = shop.addProduct({ name: "Mug", sku: "MUG", price: "10.00", stock: 46 });
    const custom: Json = (
      await ask("POST", "/orders", {
        line_items: [{ sku: "mug", quantity: 1, total: "15.00", subtotal: "20.00" }],
        status: "on-hold",
      })
    ).body;
    assert.deepEqual(pick(custom, AMOUNTS), pick(recorded["custom price"] ?? {}, AMOUNTS));
    const unknown = await ask("POST", "/orders", { line_items: [{ product_id: 999999, quantity: 1 }] });
    assert.equal(unknown.response.status, 201);
    const [line] = items(unknown.body, "line_items");
    assert.deepEqual(pick(line ?? {}, ["product_id", "total", "sku"]), { product_id: 0, total: "0.00", sku: null });
    const oversold: Json = (
      await ask("POST", "/orders", { line_items: [{ product_id: Number(mug), quantity: 500 }], status: "processing" })
    ).body;
    assert.deepEqual(pick(oversold, AMOUNTS), pick(recorded["oversold"] ?? {}, AMOUNTS));
    assert.equal(shop.stockOf(mug), 46 - 1 - 500);
  });

  test("two rates on a line, one of them compound", () => {
    const { shop } = createTestShop({ settings: { country: "CA" } });
    shop.addTaxRate({ percent: "5", name: "GST", country: "CA", priority: 1 });
    shop.addTaxRate({ percent: "9.975", name: "QST", country: "CA", priority: 2, compound: true });
    const pen = shop.addProduct({ name: "Pen", sku: "PEN", price: "19.99" });
    const { id } = shop.placeOrder({ items: [{ variantId: pen, quantity: 1 }], paid: true });
    // 5 % of 19.99 is 0.9995; 9.975 % of 20.9895 is 2.0937...
    assert.deepEqual([shop.order(id)?.totalTax, shop.order(id)?.total], ["3.09", "23.08"]);
  });

  test("another class, no tax, another country, yen", () => {
    const { shop } = withTax();
    shop.addTaxRate({ percent: "6", name: "VAT 6", taxClass: "reduced-rate" });
    const book = shop.addProduct({ name: "Book", sku: "BOOK", price: "9.99", taxClass: "reduced-rate" });
    const gift = shop.addProduct({ name: "Gift card", sku: "GIFT", price: "25.00", taxable: false });
    const totalOf = (checkout: Parameters<typeof shop.placeOrder>[0]) =>
      shop.order(shop.placeOrder(checkout).id)?.total;
    assert.equal(totalOf({ items: [{ variantId: book, quantity: 1 }], paid: true }), "10.59");
    assert.equal(totalOf({ items: [{ variantId: gift, quantity: 1 }], paid: true }), "25.00");
    assert.equal(
      totalOf({ items: [{ variantId: book, quantity: 1 }], billing: { country: "US" }, paid: true }),
      "9.99",
    );
    const japan = createTestShop({ settings: { currency: "JPY", decimals: 0, country: "JP" } }).shop;
    japan.addTaxRate({ percent: "10", name: "JCT", country: "JP" });
    const tea = japan.addProduct({ name: "Tea", sku: "TEA", price: "1235" });
    assert.equal(
      japan.order(japan.placeOrder({ items: [{ variantId: tea, quantity: 1 }], paid: true }).id)?.total,
      "1359",
    );
  });

  test("a fixed coupon is spread over the pieces, cent by cent", () => {
    const { shop } = createTestShop();
    const a = shop.addProduct({ name: "A", sku: "A", price: "3.00" });
    const b = shop.addProduct({ name: "B", sku: "B", price: "1.00" });
    shop.addCoupon({ code: "five", type: "fixed_cart", amount: "5.00" });
    const { id } = shop.placeOrder({
      items: [
        { variantId: a, quantity: 2 },
        { variantId: b, quantity: 1 },
      ],
      coupons: ["five"],
    });
    // 1.66 for each piece would be more than B costs.
    assert.deepEqual(
      [shop.order(id)?.total, shop.order(id)?.lines.map(({ total }) => total)],
      ["2.00", ["2.00", "0.00"]],
    );
  });
});

describe("the shape of an order", () => {
  test("every field of a real order, of its type", async () => {
    const { shop, ask } = withTax();
    const mug = shop.addProduct({ name: "Mug", sku: "MUG", price: "10.00", stock: 5 });
    shop.addCoupon({ code: "c", type: "percent", amount: "10" });
    const customerId = shop.addCustomer({ email: "lotte@example.test" });
    const { id } = shop.placeOrder({
      items: [{ variantId: mug, quantity: 1 }],
      customerId,
      coupons: ["c"],
      shipping: { total: "5.95" },
      fees: [{ name: "Gift wrap", total: "2.50" }],
      meta: [{ key: "_source", value: "newsletter" }],
      paid: true,
    });
    shop.refundOrder(id, { amount: "1.21", reason: "goodwill" });
    const { body } = await ask("GET", `/orders/${id}`);
    const expected = shape({ ...recorded["refunded in part"], date_completed: null, date_completed_gmt: null }) as Json;
    const found = shape(body) as Json;
    // Which of an item's own meta comes first depends on what happened to it.
    assert.deepEqual(Object.keys(found), Object.keys(expected));
    for (const name of Object.keys(expected))
      if (!["line_items", "_links"].includes(name)) assert.deepEqual(found[name], expected[name], name);
    assert.deepEqual(
      Object.keys(items(found, "line_items")[0] ?? {}),
      Object.keys(items(expected, "line_items")[0] ?? {}),
    );
  });

  test("its dates are in the shop's own time, and in GMT beside it", async () => {
    const { shop, ask } = withTax();
    const { id } = shop.placeOrder({ items: [], paid: true });
    const { body } = await ask("GET", `/orders/${id}`);
    assert.deepEqual(pick(body, ["date_created", "date_created_gmt"]), {
      date_created: "2026-11-21T09:18:32",
      date_created_gmt: "2026-11-21T08:18:32",
    });
  });
});

describe("the life of an order", () => {
  const place = (made: TestShop, checkout: Omit<Parameters<TestShop["shop"]["placeOrder"]>[0], "items">) => {
    const mug = made.shop.addProduct({ name: "Mug", price: "10.00", stock: 10 });
    return { mug, id: made.shop.placeOrder({ items: [{ variantId: mug, quantity: 2 }], ...checkout }).id };
  };

  test("what each gateway leaves behind, and who has paid", () => {
    const made = withTax();
    const after = (checkout: Parameters<typeof place>[1]) => {
      const order = made.shop.order(place(made, checkout).id);
      return [order?.status, order?.paid];
    };
    assert.deepEqual(after({ method: "stripe", paid: true }), ["processing", true]);
    assert.deepEqual(after({ method: "stripe" }), ["pending", false]);
    assert.deepEqual(after({ method: "bacs" }), ["on-hold", false]);
    assert.deepEqual(after({ method: "cod" }), ["processing", false]);
    assert.deepEqual(after({ method: "bacs", status: "processing" }), ["processing", true]);
  });

  test("cash on delivery is paid when it is completed, a transfer when it is processed", () => {
    const made = withTax();
    const cod = place(made, { method: "cod" }).id;
    made.shop.setStatus(cod, "completed");
    assert.equal(made.shop.order(cod)?.paid, true);
    const transfer = place(made, { method: "bacs" }).id;
    made.shop.setStatus(transfer, "processing");
    assert.equal(made.shop.order(transfer)?.paid, true);
  });

  test("takes stock once, gives it back when cancelled, and takes it again", () => {
    const made = withTax();
    const { mug, id } = place(made, {});
    const stock = () => made.shop.stockOf(mug);
    assert.equal(stock(), 10);
    made.shop.setStatus(id, "on-hold");
    made.shop.setStatus(id, "processing");
    made.shop.setStatus(id, "completed");
    assert.equal(stock(), 8);
    made.shop.setStatus(id, "cancelled");
    assert.equal(stock(), 10);
    made.shop.setStatus(id, "processing");
    assert.equal(stock(), 8);
  });

  test("a refund keeps the total, dates the order anew, restocks what it names; all of it makes it refunded", async () => {
    const made = withTax();
    const { mug, id } = place(made, { paid: true });
    made.advance(60_000);
    made.shop.refundOrder(id, { quantities: { 0: 1 }, reason: "damaged" });
    const { body } = await made.ask("GET", `/orders/${id}`);
    assert.deepEqual(pick(body, ["total", "status", "date_modified_gmt"]), {
      total: "24.20",
      status: "processing",
      date_modified_gmt: "2026-11-21T08:19:32",
    });
    assert.deepEqual(
      items(body, "refunds").map((refund) => pick(refund, ["total", "total_tax", "reason"])),
      [{ total: "-12.10", total_tax: "-2.10", reason: "damaged" }],
    );
    assert.equal(made.shop.stockOf(mug), 9);
    made.shop.refundOrder(id);
    assert.deepEqual([made.shop.order(id)?.status, made.shop.order(id)?.refunded], ["refunded", "24.20"]);
    assert.equal(made.shop.stockOf(mug), 9);
    assert.throws(() => made.shop.refundOrder(id, { amount: "1.00" }), /left to refund/);
  });

  test("the trash keeps it readable by its id, deletion does not, and an edit follows its quantities", async () => {
    const made = withTax();
    const { mug, id } = place(made, { paid: true });
    made.shop.editOrder(id, { quantities: { 0: 5 } });
    assert.deepEqual([made.shop.order(id)?.total, made.shop.stockOf(mug)], ["60.50", 5]);
    made.shop.trashOrder(id);
    assert.equal((await made.ask("GET", `/orders/${id}`)).response.status, 200);
    assert.deepEqual((await made.ask("GET", "/orders?status=any")).body, []);
    made.shop.restoreOrder(id);
    assert.equal(made.shop.order(id)?.status, "processing");
    made.shop.deleteOrder(id);
    assert.equal((await made.ask("GET", `/orders/${id}`)).response.status, 404);
  });
});
