// The stock of a variant at several locations of a shop: each from its own stock in Odoo, held back for every shop's orders.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import { type FailureCode, sentenceOf } from "../failures.ts";
import type { StockScope } from "../ports/erp.ts";
import { product } from "../testing/orders.ts";
import { held, level, stockObserved, variant } from "../testing/stock.ts";
import { explanationLines } from "./explanation.ts";
import type { HeldOrder } from "./holds.ts";
import { planStock, settleStock, type StockAction, type StockObserved } from "./plan.ts";
import type { StockRules } from "./rules.ts";
import { scopesDisjoint } from "./scopes.ts";
import type { StockLevel } from "./shop-variant.ts";

const RULES: StockRules = {
  connection: "shop-us",
  shopLabel: "Shopify",
  scopes: new Map<string, StockScope>([
    ["1", { warehouse: "WH" }],
    ["2", { warehouse: "US" }],
  ]),
  safetyStock: 0,
};
const AT = { id: "13", parentId: "12", sku: "ABC-RED-M", itemId: "913" };

const free = (given: Readonly<Record<string, string>>): StockObserved["quantities"] =>
  new Map(
    Object.entries(given).map(([location, quantity]) => [
      location,
      { productId: 102, onHand: quantity, reserved: "0", free: quantity },
    ]),
  );
const levels = (...given: readonly StockLevel[]) => variant({ ...AT, levels: given });
const BERLIN = (quantity: number | null) => level(quantity, "1", "Berlin");
const RENO = (quantity: number | null) => level(quantity, "2", "Reno");

function observed(given: Partial<StockObserved>): StockObserved {
  return stockObserved({ variant: levels(BERLIN(5), RENO(3)), quantities: free({ 1: "5", 2: "3" }), ...given });
}

describe("the stock of a variant at several locations", () => {
  test("each location that differs is written, with what stood there; the sentence names them", () => {
    const { actions, state, diff } = planStock(observed({ quantities: free({ 1: "9", 2: "4" }) }), RULES);
    assert.deepEqual(
      actions.map(({ write }) => write),
      [
        { ...AT, locationId: "1", before: 5, version: "", quantity: 9 },
        { ...AT, locationId: "2", before: 3, version: "", quantity: 4 },
      ],
    );
    assert.equal(state.sentence, "SKU ABC-RED-M goes from 5 to 9 at Berlin and from 3 to 4 at Reno in Shopify.");
    assert.deepEqual(
      diff.map(({ what }) => what),
      ["stock of SKU ABC-RED-M (variant 13) at Berlin", "stock of SKU ABC-RED-M (variant 13) at Reno"],
    );
  });

  test("in step: nothing is written, and all numbers are told", () => {
    const { actions, state } = planStock(observed({ lastPublished: new Map([["1", 5]]) }), RULES);
    assert.deepEqual(
      [actions, state.sentence],
      [[], "SKU ABC-RED-M stands at 5 at Berlin and 3 at Reno on both sides."],
    );
  });

  test("a location that does not stock it is asked to only for more than nothing, and others' locations never", () => {
    const elsewhere = level(7, "9", "Popup");
    const only = (quantities: StockObserved["quantities"]) =>
      planStock(observed({ variant: levels(BERLIN(5), elsewhere), quantities }), RULES).actions.map(({ write }) => [
        write.locationId,
        write.before,
        write.quantity,
      ]);
    assert.deepEqual(only(free({ 1: "5" })), []);
    assert.deepEqual(only(free({ 1: "5", 2: "4" })), [["2", null, 4]]);
    assert.deepEqual(only(free({ 1: "0", 2: "0" })), [["1", 5, 0]]);
  });

  test("what one location does not accept does not hold back the others", () => {
    const first = planStock(observed({ quantities: free({ 1: "9", 2: "4" }) }), RULES).actions;
    const { actions, blockers, state } = planStock(observed({ quantities: free({ 1: "9", 2: "6" }) }), RULES, first);
    assert.deepEqual(
      actions.map(({ write }) => [write.locationId, write.quantity]),
      [["2", 6]],
    );
    assert.deepEqual(blockers.map(sentenceOf), ["Shopify answered 5 for SKU ABC-RED-M at Berlin after 9 was written"]);
    assert.equal(state.name, "failed");
    const broken = planStock(observed({ quantities: free({ 1: "many", 2: "6" }) }), RULES);
    assert.deepEqual([broken.actions.length, broken.blockers.map(({ code }) => code)], [1, ["STOCK_QUANTITY_INVALID"]]);
  });

  test("stock that lies only where no location looks is named; beside others it is a note", () => {
    const elsewhere = [{ stockLocation: "WH/Stock", onHand: "8" }];
    const nowhere = observed({ variant: levels(level(0, "9", "Popup")), quantities: new Map(), elsewhere });
    const { actions, blockers } = planStock(nowhere, RULES);
    assert.deepEqual(actions, []);
    assert.equal(blockers[0]?.code, "LOCATION_NOT_MAPPED");
    assert.deepEqual(blockers.map(sentenceOf), [
      "Odoo warehouse WH/Stock is not mapped to a Shopify inventory location",
    ]);
    const stocked = observed({ quantities: new Map(), elsewhere });
    assert.deepEqual(
      planStock(stocked, RULES).actions.map(({ write }) => write.quantity),
      [0, 0],
    );
    const body = settleStock(stocked, RULES, { written: [] }).explanations?.[0]?.body ?? null;
    assert.ok(
      explanationLines(body).includes(
        "  Note: 8 on hand in WH/Stock, which is mapped to no Shopify inventory location.",
      ),
    );
    assert.equal(planStock({ ...nowhere, elsewhere: [] }, RULES).state.name, "linked");
  });

  test("one explanation a location says what was written there; where there is no number there is none", () => {
    const given = observed({ quantities: free({ 1: "9", 2: "4" }) });
    const { actions } = planStock(given, RULES);
    const settled = settleStock(given, RULES, { written: actions.slice(0, 1) });
    assert.deepEqual(
      settled.explanations?.map(({ locationId, quantity, wrote }) => [locationId, quantity, wrote]),
      [
        ["1", 9, true],
        ["2", 4, false],
      ],
    );
    assert.match(explanationLines(settled.explanations?.[0]?.body ?? null)[0] ?? "", /\(variant 13\) at Berlin: 9 to/);
    assert.equal(settled.links[0]?.itemId, "913");
    const bare = observed({ variant: levels(BERLIN(5)), quantities: free({ 1: "5" }) });
    assert.deepEqual(
      settleStock(bare, RULES, { written: [] }).explanations?.map(({ locationId }) => locationId),
      ["1"],
    );
  });
});

