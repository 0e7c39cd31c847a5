/** Holds: what accepted orders take from a shop's stock until the ERP has reserved or shipped it. */
import { sql, type RawBuilder } from "kysely";
import type { OrderHold } from "../core/ports/shop.ts";
import type { StoreContext } from "./context.ts";
import { jsonParameter } from "./json.ts";
import type { HoldsTable } from "./schema.ts";
import type { StoreTime } from "./time.ts";

export interface HeldOrder {
  readonly connection: string;
  readonly orderId: string;
  /** The whole set; empty: the order holds nothing any more. */
  readonly lines: readonly OrderHold[];
}

/** Two statements for a `with`: set what is held, and remove the orders that hold nothing. Null: there is none of the kind. */
export interface HoldStatements {
  readonly set: RawBuilder<unknown> | null;
  readonly remove: RawBuilder<unknown> | null;
}

/** Of two entries for one order the last one counts. `condition` as in markStatement. */
export function holdStatements(
  orders: readonly HeldOrder[],
  time: StoreTime,
  condition: RawBuilder<boolean> = sql<boolean>`true`,
): HoldStatements {
  const unique = [
    ...new Map(orders.map((order) => [JSON.stringify([order.connection, order.orderId]), order])).values(),
  ];
  const full = unique.filter(({ lines }) => lines.length > 0);
  const empty = unique.filter(({ lines }) => lines.length === 0);
  const rows = full.map(({ connection, orderId, lines }) => ({
    connection,
    orderId,
    lines,
    variants: [...new Set(lines.map(({ variantId }) => variantId))],
  }));
  const set = sql`
    insert into stockbridge.holds (connection, order_id, variants, lines, updated_at_ms)
    select h.connection, h."orderId", h.variants, h.lines, ${time.now()}
    from jsonb_to_recordset(${jsonParameter(rows)}) as h(connection text, "orderId" text, variants text[], lines jsonb)
    where ${condition}
    order by h.connection collate "C", h."orderId" collate "C"
    on conflict (connection, order_id) do update set
      variants = excluded.variants, lines = excluded.lines, updated_at_ms = excluded.updated_at_ms`;
  const remove = sql`
    delete from stockbridge.holds o
    using jsonb_to_recordset(${jsonParameter(empty.map(({ connection, orderId }) => ({ connection, orderId })))})
      as h(connection text, "orderId" text)
    where o.connection = h.connection and o.order_id = h."orderId" and ${condition}`;
  return { set: full.length > 0 ? set : null, remove: empty.length > 0 ? remove : null };
}

/** Everything that is held for these variants, a line each; an order may hold one variant by several lines. */
export async function holds(
  { db }: StoreContext,
  connection: string,
  variantIds: readonly string[],
): Promise<readonly (OrderHold & { readonly erpOrderId: number | null })[]> {
  if (variantIds.length === 0) return [];
  const rows = await db
    .selectFrom("holds as h")
    .leftJoin("links as l", (join) =>
      join.onRef("l.connection", "=", "h.connection").on("l.kind", "=", "order").onRef("l.shop_id", "=", "h.order_id"),
    )
    .select(["h.lines", "l.erp_id"])
    .where("h.connection", "=", connection)
    .where("h.variants", "&&", sql<string[]>`${variantIds}::text[]`)
    .orderBy("h.order_id")
    .execute();
  const wanted = new Set(variantIds);
  return rows.flatMap(({ lines, erp_id: erpOrderId }) =>
    lines.filter(({ variantId }) => wanted.has(variantId)).map((line) => ({ ...held(line), erpOrderId })),
  );
}

/** Everything that these orders hold, a line each. */
export async function holdsOfOrders(
  { db }: StoreContext,
  connection: string,
  orderIds: readonly string[],
): Promise<readonly OrderHold[]> {
  if (orderIds.length === 0) return [];
  const rows = await db
    .selectFrom("holds")
    .select("lines")
    .where("connection", "=", connection)
    .where("order_id", "=", sql<string>`any(${orderIds}::text[])`)
    .orderBy("order_id")
    .execute();
  return rows.flatMap(({ lines }) => lines.map(held));
}

function held(line: HoldsTable["lines"]["__select__"][number]): OrderHold {
  return { ...line, locationId: line.locationId ?? null };
}

/** Orders that hold something, the longest ago touched first. */
export async function heldOrders({ db }: StoreContext, connection: string, limit: number): Promise<readonly string[]> {
  const rows = await db
    .selectFrom("holds")
    .select("order_id")
    .where("connection", "=", connection)
    .orderBy("updated_at_ms")
    .limit(limit)
    .execute();
  return rows.map(({ order_id: orderId }) => orderId);
}
