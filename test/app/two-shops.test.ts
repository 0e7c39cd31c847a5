// Two shops of different kinds on one Odoo, joined from one configuration.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { parseConfig } from "../../src/app/config.ts";
import { GOOD_ENVIRONMENT, TWO_SHOPS_CONFIG } from "../../src/app/config/sample-config.ts";
import { createLog, secretsOf } from "../../src/app/log.ts";
import { createMetrics } from "../../src/app/metrics.ts";
import { createObserver } from "../../src/app/observer.ts";
import { SHOP_KINDS } from "../../src/app/shop-kinds.ts";
import { systemClock } from "../../src/app/system-clock.ts";
import { createHub } from "../../src/app/wiring.ts";
import { TransportError } from "../../src/core/ports/transport.ts";
import { lanesOf, type Hub } from "../../src/engine/hub.ts";
import { openStore, type OpenedStore } from "../../src/store/open-store.ts";

const config = parseConfig(`${TWO_SHOPS_CONFIG}web: { publicUrl: "https://hub.example.test" }\n`, {
  file: "/srv/stockbridge.yaml",
  shown: "stockbridge.yaml",
  environment: GOOD_ENVIRONMENT,
});

describe("two shops of different kinds on one Odoo", () => {
  let store: OpenedStore;
  let hub: Hub;
  before(async () => {
    store = await openStore({ memory: true, clock: systemClock });
    const log = createLog({ level: "silent", secrets: [] });
    const observer = createObserver(log, createMetrics({ hub: () => null, clock: systemClock, ofProcess: false }));
    const transport = () => Promise.reject(new TransportError("not-sent", "connection refused"));
    hub = createHub({ config, store, clock: systemClock, transport, observer });
  });
  after(() => store.close());

  test("are joined with the same Odoo, each by its own connector", () => {
    const [us, eu] = [hub.shops.get("shop-us"), hub.shops.get("shop-eu")];
    assert.ok(us !== undefined && eu !== undefined);
    assert.equal(us.erp, eu.erp);
    assert.deepEqual([us.port.kindLabel, eu.port.kindLabel], ["Shopify", "WooCommerce"]);
    assert.deepEqual([us.port.connection, eu.port.connection], ["shop-us", "shop-eu"]);
    assert.equal(us.deliveryUrl, "https://hub.example.test/webhooks/shop-us");
    assert.equal(lanesOf(hub).length, 4);
  });

  test("have the rules of their kinds", () => {
    const [us, eu] = [hub.shops.get("shop-us"), hub.shops.get("shop-eu")];
    assert.deepEqual(us?.stock.rules.scopes.get("10000000002"), { locations: ["WH/Stock/A"] });
    assert.deepEqual([...(eu?.stock.rules.scopes ?? [])], [["shop", { warehouse: "WH" }]]);
    assert.equal(us?.orders.rules.warehouses.get("10000000002"), "WH");
    assert.deepEqual([us?.orders.rules.deliveries, us?.orders.rules.warehouse], ["odoo", "US"]);
    assert.deepEqual([eu?.orders.rules.deliveries, eu?.orders.rules.warehouses.size], ["apart", 0]);
  });

  test("no secret of either is one that the log could print", () => {
    const secrets = secretsOf(config);
    for (const name of ["ODOO_API_KEY", "SHOP_KEY", "SHOP_SECRET", "SHOP_WEBHOOK", "US_CLIENT_SECRET"] as const)
      assert.ok(secrets.includes(GOOD_ENVIRONMENT[name]), name);
  });

  test("every kind says of itself what its connector says", () => {
    for (const { connection, port } of hub.shops.values()) {
      const settings = config.connections[connection];
      const kind = SHOP_KINDS.find((one) => one.kind === settings?.kind);
      assert.deepEqual([port.kindLabel, port.abilities], [kind?.label, kind?.abilities]);
      assert.equal(kind?.locationIds !== null, port.abilities.locations);
    }
  });
});