describe("holds of several shops", () => {
  const taken = (given: Partial<HeldOrder>): HeldOrder => ({ ...held("2"), ...given });
  const numbers = (holds: readonly HeldOrder[]) => {
    const plan = planStock(observed({ holds, quantities: free({ 1: "10", 2: "10" }) }), RULES);
    return plan.actions.map(({ write }) => write.quantity);
  };

  test("another shop's order is held back everywhere, unless it takes from stock that is surely another", () => {
    assert.deepEqual(numbers([taken({ shop: "shop-eu" })]), [8, 8]);
    const berlin = [{ ordered: "2", scope: { warehouse: "WH" } }];
    assert.deepEqual(numbers([taken({ parts: berlin })]), [8, 10]);
    assert.deepEqual(numbers([taken({ parts: [{ ordered: "2", scope: { locations: ["WH/Stock"] } }] })]), [8, 8]);
  });

  test("an order in two places holds in each what it takes there, never more than Odoo has not reserved", () => {
    const parts = [
      { ordered: "3", scope: { warehouse: "WH" } },
      { ordered: "2", scope: { warehouse: "US" } },
    ];
    assert.deepEqual(numbers([taken({ parts })]), [7, 8]);
    const moves = [{ productId: 102, demand: "5", reserved: "4", done: "0", state: "partially_available" }];
    assert.deepEqual(numbers([taken({ parts, moves })]), [9, 9]);
  });

  test("the explanation names the shop that took the order", () => {
    const given = observed({ holds: [taken({ shop: "shop-eu" })], quantities: free({ 1: "10", 2: "10" }) });
    const body = settleStock(given, RULES, { written: [] }).explanations?.[0]?.body ?? null;
    assert.ok(explanationLines(body).includes("      order #1054 of shop-eu: 2 of 2 (reserved 0, sent 0)"));
  });
});

describe("barcodes", () => {
  const byBarcode = {
    matchedBy: "barcode" as const,
    variant: variant({ ...AT, sku: "", barcode: "4006", levels: [BERLIN(5)] }),
  };

  test("a variant without a SKU is its barcode's product, named by its id", () => {
    const { actions, state } = planStock(observed({ ...byBarcode, quantities: free({ 1: "6" }) }), RULES);
    assert.equal(actions[0]?.write.quantity, 6);
    assert.equal(state.sentence, 'Variant 13 ("T-Shirt - M, Black") goes from 5 to 6 at Berlin in Shopify.');
  });

  test("a barcode on two products, or two variants of one product, is named and never written", () => {
    const twice = [product(1, "A", { name: "Mug" }), product(2, "B", { name: "Cup" })];
    const sentences = (given: Partial<StockObserved>, code: FailureCode) => {
      const { actions, blockers } = planStock(observed({ ...byBarcode, ...given }), RULES);
      assert.deepEqual([actions, blockers.map((found) => found.code)], [[], [code]]);
      return blockers.map(sentenceOf);
    };
    assert.deepEqual(sentences({ products: twice }, "STOCK_BARCODE_DUPLICATE_IN_ODOO"), [
      "Barcode 4006 of variant 13 stands on 2 Odoo products (Mug (1), Cup (2)), so it cannot be told which one is meant",
    ]);
    assert.deepEqual(sentences({ products: twice.slice(0, 1), rivals: ["7"] }, "STOCK_BARCODE_DUPLICATE_IN_SHOP"), [
      "Variant 13 of shop-us matches Odoo product Mug (1) only by its barcode 4006, as variant 7 does, so no stock is written to it",
    ]);
    assert.deepEqual(sentences({ products: [] }, "STOCK_SKU_BLANK"), [
      'Variant 13 ("T-Shirt - M, Black") of shop-us has no SKU, so its stock is not written',
    ]);
  });
});

