/** Quantities written to a scripted shop: compare-and-set, all or nothing, activation, keys, and each refusal by its name. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { FailureCode } from "../../core/failures.ts";
import { TransportError } from "../../core/ports/transport.ts";
import type { Result } from "../../core/result.ts";
import type { StockLevel, StockWrite } from "../../core/stock/shop-variant.ts";
import { levelNode, scriptedShopify, type ScriptedRequest, type ShopScript } from "./testing/scripted-shopify.ts";
import { groupsOf, writeKey, writeStock } from "./stock.ts";

interface Quantity {
  readonly inventoryItemId: string;
  readonly locationId: string;
  readonly quantity: number;
  readonly changeFromQuantity: number | null;
}

const write = (id: number, change: Partial<StockWrite> = {}): StockWrite => ({
  id: String(id),
  parentId: "7",
  sku: `SKU-${id}`,
  itemId: String(id + 1_000),
  locationId: "1",
  before: 5,
  version: "2026-11-20T10:00:00Z",
  quantity: 3,
  ...change,
});

const entriesOf = ({ variables }: ScriptedRequest) =>
  (variables["input"] as { quantities: readonly Quantity[] }).quantities;

/** All entries done, as the shop tells it. */
function done(asked: ScriptedRequest) {
  const changes = entriesOf(asked).map(({ inventoryItemId, locationId, quantity }) => ({
    name: "available",
    quantityAfterChange: quantity,
    item: { id: inventoryItemId },
    location: { id: locationId, name: "Main" },
  }));
  const inventoryAdjustmentGroup = { id: "gid://x", createdAt: "2026-11-21T08:00:00Z", changes };
  return { inventorySetQuantities: { inventoryAdjustmentGroup, userErrors: [] } };
}

const refused = (...errors: { code: string; index?: number }[]) => ({
  inventorySetQuantities: {
    inventoryAdjustmentGroup: null,
    userErrors: errors.map(({ code, index }) => ({
      code,
      message: `refused: ${code}`,
      field: index === undefined ? null : ["input", "quantities", String(index), "changeFromQuantity"],
    })),
  },
});

async function run(writes: readonly StockWrite[], script: ShopScript) {
  const scripted = scriptedShopify(script);
  const { client, clock, call } = scripted;
  const outcomes = await writeStock({ client, clock, kindLabel: "Shopify" }, writes, call);
  return { ...scripted, outcomes };
}

const codeOf = (outcome: Result<StockLevel> | undefined): FailureCode | "done" | undefined =>
  outcome?.ok === false ? outcome.failure.code : outcome && "done";

