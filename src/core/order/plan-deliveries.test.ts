/** Deliveries both ways in an order's plan. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { ModelErp } from "../testing/model-erp.ts";
import { observe, runLoop } from "../testing/loop.ts";
import { allSent, RULES } from "../testing/orders.ts";
import { at, model, synced } from "../testing/plans.ts";
import { UNSENT_RECHECK_MS } from "./accepted.ts";
import type { OrderAction } from "./observed.ts";
import { planOrder } from "./plan.ts";
import type { OrderRules } from "./rules.ts";
import type { OrderFulfilment } from "./shop-order.ts";

describe("deliveries", () => {
  test("what the shop sent is delivered when it is so configured, and only then, in part and in full", () => {
    const order = at("processing");
    const run = (erp: ModelErp, deliveries: OrderRules["deliveries"], fulfilments: readonly OrderFulfilment[]) =>
      runLoop(erp, { ...order, fulfilments }, { rules: { ...RULES, deliveries } }).kinds.filter(
        (kind) => kind === "delivery.validate" || kind === "fulfilment.write",
      );
    const all = allSent(order);
    const part = { ...all, lines: [{ lineId: "1", quantity: "2" }] };
    const erp = model();
    assert.deepEqual(run(erp, "shop", []), []);
    assert.deepEqual(run(erp, "shop", [part]), ["delivery.validate"]);
    assert.deepEqual(
      erp.deliveries.map(({ state, lines }) => [state, lines.map(({ demand }) => demand)]),
      [
        ["done", ["2"]],
        ["assigned", ["1", "2"]],
      ],
    );
    assert.deepEqual(run(erp, "shop", [part]), []);
    assert.deepEqual(run(erp, "shop", [all]), ["delivery.validate"]);
    assert.ok(erp.moves.length > 0 && erp.moves.every((move) => move.state === "done"));
    const apart = model();
    assert.deepEqual(run(apart, "apart", [all]), []);
    assert.ok(apart.moves.every((move) => move.state === "confirmed"));
  });

  test("what Odoo sent is told to the shop when it is so configured; until all is, the order is looked at again", () => {
    const rules: OrderRules = { ...RULES, deliveries: "odoo" };
    const erp = synced(at("processing"));
    const plan = (fulfilments: readonly OrderFulfilment[], applied: readonly OrderAction[] = []) =>
      planOrder(observe(erp, at("processing", { fulfilments })), rules, applied);
    assert.deepEqual([plan([]).actions, plan([]).state.recheckMs], [[], UNSENT_RECHECK_MS]);
    erp.deliver([{ externalId: "stockbridge.shop-eu_order_1054_l1", quantity: "2" }], "P1");
    const [told] = plan([]).actions;
    assert.ok(told?.kind === "fulfilment.write");
    const lines = [{ lineId: "1", quantity: "2" }];
    const parcel = { orderId: "1054", picking: "WH/OUT/00001", carrier: "", trackingNumber: "P1", trackingUrl: "" };
    assert.deepEqual(told.writes, [{ ...parcel, lines }]);
    assert.match(plan([]).diff[0]?.after ?? "", /WH\/OUT\/00001: line 1 x 2, tracking P1/);
    // The shop has taken it and does not show it: it is not told a second time.
    assert.equal(plan([], [told]).blockers[0]?.code, "SHOP_REJECTED");
    const known = { ...allSent(at("processing")), lines, trackingNumbers: ["P1"] };
    assert.deepEqual(plan([known]).actions, []);
    erp.deliver();
    const rest = {
      ...known,
      id: "2",
      lines: [...lines, { lineId: "1", quantity: "1" }, { lineId: "2", quantity: "2" }],
    };
    assert.deepEqual([plan([rest]).actions, plan([rest]).state.recheckMs], [[], undefined]);
    assert.deepEqual(planOrder(observe(erp, at("processing")), RULES).actions, []);
  });
});
