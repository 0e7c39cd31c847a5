/** The API of the simulated shop beside a real one's: the same refusals word for word, batches, lists, cursors, keys. */
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import type { HttpResponse } from "../../src/core/ports/transport.ts";
import { DEFAULT_KEY } from "./shop.ts";
import { createTestShop, type TestShop } from "./test-shop.ts";

type Json = Record<string, unknown>;

const FIXTURES = new URL("../../test/fixtures/woocommerce/", import.meta.url);
const load = (name: string): unknown => JSON.parse(readFileSync(new URL(`${name}.json`, FIXTURES), "utf8"));
const errors = load("errors") as Record<string, { status: number; body: unknown }>;
const products = load("products") as Record<string, Json>;
const settings = load("settings") as Record<string, Json>;

const basic = (key: string, secret: string) => ({
  Authorization: `Basic ${Buffer.from(`${key}:${secret}`).toString("base64")}`,
});

/** A mug and a variable shirt, with ids that the recorded refusals name. */
function stocked(options: Parameters<typeof createTestShop>[0] = {}) {
  const made = createTestShop(options);
  const mug = made.shop.addProduct({ name: "Mug", sku: "MUG-A1", price: "10.00", stock: 50 });
  const shirt = made.shop.addVariableProduct({
    name: "T-Shirt",
    sku: "TS-A1",
    variations: [
      { option: "S, Red", sku: "TS-A1-S-R", price: "20.00", stock: 10 },
      { option: "M, Red", sku: "TS-A1-M-R", price: "20.00", stock: 10 },
    ],
  });
  return { ...made, mug, shirt, small: shirt.variationIds[0] ?? "" };
}

type Provoke = (made: ReturnType<typeof stocked>, order: string) => Promise<{ response: HttpResponse; body: unknown }>;

describe("refuses as the real shop does", () => {
  const readOnly = { key: "ck_read", secret: "cs_read", permissions: "read" as const };
  const provoke: Record<string, Provoke> = {
    "auth none": ({ ask }) => ask("GET", "/products", undefined, { Authorization: "" }),
    "auth bad key": ({ ask }) => ask("GET", "/products", undefined, basic("ck_unknown", "x")),
    "auth bad secret": ({ ask }) => ask("GET", "/products", undefined, basic(DEFAULT_KEY.key, "x")),
    "auth read only key": ({ ask, mug }) =>
      ask("PUT", `/products/${mug}`, { stock_quantity: 1 }, basic(readOnly.key, readOnly.secret)),
    "bad json": ({ ask }) => ask("POST", "/products", '{"name": "x"'),
    "batch 101": ({ ask }) =>
      ask("POST", "/products/batch", { update: Array.from({ length: 101 }, () => ({ id: 26, stock_quantity: 7 })) }),
    "duplicate sku": ({ ask }) => ask("POST", "/products", { name: "dup", sku: "MUG-A1" }),
    "duplicate sku case": ({ ask }) => ask("POST", "/products", { name: "dup", sku: "mug-A1" }),
    "invalid params": ({ ask }) => ask("POST", "/products", { stock_quantity: "abc", type: "foo" }),
    "product bad price": ({ ask, mug }) =>
      ask("PUT", `/products/${mug}`, { regular_price: "13,5x", stock_quantity: 49.5 }),
    "no route": ({ ask }) => ask("GET", "/nope"),
    "per page 101": ({ ask }) => ask("GET", "/products?per_page=101"),
    "order status invalid": ({ ask }) => ask("GET", "/orders?status=nope"),
    "order bad status": ({ ask }, order) => ask("PUT", `/orders/${order}`, { status: "bogus" }),
    "order invalid id": ({ ask }) => ask("GET", "/orders/999999"),
    "order id is product": ({ ask, mug }) => ask("GET", `/orders/${mug}`),
    "order already trashed": async ({ ask, shop }, order) => {
      shop.trashOrder(order);
      return ask("DELETE", `/orders/${order}`);
    },
    "product invalid id": ({ ask }) => ask("GET", "/products/999999"),
    "product put invalid id": ({ ask }) => ask("PUT", "/products/999999", { name: "x" }),
    "variation through products endpoint put": ({ ask, small }) =>
      ask("PUT", `/products/${small}`, { stock_quantity: 12 }),
    "refund api refund unsupported": ({ ask }, order) => ask("POST", `/orders/${order}/refunds`, { amount: "1.00" }),
    "refund too big": ({ ask }, order) =>
      ask("POST", `/orders/${order}/refunds`, { amount: "9999", api_refund: false }),
    "webhook topic": ({ ask }) =>
      ask("POST", "/webhooks", { name: "x", topic: "order.bogus", delivery_url: "http://127.0.0.1:9/" }),
    "webhook url": ({ ask }) =>
      ask("POST", "/webhooks", { name: "x", topic: "order.created", delivery_url: "ftp://x" }),
    "customer delete needs force": async ({ ask, shop }) =>
      ask("DELETE", `/customers/${shop.addCustomer({ email: "kim@example.test" })}`),
    "customer duplicate email": async ({ ask, shop }) => {
      shop.addCustomer({ email: "lotte@example.test" });
      return ask("POST", "/customers", { email: "lotte@example.test" });
    },
  };
  for (const [name, run] of Object.entries(provoke)) {
    test(name, async () => {
      const made = stocked({ keys: [DEFAULT_KEY, readOnly] });
      const order = made.shop.placeOrder({ items: [{ variantId: made.mug, quantity: 1 }], paid: true }).id;
      const expected = errors[name];
      assert.ok(expected, `no fixture ${name}`);
      const { response, body } = await run(made, order);
      assert.equal(response.status, expected.status);
      assert.deepEqual(body, expected.body);
      assert.deepEqual(made.shop.unsupported, []);
    });
  }

  test("a coupon that does not exist, leaving a draft behind", async () => {
    const { ask, shop } = stocked();
    const { response, body } = await ask("POST", "/orders", {
      line_items: [{ sku: "MUG-A1", quantity: 1 }],
      coupon_lines: [{ code: "nope" }],
    });
    const expected = errors["order invalid coupon"];
    const { data, ...words } = body as { data: { new_draft_order_id: number } };
    assert.equal(response.status, expected?.status);
    assert.deepEqual(words, {
      code: "woocommerce_rest_invalid_coupon",
      message: (expected?.body as Json | undefined)?.["message"],
    });
    assert.equal(shop.order(String(data.new_draft_order_id))?.status, "checkout-draft");
  });

  test("anything that is not simulated is said loudly and remembered", async () => {
    const { ask, shop } = stocked();
    assert.equal((await ask("GET", "/reports/sales")).response.status, 501);
    assert.equal((await ask("GET", "/products?featured=true")).response.status, 501);
    assert.equal((await ask("PUT", `/products/${stocked().mug}`, { upsell_ids: [1] })).response.status, 501);
    assert.deepEqual(shop.unsupported, [
      "GET /reports/sales: this address",
      "GET /products: GET /products with featured",
      "PUT /products/11: PUT /products/{id} with upsell_ids",
    ]);
  });

  test("outside the API there is the theme", async () => {
    const { shop } = stocked();
    const reply = await shop.handle({ method: "GET", url: "https://shop.example.test/", headers: {}, timeoutMs: 1 });
    assert.deepEqual([reply.status, reply.headers["content-type"]], [404, "text/html; charset=UTF-8"]);
  });
});

