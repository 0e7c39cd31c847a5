/** Backup and restore: what every pair of stores promises. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { gunzipSync, gzipSync } from "node:zlib";
import { WHOLE_SHOP } from "../../src/core/stock/shop-variant.ts";
import { backup } from "../../src/store/backup.ts";
import { BackupError, type BackupProgress } from "../../src/store/backup-format.ts";
import type { OpenedStore } from "../../src/store/open-store.ts";
import { restore } from "../../src/store/restore.ts";
import { TABLE_NAMES } from "../../src/store/schema.ts";
import {
  backfill,
  claimSome,
  delivery,
  DOWN,
  finishAll,
  live,
  ODOO,
  order,
  resultsOf,
  SHOP,
  stock,
} from "./fixtures.ts";
import type { Stores, TestStore } from "./opened-stores.ts";

const ORDERS = 700;

/** A temporary folder for the tests of one file. */
export function backupFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "stockbridge-backup-"));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Something in every table, with values that travel badly. */
export async function fill({ store, clock }: TestStore): Promise<void> {
  await store.receive(delivery("d1", { raw: new Uint8Array([0, 10, 13, 34, 92, 255]) }), [live(order("1"))], {
    orderId: "1",
    lines: [{ orderId: "1", orderNumber: '10"5\n4', variantId: "v1", quantity: "2.50", locationId: "7" }],
  });
  await store.mark([live(stock("v1"))]);
  for (let runs = 0; runs < 2; runs++) {
    const claim = await claimSome(store);
    const results = resultsOf(claim, { kind: "done" }).map((result) => ({
      ...result,
      activity: {
        ...result.activity,
        sentence: 'Zoë’s "order"\n\\ 😀',
        exchanges: [
          { connection: ODOO, call: "x", write: true, request: { a: null }, response: "ü", status: 200, durationMs: 1 },
        ],
      },
      links: [
        {
          connection: SHOP,
          kind: "order",
          shopId: result.id,
          erpId: 4_503_599_627_370_497,
          label: "S1",
          parentId: null,
          itemId: "9",
        } as const,
      ],
      ...(claim.flow === "order" ? { proof: { equal: true, body: { total: "10.00" } } } : {}),
      ...(claim.flow === "stock" ? { explanations: [{ locationId: "7", quantity: 3, wrote: true, body: null }] } : {}),
    }));
    assert.deepEqual(await store.commit(claim, results), []);
  }
  await store.mark(Array.from({ length: ORDERS }, (_, index) => backfill(order(`b${index}`))));
  await finishAll(store, await claimSome(store), { kind: "park" });
  await claimSome(store);
  await store.pause(SHOP, DOWN, clock.nowMs() + 5_000);
  await store.advance({ name: "orders", value: "2026-01-05T08:00:00Z" }, [], []);
  await store.writeDocument("nothing", null);
  await store.writeDocument("report", { lines: ["a", { b: 1.5 }] });
}

/** Every row of every table as PostgreSQL writes it, leases and fences aside: those are not carried over. */
export async function contents(store: OpenedStore): Promise<Record<string, unknown[]>> {
  const tables: Record<string, unknown[]> = {};
  for (const name of TABLE_NAMES) {
    const { rows } = await store.query(
      `select row_to_json(t) as row from stockbridge.${name} t order by row_to_json(t)::text`,
    );
    tables[name] = rows.map(({ row }) => ({ ...(row as object), fence: null, lease_until_ms: null, touches: null }));
  }
  return tables;
}

export function backupSuite({ kind, fresh }: Stores): void {
  const folder = backupFolder();

  test(`a store on ${kind} is the same after backup and restore, and goes on from there`, async () => {
    const first = await fresh();
    await fill(first);
    const before = await contents(first.store);
    for (const [name, rows] of Object.entries(before)) assert.ok(rows.length > 0, `${name} is empty`);
    const [{ fence } = assert.fail("no fence")] = (
      await first.store.query("select last_value as fence from stockbridge.work_fence")
    ).rows;
    const progress: BackupProgress[] = [];
    const path = join(folder, "same.backup");
    const summary = await backup(first.store, path, { onProgress: (step) => progress.push(step) });
    assert.equal(summary.bytes, statSync(path).size);
    assert.equal(
      summary.rows,
      Object.values(before).reduce((sum, rows) => sum + rows.length, 0),
    );
    assert.deepEqual(progress.at(-1), { table: "explanations", rowsDone: summary.rows, rowsTotal: summary.rows });
    assert.deepEqual(readdirSync(folder), ["same.backup"], "no partial file stays");

    const second = await fresh();
    const restored = await restore(second.store, path, { onProgress: (step) => progress.push(step) });
    assert.deepEqual(restored, { rows: summary.rows, createdAtMs: first.clock.nowMs() });
    assert.deepEqual(progress.at(-1), { table: "explanations", rowsDone: summary.rows, rowsTotal: summary.rows });
    assert.deepEqual(await contents(second.store), before);
    second.clock.advance(60_000);
    const claim = await claimSome(second.store);
    assert.ok(claim.fence > BigInt(Number(fence)), "fences go on above the old ones");
    await finishAll(second.store, claim);
  });

  test(`on ${kind} a store that holds anything is refused, unless it is to be replaced`, async () => {
    const first = await fresh();
    await first.store.writeDocument("a", 1);
    const path = join(folder, "small.backup");
    await backup(first.store, path);
    const second = await fresh();
    await second.store.writeDocument("b", 2);
    await assert.rejects(restore(second.store, path), /The store is not empty \(documents has rows\)/);
    assert.notEqual(await second.store.readDocument("b"), null);
    await restore(second.store, path, { replace: true });
    assert.equal(await second.store.readDocument("b"), null);
    assert.equal((await second.store.readDocument("a"))?.body, 1);
  });

  test(`on ${kind} a backup from before stock had locations is restored: all of it is the whole shop's`, async () => {
    const first = await fresh();
    await fill(first);
    const path = join(folder, "now.backup");
    await backup(first.store, path);
    const older = join(folder, "older.backup");
    writeFileSync(older, gzipSync(beforeLocations(gunzipSync(readFileSync(path)).toString("utf8"))));
    const { store } = await fresh();
    await restore(store, older);
    const stocks = (await store.keyStates({ flow: "stock" }, 10)).map(({ key }) => key.id);
    assert.ok(stocks.length > 0);
    const published = await store.published(SHOP, stocks);
    for (const id of stocks) assert.deepEqual([...(published.get(id)?.keys() ?? [])], [WHOLE_SHOP]);
    assert.deepEqual(
      (await store.holds(SHOP, ["v1"])).map(({ locationId }) => locationId),
      [null],
    );
    const { rows } = await store.query("select distinct item_id from stockbridge.links");
    assert.deepEqual(rows, [{ item_id: null }]);
  });
}

