/** Refunds on the real servers: the whole way by the hub's rules, all cases of a server in one batch; and eight hubs at once. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { describe, test } from "node:test";
import { systemClock } from "../../src/app/system-clock.ts";
import { addressOf, callContext, MAJORS, transport } from "./odoo-world.ts";
import { assertCase, REFUND_CASES, unrefunded } from "./refund-cases.ts";
import {
  notesOf,
  openStage,
  paymentsOf,
  refund,
  refundLine,
  refundOrder,
  runOrders,
  withRefunds,
} from "./refund-stage.ts";

const HUBS = 8;

describe("refunds", { concurrency: 2 }, () => {
  for (const major of MAJORS) {
    test(`Odoo ${major}`, async (t) => {
      const run = randomBytes(3).toString("hex");
      const options = { connection: `odoo${major}`, ...addressOf(major), transport, clock: systemClock };
      const stage = await openStage({ major, run, options, call: callContext() });
      await t.test(
        "every shape of refund comes to its end in one batch, and a second run finds nothing to do",
        async () => {
          const orders = REFUND_CASES.map((given, index) => given.order(stage, index + 1));
          await runOrders(stage, orders.filter((order) => order.status === "refunded").map(unrefunded));
          const ended = await runOrders(stage, orders);
          for (const [index, given] of REFUND_CASES.entries()) {
            const order = orders[index]!;
            await assertCase(stage, given, order, ended.get(order.id)!);
          }
          const again = await runOrders(stage, orders);
          for (const { plan } of again.values()) assert.equal(plan.state.name, "synced");
        },
      );
      await t.test("eight hubs at once make one credit note and give the money back once", async () => {
        const order = refundOrder(stage, 100);
        await runOrders(stage, [order]);
        const lines = [
          refundLine({ lineId: "1", quantity: "1", untaxed: "8.26", taxes: [{ rateId: "1", amount: "1.75" }] }),
        ];
        const refunded = withRefunds(order, [refund("1", "10.01", lines)]);
        const ends = await Promise.allSettled(Array.from({ length: HUBS }, () => runOrders(stage, [refunded])));
        assert.ok(
          ends.some((end) => end.status === "fulfilled"),
          JSON.stringify(ends.map((end) => end.status)),
        );
        const ended = (await runOrders(stage, [refunded])).get(order.id)!;
        assert.equal(ended.plan.state.name, "synced", JSON.stringify(ended.plan.blockers));
        const notes = await notesOf(stage, ended);
        assert.deepEqual(
          notes.map(({ total, residual }) => [total, residual]),
          [["10.01", "0.00"]],
        );
        assert.deepEqual(await paymentsOf(stage, order), ["inbound 45.91 done", "outbound 10.01 done"]);
      });
    });
  }
});
