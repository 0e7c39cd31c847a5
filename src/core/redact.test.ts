import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { redact, REDACTED } from "./redact.ts";

describe("redaction", () => {
  test("a WooCommerce order keeps ids, amounts, SKUs and country, and loses the person", () => {
    const order = {
      id: 16,
      number: "16",
      status: "processing",
      currency: "EUR",
      total: "86.46",
      customer_id: 2,
      order_key: "wc_order_waRwyrQOLPRXh",
      billing: {
        first_name: "Ada",
        last_name: "Example",
        company: "",
        address_1: "Teststraat 1",
        city: "Gent",
        postcode: "9000",
        country: "BE",
        state: "",
        email: "ada@example.test",
        phone: "+3290000000",
      },
      customer_ip_address: "203.0.113.9",
      customer_user_agent: "Browser 1",
      customer_note: "Ring twice",
      transaction_id: "tx-1",
      line_items: [
        {
          id: 1,
          name: "Mug",
          product_id: 11,
          sku: "MUG",
          total: "27.00",
          meta_data: [
            { id: 41, key: "_reduced_stock", value: "3", display_value: "3" },
            { id: 42, key: "engraving", value: "For Ada", display_value: "For Ada" },
          ],
        },
      ],
      shipping_lines: [{ id: 3, method_title: "Flat rate", method_id: "flat_rate", total: "5.95" }],
      meta_data: [
        { id: 1, key: "_stockbridge_status", value: "synced" },
        { id: 2, key: "delivery_person", value: "Bob" },
      ],
    };
    const shown = redact(order) as typeof order;
    assert.deepEqual(
      [
        shown.id,
        shown.total,
        shown.customer_id,
        shown.billing.country,
        shown.line_items[0]?.name,
        shown.line_items[0]?.sku,
        shown.shipping_lines[0]?.method_title,
        shown.transaction_id,
      ],
      [16, "86.46", 2, "BE", "Mug", "MUG", "Flat rate", "tx-1"],
    );
    assert.deepEqual(
      shown.meta_data.map((meta) => meta.value),
      ["synced", REDACTED],
    );
    assert.deepEqual(
      shown.line_items[0]?.meta_data.map((meta) => meta.value),
      ["3", REDACTED],
    );
    assert.equal(shown.billing.company, "", "what is blank stays seen as blank");
    leavesNothing(shown, [
      "Ada",
      "Example",
      "Teststraat",
      "Gent",
      "9000",
      "example.test",
      "3290000000",
      "203.0.113.9",
      "Browser",
      "Ring twice",
      "waRwyrQOLPRXh",
      "Bob",
    ]);
  });

  test("Odoo's load: columns are known by the names beside them", () => {
    const fields = ["id", "name", "email", "street", "country_id/.id", "zip"];
    const rows = [
      ["stockbridge.shop-eu_guest_0123456789abcdef", "Ada Example", "ada@example.test", "Teststraat 1", "20", "9000"],
    ];
    for (const shown of [redact({ fields, data: rows, context: { lang: "en_US" } }), redact([fields, rows])]) {
      leavesNothing(shown, ["Ada", "Example", "example.test", "Teststraat", "9000"]);
      assert.match(JSON.stringify(shown), /stockbridge\.shop-eu_guest_0123456789abcdef.*"20"/);
    }
    const order = redact({
      fields: ["id", "partner_id/id", "order_line/name", "order_line/price_unit"],
      data: [["x.order_1", "x.guest_1", "Mug", "9.00"]],
    });
    assert.match(JSON.stringify(order), /x\.order_1.*x\.guest_1.*Mug.*9\.00/);
  });

  test("Odoo's answers: references keep their id, partners lose their name, documents keep theirs", () => {
    const answer = [
      {
        id: 9,
        name: "S00009",
        partner_id: [7, "Ada Example"],
        partner_invoice_id: [8, "Ada Example"],
        amount_total: 86.46,
        note: "<p>Ring twice</p>",
        product_id: [101, "Mug"],
      },
      {
        id: 7,
        name: "Ada Example",
        email: "ada@example.test",
        street: "Teststraat 1",
        vat: "BE0123",
        display_name: "Ada Example",
      },
    ];
    const shown = redact(answer);
    leavesNothing(shown, ["Ada", "Ring", "Teststraat", "BE0123"]);
    assert.match(JSON.stringify(shown), /S00009.*\[7,.*86\.46.*\[101,"Mug"\]/);
    leavesNothing(redact([{ id: 7, name: "Ada Example" }], "res.partner read"), ["Ada"]);
  });

  test("keys and tokens never stay, wherever they stand", () => {
    const shown = redact({
      url: "https://shop.example.test/wp-json?consumer_key=ck_0123456789abcdef&oauth_signature=abc%3D&page=2",
      headers: {
        Authorization: "Basic Y2tfMTIzOmNzXzQ1Ng==",
        "X-WC-Webhook-Signature": "c2lnbmF0dXJl",
        "content-type": "application/json",
      },
      api_key: "k3y",
      password: "pa55",
      access_token: "t0k",
      text: "Bearer abc.def.ghi",
    });
    leavesNothing(shown, ["0123456789abcdef", "abc%3D", "Y2tf", "c2lnbmF0dXJl", "k3y", "pa55", "t0k", "abc.def.ghi"]);
    assert.match(JSON.stringify(shown), /page=2.*application\/json/);
  });

  test("e-mails and addresses of machines go from free text, Odoo's messages stay", () => {
    const message = "could not serialize access due to concurrent update (user ada@example.test from 203.0.113.9)";
    assert.deepEqual(redact({ messages: [{ type: "error", message }] }), {
      messages: [
        {
          type: "error",
          message: `could not serialize access due to concurrent update (user ${REDACTED} from ${REDACTED})`,
        },
      ],
    });
  });

  test("gives back what is no text as it is, never changes its input, and ends on any depth", () => {
    const input = { a: [1, null, true, { email: "ada@example.test" }] };
    const before = structuredClone(input);
    redact(input);
    assert.deepEqual(input, before);
    for (const value of [null, undefined, 1, false]) assert.equal(redact(value), value);
    let deep: unknown = "ada@example.test";
    for (let level = 0; level < 1_000; level += 1) deep = { deep };
    leavesNothing(redact(deep), ["ada"]);
  });
});

function leavesNothing(value: unknown, words: readonly string[]): void {
  const text = JSON.stringify(value);
  for (const word of words) assert.ok(!text.includes(word), `${word} is still in ${text}`);
}
