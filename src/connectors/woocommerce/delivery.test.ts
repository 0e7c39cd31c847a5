/** Deliveries in their recorded shapes, signed by us: the signature over the raw bytes, the keys, what an order holds. */
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { sentenceOf } from "../../core/failures.ts";
import type { Delivery } from "../../core/ports/shop.ts";
import type { Result } from "../../core/result.ts";
import { decodeDelivery, readDelivery } from "./delivery.ts";

const FILE = new URL("../../../test/fixtures/woocommerce/deliveries.json", import.meta.url);
const recorded = JSON.parse(readFileSync(FILE, "utf8")) as Record<
  string,
  { headers: Record<string, string>; raw: string }
>;
const SECRET = "a-webhook-secret";
const SETTINGS = { connection: "shop-eu", webhookSecret: SECRET };

const sign = (raw: string | Uint8Array, secret = SECRET): string =>
  createHmac("sha256", secret).update(raw).digest("base64");

function deliver(name: string, change: { raw?: string; headers?: Record<string, string> } = {}): Result<Delivery> {
  const found = recorded[name];
  assert.ok(found, `no fixture ${name}`);
  const raw = change.raw ?? found.raw;
  const headers = { ...found.headers, "x-wc-webhook-signature": sign(raw), ...change.headers };
  return decodeDelivery(SETTINGS, headers, Buffer.from(raw, "utf8"));
}

function taken(result: Result<Delivery>): Delivery {
  if (!result.ok) throw new Error(sentenceOf(result.failure));
  return result.value;
}

const edited = (name: string, changes: Record<string, unknown>): string =>
  JSON.stringify({ ...(JSON.parse(recorded[name]?.raw ?? "{}") as object), ...changes });

describe("a delivery that was kept", () => {
  test("says the same without its signature", () => {
    const { headers = {}, raw = "" } = recorded["order.created"] ?? {};
    const kept = { ...headers };
    delete kept["x-wc-webhook-signature"];
    assert.deepEqual(readDelivery(SETTINGS, kept, Buffer.from(raw)), deliver("order.created"));
  });
});

describe("a delivery about an order", () => {
  test("gives its key and what it holds", () => {
    const delivery = taken(deliver("order.created"));
    assert.equal(delivery.deliveryId, "d8382942f16cc3c8752c64d970ef3550");
    assert.equal(delivery.topic, "order.created");
    assert.deepEqual(delivery.keys, [{ flow: "order", connection: "shop-eu", id: "131" }]);
    assert.deepEqual(delivery.holds, {
      orderId: "131",
      placedAt: "2026-11-21T08:20:31.000Z",
      lines: [{ orderId: "131", orderNumber: "131", variantId: "130", quantity: "1", locationId: null }],
    });
    assert.equal(delivery.ignored, null);
  });

  test("holds stock while it is processing, on hold or completed, and nothing otherwise", () => {
    const linesAt = (status: string) =>
      taken(deliver("order.updated", { raw: edited("order.updated", { status }) })).holds?.lines.length;
    for (const status of ["processing", "on-hold", "completed"]) assert.equal(linesAt(status), 1, status);
    for (const status of ["pending", "cancelled", "failed", "refunded", "checkout-draft"])
      assert.equal(linesAt(status), 0, status);
  });

  test("adds up the lines of one variant and leaves out those without one", () => {
    const line = (JSON.parse(recorded["order.created"]?.raw ?? "{}") as { line_items: Record<string, unknown>[] })
      .line_items[0];
    const line_items = [
      { ...line, quantity: 2 },
      { ...line, id: 28, quantity: 0.5 },
      { ...line, id: 29, variation_id: 140 },
      { ...line, id: 30, product_id: 0, sku: null },
    ];
    const { holds } = taken(deliver("order.created", { raw: edited("order.created", { line_items }) }));
    assert.deepEqual(
      holds?.lines.map(({ variantId, quantity }) => [variantId, quantity]),
      [
        ["130", "2.5"],
        ["140", "1"],
      ],
    );
  });

  test("is a key as well when a plugin has bent the rest, but tells no holds", () => {
    const delivery = taken(deliver("order.updated", { raw: edited("order.updated", { line_items: "none" }) }));
    assert.equal(delivery.keys[0]?.id, "131");
    assert.equal(delivery.holds, null);
  });

  test("that is in the trash holds nothing any more", () => {
    const delivery = taken(deliver("order.deleted"));
    assert.deepEqual(delivery.keys, [{ flow: "order", connection: "shop-eu", id: "131" }]);
    assert.deepEqual(delivery.holds, { orderId: "131", placedAt: null, lines: [] });
  });
});

