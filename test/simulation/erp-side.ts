/** The simulated Odoo of a world: its products, taxes and journals, what the warehouse does, and its books. */
import { createSimulatedOdoo, type SimulatedOdoo } from "../../sim/odoo/simulated-odoo.ts";
import { num, ref, str, type Row } from "../../sim/odoo/orm/row.ts";
import type { Random } from "../../sim/random.ts";
import type { VirtualTime } from "../../sim/virtual-clock.ts";
import type { Books, ErpBookInvoice, ErpBookMove, ErpBookOrder } from "./books.ts";
import { ERP_ADDRESS } from "./hub-process.ts";
import { ON_DELIVERY_SKU, SELLABLE, type StockPlan, type WorldPlan } from "./plan.ts";
import { PLACES, type DeliverWebhook, type ErpSide, type Place, type ShopRate } from "./sides.ts";

export interface ErpSideOptions {
  readonly plan: WorldPlan;
  readonly time: VirtualTime;
  readonly random: Random;
  readonly deliver: DeliverWebhook;
  /** One Odoo tax for each. */
  readonly rates: readonly ShopRate[];
}

const DATABASE = "hub";
const KEY = "simulated-odoo-key";
const OTHER_WAREHOUSE: Place = "OLD";
/** Enough for whoever counts all warehouses to offer too much. */
const OTHER_STOCK = 100;

export function taxName(rateId: string): string {
  return `Shop tax ${rateId}`;
}

export async function createErpSide({ plan, time, random, deliver, rates }: ErpSideOptions): Promise<ErpSide> {
  const odoo = createSimulatedOdoo({
    clock: time.clock,
    random,
    version: plan.major,
    baseUrl: ERP_ADDRESS,
    database: DATABASE,
    apiKey: KEY,
    timeZone: plan.timeZone,
    // Sent after the commit, and nobody waits for an answer.
    deliver: (request) => {
      void deliver(request).catch(() => undefined);
      return Promise.resolve();
    },
  });
  await odoo.addProducts([
    ...SELLABLE.map((sku) => ({ sku, stock: plan.opening[sku] ?? 0, price: 7 })),
    { sku: ON_DELIVERY_SKU, stock: plan.opening[ON_DELIVERY_SKU] ?? 0, invoicePolicy: "delivery", price: 300 },
    { sku: "SHIPPING", kind: "service" },
    { sku: "FEE", kind: "service" },
  ]);
  // Goods that only a shop's second location sells: whoever counts all warehouses offers too much.
  await odoo.addWarehouse({ name: "Old warehouse", code: OTHER_WAREHOUSE });
  for (const sku of SELLABLE) await odoo.adjustStock(sku, OTHER_STOCK, OTHER_WAREHOUSE);
  await odoo.addJournal({ name: "Cards", code: "CARD" });
  for (const { id, percent } of rates) await odoo.addTax({ name: taxName(id), percent: Number(percent) });
  return {
    server: (request) => odoo.handle(request),
    database: DATABASE,
    user: "admin",
    key: KEY,
    act: (movement) => act(odoo, movement),
    makeProduct: async (sku) => {
      await odoo.addProduct({ sku, stock: 7 });
    },
    desk: odoo,
    books: () => booksOf(odoo, plan.major),
  };
}

async function act(odoo: SimulatedOdoo, { kind, sku, quantity }: StockPlan): Promise<void> {
  switch (kind) {
    case "receipt":
      return odoo.receive(sku, quantity);
    case "adjust":
      return odoo.adjustStock(sku, quantity);
    case "sale":
      // Another channel sells only what there is.
      if (odoo.freeQuantity(sku) >= quantity) await odoo.sellElsewhere(sku, quantity);
      return;
    case "deliver": {
      const waiting = booksOf(odoo, null).erpOrders.find(
        ({ state, moves }) => state === "sale" && moves.some((move) => !["done", "cancel"].includes(move.state)),
      );
      if (waiting !== undefined) await odoo.deliver(waiting.id);
      return;
    }
  }
}

const STATES: Readonly<Record<string, string>> = { sent: "draft", done: "sale" };

