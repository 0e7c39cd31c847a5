/** The contract about stock: absolute whole numbers, an outcome for each, never a guess. */
import assert from "node:assert/strict";
import { sentenceOf } from "../../src/core/failures.ts";
import type { StockWrite } from "../../src/core/stock/shop-variant.ts";
import { failureOf, freeCall, valueOf } from "./outcomes.ts";
import type { ContractCase } from "./shop-contract.ts";
import type { ShopWorld } from "./shop-world.ts";

const MISSING = "999999999";
const MANY = 103;

const write = (id: string, sku: string, quantity: number, parentId: string | null = null): StockWrite => ({
  id,
  sku,
  quantity,
  parentId,
});

async function quantityOf(
  { shop, call }: ShopWorld,
  { id, sku, parentId }: StockWrite,
): Promise<number | null | undefined> {
  return valueOf((await shop.readVariants([{ id, sku, parentId }], call)).get(id))?.quantity;
}

export const STOCK_CASES: readonly ContractCase[] = [
  {
    name: "stock is written to simple products and variations at once, and answered as the shop then has it",
    run: async (world) => {
      const { tag, shop, call } = world;
      const mug = await world.createSimple({ sku: `${tag}-W-MUG`, name: "Mug", quantity: 7 });
      const cup = await world.createSimple({ sku: `${tag}-W-CUP`, name: "Cup", quantity: 7 });
      const shirt = await world.createVariable({
        name: "Shirt",
        variations: [
          { option: "S", sku: `${tag}-W-S`, quantity: 3 },
          { option: "M", sku: `${tag}-W-M`, quantity: 4 },
        ],
      });
      const [small = "", medium = ""] = shirt.variationIds;
      const writes = [
        write(mug, `${tag}-W-MUG`, 42),
        write(cup, `${tag}-W-CUP`, 0),
        write(small, `${tag}-W-S`, 11, shirt.id),
        write(medium, `${tag}-W-M`, -2, shirt.id),
      ];
      const outcomes = await shop.writeStock(writes, call);
      for (const wanted of writes) {
        const variant = valueOf(outcomes.get(wanted.id));
        assert.deepEqual(
          [variant.id, variant.parentId, variant.sku, variant.quantity],
          [wanted.id, wanted.parentId, wanted.sku, wanted.quantity],
        );
        assert.equal(await quantityOf(world, wanted), wanted.quantity);
      }
      // The same numbers again change nothing.
      for (const outcome of (await shop.writeStock(writes, call)).values()) valueOf(outcome);
      assert.equal(await quantityOf(world, write(mug, `${tag}-W-MUG`, 0)), 42);
      assert.equal((await shop.writeStock([], call)).size, 0);
    },
  },
  {
    name: "what is gone is told by its SKU and spoils nothing else",
    run: async (world) => {
      const { tag, shop, call } = world;
      const kept = await world.createSimple({ sku: `${tag}-G-KEPT`, name: "Kept", quantity: 1 });
      const gone = await world.createSimple({ sku: `${tag}-G-GONE`, name: "Gone", quantity: 1 });
      const shirt = await world.createVariable({
        name: "Shirt",
        variations: [
          { option: "S", sku: `${tag}-G-S`, quantity: 3 },
          { option: "M", sku: `${tag}-G-M`, quantity: 4 },
        ],
      });
      const [small = "", medium = ""] = shirt.variationIds;
      await world.removeVariant(gone, null);
      await world.removeVariant(small, shirt.id);
      const outcomes = await shop.writeStock(
        [
          write(gone, `${tag}-G-GONE`, 5),
          write(kept, `${tag}-G-KEPT`, 6),
          write(small, `${tag}-G-S`, 7, shirt.id),
          write(medium, `${tag}-G-M`, 8, shirt.id),
          write(MISSING, "NEVER", 9),
          write("abc", "ODD", 9),
        ],
        call,
      );
      assert.equal(valueOf(outcomes.get(kept)).quantity, 6);
      assert.equal(valueOf(outcomes.get(medium)).quantity, 8);
      for (const [id, sku] of [
        [gone, `${tag}-G-GONE`],
        [small, `${tag}-G-S`],
        [MISSING, "NEVER"],
        ["abc", "ODD"],
      ] as const) {
        const sentence = sentenceOf(failureOf(outcomes.get(id), "STOCK_SKU_NOT_IN_SHOP"));
        assert.equal(sentence, `Stock update failed because SKU ${sku} could not be found in ${shop.kindLabel}.`);
      }
    },
  },
  {
    name: "a number that is not whole, not a number or absurd is refused before anything is sent",
    run: async (world) => {
      const mug = await world.createSimple({ sku: `${world.tag}-Q`, name: "Mug", quantity: 7 });
      const recorded: unknown[] = [];
      for (const quantity of [1.5, Number.NaN, Number.POSITIVE_INFINITY, 1e12, -1e12]) {
        const outcomes = await world.shop.writeStock([write(mug, `${world.tag}-Q`, quantity)], freeCall(recorded));
        failureOf(outcomes.get(mug), "STOCK_QUANTITY_INVALID");
      }
      assert.deepEqual(recorded, []);
      assert.equal(await quantityOf(world, write(mug, `${world.tag}-Q`, 0)), 7);
    },
  },
  {
    name: "stock that the shop does not count stays uncounted, and is answered so",
    run: async (world) => {
      const { tag, shop, call } = world;
      const uncounted = await world.createSimple({ sku: `${tag}-U`, name: "Uncounted", quantity: null });
      const shared = await world.createVariable({
        name: "Shared",
        parentQuantity: 40,
        variations: [{ option: "One", sku: `${tag}-U-ONE`, quantity: null }],
      });
      const one = shared.variationIds[0] ?? "";
      const outcomes = await shop.writeStock(
        [write(uncounted, `${tag}-U`, 5), write(one, `${tag}-U-ONE`, 5, shared.id)],
        call,
      );
      for (const id of [uncounted, one]) {
        const variant = valueOf(outcomes.get(id));
        assert.deepEqual([variant.stockManaged, variant.quantity], [false, null]);
      }
    },
  },
  {
    name: `${MANY} writes go in batches, every one with its outcome`,
    run: async (world) => {
      const writes: StockWrite[] = [];
      for (let count = 0; count < MANY; count += 1) {
        const sku = `${world.tag}-BATCH-${count}`;
        writes.push(write(await world.createSimple({ sku, name: `Batch ${count}`, quantity: 0 }), sku, count + 1));
      }
      const recorded: { readonly write: boolean }[] = [];
      const outcomes = await world.shop.writeStock(writes, freeCall(recorded));
      assert.equal(recorded.filter((exchange) => exchange.write).length, 2);
      for (const { id, quantity } of writes) assert.equal(valueOf(outcomes.get(id)).quantity, quantity);
    },
  },
  {
    name: "orders take stock in the shop by themselves, and a write sets it whatever they did",
    run: async (world) => {
      const sku = `${world.tag}-ORD`;
      const mug = await world.createSimple({ sku, name: "Mug", quantity: 7 });
      const { id } = await world.createOrder({
        lines: [{ variantId: mug, parentId: null, quantity: 2 }],
        status: "processing",
      });
      assert.equal(await quantityOf(world, write(mug, sku, 0)), 5);
      valueOf((await world.shop.writeStock([write(mug, sku, 9)], world.call)).get(mug));
      await world.setOrderStatus(id, "cancelled");
      assert.equal(await quantityOf(world, write(mug, sku, 0)), 11);
    },
  },
];
