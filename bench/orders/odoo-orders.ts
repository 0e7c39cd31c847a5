/**
 * Paid orders from a simulated WooCommerce into a real Odoo 19, through the whole hub in a process of its own, beside the
 * shortest sequential loop of calls; in turns, so that a busy moment meets both. At the end a batch with an order
 * that Odoo refuses, and a count of every document.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { odooCanStart, odooGiven, odooRunning, odooStart, type Odoo } from "../../tools/odoo.ts";
import { textIn } from "../../src/connectors/odoo/decode.ts";
import {
  checkAtLeast,
  checkEqual,
  figure,
  type Benchmark,
  type BenchmarkOptions,
  type Check,
  type Outcome,
} from "../benchmark.ts";
import { startHub, type HubProcess } from "../hub/client.ts";
import type { OdooGiven } from "../hub/messages.ts";
import { openBenchPostgres } from "../postgres.ts";
import { sum } from "../statistics.ts";
import { BARE_CALLS, bareOrder, journalIdOf } from "./bare-orders.ts";
import { openOrderShop, type OrderShop } from "./order-shop.ts";
import { documentsOf, isPaid, JOURNAL, openBooks, WAREHOUSE, type Books } from "./odoo-books.ts";

const ROUNDS = 3;
const HUB_ORDERS = 60;
const BARE_ORDERS = 12;
const QUICK = { rounds: 1, hubOrders: 10, bareOrders: 2 } as const;
const WARM_UP_ORDERS = 4;
/** Good orders in the batch with the one that Odoo refuses. */
const NEIGHBOURS = 19;
const RATIO_MIN = 1.8;
const BLOCK_MS_MAX = 10 * 60_000;
const LOOK_EVERY_MS = 50;
const MS_PER_S = 1_000;

export const odooOrders: Benchmark = {
  name: "odoo-orders",
  promise: "paid orders per second into a real Odoo 19, beside the shortest sequential loop of calls",
  standsAlone: false,
  run,
};

interface Block {
  readonly orders: number;
  readonly ms: number;
}

interface Runs {
  readonly bare: Block[];
  readonly hub: Block[];
}

async function run(options: BenchmarkOptions): Promise<Outcome> {
  const odoo = given(options);
  const books = await openBooks(odoo);
  const database = await openBenchPostgres();
  // Documents in Odoo carry the shop's id and stay there: each run has its own.
  const mark = Date.now().toString(36);
  const shop = await openOrderShop(mark);
  try {
    const hub = await startHub({
      shop: shop.connection,
      store: { kind: "postgres", url: database.url },
      shopUrl: shop.url,
      odoo,
      roles: ["worker"],
      flows: ["order"],
      warehouse: WAREHOUSE,
      taxes: { [shop.rateId]: String(books.taxId) },
      journals: { stripe: JOURNAL },
    });
    const journalId = await journalIdOf(books);
    const bare = (orders: number): Promise<Block> => bareBlock(books, shop, orders, mark, journalId);
    await hubBlock(hub, shop, WARM_UP_ORDERS);
    await bare(1);
    const runs = await inTurns(options, bare, (orders) => hubBlock(hub, shop, orders));
    const spoiled = await refusedBlock(hub, shop);
    const usage = await hub.usage();
    const checks = await checksOf(books, shop, runs, options.quick);
    await hub.stop();
    const versions = { PostgreSQL: `${database.version} (fsync on)`, Odoo: books.version };
    return {
      versions,
      figures: figuresOf(runs, spoiled, usage.cpuMs - hub.usageAtStart.cpuMs),
      checks: [...checks, ...spoiled.checks],
    };
  } finally {
    books.close();
    await shop.close();
    await database.stop();
  }
}

function given({ progress }: BenchmarkOptions): OdooGiven {
  const found = odooGiven(19) ?? odooRunning(19) ?? (odooCanStart() ? odooStart(19) : undefined);
  if (found === undefined)
    throw new Error("This benchmark needs a real Odoo 19: set ODOO_URL, ODOO_DB and ODOO_API_KEY.");
  progress(`Odoo at ${found.url}, database ${found.db}`);
  const { url, db, user, apiKey }: Odoo = found;
  return { url, database: db, user, apiKey };
}

async function inTurns(
  { quick, size, progress }: BenchmarkOptions,
  bare: (orders: number) => Promise<Block>,
  hub: (orders: number) => Promise<Block>,
): Promise<Runs> {
  const sizes = quick ? QUICK : { rounds: ROUNDS, hubOrders: size ?? HUB_ORDERS, bareOrders: BARE_ORDERS };
  const runs: Runs = { bare: [], hub: [] };
  for (let round = 1; round <= sizes.rounds; round += 1) {
    const one = await bare(sizes.bareOrders);
    const other = await hub(sizes.hubOrders);
    runs.bare.push(one);
    runs.hub.push(other);
    progress(`round ${round}: bare ${rate([one]).toFixed(2)}/s, hub ${rate([other]).toFixed(2)}/s`);
  }
  return runs;
}

