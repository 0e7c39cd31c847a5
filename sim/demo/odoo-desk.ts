/** The demo's Odoo: what its people do, and its books by the shop's order numbers. */
import type { Clock } from "../../src/core/ports/clock.ts";
import type { HttpRequest } from "../../src/core/ports/transport.ts";
import type { HttpHandler } from "../http-server.ts";
import type { OrderView } from "../odoo/documents.ts";
import { num, ref, str } from "../odoo/orm/row.ts";
import { createSimulatedOdoo, type SimulatedOdoo } from "../odoo/simulated-odoo.ts";
import type { Random } from "../random.ts";
import { TAX_PERCENTS, type Article } from "./catalog.ts";

export interface OdooDesk {
  readonly handle: HttpHandler;
  readonly database: string;
  readonly user: string;
  readonly key: string;
  readonly warehouse: string;
  readonly journal: string;
  readonly taxNames: { readonly standard: string; readonly reduced: string };
  addArticle(article: Article): Promise<void>;
  receive(sku: string, quantity: number): Promise<void>;
  /** Somebody counts the shelf. */
  count(sku: string, quantity: number): Promise<void>;
  /** Another channel sells and hands over. */
  sell(sku: string, quantity: number): Promise<void>;
  /** Free in the warehouse; null for a SKU that it does not know. */
  free(sku: string): number | null;
  /** What the moves of an order have set aside or sent of a SKU. */
  settledOf(orderNumber: string, sku: string): number;
  documentsOf(orderNumber: string): OdooDocuments;
  /** Of this shop. */
  counts(): { readonly orders: number; readonly invoices: number; readonly payments: number };
  readonly unsupported: readonly string[];
}

export interface OdooDocuments {
  readonly orders: readonly { readonly name: string; readonly state: string; readonly total: string }[];
  readonly invoices: readonly {
    readonly name: string;
    readonly state: string;
    readonly total: string;
    readonly paid: boolean;
  }[];
  readonly payments: readonly { readonly amount: string }[];
}

export interface OdooDeskOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** Carries its automations' posts. */
  readonly deliver: (request: HttpRequest) => Promise<unknown>;
  readonly articles: readonly Article[];
}

const WAREHOUSE = "WH";
const JOURNAL = "BNK1";
const TAX_NAMES = { standard: "BTW 21% (shop)", reduced: "BTW 9% (shop)" } as const;
const PAID = ["paid", "in_payment"];

export async function createOdooDesk({ clock, random, deliver, articles }: OdooDeskOptions): Promise<OdooDesk> {
  const key = random.hex(40);
  const odoo = createSimulatedOdoo({
    clock,
    random,
    version: 19,
    baseUrl: "http://127.0.0.1",
    database: "demo",
    apiKey: key,
    company: "Example Pottery",
    deliver,
  });
  await odoo.addProducts([
    ...articles.map(({ sku, name, onHand }) => ({ sku, name, stock: onHand })),
    { sku: "SHIPPING", name: "Shipping", kind: "service" },
    { sku: "FEE", name: "Fee", kind: "service" },
  ]);
  await odoo.addTax({ name: TAX_NAMES.standard, percent: Number(TAX_PERCENTS.standard) });
  await odoo.addTax({ name: TAX_NAMES.reduced, percent: Number(TAX_PERCENTS.reduced) });
  const ordersOf = (number: string) =>
    odoo.documents().orders.filter(({ reference, state }) => reference === number && state !== "cancel");
  return {
    handle: (request) => odoo.handle(request),
    database: "demo",
    user: "admin",
    key,
    warehouse: WAREHOUSE,
    journal: JOURNAL,
    taxNames: TAX_NAMES,
    addArticle: async ({ sku, name, onHand }) => {
      await odoo.addProduct({ sku, name, stock: onHand });
    },
    receive: (sku, quantity) => odoo.receive(sku, quantity),
    count: (sku, quantity) => odoo.adjustStock(sku, quantity),
    sell: async (sku, quantity) => {
      await odoo.sellElsewhere(sku, quantity);
    },
    free: (sku) => {
      const isKnown = (odoo.snapshot()["product.product"] ?? []).some((row) => str(row, "default_code") === sku);
      return isKnown ? odoo.freeQuantity(sku) : null;
    },
    settledOf: (number, sku) => settledOf(odoo, new Set(ordersOf(number).map(({ id }) => id)), sku),
    documentsOf: (number) => documentsFor(odoo, number, ordersOf(number)),
    counts: () => {
      const { orders, invoices, payments } = odoo.documents();
      const ours = orders.filter(({ reference, state }) => reference !== "" && state !== "cancel");
      const ids = new Set(ours.map(({ id }) => id));
      const posted = invoices.filter(
        ({ type, state, orderIds }) =>
          type === "out_invoice" && state === "posted" && orderIds.some((id) => ids.has(id)),
      );
      return { orders: ours.length, invoices: posted.length, payments: payments.length };
    },
    unsupported: odoo.unsupported,
  };
}

/** What the orders' moves have on their lines: set aside or sent. */
function settledOf(odoo: SimulatedOdoo, orderIds: ReadonlySet<number>, sku: string): number {
  const rows = odoo.snapshot();
  const product = odoo.productId(sku);
  const orderOfLine = new Map((rows["sale.order.line"] ?? []).map((row) => [row.id, num(row, "order_id")]));
  const moves = (rows["stock.move"] ?? []).filter(
    (move) =>
      orderIds.has(orderOfLine.get(ref(move, "sale_line_id") ?? 0) ?? 0) &&
      num(move, "product_id") === product &&
      str(move, "state") !== "cancel",
  );
  const moveIds = new Set(moves.map(({ id }) => id));
  return (rows["stock.move.line"] ?? [])
    .filter((line) => moveIds.has(num(line, "move_id")))
    .reduce((sum, line) => sum + num(line, "quantity"), 0);
}

function documentsFor(odoo: SimulatedOdoo, number: string, orders: readonly OrderView[]): OdooDocuments {
  const { invoices, payments } = odoo.documents();
  const ids = orders.map(({ id }) => id);
  return {
    orders: orders.map(({ name, state, total }) => ({ name, state, total: total.toFixed(2) })),
    invoices: invoices
      .filter(({ type, orderIds }) => type === "out_invoice" && orderIds.some((id) => ids.includes(id)))
      .map(({ name, state, total, paymentState }) => ({
        name,
        state,
        total: total.toFixed(2),
        paid: PAID.includes(paymentState),
      })),
    payments: payments
      .filter(({ memo }) => memo.split(" ")[0] === number)
      .map(({ amount }) => ({ amount: amount.toFixed(2) })),
  };
}
