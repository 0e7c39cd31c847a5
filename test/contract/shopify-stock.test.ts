/** What only Shopify has of stock and catalogs, on its simulated shop: races, lost answers, many locations, bulk files, scopes. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createShopifyConnector } from "../../src/connectors/shopify/connector.ts";
import type { FailureCode } from "../../src/core/failures.ts";
import type { CallContext } from "../../src/core/ports/call.ts";
import type { Clock } from "../../src/core/ports/clock.ts";
import type { ChangePage, ShopPort } from "../../src/core/ports/shop.ts";
import { TransportError, type Transport } from "../../src/core/ports/transport.ts";
import type { ShopVariant, StockLevel, StockWrite } from "../../src/core/stock/shop-variant.ts";
import type { Result } from "../../src/core/result.ts";
import { createRandom } from "../../sim/random.ts";
import { createSimulatedShopify, DEFAULT_APP, type SimulatedShopify } from "../../sim/shopify/shop.ts";
import { missingSchema, shopifySchema } from "../../tools/shopify-schema.ts";
import { readVariants, valueOf } from "./outcomes.ts";

const URL = "https://simulated.myshopify.com";
const HUB = "https://hub.example.test/webhooks/shop-us";
const DEADLINE_MS = 120_000;

interface World {
  readonly shop: SimulatedShopify;
  readonly clock: Clock;
  readonly call: CallContext;
  /** Another process of the hub: it has learned nothing yet. `between` stands on its way to the shop. */
  readonly connect: (between?: (send: Transport) => Transport) => ShopPort;
}

/** Its clock stands still but for sleeps, which pass at once. */
function world(scopes: readonly string[] = DEFAULT_APP.scopes): World {
  let nowMs = Date.parse("2026-11-21T08:00:00Z");
  const clock: Clock = {
    nowMs: () => nowMs,
    sleep: (ms) => {
      nowMs += ms;
      return Promise.resolve();
    },
  };
  const app = { ...DEFAULT_APP, scopes };
  const shop = createSimulatedShopify({ schema: shopifySchema("2026-07"), clock, random: createRandom(7), app });
  const call: CallContext = {
    deadlineMs: () => nowMs + DEADLINE_MS,
    beforeWrite: () => Promise.resolve(),
    record: () => undefined,
  };
  const connect: World["connect"] = (between = (send) => send) =>
    createShopifyConnector({
      connection: "shop-us",
      url: URL,
      credentials: { kind: "token", accessToken: app.accessToken },
      webhookSecret: app.clientSecret,
      currency: "shop",
      environment: "staging",
      allowHttp: false,
      clock,
      transport: between((request) => shop.handle(request)),
    });
  return { shop, clock, call, connect };
}

/** Products of ten variants each, five units at each location. */
function stocked({ shop }: World, variants: number, locations: readonly string[]): string[] {
  const stock = Object.fromEntries(locations.map((id) => [id, 5]));
  return Array.from({ length: Math.ceil(variants / 10) }, (_, product) =>
    shop.createProduct({
      title: `Product ${product}`,
      variants: Array.from({ length: 10 }, (_, index) => ({
        title: `No ${index}`,
        sku: `S-${product}-${index}`,
        stock,
      })),
    }),
  )
    .flatMap(({ variantIds }) => variantIds)
    .slice(0, variants);
}

/** What the stock flow would write, from what is read now. */
async function writesOf(port: ShopPort, ids: readonly string[], location: string, quantity: number, call: CallContext) {
  const read = await readVariants(
    port,
    ids.map((id) => ({ id, parentId: null, sku: "" })),
    call,
  );
  return ids.map((id): StockWrite => {
    const variant = valueOf(read.get(id)) ?? assert.fail(`no variant ${id}`);
    const level = variant.levels.find(({ locationId }) => locationId === location);
    const { parentId, sku, itemId } = variant;
    const { quantity: before = null, version = "" } = level ?? {};
    return { id, parentId, sku, itemId, locationId: location, before, version, quantity };
  });
}

const codeOf = (outcome: Result<StockLevel> | undefined): FailureCode | "done" =>
  outcome?.ok === true ? "done" : (outcome?.failure.code ?? assert.fail("no outcome"));

