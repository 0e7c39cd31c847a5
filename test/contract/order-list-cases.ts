/** The contract about lists of orders: cursors that lose nothing, pages that neither skip nor end too soon. */
import assert from "node:assert/strict";
import type { ShopOrder } from "../../src/core/order/shop-order.ts";
import { readPages, type ReadPage } from "./outcomes.ts";
import type { ContractCase } from "./shop-contract.ts";
import type { ShopWorld } from "./shop-world.ts";

/** More than one page of any shop. */
const MANY = 103;
const SECOND_MS = 1_000;

const changed =
  ({ shop, call }: ShopWorld, sinceIso: string): ReadPage<ShopOrder> =>
  (page) =>
    shop.changedOrders(sinceIso, page, call);
const placed =
  ({ shop, call }: ShopWorld, from: string, to: string): ReadPage<ShopOrder> =>
  (page) =>
    shop.placedOrders(from, to, page, call);

async function told(read: ReadPage<ShopOrder>): Promise<readonly ShopOrder[]> {
  return (await readPages(read)).flatMap(({ items }) => items);
}

const ids = (orders: readonly ShopOrder[]) => new Set(orders.map(({ id }) => id));
const plus = (iso: string, ms: number) => new Date(Date.parse(iso) + ms).toISOString();

async function oneOrder(world: ShopWorld, mug: string): Promise<string> {
  return (await world.createOrder({ lines: [{ variantId: mug, parentId: null, quantity: 1 }], status: "processing" }))
    .id;
}

async function read(world: ShopWorld, id: string): Promise<ShopOrder> {
  const found = (await world.shop.readOrders([id], world.call)).get(id);
  assert.ok(found?.ok && found.value !== null);
  return found.value;
}

export const ORDER_LIST_CASES: readonly ContractCase[] = [
  {
    name: "changes are told from the very second that is asked for, and not those before it",
    run: async (world) => {
      const mug = await world.createSimple({ sku: `${world.tag}-CUR`, name: "Mug", quantity: 50 });
      const before = await oneOrder(world, mug);
      await world.pass(2 * SECOND_MS);
      const order = await read(world, await oneOrder(world, mug));
      const atTheSecond = ids(await told(changed(world, order.modifiedAt)));
      assert.ok(atTheSecond.has(order.id), "the second itself");
      assert.ok(!atTheSecond.has(before), "what was changed before");
      assert.ok(ids(await told(changed(world, plus(order.modifiedAt, 700)))).has(order.id), "within the second");
      assert.ok(!ids(await told(changed(world, plus(order.modifiedAt, 5 * SECOND_MS)))).has(order.id), "later");
    },
  },
  {
    name: "a change of status and a mark (and the trash, where there is one) move an order to the end of the changes",
    run: async (world) => {
      const mug = await world.createSimple({ sku: `${world.tag}-MOVE`, name: "Mug", quantity: 50 });
      const [first, second, third] = [
        await oneOrder(world, mug),
        await oneOrder(world, mug),
        await oneOrder(world, mug),
      ];
      await world.pass(2 * SECOND_MS);
      const since = world.now();
      await world.setOrderStatus(first, "completed");
      await world.pass(2 * SECOND_MS);
      const none = { odooOrder: null, odooOrderId: null, odooInvoice: null };
      await world.shop.writeOrderMarks([{ orderId: third, status: "synced", sentence: "Done", ...none }], world.call);
      await world.pass(2 * SECOND_MS);
      await world.trashOrder?.(second);
      const orders = (await told(changed(world, since))).filter(({ id }) => [first, second, third].includes(id));
      assert.deepEqual(
        orders.map(({ id, status }) => [id, status]),
        [[first, "completed"], [third, "processing"], ...(world.trashOrder === null ? [] : [[second, "trash"]])],
      );
    },
  },
  {
    name: `${MANY} changes come over several pages, oldest first, none left out, even when one changes in between`,
    run: async (world) => {
      const mug = await world.createSimple({ sku: `${world.tag}-PAGES`, name: "Mug", quantity: 1_000 });
      const since = world.now();
      const made = await world.createOrders(MANY, mug);
      let edited = false;
      const pages = await readPages<ShopOrder>(async (page) => {
        // An order of the first page moves to the end while the second is fetched.
        if (page !== null && !edited) {
          edited = true;
          await world.pass(SECOND_MS);
          await world.setOrderStatus(made[0] ?? "", "completed");
        }
        return changed(world, since)(page);
      });
      assert.ok(pages.length >= 2, `${pages.length} page`);
      const orders = pages.flatMap(({ items }) => items);
      const found = ids(orders);
      assert.deepEqual(
        made.filter((id) => !found.has(id)),
        [],
      );
      const total = pages[0]?.totalItems ?? null;
      assert.ok(total === null || total >= MANY, `${total} in all`);
      for (const { items } of pages) {
        const dates = items.map(({ modifiedAt }) => modifiedAt);
        assert.deepEqual(dates, dates.toSorted());
      }
    },
  },
  {
    name: "orders placed in a window are told, its beginning included, its end not",
    run: async (world) => {
      const mug = await world.createSimple({ sku: `${world.tag}-WIN`, name: "Mug", quantity: 50 });
      const orders: ShopOrder[] = [];
      for (let count = 0; count < 3; count += 1) {
        orders.push(await read(world, await oneOrder(world, mug)));
        await world.pass(2 * SECOND_MS);
      }
      const [first, second, third] = orders;
      assert.ok(first && second && third);
      // A later change does not move an order in this list.
      await world.setOrderStatus(first.id, "completed");
      const within = async (from: string, to: string) =>
        (await told(placed(world, from, to)))
          .map(({ id }) => id)
          .filter((id) => orders.some((order) => order.id === id));
      assert.deepEqual(await within(first.createdAt, third.createdAt), [first.id, second.id]);
      assert.deepEqual(await within(first.createdAt, plus(third.createdAt, 1)), [first.id, second.id, third.id]);
      assert.deepEqual(await within(plus(first.createdAt, 1), third.createdAt), [second.id]);
      assert.deepEqual(await within(second.createdAt, second.createdAt), []);
    },
  },
];
