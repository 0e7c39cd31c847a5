/** Webhooks of the simulated shop: told as they stand when they leave, once for many events, never twice, off for good. */
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { describe, test } from "node:test";
import { TransportError } from "../../src/core/ports/transport.ts";
import { createTestShop, type TestShop } from "./test-shop.ts";

type Json = Record<string, unknown>;

async function hooked(
  topics: readonly string[],
  options: Parameters<typeof createTestShop>[0] = {},
): Promise<TestShop> {
  const made = createTestShop(options);
  for (const topic of topics) {
    await made.ask("POST", "/webhooks", {
      name: topic,
      topic,
      secret: "a-webhook-secret",
      delivery_url: `http://hub.example.test/${topic}`,
      status: "active",
    });
  }
  made.received.length = 0;
  return made;
}

const bodies = ({ received }: TestShop) => received.map(({ body }) => JSON.parse(body ?? "null") as Json);

test("a new webhook pings, unsigned", async () => {
  const made = createTestShop();
  const { body } = await made.ask("POST", "/webhooks", {
    name: "x",
    topic: "order.created",
    secret: "s",
    delivery_url: "http://hub.example.test/in",
  });
  assert.equal((body as Json)["secret"], undefined);
  const [ping] = made.received;
  assert.deepEqual(
    [ping?.url, ping?.body, ping?.headers["content-type"]],
    ["http://hub.example.test/in", "webhook_id=1", "application/x-www-form-urlencoded"],
  );
  assert.ok(!Object.keys(ping?.headers ?? {}).some((name) => name.startsWith("x-wc-")));
});

