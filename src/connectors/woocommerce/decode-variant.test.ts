/** Every recorded shape of a product is decoded into a variant, or into none for a parent. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { sentenceOf } from "../../core/failures.ts";
import type { ShopVariant } from "../../core/stock/shop-variant.ts";
import { decodeProduct } from "./decode-variant.ts";

const FILE = new URL("../../../test/fixtures/woocommerce/products.json", import.meta.url);
const products = JSON.parse(readFileSync(FILE, "utf8")) as Record<string, Record<string, unknown>>;

function variant(
  name: string,
  changes: Record<string, unknown> = {},
  parentId: string | null = null,
): ShopVariant | null {
  const result = decodeProduct({ ...products[name], ...changes }, "11", "shop-eu", parentId);
  if (!result.ok) throw new Error(sentenceOf(result.failure));
  return result.value.variant;
}

test("a simple product", () => {
  assert.deepEqual(variant("simple"), {
    id: "11",
    parentId: null,
    sku: "MUG-A1",
    barcode: "5901234123457",
    itemId: null,
    name: "Mug",
    published: true,
    stockManaged: true,
    levels: [{ locationId: "shop", locationName: "", quantity: 50, version: "" }],
    backorders: "no",
    modifiedAt: "2026-11-21T08:18:26.000Z",
  });
  assert.equal(variant("oversold")?.levels[0]?.quantity, -454);
});

test("a product whose stock nobody counts has no quantity", () => {
  const found = variant("unmanaged");
  assert.deepEqual([found?.stockManaged, found?.levels[0]?.quantity, found?.sku], [false, null, ""]);
});

test("a variation, from the products' address and from its parent's", () => {
  const bySku = variant("variation by SKU");
  assert.deepEqual(
    [bySku?.id, bySku?.parentId, bySku?.sku, bySku?.name],
    ["13", "12", "TS-A1-S-R", "T-Shirt - S, Red"],
  );
  const onParent = variant("variation on its parent");
  assert.deepEqual([onParent?.id, onParent?.parentId, onParent?.levels[0]?.quantity], ["13", "12", 11]);
  // Older shops do not tell type and parent there.
  const older = variant("variation on its parent", { type: undefined, parent_id: undefined, name: undefined }, "12");
  assert.deepEqual([older?.parentId, older?.name], ["12", ""]);
});

test("stock that the parent counts is not the variation's", () => {
  const found = variant("variation on its parent", { manage_stock: "parent", stock_quantity: 40 });
  assert.deepEqual([found?.stockManaged, found?.levels[0]?.quantity], [false, null]);
});

test("a variable product and a group are no variants", () => {
  assert.equal(variant("variable"), null);
  assert.equal(variant("variable", { type: "variable-subscription" }), null);
  assert.equal(variant("simple", { type: "grouped" }), null);
});

test("drafts, private and trashed products are not published; SKUs are trimmed", () => {
  for (const status of ["draft", "private", "pending", "trash"])
    assert.equal(variant("simple", { status })?.published, false);
  assert.equal(variant("simple", { sku: " MUG-1 " })?.sku, "MUG-1");
  assert.equal(variant("simple", { sku: null })?.sku, "");
});

test("the barcode is the shop's GTIN field, trimmed; shops without it have none", () => {
  assert.equal(variant("simple", { global_unique_id: " 4006381333931 " })?.barcode, "4006381333931");
  assert.equal(variant("simple", { global_unique_id: "" })?.barcode, "");
  assert.equal(variant("simple", { global_unique_id: undefined })?.barcode, "");
});

test("a fraction counts as its whole units, and no number as none", () => {
  assert.equal(variant("simple", { stock_quantity: 2.5 })?.levels[0]?.quantity, 2);
  assert.equal(variant("simple", { stock_quantity: -0.5 })?.levels[0]?.quantity, -1);
  assert.equal(variant("simple", { stock_quantity: null })?.levels[0]?.quantity, 0);
});

test("what cannot be used is named", () => {
  const cases: [changes: Record<string, unknown>, sentence: RegExp][] = [
    [{ id: 0 }, /Variant 11 of shop-eu cannot be understood: id must be above 0/],
    [{ manage_stock: "perhaps" }, /: manage_stock must be true, false or parent/],
    [{ stock_quantity: "many" }, /: stock_quantity must be a number/],
    [{ sku: 7 }, /: sku must be text/],
  ];
  for (const [changes, sentence] of cases) {
    const result = decodeProduct({ ...products["simple"], ...changes }, "11", "shop-eu");
    assert.ok(!result.ok);
    assert.equal(result.failure.code, "VARIANT_UNREADABLE");
    assert.match(sentenceOf(result.failure), sentence);
  }
});
