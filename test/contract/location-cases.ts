/** The contract of shops that count stock at several locations. */
import assert from "node:assert/strict";
import type { VariantRef } from "../../src/core/stock/shop-variant.ts";
import { failureOf, readVariants, valueOf } from "./outcomes.ts";
import type { ContractCase } from "./shop-contract.ts";
import type { ShopWorld } from "./shop-world.ts";
import { writeOf } from "./stock-levels.ts";

const notFor = ({ shop }: ShopWorld): string | null =>
  shop.abilities.locations ? null : `${shop.kindLabel} counts one number for the whole shop`;

async function levelsOf({ shop, call }: ShopWorld, ref: VariantRef): Promise<[string, number | null][]> {
  const variant = valueOf((await readVariants(shop, [ref], call)).get(ref.id));
  return (variant?.levels ?? []).map(({ locationId, quantity }) => [locationId, quantity]);
}

export const LOCATION_CASES: readonly ContractCase[] = [
  {
    name: "a location that does not stock a variant is stocked by the first write, and each has its own number",
    notFor,
    run: async (world) => {
      const { shop, call, stockLocation, otherLocation } = world;
      const sku = `${world.tag}-ACT`;
      const ref = { id: await world.createSimple({ sku, name: "Mug", quantity: 7 }), parentId: null, sku };
      assert.ok(otherLocation !== null);
      assert.deepEqual(await levelsOf(world, ref), [[stockLocation, 7]]);
      const write = await writeOf(world, ref, 8);
      const there = { ...write, locationId: otherLocation, before: null, version: "", quantity: 3 };
      const outcomes = await shop.writeStock([write, there], call);
      assert.deepEqual(
        outcomes.map((outcome) => [valueOf(outcome).locationId, valueOf(outcome).quantity]),
        [
          [stockLocation, 8],
          [otherLocation, 3],
        ],
      );
      const expected = new Map([
        [stockLocation, 8],
        [otherLocation, 3],
      ]);
      assert.deepEqual(new Map(await levelsOf(world, ref)), expected);
      // What was believed not to be stocked there is stale once it is.
      failureOf((await shop.writeStock([{ ...there, quantity: 5 }], call))[0], "STOCK_STALE");
      assert.deepEqual(new Map(await levelsOf(world, ref)), expected);
    },
  },
  {
    name: "a stale write is told as such, and those beside it are made",
    notFor,
    run: async (world) => {
      const { shop, call, tag } = world;
      const ids = [];
      for (const name of ["A", "B", "C"])
        ids.push(await world.createSimple({ sku: `${tag}-ST-${name}`, name, quantity: 7 }));
      const refs = ids.map((id, index) => ({ id, parentId: null, sku: `${tag}-ST-${"ABC"[index] ?? ""}` }));
      const writes = await Promise.all(refs.map((ref) => writeOf(world, ref, 20)));
      await world.setStock(ids[1] ?? "", null, 6);
      const outcomes = await shop.writeStock(writes, call);
      assert.deepEqual(
        outcomes.map((outcome) => (outcome.ok ? outcome.value.quantity : outcome.failure.code)),
        [20, "STOCK_STALE", 20],
      );
      const found = await Promise.all(refs.map((ref) => levelsOf(world, ref)));
      assert.deepEqual(
        found.map(([level]) => level?.[1]),
        [20, 6, 20],
      );
    },
  },
  {
    name: "an order tells where each line is sent from, and takes the stock there",
    notFor,
    run: async (world) => {
      const { shop, call, stockLocation } = world;
      const sku = `${world.tag}-FROM`;
      const id = await world.createSimple({ sku, name: "Mug", quantity: 7 });
      const order = await world.createOrder({
        lines: [{ variantId: id, parentId: null, quantity: 2 }],
        status: "processing",
      });
      const read = valueOf((await shop.readOrders([order.id], call)).get(order.id));
      assert.deepEqual(
        read?.lines.map(({ locationId }) => locationId),
        [stockLocation],
      );
      assert.deepEqual(await levelsOf(world, { id, parentId: null, sku }), [[stockLocation, 5]]);
    },
  },
];
