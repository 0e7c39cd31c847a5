/** Lists that a broken shop never ends or answers wrongly: told by name instead of being read for ever. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { sentenceOf } from "../../core/failures.ts";
import type { CallContext } from "../../core/ports/call.ts";
import type { ChangePage, ShopPort } from "../../core/ports/shop.ts";
import type { HttpRequest, HttpResponse } from "../../core/ports/transport.ts";
import type { Result } from "../../core/result.ts";
import { WHOLE_SHOP } from "../../core/stock/shop-variant.ts";
import { createWooCommerceConnector } from "./connector.ts";
import { skuLists } from "./variants.ts";

const load = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../../test/fixtures/woocommerce/${name}.json`, import.meta.url), "utf8"));
const order = (load("orders") as Record<string, object>)["processing"];
const product = (load("products") as Record<string, object>)["simple"];
const batches = load("batches") as Record<string, unknown>;
const PAGES_MAX = 20;

const call: CallContext = { deadlineMs: () => Number.POSITIVE_INFINITY, beforeWrite: async () => {}, record: () => {} };

/** A shop that answers as the function says; the queries that it was asked. */
function shopThat(
  answer: (query: URLSearchParams, request: HttpRequest) => unknown,
  headers: Record<string, string> = {},
): { shop: ShopPort; asked: URLSearchParams[] } {
  const asked: URLSearchParams[] = [];
  const transport = async (request: HttpRequest): Promise<HttpResponse> => {
    const { searchParams } = new URL(request.url);
    asked.push(searchParams);
    return { status: 200, headers, body: JSON.stringify(answer(searchParams, request)) };
  };
  const clock = { nowMs: () => 0, sleep: async () => {} };
  const settings = {
    connection: "shop-eu",
    url: "https://shop.example.test",
    key: "k",
    secret: "s",
    webhookSecret: "w",
    allowHttp: false,
    environment: "production",
  };
  return { shop: createWooCommerceConnector({ ...settings, transport, clock }), asked };
}

const orders = (count: number, second = "2026-11-21T08:18:32", from = 1) =>
  Array.from({ length: count }, (_, index) => ({
    ...order,
    id: from + index,
    number: String(from + index),
    date_modified_gmt: second,
  }));

/** Pages until the last, or until a failure. */
async function all<T>(
  read: (page: string | null) => Promise<Result<ChangePage<T>>>,
): Promise<{ items: T[]; failure: string | null }> {
  const items: T[] = [];
  let token: string | null = null;
  for (let page = 1; page <= PAGES_MAX; page += 1) {
    const result: Result<ChangePage<T>> = await read(token);
    if (!result.ok) return { items, failure: sentenceOf(result.failure) };
    items.push(...result.value.items);
    token = result.value.nextPage;
    if (token === null) return { items, failure: null };
  }
  throw new Error("read for ever");
}

const since = "2026-11-21T08:00:00.000Z";

describe("orders", () => {
  test("an endpoint that answers the same page to everything is told", async () => {
    const { shop } = shopThat((query) => (query.get("status") === "trash" ? [] : orders(100)), {
      "x-wp-total": "900",
      "x-wp-totalpages": "9",
    });
    const { failure } = await all((page) => shop.changedOrders(since, page, call));
    assert.match(failure ?? "", /GET \/orders: the same page again: .* ignores the parameter page/);
  });

  test("without its counts, a page that is not full is the last", async () => {
    const { shop, asked } = shopThat((query) => (query.get("status") === "trash" ? [] : orders(7)));
    const { items, failure } = await all((page) => shop.changedOrders(since, page, call));
    assert.deepEqual([items.length, failure], [7, null]);
    assert.equal(asked[0]?.get("modified_after"), "2026-11-21T07:59:59");
    assert.equal(asked[0]?.get("dates_are_gmt"), "true");
  });

  test("one that cannot be understood does not hold back the others, nor the cursor", async () => {
    const given = [...orders(2), { ...order, id: 9, total: 12.5, date_modified_gmt: "2026-11-21T08:20:00" }];
    const { shop } = shopThat((query) => (query.get("status") === "trash" ? [] : given));
    const page = await shop.changedOrders(since, null, call);
    assert.ok(page.ok);
    assert.deepEqual(
      page.value.items.map(({ id }) => id),
      ["1", "2"],
    );
    assert.deepEqual(
      page.value.unreadable.map(({ id, failure }) => [id, failure.code]),
      [["9", "ORDER_UNREADABLE"]],
    );
  });

  test("what is no list, or has no ids, is told", async () => {
    const sentence = async (body: unknown) => {
      const result = await shopThat(() => body).shop.changedOrders(since, null, call);
      return result.ok ? "read" : sentenceOf(result.failure);
    };
    assert.match(await sentence({ orders: [] }), /GET \/orders: no list/);
    assert.match(await sentence([{ number: "1" }]), /an order without an id/);
  });

  test("a batch read asks once, and by id only for those the list leaves out", async () => {
    const { shop, asked } = shopThat((query, { url }) =>
      query.has("include") ? orders(2) : { ...order, id: Number(url.split("/").at(-1)) },
    );
    const read = await shop.readOrders(["1", "2", "3"], call);
    assert.ok([...read.values()].every((one) => one.ok && one.value !== null));
    assert.deepEqual(
      asked.map((query) => query.get("include")),
      ["1,2,3", null],
    );
  });
});