describe("OAuth over plain http", () => {
  const url = "http://shop.example.test";
  const address = `${url}/wp-json/wc/v3/products`;
  const signed = (made: TestShop, changes: Record<string, string> = {}, secret = DEFAULT_KEY.secret) => {
    const parameters: Record<string, string> = {
      oauth_consumer_key: DEFAULT_KEY.key,
      oauth_nonce: "n1",
      oauth_signature_method: "HMAC-SHA256",
      oauth_timestamp: String(made.clock.nowMs() / 1000),
      sku: "A B",
      ...changes,
    };
    const text = Object.keys(parameters)
      .toSorted()
      .map((name) => `${name}=${encodeURIComponent(parameters[name] ?? "")}`)
      .join("&");
    const base = ["GET", address, text].map(encodeURIComponent).join("&");
    const signature = createHmac("sha256", `${secret}&`).update(base).digest("base64");
    return made.shop.handle({
      method: "GET",
      url: `${address}?${text}&oauth_signature=${encodeURIComponent(signature)}`,
      headers: {},
      timeoutMs: 1,
    });
  };

  test("a right signature once, and nothing else", async () => {
    const made = createTestShop({ baseUrl: url });
    assert.equal((await signed(made)).status, 200);
    const refused = async (name: string, reply: Promise<HttpResponse>) => {
      const { status, body } = await reply;
      assert.deepEqual({ status, body: JSON.parse(body) as unknown }, errors[name], name);
    };
    await refused("oauth replayed nonce", signed(made));
    await refused("oauth bad signature", signed(made, { oauth_nonce: "n2" }, "cs_other"));
    await refused("oauth bad key", signed(made, { oauth_nonce: "n3", oauth_consumer_key: "ck_other" }));
    await refused(
      "oauth old timestamp",
      signed(made, { oauth_nonce: "n4", oauth_timestamp: String(made.clock.nowMs() / 1000 - 901) }),
    );
    await refused(
      "auth basic over http",
      made.shop.handle({
        method: "GET",
        url: address,
        headers: basic(DEFAULT_KEY.key, DEFAULT_KEY.secret),
        timeoutMs: 1,
      }),
    );
    made.advance(901_000);
    assert.equal((await signed(made)).status, 200, "a nonce is forgotten when its time is over");
  });
});

