/**
 * Eight hubs that know nothing of each other, each with a store of its own, on the same orders at the same moment: no lease
 * keeps them apart, only what they do in Odoo. One of each document must come of it, on 19 and on 14.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseConfig } from "../../src/app/config.ts";
import { createHttpTransport } from "../../src/app/http-transport.ts";
import { systemClock } from "../../src/app/system-clock.ts";
import { createHub } from "../../src/app/wiring.ts";
import { PRIORITY } from "../../src/core/key.ts";
import { flowsOf } from "../../src/engine/flows.ts";
import { lanesOf, type Hub } from "../../src/engine/hub.ts";
import type { HubObserver } from "../../src/engine/observer.ts";
import { work } from "../../src/engine/worker.ts";
import { openStore } from "../../src/store/open-store.ts";
import { createRandom } from "../../sim/random.ts";
import { createSimulatedShop } from "../../sim/woocommerce/shop.ts";
import { configText, secretsOf, shopIdOf, SYNCED_WITHIN_MS, until } from "./hub-under-test.ts";
import { assertOnce, makeWares, openBooks } from "./odoo-books.ts";

const HUBS = 8;
const ORDERS = 2;

for (const major of [19, 14] as const) {
  test(`eight hubs at once make one of each document on Odoo ${major}`, { timeout: 10 * 60_000 }, async () => {
    const mark = `p${major}${Date.now().toString(36)}`;
    const shopId = shopIdOf(mark);
    const books = await openBooks(major);
    const wares = await makeWares(books, mark, 100);
    const shopUrl = "http://shop.example.test";
    const shop = createSimulatedShop({
      clock: systemClock,
      random: createRandom(mark),
      baseUrl: shopUrl,
      settings: { currency: "USD", orderNumber: (id: number) => `${mark}-${id}` },
    });
    shop.addTaxRate({ percent: "21", name: "VAT 21", country: "BE" });
    const mug = shop.addProduct({ name: "Mug", sku: wares.mugSku, price: "8.26", stock: 100 });
    const billing = {
      first_name: "Gus",
      last_name: "Example",
      address_1: "Kerkstraat 2",
      city: "Gent",
      postcode: "9000",
      country: "BE",
      email: `gus-${mark}@example.test`,
    };
    const orders = Array.from({ length: ORDERS }, (_, index) =>
      shop.placeOrder({
        items: [{ variantId: mug, quantity: index + 1 }],
        billing,
        shipping: { total: "4.95" },
        method: "stripe",
        transactionId: `pi_${index}`,
        paid: true,
      }),
    );

    const http = createHttpTransport({ clock: systemClock, userAgent: "Stockbridge live suite" }).transport;
    const transport: typeof http = (request) =>
      request.url.startsWith(shopUrl) ? shop.handle(request) : http(request);
    const config = parseConfig(configText({ shopId, books, wares, shopUrl, odooUrl: books.odoo.url, port: 8080 }), {
      file: "stockbridge.yaml",
      shown: "stockbridge.yaml",
      environment: secretsOf(books, mark),
    });
    const ending = new AbortController();
    const hubs: Hub[] = [];
    for (let index = 0; index < HUBS; index += 1) {
      hubs.push(
        createHub({
          config,
          store: await openStore({ memory: true, clock: systemClock }),
          clock: systemClock,
          transport,
          observer: SILENT,
        }),
      );
    }
    await Promise.all(
      hubs.map((hub) =>
        hub.store.mark(
          orders.map(({ id }) => ({
            key: { flow: "order", connection: shopId, id },
            priority: PRIORITY.live,
            trigger: "webhook",
          })),
        ),
      ),
    );
    const workers = hubs.map((hub) =>
      work({ ...hub, flows: flowsOf(hub), lanes: lanesOf(hub), signal: ending.signal }),
    );
    try {
      await until(
        async () => {
          const left = await Promise.all(hubs.map((hub) => hub.store.work({ parked: false }, 10)));
          return left.every((items) => items.length === 0);
        },
        2 * SYNCED_WITHIN_MS,
        () => "eight hubs to be done",
      );
    } finally {
      ending.abort();
      await Promise.all(workers);
    }
    for (const hub of hubs) {
      const failed = await hub.store.activities({ status: "failed" }, 10);
      assert.deepEqual(
        failed.map(({ sentence }) => sentence),
        [],
        "nothing is parked",
      );
      assert.deepEqual(await hub.store.proofCounts(), { equal: ORDERS, different: 0 });
      await hub.store.close();
    }
    for (const { id, number } of orders) await assertOnce(books, number, shop.order(id)!.total, true);
    const partners = await books.searchRead(
      "res.partner",
      [
        ["email", "=", billing.email],
        ["parent_id", "=", false],
      ],
      ["id"],
    );
    assert.equal(partners.length, 1, "one partner for the guest of all orders");
  });
}

const SILENT: HubObserver = {
  run: () => undefined,
  call: () => undefined,
  paused: () => undefined,
  resumed: () => undefined,
  note: () => undefined,
};