function rate(blocks: readonly Block[]): number {
  return sum(blocks.map(({ orders }) => orders)) / (sum(blocks.map(({ ms }) => ms)) / MS_PER_S);
}

async function bareBlock(
  books: Books,
  shop: OrderShop,
  count: number,
  mark: string,
  journalId: number,
): Promise<Block> {
  const orders = shop.place(count, "bare");
  const startedMs = performance.now();
  for (const order of orders) await bareOrder(books, order, `bare-${mark}`, journalId);
  return { orders: count, ms: performance.now() - startedMs };
}

/** From the hints to the last order marked as synced in the shop. */
async function hubBlock(hub: HubProcess, shop: OrderShop, count: number): Promise<Block> {
  const orders = shop.place(count, "hub");
  const startedMs = performance.now();
  await hub.markOrders(orders.map(({ id }) => id));
  await until(
    () => orders.every(({ id }) => shop.statusOf(id) === "synced"),
    () => shop.openOnes(),
  );
  return { orders: count, ms: performance.now() - startedMs };
}

interface Spoiled {
  readonly ms: number;
  readonly checks: readonly Check[];
}

async function refusedBlock(hub: HubProcess, shop: OrderShop): Promise<Spoiled> {
  const good = shop.place(NEIGHBOURS, "hub");
  const bad = shop.placeRefused();
  const all = [...good.slice(0, NEIGHBOURS / 2), bad, ...good.slice(NEIGHBOURS / 2)];
  const startedMs = performance.now();
  await hub.markOrders(all.map(({ id }) => id));
  await until(
    () => all.every(({ id }) => shop.statusOf(id) !== null),
    () => shop.openOnes(),
  );
  const ms = performance.now() - startedMs;
  const synced = good.filter(({ id }) => shop.statusOf(id) === "synced").length;
  const refused = shop.statusOf(bad.id) === "failed" ? 1 : 0;
  return {
    ms,
    checks: [
      checkEqual("neighbours of a refused order that were synced", synced, NEIGHBOURS),
      checkEqual("refused orders told as failed in the shop", refused, 1),
    ],
  };
}

async function until(met: () => boolean, state: () => string): Promise<void> {
  const untilMs = performance.now() + BLOCK_MS_MAX;
  while (!met()) {
    if (performance.now() > untilMs) throw new Error(`after ${BLOCK_MS_MAX / MS_PER_S} s: ${state()}`);
    await sleep(LOOK_EVERY_MS);
  }
}

function figuresOf(runs: Runs, spoiled: Spoiled, cpuMs: number) {
  const [hub, bare] = [rate(runs.hub), rate(runs.bare)];
  return [
    figure("hub", hub, "orders/s"),
    figure(`bare loop of ${BARE_CALLS} calls an order`, bare, "orders/s"),
    figure("hub beside the bare loop", hub / bare, "x"),
    figure("hub: orders measured", sum(runs.hub.map(({ orders }) => orders)), "orders"),
    figure("hub: CPU an order", cpuMs / sum(runs.hub.map(({ orders }) => orders)), "ms"),
    figure(`batch of ${NEIGHBOURS + 1} with one that Odoo refuses`, spoiled.ms / MS_PER_S, "s"),
  ];
}

async function checksOf(books: Books, shop: OrderShop, runs: Runs, quick: boolean): Promise<Check[]> {
  const orders = shop.placed.filter(({ by, refused }) => by === "hub" && !refused);
  const totals = new Map(orders.map(({ order }) => [order.number, Number(order.total)]));
  const found = await documentsOf(books, shop.numberPrefix, [...totals.keys()]);
  const confirmed = found.orders.filter((row) => textIn(row, "state") === "sale");
  const equal = found.invoices.filter((row) => isPaid(row) && totals.get(textIn(row, "ref")) === row["amount_total"]);
  const refusedNumbers = shop.placed.flatMap(({ order, refused }) => (refused ? [order.number] : []));
  const refused = await documentsOf(books, shop.numberPrefix, refusedNumbers);
  const wanted = orders.length;
  return [
    checkEqual("orders of the hub in Odoo, confirmed", confirmed.length, wanted),
    checkEqual("their invoices", found.invoices.length, wanted),
    checkEqual("their invoices that are posted, paid and equal to the cent", equal.length, wanted),
    checkEqual("their payments", found.payments.length, wanted),
    checkEqual("payments of the refused order", refused.payments.length, 0),
    ...(quick ? [] : [checkAtLeast("hub beside the bare loop", rate(runs.hub) / rate(runs.bare), RATIO_MIN)]),
  ];
}