describe("a delivery about a product", () => {
  test("gives the stock key of a simple product, of a variation and of what was deleted", () => {
    for (const [name, id] of [
      ["product.created", "130"],
      ["product.updated", "130"],
      ["product.updated-variation", "1402"],
      ["product.deleted", "130"],
    ] as const) {
      const delivery = taken(deliver(name));
      assert.deepEqual(delivery.keys, [{ flow: "stock", connection: "shop-eu", id }], name);
      assert.equal(delivery.holds, null);
    }
  });

  test("that is a variable parent is ignored", () => {
    const delivery = taken(deliver("product.updated", { raw: edited("product.updated", { type: "variable" }) }));
    assert.deepEqual(delivery.keys, []);
    assert.match(delivery.ignored ?? "", /variations are told by their own ids/);
  });
});

describe("what is acknowledged and ignored", () => {
  test("the unsigned ping of a new webhook", () => {
    const { headers, raw } = recorded["ping"] ?? { headers: {}, raw: "" };
    const delivery = taken(decodeDelivery(SETTINGS, headers, Buffer.from(raw)));
    assert.deepEqual([delivery.deliveryId, delivery.keys.length, delivery.ignored], [null, 0, "a ping"]);
  });

  test("signed topics that the hub does not use", () => {
    assert.match(taken(deliver("customer.deleted")).ignored ?? "", /topic customer\.deleted/);
    assert.match(taken(deliver("action-woocommerce_order_refunded")).ignored ?? "", /does not use the topic/);
  });

  test("a thing that was gone when the shop came to describe it", () => {
    const raw = JSON.stringify({
      code: "woocommerce_rest_shop_order_invalid_id",
      message: "Invalid ID.",
      data: { status: 404 },
    });
    assert.match(taken(deliver("order.updated", { raw })).ignored ?? "", /could not read it any more/);
  });
});

describe("what is refused", () => {
  const codeOf = (result: Result<Delivery>) => (result.ok ? "taken" : result.failure.code);

  test("a signature of another secret, of other bytes, of rubbish", () => {
    const raw = recorded["order.created"]?.raw ?? "";
    for (const signature of [
      sign(raw, "another"),
      sign(`${raw} `),
      "rubbish",
      sign(raw).slice(0, -4),
      createHmac("sha256", SECRET).update(raw).digest("hex"),
    ]) {
      assert.equal(
        codeOf(deliver("order.created", { headers: { "x-wc-webhook-signature": signature } })),
        "WEBHOOK_SIGNATURE_INVALID",
      );
    }
  });

  test("the same JSON in other bytes than those that were signed", () => {
    const raw = recorded["product.created"]?.raw ?? "";
    assert.match(raw, /\\\//, "PHP escapes slashes");
    const rewritten = JSON.stringify(JSON.parse(raw));
    assert.equal(
      codeOf(deliver("product.created", { raw: rewritten, headers: { "x-wc-webhook-signature": sign(raw) } })),
      "WEBHOOK_SIGNATURE_INVALID",
    );
  });

  test("no signature", () => {
    assert.equal(
      codeOf(deliver("order.created", { headers: { "x-wc-webhook-signature": "" } })),
      "WEBHOOK_SIGNATURE_MISSING",
    );
    for (const raw of ["webhook_id=", "webhook_id=1&order=5", `webhook_id=${"9".repeat(60)}`, "", "{}"]) {
      assert.equal(codeOf(decodeDelivery(SETTINGS, {}, Buffer.from(raw))), "WEBHOOK_SIGNATURE_MISSING", raw);
    }
  });

  test("bodies and headers that cannot be used, each named", () => {
    const sentence = (result: Result<Delivery>) => (result.ok ? "taken" : sentenceOf(result.failure));
    assert.match(sentence(deliver("order.created", { raw: "{" })), /the body is not JSON/);
    assert.match(sentence(deliver("order.created", { raw: "[]" })), /id is missing/);
    assert.match(sentence(deliver("order.created", { raw: '{"id":"131"}' })), /id is missing or not a whole number/);
    assert.match(
      sentence(deliver("order.created", { headers: { "x-wc-webhook-topic": "" } })),
      /x-wc-webhook-topic is missing/,
    );
    assert.match(
      sentence(deliver("order.created", { headers: { "x-wc-webhook-delivery-id": "" } })),
      /x-wc-webhook-delivery-id is missing/,
    );
    const bytes = Buffer.from([0xff, 0xfe, 0x7b]);
    const result = decodeDelivery(
      SETTINGS,
      { ...recorded["order.created"]?.headers, "x-wc-webhook-signature": sign(bytes) },
      bytes,
    );
    assert.match(sentence(result), /the body is not JSON/);
  });
});
