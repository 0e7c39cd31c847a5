/** The numbers at the end, counted from all systems' own books and from what the hub answers; nothing is assumed. */
import { cents, sumOf } from "./cents.ts";
import type { DemoHub } from "./hub.ts";
import type { OdooDocuments } from "./odoo-books.ts";
import type { OdooDesk } from "./odoo-desk.ts";
import type { DemoOrder, DemoShop, ShopKindName } from "./shop.ts";
import { stockRows } from "./stock-rows.ts";

export interface ShopTally {
  readonly kind: ShopKindName;
  readonly orders: {
    readonly placed: number;
    readonly synced: number;
    readonly parked: number;
    readonly refunds: number;
  };
  /** In Odoo, found by the numbers of the shop's orders. */
  readonly documents: {
    readonly orders: number;
    readonly invoices: number;
    readonly payments: number;
    readonly creditNotes: number;
    readonly moneyBack: number;
    readonly duplicates: number;
  };
  /** Validated transfers to customers and back in Odoo; what the shop has heard of. */
  readonly parcels: { readonly sent: number; readonly returned: number; readonly told: number };
  readonly stock: { readonly checked: number; readonly different: number };
}

export interface Tally {
  /** By the connection's id. */
  readonly shops: Readonly<Record<string, ShopTally>>;
  readonly proofs: { readonly equal: number; readonly different: number };
  /** Orders, invoices and credit notes in Odoo with a shop's number that belong to none of the shops' orders. */
  readonly strays: number;
  /** What a simulated system was asked for and does not simulate. */
  readonly unsupported: number;
}

export interface Counted {
  readonly shops: readonly DemoShop[];
  readonly odoo: OdooDesk;
  readonly hub: DemoHub;
}

interface Pair {
  readonly order: DemoOrder;
  readonly erp: OdooDocuments;
}

export async function tallyOf(counted: Counted): Promise<Tally> {
  const { shops, odoo, hub } = counted;
  const { proofs, parked } = await askHub(hub);
  const tallies = shops.map((shop) => [shop.id, shopTally(counted, shop, parked.get(shop.id) ?? 0)] as const);
  const { orders, invoices, creditNotes } = odoo.counts();
  const known = tallies
    .map(([, { documents }]) => documents.orders + documents.invoices + documents.creditNotes)
    .reduce((sum, count) => sum + count, 0);
  return {
    shops: Object.fromEntries(tallies),
    proofs,
    strays: orders + invoices + creditNotes - known,
    unsupported: odoo.unsupported.length + shops.reduce((sum, shop) => sum + shop.unsupported.length, 0),
  };
}

function shopTally({ shops, odoo }: Counted, shop: DemoShop, parked: number): ShopTally {
  const pairs = shop.orders().map((order): Pair => ({ order, erp: odoo.documentsOf(order.number) }));
  const count = (read: (pair: Pair) => number): number => pairs.reduce((sum, pair) => sum + read(pair), 0);
  const stock = stockRows(shops, odoo).filter((row) => row.shop === shop);
  return {
    kind: shop.kind,
    orders: {
      placed: pairs.length,
      synced: pairs.filter((pair) => isSynced(shop, pair)).length,
      parked,
      refunds: count(({ order }) => order.refunds.length),
    },
    documents: {
      orders: count(({ erp }) => erp.orders.length),
      invoices: count(({ erp }) => posted(erp.invoices).length),
      payments: count(({ erp }) => erp.payments.length),
      creditNotes: count(({ erp }) => posted(erp.creditNotes).length),
      moneyBack: count(({ erp }) => erp.moneyBack.length),
      duplicates: count(duplicatesOf),
    },
    parcels: {
      sent: count(({ erp }) => erp.sent.length),
      returned: count(({ erp }) => erp.returned.length),
      told: count(({ order }) => order.parcels.length),
    },
    stock: { checked: stock.length, different: stock.filter(({ isEqual }) => !isEqual).length },
  };
}

