/**
 * What changed since the last look: products whose quants or moves were written, and sales orders. Odoo stamps a write with the
 * start of its transaction, so a long one becomes visible with an old stamp: every look goes some minutes back and drops what it
 * has seen already. The stamps are Odoo's own, never this machine's time. A change may be told twice, it is never lost; the
 * few that leave no stamp (a deleted incoming transfer) are found by the sweep.
 */
import { z } from "zod";
import { stableHash } from "../../core/hash.ts";
import type { CallContext } from "../../core/ports/call.ts";
import type { StockChanges } from "../../core/ports/erp.ts";
import { ok, type Result } from "../../core/result.ts";
import { idIn, linkIn, textIn, type Row } from "./decode.ts";
import { parseJson } from "./transports.ts";
import { ordersOfLines } from "./moves.ts";
import { decodedRows } from "./reference-data.ts";
import type { Domain, OdooSession } from "./session.ts";

/** The longest transaction that is still noticed by the feed. */
export const FEED_OVERLAP_MINUTES = 10;
const FEED_PAGE_MAX = 5_000;
/** A mass import of half a million lines is read to the end; beyond that the sweep finds the rest. */
const FEED_PAGES_MAX = 100;
/** Remembered for each source; beyond it the oldest are told again. */
const SEEN_MAX = 1_000;
const MINUTE_MS = 60_000;

const SOURCES = [
  { name: "quant", model: "stock.quant", fields: ["product_id", "write_date", "quantity", "reserved_quantity"] },
  {
    name: "move",
    model: "stock.move",
    fields: ["product_id", "sale_line_id", "write_date", "state", "product_uom_qty"],
  },
  { name: "order", model: "sale.order", fields: ["write_date", "state", "invoice_status"] },
] as const;
type SourceName = (typeof SOURCES)[number]["name"];

interface Position {
  /** Largest stamp seen, as Odoo writes it. */
  readonly at: string;
  /** Marks of the rows within the overlap. */
  readonly seen: readonly string[];
}

const POSITION = z.object({ at: z.string(), seen: z.array(z.string()) });
const CURSOR = z.object({ quant: POSITION, move: POSITION, order: POSITION });

export async function readStockChanges(
  session: OdooSession,
  cursor: string | null,
  call: CallContext,
): Promise<Result<StockChanges>> {
  const before = cursor === null ? null : CURSOR.safeParse(parseJson(cursor));
  const positions = new Map<SourceName, Position>();
  const productIds = new Set<number>();
  const orderIds = new Set<number>();
  const orderLines = new Set<number>();
  const sentLines = new Set<number>();
  for (const source of SOURCES) {
    const from = before?.success === true ? before.data[source.name] : null;
    const changes =
      from === null ? await newest(session, source.model, call) : await changesSince(session, source, from, call);
    if (!changes.ok) return changes;
    positions.set(source.name, changes.value.position);
    for (const row of changes.value.rows) {
      if (source.name === "order") orderIds.add(idIn(row));
      else add(productIds, linkIn(row, "product_id"));
      if (source.name !== "move") continue;
      add(orderLines, linkIn(row, "sale_line_id"));
      if (textIn(row, "state") === "done") add(sentLines, linkIn(row, "sale_line_id"));
    }
  }
  const orders = await ordersOfLines(session, [...orderLines], call);
  if (!orders.ok) return orders;
  for (const orderId of orders.value.values()) orderIds.add(orderId);
  return ok({
    productIds: [...productIds],
    orderIds: [...orderIds],
    sentOrderIds: [...new Set([...sentLines].flatMap((lineId) => orders.value.get(lineId) ?? []))],
    cursor: JSON.stringify(Object.fromEntries(positions)),
  });
}

function add(set: Set<number>, id: number | null): void {
  if (id !== null) set.add(id);
}

interface Changes {
  readonly rows: readonly Row[];
  readonly position: Position;
}

/** The first look: nothing is told, and the next one begins here. */
async function newest(session: OdooSession, model: string, call: CallContext): Promise<Result<Changes>> {
  const rows = await session.searchRead(model, [], ["write_date"], call, { order: "write_date desc", limit: 1 });
  return decodedRows(session, model, rows, (all) => ({
    rows: [],
    position: { at: all[0] ? textIn(all[0], "write_date") : "1970-01-01 00:00:00", seen: [] },
  }));
}

async function changesSince(
  session: OdooSession,
  source: (typeof SOURCES)[number],
  from: Position,
  call: CallContext,
): Promise<Result<Changes>> {
  const since = minutesBefore(from.at, FEED_OVERLAP_MINUTES);
  const rows = await readAll(session, source.model, [["write_date", ">=", since]], source.fields, call);
  return decodedRows(session, source.model, rows, (all) => {
    const seen = new Set(from.seen);
    const at = all.reduce(
      (latest, row) => (textIn(row, "write_date") > latest ? textIn(row, "write_date") : latest),
      from.at,
    );
    const edge = minutesBefore(at, FEED_OVERLAP_MINUTES);
    const mark = (row: Row) => markOf(row, source.fields);
    const kept = all.filter((row) => textIn(row, "write_date") >= edge).map(mark);
    return { rows: all.filter((row) => !seen.has(mark(row))), position: { at, seen: kept.slice(-SEEN_MAX) } };
  });
}

function markOf(row: Row, fields: readonly string[]): string {
  return stableHash([String(idIn(row)), ...fields.map((field) => JSON.stringify(row[field] ?? null))]);
}

async function readAll(
  session: OdooSession,
  model: string,
  domain: Domain,
  fields: readonly string[],
  call: CallContext,
): Promise<Result<readonly Row[]>> {
  const all: Row[] = [];
  for (let page = 0; page < FEED_PAGES_MAX; page += 1) {
    const rows = await session.searchRead(model, domain, fields, call, {
      order: "write_date, id",
      limit: FEED_PAGE_MAX,
      offset: page * FEED_PAGE_MAX,
      many: true,
    });
    if (!rows.ok) return rows;
    all.push(...rows.value);
    if (rows.value.length < FEED_PAGE_MAX) break;
  }
  return ok(all);
}

/** Stamps are UTC without a mark of it. */
function minutesBefore(stamp: string, minutes: number): string {
  const ms = Date.parse(`${stamp.replace(" ", "T")}Z`) - minutes * MINUTE_MS;
  return new Date(Number.isNaN(ms) ? 0 : ms).toISOString().slice(0, 19).replace("T", " ");
}
