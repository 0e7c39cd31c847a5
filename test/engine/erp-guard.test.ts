/** Trust in an ERP: read once for all who ask at the same time, and anew for whoever doubted meanwhile. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { systemClock } from "../../src/app/system-clock.ts";
import { failure } from "../../src/core/failures.ts";
import { StoreUnavailableError } from "../../src/core/ports/store.ts";
import { guardOf } from "../../src/engine/erp-guard.ts";
import { openStore } from "../../src/store/open-store.ts";
import { ERP, openStockWorld, type StockWorld } from "./stock-world.ts";

const store = await openStore({ memory: true, clock: systemClock });
after(() => store.close());

const DOWN = failure("CONNECTION_DOWN", { connection: ERP, reason: "connection refused" }, { connection: ERP });

function readings({ requests }: StockWorld): number {
  return requests.filter((asked) => asked === "GET /web/version").length;
}

test("those who ask at the same time share one reading", async () => {
  await store.clear();
  const world = await openStockWorld(store);
  const guard = guardOf(world.hub, world.shop.erp);
  const answers = await Promise.all(Array.from({ length: 4 }, () => guard.trust()));
  assert.ok(answers.every(({ ok }) => ok));
  assert.equal(readings(world), 1);
  assert.ok((await guard.trust()).ok);
  assert.equal(readings(world), 1);
});

test("a failed reading is told to all of them, and the next one asks again", async () => {
  await store.clear();
  const world = await openStockWorld(store);
  const guard = guardOf(world.hub, world.shop.erp);
  world.odoo.setMaintenance(true);
  const answers = await Promise.all([guard.trust(), guard.trust()]);
  assert.ok(answers.every(({ ok }) => !ok));
  world.odoo.setMaintenance(false);
  assert.ok((await guard.trust()).ok);
});

test("what is doubted while it is read is read once more", async () => {
  await store.clear();
  const world = await openStockWorld(store);
  const guard = guardOf(world.hub, world.shop.erp);
  const first = guard.trust();
  guard.doubt(DOWN);
  assert.ok((await first).ok);
  assert.equal(readings(world), 1);
  assert.ok((await guard.trust()).ok);
  assert.equal(readings(world), 2);
});

test("a store that is away ends the reading, not the guard", async () => {
  await store.clear();
  const world = await openStockWorld(store);
  let away = true;
  const readDocument: typeof store.readDocument = (name) =>
    away ? Promise.reject(new StoreUnavailableError("away")) : store.readDocument(name);
  const guard = guardOf({ ...world.hub, store: { ...store, readDocument } }, world.shop.erp);
  await assert.rejects(Promise.all([guard.trust(), guard.trust()]), StoreUnavailableError);
  away = false;
  assert.ok((await guard.trust()).ok);
});
