/**
 * What happens in one world, as data made from a seed: who orders what and when, what the warehouse does, what breaks,
 * when processes die and what a person mends. Nothing here is decided while the world runs.
 */
import type { DeathPlan } from "../../sim/mortal.ts";
import type { NetworkFaults, Outage } from "../../sim/faults.ts";
import { createRandom, type Random } from "../../sim/random.ts";

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const START_MS = Date.UTC(2030, 4, 6, 7, 0, 0);

/** Names of what is sold; the catalog gives each its two sides. */
export const SELLABLE = ["MUG", "POSTER", "SHIRT-S", "SHIRT-M", "BOOK"] as const;
/** Known to the shop alone until a person makes it in Odoo. */
export const UNKNOWN_SKU = "LAMP-NEW";
/** Odoo invoices it when it has been delivered. */
export const ON_DELIVERY_SKU = "TABLE";
export type Sku = (typeof SELLABLE)[number] | typeof UNKNOWN_SKU | typeof ON_DELIVERY_SKU;

export interface LinePlan {
  readonly sku: Sku;
  readonly quantity: number;
}

export interface OrderPlan {
  readonly index: number;
  readonly atMs: number;
  readonly lines: readonly LinePlan[];
  /** A guest's mail, or a registered customer. */
  readonly customer:
    | { readonly kind: "guest"; readonly email: string }
    | { readonly kind: "registered"; readonly index: number };
  readonly country: "NL" | "DE" | "US";
  readonly shipping: string | null;
  readonly fee: string | null;
  readonly coupon: "percent" | "fixed" | null;
  readonly method: "card" | "bacs" | "cod";
  /** The gateway says at checkout that the money has come. */
  readonly paid: boolean;
  readonly status: string;
  readonly steps: readonly OrderStep[];
}

export type OrderStep =
  | { readonly kind: "status"; readonly afterMs: number; readonly status: string }
  /** The money came: the shop moves it on by itself. */
  | { readonly kind: "pay"; readonly afterMs: number }
  /** Another quantity on the first line. */
  | { readonly kind: "edit"; readonly afterMs: number; readonly quantity: number }
  /** All of it, or one unit of the first line; the goods come back into stock or not. */
  | { readonly kind: "refund"; readonly afterMs: number; readonly part: "all" | "unit"; readonly restock: boolean };

export const SHOP_KINDS = ["woocommerce", "shopify"] as const;
export type ShopKindName = (typeof SHOP_KINDS)[number];

/** One of the shops that sell the same stock. */
export interface ShopPlan {
  /** Its connection. */
  readonly id: string;
  readonly kind: ShopKindName;
  readonly pricesIncludeTax: boolean;
  readonly roundTaxAtSubtotal: boolean;
  /** How far the shop's own time is ahead of UTC. */
  readonly utcOffsetMinutes: number;
  readonly webhooks: boolean;
  readonly safetyStock: number;
  /** Which side says that goods went out. */
  readonly sends: "apart" | "shop" | "odoo";
  /** A shop with locations sells the old warehouse's goods at its second one. */
  readonly locations: 1 | 2;
  /** False: it sells whatever is ordered, as when buyers come at the same moment. */
  readonly checksStock: boolean;
  readonly orders: readonly OrderPlan[];
  readonly faults: NetworkFaults;
}

export interface StockPlan {
  readonly atMs: number;
  readonly sku: Sku;
  /** `receipt` adds, `adjust` sets, `sale` is another channel's and takes, `deliver` sends an order that waits. */
  readonly kind: "receipt" | "adjust" | "sale" | "deliver";
  readonly quantity: number;
}

export interface WorldPlan {
  readonly seed: number;
  readonly major: 19 | 14;
  /** The Odoo company's. */
  readonly timeZone: string;
  readonly automations: boolean;
  readonly runsMax: number;
  readonly opening: Readonly<Record<string, number>>;
  readonly shops: readonly ShopPlan[];
  readonly stock: readonly StockPlan[];
  readonly erpFaults: NetworkFaults;
  readonly deliveries: { readonly lost: number; readonly doubled: number; readonly lateMsMax: number };
  /** One for each process after the other; the one after the last lives. */
  readonly deaths: readonly (DeathPlan & { readonly restartAfterMs: number })[];
  /** When the unknown SKU is made in Odoo; null: never. */
  readonly skuMadeAtMs: number | null;
  /** True: one rate is not mapped until somebody changes the configuration (and restarts the hub). */
  readonly taxMappedAtMs: number | null;
  /** When a person presses retry on everything that is parked. */
  readonly retriesAtMs: readonly number[];
  /** Faults end here. */
  readonly chaosEndsMs: number;
}

const DURATION_MS = 60 * MINUTE_MS;
const OUTAGE_MS_MAX = 2 * HOUR_MS;

