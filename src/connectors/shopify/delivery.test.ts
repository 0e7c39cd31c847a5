/** Deliveries of each topic that the hub asks for, signed by us: the signature over the raw bytes, the keys, what an order holds. */
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { sentenceOf } from "../../core/failures.ts";
import type { Delivery } from "../../core/ports/shop.ts";
import type { Result } from "../../core/result.ts";
import { decodeDelivery, DELIVERY_HEADERS, readDelivery } from "./delivery.ts";
import { UNDERSTOOD_TOPICS, WEBHOOK_TOPICS } from "./webhook-topics.ts";

const FILE = new URL("../../../test/fixtures/shopify/deliveries.json", import.meta.url);
const bodies = JSON.parse(readFileSync(FILE, "utf8")) as Record<string, Record<string, unknown>>;
const SECRET = "an-app-secret-of-the-tests";
const SETTINGS = { connection: "shop-us", url: "https://example.myshopify.com", webhookSecret: SECRET };
const ORDER_KEY = { flow: "order", connection: "shop-us", id: "450789469" };

const sign = (raw: string | Uint8Array, secret = SECRET): string =>
  createHmac("sha256", secret).update(raw).digest("base64");

function headersOf(topic: string, raw: string | Uint8Array): Record<string, string> {
  return {
    "content-type": "application/json",
    "x-shopify-topic": topic,
    "x-shopify-hmac-sha256": sign(raw),
    "x-shopify-shop-domain": "example.myshopify.com",
    "x-shopify-api-version": "2026-07",
    "x-shopify-webhook-id": "b54557e4-bdd9-4b37-8a5f-bf7d70bcd043",
    "x-shopify-event-id": "98880550-7158-44d4-b7cd-2c97c8a091b5",
    "x-shopify-triggered-at": "2026-11-21T08:15:01.123456789Z",
  };
}

function deliver(
  topic: string,
  change: { raw?: string; headers?: Record<string, string>; url?: string } = {},
): Result<Delivery> {
  const raw = change.raw ?? JSON.stringify(bodies[topic] ?? {});
  const settings = { ...SETTINGS, url: change.url ?? SETTINGS.url };
  return decodeDelivery(settings, { ...headersOf(topic, raw), ...change.headers }, Buffer.from(raw, "utf8"));
}

function taken(result: Result<Delivery>): Delivery {
  if (!result.ok) throw new Error(sentenceOf(result.failure));
  return result.value;
}

const edited = (topic: string, changes: Record<string, unknown>): string =>
  JSON.stringify({ ...bodies[topic], ...changes });

test("every topic that is asked for or may come has a body here and is understood", () => {
  assert.deepEqual(Object.keys(bodies).toSorted(), UNDERSTOOD_TOPICS.map(({ name }) => name).toSorted());
  for (const { name } of UNDERSTOOD_TOPICS) {
    const { keys, itemIds, ignored, deliveryId, topic } = taken(deliver(name));
    assert.equal(keys.length + itemIds.length > 0, true, name);
    assert.deepEqual([deliveryId, topic, ignored], ["b54557e4-bdd9-4b37-8a5f-bf7d70bcd043", name, null]);
  }
});

test("the bodies carry nothing but what is asked for", () => {
  const pathsOf = (value: unknown, path: string): string[] => {
    if (Array.isArray(value)) return [path, ...value.flatMap((item) => pathsOf(item, path))];
    if (typeof value !== "object" || value === null) return [path];
    return Object.entries(value).flatMap(([name, inner]) => pathsOf(inner, path === "" ? name : `${path}.${name}`));
  };
  for (const { name, includeFields } of WEBHOOK_TOPICS) {
    if (includeFields.length === 0) continue;
    for (const path of pathsOf(bodies[name], "")) {
      const isAsked = includeFields.some(
        (field) => path === field || path.startsWith(`${field}.`) || field.startsWith(`${path}.`),
      );
      assert.ok(isAsked, `${name}: ${path}`);
    }
  }
});

