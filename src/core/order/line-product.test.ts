import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Failure } from "../failures.ts";
import type { Link } from "../ports/store.ts";
import { line, product, RULES, sampleOrder } from "../testing/orders.ts";
import { lineProduct, variantsWithoutProduct } from "./line-product.ts";
import type { OrderLine } from "./shop-order.ts";

const link = (label: string): Link => ({
  connection: "shop-eu",
  kind: "variant",
  shopId: "11",
  erpId: 777,
  label,
  parentId: null,
  itemId: "911",
});

function found(given: Partial<OrderLine>, variant: Link | null, products = [product(101, "MUG")]): number | string {
  const failures: Failure[] = [];
  const sources = {
    products: Map.groupBy(products, ({ sku }) => sku),
    variants: new Map(variant === null ? [] : [["11", variant]]),
  };
  const id = lineProduct(sampleOrder(), line({ id: "1", ...given }), sources, RULES, (failure) => {
    failures.push(failure);
    return null;
  });
  return id ?? failures.map(({ code }) => code).join();
}

describe("the product of a line", () => {
  test("is the one with its SKU, whatever the link says", () => {
    assert.equal(found({}, link("MUG")), 101);
    assert.equal(found({}, link("MUG"), [product(101, "MUG"), product(102, "MUG")]), "SKU_DUPLICATE_IN_ODOO");
  });

  test("is the linked one where the SKU is blank or unknown, and today's failure without a link", () => {
    assert.equal(found({ sku: "" }, link("")), 777);
    assert.equal(found({ sku: "ONLY-IN-SHOP" }, link("ONLY-IN-SHOP")), 777);
    assert.equal(found({ sku: "" }, null), "SKU_BLANK_ON_ORDER");
    assert.equal(found({ sku: "ONLY-IN-SHOP" }, null), "SKU_NOT_FOUND");
    assert.equal(found({ sku: "", variantId: null }, link("")), "PRODUCT_GONE_FROM_SHOP");
  });

  test("a link that was made under another SKU is another thing's", () => {
    assert.equal(found({ sku: "NEW" }, link("OLD")), "SKU_NOT_FOUND");
    assert.equal(found({ sku: "" }, link("OLD")), "SKU_BLANK_ON_ORDER");
  });

  test("only variants whose SKU tells nothing are looked up", () => {
    const lines = [
      line({ id: "1" }),
      line({ id: "2", sku: "", variantId: "12" }),
      line({ id: "3", sku: "UNKNOWN", variantId: "13" }),
      line({ id: "4", sku: "", variantId: null }),
      line({ id: "5", kind: "shipping", sku: "", variantId: null }),
    ];
    const products = new Map([["MUG", [product(101, "MUG")]]]);
    assert.deepEqual(variantsWithoutProduct(sampleOrder({ lines }), products), ["12", "13"]);
  });
});
