import assert from "node:assert/strict";
import { test } from "node:test";
import type { StockAction, StockObserved } from "../core/stock/plan.ts";
import type { ShopVariant, StockLevel } from "../core/stock/shop-variant.ts";
import { createToldLevels } from "./told-levels.ts";

const level = (locationId: string, quantity: number, version = "1"): StockLevel => ({
  locationId,
  locationName: `Location ${locationId}`,
  quantity,
  version,
});

const VARIANT: ShopVariant = {
  id: "11",
  parentId: "7",
  sku: "SKU-11",
  barcode: "",
  itemId: "1011",
  name: "Shirt",
  published: true,
  stockManaged: true,
  levels: [level("9", 4), level("102", 5)],
  backorders: "no",
  modifiedAt: "2026-11-21T08:00:00Z",
};

const OBSERVED: StockObserved = {
  variantId: "11",
  link: null,
  variant: VARIANT,
  twins: [],
  products: [],
  matchedBy: "sku",
  rivals: [],
  quantities: new Map(),
  elsewhere: [],
  holds: [],
  lastPublished: new Map(),
  readAt: "2026-11-21T08:00:00Z",
};

const write = (locationId: string, quantity: number): StockAction => ({
  kind: "stock.write",
  write: { id: "11", parentId: "7", sku: "SKU-11", itemId: "1011", locationId, before: 4, version: "1", quantity },
});

test("a variant all of whose writes were answered stands as the answers say, its other levels as they were read", () => {
  const told = createToldLevels();
  const actions = [write("9", 6), write("20", 2)];
  told.keep(actions[0]!, level("9", 6, "2"));
  told.keep(actions[1]!, level("20", 1, "2"));
  const readings = told.readings(new Map([["11", { observed: OBSERVED, actions }]]));
  assert.deepEqual(readings.get("11")?.variant?.levels, [level("9", 6, "2"), level("20", 1, "2"), level("102", 5)]);
  assert.deepEqual(VARIANT.levels, [level("9", 4), level("102", 5)]);
});

test("one write without an answer, and the variant is read again", () => {
  const told = createToldLevels();
  const actions = [write("9", 6), write("102", 2)];
  told.keep(actions[0]!, level("9", 6, "2"));
  assert.equal(told.readings(new Map([["11", { observed: OBSERVED, actions }]])).size, 0);
});

test("an answer is that of its own action: the same write of another run is read again", () => {
  const told = createToldLevels();
  told.keep(write("9", 6), level("9", 6, "2"));
  assert.equal(told.readings(new Map([["11", { observed: OBSERVED, actions: [write("9", 6)] }]])).size, 0);
  assert.equal(told.readings(new Map([["11", { observed: OBSERVED, actions: [] }]])).size, 0);
});
