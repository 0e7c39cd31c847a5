/**
 * Pages of orders, oldest first, by the date they were changed or placed. Shopify's cursors hold the last order's own place in the
 * sorting, so an order that changes between two pages moves behind them and nothing is skipped.
 */
import { z } from "zod";
import { failure } from "../../core/failures.ts";
import type { CallContext } from "../../core/ports/call.ts";
import type { ChangePage } from "../../core/ports/shop.ts";
import type { ShopOrder } from "../../core/order/shop-order.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { OrdersPageQueryVariables } from "./generated.ts";
import { gidType, numericId } from "./ids.ts";
import { ordersPage } from "./operations/orders.ts";
import { ORDER_PAGE_ITEMS_START, ORDER_PAGES_MAX } from "./order-limits.ts";
import { type OrderReader, readWhole } from "./order-reading.ts";

const SECOND_MS = 1000;

/** Where the next page begins; the hub keeps it as opaque text. */
const placeShape = z.object({ after: z.string().nullable(), read: z.number() });

interface Listing {
  readonly query: string;
  readonly sortKey: OrdersPageQueryVariables["sortKey"];
}

/** Changed at or after `sinceIso`. */
export async function changedOrders(
  reader: OrderReader,
  sinceIso: string,
  page: string | null,
  call: CallContext,
): Promise<Result<ChangePage<ShopOrder>>> {
  return orderPage(reader, { query: `updated_at:>='${second(sinceIso, 0)}'`, sortKey: "UPDATED_AT" }, page, call);
}

/** Placed in `[fromIso, toIso)`, by the date that the order carries for people. */
export async function placedOrders(
  reader: OrderReader,
  fromIso: string,
  toIso: string,
  page: string | null,
  call: CallContext,
): Promise<Result<ChangePage<ShopOrder>>> {
  const isWhole = Date.parse(toIso) % SECOND_MS === 0;
  const query = `processed_at:>='${second(fromIso, 0)}' processed_at:<'${second(toIso, isWhole ? 0 : 1)}'`;
  const read = await orderPage(reader, { query, sortKey: "PROCESSED_AT" }, page, call);
  if (!read.ok) return read;
  const [from, to] = [Date.parse(fromIso), Date.parse(toIso)];
  const isInside = ({ createdAt }: ShopOrder) => Date.parse(createdAt) >= from && Date.parse(createdAt) < to;
  return ok({ ...read.value, items: read.value.items.filter(isInside) });
}

async function orderPage(
  reader: OrderReader,
  { query, sortKey }: Listing,
  token: string | null,
  call: CallContext,
): Promise<Result<ChangePage<ShopOrder>>> {
  const { client, sizes } = reader;
  const place = token === null ? { after: null, read: 0 } : readPlace(token);
  if (place.read >= ORDER_PAGES_MAX) return fail(broken(client.connection, `more than ${ORDER_PAGES_MAX} pages`));
  const told = await sizes.askOrders(ORDER_PAGE_ITEMS_START, ({ orders, lines }) =>
    client.request(ordersPage, { first: orders, after: place.after, query, sortKey, lines }, call),
  );
  if (!told.ok) return told;
  const { nodes, pageInfo } = told.value.orders;
  const items: ShopOrder[] = [];
  const unreadable: ChangePage<ShopOrder>["unreadable"][number][] = [];
  for (const node of nodes) {
    const id = idOf(node);
    if (id === null) return fail(broken(client.connection, "an order without an id"));
    const order = await readWhole(reader, node, id, call);
    if (order.ok) items.push(order.value);
    else if (order.failure.code === "ORDER_UNREADABLE") unreadable.push({ id, failure: order.failure });
    // The shop does not answer: the page is asked for again, whole.
    else return order;
  }
  const isLast = !pageInfo.hasNextPage;
  if (!isLast && (pageInfo.endCursor ?? place.after) === place.after)
    return fail(broken(client.connection, "a next page that is this page"));
  const next = { after: pageInfo.endCursor ?? null, read: place.read + 1 };
  return ok({ items, nextPage: isLast ? null : JSON.stringify(next), totalItems: null, unreadable });
}

/** The numeric id of an answered order; null where it tells none. */
export function idOf(node: unknown): string | null {
  const id = (node as Readonly<Record<string, unknown>> | null)?.["id"];
  return typeof id === "string" && gidType(id) === "Order" ? numericId(id) : null;
}

function readPlace(token: string): z.infer<typeof placeShape> {
  // A token that is not ours is a mistake of the caller, never of the shop.
  return placeShape.parse(JSON.parse(token));
}

/** The shop's search knows whole seconds. */
function second(iso: string, more: number): string {
  const wholeMs = Math.floor(Date.parse(iso) / SECOND_MS) * SECOND_MS;
  return new Date(wholeMs + more * SECOND_MS).toISOString().replace(".000Z", "Z");
}

export function broken(connection: string, found: string) {
  return failure("CONNECTION_BROKEN_ANSWER", { connection, what: `orders: ${found}` }, { connection });
}