/** Both sides agree: posted in Odoo with the shop's total, the same money in and out, and marked so in the shop. */
export function isSynced(shop: DemoShop, { order, erp }: Pair): boolean {
  const [invoice] = posted(erp.invoices);
  const units = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);
  return (
    order.mark.status === "synced" &&
    invoice !== undefined &&
    cents(invoice.total) === cents(order.total) &&
    sumOf(erp.payments) === cents(order.received.amount) &&
    sumOf(posted(erp.creditNotes).map(({ total }) => total)) === sumOf(order.refunds) &&
    sumOf(erp.moneyBack) === sumOf(order.refunds) &&
    (!shop.hearsOfParcels ||
      units(erp.sent.map((parcel) => parcel.units)) === units(order.lines.map(({ sent }) => sent)))
  );
}

function posted<T extends { readonly state: string }>(bills: readonly T[]): readonly T[] {
  return bills.filter(({ state }) => state === "posted");
}

/** Whatever there is more than once for one thing in the shop. */
function duplicatesOf({ order, erp }: Pair): number {
  const over = (count: number, due: number): number => Math.max(0, count - due);
  return (
    over(erp.orders.length, 1) +
    over(erp.invoices.length, 1) +
    over(erp.payments.length, order.received.parts) +
    over(erp.creditNotes.length, order.refunds.length) +
    over(order.parcels.length, erp.sent.length)
  );
}

async function askHub(
  hub: DemoHub,
): Promise<{ readonly proofs: Tally["proofs"]; readonly parked: ReadonlyMap<string, number> }> {
  const [status, failures] = await Promise.all([
    hub.command(["status", "--json"]),
    hub.command(["failures", "list", "--json"]),
  ]);
  const { proofs, work } = status.json as {
    proofs: Tally["proofs"];
    work: readonly { flow: string; connection: string; parked: number }[];
  };
  const { failures: listed } = failures.json as { failures: readonly { key: string }[] };
  const parked = new Map(
    work.filter(({ flow }) => flow === "order").map((lane) => [lane.connection, lane.parked] as const),
  );
  // What is still being retried is not in order either.
  for (const [shop, keys] of Map.groupBy(
    listed.filter(({ key }) => key.startsWith("order/")),
    ({ key }) => key.split("/")[1] ?? "",
  ))
    parked.set(shop, Math.max(parked.get(shop) ?? 0, keys.length));
  return { proofs, parked };
}

/** What the numbers themselves must say, beside what the chapters have seen: a sentence for each that is wrong. */
export function faultsOf(tally: Tally): readonly string[] {
  const shops = Object.entries(tally.shops);
  const placed = shops.reduce((sum, [, { orders }]) => sum + orders.placed, 0);
  const faults: (readonly [boolean, string])[] = [
    ...shops.flatMap(([id, shop]) => shopFaults(shop).map(([isFault, what]) => [isFault, `${id}: ${what}`] as const)),
    [tally.proofs.different > 0, "a proof is different"],
    [tally.proofs.equal !== placed, "not every order has its proof"],
    [tally.strays !== 0, "Odoo has a document that belongs to no order of the shops"],
    [tally.unsupported > 0, "a simulated system was asked for what it does not simulate"],
  ];
  return faults.filter(([isFault]) => isFault).map(([, sentence]) => sentence);
}

function shopFaults({ kind, orders, documents, parcels, stock }: ShopTally): (readonly [boolean, string])[] {
  return [
    [orders.synced < orders.placed, "an order is not in step"],
    [orders.parked > 0, "an order is held"],
    [documents.orders !== orders.placed, "Odoo has not one order for each of the shop's"],
    [documents.duplicates > 0, "a document exists twice"],
    [documents.creditNotes !== orders.refunds, "Odoo has not one credit note for each refund"],
    [kind === "shopify" && parcels.told !== parcels.sent, "the shop knows of other parcels than Odoo sent"],
    [stock.different > 0 || stock.checked === 0, "stock is different"],
  ];
}
