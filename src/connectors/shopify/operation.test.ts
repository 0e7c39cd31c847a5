/** What makes an operation, and what ids become. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { gid, gidType, isNumericId, numericId } from "./ids.ts";
import { operation } from "./operation.ts";

const MONEY = `
  fragment Money on MoneyBag {
    shopMoney { amount }
  }
`;
const LINE = `
  fragment Line on LineItem {
    originalTotalSet { ...Money }
  }
  ${MONEY}
`;

describe("operations", () => {
  test("name and kind come from the text, which loses its indentation", () => {
    const read = operation<unknown, unknown>(`
      query OrdersById($ids: [ID!]!) {
        nodes(ids: $ids) { id }
      }
    `);
    assert.equal(read.name, "OrdersById");
    assert.equal(read.kind, "query");
    assert.equal(read.text, "query OrdersById($ids: [ID!]!) {\nnodes(ids: $ids) { id }\n}");
    assert.equal(operation<unknown, unknown>("mutation SetMarks { x }").kind, "mutation");
  });

  test("a fragment that comes by two ways stands there once, also before the operation", () => {
    const { text, name } = operation<unknown, unknown>(
      `${MONEY}${LINE} query Two { shop { id } } ${MONEY}`.replace(" query", "\nquery"),
    );
    assert.equal(name, "Two");
    assert.equal(text.match(/fragment Money on/g)?.length, 1);
    assert.equal(text.match(/fragment Line on/g)?.length, 1);
  });

  test("none, two, or a nameless one is a mistake", () => {
    for (const text of [
      "",
      MONEY,
      "{ shop { id } }",
      "query { shop { id } }",
      "query A { x }\nquery B { x }",
      "query lower { x }",
    ])
      assert.throws(() => operation<unknown, unknown>(text), /exactly one named query or mutation/);
  });
});

describe("ids", () => {
  test("there and back, without parameters", () => {
    assert.equal(gid("Order", "450789469"), "gid://shopify/Order/450789469");
    assert.equal(numericId("gid://shopify/Order/450789469"), "450789469");
    assert.equal(numericId("gid://shopify/InventoryLevel/12?inventory_item_id=34"), "12");
    assert.equal(gidType("gid://shopify/ProductVariant/1"), "ProductVariant");
  });

  test("what is none is refused, so that nothing else reaches a query", () => {
    for (const id of ["", "12a", "-1", "1.5", 'x" } shop { id }', "gid://shopify/Order/1", "1".repeat(21)]) {
      assert.equal(isNumericId(id), false);
      assert.throws(() => gid("Order", id), /ids are numbers/);
    }
    for (const id of ["", "1", "gid://other/Order/1", "gid://shopify/Order/", "gid://shopify/Order/abc"]) {
      assert.throws(() => numericId(id), /is not a global id/);
      assert.equal(gidType(id), null);
    }
    assert.equal(isNumericId("450789469"), true);
  });
});
