/** The contract about single orders: reading, finding, the hub's marks. */
import assert from "node:assert/strict";
import type { ShopOrder } from "../../src/core/order/shop-order.ts";
import { parseFine, sum } from "../../src/core/money.ts";
import { failureOf, valueOf } from "./outcomes.ts";
import type { ContractCase } from "./shop-contract.ts";
import type { ShopWorld } from "./shop-world.ts";

const MISSING = "999999999";

async function orderOf({ shop, call }: ShopWorld, id: string): Promise<ShopOrder> {
  const order = valueOf((await shop.readOrders([id], call)).get(id));
  assert.ok(order, `order ${id} is said not to exist`);
  return order;
}

function fine(amount: string): bigint {
  const parsed = parseFine(amount);
  assert.ok(parsed.ok, amount);
  return parsed.value;
}

export const ORDER_CASES: readonly ContractCase[] = [
  {
    name: "an order comes with its lines, its exact amounts, its payment and its dates in UTC",
    run: async (world) => {
      const { tag } = world;
      const mug = await world.createSimple({ sku: `${tag}-MUG`, name: "Mug", quantity: 10 });
      const shirt = await world.createVariable({
        name: "Shirt",
        variations: [{ option: "S", sku: `${tag}-TS-S`, quantity: 10 }],
      });
      const variation = shirt.variationIds[0] ?? "";
      const placed = await world.createOrder({
        lines: [
          { variantId: mug, parentId: null, quantity: 3 },
          { variantId: variation, parentId: shirt.id, quantity: 2 },
        ],
        paidBy: { method: "stripe", transactionId: `${tag}-tx` },
        shipping: "5.95",
        fee: "2.50",
        email: `${tag.toLowerCase()}@example.test`,
        note: "Ring twice",
      });
      const order = await orderOf(world, placed.id);
      assert.deepEqual(
        [order.id, order.number, order.status, order.customerId],
        [placed.id, placed.number, "processing", null],
      );
      const told = (wanted: string) =>
        order.lines
          .filter(({ kind }) => kind === wanted)
          .map(({ sku, variantId, quantity, total }) => [sku, variantId, quantity, total]);
      assert.deepEqual(
        told("product").map((line) => line.slice(0, 3)),
        [
          [`${tag}-MUG`, mug, "3"],
          [`${tag}-TS-S`, variation, "2"],
        ],
      );
      assert.deepEqual(told("shipping"), [["flat_rate", null, "1", "5.95"]]);
      assert.deepEqual(told("fee"), [["", null, "1", "2.50"]]);
      assert.equal(new Set(order.lines.map(({ id }) => id)).size, 4);
      const taxes = order.lines.flatMap((line) => line.taxes);
      assert.equal(
        sum([...order.lines.map(({ total }) => fine(total)), ...taxes.map(({ amount }) => fine(amount))]),
        fine(order.total),
      );
      assert.equal(sum(order.taxRates.map(({ total }) => fine(total))), fine(order.totalTax));
      for (const { rateId } of taxes)
        assert.ok(
          order.taxRates.some(({ id }) => id === rateId),
          `rate ${rateId}`,
        );
      assert.deepEqual(
        order.payments.map(({ method, transactionId, amount }) => [method, transactionId, fine(amount)]),
        [["stripe", `${tag}-tx`, fine(order.total)]],
      );
      for (const date of [order.createdAt, order.modifiedAt, order.payments[0]?.paidAt ?? ""]) {
        assert.match(date, /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/);
        assert.ok(Math.abs(Date.parse(date) - Date.parse(world.now())) < 120_000, `${date} is not near ${world.now()}`);
      }
      assert.deepEqual(
        [order.billing.email, order.customerNote, order.refundedTotal],
        [`${tag.toLowerCase()}@example.test`, "Ring twice", "0"],
      );
      assert.deepEqual(order.mark, {
        status: null,
        sentence: null,
        odooOrder: null,
        odooOrderId: null,
        odooInvoice: null,
      });
    },
  },
  {
    name: "an open order is not paid; each status has its name",
    run: async (world) => {
      const mug = await world.createSimple({ sku: `${world.tag}-ST`, name: "Mug", quantity: 50 });
      const lines = [{ variantId: mug, parentId: null, quantity: 1 }];
      for (const status of world.statuses) {
        const { id } = await world.createOrder({ lines, status });
        const order = await orderOf(world, id);
        assert.equal(order.status, status);
        assert.notEqual(order.statusText, "", status);
        if (status === "pending" || status === "on-hold")
          assert.ok(
            order.payments.every(({ paidAt }) => paidAt === null),
            status,
          );
        assert.equal(order.completedAt !== null, status === "completed", status);
      }
    },
  },
  {
    name: "many orders are read at once: found, in the trash, gone, and no ids at all",
    run: async (world) => {
      const mug = await world.createSimple({ sku: `${world.tag}-MANY`, name: "Mug", quantity: 50 });
      const lines = [{ variantId: mug, parentId: null, quantity: 1 }];
      const kept = (await world.createOrder({ lines })).id;
      const trashed = (await world.createOrder({ lines })).id;
      const gone = (await world.createOrder({ lines })).id;
      await world.trashOrder?.(trashed);
      await world.removeOrder(gone);
      const asked = [kept, trashed, gone, MISSING, mug, "abc", "", "-1", "1; DROP"];
      const read = await world.shop.readOrders(asked, world.call);
      assert.deepEqual([...read.keys()].toSorted(byText), [...asked].toSorted(byText));
      assert.equal(valueOf(read.get(kept))?.id, kept);
      if (world.trashOrder !== null) assert.equal(valueOf(read.get(trashed))?.status, "trash");
      for (const id of asked.slice(2)) assert.equal(valueOf(read.get(id)), null, `"${id}"`);
    },
  },
  {
    name: "an order is found by the number that people call it by",
    run: async (world) => {
      const mug = await world.createSimple({ sku: `${world.tag}-FIND`, name: "Mug", quantity: 5 });
      const { id, number } = await world.createOrder({ lines: [{ variantId: mug, parentId: null, quantity: 1 }] });
      const find = async (text: string) => valueOf(await world.shop.findOrderByNumber(text, world.call));
      assert.equal((await find(number))?.id, id);
      assert.equal((await find(` #${number}`))?.id, id);
      assert.equal(await find(MISSING), null);
      assert.equal(await find("no such number"), null);
      assert.equal(await find(""), null);
    },
  },
  {
    name: "marks are written and read back, each with its own outcome; nulls leave a field as it is",
    run: async (world) => {
      const { shop, call, tag } = world;
      const mug = await world.createSimple({ sku: `${tag}-MARK`, name: "Mug", quantity: 5 });
      const lines = [{ variantId: mug, parentId: null, quantity: 1 }];
      const first = (await world.createOrder({ lines, status: "processing" })).id;
      const second = (await world.createOrder({ lines, status: "on-hold" })).id;
      const sentence = 'Order #1 failed: "Crème & <b>" was not found in Odoo product.product -> default_code';
      const none = { odooOrder: null, odooOrderId: null, odooInvoice: null };
      const outcomes = await shop.writeOrderMarks(
        [
          {
            orderId: first,
            status: "synced",
            sentence: "Done",
            odooOrder: "S00007",
            odooOrderId: "7",
            odooInvoice: "INV/2026/00007",
          },
          { orderId: MISSING, status: "synced", sentence: "Done", ...none },
          { orderId: "abc", status: "synced", sentence: "Done", ...none },
          { orderId: second, status: "failed", sentence, ...none },
        ],
        call,
      );
      for (const id of [first, second]) valueOf(outcomes.get(id));
      for (const id of [MISSING, "abc"]) failureOf(outcomes.get(id), "ORDER_GONE");
      const marked = await orderOf(world, first);
      assert.deepEqual(marked.mark, {
        status: "synced",
        sentence: "Done",
        odooOrder: "S00007",
        odooOrderId: "7",
        odooInvoice: "INV/2026/00007",
      });
      assert.equal(marked.status, "processing");
      assert.deepEqual((await orderOf(world, second)).mark, { status: "failed", sentence, ...none });
      await shop.writeOrderMarks([{ orderId: first, status: "held", sentence: "Held", ...none }], call);
      assert.deepEqual((await orderOf(world, first)).mark, {
        status: "held",
        sentence: "Held",
        odooOrder: "S00007",
        odooOrderId: "7",
        odooInvoice: "INV/2026/00007",
      });
      assert.equal((await shop.writeOrderMarks([], call)).size, 0);
    },
  },
];

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
