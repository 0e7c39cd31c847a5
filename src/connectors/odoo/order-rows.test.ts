/** An order's document as rows of load, on both versions. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { DocumentLine, OrderDocument } from "../../core/order/erp-documents.ts";
import { dialectOf, type Dialect } from "./dialect.ts";
import { orderRows, orderTable, pricedLines, type OrderEncoding } from "./order-rows.ts";

const OLD: Dialect = { ...dialectOf(14, new Map()), priceDigits: 2 };
const NEW: Dialect = {
  ...dialectOf(19, new Map()),
  orderLineTaxes: "tax_ids",
  exactTaxes: true,
  technicalPrice: true,
  noteIsHtml: true,
};

const line = (number: number, changes: Partial<DocumentLine> = {}): DocumentLine => ({
  externalId: `stockbridge.shop_order_1_l${number}`,
  kind: "product",
  productId: 40 + number,
  name: "Mug",
  quantity: "3",
  untaxed: "24.79",
  taxes: [{ taxId: 5, amount: "5.22" }],
  ...changes,
});

function encoding(lines: readonly DocumentLine[], changes: Partial<OrderDocument> = {}): OrderEncoding {
  const document: OrderDocument = {
    externalId: "stockbridge.shop_order_1",
    reference: "1001",
    currency: "EUR",
    placedAt: "2026-11-10T23:30:15.900Z",
    partnerExternalId: "stockbridge.shop_customer_1",
    invoicePartnerExternalId: "stockbridge.shop_customer_1",
    deliveryPartnerExternalId: "stockbridge.shop_customer_1",
    warehouseId: null,
    companyId: null,
    teamId: null,
    lines,
    total: "30.01",
    note: "Ring <twice>\nplease",
    ...changes,
  };
  const taxes = new Map([5, 6].map((id) => [id, { id, name: `${id}`, priceInclude: id === 6 }]));
  return {
    document,
    partnerId: 7,
    invoicePartnerId: 8,
    deliveryPartnerId: 9,
    currency: { id: 1, code: "EUR", digits: 2 },
    pricelistId: 3,
    taxes,
  };
}

/** Rows as records by column, the way Odoo reads them. */
function records(given: OrderEncoding, dialect: Dialect): readonly Record<string, string>[] {
  const table = orderTable(given, dialect);
  const rows = orderRows(given, dialect);
  for (const row of rows) assert.equal(row.length, table.length);
  return rows.map((row) => Object.fromEntries(table.map((field, index) => [field, row[index] ?? ""])));
}

describe("rows of an order", () => {
  test("the order stands on the first row only; whole seconds in UTC; the note as the field takes it", () => {
    const [first, second] = records(encoding([line(1), line(2)]), NEW);
    assert.equal(first?.["client_order_ref"], "1001");
    assert.equal(first["date_order"], "2026-11-10 23:30:15");
    assert.equal(first["note"], "Ring &lt;twice&gt;<br>please");
    assert.deepEqual(
      [
        first["partner_id/.id"],
        first["partner_invoice_id/.id"],
        first["partner_shipping_id/.id"],
        first["pricelist_id/.id"],
      ],
      ["7", "8", "9", "3"],
    );
    assert.deepEqual(
      Object.entries(second ?? {}).filter(([field, value]) => !field.startsWith("order_line/") && value !== ""),
      [],
    );
    assert.equal(second?.["order_line/id"], "stockbridge.shop_order_1_l2");
    assert.equal(records(encoding([line(1)]), OLD)[0]?.["note"], "Ring <twice>\nplease");
  });

  test("what is not configured has no column, so that Odoo's default stays; an unset price list has an empty one", () => {
    const table = orderTable(encoding([line(1)]), NEW);
    assert.ok(
      !table.includes("warehouse_id/.id") && !table.includes("team_id/.id") && !table.includes("company_id/.id"),
    );
    assert.ok(orderTable(encoding([], { warehouseId: 4, teamId: 5, companyId: 6 }), NEW).includes("warehouse_id/.id"));
    assert.equal(records({ ...encoding([line(1)]), pricelistId: null }, NEW)[0]?.["pricelist_id/.id"], "");
  });

  test("where lines take the shop's taxes, they go along with the line's own price and quantity", () => {
    const [row] = records(encoding([line(1)]), NEW);
    const extra = JSON.parse(row?.["order_line/extra_tax_data"] ?? "") as Record<string, unknown>;
    assert.deepEqual(extra, {
      currency_id: 1,
      price_unit: Number(row?.["order_line/price_unit"]),
      discount: 0,
      quantity: 3,
      rate: 1,
      manual_total_excluded_currency: 24.79,
      manual_tax_amounts: { "5": { tax_amount_currency: 5.22, base_amount_currency: 24.79 } },
    });
    assert.equal(row?.["order_line/technical_price_unit"], "0");
  });

  test("a line without tax names the tax 0 and clears the product's default", () => {
    const [row] = records(encoding([line(1, { taxes: [] })]), NEW);
    assert.equal(row?.["order_line/tax_ids/.id"], "");
    assert.deepEqual(
      (JSON.parse(row?.["order_line/extra_tax_data"] ?? "") as { manual_tax_amounts: unknown }).manual_tax_amounts,
      { "0": {} },
    );
  });

  test("with prices of two digits a line becomes two, the second under an id of its own", () => {
    const rows = records(encoding([line(1), line(2, { untaxed: "24.78" })]), OLD);
    assert.deepEqual(
      rows.map((row) => [
        row["order_line/id"],
        row["order_line/product_uom_qty"],
        row["order_line/price_unit"],
        row["order_line/tax_id/.id"],
      ]),
      [
        ["stockbridge.shop_order_1_l1", "2", "8.26", "5"],
        ["stockbridge.shop_order_1_l1_s2", "1", "8.27", "5"],
        ["stockbridge.shop_order_1_l2", "3", "8.26", "5"],
      ],
    );
  });

  test("a tax that is included in the price is added to it", () => {
    const priced = (taxId: number) =>
      pricedLines(line(1, { quantity: "1", taxes: [{ taxId, amount: "5.22" }] }), encoding([]), NEW);
    assert.deepEqual(
      [priced(5), priced(6)],
      [[{ quantity: "1", price: "24.79" }], [{ quantity: "1", price: "30.01" }]],
    );
  });

  test("an order without lines is one row", () => {
    assert.equal(records(encoding([]), NEW).length, 1);
  });
});