/** As the version before the third migration wrote it. */
function beforeLocations(given: string): string {
  const kept = given
    .slice(0, given.lastIndexOf('["end"'))
    .replace(',"0003-locations"', "")
    .replaceAll(/,"(?:item_id|location_id)"(?=[,\]])/g, "")
    .replaceAll(/,"(?:item_id|location_id)":(?:null|"[^"]*")/g, "")
    .replaceAll(/, ?"locationId": ?"7"|"locationId": ?"7", ?/g, "");
  const rows = kept.split("\n").filter((line, index) => index > 0 && line.startsWith("{")).length;
  const sha256 = createHash("sha256").update(kept).digest("hex");
  return `${kept}${JSON.stringify(["end", { rows, sha256 }])}\n`;
}

const swapped = (given: string): string => given.replace('"shop_id":"1"', '"shop_id":"7"');
const withoutRow = (given: string): string => {
  const lines = given.split("\n");
  return lines.filter((_, index) => index !== lines.indexOf('["links"]') + 1).join("\n");
};
/** How a whole file (unpacked, and its path) is spoilt, and what is said about it. */
const DAMAGES: readonly [what: string, change: (given: string, path: string) => Buffer, expected: RegExp][] = [
  ["cut off", (_, path) => readFileSync(path).subarray(0, -20), /damaged: it cannot be unpacked/],
  [
    "cut off inside and packed again",
    (given) => gzipSync(given.slice(0, given.length / 2)),
    /damaged: .*(incomplete|instead of)/,
  ],
  ["without its end", (given) => gzipSync(given.slice(0, given.lastIndexOf('["end"'))), /damaged: its end is missing/],
  ["one value changed", (given) => gzipSync(swapped(given)), /damaged: its checksum does not match/],
  ["one row missing", (given) => gzipSync(withoutRow(given)), /damaged: links has 1 rows instead of 2/],
  ["something after its end", (given) => gzipSync(`${given}{}\n`), /damaged: something follows its end/],
  ["not gzip", () => Buffer.from("hello\n"), /damaged: it cannot be unpacked/],
  ["another file", () => gzipSync('{"hello":1}\n'), /not a backup of Stockbridge/],
  ["empty", () => gzipSync(""), /not a backup of Stockbridge/],
  [
    "newer",
    (given) => gzipSync(given.replace('"0001-tables"', '"9999-later"')),
    /newer version of Stockbridge \(it has 9999-later\)/,
  ],
  ["another format", (given) => gzipSync(given.replace('"formatVersion":1', '"formatVersion":2')), /has format 2/],
];

export function damageSuite({ fresh }: Stores): void {
  const folder = backupFolder();
  const path = join(folder, "whole.backup");
  let text: string | null = null;
  const whole = async (): Promise<string> => {
    if (text === null) {
      const first = await fresh();
      await fill(first);
      await backup(first.store, path);
      text = gunzipSync(readFileSync(path)).toString("utf8");
    }
    return text;
  };
  for (const [what, change, expected] of DAMAGES) {
    test(`a backup that is ${what} restores nothing`, async () => {
      const bytes = change(await whole(), path);
      const damagedPath = join(folder, "damaged.backup");
      writeFileSync(damagedPath, bytes);
      const { store } = await fresh();
      await store.writeDocument("kept", true);
      await assert.rejects(restore(store, damagedPath, { replace: true }), (error) => {
        assert.ok(error instanceof BackupError, String(error));
        assert.match(error.message, expected);
        return true;
      });
      assert.equal((await store.readDocument("kept"))?.body, true);
      assert.deepEqual(await store.work({}, 1), []);
    });
  }

  test("a backup that cannot be written leaves the old one", async () => {
    await whole();
    const before = readFileSync(path);
    const { store } = await fresh();
    const stop = new Error("stop");
    await assert.rejects(
      backup(store, path, {
        onProgress: () => {
          throw stop;
        },
      }),
      /stop/,
    );
    assert.deepEqual(readFileSync(path), before);
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.includes("partial")),
      [],
    );
    await assert.rejects(backup(store, join(folder, "missing", "x.backup")), /ENOENT/);
  });
}
