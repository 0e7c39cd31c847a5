/** What an automation posts, as recorded from a real Odoo 19, and rubbish. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { decodeDelivery, DELIVERY_BYTES_MAX } from "./webhook.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

describe("deliveries of automations", () => {
  test("the product of a quant", () => {
    const body =
      '{"_action": "Stockbridge odoo: stock changes(#1021)", "_id": 31, "_model": "stock.quant", "id": 31, "product_id": 65}';
    assert.deepEqual(decodeDelivery("odoo", bytes(body)), {
      ok: true,
      value: { productIds: [65], topic: "stock.quant" },
    });
  });

  test("a product with its name, or none", () => {
    const named = decodeDelivery("odoo", bytes('{"_model":"stock.quant","product_id":[65,"[SKU] Shirt"]}'));
    assert.deepEqual(named.ok && named.value.productIds, [65]);
    const none = decodeDelivery("odoo", bytes('{"_model":"sale.order","product_id":false}'));
    assert.deepEqual(none.ok && none.value, { productIds: [], topic: "sale.order" });
  });

  test("rubbish is named", () => {
    const cases = [
      "",
      "null",
      "[]",
      "{}",
      '{"_model":7}',
      '{"_model":"stock.quant","product_id":-1}',
      '{"_model":"stock.quant","product_id":"65"}',
      `"${"x".repeat(DELIVERY_BYTES_MAX)}"`,
    ];
    for (const text of cases) {
      const answer = decodeDelivery("odoo", bytes(text));
      assert.equal(!answer.ok && answer.failure.code, "WEBHOOK_BODY_INVALID", text.slice(0, 40));
    }
    const binary = decodeDelivery("odoo", new Uint8Array([0xff, 0xfe, 0]));
    assert.ok(!binary.ok);
  });
});