describe("levels that exist", () => {
  test("are set in one call, each only from what it was; the outcome is what the shop tells", async () => {
    const { outcomes, requests } = await run([write(11), write(12, { before: 0, quantity: 9 })], done);
    assert.equal(requests.length, 1);
    assert.match(requests[0]?.http.body ?? "", /@idempotent\(key: \$key\)/);
    const input = requests[0]?.variables["input"] as Record<string, unknown>;
    assert.deepEqual(
      { name: input["name"], reason: input["reason"], uri: input["referenceDocumentUri"] },
      { name: "available", reason: "correction", uri: "stockbridge://shop-us/stock" },
    );
    assert.deepEqual(input["quantities"], [
      {
        inventoryItemId: "gid://shopify/InventoryItem/1011",
        locationId: "gid://shopify/Location/1",
        quantity: 3,
        changeFromQuantity: 5,
      },
      {
        inventoryItemId: "gid://shopify/InventoryItem/1012",
        locationId: "gid://shopify/Location/1",
        quantity: 9,
        changeFromQuantity: 0,
      },
    ]);
    assert.deepEqual(outcomes[1], {
      ok: true,
      value: { locationId: "1", locationName: "Main", quantity: 9, version: "2026-11-21T08:00:00Z" },
    });
  });

  test("251 are two calls; the same level twice is never in one", async () => {
    const { requests } = await run(
      Array.from({ length: 251 }, (_, index) => write(index + 1)),
      done,
    );
    assert.deepEqual(
      requests.map((asked) => entriesOf(asked).length),
      [250, 1],
    );
    const entries = [write(11), write(11, { quantity: 2 }), write(11, { locationId: "2" })].map((each, place) => ({
      write: each,
      itemId: each.itemId ?? "",
      before: 5,
      place,
    }));
    assert.deepEqual(
      groupsOf(entries).map((group) => group.map(({ place }) => place)),
      [[0, 2], [1]],
    );
  });

  test("those that are refused by name are left out, the others sent again", async () => {
    const { outcomes, requests } = await run([write(11), write(12), write(13)], (asked, place) =>
      place === 0
        ? refused({ code: "CHANGE_FROM_QUANTITY_STALE", index: 1 }, { code: "INVALID_LOCATION", index: 2 })
        : done(asked),
    );
    assert.deepEqual(outcomes.map(codeOf), ["done", "STOCK_STALE", "SHOP_LOCATION_NOT_FOUND"]);
    assert.deepEqual(
      requests.map((asked) => entriesOf(asked).length),
      [3, 1],
    );
    assert.notEqual(requests[0]?.variables["key"], requests[1]?.variables["key"]);
    assert.deepEqual(outcomes[1]?.ok === false && outcomes[1].failure.params, {
      sku: "SKU-12",
      location: "1",
      shop: "Shopify",
      before: "5",
    });
  });

  test("an error that names no entry is found by halves", async () => {
    const { outcomes } = await run([write(11), write(12), write(13), write(14)], (asked) =>
      entriesOf(asked).some(({ inventoryItemId }) => inventoryItemId.endsWith("/1013"))
        ? refused({ code: "CHANGE_FROM_QUANTITY_STALE" })
        : done(asked),
    );
    assert.deepEqual(outcomes.map(codeOf), ["done", "done", "STOCK_STALE", "done"]);
  });

  test("an error of the whole call is every entry's, after one call", async () => {
    const { outcomes, requests } = await run([write(11), write(12)], () => refused({ code: "INVALID_REASON" }));
    assert.deepEqual(outcomes.map(codeOf), ["SHOP_REJECTED", "SHOP_REJECTED"]);
    assert.equal(requests.length, 1);
  });

  test("entries that are refused one by one without end are given up", async () => {
    const { outcomes, requests } = await run(
      Array.from({ length: 20 }, (_, index) => write(index + 1)),
      () => refused({ code: "CHANGE_FROM_QUANTITY_STALE", index: 0 }),
    );
    assert.equal(requests.length, 8);
    assert.equal(outcomes.filter((outcome) => codeOf(outcome) === "STOCK_STALE").length, 8);
    assert.equal(outcomes.filter((outcome) => codeOf(outcome) === "SHOP_REJECTED").length, 12);
  });

  for (const [code, expected] of [
    ["ITEM_NOT_STOCKED_AT_LOCATION", "STOCK_STALE"],
    ["INVALID_INVENTORY_ITEM", "STOCK_SKU_NOT_IN_SHOP"],
    ["INVALID_QUANTITY_NEGATIVE", "STOCK_QUANTITY_INVALID"],
    ["INVALID_QUANTITY_TOO_HIGH", "STOCK_QUANTITY_INVALID"],
    ["NON_MUTABLE_INVENTORY_ITEM", "SHOP_REJECTED"],
    ["IDEMPOTENCY_CONCURRENT_REQUEST", "OUTCOME_UNKNOWN"],
    ["IDEMPOTENCY_KEY_PARAMETER_MISMATCH", "SHOP_REJECTED"],
  ] as const) {
    test(`${code} is ${expected}`, async () => {
      const { outcomes } = await run([write(11)], () => refused({ code, index: 0 }));
      assert.equal(codeOf(outcomes[0]), expected);
    });
  }

  test("a number that stood there already is read", async () => {
    const { outcomes, names } = await run([write(11, { before: 3 })], ({ name }) =>
      name === "LevelAt"
        ? {
            inventoryItem: { id: "x", inventoryLevel: levelNode(1_011, { location: 1, available: 3 }) },
            location: null,
          }
        : { inventorySetQuantities: { inventoryAdjustmentGroup: null, userErrors: [] } },
    );
    assert.deepEqual(names(), ["SetQuantities", "LevelAt"]);
    assert.deepEqual(outcomes[0]?.ok === true && outcomes[0].value.quantity, 3);
  });

  test("a write without an answer is unknown and not repeated", async () => {
    const { outcomes, requests } = await run([write(11)], () => new TransportError("unknown", "timed out"));
    assert.equal(codeOf(outcomes[0]), "OUTCOME_UNKNOWN");
    assert.equal(requests.length, 1);
  });

  test("ids and numbers that cannot be are refused here", async () => {
    const { outcomes, requests } = await run(
      [
        write(11, { itemId: null }),
        write(11, { locationId: "shop" }),
        write(11, { quantity: Number.NaN }),
        write(11, { quantity: 0.5 }),
        write(11, { quantity: 1_000_000_001 }),
      ],
      done,
    );
    assert.deepEqual(outcomes.map(codeOf), [
      "STOCK_SKU_NOT_IN_SHOP",
      "SHOP_LOCATION_NOT_FOUND",
      "STOCK_QUANTITY_INVALID",
      "STOCK_QUANTITY_INVALID",
      "STOCK_QUANTITY_INVALID",
    ]);
    assert.equal(requests.length, 0);
  });
});

