/**
 * Pages of orders, oldest first, by the date they were changed or placed. Pages are told apart by date, not by number:
 * an order that changes between two pages moves to the end of the list, and by number the one that takes its place
 * would be skipped. Only within one second are numbers used, and begun again when that second has lost an order.
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
  /** True: only those of the one second that follows it, which are more than a page. */
  within: z.boolean(),
  page: z.number(),
  /** How many there were of that second when its last page was read. */
  counted: z.number().nullable(),
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
  const before = addSeconds(toIso, isWhole ? 0 : 1);
  const read = await orderPage(client, { by: "placed", query: { before }, start: addSeconds(fromIso, -1) }, page, call);
  if (!read.ok) return read;
  const from = Date.parse(fromIso);
  const to = Date.parse(toIso);
  const isInside = ({ createdAt }: ShopOrder) => Date.parse(createdAt) >= from && Date.parse(createdAt) < to;
  return ok({ ...read.value, items: read.value.items.filter(isInside) });
}

async function orderPage(
  client: WooClient,
  listing: Listing,
  token: string | null,
  call: CallContext,
): Promise<Result<ChangePage<ShopOrder>>> {
  const place = token === null ? placeAt(listing.start) : readPlace(token);
  if (place.read > PAGES_MAX) {
    return fail(broken({ connection: client.connection, what: "GET /orders" }, `more than ${PAGES_MAX} pages`));
  }
  const read = await readPage(client, "/orders", queryAt(listing, place), place.page, call);
  if (!read.ok) return read;
  if (place.page > 1 && isSamePage(read.value.firstId, place.firstId)) return fail(ignoresPage(client, "/orders"));
  const told = decodeAll(client, read.value.items);
  if (!told.ok) return told;
  const until = latest(read.value.items, listing.by);
  const next = nextPlace(place, read.value, until);
  const trashed = await trashedOrders(client, listing, place, next === null ? null : until, call);
  if (!trashed.ok) return trashed;
  const items = [...told.value.items, ...trashed.value.items].toSorted((a, b) =>
    compare(dateOf(a, listing.by), dateOf(b, listing.by)),
  );
  const totalItems = place.total ?? read.value.total;
  return ok({
    items,
    nextPage: next === null ? null : JSON.stringify({ ...next, total: totalItems }),
    totalItems,
    unreadable: [...told.value.unreadable, ...trashed.value.unreadable],
  });
}

function queryAt({ by, query }: Listing, { after, within }: Place): Query {
  const [afterName, beforeName, orderby] =
    by === "modified" ? ["modified_after", "modified_before", "modified"] : ["after", "before", "date"];
  const before = within ? { [beforeName]: addSeconds(after, 2) } : {};
  return { status: "any", ...query, [afterName]: after, ...before, dates_are_gmt: "true", orderby, order: "asc" };
}

/** Null at the end. The last second of a page may go on behind it, so it is asked for again. */
function nextPlace(place: Place, { isLast, total, firstId }: ListPage, until: string | null): Place | null {
  const read = place.read + 1;
  if (place.within) {
    // One that left this second has moved all behind it a place forward, over the edge between two pages.
    const hasShrunk = place.counted !== null && total !== null && total < place.counted;
    if (hasShrunk) return { ...place, page: 1, counted: total, read, firstId: "" };
    if (!isLast) return { ...place, page: place.page + 1, counted: total, read, firstId };
    return { ...placeAt(addSeconds(place.after, 1)), read };
  }
  if (isLast) return null;
  // Nothing of the page tells a date: what is left is to count.
  if (until === null) return { ...place, page: place.page + 1, read, firstId };
  const after = addSeconds(until, -1);
  if (compare(after, place.after) > 0) return { ...placeAt(after), read };
  return { ...placeAt(place.after), within: true, read };
}

function placeAt(after: string): Place {
  return { after, within: false, page: 1, counted: null, read: 1, total: null, firstId: "" };
}

function readPlace(token: string): Place {
  // A token that is not ours is a mistake of the caller, never of the shop.
  return placeShape.parse(JSON.parse(token));
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
  if (listing.by === "placed" || place.page > 1 || place.within) return ok({ items: [], unreadable: [] });
  const before = until === null ? {} : { modified_before: addSeconds(until, 1) };
  const query = { status: "trash", modified_after: place.after, ...before };
  const sorting = { dates_are_gmt: "true", orderby: "modified", order: "asc" };
  const read = await readAll(client, "/orders", { ...query, ...sorting }, PAGES_MAX, call);
  return read.ok ? decodeAll(client, read.value) : read;
}

function decodeAll(client: WooClient, bodies: readonly unknown[]): Result<Told> {
  const items: ShopOrder[] = [];
  const unreadable: Told["unreadable"][number][] = [];
  for (const body of bodies) {
    const id = idOfItem(body);
    if (id === null) {
      return fail(broken({ connection: client.connection, what: "GET /orders" }, "an order without an id"));
    }
    const decoded = decodeOrder(body, id);
    if (decoded.ok) items.push(decoded.value);
    else unreadable.push({ id, failure: decoded.failure });
  }
  return ok({ items, unreadable });
}

/** Read from the orders as they came: one that cannot be understood still tells when it was changed. */
function latest(bodies: readonly unknown[], by: Listing["by"]): string | null {
  const name = by === "modified" ? "date_modified_gmt" : "date_created_gmt";
  let newest: string | null = null;
  for (const body of bodies) {
    const date = (body as Readonly<Record<string, unknown>> | null)?.[name];
    if (typeof date !== "string" || Number.isNaN(Date.parse(`${date}Z`))) continue;
    if (newest === null || date > newest) newest = date;
  }
  return newest === null ? null : `${newest}Z`;
}

function dateOf(order: ShopOrder, by: Listing["by"]): string {
  return by === "modified" ? order.modifiedAt : order.createdAt;
}

/** Whole seconds, as the shop compares them: `2026-11-21T08:18:31`, without the Z, which is meant when none stands there. */
function addSeconds(iso: string, seconds: number): string {
  const zoned = /(?:Z|[+-]\d{2}:?\d{2})$/.test(iso) ? iso : `${iso}Z`;
  const wholeMs = Math.floor(Date.parse(zoned) / SECOND_MS) * SECOND_MS;
  return new Date(wholeMs + seconds * SECOND_MS).toISOString().slice(0, 19);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
