/**
 * Pages of orders, oldest first, by the date they were changed or placed. Pages are told apart by date, not by number:
 * an order that changes between two pages moves to the end of the list, and by number the one that takes its place
 * would be skipped. Page numbers serve only within one second.
 */
import { z } from "zod";
import type { CallContext } from "../../core/ports/call.ts";
import type { ChangePage } from "../../core/ports/shop.ts";
import type { ShopOrder } from "../../core/order/shop-order.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { broken } from "./answer.ts";
import type { Query, WooClient } from "./client.ts";
import { decodeOrder } from "./decode-order.ts";
import { idOfItem } from "./decode-variant.ts";
import { PAGES_MAX } from "./limits.ts";
import { ignoresPage, isSamePage, readAll, readPage, type ListPage } from "./listing.ts";

const SECOND_MS = 1000;

/** Where the next page begins; the hub keeps it as opaque text. */
const placeShape = z.object({
  /** Orders strictly later than this second, UTC. */
  after: z.string(),
  /** 1, except within a second that holds more than a page. */
  page: z.number(),
  /** Pages read so far. */
  read: z.number(),
  total: z.number().nullable(),
  firstId: z.string(),
});
type Place = z.infer<typeof placeShape>;

interface Listing {
  readonly by: "modified" | "placed";
  readonly query: Query;
  readonly start: string;
}

/** Changed at or after `sinceIso`, those in the trash included: the shop leaves them out of `any`. */
export async function changedOrders(
  client: WooClient,
  sinceIso: string,
  page: string | null,
  call: CallContext,
): Promise<Result<ChangePage<ShopOrder>>> {
  // The shop's `modified_after` is strict and knows whole seconds.
  const listing: Listing = { by: "modified", query: {}, start: addSeconds(sinceIso, -1) };
  return orderPage(client, listing, page, call);
}

/** Placed in `[fromIso, toIso)`; orders in the trash are not told. */
export async function placedOrders(
  client: WooClient,
  fromIso: string,
  toIso: string,
  page: string | null,
  call: CallContext,
): Promise<Result<ChangePage<ShopOrder>>> {
  const isWhole = Date.parse(toIso) % SECOND_MS === 0;
  const listing: Listing = {
    by: "placed",
    query: { before: addSeconds(toIso, isWhole ? 0 : 1) },
    start: addSeconds(fromIso, -1),
  };
  const read = await orderPage(client, listing, page, call);
  if (!read.ok) return read;
  const from = Date.parse(fromIso);
  const to = Date.parse(toIso);
  const items = read.value.items.filter(({ createdAt }) => Date.parse(createdAt) >= from && Date.parse(createdAt) < to);
  return ok({ ...read.value, items });
}

async function orderPage(
  client: WooClient,
  listing: Listing,
  token: string | null,
  call: CallContext,
): Promise<Result<ChangePage<ShopOrder>>> {
  const place =
    token === null ? { after: listing.start, page: 1, read: 1, total: null, firstId: "" } : readPlace(token);
  if (place.read > PAGES_MAX)
    return fail(broken({ connection: client.connection, what: "GET /orders" }, `more than ${PAGES_MAX} pages`));
  const [afterName, orderby] = listing.by === "modified" ? ["modified_after", "modified"] : ["after", "date"];
  const query = {
    status: "any",
    ...listing.query,
    [afterName]: place.after,
    dates_are_gmt: "true",
    orderby,
    order: "asc",
  };
  const read = await readPage(client, "/orders", query, place.page, call);
  if (!read.ok) return read;
  if (place.page > 1 && isSamePage(read.value.firstId, place.firstId)) return fail(ignoresPage(client, "/orders"));
  const told = decodeAll(client, read.value.items);
  if (!told.ok) return told;
  const until = read.value.isLast ? null : latest(told.value.items, listing.by);
  const trashed = await trashedOrders(client, listing, place, until, call);
  if (!trashed.ok) return trashed;
  const items = [...told.value.items, ...trashed.value.items].toSorted((a, b) =>
    compare(dateOf(a, listing.by), dateOf(b, listing.by)),
  );
  const unreadable = [...told.value.unreadable, ...trashed.value.unreadable];
  const totalItems = place.total ?? read.value.total;
  const nextPage = read.value.isLast ? null : JSON.stringify(nextPlace(place, read.value, until, totalItems));
  return ok({ items, nextPage, totalItems, unreadable });
}

interface Told {
  readonly items: readonly ShopOrder[];
  readonly unreadable: ChangePage<ShopOrder>["unreadable"];
}

/** Those in the trash within the time that this page covers, so that all orders come oldest first. */
async function trashedOrders(
  client: WooClient,
  listing: Listing,
  place: Place,
  until: string | null,
  call: CallContext,
): Promise<Result<Told>> {
  if (listing.by === "placed" || place.page > 1) return ok({ items: [], unreadable: [] });
  const before = until === null ? undefined : addSeconds(until, 1);
  const query = {
    status: "trash",
    modified_after: place.after,
    modified_before: before,
    dates_are_gmt: "true",
    orderby: "modified",
    order: "asc",
  };
  const read = await readAll(client, "/orders", query, PAGES_MAX, call);
  return read.ok ? decodeAll(client, read.value) : read;
}

function decodeAll(client: WooClient, bodies: readonly unknown[]): Result<Told> {
  const items: ShopOrder[] = [];
  const unreadable: Told["unreadable"][number][] = [];
  for (const body of bodies) {
    const id = idOfItem(body);
    if (id === null)
      return fail(broken({ connection: client.connection, what: "GET /orders" }, "an order without an id"));
    const decoded = decodeOrder(body, id);
    if (decoded.ok) items.push(decoded.value);
    else unreadable.push({ id, failure: decoded.failure });
  }
  return ok({ items, unreadable });
}

/** The last second may go on behind this page, so it is asked for again; only when it fills the page, by number. */
function nextPlace(place: Place, { firstId }: ListPage, until: string | null, total: number | null): Place {
  const after = until === null ? place.after : addSeconds(until, -1);
  const isStuck = compare(after, place.after) <= 0;
  return {
    after: isStuck ? place.after : after,
    page: isStuck ? place.page + 1 : 1,
    read: place.read + 1,
    total,
    firstId,
  };
}

function readPlace(token: string): Place {
  // A token that is not ours is a mistake of the caller, never of the shop.
  return placeShape.parse(JSON.parse(token));
}

function latest(orders: readonly ShopOrder[], by: Listing["by"]): string | null {
  return orders
    .map((order) => dateOf(order, by))
    .reduce<string | null>((newest, date) => (newest === null || date > newest ? date : newest), null);
}

function dateOf(order: ShopOrder, by: Listing["by"]): string {
  return by === "modified" ? order.modifiedAt : order.createdAt;
}

/** Whole seconds, as the shop compares them: `2026-11-21T08:18:31`. */
function addSeconds(iso: string, seconds: number): string {
  const wholeMs = Math.floor(Date.parse(iso) / SECOND_MS) * SECOND_MS;
  return new Date(wholeMs + seconds * SECOND_MS).toISOString().slice(0, 19);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
