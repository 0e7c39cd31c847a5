/** The simulated Shopify's webhooks and bulk operations. */
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { describe, test } from "node:test";
import { DEFAULT_APP } from "../../sim/shopify/shop.ts";
import { createTestShopify, gid, skip, stocked, URL, type TestShopify } from "./test-shop.ts";

const HUB = "https://hub.example.test/in";

async function subscribe({ data }: TestShopify, topic: string, includeFields: readonly string[] = []): Promise<string> {
  const {
    webhookSubscriptionCreate,
  }: { webhookSubscriptionCreate: { webhookSubscription: { id: string }; userErrors: unknown[] } } = await data(
    `mutation($topic: WebhookSubscriptionTopic!, $webhook: WebhookSubscriptionInput!) { webhookSubscriptionCreate(topic: $topic, webhookSubscription: $webhook) { webhookSubscription { id } userErrors { message } } }`,
    { topic, webhook: { uri: HUB, includeFields } },
  );
  assert.deepEqual(webhookSubscriptionCreate.userErrors, []);
  return webhookSubscriptionCreate.webhookSubscription.id;
}

const topics = ({ received }: TestShopify) => received.map(({ headers }) => headers["x-shopify-topic"]);

describe("webhooks", { skip }, () => {
  test("are signed over their very bytes, and siblings of one action share its event", async () => {
    const made = createTestShopify();
    await subscribe(made, "ORDERS_CREATE");
    await subscribe(made, "ORDERS_UPDATED");
    stocked(made.shop);
    const order = made.shop.checkout({ lines: [{ sku: "MUG", quantity: 2 }], email: "kim@example.test" });
    assert.equal(await made.shop.deliverDueWebhooks(), 2);
    assert.deepEqual(topics(made), ["orders/create", "orders/updated"]);
    const [first, second] = made.received;
    const body = first?.body ?? "";
    assert.equal(
      first?.headers["x-shopify-hmac-sha256"],
      createHmac("sha256", DEFAULT_APP.clientSecret).update(body).digest("base64"),
    );
    assert.equal(first?.headers["x-shopify-event-id"], second?.headers["x-shopify-event-id"]);
    assert.notEqual(first?.headers["x-shopify-webhook-id"], second?.headers["x-shopify-webhook-id"]);
    assert.equal(first?.headers["x-shopify-shop-domain"], "simulated.myshopify.com");
    const { id, line_items: lines, financial_status: status } = JSON.parse(body) as Record<string, unknown>;
    assert.deepEqual([String(id), status, (lines as { quantity: number }[])[0]?.quantity], [order?.id, "paid", 2]);
  });

  test("carry only the fields that were asked for, and are silent when none of those has changed", async () => {
    const made = createTestShopify();
    await subscribe(made, "ORDERS_UPDATED", ["id", "cancelled_at", "line_items.quantity"]);
    stocked(made.shop);
    const order = made.shop.checkout({ lines: [{ sku: "MUG", quantity: 2 }] });
    made.shop.tag(order?.id ?? "", "seen");
    made.shop.cancel(order?.id ?? "");
    await made.shop.deliverDueWebhooks();
    assert.deepEqual(
      made.received.map(({ body }) => JSON.parse(body ?? "") as unknown),
      [
        { id: Number(order?.id), cancelled_at: null, line_items: [{ quantity: 2 }] },
        { id: Number(order?.id), cancelled_at: "2026-11-21T08:18:32Z", line_items: [{ quantity: 2 }] },
      ],
    );
  });

  test("that fail come again under the same id with the same body; the ninth failure ends the subscription", async () => {
    const made = createTestShopify();
    await subscribe(made, "PRODUCTS_CREATE");
    made.receiver.status = 500;
    made.shop.createProduct({ title: "Cup" });
    let tries = 0;
    for (let hours = 0; hours < 6 * 60; hours += 1) {
      tries += await made.shop.deliverDueWebhooks();
      made.advance(60_000);
    }
    assert.equal(tries, 9);
    assert.equal(
      new Set(made.received.map(({ headers, body }) => `${headers["x-shopify-webhook-id"]} ${body}`)).size,
      1,
    );
    assert.deepEqual([made.shop.snapshot().subscriptions, made.shop.pendingWebhooks()], [[], 0]);
  });

  test("are forgiven by one success, and known by their address", async () => {
    const made = createTestShopify();
    const id = await subscribe(made, "PRODUCTS_CREATE");
    made.receiver.status = 503;
    made.shop.createProduct({ title: "Cup" });
    await made.shop.deliverDueWebhooks();
    assert.equal(made.shop.snapshot().subscriptions[0]?.failures, 1);
    made.receiver.status = 200;
    made.advance(10_000);
    await made.shop.deliverDueWebhooks();
    assert.equal(made.shop.snapshot().subscriptions[0]?.failures, 0);
    const { webhookSubscriptionCreate }: { webhookSubscriptionCreate: { userErrors: { message: string }[] } } =
      await made.data(
        `mutation { webhookSubscriptionCreate(topic: PRODUCTS_CREATE, webhookSubscription: { uri: "${HUB}" }) { userErrors { message } } }`,
      );
    assert.match(webhookSubscriptionCreate.userErrors[0]?.message ?? "", /already been taken/);
    await made.data(
      `mutation { webhookSubscriptionDelete(id: "${id}") { deletedWebhookSubscriptionId userErrors { message } } }`,
    );
    made.shop.createProduct({ title: "Jug" });
    assert.equal(made.shop.pendingWebhooks(), 0);
  });

  test("come twice, late or never where the world wants it, the same for the same seed", async () => {
    const run = async () => {
      const made = createTestShopify();
      made.shop.setWebhookFaults({ duplicates: 0.5, delays: 0.3, losses: 0.2 });
      await subscribe(made, "PRODUCTS_CREATE");
      for (let count = 0; count < 40; count += 1) made.shop.createProduct({ title: `P${count}` });
      for (let minute = 0; minute < 4; minute += 1) {
        await made.shop.deliverDueWebhooks();
        made.advance(60_000);
      }
      return made.received.map(({ headers, body }) => [
        headers["x-shopify-webhook-id"],
        (JSON.parse(body ?? "") as { title: string }).title,
      ]);
    };
    const told = await run();
    assert.deepEqual(await run(), told);
    const ids = new Set(told.map(([id]) => id));
    assert.ok(ids.size < 40 && told.length > ids.size, `${told.length} deliveries of ${ids.size}`);
  });

  test("tell of stock, products, refunds and deletions", async () => {
    const made = createTestShopify();
    for (const topic of [
      "INVENTORY_LEVELS_UPDATE",
      "INVENTORY_ITEMS_DELETE",
      "REFUNDS_CREATE",
      "FULFILLMENTS_CREATE",
      "ORDERS_EDITED",
      "ORDERS_DELETE",
    ])
      await subscribe(made, topic);
    const { variant, main } = stocked(made.shop);
    await made.shop.deliverDueWebhooks();
    made.received.length = 0;
    const order = made.shop.checkout({ lines: [{ sku: "MUG", quantity: 2 }] });
    made.shop.setAvailable(variant, main, 3);
    made.shop.setAvailable(variant, main, 3);
    made.shop.edit(order?.id ?? "", { add: [{ title: "Wrap", quantity: 1, price: "1.00" }] });
    made.shop.fulfil(order?.id ?? "");
    made.shop.refund(order?.id ?? "", { amount: "1.00" });
    made.shop.deleteOrder(order?.id ?? "");
    made.shop.deleteVariant(variant);
    await made.shop.deliverDueWebhooks();
    assert.deepEqual(topics(made), [
      "inventory_levels/update",
      "orders/edited",
      "fulfillments/create",
      "refunds/create",
      "orders/delete",
      "inventory_items/delete",
    ]);
  });
});

