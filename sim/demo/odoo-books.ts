/** What Odoo's own records say of each order, found by the shop's order number: nothing is taken from the hub. */
import type { OrderView } from "../odoo/documents.ts";
import { num, ref, str, type Row } from "../odoo/orm/row.ts";
import type { SimulatedOdoo } from "../odoo/simulated-odoo.ts";
import type { Warehouse } from "./catalog.ts";

export interface OdooBill {
  readonly name: string;
  readonly state: string;
  readonly total: string;
  readonly paid: boolean;
}

export interface OdooDocuments {
  readonly orders: readonly { readonly name: string; readonly state: string; readonly total: string }[];
  readonly invoices: readonly OdooBill[];
  readonly creditNotes: readonly OdooBill[];
  /** Amounts. */
  readonly payments: readonly string[];
  readonly moneyBack: readonly string[];
  /** Transfers that are done, to the customer and back. */
  readonly sent: readonly OdooTransfer[];
  readonly returned: readonly OdooTransfer[];
}

export interface OdooTransfer {
  readonly name: string;
  readonly tracking: string;
  readonly units: number;
}

export interface OdooBooks {
  /** Free in the warehouse; null for a SKU that it does not know. */
  free(sku: string, warehouse: Warehouse): number | null;
  /** What the moves of an order have set aside or sent of a SKU. */
  settledOf(orderNumber: string, sku: string): number;
  documentsOf(orderNumber: string): OdooDocuments;
  /** Of all shops together: whatever has a shop's number, cancelled orders left out. */
  counts(): { readonly orders: number; readonly invoices: number; readonly creditNotes: number };
}

const PAID = ["paid", "in_payment", "reversed"];

export function createOdooBooks(odoo: SimulatedOdoo): OdooBooks {
  const ordersOf = (number: string) =>
    odoo.documents().orders.filter(({ reference, state }) => reference === number && state !== "cancel");
  return {
    free: (sku, warehouse) => {
      const isKnown = (odoo.snapshot()["product.product"] ?? []).some((row) => str(row, "default_code") === sku);
      return isKnown ? odoo.freeQuantity(sku, warehouse) : null;
    },
    settledOf: (number, sku) => {
      const product = odoo.productId(sku);
      const moves = movesOf(odoo, idsOf(ordersOf(number))).filter(
        (move) => !isBack(odoo, move) && num(move, "product_id") === product && str(move, "state") !== "cancel",
      );
      return unitsOf(odoo, moves);
    },
    documentsOf: (number) => documentsFor(odoo, number, ordersOf(number)),
    counts: () => {
      const { orders, invoices } = odoo.documents();
      const ours = orders.filter(({ reference, state }) => reference !== "" && state !== "cancel");
      const ids = idsOf(ours);
      const posted = (type: string): number =>
        invoices.filter((one) => one.type === type && one.state === "posted" && one.orderIds.some((id) => ids.has(id)))
          .length;
      return { orders: ours.length, invoices: posted("out_invoice"), creditNotes: posted("out_refund") };
    },
  };
}

function idsOf(orders: readonly OrderView[]): ReadonlySet<number> {
  return new Set(orders.map(({ id }) => id));
}

function documentsFor(odoo: SimulatedOdoo, number: string, orders: readonly OrderView[]): OdooDocuments {
  const { invoices, payments } = odoo.documents();
  const ids = idsOf(orders);
  const bills = (type: string): readonly OdooBill[] =>
    invoices
      .filter((bill) => bill.type === type && bill.orderIds.some((id) => ids.has(id)))
      .map(({ name, state, total, paymentState }) => ({
        name,
        state,
        total: total.toFixed(2),
        paid: PAID.includes(paymentState),
      }));
  const outgoing = new Set(
    (odoo.snapshot()["account.payment"] ?? [])
      .filter((row) => str(row, "payment_type") === "outbound")
      .map(({ id }) => id),
  );
  const money = (isBackToCustomer: boolean): readonly string[] =>
    payments
      .filter(({ id, memo }) => memo.split(" ")[0] === number && outgoing.has(id) === isBackToCustomer)
      .map(({ amount }) => amount.toFixed(2));
  const done = movesOf(odoo, ids).filter((move) => str(move, "state") === "done");
  return {
    orders: orders.map(({ name, state, total }) => ({ name, state, total: total.toFixed(2) })),
    invoices: bills("out_invoice"),
    creditNotes: bills("out_refund"),
    payments: money(false),
    moneyBack: money(true),
    sent: transfersOf(
      odoo,
      done.filter((move) => !isBack(odoo, move)),
    ),
    returned: transfersOf(
      odoo,
      done.filter((move) => isBack(odoo, move)),
    ),
  };
}

function movesOf(odoo: SimulatedOdoo, orderIds: ReadonlySet<number>): readonly Row[] {
  const rows = odoo.snapshot();
  const orderOfLine = new Map((rows["sale.order.line"] ?? []).map((row) => [row.id, num(row, "order_id")]));
  return (rows["stock.move"] ?? []).filter((move) =>
    orderIds.has(orderOfLine.get(ref(move, "sale_line_id") ?? 0) ?? 0),
  );
}

function isBack(odoo: SimulatedOdoo, move: Row): boolean {
  const from = (odoo.snapshot()["stock.location"] ?? []).find(({ id }) => id === ref(move, "location_id"));
  return from !== undefined && str(from, "usage") === "customer";
}

/** What is on the moves' lines: set aside or sent. */
function unitsOf(odoo: SimulatedOdoo, moves: readonly Row[]): number {
  const ids = new Set(moves.map(({ id }) => id));
  return (odoo.snapshot()["stock.move.line"] ?? [])
    .filter((line) => ids.has(num(line, "move_id")))
    .reduce((sum, line) => sum + num(line, "quantity"), 0);
}

function transfersOf(odoo: SimulatedOdoo, moves: readonly Row[]): readonly OdooTransfer[] {
  const pickings = new Map((odoo.snapshot()["stock.picking"] ?? []).map((row) => [row.id, row]));
  return [...Map.groupBy(moves, (move) => ref(move, "picking_id") ?? 0)].flatMap(([id, own]) => {
    const picking = pickings.get(id);
    if (picking === undefined) return [];
    return [{ name: str(picking, "name"), tracking: str(picking, "carrier_tracking_ref"), units: unitsOf(odoo, own) }];
  });
}