describe("a delivery about an order", () => {
  test("gives its key and what it holds", () => {
    const delivery = taken(deliver("orders/create"));
    assert.deepEqual(delivery.keys, [ORDER_KEY]);
    const line = { orderId: "450789469", orderNumber: "1001", locationId: null };
    assert.deepEqual(delivery.holds, {
      orderId: "450789469",
      placedAt: "2026-11-21T08:14:58.000Z",
      lines: [
        { ...line, variantId: "39072856", quantity: "2" },
        { ...line, variantId: "49148385", quantity: "1" },
      ],
    });
  });

  test("holds what is left of its lines after edits and refunds", () => {
    const { holds } = taken(deliver("orders/updated"));
    assert.deepEqual(
      holds?.lines.map(({ variantId, quantity }) => [variantId, quantity]),
      [
        ["39072856", "1"],
        ["49148385", "1"],
      ],
    );
  });

  test("holds while it lives, and nothing when it is cancelled, voided, refunded, expired, deleted", () => {
    const linesAt = (changes: Record<string, unknown>) =>
      taken(deliver("orders/updated", { raw: edited("orders/updated", changes) })).holds?.lines.length;
    for (const financial_status of ["paid", "authorized", "pending", "partially_paid", "partially_refunded"])
      assert.equal(linesAt({ financial_status }), 2, financial_status);
    for (const financial_status of ["voided", "refunded", "expired"])
      assert.equal(linesAt({ financial_status }), 0, financial_status);
    assert.equal(linesAt({ fulfillment_status: "fulfilled" }), 2);
    assert.equal(linesAt({ test: true }), 0);
    assert.deepEqual(taken(deliver("orders/cancelled")).holds?.lines, []);
    assert.deepEqual(taken(deliver("orders/delete")).holds, { orderId: "450789469", placedAt: null, lines: [] });
  });

  test("that tells only a part of it gives the key and says nothing of holds", () => {
    for (const topic of [
      "orders/edited",
      "orders/risk_assessment_changed",
      "refunds/create",
      "fulfillments/create",
      "fulfillments/update",
    ]) {
      const { keys, holds } = taken(deliver(topic));
      assert.deepEqual([keys, holds], [[ORDER_KEY], null], topic);
    }
  });

  test("is a key as well when the rest is bent, but tells no holds", () => {
    for (const changes of [{ line_items: "none" }, { financial_status: undefined }, { name: 5 }]) {
      const { keys, holds } = taken(deliver("orders/updated", { raw: edited("orders/updated", changes) }));
      assert.deepEqual([keys, holds], [[ORDER_KEY], null]);
    }
  });

  test("keeps ids exact that are too large for a float", () => {
    const raw =
      '{"id":820982911946154508,"name":"#1","financial_status":"paid","line_items":[{"variant_id":9007199254740993,"quantity":1}]}';
    const { keys, holds } = taken(deliver("orders/create", { raw }));
    assert.equal(keys[0]?.id, "820982911946154508");
    assert.equal(holds?.lines[0]?.variantId, "9007199254740993");
  });
});

describe("a delivery about stock and products", () => {
  test("of a level or an item gives the item's id: the hub knows the variant by it", () => {
    for (const topic of [
      "inventory_levels/update",
      "inventory_levels/connect",
      "inventory_levels/disconnect",
      "inventory_items/update",
      "inventory_items/delete",
    ]) {
      const { keys, itemIds, holds } = taken(deliver(topic));
      assert.deepEqual([keys, itemIds, holds], [[], ["808950810"], null], topic);
    }
  });

  test("of a product gives the variants that changed with it", () => {
    const ids = (result: Result<Delivery>) => taken(result).keys.map(({ id }) => id);
    assert.deepEqual(ids(deliver("products/create")), ["39072856"]);
    assert.deepEqual(ids(deliver("products/update")), ["39072856", "457924702"]);
    const older = edited("products/update", { updated_at: "2026-11-22T00:00:00Z" });
    assert.deepEqual(
      ids(deliver("products/update", { raw: older })),
      ["39072856", "49148385", "457924702"],
      "none has its time",
    );
    const timeless = edited("products/update", { variants: [{ id: 1 }], variant_gids: "x", updated_at: 7 });
    assert.deepEqual(ids(deliver("products/update", { raw: timeless })), ["1"]);
  });
});