describe("bulk operations", { skip }, () => {
  const QUERY = `{ productVariants { edges { node { id sku inventoryItem { id inventoryLevels { edges { node { id quantities(names: ["available"]) { quantity } } } } } } } } }`;
  const run = (
    { data }: TestShopify,
    query: string,
    grouped = false,
  ): Promise<{
    bulkOperationRunQuery: { bulkOperation: { id: string } | null; userErrors: { code: string; message: string }[] };
  }> =>
    data(
      `mutation($query: String!, $grouped: Boolean!) { bulkOperationRunQuery(query: $query, groupObjects: $grouped) { bulkOperation { id } userErrors { code message } } }`,
      { query, grouped },
    );
  const look = (
    { data }: TestShopify,
    id: string,
  ): Promise<{ bulkOperation: Readonly<Record<string, string | null>> }> =>
    data(`query($id: ID!) { bulkOperation(id: $id) { status url objectCount rootObjectCount fileSize } }`, { id });

  test("tell everything in lines, children with the id of their parent, in their own time, for seven days", async () => {
    const made = createTestShopify();
    const { variant, item } = stocked(made.shop);
    made.shop.createProduct({ title: "Cup", variants: [{ sku: "CUP" }] });
    const { bulkOperationRunQuery } = await run(made, QUERY, true);
    const id = bulkOperationRunQuery.bulkOperation?.id ?? "";
    assert.deepEqual((await look(made, id)).bulkOperation["status"], "CREATED");
    made.advance(10_000);
    const { bulkOperation } = await look(made, id);
    assert.deepEqual(
      [bulkOperation["status"], bulkOperation["objectCount"], bulkOperation["rootObjectCount"]],
      ["COMPLETED", "4", "2"],
    );
    const url = bulkOperation["url"] ?? "";
    assert.ok(url.startsWith(URL));
    const file = await made.send({ method: "GET", url, headers: {} });
    const lines = file.body
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    assert.deepEqual(
      lines.map((line) => line["sku"] ?? line["__parentId"]),
      ["MUG", gid("ProductVariant", variant), gid("ProductVariant", variant), "CUP"],
    );
    assert.deepEqual(lines[0]?.["inventoryItem"], { id: gid("InventoryItem", item) });
    assert.deepEqual(lines[1]?.["quantities"], [{ quantity: 5 }]);
    assert.equal(Number(bulkOperation["fileSize"]), Buffer.byteLength(file.body));
    made.advance(8 * 24 * 3_600_000);
    assert.equal((await made.send({ method: "GET", url, headers: {} })).status, 404);
  });

  test("are refused where they cannot be read, and fail loudly where they are not simulated", async () => {
    const made = createTestShopify();
    const refused = async (query: string) => (await run(made, query)).bulkOperationRunQuery.userErrors[0]?.code;
    assert.equal(await refused(`{ shop { name } }`), "INVALID");
    assert.equal(await refused(`{ orders {`), "INVALID");
    assert.equal(
      await refused(
        `{ products { edges { node { id variants { edges { node { id metafields { edges { node { id } } } } } } } } } }`,
      ),
      "INVALID",
    );
    const { status } = await made.ask(
      `mutation { bulkOperationRunQuery(query: "{ draftOrders { edges { node { id } } } }") { userErrors { code } } }`,
    );
    assert.equal(status, 501);
    for (let count = 0; count < 5; count += 1) await run(made, QUERY);
    assert.equal(await refused(QUERY), "LIMIT_REACHED");
  });
});
