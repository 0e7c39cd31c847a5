/**
 * The full comparison of a shop's stock with the ERP: every variant, page after page; what is kept of each while it runs is
 * its id and its SKU, beside the ERP's quantities. It writes nothing itself: what differs is marked for the stock flow, whose run reads again and corrects;
 * the report says what differed and why. Variants that had no link yet are marked as well: their run links them.
 */
import { sentenceOf, type FailureCode } from "../core/failures.ts";
import { PRIORITY } from "../core/key.ts";
import type { Json, Link, Mark } from "../core/ports/store.ts";
import type { Plan } from "../core/plan.ts";
import { fail, ok, type Result } from "../core/result.ts";
import { planStock, type StockAction, type StockObserved } from "../core/stock/plan.ts";
import type { ShopVariant, VariantRef } from "../core/stock/shop-variant.ts";
import { unleased, type Hub, type ShopRuntime } from "./hub.ts";
import { elsewhereReader } from "./elsewhere.ts";
import { orderMark, pausedFailure, pausing } from "./polls.ts";
import { observeStock, readScopes, type StockSources, type VariantReading } from "./stock-observation.ts";

/** Differences listed in a report; all are counted and all are corrected. */
export const DIFFERENCES_LISTED_MAX = 1_000;
/** A million variants in pages of 100; more is an endpoint that pages for ever. */
export const SWEEP_PAGES_MAX = 10_000;
/** Variants compared together, over the shop's pages: the ERP is asked once for as many SKUs as one call of it takes. */
export const COMPARED_AT_ONCE_MIN = 500;
/** What differs is marked in such groups, not page by page: a worker that found three at a time would write three at a time. */
export const MARKED_AT_ONCE_MIN = 1_000;
/** Variant links read at once. */
const LINKS_PAGE_MAX = 10_000;
/** Parked variants that are looked at again by a sweep. */
const PARKED_MAX = 10_000;
/** Orders whose holds are looked at again by a sweep. */
const HELD_ORDERS_MAX = 10_000;

export interface StockDifference {
  readonly variantId: string;
  readonly sku: string;
  /** The shop's location; null: the variant as a whole. */
  readonly locationId: string | null;
  /** "" where the shop knows no locations. */
  readonly locationName: string;
  readonly shop: number | null;
  /** Null: no number may be published. */
  readonly odoo: number | null;
  readonly code: FailureCode | null;
  readonly sentence: string;
}

export interface StockReport {
  readonly connection: string;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly dryRun: boolean;
  readonly checked: number;
  readonly inStep: number;
  readonly different: number;
  /** Variants that cannot be compared, each with its cause. */
  readonly blocked: number;
  readonly notManaged: number;
  readonly marked: number;
  readonly differences: readonly StockDifference[];
}

export interface StockReconciliationOptions {
  readonly dryRun: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number | null) => void;
}

interface Tally {
  checked: number;
  inStep: number;
  different: number;
  blocked: number;
  notManaged: number;
  marked: number;
  readonly differences: StockDifference[];
}

export async function reconcileStock(
  hub: Hub,
  shop: ShopRuntime,
  options: StockReconciliationOptions,
): Promise<Result<StockReport>> {
  const startedAt = new Date(hub.clock.nowMs()).toISOString();
  const tally: Tally = { checked: 0, inStep: 0, different: 0, blocked: 0, notManaged: 0, marked: 0, differences: [] };
  // A sweep leaves a paused connection alone, and says why it waits.
  const paused = await pausedFailure(hub, [shop.connection, shop.erp.connection]);
  if (paused !== null) return fail(paused);
  const quantities = await readScopes(shop, "all", unleased(hub));
  if (!quantities.ok) return pausing(hub, quantities.failure);
  const sweep: Sweep = {
    hub,
    shop,
    options,
    tally,
    sources: { bulk: quantities.value, elsewhere: elsewhereReader(shop, hub.clock) },
    seen: new Set(),
    bySku: new Map(),
    toMark: [],
  };
  const swept = await sweepPages(sweep);
  // Also of a sweep that broke off: what was found to differ is corrected.
  await markFound(sweep);
  if (!swept.ok) return swept;
  if (!options.dryRun) {
    await lookAtParked(hub, shop);
    await lookAtHolds(hub, shop);
  }
  const report = reportOf(hub, shop, options, tally, startedAt);
  await hub.store.writeDocument(`reports/stock/${shop.connection}`, report as unknown as Json);
  const { checked, different, blocked } = report;
  hub.observer.note("info", "stock reconciled", { connection: shop.connection, checked, different, blocked });
  return ok(report);
}

