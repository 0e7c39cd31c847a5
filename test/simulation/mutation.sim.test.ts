/** The invariants can fail: with one protection of the hub switched off, a small range of seeds violates one. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { ErpAction, ErpPort } from "../../src/core/ports/erp.ts";
import type { HubStore } from "../../src/core/ports/store.ts";
import type { Spoil } from "./hub-process.ts";
import { CALM, CALM_SHOP, calmWorld, order, type Scenario } from "./calm.ts";
import { sweep } from "./people.ts";
import { MINUTE_MS, START_MS, UNKNOWN_SKU, type ShopPlan } from "./plan.ts";
import type { World } from "./running.ts";
import { openBench, runWorld, type Bench } from "./world.ts";

const SEEDS_MAX = 8;
/** Few calls are made before the first order comes; its run is made of these. */
const RUN_POINT_FIRST = 190;
const RUN_POINT_STEP = 17;

type Plans = (seed: number) => Scenario;

/** The first seed in a small range whose violations say this. */
async function firstViolation(
  bench: Bench,
  spoilOf: () => Spoil,
  planOf: Plans,
  says: RegExp,
  arrange: (world: World) => void = () => {},
): Promise<number> {
  const others: string[] = [];
  for (let seed = 1; seed <= SEEDS_MAX; seed += 1) {
    const orders = [0, 1, 2].map((index) => order(index));
    const scenario = planOf(seed);
    const adjust = () => calmWorld(seed, scenario.shops === undefined ? { orders, ...scenario } : scenario);
    const { violations } = await runWorld({ seed, bench, spoil: spoilOf(), adjust, arrange });
    if (violations.some((sentence) => says.test(sentence))) return seed;
    others.push(...violations);
  }
  throw new Error(`no violation in ${SEEDS_MAX} seeds says ${String(says)}; there were: ${others.join("; ")}`);
}

/** A worker is stopped somewhere in its run for longer than its lease; another takes its keys over; then it wakes. */
function stopped(seed: number): Scenario {
  const death = {
    point: RUN_POINT_FIRST + seed * RUN_POINT_STEP,
    callHappens: true,
    wakesAfterMs: 4 * MINUTE_MS,
    restartAfterMs: 0,
  };
  return { deaths: [death] };
}

/** Answers of Odoo are lost after it has acted. */
function unanswered(): Scenario {
  return { erpFaults: { rates: { "reset-after": 0.15 }, outages: [], untilMs: CALM.chaosEndsMs } };
}

describe("with a protection switched off, the simulation notices", () => {
  let bench: Bench;
  before(async () => {
    bench = await openBench();
  });
  after(() => bench.store.close());

  test("with every protection on, the same worlds keep every invariant", async () => {
    await assert.rejects(
      firstViolation(bench, () => ({}), stopped, /./),
      /there were: $/,
    );
    await assert.rejects(
      firstViolation(bench, () => ({}), unanswered, /./),
      /there were: $/,
    );
  });

  test("external ids that differ from one try to the next", async () => {
    await firstViolation(bench, () => ({ erp: forgetful() }), unanswered, /orders in Odoo/);
  });

  test("a worker that never asks whether it still holds its lease", async () => {
    await firstViolation(bench, () => ({ store: carefree }), stopped, /sent a write about .* had claimed since/);
  });

  test("a database that does not look at the fence", async () => {
    const spoil = (): Spoil => ({ database: unfenced(), store: carefree });
    await firstViolation(bench, spoil, stopped, /kept a result of .* had claimed since/);
  });

  test("hints that are lost", async () => {
    await firstViolation(
      bench,
      () => ({ store: deaf }),
      () => ({}),
      /never settled/,
    );
  });

  test("holds of one shop that another does not count", async () => {
    await assert.rejects(
      firstViolation(bench, () => ({}), sharedShelf, /./),
      /there were: $/,
    );
    await firstViolation(bench, () => ({ store: selfish }), sharedShelf, /sold 5 MUG, and in the 12 minutes before/);
  });

  test("a number of Odoo that is read differently each time", async () => {
    const sweeps = (world: World): void => {
      for (let minute = 15; minute < 40; minute += 5)
        world.time.after(minute * MINUTE_MS, "scenario", () => void sweep(world));
    };
    const plan = () => ({ orders: [] });
    await assert.rejects(
      firstViolation(bench, () => ({}), plan, /./, sweeps),
      /there were: $/,
    );
    await firstViolation(bench, () => ({ erp: wavering() }), plan, /and back, and nothing had happened to it/, sweeps);
  });

  test("a poll that forgets what it has seen hints at a failing order for ever, which so never parks", async () => {
    const plan = { orders: [order(0, { lines: [{ sku: UNKNOWN_SKU, quantity: 1 }] })] };
    const spoil = (): Spoil => ({ store: forgettingCursors });
    await firstViolation(bench, spoil, () => plan, /waits until .* SKU_NOT_FOUND/);
  });
});

