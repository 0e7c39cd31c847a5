/** A world in which nothing happens unless a scenario says so. */
import { HOUR_MS, MINUTE_MS, SELLABLE, START_MS, type OrderPlan, type WorldPlan } from "./plan.ts";

export const CALM: Omit<WorldPlan, "seed"> = {
  major: 19,
  pricesIncludeTax: false,
  roundTaxAtSubtotal: false,
  utcOffsetMinutes: 60,
  timeZone: "Europe/Amsterdam",
  webhooks: true,
  automations: true,
  safetyStock: 0,
  runsMax: 4,
  deliverWhenCompleted: false,
  opening: Object.fromEntries([...SELLABLE, "TABLE"].map((sku) => [sku, 20])),
  orders: [],
  stock: [],
  shopFaults: { rates: {}, outages: [], untilMs: START_MS },
  erpFaults: { rates: {}, outages: [], untilMs: START_MS },
  deliveries: { lost: 0, doubled: 0, lateMsMax: 0 },
  deaths: [],
  skuMadeAtMs: null,
  taxMappedAtMs: null,
  retriesAtMs: [],
  chaosEndsMs: START_MS + HOUR_MS / 2,
};

/** A paid card order of one mug by a guest, a minute after the start; `changes` say what is different. */
export function order(index: number, changes: Partial<OrderPlan> = {}): OrderPlan {
  return {
    index,
    atMs: START_MS + MINUTE_MS,
    lines: [{ sku: "MUG", quantity: 1 }],
    customer: { kind: "guest", email: "ada@example.test" },
    country: "NL",
    shipping: null,
    fee: null,
    coupon: null,
    method: "card",
    paid: true,
    status: "processing",
    steps: [],
    ...changes,
  };
}