interface Sweep {
  readonly hub: Hub;
  readonly shop: ShopRuntime;
  readonly options: StockReconciliationOptions;
  readonly tally: Tally;
  readonly sources: StockSources;
  /** Every variant of the shop's pages so far. */
  readonly seen: Set<string>;
  /** Lower-case SKU -> the first variant that carried it. */
  readonly bySku: Map<string, string>;
  /** Found, and not marked yet. */
  readonly toMark: string[];
}

async function sweepPages(sweep: Sweep): Promise<Result<void>> {
  const { hub, shop, options, tally, seen, toMark } = sweep;
  const variations = await knownVariations(hub, shop);
  let waiting: ShopVariant[] = [];
  let page: string | null = null;
  for (let pages = 0; pages < SWEEP_PAGES_MAX; pages += 1) {
    if (options.signal?.aborted === true) return ok(undefined);
    const read = await shop.port.variantPage(page, variations, unleased(hub));
    if (!read.ok) return pausing(hub, read.failure);
    const { items, unreadable, nextPage, totalItems } = read.value;
    for (const { id } of [...items, ...unreadable]) seen.add(id);
    waiting.push(...items);
    toMark.push(...unreadable.map(({ id }) => id));
    page = nextPage;
    if (waiting.length >= COMPARED_AT_ONCE_MIN || page === null) {
      const compared = await compare(sweep, waiting);
      if (!compared.ok) return pausing(hub, compared.failure);
      for (const observed of compared.value) if (isToLookAt(sweep, observed)) toMark.push(observed.variantId);
      waiting = [];
    }
    if (toMark.length >= MARKED_AT_ONCE_MIN) await markFound(sweep);
    options.onProgress?.(tally.checked, totalItems);
    if (page === null) break;
  }
  // Linked once and in no page now: the flow says by name what became of each.
  for await (const link of allLinks(hub, shop)) if (!seen.has(link.shopId)) toMark.push(link.shopId);
  return ok(undefined);
}

/** All that a shop needs to be told of what is known: simple products are in its pages by themselves. */
async function knownVariations(hub: Hub, shop: ShopRuntime): Promise<readonly VariantRef[]> {
  const refs: VariantRef[] = [];
  for await (const { shopId, parentId, label } of allLinks(hub, shop)) {
    if (parentId !== null) refs.push({ id: shopId, parentId, sku: label });
  }
  return refs;
}

async function* allLinks(hub: Hub, shop: ShopRuntime): AsyncGenerator<Link> {
  let after: string | null = null;
  for (let pages = 0; pages < SWEEP_PAGES_MAX; pages += 1) {
    const links: readonly Link[] = await hub.store.variantLinks(shop.connection, after, LINKS_PAGE_MAX);
    yield* links;
    const last = links.at(-1);
    if (last === undefined || links.length < LINKS_PAGE_MAX) return;
    after = last.shopId;
  }
}

/** Twins are told from the SKUs seen so far: the flow's own search finds the pair whichever of the two came first. */
async function compare(sweep: Sweep, variants: readonly ShopVariant[]): Promise<Result<readonly StockObserved[]>> {
  const { hub, shop, bySku } = sweep;
  const links = await hub.store.links(
    shop.connection,
    "variant",
    variants.map(({ id }) => id),
  );
  const linkOf = new Map(links.map((link) => [link.shopId, link]));
  const readings = variants.map((variant): VariantReading => {
    const sku = variant.sku.toLowerCase();
    const earlier = sku === "" ? undefined : bySku.get(sku);
    if (sku !== "" && earlier === undefined) bySku.set(sku, variant.id);
    const twins = earlier === undefined || earlier === variant.id ? [] : [{ id: earlier, sku: variant.sku }];
    return { id: variant.id, variant, link: linkOf.get(variant.id) ?? null, twins };
  });
  const observed = await observeStock(hub, shop, readings, unleased(hub), sweep.sources);
  return observed.ok ? ok([...observed.value.values()]) : observed;
}

