/** Another database behind the same connection is noticed before anything is written, and stays refused until a person accepts it. */
import assert from "node:assert/strict";
import { after, beforeEach, test } from "node:test";
import { createRandom } from "../../sim/random.ts";
import { createSimulatedOdoo } from "../../sim/odoo/simulated-odoo.ts";
import { createOdooConnector } from "../../src/connectors/odoo/connector.ts";
import { failure, fixOf, sentenceOf } from "../../src/core/failures.ts";
import type { ErpPort } from "../../src/core/ports/erp.ts";
import { guardOf } from "../../src/engine/erp-guard.ts";
import { capabilitiesName } from "../../src/engine/watch.ts";
import { openStore } from "../../src/store/open-store.ts";
import { ManualClock } from "../store/manual-clock.ts";

const clock = new ManualClock();
const store = await openStore({ memory: true, clock, now: "clock" });
const notes: string[] = [];
const observer = {
  run: () => undefined,
  call: () => undefined,
  paused: () => undefined,
  resumed: () => undefined,
  note: (_: string, text: string) => void notes.push(text),
};
const hub = { store, clock, observer };

beforeEach(() => store.clear());
after(() => store.close());

/** The same server; only which of its databases answers differs. */
function connectorTo(database: string): ErpPort {
  const odoo = createSimulatedOdoo({
    clock,
    random: createRandom(database),
    version: 19,
    baseUrl: "http://odoo.test",
    database,
    apiKey: "simulated-key",
  });
  return createOdooConnector({
    connection: "odoo",
    url: "http://odoo.test",
    database,
    user: "admin",
    apiKey: "simulated-key",
    transport: (request) => odoo.handle(request),
    clock,
  });
}

test("a copy in place of the database is refused by name, and what was kept stays", async () => {
  assert.deepEqual(await guardOf(hub, connectorTo("production")).trust(), { ok: true, value: undefined });
  const kept = await store.readDocument(capabilitiesName("odoo"));
  const guard = guardOf(hub, connectorTo("copy"));
  for (let times = 0; times < 2; times += 1) {
    const refused = await guard.trust();
    assert.ok(!refused.ok);
    assert.equal(refused.failure.code, "ENVIRONMENT_CHANGED");
    assert.equal(
      sentenceOf(refused.failure),
      "odoo is another database than the one this hub was set up with; nothing is written to it",
    );
    assert.match(fixOf(refused.failure), /stockbridge check --accept-fingerprint odoo/);
  }
  assert.deepEqual((await store.readDocument(capabilitiesName("odoo")))?.body, kept?.body);
});

test("the same database is trusted again, read anew only after trouble", async () => {
  const erp = connectorTo("production");
  let readings = 0;
  const counted: ErpPort = {
    ...erp,
    connection: erp.connection,
    readCapabilities: (call) => ((readings += 1), erp.readCapabilities(call)),
  };
  const guard = guardOf(hub, counted);
  await guard.trust();
  await guard.trust();
  assert.equal(readings, 1);
  guard.doubt(failure("SKU_NOT_FOUND", { order: "1", sku: "MUG" }));
  await guard.trust();
  assert.equal(readings, 1);
  guard.doubt(failure("CONNECTION_DOWN", { connection: "odoo", reason: "connection refused" }, { connection: "odoo" }));
  assert.ok((await guard.trust()).ok);
  assert.equal(readings, 2);
  guard.doubt(failure("ODOO_FIELD_MISSING", { field: "origin_x", model: "sale.order" }));
  assert.ok((await guard.trust()).ok);
  assert.equal(readings, 3);
});
