/** Runs the order rules against the model of Odoo until nothing is left to do, as the hub's loop does. */
import { type OrderAction, ORDER_STAGES, type OrderObserved } from "../order/observed.ts";
import { planOrder } from "../order/plan.ts";
import type { OrderRules } from "../order/rules.ts";
import type { ShopOrder } from "../order/shop-order.ts";
import type { Plan } from "../plan.ts";
import type { ErpSettings } from "../ports/erp.ts";
import type { ModelErp } from "./model-erp.ts";
import { RULES, SETTINGS } from "./orders.ts";

export interface LoopOptions {
  readonly rules?: OrderRules;
  readonly settings?: ErpSettings;
  /** Stops the run after so many actions, as a crash would. */
  readonly actionsMax?: number;
}

export interface Loop {
  readonly plan: Plan<OrderAction>;
  readonly observed: OrderObserved;
  /** Rounds that had something to do. */
  readonly rounds: number;
  readonly kinds: readonly string[];
}

/** More than any order needs; the tests assert on the number that was used. */
const ROUNDS_MAX = 100;

export function observe(erp: ModelErp, order: ShopOrder | null, settings: ErpSettings = SETTINGS): OrderObserved {
  const marked = order && { ...order, mark: erp.mark };
  return { orderId: order?.id ?? "1054", order: marked, erp: erp.observe(), settings, links: [], recreate: false };
}

/** One run: it remembers what it did itself, and nothing of earlier runs. */
export function runLoop(erp: ModelErp, order: ShopOrder, options: LoopOptions = {}): Loop {
  const applied: OrderAction[] = [];
  for (let rounds = 0; ; rounds += 1) {
    const observed = observe(erp, order, options.settings);
    const plan = planOrder(observed, options.rules ?? RULES, applied);
    const crashed = applied.length >= (options.actionsMax ?? Number.POSITIVE_INFINITY);
    if (plan.actions.length === 0 || crashed || rounds === ROUNDS_MAX) {
      return { plan, observed, rounds, kinds: applied.map((action) => action.kind) };
    }
    for (const stage of ORDER_STAGES) {
      for (const action of plan.actions.filter(({ kind }) => kind === stage)) {
        if (applied.length >= (options.actionsMax ?? Number.POSITIVE_INFINITY)) break;
        erp.apply(action);
        applied.push(action);
      }
    }
  }
}