function booksOf(odoo: SimulatedOdoo, major: 19 | 14 | null): ReturnType<ErpSide["books"]> {
  const { orders, invoices, payments } = odoo.documents();
  const rows = odoo.snapshot();
  const skus = new Map((rows["product.product"] ?? []).map((row) => [row.id, str(row, "default_code")]));
  const movesOf = bookMoves(rows, skus, major);
  const outgoing = new Set(
    (rows["account.payment"] ?? []).filter((row) => str(row, "payment_type") === "outbound").map(({ id }) => id),
  );
  const billed = (id: number, type: string): readonly ErpBookInvoice[] =>
    invoices
      .filter((invoice) => invoice.type === type && invoice.orderIds.includes(id))
      .map((invoice) => ({
        id: invoice.id,
        state: invoice.state,
        total: invoice.total.toFixed(2),
        paid: ["paid", "in_payment", "reversed"].includes(invoice.paymentState),
      }));
  const erpOrders = orders.map(({ id, reference, state, total, externalId }): ErpBookOrder => ({
    id,
    shop: shopOf(externalId),
    reference,
    state: STATES[state] ?? state,
    total: total.toFixed(2),
    invoices: billed(id, "out_invoice"),
    creditNotes: billed(id, "out_refund"),
    moves: movesOf.get(id) ?? [],
  }));
  const customers = new Map<string, number>();
  for (const row of rows["res.partner"] ?? []) {
    const email = str(row, "email");
    if (email !== "" && ref(row, "parent_id") === null) customers.set(email, (customers.get(email) ?? 0) + 1);
  }
  const known = [...skus.values()].filter((sku) => sku !== "");
  const free = (place: Place) => new Map(known.map((sku) => [sku, odoo.freeQuantity(sku, place)]));
  return {
    // What other channels sold has no reference and no name of ours.
    erpOrders: erpOrders.filter(({ shop, reference }) => shop !== "" || reference !== ""),
    erpInvoiceCount: invoices.filter(({ type }) => type === "out_invoice").length,
    erpPayments: payments.map(({ id, memo, state, amount, externalId }) => ({
      id,
      shop: shopOf(externalId),
      memo,
      state,
      amount: amount.toFixed(2),
      direction: outgoing.has(id) ? "out" : "in",
    })),
    erpCustomers: customers,
    erpFree: { WH: free("WH"), OLD: free("OLD") },
    unsupported: odoo.unsupported,
  } satisfies Partial<Books>;
}

/** `stockbridge.<shop>_order_<id>…`; "" for what is not ours. */
function shopOf(externalId: string): string {
  return /^stockbridge\.(.+?)_order_/.exec(externalId)?.[1] ?? "";
}

/** By sales order. */
function bookMoves(
  rows: ReturnType<SimulatedOdoo["snapshot"]>,
  skus: ReadonlyMap<number, string>,
  major: 19 | 14 | null,
): ReadonlyMap<number, readonly ErpBookMove[]> {
  const lines = new Map((rows["sale.order.line"] ?? []).map((row) => [row.id, num(row, "order_id")]));
  const locations = new Map((rows["stock.location"] ?? []).map((row) => [row.id, row]));
  const inside = (id: number | null) => locations.get(id ?? 0);
  const reserved = reservations(rows["stock.move.line"] ?? []);
  const moves = (rows["stock.move"] ?? []).flatMap((move) => {
    const order = lines.get(ref(move, "sale_line_id") ?? 0);
    if (order === undefined) return [];
    const state = str(move, "state");
    const held = reserved.get(move.id) ?? 0;
    const [from, to] = [inside(ref(move, "location_id")), inside(ref(move, "location_dest_id"))];
    const isBack = from !== undefined && str(from, "usage") === "customer";
    const name = str((isBack ? to : from) ?? move, "complete_name");
    const book: ErpBookMove = {
      sku: skus.get(num(move, "product_id")) ?? "",
      place: PLACES.find((place) => name.startsWith(place)) ?? "WH",
      direction: isBack ? "back" : "out",
      state,
      demand: num(move, "product_uom_qty"),
      reserved: state === "done" ? 0 : held,
      done: state === "done" ? num(move, major === 14 ? "quantity_done" : "quantity") || held : 0,
    };
    return [[order, book] as const];
  });
  return new Map(
    [...Map.groupBy(moves, ([order]) => order)].map(([order, found]) => [order, found.map(([, move]) => move)]),
  );
}

/** What is set aside for each move, from its lines. */
function reservations(lines: readonly Row[]): ReadonlyMap<number, number> {
  const sums = new Map<number, number>();
  for (const line of lines) {
    const move = num(line, "move_id");
    const quantity = line["quantity"] === undefined ? num(line, "product_uom_qty") : num(line, "quantity");
    sums.set(move, (sums.get(move) ?? 0) + quantity);
  }
  return sums;
}