describe("products", () => {
  const products = (count: number) => Array.from({ length: count }, (_, index) => ({ ...product, id: index + 1 }));

  test("a catalog that never ends is told", async () => {
    const { shop } = shopThat(() => products(100), { "x-wp-totalpages": "9" });
    const { items, failure } = await all((page) => shop.variantPage(page, [], call));
    assert.equal(items.length, 100);
    assert.match(failure ?? "", /GET \/products: the same page again/);
  });

  test("one that cannot be understood is told beside the others", async () => {
    const { shop } = shopThat(() => [...products(1), { ...product, id: 9, manage_stock: "perhaps" }]);
    const page = await shop.variantPage(null, [], call);
    assert.ok(page.ok);
    assert.deepEqual(
      [page.value.items.length, page.value.unreadable[0]?.id, page.value.unreadable[0]?.failure.code],
      [1, "9", "VARIANT_UNREADABLE"],
    );
  });

  test("a list that fails is the failure of each variant of it", async () => {
    const { shop } = shopThat(() => "nothing");
    const refs = ["1", "2"].map((id) => ({ id, parentId: null, sku: "" }));
    const read = await shop.readForStock(refs, call);
    assert.ok(read.ok);
    const codes = [...read.value.variants.values()].map((one) => (one.ok ? "read" : one.failure.code));
    assert.deepEqual(codes, ["CONNECTION_BROKEN_ANSWER", "CONNECTION_BROKEN_ANSWER"]);
  });

  test("lists of SKUs stay short enough for an address", () => {
    const long = Array.from({ length: 250 }, (_, index) => `SKU ${index} ${"ü".repeat(20)}`);
    const lists = skuLists([...long, ...long]);
    assert.equal(
      lists.reduce((total, list) => total + list.size, 0),
      250,
    );
    for (const list of lists) assert.ok(list.size <= 100 && encodeURIComponent([...list].join(",")).length <= 4_000);
    assert.deepEqual(skuLists([]), []);
  });
});

describe("recorded batches", () => {
  const write = (id: string, quantity: number, parentId: string | null = null) => ({
    id,
    parentId,
    sku: `S${id}`,
    itemId: null,
    locationId: WHOLE_SHOP,
    before: null,
    version: "",
    quantity,
  });
  const outcome = async (body: unknown, writes: ReturnType<typeof write>[]) => {
    const { shop } = shopThat(() => body);
    const outcomes = await shop.writeStock(writes, call);
    return outcomes.map((one) => {
      return one.ok ? one.value.quantity : one.failure.code;
    });
  };

  test("each item has its own outcome", async () => {
    assert.deepEqual(await outcome(batches["products"], [write("26", 8), write("999999", 1), write("27", 1)]), [
      8,
      "STOCK_SKU_NOT_IN_SHOP",
      "SHOP_REJECTED",
    ]);
    assert.deepEqual(await outcome(batches["variations"], [write("13", 11, "12"), write("999999", 1, "12")]), [
      11,
      "STOCK_SKU_NOT_IN_SHOP",
    ]);
    assert.deepEqual(await outcome(batches["variation on the wrong address"], [write("13", 13)]), ["SHOP_REJECTED"]);
  });

  test("an item without an outcome, and a batch that is none, are broken answers", async () => {
    assert.deepEqual(await outcome({ update: [] }, [write("26", 8)]), ["CONNECTION_BROKEN_ANSWER"]);
    assert.deepEqual(await outcome([], [write("26", 8)]), ["CONNECTION_BROKEN_ANSWER"]);
  });

  test("marks on orders", async () => {
    const { shop } = shopThat(() => batches["orders"]);
    const mark = (orderId: string) =>
      ({ orderId, status: "synced", sentence: "Done", odooOrder: null, odooOrderId: null, odooInvoice: null }) as const;
    const outcomes = await shop.writeOrderMarks([mark("16"), mark("888888"), mark("5")], call);
    const codes = ["16", "888888", "5"].map((id) => {
      const one = outcomes.get(id);
      return one?.ok === true ? "written" : one?.failure.code;
    });
    assert.deepEqual(codes, ["written", "ORDER_GONE", "CONNECTION_BROKEN_ANSWER"]);
  });
});
