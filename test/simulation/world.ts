/**
 * One world from one seed: the real hub, both simulated systems, everything that breaks, and what people do. It runs
 * until all has come to rest and answers what was violated, a trace, and the trace's hash.
 */
import { formatKey } from "../../src/core/key.ts";
import { FAILURES } from "../../src/core/failures.ts";
import type { Clock } from "../../src/core/ports/clock.ts";
import type { HubStore } from "../../src/core/ports/store.ts";
import { reconcileStock } from "../../src/engine/reconcile-stock.ts";
import type { HubObserver } from "../../src/engine/observer.ts";
import { openStore, type OpenedStore } from "../../src/store/open-store.ts";
import { faultyTransport } from "../../sim/faults.ts";
import { createMortal } from "../../sim/mortal.ts";
import { mortalStore, type SharedStore } from "../../sim/mortal-store.ts";
import { createRandom, type Random } from "../../sim/random.ts";
import { createVirtualTime, type VirtualTime } from "../../sim/virtual-clock.ts";
import type { Books } from "./books.ts";
import { deliverTo } from "./deliveries.ts";
import { createErpSide, taxName } from "./erp-side.ts";
import { SHOP, startHubProcess, type HubProcess, type Settings, type Spoil } from "./hub-process.ts";
import { violations, type HubBooks, type OracleRules } from "./oracle.ts";
import { HOUR_MS, MINUTE_MS, planWorld, START_MS, UNKNOWN_SKU, type WorldPlan } from "./plan.ts";
import { createShopSide } from "./shop-side.ts";
import type { ErpSide, ShopSide } from "./sides.ts";
import { createTrace, type Trace } from "./trace.ts";
import { watchClaims, type ClaimWatch } from "./claim-watch.ts";

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
}

/** Webhooks leave when the shop's own scheduler runs. */
const SHOP_CRON_MS = 20_000;
/** After the faults: people mend and retry, everything is swept. */
const REST_MS = 30 * MINUTE_MS;
const REST_MS_MAX = 6 * HOUR_MS;
const LOST_NOTIFICATIONS = 0.1;
const PARKED_MAX = 1_000;
const ZOMBIE_MS = 12 * MINUTE_MS;
const STOP_MS_MAX = 5 * MINUTE_MS;

export async function openBench(): Promise<Bench> {
  const time: Bench["time"] = { current: { nowMs: () => START_MS, sleep: () => Promise.resolve() } };
  const clock: Clock = { nowMs: () => time.current.nowMs(), sleep: (ms, signal) => time.current.sleep(ms, signal) };
  return { store: await openStore({ memory: true, clock, now: "clock" }), time };
}

