/** The feed looks back by Odoo's own stamps, tells each change once, and never uses this machine's time. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { scripted } from "./testing/scripted-odoo.ts";
import { FEED_OVERLAP_MINUTES, readStockChanges } from "./stock-feed.ts";

interface Row {
  readonly id: number;
  readonly write_date: string;
  readonly product_id?: number;
  readonly quantity?: number;
  readonly sale_line_id?: number | false;
}

/** Answers searches on write_date as Odoo does, oldest first. */
function feedOf(tables: Record<string, Row[]>) {
  return scripted(({ model, body }) => {
    if (model === "sale.order.line") return [{ id: 70, order_id: 700 }];
    const rows = tables[model] ?? [];
    const [condition] = body["domain"] as [string, string, string][];
    const since = condition?.[2] ?? "";
    const sorted = rows
      .filter((row) => row.write_date >= since)
      .toSorted((a, b) => a.write_date.localeCompare(b.write_date) || a.id - b.id);
    if (body["order"] === "write_date desc") return sorted.slice(-1);
    const offset = body["offset"] as number;
    return sorted.slice(offset, offset + (body["limit"] as number));
  });
}

async function look(feed: ReturnType<typeof feedOf>, cursor: string | null) {
  const changes = await readStockChanges(feed.session, cursor, feed.call);
  assert.ok(changes.ok);
  return changes.value;
}

test("from now on, then what is new, then nothing", async () => {
  const tables: Record<string, Row[]> = {
    "stock.quant": [{ id: 1, product_id: 5, write_date: "2026-11-20 10:00:00" }],
  };
  const feed = feedOf(tables);
  const start = await look(feed, null);
  assert.deepEqual([start.productIds, start.orderIds], [[], []]);
  tables["stock.quant"]!.push({ id: 2, product_id: 6, write_date: "2026-11-20 10:05:00" });
  tables["stock.move"] = [{ id: 9, product_id: 7, sale_line_id: 70, write_date: "2026-11-20 10:05:00" }];
  tables["sale.order"] = [{ id: 800, write_date: "2026-11-20 10:06:00" }];
  const next = await look(feed, start.cursor);
  assert.deepEqual(new Set(next.productIds), new Set([5, 6, 7]));
  assert.deepEqual(new Set(next.orderIds), new Set([700, 800]));
  const idle = await look(feed, next.cursor);
  assert.deepEqual([idle.productIds, idle.orderIds], [[], []]);
});

test("a transaction that began earlier and commits later is still told", async () => {
  const tables: Record<string, Row[]> = {
    "stock.quant": [{ id: 1, product_id: 5, write_date: "2026-11-20 10:10:00" }],
  };
  const feed = feedOf(tables);
  const settled = await look(feed, (await look(feed, null)).cursor);
  tables["stock.quant"]!.push({ id: 2, product_id: 6, write_date: "2026-11-20 10:00:30" });
  assert.deepEqual((await look(feed, settled.cursor)).productIds, [6]);
  assert.equal(FEED_OVERLAP_MINUTES, 10);
});

test("a row that is written twice within one second is told twice; one that is only read again is not", async () => {
  const tables: Record<string, Row[]> = {
    "stock.quant": [{ id: 1, product_id: 5, quantity: 3, write_date: "2026-11-20 10:00:00" }],
  };
  const feed = feedOf(tables);
  const settled = await look(feed, (await look(feed, null)).cursor);
  tables["stock.quant"] = [{ id: 1, product_id: 5, quantity: 2, write_date: "2026-11-20 10:00:00" }];
  const told = await look(feed, settled.cursor);
  assert.deepEqual(told.productIds, [5]);
  assert.deepEqual((await look(feed, told.cursor)).productIds, []);
});

test("thousands of rows are paged, and a cursor that cannot be read begins anew", async () => {
  const COUNT = 12_000;
  const rows = Array.from({ length: COUNT }, (_, index) => ({
    id: index + 1,
    product_id: index + 1,
    write_date: "2026-11-20 10:00:00",
  }));
  const feed = feedOf({ "stock.quant": rows });
  const position = { at: "2026-11-20 09:59:00", seen: [] };
  const told = await look(feed, JSON.stringify({ quant: position, move: position, order: position }));
  assert.equal(told.productIds.length, COUNT);
  assert.ok(told.cursor.length < 100_000, "the cursor stays small");
  assert.deepEqual((await look(feed, "rubbish")).productIds, []);
});
