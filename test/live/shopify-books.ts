/**
 * What Odoo's books say of the orders of a run, read without the hub: all documents of all of them in a handful of calls, by the
 * prefix of their numbers, each as a line of text that can be compared.
 */
import type { OdooBooks, Row } from "./odoo-books.ts";

/** Everything in Odoo that carries one order's number. */
export interface Papers {
  readonly orderIds: readonly number[];
  /** `sale USD 45.91 tax 6.99 WH`; on 14 `sale USD net 38.92 WH`. */
  readonly orders: readonly string[];
  /** `posted USD 45.91 tax 6.99 left 0.00` */
  readonly invoices: readonly string[];
  /** The same, of what takes an invoice of these back. */
  readonly notes: readonly string[];
  /** `in BNK1 45.91`, sorted. */
  readonly payments: readonly string[];
  /** `out done 2`: units by direction and whether they have moved; what was called off is left out. */
  readonly goods: readonly string[];
  /** Numbers of the parcels that went out, oldest first. */
  readonly parcels: readonly string[];
  readonly pickings: readonly Picking[];
}

export interface Picking {
  readonly id: number;
  readonly name: string;
  readonly state: string;
  readonly direction: "out" | "back";
  readonly tracking: string;
  readonly moves: readonly { readonly id: number; readonly productId: number; readonly units: number }[];
}

/** By the order's number. */
export type Reading = (number: string) => Papers;

/** Each call reads anew. */
export async function openPapers(books: OdooBooks, prefix: string): Promise<() => Promise<Reading>> {
  const codes = await codesOf(books);
  return () => papersOf(books, prefix, codes);
}

async function papersOf(books: OdooBooks, prefix: string, codes: ReadonlyMap<number, string>): Promise<Reading> {
  const like = `${prefix}%`;
  const memo = books.major >= 19 ? "memo" : "ref";
  const orders = await books.searchRead(
    "sale.order",
    [["client_order_ref", "=like", like]],
    ["client_order_ref", "state", "amount_untaxed", "amount_total", "amount_tax", "currency_id", "warehouse_id"],
  );
  const fields = ["ref", "state", "amount_total", "amount_tax", "amount_residual", "currency_id", "reversed_entry_id"];
  const invoices = await books.searchRead(
    "account.move",
    [
      ["ref", "=like", like],
      ["move_type", "=", "out_invoice"],
    ],
    fields,
  );
  const notes = await books.searchRead(
    "account.move",
    [
      ["reversed_entry_id", "in", invoices.map(idOf)],
      ["move_type", "=", "out_refund"],
    ],
    fields,
  );
  const payments = await books.searchRead(
    "account.payment",
    [[memo, "=like", like]],
    [memo, "payment_type", "amount", "journal_id", "state"],
  );
  const pickings = await pickingsOf(books, orders.map(idOf));
  return (number) => {
    const own = orders.filter((row) => row["client_order_ref"] === number);
    const invoiced = invoices.filter(({ ref }) => ref === number);
    const sent = own.flatMap((row) => pickings.get(idOf(row)) ?? []);
    return {
      orderIds: own.map(idOf),
      orders: own.map(
        (row) =>
          `${state(row)} ${nameIn(row, "currency_id")} ${books.major >= 19 ? amounts(row) : `net ${money(row, "amount_untaxed")}`} ${codes.get(linkIn(row, "warehouse_id")) ?? ""}`,
      ),
      invoices: invoiced.map(billText),
      notes: notes
        .filter((row) => invoiced.some((invoice) => idOf(invoice) === linkIn(row, "reversed_entry_id")))
        .toSorted((a, b) => idOf(a) - idOf(b))
        .map(billText),
      payments: payments
        .filter((row) => String(row[memo]).split(" ")[0] === number)
        .map(
          (row) =>
            `${row["payment_type"] === "inbound" ? "in" : "out"} ${codes.get(-linkIn(row, "journal_id")) ?? ""} ${money(row, "amount")}`,
        )
        .toSorted(),
      goods: goodsOf(sent),
      parcels: sent.flatMap((one) => (one.direction === "out" && one.state === "done" ? [one.tracking] : [])),
      pickings: sent,
    };
  };
}