export function planWorld(seed: number): WorldPlan {
  const random = createRandom(seed).fork("plan");
  const calm = random.chance(0.1);
  const sides = ["erp", ...SHOP_KINDS] as const;
  const outages = calm ? [] : planOutages(random.fork("outages"), sides);
  const lastOutageMs = Math.max(0, ...outages.map(({ outage }) => outage.toMs - START_MS));
  const chaosEndsMs = START_MS + Math.max(DURATION_MS, lastOutageMs) + 10 * MINUTE_MS;
  const faults = (side: (typeof sides)[number]): NetworkFaults => ({
    rates: calm ? {} : planRates(random.fork(`rates ${side}`)),
    outages: outages.filter((planned) => planned.side === side).map(({ outage }) => outage),
    untilMs: chaosEndsMs,
  });
  const uses = { usesUnknown: random.chance(0.5), usesUnmapped: random.chance(0.35) };
  return {
    seed,
    major: random.chance(0.7) ? 19 : 14,
    timeZone: random.pick(["UTC", "Europe/Amsterdam", "America/New_York", "Pacific/Auckland"]),
    automations: random.chance(0.7),
    runsMax: random.pick([1, 2, 4]),
    opening: Object.fromEntries([...SELLABLE, ON_DELIVERY_SKU].map((sku) => [sku, random.int(0, 40)])),
    shops: SHOP_KINDS.map((kind) => planShop(random.fork(`shop ${kind}`), kind, uses, faults(kind))),
    stock: planStock(random.fork("stock")),
    erpFaults: faults("erp"),
    deliveries: calm
      ? { lost: 0, doubled: 0, lateMsMax: 0 }
      : {
          lost: random.pick([0, 0.1, 0.5]),
          doubled: random.pick([0, 0.2]),
          lateMsMax: random.pick([0, MINUTE_MS, 20 * MINUTE_MS]),
        },
    deaths: calm ? [] : planDeaths(random.fork("deaths")),
    skuMadeAtMs: uses.usesUnknown && random.chance(0.75) ? START_MS + random.int(15, 55) * MINUTE_MS : null,
    taxMappedAtMs: uses.usesUnmapped && random.chance(0.75) ? START_MS + random.int(15, 55) * MINUTE_MS : null,
    retriesAtMs: Array.from({ length: random.int(0, 2) }, () => START_MS + random.int(20, 60) * MINUTE_MS),
    chaosEndsMs,
  };
}

function planShop(random: Random, kind: ShopKindName, uses: Uses, faults: NetworkFaults): ShopPlan {
  return {
    id: `shop-${kind === "woocommerce" ? "eu" : "us"}`,
    kind,
    pricesIncludeTax: random.chance(0.4),
    roundTaxAtSubtotal: random.chance(0.25),
    utcOffsetMinutes: random.pick([0, 60, 600, -480]),
    webhooks: random.chance(0.85),
    safetyStock: random.chance(0.3) ? random.int(1, 3) : 0,
    sends: random.pick(kind === "shopify" ? ["apart", "shop", "odoo", "odoo"] : ["apart", "apart", "shop"]),
    locations: random.chance(0.5) ? 1 : 2,
    checksStock: true,
    orders: planOrders(random.fork("orders"), uses),
    faults,
  };
}

function planRates(random: Random): NetworkFaults["rates"] {
  const level = random.pick([0.01, 0.04, 0.1]);
  const share = () => (random.chance(0.6) ? level * random.next() : 0);
  return {
    "timeout-before": share() / 2,
    "timeout-after": share(),
    "timeout-late": share() / 2,
    "reset-before": share(),
    "reset-after": share(),
    "error-before": share(),
    "error-after": share(),
    html: share() / 2,
    throttled: share(),
    slow: share(),
  };
}

function planOutages<Side extends string>(
  random: Random,
  [erp, ...shops]: readonly [Side, ...Side[]],
): { side: Side; outage: Outage }[] {
  return Array.from({ length: random.pick([0, 0, 1, 1, 2]) }, () => {
    const fromMs = START_MS + random.int(1, 50) * MINUTE_MS;
    // Most are short; some are the two hours that must park nothing.
    const lastsMs = random.chance(0.3) ? random.int(MINUTE_MS, OUTAGE_MS_MAX) : random.int(MINUTE_MS, 15 * MINUTE_MS);
    const kind = random.pick(["refused", "refused", "maintenance", "hangs"] as const);
    return { side: random.chance(0.5) ? erp : random.pick(shops), outage: { fromMs, toMs: fromMs + lastsMs, kind } };
  });
}

function planDeaths(random: Random): WorldPlan["deaths"] {
  return Array.from({ length: random.pick([0, 1, 1, 2, 3]) }, () => ({
    // Runs are made of about a hundred calls: small numbers hit the start, large ones the middle of a batch.
    point: random.chance(0.3) ? random.int(1, 60) : random.int(60, 1_200),
    callHappens: random.chance(0.5),
    wakesAfterMs: random.chance(0.4) ? random.int(1, 20 * MINUTE_MS) : null,
    restartAfterMs: random.int(0, 5 * MINUTE_MS),
  }));
}

