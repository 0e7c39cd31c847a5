/** The contract about stock: absolute whole numbers, an outcome for each, never a guess. */
import assert from "node:assert/strict";
import { sentenceOf } from "../../src/core/failures.ts";
import type { StockWrite, VariantRef } from "../../src/core/stock/shop-variant.ts";
import { failureOf, freeCall, readVariants, valueOf } from "./outcomes.ts";
import type { ContractCase } from "./shop-contract.ts";
import type { ShopWorld } from "./shop-world.ts";
import { quantityIn, writeOf } from "./stock-levels.ts";

const MISSING = "999999999";
const MANY = 103;
/** Calls for so many: no shop takes fewer than a hundred at once. */
const BATCHES_MAX = 2;

const ref = (id: string, sku: string, parentId: string | null = null): VariantRef => ({ id, sku, parentId });

async function quantityOf(world: ShopWorld, { id, sku, parentId }: VariantRef): Promise<number | null> {
  const read = await readVariants(world.shop, [{ id, sku, parentId }], world.call);
  return quantityIn(world, valueOf(read.get(id)));
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
      const wishes = [
        [ref(mug, `${tag}-W-MUG`), 42],
        [ref(cup, `${tag}-W-CUP`), 0],
        [ref(small, `${tag}-W-S`, shirt.id), 11],
        [ref(medium, `${tag}-W-M`, shirt.id), -2],
      ] as const;
      const all = async () => Promise.all(wishes.map(([wish, quantity]) => writeOf(world, wish, quantity)));
      const writes = await all();
      const outcomes = await shop.writeStock(writes, call);
      assert.equal(outcomes.length, writes.length);
      for (const [index, wanted] of writes.entries()) {
        const level = valueOf(outcomes[index]);
        assert.deepEqual([level.locationId, level.quantity], [wanted.locationId, wanted.quantity]);
        assert.equal(await quantityOf(world, wanted), wanted.quantity);
      }
      // The same numbers again change nothing.
      for (const outcome of await shop.writeStock(await all(), call)) valueOf(outcome);
      assert.equal(await quantityOf(world, ref(mug, `${tag}-W-MUG`)), 42);
      assert.deepEqual(await shop.writeStock([], call), []);
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
      const wishes = [
        [ref(gone, `${tag}-G-GONE`), 5],
        [ref(kept, `${tag}-G-KEPT`), 6],
        [ref(small, `${tag}-G-S`, shirt.id), 7],
        [ref(medium, `${tag}-G-M`, shirt.id), 8],
        [ref(MISSING, "NEVER"), 9],
        [ref("abc", "ODD"), 9],
      ] as const;
      const writes = await Promise.all(wishes.map(([wish, quantity]) => writeOf(world, wish, quantity)));
      const outcomes = await shop.writeStock(writes, call);
      for (const [index, { id, sku, quantity }] of writes.entries()) {
        if (id === kept || id === medium) {
          assert.equal(valueOf(outcomes[index]).quantity, quantity);
          continue;
        }
        const sentence = sentenceOf(failureOf(outcomes[index], "STOCK_SKU_NOT_IN_SHOP"));
        assert.equal(sentence, `Stock update failed because SKU ${sku} could not be found in ${shop.kindLabel}.`);
      }
    },
  },
  {
    name: "a number that is not whole, not a number or absurd is refused before anything is sent",
    run: async (world) => {
      const mug = await world.createSimple({ sku: `${world.tag}-Q`, name: "Mug", quantity: 7 });
      const recorded: unknown[] = [];
      const wish = ref(mug, `${world.tag}-Q`);
      const write = await writeOf(world, wish, 0);
      for (const quantity of [1.5, Number.NaN, Number.POSITIVE_INFINITY, 1e12, -1e12]) {
        const [outcome] = await world.shop.writeStock([{ ...write, quantity }], freeCall(recorded));
        failureOf(outcome, "STOCK_QUANTITY_INVALID");
      }
      assert.deepEqual(recorded, []);
      assert.equal(await quantityOf(world, wish), 7);
    },
  },
  {
    name: "stock that the shop does not count stays uncounted, and is answered so",
    run: async (world) => {
      const { tag, shop, call } = world;
      const uncounted = await world.createSimple({ sku: `${tag}-U`, name: "Uncounted", quantity: null });
      const shared = await world.createVariable({
        name: "Shared",
        ...(world.parentsCount ? { parentQuantity: 40 } : {}),
        variations: [{ option: "One", sku: `${tag}-U-ONE`, quantity: null }],
      });
      const one = shared.variationIds[0] ?? "";
      const wishes = [ref(uncounted, `${tag}-U`), ref(one, `${tag}-U-ONE`, shared.id)];
      const writes = await Promise.all(wishes.map((wish) => writeOf(world, wish, 5)));
      // The shop may keep the number; it counts none all the same.
      for (const outcome of await shop.writeStock(writes, call))
        assert.ok([null, 5].includes(valueOf(outcome).quantity));
      for (const [id, variant] of await readVariants(shop, wishes, call)) {
        const found = valueOf(variant);
        assert.deepEqual([found?.stockManaged, quantityIn(world, found)], [false, null], id);
      }
    },
  },
  {
    name: `${MANY} writes go in batches, every one with its outcome`,
    run: async (world) => {
      const writes: StockWrite[] = [];
      for (let count = 0; count < MANY; count += 1) {
        const sku = `${world.tag}-BATCH-${count}`;
        const id = await world.createSimple({ sku, name: `Batch ${count}`, quantity: 0 });
        writes.push(await writeOf(world, ref(id, sku), count + 1));
      }
      const recorded: { readonly write: boolean }[] = [];
      const outcomes = await world.shop.writeStock(writes, freeCall(recorded));
      assert.ok(recorded.filter((exchange) => exchange.write).length <= BATCHES_MAX);
      for (const [index, { quantity }] of writes.entries()) assert.equal(valueOf(outcomes[index]).quantity, quantity);
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
      assert.equal(await quantityOf(world, ref(mug, sku)), 5);
      valueOf((await world.shop.writeStock([await writeOf(world, ref(mug, sku), 9)], world.call))[0]);
      await world.setOrderStatus(id, "cancelled");
      assert.equal(await quantityOf(world, ref(mug, sku)), 11);
    },
  },
  {
    name: "a number that has changed since it was read is not overwritten where the shop can compare, and told as stale",
    run: async (world) => {
      const sku = `${world.tag}-CAS`;
      const mug = await world.createSimple({ sku, name: "Mug", quantity: 7 });
      const write = await writeOf(world, ref(mug, sku), 9);
      await world.setStock(mug, null, 6);
      const [outcome] = await world.shop.writeStock([write], world.call);
      if (outcome?.ok === false) failureOf(outcome, "STOCK_STALE");
      assert.equal(await quantityOf(world, ref(mug, sku)), outcome?.ok === true ? 9 : 6);
    },
  },
  {
    name: "a location that the shop does not have is named, and spoils nothing else",
    run: async (world) => {
      const sku = `${world.tag}-LOC`;
      const mug = await world.createSimple({ sku, name: "Mug", quantity: 7 });
      const write = await writeOf(world, ref(mug, sku), 8);
      const outcomes = await world.shop.writeStock(
        [{ ...write, locationId: MISSING, before: null }, write],
        world.call,
      );
      const told = sentenceOf(failureOf(outcomes[0], "SHOP_LOCATION_NOT_FOUND"));
      assert.match(told, new RegExp(`no active inventory location ${MISSING}`));
      assert.equal(valueOf(outcomes[1]).quantity, 8);
      assert.equal(await quantityOf(world, ref(mug, sku)), 8);
    },
  },
];