/** Of warehouses by their id, of journals by their id below nothing. */
async function codesOf(books: OdooBooks): Promise<ReadonlyMap<number, string>> {
  const warehouses = await books.searchRead("stock.warehouse", [], ["code"]);
  const journals = await books.searchRead("account.journal", [], ["code"]);
  return new Map([
    ...warehouses.map((row): [number, string] => [idOf(row), String(row["code"])]),
    ...journals.map((row): [number, string] => [-idOf(row), String(row["code"])]),
  ]);
}

/** By order, oldest first. */
async function pickingsOf(
  books: OdooBooks,
  orderIds: readonly number[],
): Promise<ReadonlyMap<number, readonly Picking[]>> {
  const rows = await books.searchRead(
    "stock.picking",
    [["sale_id", "in", orderIds]],
    ["name", "state", "sale_id", "picking_type_code", "carrier_tracking_ref"],
  );
  const moves = await books.searchRead(
    "stock.move",
    [
      ["picking_id", "in", rows.map(idOf)],
      ["state", "!=", "cancel"],
    ],
    ["picking_id", "product_id", "product_uom_qty"],
  );
  const byOrder = new Map<number, Picking[]>();
  for (const row of rows.toSorted((a, b) => idOf(a) - idOf(b))) {
    const orderId = linkIn(row, "sale_id");
    const own = moves.filter((move) => linkIn(move, "picking_id") === idOf(row));
    const picking: Picking = {
      id: idOf(row),
      name: String(row["name"]),
      state: String(row["state"]),
      direction: row["picking_type_code"] === "outgoing" ? "out" : "back",
      tracking: row["carrier_tracking_ref"] === false ? "" : String(row["carrier_tracking_ref"]),
      moves: own.map((move) => ({
        id: idOf(move),
        productId: linkIn(move, "product_id"),
        units: Number(move["product_uom_qty"]),
      })),
    };
    byOrder.set(orderId, [...(byOrder.get(orderId) ?? []), picking]);
  }
  return byOrder;
}

function goodsOf(pickings: readonly Picking[]): readonly string[] {
  const units = new Map<string, number>();
  for (const { direction, state: at, moves } of pickings) {
    if (at === "cancel") continue;
    const kind = `${direction} ${at === "done" ? "done" : "open"}`;
    units.set(kind, (units.get(kind) ?? 0) + moves.reduce((sum, move) => sum + move.units, 0));
  }
  return [...units].filter(([, count]) => count > 0).map(([kind, count]) => `${kind} ${count}`);
}

function billText(row: Row): string {
  return `${String(row["state"])} ${nameIn(row, "currency_id")} ${amounts(row)} left ${money(row, "amount_residual")}`;
}

function amounts(row: Row): string {
  return `${money(row, "amount_total")} tax ${money(row, "amount_tax")}`;
}

/** Locked on 14 is a sale like any other. */
function state({ state: word }: Row): string {
  return word === "done" ? "sale" : String(word);
}

function money(row: Row, field: string): string {
  return Number(row[field]).toFixed(2);
}

function idOf(row: Row): number {
  return Number(row["id"]);
}

function linkIn(row: Row, field: string): number {
  const value = row[field];
  return Array.isArray(value) ? Number(value[0]) : 0;
}

function nameIn(row: Row, field: string): string {
  const value = row[field];
  return Array.isArray(value) ? String(value[1]) : "";
}

/** As a person at the warehouse does it: so many of one product out of the open transfer, the rest as a backorder. */
export async function sendByHand(
  books: OdooBooks,
  papers: Papers,
  units: ReadonlyMap<number, number>,
  tracking: string,
): Promise<void> {
  const open = papers.pickings.find(
    ({ direction, state: at }) => direction === "out" && !["done", "cancel"].includes(at),
  );
  if (open === undefined) throw new Error(`nothing is open: ${JSON.stringify(papers.pickings)}`);
  for (const { id, productId } of open.moves) {
    const quantity = units.get(productId) ?? 0;
    if (quantity === 0) continue;
    const values = books.major >= 19 ? { quantity, picked: true } : { quantity_done: quantity };
    await books.call("stock.move", "write", [[id], values]);
  }
  await books.call("stock.picking", "write", [[open.id], { carrier_tracking_ref: tracking }]);
  await books.call("stock.picking", "button_validate", [[open.id]], {
    context: { skip_sms: true, skip_backorder: true, skip_immediate: true },
  });
}