describe("products", () => {
  test("a product, a variable one and a variation have every field of a real one", async () => {
    const { ask, mug, shirt, small } = stocked();
    const missing = (json: Json, name: string, not: readonly string[]) =>
      Object.keys(products[name] ?? {}).filter((field) => !(field in json) && !not.includes(field));
    // Only the answer to a write carries these two.
    const onWrites = ["permalink_template", "generated_slug"];
    assert.deepEqual(missing((await ask("GET", `/products/${mug}`)).body, "simple", onWrites), []);
    assert.deepEqual(missing((await ask("GET", `/products/${shirt.id}`)).body, "variable", []), []);
    assert.deepEqual(missing((await ask("GET", `/products/${small}`)).body, "variation by SKU", []), []);
    assert.deepEqual(
      missing((await ask("GET", `/products/${shirt.id}/variations/${small}`)).body, "variation on its parent", []),
      [],
    );
  });

  test("SKUs find several at once, variations too, whatever their case; an empty one is no condition", async () => {
    const { ask } = stocked();
    const skus = async (list: string) =>
      ((await ask("GET", `/products?sku=${list}&orderby=id&order=asc`)).body as Json[]).map(({ sku }) => sku);
    assert.deepEqual(await skus("MUG-A1,ts-a1-s-r"), ["MUG-A1", "TS-A1-S-R"]);
    assert.deepEqual(await skus("nothing"), []);
    assert.deepEqual(await skus(""), ["MUG-A1", "TS-A1"]);
  });

  test("a batch checks nothing and answers each item", async () => {
    const { ask, shop, mug, small } = stocked();
    const other = shop.addProduct({ name: "B", sku: "B", price: "1.00", stock: 7 });
    const { response, body } = await ask("POST", "/products/batch", {
      create: [{ name: "x", sku: "MUG-A1" }],
      update: [
        { id: Number(mug), stock_quantity: "abc" },
        { id: Number(other), stock_quantity: 4.7 },
        { id: 999999, stock_quantity: 1 },
        { id: Number(small), stock_quantity: 1 },
      ],
      delete: [999998],
    });
    assert.equal(response.status, 200);
    assert.deepEqual([shop.stockOf(mug), shop.stockOf(other), shop.stockOf(small)], [0, 4, 10]);
    const outcomes = Object.entries(body as Record<string, Json[]>).map(([kind, list]) => [
      kind,
      list.map(({ id, error }) => [id, (error as Json | undefined)?.["code"]]),
    ]);
    assert.deepEqual(Object.fromEntries(outcomes), {
      create: [[0, "product_invalid_sku"]],
      update: [
        [Number(mug), undefined],
        [Number(other), undefined],
        [999999, "woocommerce_rest_product_invalid_id"],
        [Number(small), "woocommerce_rest_invalid_product_id"],
      ],
      delete: [[999998, "woocommerce_rest_product_invalid_id"]],
    });
    assert.deepEqual((await ask("POST", "/products/batch", { update: [] })).body, []);
  });

  test("variations change on their parent's address, and date it anew", async () => {
    const { ask, shop, shirt, small, advance } = stocked();
    advance(60_000);
    const { body } = await ask("POST", `/products/${shirt.id}/variations/batch`, {
      update: [
        { id: Number(small), stock_quantity: 3 },
        { id: 999999, stock_quantity: 1 },
      ],
    });
    const [first, second] = (body as { update: Json[] }).update;
    assert.deepEqual([first?.["stock_quantity"], shop.stockOf(small)], [3, 3]);
    assert.deepEqual(second, {
      id: 999999,
      error: { code: "woocommerce_rest_product_variation_invalid_id", message: "Invalid ID.", data: { status: 404 } },
    });
    assert.equal(
      ((await ask("GET", `/products/${shirt.id}`)).body as Json)["date_modified_gmt"],
      "2026-11-21T08:19:32",
    );
  });

  test("a parent that counts for its variations, a price that it drops, a price that is bent", async () => {
    const { ask, shop } = stocked();
    const { id, variationIds } = shop.addVariableProduct({
      name: "Cap",
      stock: 40,
      variations: [{ option: "One", sku: "CAP", price: "9.00" }],
    });
    const cap = (await ask("GET", `/products/${id}/variations/${variationIds[0] ?? ""}`)).body as Json;
    assert.deepEqual([cap["manage_stock"], cap["stock_quantity"]], ["parent", 40]);
    const parent = (await ask("PUT", `/products/${id}`, { regular_price: "99" })).body as Json;
    assert.deepEqual([parent["regular_price"], parent["price"]], ["", "9.00"]);
    assert.equal(
      ((await ask("POST", "/products", { name: "x", regular_price: "13,5x" })).body as Json)["price"],
      "135",
    );
  });

  test("lists page with counts and links, and only the fields that were asked for", async () => {
    const { ask, shop } = stocked();
    for (let index = 0; index < 10; index += 1)
      shop.addProduct({ name: `B${index}`, sku: `B-${index}`, price: "1.00" });
    const { response, body } = await ask("GET", "/products?per_page=5&page=2&orderby=id&order=asc&_fields=id,sku");
    assert.deepEqual([response.headers["x-wp-total"], response.headers["x-wp-totalpages"]], ["12", "3"]);
    assert.match(response.headers["link"] ?? "", /page=1.*rel="prev".*page=3.*rel="next"/);
    assert.deepEqual((body as Json[])[0], { id: 18, sku: "B-3" });
    const beyond = await ask("GET", "/products?page=99");
    assert.deepEqual([beyond.response.status, beyond.body, beyond.response.headers["x-wp-total"]], [200, [], "12"]);
  });
});

