/** Short words for tests of the order plan. */
import { type FailureCode, sentenceOf } from "../failures.ts";
import type { OrderAction, OrderObserved } from "../order/observed.ts";
import { planOrder } from "../order/plan.ts";
import type { OrderStatus, ShopOrder } from "../order/shop-order.ts";
import type { Plan } from "../plan.ts";
import { observe, runLoop } from "./loop.ts";
import { must } from "./must.ts";
import { ModelErp, type ModelOptions } from "./model-erp.ts";
import { PRODUCTS, RULES, sampleOrder } from "./orders.ts";

export function model(options: Partial<ModelOptions> = {}): ModelErp {
  return new ModelErp({ products: PRODUCTS, exactOrders: true, ...options });
}

export function at(status: OrderStatus, given: Partial<ShopOrder> = {}): ShopOrder {
  return sampleOrder({ status, statusText: status, ...given });
}

export function kinds(plan: Plan<OrderAction>): readonly string[] {
  return plan.actions.map((action) => action.kind);
}

export function codes(plan: Plan<OrderAction>): readonly FailureCode[] {
  return plan.blockers.map((found) => found.code);
}

/** A model in which the sample order has come to its end. */
export function synced(given: Partial<ShopOrder> = {}, options: Partial<ModelOptions> = {}): ModelErp {
  const erp = model(options);
  runLoop(erp, sampleOrder(given));
  return erp;
}

/** The plan for an order over what stands in the model. */
export function planned(
  erp: ModelErp,
  order: ShopOrder | null,
  change: (observed: OrderObserved) => OrderObserved = (observed) => observed,
): Plan<OrderAction> {
  return planOrder(change(observe(erp, order)), RULES);
}

/** Asserts that exactly this stops the plan; its sentence. */
export function blockedBy(plan: Plan<OrderAction>, code: FailureCode): string {
  const [found, ...others] = plan.blockers;
  must(
    found?.code === code && others.length === 0,
    `blocked by ${code} alone, not by ${codes(plan).join(", ") || "nothing"}`,
  );
  must(
    plan.actions.every((action) => action.kind === "mark.write"),
    "nothing but the mark is written beside a blocker",
  );
  must(plan.state.name === "failed", "a blocked plan has failed");
  return sentenceOf(found);
}