describe("stock of Shopify", { skip: missingSchema() ?? false }, () => {
  test("of 300 written at once, those that changed meanwhile are stale, and all others are written", async () => {
    const here = world();
    const location = here.shop.createLocation("Main");
    const ids = stocked(here, 300, [location]);
    const port = here.connect();
    const writes = await writesOf(port, ids, location, 3, here.call);
    const sold = [ids[0], ids[255]].map((id) => id ?? "");
    for (const id of sold) here.shop.setAvailable(id, location, 4);
    const before = here.shop.spent().calls;
    const outcomes = await port.writeStock(writes, here.call);
    assert.equal(here.shop.spent().calls - before, 4, "two calls, each again without the one that was refused");
    for (const [index, id] of ids.entries()) {
      assert.equal(codeOf(outcomes[index]), sold.includes(id) ? "STOCK_STALE" : "done");
      assert.equal(here.shop.availableOf(id, location), sold.includes(id) ? 4 : 3);
    }
    assert.deepEqual(here.shop.unsupported, []);
  });

  test("a write whose answer was lost does nothing when it is repeated, whether or not the shop has sold since", async () => {
    const here = world();
    const location = here.shop.createLocation("Main");
    const ids = stocked(here, 10, [location]);
    let lost = 0;
    const port = here.connect((send) => async (request) => {
      const answer = await send(request);
      if (request.body?.includes("mutation SetQuantities") === true && lost++ === 0)
        throw new TransportError("unknown", "timed out");
      return answer;
    });
    const writes = await writesOf(port, ids, location, 8, here.call);
    assert.deepEqual([...new Set((await port.writeStock(writes, here.call)).map(codeOf))], ["OUTCOME_UNKNOWN"]);
    const first = ids[0] ?? "";
    here.shop.setAvailable(first, location, 6);
    await here.clock.sleep(1);
    const again = await port.writeStock(writes.toReversed(), here.call);
    assert.deepEqual([...new Set(again.map(codeOf))], ["STOCK_STALE"]);
    assert.equal(here.shop.availableOf(first, location), 6, "what was sold since stays sold");
    assert.equal(here.shop.availableOf(ids[1] ?? "", location), 8);
  });

  test("a level that is set, set back and set again within one second stands as it was set last", async () => {
    const here = world();
    const location = here.shop.createLocation("Main");
    const [id = ""] = stocked(here, 1, [location]);
    const port = here.connect();
    for (const _ of ["first", "again", "once more"]) {
      const writes = await writesOf(port, [id], location, 3, here.call);
      assert.deepEqual((await port.writeStock(writes, here.call)).map(codeOf), ["done"]);
      assert.equal(here.shop.availableOf(id, location), 3);
      here.shop.setAvailable(id, location, 5);
      await here.clock.sleep(100);
    }
  });

  test("a level below nothing is set from what it is", async () => {
    const here = world();
    const location = here.shop.createLocation("Main");
    const [id = ""] = stocked(here, 1, [location]);
    here.shop.setAvailable(id, location, -2);
    const port = here.connect();
    const writes = await writesOf(port, [id], location, 0, here.call);
    assert.deepEqual((await port.writeStock(writes, here.call)).map(codeOf), ["done"]);
    assert.equal(here.shop.availableOf(id, location), 0);
  });

  test("an item is stocked where it was not, and again after a person took it away", async () => {
    const here = world();
    const [main, other] = [here.shop.createLocation("Main"), here.shop.createLocation("Other")];
    const [id = ""] = stocked(here, 1, [main]);
    const port = here.connect();
    const write = async () =>
      valueOf((await port.writeStock(await writesOf(port, [id], other, 9, here.call), here.call))[0]);
    assert.deepEqual(
      { ...(await write()), version: "" },
      { locationId: other, locationName: "Other", quantity: 9, version: "" },
    );
    here.shop.stopStocking(id, other);
    await here.clock.sleep(1);
    await write();
    assert.equal(here.shop.availableOf(id, other), 9);
    assert.equal(here.shop.availableOf(id, main), 5, "elsewhere it stands as it stood");
  });

  test("somebody who stocks the item first is not overwritten; a location out of use is named", async () => {
    const here = world();
    const [main, other] = [here.shop.createLocation("Main"), here.shop.createLocation("Other")];
    const [id = "", second = ""] = stocked(here, 2, [main]);
    const port = here.connect();
    const writes = await writesOf(port, [id, second], other, 9, here.call);
    here.shop.setAvailable(id, other, 1);
    assert.equal(codeOf((await port.writeStock(writes.slice(0, 1), here.call))[0]), "STOCK_STALE");
    assert.equal(here.shop.availableOf(id, other), 1);
    here.shop.deactivateLocation(other);
    assert.equal(codeOf((await port.writeStock(writes.slice(1), here.call))[0]), "SHOP_LOCATION_NOT_FOUND");
  });

  test("all levels are read in a shop with 120 locations", async () => {
    const here = world();
    const locations = Array.from({ length: 120 }, (_, index) => here.shop.createLocation(`Store ${index}`));
    const ids = stocked(here, 30, locations);
    const read = await readVariants(
      here.connect(),
      ids.map((id) => ({ id, parentId: null, sku: "" })),
      here.call,
    );
    for (const id of ids) assert.equal(valueOf(read.get(id))?.levels.length, 120);
  });
});