function planStock(random: Random): readonly StockPlan[] {
  return Array.from({ length: random.int(5, 14) }, (): StockPlan => {
    const kind = random.pick(["receipt", "receipt", "adjust", "sale", "deliver"] as const);
    const sku = random.pick<Sku>([...SELLABLE, ON_DELIVERY_SKU]);
    return {
      atMs: START_MS + random.int(0, DURATION_MS),
      sku,
      kind,
      quantity: kind === "adjust" ? random.int(0, 60) : random.int(1, 12),
    };
  }).toSorted((a, b) => a.atMs - b.atMs);
}

const EMAILS = ["ada@example.test", "Ada@Example.Test", "berta@example.test", "chris+web@example.test"];
const FIRST_ORDERS_MAX = 4;

interface Uses {
  readonly usesUnknown: boolean;
  readonly usesUnmapped: boolean;
}

function planOrders(random: Random, uses: Uses): readonly OrderPlan[] {
  const orders: OrderPlan[] = [];
  const count = random.int(2, 5);
  for (let index = 0; index < count; index += 1)
    orders.push(planOrder(random.fork(`order ${index}`), orders.length, uses));
  if (random.chance(0.2)) {
    // One guest orders several times at once, before Odoo has ever heard of them.
    const atMs = START_MS + random.int(0, DURATION_MS);
    for (let count = random.int(2, FIRST_ORDERS_MAX); count > 0; count -= 1) {
      const order = planOrder(random.fork(`rush ${count}`), orders.length, uses);
      orders.push({ ...order, atMs: atMs + count * 20, customer: { kind: "guest", email: "rush@example.test" } });
    }
  }
  return orders.toSorted((a, b) => a.atMs - b.atMs || a.index - b.index);
}

function planOrder(random: Random, index: number, uses: Uses): OrderPlan {
  const skus = random.shuffle(SELLABLE).slice(0, random.int(1, 3));
  const lines: LinePlan[] = skus.map((sku) => ({ sku, quantity: random.int(1, 4) }));
  if (uses.usesUnknown && random.chance(0.25)) lines.push({ sku: UNKNOWN_SKU, quantity: 1 });
  if (random.chance(0.15)) lines.push({ sku: ON_DELIVERY_SKU, quantity: random.int(1, 2) });
  return {
    index,
    atMs: START_MS + random.int(0, DURATION_MS),
    lines,
    customer: random.chance(0.7)
      ? { kind: "guest", email: random.pick(EMAILS) }
      : { kind: "registered", index: random.int(0, 1) },
    country: uses.usesUnmapped && random.chance(0.3) ? "US" : random.pick(["NL", "NL", "DE"] as const),
    shipping: random.chance(0.6) ? random.pick(["4.95", "6.50", "0.00"]) : null,
    fee: random.chance(0.15) ? "1.35" : null,
    coupon: random.chance(0.25) ? random.pick(["percent", "fixed"] as const) : null,
    ...planLife(random),
  };
}

/** How it is paid, and what becomes of it. */
function planLife(random: Random): Pick<OrderPlan, "method" | "paid" | "status" | "steps"> {
  const later = () => random.int(1, 30) * MINUTE_MS;
  const status = (name: string, afterMs: number = later()): OrderStep => ({ kind: "status", status: name, afterMs });
  const edit = (afterMs: number): OrderStep => ({ kind: "edit", afterMs, quantity: random.int(1, 5) });
  const card = { method: "card", paid: true, status: "processing" } as const;
  const [shortMs, longMs] = [random.int(1, 10) * MINUTE_MS, random.int(11, 30) * MINUTE_MS];
  return random.pick([
    { ...card, steps: [] },
    { ...card, steps: [] },
    { ...card, steps: [status("completed")] },
    { ...card, status: "completed", steps: [] },
    { ...card, steps: [status("cancelled")] },
    { ...card, steps: [{ kind: "refund", afterMs: later(), part: "all", restock: random.chance(0.5) }] },
    { ...card, steps: [{ kind: "refund", afterMs: later(), part: "unit", restock: random.chance(0.5) }] },
    {
      ...card,
      steps: [status("completed", shortMs), { kind: "refund", afterMs: longMs, part: "unit", restock: true }],
    },
    { method: "cod", paid: false, status: "processing", steps: [] },
    { method: "cod", paid: false, status: "processing", steps: [status("completed")] },
    { method: "bacs", paid: false, status: "on-hold", steps: [] },
    { method: "bacs", paid: false, status: "on-hold", steps: [{ kind: "pay", afterMs: later() }] },
    { method: "bacs", paid: false, status: "on-hold", steps: [edit(shortMs), { kind: "pay", afterMs: longMs }] },
    { method: "bacs", paid: false, status: "on-hold", steps: [status("cancelled")] },
    { method: "card", paid: false, status: "pending", steps: [] },
    { method: "card", paid: false, status: "pending", steps: [{ kind: "pay", afterMs: later() }] },
    { method: "card", paid: false, status: "pending", steps: [edit(shortMs), { kind: "pay", afterMs: longMs }] },
    { method: "card", paid: false, status: "pending", steps: [status("failed")] },
    { method: "card", paid: false, status: "pending", steps: [status("cancelled")] },
  ] satisfies readonly Pick<OrderPlan, "method" | "paid" | "status" | "steps">[]);
}