describe("what is acknowledged and ignored", () => {
  test("topics that the hub does not use, by their name", () => {
    assert.match(taken(deliver("app/uninstalled", { raw: "{}" })).ignored ?? "", /topic app\/uninstalled/);
  });

  test("test notifications and test orders", () => {
    const { ignored, keys } = taken(deliver("orders/create", { headers: { "x-shopify-test": "true" } }));
    assert.deepEqual(keys, []);
    assert.match(ignored ?? "", /test notification/);
    assert.equal(taken(deliver("orders/create", { headers: { "x-shopify-test": "false" } })).ignored, null);
  });
});

describe("what is refused", () => {
  const codeOf = (result: Result<Delivery>) => (result.ok ? "taken" : result.failure.code);
  const sentence = (result: Result<Delivery>) => (result.ok ? "taken" : sentenceOf(result.failure));

  test("a signature of another secret, of other bytes, of another form, of rubbish, none", () => {
    const raw = JSON.stringify(bodies["orders/create"]);
    for (const signature of [
      sign(raw, "another"),
      sign(`${raw} `),
      "rubbish",
      sign(raw).slice(0, -4),
      `${sign(raw)}AAAA`,
      createHmac("sha256", SECRET).update(raw).digest("hex"),
    ]) {
      assert.equal(
        codeOf(deliver("orders/create", { headers: { "x-shopify-hmac-sha256": signature } })),
        "WEBHOOK_SIGNATURE_INVALID",
      );
    }
    assert.equal(
      codeOf(deliver("orders/create", { headers: { "x-shopify-hmac-sha256": "" } })),
      "WEBHOOK_SIGNATURE_MISSING",
    );
    assert.equal(codeOf(decodeDelivery(SETTINGS, {}, Buffer.from(raw))), "WEBHOOK_SIGNATURE_MISSING");
  });

  test("another shop's delivery, even when its signature is right", () => {
    const headers = { "x-shopify-shop-domain": "other.myshopify.com" };
    assert.match(sentence(deliver("orders/create", { headers })), /x-shopify-shop-domain is another shop's/);
    assert.equal(
      codeOf(deliver("orders/create", { headers: { "x-shopify-shop-domain": "EXAMPLE.myshopify.com" } })),
      "taken",
    );
    assert.equal(
      codeOf(deliver("orders/create", { headers, url: "http://127.0.0.1:8080" })),
      "taken",
      "a test machine",
    );
  });

  test("headers and bodies that cannot be used, each named", () => {
    for (const name of ["x-shopify-topic", "x-shopify-webhook-id"])
      assert.match(sentence(deliver("orders/create", { headers: { [name]: "" } })), new RegExp(`${name} is missing`));
    assert.match(sentence(deliver("orders/create", { raw: "{" })), /the body is not JSON/);
    for (const raw of ["[]", "null", "7", '{"id":"x"}', '{"id":-1}', '{"id":1.5}'])
      assert.match(sentence(deliver("orders/create", { raw })), /id is missing or not a whole number/, raw);
    assert.match(sentence(deliver("refunds/create", { raw: '{"id":1}' })), /order_id is missing/);
    assert.match(sentence(deliver("inventory_levels/update", { raw: "{}" })), /inventory_item_id is missing/);
    assert.match(sentence(deliver("products/update", { raw: "{}" })), /id is missing/);
    const bytes = Buffer.from([0xff, 0xfe, 0x7b]);
    assert.match(sentence(decodeDelivery(SETTINGS, headersOf("orders/create", bytes), bytes)), /the body is not JSON/);
  });
});

test("what is kept of a delivery says the same, without the signature", () => {
  const raw = JSON.stringify(bodies["orders/create"]);
  const all = headersOf("orders/create", raw);
  const kept = Object.fromEntries(
    Object.entries(all).filter(([name]) => (DELIVERY_HEADERS as readonly string[]).includes(name)),
  );
  assert.equal(kept["x-shopify-hmac-sha256"], undefined);
  assert.deepEqual(readDelivery(SETTINGS, kept, Buffer.from(raw)), deliver("orders/create"));
});