describe("the catalog of Shopify", { skip: missingSchema() ?? false }, () => {
  test("12,000 variants come from one bulk operation, each page read by another process", async () => {
    const here = world();
    const [main, other] = [here.shop.createLocation("Main"), here.shop.createLocation("Other")];
    const ids = stocked(here, 12_000, [main, other]);
    const found: string[] = [];
    let page: string | null = null;
    do {
      const read: ChangePage<ShopVariant> = valueOf(await here.connect().variantPage(page, [], here.call));
      assert.deepEqual(read.unreadable, []);
      for (const { id, levels } of read.items) {
        assert.equal(levels.length, 2);
        found.push(id);
      }
      page = read.nextPage;
    } while (page !== null);
    assert.deepEqual(found, ids);
    assert.ok(here.shop.spent().points < 100, `${here.shop.spent().points} points`);
  });

  test("a small one is read by pages, whose tokens another process goes on from", async () => {
    const here = world();
    const ids = stocked(here, 900, [here.shop.createLocation("Main")]);
    const found: string[] = [];
    let page: string | null = null;
    do {
      const read: ChangePage<ShopVariant> = valueOf(await here.connect().variantPage(page, [], here.call));
      assert.equal(read.totalItems, 900);
      found.push(...read.items.map(({ id }) => id));
      page = read.nextPage;
    } while (page !== null);
    assert.deepEqual(found, ids);
  });

  test("SKUs with quotes, blanks, colons, stars and backslashes are found, and only they", async () => {
    const here = world();
    const odd = ['A "quoted" one', "two  blanks", "a:b", "star*", String.raw`back\slash`, "(x) OR y", "it's"];
    here.shop.createProduct({ title: "Odd", variants: [...odd, "star-2", "a"].map((sku) => ({ title: sku, sku })) });
    const found = valueOf(await here.connect().findVariants([...odd, "missing"], here.call));
    assert.deepEqual(found.map(({ sku }) => sku).toSorted(), odd.toSorted());
  });
});

describe("webhooks of Shopify", { skip: missingSchema() ?? false }, () => {
  test("topics that the app's scopes do not allow are missing; the others are made", async () => {
    const here = world(DEFAULT_APP.scopes.filter((scope) => !scope.endsWith("_orders")));
    const states = valueOf(await here.connect().ensureWebhooks(HUB, here.call));
    assert.ok(states.some(({ topic, status }) => topic === "orders/create" && status === "missing"));
    assert.ok(states.some(({ topic, status }) => topic === "products/update" && status === "created"));
  });

  test("a subscription that Shopify deleted is made again", async () => {
    const here = world();
    const first = valueOf(await here.connect().ensureWebhooks(HUB, here.call));
    here.shop.deleteSubscription(first[0]?.id ?? "");
    const again = valueOf(await here.connect().ensureWebhooks(HUB, here.call));
    assert.deepEqual(
      again.filter(({ status }) => status !== "active").map(({ topic, status }) => [topic, status]),
      [[first[0]?.topic, "created"]],
    );
  });
});
