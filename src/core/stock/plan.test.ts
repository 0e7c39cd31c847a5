import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type FailureCode, sentenceOf } from "../failures.ts";
import { product } from "../testing/orders.ts";
import { held, level, move, STOCK_RULES, stockObserved, stockQuantity, there, variant } from "../testing/stock.ts";
import { explanationLines } from "./explanation.ts";
import { planStock, settleStock, type StockObserved, variantLink } from "./plan.ts";
import { WHOLE_SHOP } from "./shop-variant.ts";

const LINK = variantLink(variant(), product(102, "TSHIRT-M-BLK"), "shop-eu");
const plan = (given: Partial<StockObserved> = {}) => planStock(stockObserved(given), STOCK_RULES);

function blockedBy(given: Partial<StockObserved>, code: FailureCode): string {
  const { blockers, actions, state } = plan(given);
  assert.deepEqual([blockers.map((found) => found.code), actions, state.name], [[code], [], "failed"]);
  return sentenceOf(blockers[0]!);
}

describe("the stock of a variant", () => {
  test("differs: the absolute is written, to the exact variation", () => {
    const { actions, state, diff } = plan({ holds: [held("3")] });
    assert.deepEqual(actions, [
      {
        kind: "stock.write",
        write: {
          id: "13",
          parentId: "12",
          sku: "TSHIRT-M-BLK",
          itemId: null,
          locationId: "shop",
          before: 5,
          version: "",
          quantity: 9,
        },
      },
    ]);
    assert.deepEqual(state, { name: "linked", sentence: "SKU TSHIRT-M-BLK goes from 5 to 9 in WooCommerce." });
    assert.deepEqual(diff, [{ what: "stock of SKU TSHIRT-M-BLK (variant 13)", before: "5", after: "9" }]);
  });

  test("equal: nothing is written, and the hub's own echo is known as such", () => {
    const equal = plan({ variant: variant({ levels: [level(12)] }) });
    assert.deepEqual([equal.actions, equal.state.sentence], [[], "SKU TSHIRT-M-BLK stands at 12 on both sides."]);
    const echo = plan({ variant: variant({ levels: [level(12)] }), lastPublished: new Map([[WHOLE_SHOP, 12]]) });
    assert.equal(echo.state.sentence, "SKU TSHIRT-M-BLK stands at 12 on both sides, as the hub published it.");
  });

  test("a write is verified: what the shop does not accept is named, another number since is written", () => {
    const observed = stockObserved();
    const first = planStock(observed, STOCK_RULES);
    const after = planStock(observed, STOCK_RULES, first.actions);
    assert.equal(after.blockers[0]?.code, "STOCK_NOT_ACCEPTED");
    assert.deepEqual(after.blockers.map(sentenceOf), [
      "WooCommerce answered 5 for SKU TSHIRT-M-BLK after 12 was written",
    ]);
    const moved = planStock(stockObserved({ quantities: there(stockQuantity("11")) }), STOCK_RULES, first.actions);
    assert.deepEqual(
      moved.actions.map(({ write }) => write.quantity),
      [11],
    );
  });

  test("nothing in the scope is zero; what Odoo reserved, sent or gave up is not taken off twice", () => {
    assert.equal(plan({ quantities: new Map() }).actions[0]?.write.quantity, 0);
    const holds = [
      held("2", [move("2", "2", "0", "assigned")]),
      held("4", [move("4", "0", "0", "confirmed")]),
      held("1", [move("1", "0", "0", "cancel")]),
    ];
    assert.equal(plan({ holds }).actions[0]?.write.quantity, 8);
  });

  test("safety stock is kept back, and a negative number is published as zero with a note", () => {
    assert.equal(planStock(stockObserved(), { ...STOCK_RULES, safetyStock: 10 }).actions[0]?.write.quantity, 2);
    const negative = plan({ quantities: there(stockQuantity("-3")) });
    assert.equal(negative.actions[0]?.write.quantity, 0);
    assert.match(negative.state.sentence, /-3 is less than nothing: 0 is published\.$/);
  });

  test("a fraction is not sold, and is told", () => {
    const fraction = plan({ quantities: there(stockQuantity("4.7")) });
    assert.equal(fraction.actions[0]?.write.quantity, 4);
    assert.match(fraction.state.sentence, /4\.7 is not a whole number/);
  });

  test("unpublished variants are kept right; a variant that the shop does not count is reported and left", () => {
    assert.equal(plan({ variant: variant({ published: false }) }).actions.length, 1);
    const unmanaged = plan({ variant: variant({ stockManaged: false, levels: [level(null)] }) });
    assert.deepEqual([unmanaged.state.name, unmanaged.actions, unmanaged.blockers], ["not-managed", [], []]);
    assert.match(unmanaged.state.sentence, /does not count its stock in WooCommerce, so nothing is written/);
    assert.equal(plan({ variant: variant({ stockManaged: false, sku: "" }) }).state.name, "not-managed");
  });

  test("gone from the shop: a failure when it was linked, nothing when it never was or its SKU moved on", () => {
    assert.equal(
      blockedBy({ variant: null, link: LINK }, "STOCK_SKU_NOT_IN_SHOP"),
      "Stock update failed because SKU TSHIRT-M-BLK could not be found in WooCommerce.",
    );
    assert.equal(plan({ variant: null }).state.name, "not-applicable");
    const heir = plan({ variant: null, link: LINK, twins: [variant({ id: "14" })] });
    assert.deepEqual([heir.state.name, heir.actions], ["not-applicable", []]);
  });

  test("blank, unknown and duplicate SKUs are named and never written", () => {
    assert.equal(
      blockedBy({ variant: variant({ sku: "" }) }, "STOCK_SKU_BLANK"),
      'Variant 13 ("T-Shirt - M, Black") of shop-eu has no SKU, so its stock is not written',
    );
    assert.equal(blockedBy({ products: [] }, "STOCK_SKU_NOT_IN_ODOO"), "SKU TSHIRT-M-BLK has no linked Odoo product");
    assert.equal(
      blockedBy({ twins: [variant({ id: "7" })] }, "STOCK_SKU_DUPLICATE_IN_SHOP"),
      "SKU TSHIRT-M-BLK stands on 2 variants of shop-eu (13, 7), so no stock is written to any of them",
    );
    const products = [product(102, "TSHIRT-M-BLK"), product(103, "TSHIRT-M-BLK")];
    assert.match(
      blockedBy({ products }, "SKU_DUPLICATE_IN_ODOO"),
      /stands on 2 Odoo products \(TSHIRT-M-BLK \(102\), TSHIRT-M-BLK \(103\)\)/,
    );
  });

  test("absurd quantities are not published", () => {
    assert.equal(
      blockedBy({ quantities: there(stockQuantity("99999999")) }, "STOCK_QUANTITY_INVALID"),
      "The quantity 99999999 of SKU TSHIRT-M-BLK in Odoo cannot be published: it is beyond 9,999,999, which no stock of a shop can be",
    );
    assert.match(
      blockedBy({ quantities: there(stockQuantity("NaN")) }, "STOCK_QUANTITY_INVALID"),
      /it is not a number/,
    );
  });
});

