/** Connections: pages by cursor. A cursor holds the sort value and the id, so nothing is skipped when the list moves. */
import { ApiError, type Args, type Context } from "./table.ts";

export const PAGE_ITEMS_MAX = 250;
export const PAGINATION_ITEMS_MAX = 25_000;

export const PAGE_ARGS = ["first", "after", "last", "before", "reverse"] as const;

type SortValue = number | string;

export interface Sorting<T> {
  readonly value: (item: T) => SortValue;
  readonly id: (item: T) => number;
}

export interface Connection<T> {
  readonly edges: readonly { readonly node: T; readonly cursor: string }[];
  readonly nodes: readonly T[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

/** By id: for lists that only grow. */
export function byId<T extends { readonly id: number }>(
  items: Iterable<T>,
  args: Args,
  context: Context,
): Connection<T> {
  return connection([...items], { value: ({ id }) => id, id: ({ id }) => id }, args, context);
}

export function connection<T>(items: readonly T[], sorting: Sorting<T>, args: Args, context: Context): Connection<T> {
  const { first, last, after, before } = args;
  const sorted = sortedBy(items, sorting, args["reverse"] === true);
  if (context.bulk) return page(sorted, 0, sorted.length, sorting);
  const size = first ?? last;
  if (typeof size !== "number") throw new ApiError("you must provide one of first or last", "BAD_REQUEST");
  if (size < 0 || size > PAGE_ITEMS_MAX)
    throw new ApiError(`Argument 'first' must be between 0 and ${PAGE_ITEMS_MAX}, got ${size}`, "BAD_USER_INPUT");
  const compare = comparison(sorting, args["reverse"] === true);
  const from = typeof after === "string" ? firstAfter(sorted, readCursor(after), compare) : 0;
  const to = typeof before === "string" ? firstAt(sorted, readCursor(before), compare) : sorted.length;
  const start = typeof first === "number" ? from : Math.max(from, to - size);
  if (start >= PAGINATION_ITEMS_MAX && start < sorted.length)
    throw new ApiError(`Cannot paginate beyond ${PAGINATION_ITEMS_MAX} records`, "BAD_REQUEST");
  return page(sorted, start, Math.min(to, start + size), sorting);
}

interface Place {
  readonly value: SortValue;
  readonly id: number;
}

function page<T>(sorted: readonly T[], start: number, end: number, sorting: Sorting<T>): Connection<T> {
  const nodes = sorted.slice(start, end);
  const edges = nodes.map((node) => ({ node, cursor: cursorOf(node, sorting) }));
  return {
    edges,
    nodes,
    pageInfo: {
      hasNextPage: end < sorted.length,
      hasPreviousPage: start > 0,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}

function cursorOf<T>(item: T, { value, id }: Sorting<T>): string {
  return Buffer.from(JSON.stringify({ last_id: id(item), last_value: value(item) })).toString("base64");
}

function readCursor(cursor: string): Place {
  try {
    const { last_id: id, last_value: value } = JSON.parse(Buffer.from(cursor, "base64").toString("utf8")) as Record<
      string,
      unknown
    >;
    if (typeof id === "number" && (typeof value === "number" || typeof value === "string")) return { id, value };
  } catch {
    // Told below, like a cursor that is JSON and no place.
  }
  throw new ApiError("Invalid cursor for current pagination sort.", "BAD_USER_INPUT");
}

type Compare<T> = (item: T, place: Place) => number;

function comparison<T>({ value, id }: Sorting<T>, reverse: boolean): Compare<T> {
  const sign = reverse ? -1 : 1;
  return (item, place) => sign * compareValues(value(item), id(item), place.value, place.id);
}

function compareValues(a: SortValue, aId: number, b: SortValue, bId: number): number {
  if (a !== b) return a < b ? -1 : 1;
  return aId - bId;
}

function sortedBy<T>(items: readonly T[], { value, id }: Sorting<T>, reverse: boolean): readonly T[] {
  const sign = reverse ? -1 : 1;
  const compare = (a: T, b: T) => sign * compareValues(value(a), id(a), value(b), id(b));
  // Most lists stand in order already: sorting them anew for each page would cost more than the page.
  for (let at = 1; at < items.length; at += 1)
    if (compare(items[at - 1] as T, items[at] as T) > 0) return items.toSorted(compare);
  return items;
}

function firstAfter<T>(sorted: readonly T[], place: Place, compare: Compare<T>): number {
  return lowest(sorted, (item) => compare(item, place) > 0);
}

function firstAt<T>(sorted: readonly T[], place: Place, compare: Compare<T>): number {
  return lowest(sorted, (item) => compare(item, place) >= 0);
}

/** The first place where `fits` holds; it holds from there on. */
function lowest<T>(sorted: readonly T[], fits: (item: T) => boolean): number {
  let from = 0;
  let to = sorted.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (fits(sorted[middle] as T)) to = middle;
    else from = middle + 1;
  }
  return from;
}