export interface World {
  readonly plan: WorldPlan;
  readonly time: VirtualTime;
  readonly random: Random;
  readonly trace: Trace;
  readonly shop: ShopSide;
  readonly erp: ErpSide;
  readonly shared: SharedStore;
  readonly claims: ClaimWatch;
  readonly processes: HubProcess[];
  readonly found: string[];
  readonly spoil: Spoil;
  readonly store: HubStore;
  faults: number;
  deaths: number;
  taxMapped: boolean;
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
  const { time, trace, shop, erp } = world;
  schedulePeople(world);
  arrange(world);
  startProcess(world);
  await time.run({ untilMs: plan.chaosEndsMs });
  trace.tell("the network is well from here on");
  time.after(5 * MINUTE_MS, "person", () => void retryParked(world));
  time.after(8 * MINUTE_MS, "person", () => void sweep(world));
  await settle(world);
  const hub = await hubBooks(world);
  const books: Books = {
    ...shop.books(),
    ...erp.books(),
    unsupported: [...shop.books().unsupported, ...erp.books().unsupported],
  };
  const all = [...world.found, ...violations(books, hub, oracleRules(world))];
  for (const process of world.processes) process.mortal.kill();
  for (const sentence of all) trace.tell(`VIOLATION ${sentence}`);
  return {
    seed,
    violations: all,
    trace,
    hash: trace.hash(),
    books,
    states: hub.states,
    events: { orders: plan.orders.length, deaths: world.deaths, faults: world.faults },
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
  const deliver = deliverTo({
    plan,
    time,
    random: random.fork("deliveries"),
    trace,
    alive: () => aliveProcess(processes),
  });
  const shop = createShopSide({ plan, time, random: random.fork("shop"), deliver: deliver.shop });
  const erp = await createErpSide({ plan, time, random: random.fork("erp"), deliver: deliver.erp, rates: shop.rates });
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
  return {
    plan,
    time,
    random,
    trace,
    shop,
    erp,
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

function aliveProcess(processes: readonly HubProcess[]): HubProcess | undefined {
  return processes.findLast(({ mortal }) => mortal.alive());
}

/** Another process of the hub on the same store. */
export function startProcess(world: World): void {
  const { plan, time, trace, shared, processes, shop, erp, random } = world;
  const number = processes.length;
  const death = plan.deaths[world.deaths] ?? null;
  const name = `hub ${number + 1}`;
  const mortal = createMortal({
    name,
    time,
    death,
    mayDie: () => time.nowMs() < plan.chaosEndsMs,
    onDeath: (label) => {
      world.deaths += 1;
      const wakes = death?.wakesAfterMs ?? null;
      trace.tell(
        `${name} ${wakes === null ? "is killed" : `is stopped for ${Math.round(wakes / 1000)} s`} at ${label} (${death?.callHappens === true ? "which happens" : "before it"})`,
      );
      time.after(death?.restartAfterMs ?? 0, "restart", () => startProcess(world));
      // A zombie gets time to do its damage; then somebody notices that two hubs run.
      if (wakes !== null) time.after(wakes + ZOMBIE_MS, "end of a zombie", () => mortal.kill());
    },
  });
  trace.tell(`${name} starts`);
  const network = (side: "shop" | "erp") =>
    faultyTransport({
      time,
      random: random.fork(`network ${side} ${number}`),
      server: side === "shop" ? shop.server : erp.server,
      faults: side === "shop" ? plan.shopFaults : plan.erpFaults,
      trace: (line) => {
        if (line.includes(" !")) world.faults += 1;
        trace.tell(`${name} ${line}`);
      },
    });
  const started = startHubProcess({
    mortal,
    store: mortalStore(mortal, shared),
    shopTransport: network("shop"),
    erpTransport: network("erp"),
    credentials: {
      shopKey: shop.key,
      shopSecret: shop.secret,
      erpDatabase: erp.database,
      erpUser: erp.user,
      erpKey: erp.key,
    },
    settings: settingsOf(world),
    observer: tracing(name, trace, world.found),
    onWrite: (keys) => world.claims.written(name, keys),
    spoil: world.spoil,
  });
  processes.push(started);
  started.ended.catch((error: unknown) =>
    world.found.push(`${name} ended with ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`),
  );
}

function settingsOf({ plan, shop, erp, taxMapped }: World): Settings {
  const mapped = shop.rates.filter(({ country }) => taxMapped || country !== "US");
  return {
    rules: {
      connection: SHOP,
      shippingSku: "SHIPPING",
      feeSku: "FEE",
      taxes: new Map(mapped.map(({ id }) => [id, taxName(id)])),
      journals: new Map([
        ["card", "CARD"],
        ["bacs", "BNK1"],
        ["cod", "BNK1"],
      ]),
      unpaidMethods: ["cod"],
      deliverWhenCompleted: plan.deliverWhenCompleted,
      startAt: null,
      warehouse: erp.warehouse,
      team: null,
      company: null,
    },
    scope: { warehouse: erp.warehouse },
    safetyStock: plan.safetyStock,
    webhooks: plan.webhooks,
    automations: plan.automations,
    runsMax: plan.runsMax,
  };
}

/** Customers, the warehouse, and whoever mends and retries. */
function schedulePeople(world: World): void {
  const { plan, time, trace, shop, erp } = world;
  const at = (ms: number, work: () => void): void => void time.after(ms - START_MS, "person", work);
  for (const order of plan.orders) {
    at(order.atMs, () => {
      const id = shop.place(order);
      trace.tell(
        `order ${id} is placed: ${order.status} by ${order.method}, ${order.lines.map(({ sku, quantity }) => `${quantity} ${sku}`).join(", ")} (${order.country})`,
      );
      for (const step of order.steps) {
        time.after(step.afterMs, "person", () => {
          trace.tell(`order ${id}: ${step.kind === "status" ? `becomes ${step.status}` : step.kind}`);
          shop.step(id, step);
        });
      }
    });
  }
  for (const movement of plan.stock) {
    at(movement.atMs, () => {
      trace.tell(`warehouse: ${movement.kind} ${movement.quantity} ${movement.sku}`);
      void time.perform(0, "warehouse", () => erp.act(movement));
    });
  }
  if (plan.skuMadeAtMs !== null) {
    at(plan.skuMadeAtMs, () => {
      trace.tell(`a person gives an Odoo product the SKU ${UNKNOWN_SKU}`);
      void time.perform(0, "person", () => erp.makeProduct(UNKNOWN_SKU));
    });
  }
  if (plan.taxMappedAtMs !== null) at(plan.taxMappedAtMs, () => void mapTax(world));
  for (const ms of plan.retriesAtMs) at(ms, () => void retryParked(world));
  const cron = (): void => {
    void shop.deliverDue();
    time.after(SHOP_CRON_MS, "shop's scheduler", cron);
  };
  cron();
}

/** A person maps the tax in the configuration and starts the hub again; whatever was stopped with the old one stays so. */
async function mapTax(world: World): Promise<void> {
  const { time, trace, processes } = world;
  world.taxMapped = true;
  trace.tell("a person maps the last tax and starts the hub again");
  const running = aliveProcess(processes);
  running?.stop();
  if (running !== undefined) await Promise.race([running.ended, time.clock.sleep(STOP_MS_MAX)]);
  // Dying while it stopped, it has started its successor by itself, with the new configuration.
  if (running !== undefined && running.mortal.alive()) startProcess(world);
  for (const process of processes.slice(0, -1)) process.mortal.kill();
}

async function retryParked({ shared, time, trace, store }: World): Promise<void> {
  const parked = await time.perform(0, "person", () => store.work({ parked: true }, PARKED_MAX));
  if (parked.length === 0) return;
  trace.tell(`a person retries ${parked.map(({ key }) => formatKey(key)).join(", ")}`);
  for (const { key } of parked) await time.perform(0, "person", () => store.retry(key));
  for (const woken of shared.waiting) woken.abort();
}

/** What the schedule does every night: every variant is compared. */
async function sweep({ processes, trace }: World): Promise<void> {
  const hub = aliveProcess(processes)?.hub;
  const shop = hub?.shops.get(SHOP);
  if (hub === undefined || shop === undefined) throw new Error("no hub is alive to compare the stock");
  const result = await reconcileStock(hub, shop, { dryRun: false });
  trace.tell(
    `the sweep ${result.ok ? `finds ${result.value.different} different` : `fails with ${result.failure.code}`}`,
  );
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
    work: work.map(({ key, parkedCode, nextAtMs, leaseUntilMs }) => ({
      key: formatKey(key),
      parkedCode,
      nextAtMs,
      leaseUntilMs,
    })),
  };
}

function oracleRules({ plan, taxMapped }: World): OracleRules {
  return {
    safetyStock: plan.safetyStock,
    shop: SHOP,
    normalEmail: (email) => email.trim().toLowerCase(),
    unknownSkus: new Set(plan.skuMadeAtMs === null ? [UNKNOWN_SKU] : []),
    unmappedCountries: new Set(taxMapped ? [] : ["US"]),
    methodsWithoutPayment: ["cod"],
    exactOrders: plan.major === 19,
  };
}

function tracing(name: string, trace: Trace, found: string[]): HubObserver {
  return {
    run: ({ flow, connection, id, status, code, sentence }) =>
      trace.tell(`${name} ${flow}/${connection}/${id} ${status} ${code ?? ""} ${sentence}`),
    call: () => {},
    paused: (connection, sentence, untilMs) =>
      trace.tell(`${name} pauses ${connection} until ${new Date(untilMs).toISOString().slice(11, 19)}: ${sentence}`),
    resumed: (connection) => trace.tell(`${name} resumes ${connection}`),
    note: (level, what, details) => {
      const error = details["error"];
      trace.tell(`${name} ${level}: ${what}${error instanceof Error ? ` ${error.name}: ${error.message}` : ""}`);
      if (what === "defect")
        found.push(`${name} met a defect: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    },
  };
}