describe("whatever is observed", () => {
  const scope: fc.Arbitrary<StockScope> = fc.oneof(
    fc.constantFrom("WH", "US", "EU").map((warehouse) => ({ warehouse })),
    fc
      .uniqueArray(fc.constantFrom("WH/Stock", "WH/Stock/A", "US/Stock", "US/Stock/B"), { minLength: 1 })
      .map((locations) => ({ locations })),
  );
  const ids = ["1", "2", "3", "4"];
  const units = fc.integer({ min: -5, max: 40 });
  const scopes = fc.uniqueArray(fc.tuple(fc.constantFrom(...ids), scope), { selector: ([id]) => id });
  const stocked = fc.uniqueArray(fc.tuple(fc.constantFrom(...ids), fc.option(units)), { selector: ([id]) => id });
  const parts = fc.array(fc.record({ ordered: fc.integer({ min: 1, max: 9 }).map(String), scope: fc.option(scope) }), {
    minLength: 1,
    maxLength: 3,
  });
  const state = fc
    .record({
      scopes,
      stocked,
      free: fc.array(units, { minLength: 4, maxLength: 4 }),
      holds: fc.array(parts, { maxLength: 3 }),
      safetyStock: fc.integer({ min: 0, max: 3 }),
    })
    .map((given) => {
      const rules: StockRules = { ...RULES, scopes: new Map(given.scopes), safetyStock: given.safetyStock };
      const quantities = free(Object.fromEntries(ids.map((id, index) => [id, String(given.free[index])])));
      const holds = given.holds.map((own, index) => taken(String(index), own));
      const found = levels(...given.stocked.map(([id, quantity]) => level(quantity, id, `Place ${id}`)));
      return { rules, observed: observed({ variant: found, quantities, holds }) };
    });
  const taken = (orderId: string, own: HeldOrder["parts"]): HeldOrder => ({ ...held("1"), orderId, parts: own });

  test("one round brings all mapped locations into step, and never touches another", () => {
    fc.assert(
      fc.property(state, ({ rules, observed: before }) => {
        const { actions, blockers } = planStock(before, rules);
        assert.deepEqual(blockers, []);
        for (const { write } of actions) {
          const level = before.variant?.levels.find(({ locationId }) => locationId === write.locationId);
          assert.ok(rules.scopes.has(write.locationId), "a location that is not mapped");
          assert.notEqual(level?.quantity ?? null, write.quantity, "a number that stands there already");
          assert.ok(level !== undefined || write.quantity > 0, "activated for nothing");
        }
        const after = planStock(written(before, actions), rules, actions);
        assert.deepEqual([after.actions, after.blockers], [[], []]);
      }),
    );
  });

  test("no location offers more than its stock less what surely or possibly is promised from it", () => {
    fc.assert(
      fc.property(state, ({ rules, observed: before }) => {
        const { actions } = planStock(before, rules);
        for (const { write } of actions) {
          const own = rules.scopes.get(write.locationId);
          assert.ok(own);
          const promised = before.holds
            .flatMap((order) => order.parts)
            .filter((part) => part.scope === null || !scopesDisjoint(part.scope, own))
            .reduce((sum, part) => sum + Number(part.ordered), 0);
          const lies = Number(before.quantities.get(write.locationId)?.free ?? 0);
          assert.equal(write.quantity, Math.max(0, lies - promised - rules.safetyStock));
        }
      }),
    );
  });
});

function written(before: StockObserved, actions: readonly StockAction[]): StockObserved {
  const kept = (before.variant?.levels ?? []).filter(
    ({ locationId }) => !actions.some(({ write }) => write.locationId === locationId),
  );
  const added = actions.map(({ write }) => level(write.quantity, write.locationId, `Place ${write.locationId}`));
  return { ...before, variant: levels(...kept, ...added) };
}