test("a delivery carries a real one's headers and a signature over its very bytes", async () => {
  const made = await hooked(["product.updated"]);
  const mug = made.shop.addProduct({ name: "Tasse « Été »", sku: "MUG", price: "10.00", stock: 5 });
  made.shop.setStock(mug, 4);
  assert.equal(await made.shop.deliverDueWebhooks(), 1);
  const [delivery] = made.received;
  const raw = delivery?.body ?? "";
  assert.match(raw, /http.*\\\/wp-json\\\//, "slashes are escaped, as PHP does");
  assert.match(raw, /\\u00ab/);
  const headers: Record<string, string> = { ...delivery?.headers };
  assert.equal(
    headers["x-wc-webhook-signature"],
    createHmac("sha256", "a-webhook-secret").update(raw).digest("base64"),
  );
  assert.match(headers["x-wc-webhook-delivery-id"] ?? "", /^[0-9a-f]{32}$/);
  assert.deepEqual(
    [headers["x-wc-webhook-topic"], headers["x-wc-webhook-resource"], headers["x-wc-webhook-event"]],
    ["product.updated", "product", "updated"],
  );
  assert.equal(headers["content-length"], String(Buffer.byteLength(raw)));
});

describe("events", () => {
  test("many about one thing become one delivery with the last value", async () => {
    const made = await hooked(["product.updated"]);
    const mug = made.shop.addProduct({ name: "Mug", sku: "MUG", price: "10.00", stock: 5 });
    for (let stock = 4; stock >= 0; stock -= 1) await made.ask("PUT", `/products/${mug}`, { stock_quantity: stock });
    assert.equal(made.shop.pendingWebhooks(), 1);
    await made.shop.deliverDueWebhooks();
    assert.deepEqual(
      bodies(made).map(({ stock_quantity }) => stock_quantity),
      [0],
    );
  });

  test("a write of the API comes back as an echo even when it changed nothing; a note does not", async () => {
    const made = await hooked(["order.updated"]);
    const { id } = made.shop.placeOrder({ items: [], paid: true });
    await made.shop.deliverDueWebhooks();
    made.received.length = 0;
    await made.ask("PUT", `/orders/${id}`, {});
    await made.shop.deliverDueWebhooks();
    assert.equal(made.received.length, 1);
    await made.ask("POST", `/orders/${id}/notes`, { note: "hello" });
    assert.equal(await made.shop.deliverDueWebhooks(), 0);
  });

  test("a variation tells its own id, its parent is silent", async () => {
    const made = await hooked(["product.updated"]);
    const { id, variationIds } = made.shop.addVariableProduct({
      name: "Cap",
      variations: [{ option: "S", sku: "CAP-S", price: "9.00", stock: 3 }],
    });
    await made.ask("PUT", `/products/${id}/variations/${variationIds[0] ?? ""}`, { stock_quantity: 1 });
    await made.shop.deliverDueWebhooks();
    assert.deepEqual(
      bodies(made).map(({ id: told, type, parent_id }) => [String(told), type, String(parent_id)]),
      [[variationIds[0], "variation", id]],
    );
  });

  test("an order that takes stock also tells its products; the trash tells an id alone, deletion nothing", async () => {
    const made = await hooked(["order.created", "order.updated", "order.deleted", "order.restored", "product.updated"]);
    const mug = made.shop.addProduct({ name: "Mug", sku: "MUG", price: "10.00", stock: 5 });
    const { id } = made.shop.placeOrder({ items: [{ variantId: mug, quantity: 1 }], paid: true });
    await made.shop.deliverDueWebhooks();
    const topics = () => made.received.map(({ headers }) => headers["x-wc-webhook-topic"]);
    assert.deepEqual(
      topics().toSorted((a = "", b = "") => (a < b ? -1 : 1)),
      ["order.created", "order.updated", "product.updated"],
    );
    made.received.length = 0;
    made.shop.trashOrder(id);
    await made.shop.deliverDueWebhooks();
    assert.deepEqual(
      made.received.map(({ body }) => body),
      [`{"id":${id}}`],
    );
    made.received.length = 0;
    made.shop.deleteOrder(id);
    assert.equal(await made.shop.deliverDueWebhooks(), 0);
  });

  test("what is gone by the time it is told is told as the API's error", async () => {
    const made = await hooked(["order.created"]);
    const { id } = made.shop.placeOrder({ items: [], paid: true });
    made.shop.deleteOrder(id);
    await made.shop.deliverDueWebhooks();
    assert.deepEqual(
      bodies(made).map(({ code }) => code),
      ["woocommerce_rest_shop_order_invalid_id"],
    );
  });

  test("wait for the shop's scheduler", async () => {
    const made = await hooked(["order.created"], { webhookDelayMs: 500 });
    made.shop.placeOrder({ items: [], paid: true });
    assert.equal(await made.shop.deliverDueWebhooks(), 0);
    assert.equal(made.shop.nextWebhookDueMs(), made.clock.nowMs() + 500);
    made.advance(500);
    assert.equal(await made.shop.deliverDueWebhooks(), 1);
    assert.equal(made.shop.nextWebhookDueMs(), null);
  });
});

describe("a receiver that fails", () => {
  const place = async (made: TestShop) => {
    made.shop.placeOrder({ items: [], paid: true });
    await made.shop.deliverDueWebhooks();
  };
  const stateOf = ({ shop }: TestShop) => shop.snapshot().webhooks[0];

  test("is not asked again, and the seventh failure in a row switches the webhook off", async () => {
    const made = await hooked(["order.created"]);
    made.receiver.status = 500;
    for (let failures = 1; failures <= 6; failures += 1) {
      await place(made);
      assert.deepEqual([stateOf(made)?.status, made.received.length], ["active", failures]);
    }
    await place(made);
    assert.equal(stateOf(made)?.status, "disabled");
    await place(made);
    assert.equal(made.received.length, 7, "nothing is sent any more");
    made.receiver.status = 200;
    const { body } = await made.ask("PUT", "/webhooks/1", { status: "active" });
    assert.equal((body as Json)["status"], "active");
    assert.equal(made.received.at(-1)?.body, "webhook_id=1");
    await place(made);
    assert.deepEqual([stateOf(made)?.status, stateOf(made)?.failures], ["active", 0]);
  });

  test("is forgiven by one success; a redirect counts as one", async () => {
    const made = await hooked(["order.created"]);
    made.receiver.status = 500;
    for (let failures = 1; failures <= 5; failures += 1) await place(made);
    made.receiver.status = 302;
    await place(made);
    assert.equal(stateOf(made)?.failures, 0);
  });

  test("no answer at all is a failure like any other", async () => {
    const made = createTestShop({ deliver: () => Promise.reject(new TransportError("unknown", "reset")) });
    await made.ask("POST", "/webhooks", {
      name: "x",
      topic: "order.created",
      secret: "s",
      delivery_url: "http://hub.example.test/in",
    });
    await place(made);
    assert.deepEqual(
      made.shop.deliveries.map(({ outcome }) => outcome),
      ["reset"],
    );
    assert.equal(stateOf(made)?.failures, 1);
  });
});
