/** A world in which nothing happens unless a scenario says so. */
import type { NetworkFaults } from "../../sim/faults.ts";
import { HOUR_MS, MINUTE_MS, SELLABLE, START_MS, type OrderPlan, type ShopPlan, type WorldPlan } from "./plan.ts";

const QUIET: NetworkFaults = { rates: {}, outages: [], untilMs: START_MS };

export const CALM_SHOP: ShopPlan = {
  id: "shop-eu",
  kind: "woocommerce",
  pricesIncludeTax: false,
  roundTaxAtSubtotal: false,
  utcOffsetMinutes: 60,
  webhooks: true,
  safetyStock: 0,
  sends: "apart",
  locations: 1,
  checksStock: false,
  orders: [],
  faults: QUIET,
};

export const CALM: Omit<WorldPlan, "seed"> = {
  major: 19,
  timeZone: "Europe/Amsterdam",
  automations: true,
  runsMax: 4,
  opening: Object.fromEntries([...SELLABLE, "TABLE"].map((sku) => [sku, 20])),
  shops: [CALM_SHOP],
  stock: [],
  erpFaults: QUIET,
  deliveries: { lost: 0, doubled: 0, lateMsMax: 0 },
  deaths: [],
  skuMadeAtMs: null,
  taxMappedAtMs: null,
  retriesAtMs: [],
  chaosEndsMs: START_MS + HOUR_MS / 2,
};

/** What is different from the calm world, and from its one shop (or from each of `shops`). */
export type Scenario = Partial<WorldPlan> & Partial<Omit<ShopPlan, "id" | "kind">>;

export function calmWorld(seed: number, scenario: Scenario): WorldPlan {
  const shopKeys = Object.keys(CALM_SHOP);
  const own = Object.fromEntries(Object.entries(scenario).filter(([name]) => shopKeys.includes(name)));
  const world = Object.fromEntries(Object.entries(scenario).filter(([name]) => !shopKeys.includes(name)));
  const plan: WorldPlan = { ...CALM, seed, ...world };
  return { ...plan, shops: plan.shops.map((shop) => ({ ...shop, ...own })) };
}

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