describe("cursors", () => {
  test("modified_after is strict, in whole seconds, and in the shop's time unless it is said otherwise", async () => {
    const { ask, shop, advance } = stocked();
    const first = shop.placeOrder({ items: [], paid: true }).id;
    advance(1_000);
    const second = shop.placeOrder({ items: [], paid: true }).id;
    const ids = async (query: string) =>
      ((await ask("GET", `/orders?orderby=modified&order=asc&${query}`)).body as Json[]).map(({ id }) => String(id));
    assert.deepEqual(await ids("modified_after=2026-11-21T08:18:32&dates_are_gmt=true"), [second]);
    assert.deepEqual(await ids("modified_after=2026-11-21T08:18:31&dates_are_gmt=true"), [first, second]);
    assert.deepEqual(await ids("modified_after=2026-11-21T08:18:32Z"), [second]);
    assert.deepEqual(await ids("modified_after=2026-11-21T09:18:32"), [second]);
    assert.deepEqual(await ids("modified_after=2026-11-21T08:18:32"), [first, second]);
    assert.deepEqual(await ids("after=2026-11-21T08:18:31&before=2026-11-21T08:18:33&dates_are_gmt=true"), [first]);
  });

  test("meta and a write that changes nothing date an order anew, a note does not", async () => {
    const { ask, shop, advance } = stocked();
    const { id } = shop.placeOrder({ items: [], paid: true });
    const modified = async () => ((await ask("GET", `/orders/${id}`)).body as Json)["date_modified_gmt"];
    advance(10_000);
    await ask("POST", `/orders/${id}/notes`, { note: "hello" });
    assert.equal(await modified(), "2026-11-21T08:18:32");
    await ask("PUT", `/orders/${id}`, {});
    assert.equal(await modified(), "2026-11-21T08:18:42");
    advance(10_000);
    await ask("PUT", `/orders/${id}`, { meta_data: [{ key: "_a", value: "1" }] });
    await ask("PUT", `/orders/${id}`, { meta_data: [{ key: "_a", value: "2" }] });
    assert.equal(await modified(), "2026-11-21T08:18:52");
    assert.deepEqual(shop.order(id)?.meta, { _a: "2" });
  });
});

test("a shop tells of itself in a real one's words", async () => {
  const { ask, shop } = stocked();
  const status = (await ask("GET", "/system_status")).body as Json;
  assert.equal(
    (status["environment"] as Json)["version"],
    ((settings["system status"] ?? {})["environment"] as Json)["version"],
  );
  const taxes = (await ask("GET", "/settings/tax")).body as Json[];
  assert.deepEqual(
    taxes.map(({ id, value }) => [id, value]),
    (settings["tax"] as unknown as Json[]).map(({ id, value }) => [id, value]),
  );
  shop.addTaxRate({ percent: "21", name: "VAT 21" });
  assert.deepEqual(((await ask("GET", "/taxes")).body as Json[])[0], (settings["taxes"] as unknown as Json[])[0]);
});

test("twenty thousand products are listed in moments", async () => {
  const { ask, shop } = createTestShop();
  for (let index = 0; index < 20_000; index += 1)
    shop.addProduct({ name: `Product ${index}`, sku: `P-${index}`, price: "1.00", stock: index });
  const startedMs = performance.now();
  let seen = 0;
  for (let page = 1; page <= 200; page += 1) {
    const { body } = await ask(
      "GET",
      `/products?per_page=100&page=${page}&orderby=id&order=asc&_fields=id,sku,stock_quantity`,
    );
    seen += (body as unknown[]).length;
  }
  assert.equal(seen, 20_000);
  const ms = performance.now() - startedMs;
  assert.ok(ms < 5_000, `${ms.toFixed(0)} ms for 200 pages`);
});
