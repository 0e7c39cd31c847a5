/** The numbers at the end, counted from both systems' own books and from what the hub answers; nothing is assumed. */
import type { DemoHub } from "./hub.ts";
import type { OdooDesk } from "./odoo-desk.ts";
import type { SimulatedShop } from "../woocommerce/shop.ts";

export interface Tally {
  readonly orders: { readonly placed: number; readonly synced: number; readonly parked: number };
  readonly documents: {
    readonly orders: number;
    readonly invoices: number;
    readonly payments: number;
    readonly duplicates: number;
  };
  readonly proofs: { readonly equal: number; readonly different: number };
  readonly stock: { readonly checked: number; readonly different: number };
}

export interface Counted {
  readonly shop: SimulatedShop;
  readonly odoo: OdooDesk;
  readonly hub: DemoHub;
}

/** An order counts as synced when both sides agree: posted in Odoo with the shop's total, and marked so in the shop. */
export async function tallyOf({ shop, odoo, hub }: Counted): Promise<Tally> {
  const { orders } = shop.snapshot();
  const documents = orders.map((order) => ({ order, erp: odoo.documentsOf(order.number) }));
  const synced = documents.filter(({ order, erp }) => {
    const [invoice] = erp.invoices;
    return (
      order.meta["_stockbridge_status"] === "synced" &&
      invoice?.state === "posted" &&
      cents(invoice.total) === cents(order.total)
    );
  });
  const over = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + Math.max(0, count - 1), 0);
  const all = odoo.counts();
  const { proofs, parked } = await askHub(hub);
  const stock = stockRows({ shop, odoo });
  return {
    orders: { placed: orders.length, synced: synced.length, parked },
    documents: {
      ...all,
      duplicates:
        over(documents.map(({ erp }) => erp.orders.length)) +
        over(documents.map(({ erp }) => erp.invoices.length)) +
        over(documents.map(({ erp }) => erp.payments.length)),
    },
    proofs,
    stock: { checked: stock.length, different: stock.filter(({ isEqual }) => !isEqual).length },
  };
}

async function askHub(hub: DemoHub): Promise<{ proofs: Tally["proofs"]; parked: number }> {
  const [status, failures] = await Promise.all([
    hub.command(["status", "--json"]),
    hub.command(["failures", "list", "--json"]),
  ]);
  const { proofs, work } = status.json as {
    proofs: Tally["proofs"];
    work: readonly { flow: string; parked: number }[];
  };
  const { failures: listed } = failures.json as { failures: readonly { key: string }[] };
  const parked = work.filter(({ flow }) => flow === "order").reduce((sum, lane) => sum + lane.parked, 0);
  // What is still being retried is not in order either.
  return { proofs, parked: Math.max(parked, listed.filter(({ key }) => key.startsWith("order/")).length) };
}

export interface StockRow {
  readonly sku: string;
  readonly offered: number;
  readonly free: number;
  readonly held: number;
  readonly isEqual: boolean;
}

const ACCEPTED = ["processing", "completed", "on-hold"];

/** What the shop offers beside what is free in Odoo, less what accepted orders take that Odoo does not know of yet. */
export function stockRows({ shop, odoo }: Omit<Counted, "hub">): readonly StockRow[] {
  const { orders, variants } = shop.snapshot();
  return variants.flatMap(({ sku, managed, stock }) => {
    const free = odoo.free(sku);
    if (!managed || free === null) return [];
    let held = 0;
    for (const order of orders) {
      if (!ACCEPTED.includes(order.status)) continue;
      const ordered = order.lines.filter((line) => line.sku === sku).reduce((sum, line) => sum + line.quantity, 0);
      held += Math.max(0, ordered - odoo.settledOf(order.number, sku));
    }
    const offered = stock ?? 0;
    return [{ sku, offered, free, held, isEqual: offered === Math.max(0, Math.floor(free - held)) }];
  });
}

/** Amounts with two digits, as this shop's currency has. */
export function cents(amount: string): bigint {
  const [whole = "0", fraction = ""] = amount.split(".");
  return BigInt(whole) * 100n + BigInt(fraction.padEnd(2, "0").slice(0, 2));
}
