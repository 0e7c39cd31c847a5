/**
 * One world from one seed: the real hub, both simulated systems, everything that breaks, and what people do. It runs
 * until all has come to rest and answers what was violated, a trace, and the trace's hash.
 */
import { API_VERSION } from "../../src/connectors/shopify/api-version.ts";
import { FAILURES } from "../../src/core/failures.ts";
import { formatKey } from "../../src/core/key.ts";
import type { Clock } from "../../src/core/ports/clock.ts";
import { openStore, type OpenedStore } from "../../src/store/open-store.ts";
import type { SharedStore } from "../../sim/mortal-store.ts";
import { createRandom } from "../../sim/random.ts";
import { createVirtualTime } from "../../sim/virtual-clock.ts";
import { shopifySchema } from "../../tools/shopify-schema.ts";
import type { Books } from "./books.ts";
import { watchClaims } from "./claim-watch.ts";
import { deliverTo } from "./deliveries.ts";
import { createErpSide } from "./erp-side.ts";
import { ERP, type HubProcess, type Spoil } from "./hub-process.ts";
import { violations, type HubBooks, type OracleRules } from "./oracle.ts";
import { retryParked, schedulePeople, sweep } from "./people.ts";
import { HOUR_MS, MINUTE_MS, planWorld, START_MS, UNKNOWN_SKU, type WorldPlan } from "./plan.ts";
import { aliveProcess, startProcess, type World } from "./running.ts";
import { createShopSide, type ShopifySchema } from "./shop-sides.ts";
import type { ErpSide, ShopSide } from "./sides.ts";
import { createStockStory } from "./stock-story.ts";
import { createTrace, type Trace } from "./trace.ts";

export interface WorldResult {
  readonly seed: number;
  readonly violations: readonly string[];
  readonly trace: Trace;
  readonly hash: string;
  readonly books: Books;
  readonly states: HubBooks["states"];
  readonly events: { readonly orders: number; readonly deaths: number; readonly faults: number };
}

export interface WorldOptions {
  readonly seed: number;
  readonly bench: Bench;
  readonly spoil?: Spoil;
  /** Another plan than the seed's, for scenarios of one lesson. */
  readonly adjust?: (plan: WorldPlan) => WorldPlan;
  /** What else happens in such a scenario. */
  readonly arrange?: (world: World) => void;
}

/** One embedded store for all worlds of a process; each world empties it and sets its time. */
export interface Bench {
  readonly store: OpenedStore;
  readonly time: { current: Clock };
  /** What a simulated Shopify executes. */
  readonly schema: ShopifySchema;
}

/** After the faults: people mend and retry, everything is swept. */
const REST_MS = 30 * MINUTE_MS;
const REST_MS_MAX = 6 * HOUR_MS;
const LOST_NOTIFICATIONS = 0.1;
const PARKED_MAX = 1_000;

export async function openBench(): Promise<Bench> {
  const time: Bench["time"] = { current: { nowMs: () => START_MS, sleep: () => Promise.resolve() } };
  const clock: Clock = { nowMs: () => time.current.nowMs(), sleep: (ms, signal) => time.current.sleep(ms, signal) };
  return { store: await openStore({ memory: true, clock, now: "clock" }), time, schema: shopifySchema(API_VERSION) };
}

export async function runWorld({
  seed,
  bench,
  spoil = {},
  adjust = (plan) => plan,
  arrange = () => {},
}: WorldOptions): Promise<WorldResult> {
  const plan = adjust(planWorld(seed));
  const world = await createWorld(plan, bench, spoil);
  const { time, trace } = world;
  schedulePeople(world);
  arrange(world);
  startProcess(world);
  await time.run({ untilMs: plan.chaosEndsMs });
  trace.tell("the network is well from here on");
  time.after(5 * MINUTE_MS, "person", () => void retryParked(world));
  time.after(8 * MINUTE_MS, "person", () => void sweep(world));
  await settle(world);
  const hub = await hubBooks(world);
  const books = booksOf(world);
  const all = [...world.found, ...violations(books, hub, oracleRules(world)), ...world.story.violations()];
  for (const process of world.processes) process.mortal.kill();
  for (const sentence of all) trace.tell(`VIOLATION ${sentence}`);
  return {
    seed,
    violations: all,
    trace,
    hash: trace.hash(),
    books,
    states: hub.states,
    events: { orders: books.shopOrders.length, deaths: world.deaths, faults: world.faults },
  };
}

