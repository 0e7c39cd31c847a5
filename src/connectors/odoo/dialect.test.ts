/** The names of the real 19 and 14, from the field lists that were recorded of them. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { ok } from "../../core/result.ts";
import { dialectOf, fieldsOf, missingFields, type FieldInfo, type Schema } from "./dialect.ts";

function schemaOf(major: 19 | 14): Schema {
  const recorded = JSON.parse(
    readFileSync(join(import.meta.dirname, "fixtures", `fields-${major}.json`), "utf8"),
  ) as Record<string, unknown>;
  const models = new Map<string, ReadonlyMap<string, FieldInfo>>();
  for (const [model, fields] of Object.entries(recorded)) {
    const read = fieldsOf("odoo", model, ok(fields));
    assert.ok(read.ok);
    models.set(model, read.value);
  }
  return models;
}

describe("dialect", () => {
  test("of Odoo 19", () => {
    const dialect = dialectOf(19, schemaOf(19));
    assert.deepEqual(dialect, {
      major: 19,
      orderLineTaxes: "tax_ids",
      exactTaxes: true,
      technicalPrice: true,
      priceDigits: null,
      quantityDigits: 2,
      noteIsHtml: true,
      receivable: { field: "account_type", value: "asset_receivable" },
      paymentMemo: "memo",
      paymentMethodNamed: false,
      paymentInvoices: true,
      move: { reserved: "quantity", done: "quantity", picked: true },
      finalLocation: true,
      tracking: ["carrier_id", "carrier_tracking_ref", "carrier_tracking_url"],
      picking: { moves: "move_ids", moveName: false, returnOf: true, groups: false },
      storable: { field: "is_storable", value: true },
      wizardOrders: true,
      wizardSeparates: true,
      dateIsOwn: false,
      lineTypes: true,
      webhookActions: true,
    });
  });

  test("of Odoo 14", () => {
    const dialect = dialectOf(14, schemaOf(14));
    assert.deepEqual(dialect, {
      major: 14,
      orderLineTaxes: "tax_id",
      exactTaxes: false,
      technicalPrice: false,
      priceDigits: 2,
      quantityDigits: 2,
      noteIsHtml: false,
      receivable: { field: "account_internal_type", value: "receivable" },
      paymentMemo: "ref",
      paymentMethodNamed: true,
      paymentInvoices: false,
      move: { reserved: "reserved_availability", done: "quantity_done", picked: false },
      finalLocation: false,
      tracking: ["carrier_id", "carrier_tracking_ref", "carrier_tracking_url"],
      picking: { moves: "move_lines", moveName: true, returnOf: false, groups: true },
      storable: { field: "type", value: "product" },
      wizardOrders: false,
      wizardSeparates: false,
      dateIsOwn: true,
      lineTypes: false,
      webhookActions: false,
    });
  });

  test("both have every field that is needed; one that is lost is named with its alternative", () => {
    assert.deepEqual([missingFields(schemaOf(19)), missingFields(schemaOf(14))], [[], []]);
    const schema = new Map(schemaOf(19));
    const lines = new Map(schema.get("sale.order.line"));
    lines.delete("tax_ids");
    schema.set("sale.order.line", lines);
    assert.deepEqual(missingFields(schema), ["sale.order.line.tax_ids or tax_id"]);
  });
});
