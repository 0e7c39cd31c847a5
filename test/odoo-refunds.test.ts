/** Refunds against the simulated Odoo, by the hub's rules through the real connector: the same cases that the real servers pass. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createRandom } from "../sim/random.ts";
import { createSimulatedOdoo } from "../sim/odoo/simulated-odoo.ts";
import { assertCase, REFUND_CASES, unrefunded } from "./live/refund-cases.ts";
import { erpActions, openStage, runOrders, type RefundStage } from "./live/refund-stage.ts";

const KEY = "simulated-key";
const NOW_MS = Date.UTC(2026, 10, 21, 9, 0, 0);
const DAY_MS = 86_400_000;
/** More than any case takes. */
const CRASHES_MAX = 60;

async function simulatedStage(
  major: 19 | 14,
): Promise<{ readonly stage: RefundStage; readonly unsupported: readonly string[] }> {
  const clock = { nowMs: () => NOW_MS, sleep: () => Promise.resolve() };
  const odoo = createSimulatedOdoo({
    clock,
    random: createRandom("refunds"),
    version: major,
    baseUrl: "http://odoo.test",
    database: "hub",
    apiKey: KEY,
    outstandingAccount: true,
  });
  const options = {
    connection: "odoo",
    url: "http://odoo.test",
    database: "hub",
    user: "admin",
    apiKey: KEY,
    transport: (request: Parameters<typeof odoo.handle>[0]) => odoo.handle(request),
    clock,
  };
  const call = {
    deadlineMs: () => NOW_MS + DAY_MS,
    beforeWrite: () => Promise.resolve(),
    record: () => undefined,
  };
  const stage = await openStage({ major, run: "sim", options, call });
  return { stage, unsupported: odoo.unsupported };
}

describe("refunds in the simulated Odoo", () => {
  for (const major of [19, 14] as const) {
    test(`Odoo ${major}: every shape comes to its end in one batch`, async () => {
      const { stage, unsupported } = await simulatedStage(major);
      const orders = REFUND_CASES.map((given, index) => given.order(stage, index + 1));
      await runOrders(stage, orders.filter((order) => order.status === "refunded").map(unrefunded));
      const ended = await runOrders(stage, orders);
      for (const [index, given] of REFUND_CASES.entries())
        await assertCase(stage, given, orders[index]!, ended.get(orders[index]!.id)!);
      assert.deepEqual(unsupported, []);
    });

    test(`Odoo ${major}: the same after a crash behind every single action`, async () => {
      const { stage } = await simulatedStage(major);
      const orders = REFUND_CASES.map((given, index) => given.order(stage, index + 1));
      await runOrders(stage, orders.filter((order) => order.status === "refunded").map(unrefunded));
      for (const [index, given] of REFUND_CASES.entries()) {
        const order = orders[index]!;
        for (let crash = 0; ; crash += 1) {
          assert.ok(crash < CRASHES_MAX, "each run brings it a step further");
          const stopped = await runOrders(stage, [order], { actionsMax: 1 });
          if (erpActions(stopped.get(order.id)!.plan).length === 0) break;
        }
        const ended = await runOrders(stage, [order]);
        await assertCase(stage, given, order, ended.get(order.id)!);
      }
    });
  }
});
