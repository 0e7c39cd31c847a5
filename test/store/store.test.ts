/** The whole store on PGlite. */
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { after, test } from "node:test";
import { UPKEEP_ROWS } from "../../src/store/upkeep.ts";
import { backfill, order } from "./fixtures.ts";
import { claimSuite } from "./claim-suite.ts";
import { knowledgeSuite } from "./knowledge-suite.ts";
import { modelSuite } from "./model-suite.ts";
import { pgliteStores } from "./opened-stores.ts";
import { workSuite } from "./work-suite.ts";

const stores = pgliteStores();
after(() => stores.close());
workSuite(stores);
claimSuite(stores);
knowledgeSuite(stores);
modelSuite(stores, 60);

test("the embedded database, which has no background processes, is tidied after many changes", async () => {
  const { store } = await stores.fresh();
  const known = async () => {
    const { rows } = await store.query("select reltuples as n from pg_class where oid = 'stockbridge.work'::regclass");
    return Number(rows[0]?.["n"]);
  };
  assert.ok((await known()) < UPKEEP_ROWS);
  await store.mark(Array.from({ length: UPKEEP_ROWS }, (_, index) => backfill(order(String(index)))));
  for (let tries = 0; (await known()) < UPKEEP_ROWS; tries++) {
    assert.ok(tries < 200, "statistics are old");
    await sleep(50);
  }
});