describe("the key of a call", () => {
  const entry = (change: Partial<StockWrite> = {}) => ({ write: write(11, change), itemId: "1011", before: 5 });

  test("is the same for the same writes in any order", () => {
    const [a, b] = [entry(), entry({ locationId: "2" })];
    assert.equal(writeKey("shop-us", [a, b], 0, 1), writeKey("shop-us", [b, a], 0, 1));
  });

  test("goes with the same list, whatever the order of the writes", async () => {
    const writes = [write(9), write(11, { locationId: "10" }), write(11, { locationId: "9" })];
    const [one, other] = [await run(writes, done), await run(writes.toReversed(), done)];
    assert.deepEqual(one.requests[0]?.variables, other.requests[0]?.variables);
    assert.deepEqual(
      other.outcomes.map((outcome) => outcome.ok && outcome.value.locationId),
      ["9", "10", "1"],
    );
  });

  test("differs with the time of the call, the level's version, the number, the connection and what else is in the call", () => {
    const keys = [
      writeKey("shop-us", [entry()], 0, 1),
      writeKey("shop-eu", [entry()], 0, 1),
      writeKey("shop-us", [entry({ version: "later" })], 0, 1),
      writeKey("shop-us", [entry({ quantity: 4 })], 0, 1),
      writeKey("shop-us", [entry(), entry({ locationId: "2" })], 0, 1),
      writeKey("shop-us", [entry()], 0, 2),
      writeKey("shop-us", [entry()], 1, 1),
    ];
    assert.equal(new Set(keys).size, keys.length);
  });

  test("is a fresh one when Shopify says that the last attempt under it failed", async () => {
    const { outcomes, requests } = await run([write(11)], (asked, place) =>
      place === 0 ? refused({ code: "IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED" }) : done(asked),
    );
    assert.equal(codeOf(outcomes[0]), "done");
    assert.equal(requests[1]?.variables["key"], `${String(requests[0]?.variables["key"])}-2`);
    const endless = await run([write(11)], () => refused({ code: "IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED" }));
    assert.equal(endless.requests.length, 3);
    assert.equal(codeOf(endless.outcomes[0]), "SHOP_REJECTED");
  });
});

describe("levels that do not exist", () => {
  const activated = (available: number) => ({
    inventoryActivate: { inventoryLevel: levelNode(1_011, { location: 1, available }), userErrors: [] },
  });
  const notActivated = { inventoryActivate: { inventoryLevel: null, userErrors: [{ field: null, message: "no" }] } };
  const fresh = write(11, { before: null, version: "" });

  test("are activated with their quantity, never set", async () => {
    const { outcomes, names, requests } = await run([fresh], () => activated(3));
    assert.deepEqual(names(), ["ActivateInventory"]);
    assert.equal(requests[0]?.variables["available"], 3);
    assert.match(requests[0]?.http.body ?? "", /@idempotent\(key: \$key\)/);
    assert.equal(outcomes[0]?.ok === true && outcomes[0].value.quantity, 3);
  });

  test("come after those that one call sets, and are set from what their activation left where the shop did not take the quantity", async () => {
    const { outcomes, names, requests } = await run([fresh, write(12)], (asked) =>
      asked.name === "ActivateInventory" ? activated(0) : done(asked),
    );
    assert.deepEqual(names(), ["SetQuantities", "ActivateInventory", "SetQuantities"]);
    const last = entriesOf(requests[2] ?? assert.fail());
    assert.deepEqual(
      last.map(({ inventoryItemId, changeFromQuantity }) => [inventoryItemId, changeFromQuantity]),
      [["gid://shopify/InventoryItem/1011", 0]],
    );
    assert.deepEqual(outcomes.map(codeOf), ["done", "done"]);
  });

  for (const [what, read, expected] of [
    [
      "stocked there by somebody else meanwhile",
      { inventoryLevel: levelNode(1_011, { location: 1, available: 8 }) },
      "STOCK_STALE",
    ],
    ["refused for a reason of the shop's own", { inventoryLevel: null }, "SHOP_REJECTED"],
  ] as const) {
    test(`that are ${what}: ${expected}`, async () => {
      const location = { id: "gid://shopify/Location/1", isActive: true };
      const { outcomes } = await run([fresh], ({ name }) =>
        name === "LevelAt" ? { inventoryItem: { id: "x", ...read }, location } : notActivated,
      );
      assert.equal(codeOf(outcomes[0]), expected);
    });
  }

  test("whose location is gone or out of use, or whose item is gone, are named so", async () => {
    const item = { id: "x", inventoryLevel: null };
    for (const [inventoryItem, location, expected] of [
      [item, null, "SHOP_LOCATION_NOT_FOUND"],
      [item, { id: "gid://shopify/Location/1", isActive: false }, "SHOP_LOCATION_NOT_FOUND"],
      [null, { id: "gid://shopify/Location/1", isActive: true }, "STOCK_SKU_NOT_IN_SHOP"],
    ] as const) {
      const { outcomes } = await run([fresh], ({ name }) =>
        name === "LevelAt" ? { inventoryItem, location } : notActivated,
      );
      assert.equal(codeOf(outcomes[0]), expected);
    }
  });
});
