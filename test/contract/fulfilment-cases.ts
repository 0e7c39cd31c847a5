/** The contract about goods that went out: what the shop says, and what it is told. */
import assert from "node:assert/strict";
import type { FulfilmentWrite } from "../../src/core/ports/shop.ts";
import type { ShopOrder } from "../../src/core/order/shop-order.ts";
import { valueOf } from "./outcomes.ts";
import type { ContractCase } from "./shop-contract.ts";
import type { ShopWorld } from "./shop-world.ts";

const notFor = ({ shop }: ShopWorld): string | null =>
  shop.abilities.fulfilments ? null : `${shop.kindLabel} cannot be told what went out`;

async function paidOrder(world: ShopWorld, name: string): Promise<ShopOrder> {
  const mug = await world.createSimple({ sku: `${world.tag}-${name}`, name: "Mug", quantity: 10 });
  const cup = await world.createSimple({ sku: `${world.tag}-${name}2`, name: "Cup", quantity: 10 });
  const { id } = await world.createOrder({
    lines: [mug, cup].map((variantId) => ({ variantId, parentId: null, quantity: 3 })),
    status: "processing",
  });
  return read(world, id);
}

async function read({ shop, call }: ShopWorld, id: string): Promise<ShopOrder> {
  const order = valueOf((await shop.readOrders([id], call)).get(id));
  assert.ok(order);
  return order;
}

function sent(order: ShopOrder): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const { status, lines } of order.fulfilments)
    for (const { lineId, quantity } of status === "done" ? lines : [])
      sums.set(lineId, (sums.get(lineId) ?? 0) + Number(quantity));
  return sums;
}

const parcel = (order: ShopOrder, picking: string, quantities: readonly number[]): FulfilmentWrite => ({
  orderId: order.id,
  picking,
  carrier: "Example Post",
  trackingNumber: `TRACK-${picking}`,
  trackingUrl: `https://track.example.test/${picking}`,
  lines: quantities.flatMap((quantity, index) =>
    quantity === 0 ? [] : [{ lineId: order.lines[index]?.id ?? "", quantity: String(quantity) }],
  ),
});

export const FULFILMENT_CASES: readonly ContractCase[] = [
  {
    name: "an order that is completed says that all its products were sent; an open one that nothing was",
    run: async (world) => {
      const open = await paidOrder(world, "FC");
      assert.deepEqual([open.status, open.fulfilments], ["processing", []]);
      await world.setOrderStatus(open.id, "completed");
      const order = await read(world, open.id);
      assert.equal(order.status, "completed");
      assert.deepEqual(
        [...sent(order)],
        open.lines.map(({ id }) => [id, 3]),
      );
      assert.ok(order.completedAt !== null);
    },
  },
  {
    name: "parcels are told with their lines and tracking, the last one completes the order, too much is refused",
    notFor,
    run: async (world) => {
      const { shop, call } = world;
      const order = await paidOrder(world, "FP");
      const [first] = await shop.writeFulfilments([parcel(order, "OUT1", [2, 0])], call);
      valueOf(first);
      const partly = await read(world, order.id);
      assert.equal(partly.status, "processing");
      assert.deepEqual([...sent(partly)], [[order.lines[0]?.id, 2]]);
      const [done] = partly.fulfilments;
      assert.deepEqual([done?.carrier, done?.trackingNumbers], ["Example Post", ["TRACK-OUT1"]]);
      if (shop.abilities.locations) assert.equal(done?.locationId, world.stockLocation);
      // More than is left of a line is refused as a whole.
      const [tooMuch] = await shop.writeFulfilments([parcel(order, "OUT2", [2, 1])], call);
      assert.equal(tooMuch?.ok, false);
      assert.deepEqual([...sent(await read(world, order.id))], [[order.lines[0]?.id, 2]]);
      const [last] = await shop.writeFulfilments([parcel(order, "OUT3", [1, 3])], call);
      valueOf(last);
      const whole = await read(world, order.id);
      assert.equal(whole.status, "completed");
      assert.deepEqual(sent(whole), new Map(order.lines.map(({ id }) => [id, 3])));
    },
  },
  {
    name: "each parcel has its own outcome, and none at all is no call",
    notFor,
    run: async (world) => {
      const { shop, call } = world;
      const order = await paidOrder(world, "FO");
      const gone = { ...parcel(order, "OUT8", [1, 0]), orderId: "999999999" };
      const outcomes = await shop.writeFulfilments([gone, parcel(order, "OUT9", [1, 1])], call);
      assert.deepEqual(
        outcomes.map(({ ok }) => ok),
        [false, true],
      );
      assert.deepEqual(await shop.writeFulfilments([], call), []);
    },
  },
];