describe("what is kept of it", () => {
  test("the link, and an explanation that reads as a sum", () => {
    const places = [{ location: "WH/Stock/Shelf 1", onHand: "14", reserved: "2" }];
    const quantity = { productId: 102, onHand: "14", reserved: "2", free: "12", places };
    const observed = stockObserved({
      quantities: there(quantity),
      holds: [
        held("3", [move("3", "1", "0", "partially_available")]),
        { ...held("4", [move("4", "4", "0", "assigned")]), orderNumber: "1055" },
      ],
    });
    const settled = settleStock(
      observed,
      { ...STOCK_RULES, safetyStock: 1 },
      { written: planStock(observed, { ...STOCK_RULES, safetyStock: 1 }).actions },
    );
    assert.deepEqual(settled.links, [LINK]);
    assert.deepEqual(
      [settled.erpIds, settled.explanations?.[0]?.quantity, settled.explanations?.[0]?.wrote],
      [{ product: 102 }, 9, true],
    );
    const body = settled.explanations![0]!.body;
    assert.deepEqual(JSON.parse(JSON.stringify(body)), body);
    assert.deepEqual(explanationLines(body), [
      "SKU TSHIRT-M-BLK (variant 13): 9 to sell, read at 2026-11-21T09:00:00.000Z",
      "  Odoo product T-Shirt (M, Black) (id 102), warehouse WH",
      "    WH/Stock/Shelf 1: 14 on hand, 2 reserved",
      "            14 on hand",
      "           - 2 reserved in Odoo",
      "           - 2 held by 1 accepted orders that Odoo has not reserved yet",
      "      order #1054: 2 of 3 (reserved 1, sent 0)",
      "           - 1 safety stock",
      "           = 9 available to sell",
      "  The shop said 5.",
    ]);
  });

  test("nothing where nothing may be published", () => {
    assert.deepEqual(settleStock(stockObserved({ products: [] }), STOCK_RULES, { written: [] }), {
      links: [],
      erpIds: {},
    });
  });

  test("a record of another shape is told, not guessed", () => {
    assert.deepEqual(explanationLines(null), ["There is no explanation in this record."]);
    assert.match(explanationLines({ version: 1 })[0]!, /SKU \?/);
  });
});