/** Counts one variant, lists what differs, and answers whether the flow must look at it. */
function isToLookAt({ shop, tally }: Sweep, observed: StockObserved): boolean {
  const { link } = observed;
  const plan = planStock(observed, shop.stock.rules);
  const [blocker] = plan.blockers;
  const [action] = plan.actions;
  tally.checked += 1;
  if (blocker === undefined && action === undefined) {
    if (plan.state.name === "linked") tally.inStep += 1;
    else tally.notManaged += 1;
    return plan.state.name === "linked" && link === null;
  }
  if (blocker === undefined) tally.different += 1;
  else tally.blocked += 1;
  const rows = differencesOf(observed, plan);
  tally.differences.push(...rows.slice(0, DIFFERENCES_LISTED_MAX - tally.differences.length));
  return true;
}

/** A row for each location that would be written, and one for what is in the way. */
function differencesOf({ variantId, variant }: StockObserved, plan: Plan<StockAction>): readonly StockDifference[] {
  const sku = variant?.sku ?? "";
  const levels = variant?.levels ?? [];
  const written = plan.actions.map(({ write }): StockDifference => {
    const { locationId, before, quantity } = write;
    const locationName = levels.find((level) => level.locationId === locationId)?.locationName ?? locationId;
    const { sentence } = plan.state;
    return { variantId, sku, locationId, locationName, shop: before, odoo: quantity, code: null, sentence };
  });
  const [blocker] = plan.blockers;
  if (blocker === undefined) return written;
  const [only] = levels;
  const {
    locationId,
    locationName,
    quantity: shop,
  } = levels.length === 1 && only !== undefined ? only : { locationId: null, locationName: "", quantity: null };
  const { code } = blocker;
  const inTheWay = { variantId, sku, locationId, locationName, shop, odoo: null, code, sentence: sentenceOf(blocker) };
  return [...written, inTheWay];
}

async function markFound({ hub, shop, options, tally, toMark }: Sweep): Promise<void> {
  const ids = toMark.splice(0);
  if (options.dryRun || ids.length === 0) return;
  await hub.store.mark(
    ids.map((id): Mark => ({
      key: { flow: "stock", connection: shop.connection, id },
      priority: PRIORITY.sweep,
      trigger: "sweep",
    })),
  );
  tally.marked += ids.length;
}

/** What is wrong has been marked by now. What is parked still is right again, or gone: its run says so. */
async function lookAtParked(hub: Hub, { connection }: ShopRuntime): Promise<void> {
  const parked = await hub.store.work({ parked: true, flow: "stock", connection }, PARKED_MAX);
  await hub.store.mark(parked.map(({ key }): Mark => ({ key, priority: PRIORITY.sweep, trigger: "sweep" })));
}

/** Orders that still hold stock are looked at again: what Odoo has reserved or sent since then is released. */
async function lookAtHolds(hub: Hub, shop: ShopRuntime): Promise<void> {
  if (!shop.orders.enabled) return;
  const orders = await hub.store.heldOrders(shop.connection, HELD_ORDERS_MAX);
  await hub.store.mark(orders.map((id) => orderMark(shop, id, "sweep", PRIORITY.sweep)));
}

function reportOf(
  hub: Hub,
  shop: ShopRuntime,
  { dryRun }: StockReconciliationOptions,
  tally: Tally,
  startedAt: string,
): StockReport {
  return {
    connection: shop.connection,
    startedAt,
    endedAt: new Date(hub.clock.nowMs()).toISOString(),
    dryRun,
    ...tally,
  };
}