/** Each try gives the order another name in Odoo. */
function forgetful(): (port: ErpPort) => ErpPort {
  let tries = 0;
  const renamed = (action: ErpAction): ErpAction => {
    tries += 1;
    if (action.kind !== "order.create") return action;
    const externalId = `${action.document.externalId}x${tries}`;
    const lines = action.document.lines.map((line) => ({ ...line, externalId: `${line.externalId}x${tries}` }));
    return { ...action, document: { ...action.document, externalId, lines } };
  };
  return (port) => ({
    ...port,
    apply: (actions, call) => port.apply(actions.map(renamed), call),
    // And it is not found by what people call it either.
    observeOrders: (queries, call) =>
      port.observeOrders(
        queries.map((query) => ({ ...query, reference: `${query.reference}?`, knownOrderId: null })),
        call,
      ),
  });
}

/** What one shop has sold stays unknown to Odoo; the other is then asked for more than is left. */
function sharedShelf(): Scenario {
  const held = order(0, {
    lines: [
      { sku: "MUG", quantity: 18 },
      { sku: UNKNOWN_SKU, quantity: 1 },
    ],
  });
  const asked = order(1, { atMs: START_MS + 25 * MINUTE_MS, lines: [{ sku: "MUG", quantity: 5 }] });
  const other: ShopPlan = { ...CALM_SHOP, id: "shop-us", kind: "shopify", checksStock: true, orders: [asked] };
  return { shops: [{ ...CALM_SHOP, orders: [held] }, other] };
}

/** Each shop counts what it has sold itself. */
function selfish(store: HubStore): HubStore {
  return wrap(store, {
    linksByErp: (kind, ids) => (kind === "variant" ? Promise.resolve([]) : store.linksByErp(kind, ids)),
  });
}

/** One unit more at every second look. */
function wavering(): (port: ErpPort) => ErpPort {
  let looks = 0;
  return (port) => ({
    ...port,
    quantities: async (productIds, scope, call) => {
      const read = await port.quantities(productIds, scope, call);
      if (productIds === "all") looks += 1;
      if (!read.ok || looks % 2 === 0) return read;
      const more = [...read.value].map(([id, one]) => [id, { ...one, free: String(Number(one.free) + 1) }] as const);
      return { ok: true, value: new Map(more) };
    },
  });
}

const DAY_MS = 24 * 60 * 60_000;

function carefree(store: HubStore): HubStore {
  return wrap(store, {
    holdsLease: () => Promise.resolve(true),
    beat: () => Promise.resolve(true),
    claim: async (lanes, limits, leaseMs) => {
      const claim = await store.claim(lanes, limits, leaseMs);
      return claim === null ? null : { ...claim, leaseUntilMs: claim.leaseUntilMs + DAY_MS };
    },
  });
}

/** Every run writes with the fence of the newest claim. */
function unfenced(): (store: HubStore) => HubStore {
  return (store) => {
    const newest = new Map<string, bigint>();
    return wrap(store, {
      claim: async (lanes, limits, leaseMs) => {
        const claim = await store.claim(lanes, limits, leaseMs);
        for (const { id } of claim?.keys ?? []) newest.set(`${claim?.flow ?? ""}/${id}`, claim?.fence ?? 0n);
        return claim;
      },
      commit: (claim, results) => {
        const [first] = results;
        return store.commit(
          { ...claim, fence: newest.get(`${claim.flow}/${first?.id ?? ""}`) ?? claim.fence },
          results,
        );
      },
    });
  };
}

/** Also those of the sweep, which would find what webhooks and polls have lost. */
function deaf(store: HubStore): HubStore {
  return wrap(store, {
    mark: () => Promise.resolve(),
    advance: (cursor, _marks, holds) => store.advance(cursor, [], holds),
    receive: (entry, _marks, holds) => store.receive(entry, [], holds),
  });
}

function forgettingCursors(store: HubStore): HubStore {
  return wrap(store, {
    cursor: async (name) => {
      const value = await store.cursor(name);
      return value === null || !name.startsWith("orders/")
        ? value
        : JSON.stringify({ ...(JSON.parse(value) as object), seen: {} });
    },
  });
}

function wrap(store: HubStore, changed: Partial<HubStore>): HubStore {
  return new Proxy(store, {
    get: (target, name) => (Reflect.get(changed, name) ?? Reflect.get(target, name)) as unknown,
  });
}
