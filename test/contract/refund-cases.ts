/** The contract about refunds: what was credited, what went back, and what lies on the shelf again. */
import assert from "node:assert/strict";
import { parseFine, sum } from "../../src/core/money.ts";
import type { OrderRefund, ShopOrder } from "../../src/core/order/shop-order.ts";
import { valueOf } from "./outcomes.ts";
import type { ContractCase } from "./shop-contract.ts";
import type { ShopWorld } from "./shop-world.ts";

function fine(amount: string): bigint {
  const parsed = parseFine(amount);
  assert.ok(parsed.ok, amount);
  return parsed.value;
}

async function paidOrder(world: ShopWorld, name: string): Promise<{ readonly id: string; readonly mug: string }> {
  const mug = await world.createSimple({ sku: `${world.tag}-${name}`, name: "Mug", quantity: 10 });
  const { id } = await world.createOrder({
    lines: [{ variantId: mug, parentId: null, quantity: 3 }],
    paidBy: { method: "stripe", transactionId: `${world.tag}-${name}` },
    shipping: "5.95",
  });
  return { id, mug };
}

async function read({ shop, call }: ShopWorld, id: string): Promise<ShopOrder> {
  const order = valueOf((await shop.readOrders([id], call)).get(id));
  assert.ok(order);
  return order;
}

/** Lines come to the refund's total, and that is never more than what the order came to. */
function addsUp({ lines, total }: OrderRefund): void {
  const parts = lines.flatMap(({ untaxed, taxes }) => [fine(untaxed), ...taxes.map(({ amount }) => fine(amount))]);
  assert.equal(sum(parts), fine(total));
}

export const REFUND_CASES: readonly ContractCase[] = [
  {
    name: "a refund of units that come back is told by its line, with its taxes, its money and the restock",
    run: async (world) => {
      const { id } = await paidOrder(world, "RF");
      const before = await read(world, id);
      await world.refundOrder(id, { lines: [{ line: 0, quantity: 1, restock: true }], reason: "Broken handle" });
      const order = await read(world, id);
      const [refund] = order.refunds;
      assert.ok(refund && order.refunds.length === 1);
      addsUp(refund);
      const [line] = refund.lines;
      assert.deepEqual(
        [line?.lineId, line?.quantity, line?.restock, refund.reason],
        [before.lines[0]?.id, "1", true, "Broken handle"],
      );
      assert.equal(fine(line?.untaxed ?? "") * 3n, fine(before.lines[0]?.total ?? ""));
      assert.deepEqual(
        line?.taxes.map(({ rateId }) => rateId),
        before.lines[0]?.taxes.map(({ rateId }) => rateId),
      );
      assert.equal(fine(order.refundedTotal), fine(refund.total));
      assert.deepEqual([order.total, order.status], [before.total, before.status]);
      assert.match(refund.createdAt, /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/);
    },
  },
  {
    name: "an amount without lines is told as such; refunds come oldest first and each by its own id",
    run: async (world) => {
      const { id } = await paidOrder(world, "RA");
      await world.refundOrder(id, { lines: [], amount: "4.00", reason: "Goodwill" });
      await world.pass(2_000);
      await world.refundOrder(id, { lines: [{ line: 0, quantity: 2, restock: false }] });
      const order = await read(world, id);
      assert.equal(new Set(order.refunds.map((refund) => refund.id)).size, 2);
      for (const refund of order.refunds) addsUp(refund);
      const [amount, units] = order.refunds;
      assert.deepEqual(
        [fine(amount?.total ?? ""), amount?.lines.map(({ quantity }) => quantity)],
        [fine("4.00"), ["0"]],
      );
      assert.deepEqual(
        units?.lines.map(({ quantity, restock }) => [quantity, restock]),
        [["2", false]],
      );
      assert.equal(fine(order.refundedTotal), sum(order.refunds.map(({ total }) => fine(total))));
    },
  },
  {
    name: "an order that was not refunded has no refunds",
    run: async (world) => {
      const { id } = await paidOrder(world, "RN");
      const order = await read(world, id);
      assert.deepEqual([order.refunds, order.refundedTotal], [[], "0"]);
    },
  },
];
