/** Each number that is not as it should be is found, and named by its shop. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { amountOf, cents, sumOf } from "./cents.ts";
import { faultsOf, type ShopTally, type Tally } from "./tally.ts";

const SHOP: ShopTally = {
  kind: "shopify",
  orders: { placed: 3, synced: 3, parked: 0, refunds: 1 },
  documents: { orders: 3, invoices: 3, payments: 4, creditNotes: 1, moneyBack: 1, duplicates: 0 },
  parcels: { sent: 2, returned: 1, told: 2 },
  stock: { checked: 6, different: 0 },
};
const GOOD: Tally = { shops: { boutique: SHOP }, proofs: { equal: 3, different: 0 }, strays: 0, unsupported: 0 };

test("books that agree have no fault", () => {
  assert.deepEqual(faultsOf(GOOD), []);
});

const OF_A_SHOP: readonly (readonly [Partial<ShopTally>, RegExp])[] = [
  [{ orders: { ...SHOP.orders, synced: 2 } }, /^boutique: an order is not in step$/],
  [{ orders: { ...SHOP.orders, parked: 1 } }, /^boutique: an order is held$/],
  [{ orders: { ...SHOP.orders, refunds: 2 } }, /credit note/],
  [{ documents: { ...SHOP.documents, orders: 4 } }, /one order for each/],
  [{ documents: { ...SHOP.documents, duplicates: 1 } }, /twice/],
  [{ parcels: { ...SHOP.parcels, told: 1 } }, /parcels/],
  [{ stock: { checked: 6, different: 1 } }, /stock/],
  [{ stock: { checked: 0, different: 0 } }, /stock/],
];
for (const [bent, sentence] of OF_A_SHOP) {
  test(`${JSON.stringify(bent)} is a fault`, () => {
    const found = faultsOf({ ...GOOD, shops: { boutique: { ...SHOP, ...bent } } });
    assert.equal(found.length, 1);
    assert.match(found[0] ?? "", sentence);
  });
}

const OF_ALL: readonly (readonly [Partial<Tally>, RegExp])[] = [
  [{ proofs: { equal: 3, different: 1 } }, /proof is different/],
  [{ proofs: { equal: 2, different: 0 } }, /its proof/],
  [{ strays: 1 }, /no order/],
  [{ unsupported: 1 }, /simulate/],
];
for (const [bent, sentence] of OF_ALL) {
  test(`${JSON.stringify(bent)} is a fault`, () => {
    assert.deepEqual(
      faultsOf({ ...GOOD, ...bent }).map((found) => sentence.test(found)),
      [true],
    );
  });
}

test("amounts are exact to the cent", () => {
  assert.deepEqual(["12.5", "0.05", "7", "-3.10"].map(cents), [1250n, 5n, 700n, -310n]);
  assert.deepEqual([1250n, 5n, -310n].map(amountOf), ["12.50", "0.05", "-3.10"]);
  assert.equal(sumOf(["0.10", "0.20"]), 30n);
});