async function createWorld(plan: WorldPlan, bench: Bench, spoil: Spoil): Promise<World> {
  const random = createRandom(plan.seed).fork("world");
  const time = createVirtualTime({ startMs: START_MS, random: random.fork("time") });
  bench.time.current = time.clock;
  await bench.store.clear();
  const trace = createTrace(() => time.nowMs());
  const processes: HubProcess[] = [];
  const found: string[] = [];
  const ways = { plan, time, random: random.fork("deliveries"), trace, alive: () => aliveProcess(processes) };
  const shops = plan.shops.map((shop) =>
    createShopSide(
      { plan, shop, time, random: random.fork(`shop ${shop.id}`), deliver: deliverTo(shop.id, ways) },
      bench.schema,
    ),
  );
  const rates = shops.flatMap((shop) => shop.rates);
  const erp = await createErpSide({ plan, time, random: random.fork("erp"), deliver: deliverTo(ERP, ways), rates });
  const claims = watchClaims(trace, found);
  const shared: SharedStore = {
    store: spoil.database?.(bench.store) ?? bench.store,
    time,
    random: random.fork("store"),
    waiting: new Set(),
    paused: new Set(),
    watch: claims.watch,
    lostNotifications: plan.deaths.length === 0 ? 0 : LOST_NOTIFICATIONS,
  };
  const story = createStockStory({
    plan,
    nowMs: () => time.nowMs(),
    books: () => mergedBooks(shops, erp),
    places: new Map(shops.map(({ id, places }) => [id, places])),
  });
  return {
    plan,
    time,
    random,
    trace,
    shops,
    erp,
    story,
    shared,
    claims,
    processes,
    found,
    spoil,
    store: bench.store,
    faults: 0,
    deaths: 0,
    taxMapped: false,
  };
}

function booksOf({ shops, erp }: World): Books {
  return mergedBooks(shops, erp);
}

function mergedBooks(shops: readonly ShopSide[], erp: ErpSide): Books {
  const sold = shops.map((shop) => shop.books());
  const rest = erp.books();
  return {
    ...rest,
    shopOrders: sold.flatMap(({ shopOrders }) => shopOrders),
    shopStock: sold.flatMap(({ shopStock }) => shopStock),
    unsupported: [...sold.flatMap(({ unsupported }) => unsupported), ...rest.unsupported],
  };
}

/** Until a sweep has passed and nothing is due any more. */
async function settle({ time, plan, store }: World): Promise<void> {
  await time.run({ untilMs: plan.chaosEndsMs + REST_MS });
  for (let ms = REST_MS; ms < REST_MS_MAX; ms += 10 * MINUTE_MS) {
    const rows = await store.work({}, PARKED_MAX);
    // What is still being retried ends parked; what waits for a delivery is looked at again for ever.
    if (
      rows.every(
        ({ nextAtMs, leaseUntilMs, trigger }) =>
          leaseUntilMs === null &&
          (nextAtMs === null || (trigger === "recheck" && nextAtMs > time.nowMs() + MINUTE_MS)),
      )
    )
      return;
    await time.run({ untilMs: time.nowMs() + 10 * MINUTE_MS });
  }
}

async function hubBooks({ store, time }: World): Promise<HubBooks> {
  const states = await store.keyStates({}, PARKED_MAX);
  const work = await store.work({}, PARKED_MAX);
  return {
    nowMs: time.nowMs(),
    states: new Map(
      states.map(({ key, state, code }) => [
        formatKey(key),
        { state, code, failureClass: code === null ? null : FAILURES[code].class },
      ]),
    ),
    work: work.map(({ key, parkedCode, nextAtMs, leaseUntilMs, trigger }) => ({
      key: formatKey(key),
      parkedCode,
      nextAtMs,
      leaseUntilMs,
      trigger,
    })),
  };
}

function oracleRules({ plan, shops, taxMapped }: World): OracleRules {
  return {
    shops: new Map(
      plan.shops.map(({ id, safetyStock, sends }, at) => [
        id,
        { safetyStock, sends, unpaid: [shops[at]!.methods.cod] },
      ]),
    ),
    normalEmail: (email) => email.trim().toLowerCase(),
    unknownSkus: new Set(plan.skuMadeAtMs === null ? [UNKNOWN_SKU] : []),
    unmappedCountries: new Set(taxMapped ? [] : ["US"]),
    exactOrders: plan.major === 19,
  };
}
