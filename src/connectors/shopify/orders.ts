/** The order side of a Shopify connection: orders by id, date and number, the hub's marks on them, and what went out. */
import { failure } from "../../core/failures.ts";
import type { CallContext } from "../../core/ports/call.ts";
import type { ShopPort } from "../../core/ports/shop.ts";
import type { ShopOrder } from "../../core/order/shop-order.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { orderNumber } from "./decode-order.ts";
import { writeFulfilments } from "./fulfilments.ts";
import { gid, isNumericId } from "./ids.ts";
import { writeOrderMarks } from "./marks.ts";
import { ordersById, ordersPage } from "./operations/orders.ts";
import { shopScopes } from "./operations/shop.ts";
import { NUMBER_SEARCH_ITEMS_MAX } from "./order-limits.ts";
import { type MoneyChoice } from "./order-money.ts";
import { changedOrders, idOf, placedOrders } from "./order-pages.ts";
import { createOrderSizes, type OrderClient, type OrderReader, readWhole } from "./order-reading.ts";
import { OLD_ORDERS_SCOPE } from "./scopes.ts";

export interface ShopifyOrdersDeps {
  readonly client: OrderClient;
  /** Which side of every amount is read. */
  readonly currency: MoneyChoice;
  /** Whether customers are sent Shopify's mail when the hub tells of a fulfilment: true in production, false in every other environment. */
  readonly notifyCustomers: boolean;
}

export type ShopifyOrders = Pick<
  ShopPort,
  "readOrders" | "changedOrders" | "placedOrders" | "findOrderByNumber" | "writeOrderMarks" | "writeFulfilments"
>;

export function createShopifyOrders({ client, currency, notifyCustomers }: ShopifyOrdersDeps): ShopifyOrders {
  const reader: OrderReader = { client, currency, sizes: createOrderSizes() };
  return {
    readOrders: (ids, call) => readOrders(reader, ids, call),
    changedOrders: (sinceIso, page, call) => changedOrders(reader, sinceIso, page, call),
    placedOrders: (fromIso, toIso, page, call) => placedOrders(reader, fromIso, toIso, page, call),
    findOrderByNumber: (number, call) => findOrderByNumber(reader, number, call),
    writeOrderMarks: (writes, call) => writeOrderMarks(client, writes, call),
    writeFulfilments: (writes, call) => writeFulfilments(reader, writes, notifyCustomers, call),
  };
}

type Outcome = Result<ShopOrder | null>;

async function readOrders(
  reader: OrderReader,
  ids: readonly string[],
  call: CallContext,
): Promise<ReadonlyMap<string, Outcome>> {
  const outcomes = new Map<string, Outcome>();
  const wanted = new Set(ids);
  for (const id of wanted) if (!isNumericId(id)) outcomes.set(id, ok(null));
  let left = [...wanted].filter(isNumericId);
  while (left.length > 0) {
    const group = left;
    const asked = await reader.sizes.askOrders(group.length, (size) =>
      readGroup(reader, group.slice(0, size.orders), size.lines, call),
    );
    if (!asked.ok) {
      // What is left would meet the same: a pause, no time, no right.
      for (const id of left) outcomes.set(id, asked);
      return outcomes;
    }
    for (const [id, outcome] of asked.value) outcomes.set(id, outcome);
    left = left.filter((id) => !outcomes.has(id));
  }
  return outcomes;
}

async function readGroup(
  reader: OrderReader,
  ids: readonly string[],
  lines: number,
  call: CallContext,
): Promise<Result<ReadonlyMap<string, Outcome>>> {
  const read = await reader.client.request(ordersById, { ids: ids.map((id) => gid("Order", id)), lines }, call);
  if (!read.ok) return read;
  const outcomes = new Map<string, Outcome>();
  for (const node of read.value.nodes) {
    const id = idOf(node);
    if (id !== null && ids.includes(id)) outcomes.set(id, await readWhole(reader, node, id, call));
  }
  const gone = ids.filter((id) => !outcomes.has(id));
  if (gone.length === 0) return ok(outcomes);
  const sure = await absenceIsCertain(reader, call);
  for (const id of gone) outcomes.set(id, sure.ok ? absence(reader, id, sure.value) : sure);
  return ok(outcomes);
}

/** Without `read_all_orders` an order is hidden once it is 60 days old, and the shop answers as if it had never been. */
async function absenceIsCertain({ client }: OrderReader, call: CallContext): Promise<Result<boolean>> {
  const read = await client.request(shopScopes, {}, call);
  if (!read.ok) return read;
  return ok(read.value.currentAppInstallation.accessScopes.some(({ handle }) => handle === OLD_ORDERS_SCOPE));
}

function absence({ client }: OrderReader, id: string, certain: boolean): Outcome {
  if (certain) return ok(null);
  const message = `the shop shows no such order: it was deleted, or it is older than 60 days and the app lacks the scope ${OLD_ORDERS_SCOPE}`;
  return fail(failure("ACCESS_DENIED", { connection: client.connection, what: `reading order ${id}`, message }));
}

/** By the name that people see, with or without its `#`; the newest where several carry it. */
async function findOrderByNumber(reader: OrderReader, number: string, call: CallContext): Promise<Outcome> {
  const wanted = orderNumber(number);
  if (wanted === "") return ok(null);
  // The shop's search may keep or drop the sign, as the names themselves do.
  for (const name of [wanted, `#${wanted}`]) {
    const found = await findByName(reader, name, wanted, call);
    if (!found.ok || found.value !== null) return found;
  }
  return ok(null);
}

async function findByName(reader: OrderReader, name: string, wanted: string, call: CallContext): Promise<Outcome> {
  const query = `name:'${name.replaceAll(/[\\']/g, (sign) => `\\${sign}`)}'`;
  const listing = { query, sortKey: "ID", after: null } as const;
  const read = await reader.sizes.askOrders(NUMBER_SEARCH_ITEMS_MAX, ({ orders, lines }) =>
    reader.client.request(ordersPage, { ...listing, first: orders, lines }, call),
  );
  if (!read.ok) return read;
  const same = read.value.orders.nodes.filter((node) => orderNumber(node.name) === wanted);
  const newest = same.at(-1);
  if (newest === undefined) return ok(null);
  return readWhole(reader, newest, idOf(newest) ?? wanted, call);
}
