// What init reads of a shop with locations and of an Odoo that are there, and what it makes of it.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { createCliWorld } from "../../src/app/cli-world.ts";
import { shopKind } from "../../src/app/shop-kinds.ts";
import { systemClock } from "../../src/app/system-clock.ts";
import type { InitAnswers } from "../../src/cli/init-answers.ts";
import { sentenceOf } from "../../src/core/failures.ts";
import type { HttpRequest, HttpResponse } from "../../src/core/ports/transport.ts";
import { serve, type RunningServer } from "../../sim/http-server.ts";
import { createSimulatedOdoo } from "../../sim/odoo/simulated-odoo.ts";
import { createRandom } from "../../sim/random.ts";

const API_KEY = "an-api-key-of-the-test";
const TOKEN = "an-access-token-of-the-test";
/** As a fresh database of that version calls its warehouse. */
const WAREHOUSE = "My Company";

/** Two active locations, of which one is called like the warehouse, and one that is closed. */
const LOCATIONS = [
  { id: "gid://shopify/Location/10000000001", name: WAREHOUSE, isActive: true },
  { id: "gid://shopify/Location/10000000002", name: "Pop-up", isActive: true },
  { id: "gid://shopify/Location/10000000003", name: "Closed", isActive: false },
];

function shopAnswer({ headers, body = "" }: HttpRequest): HttpResponse {
  const answer = (status: number, data: unknown) => ({
    status,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(data),
  });
  if (headers["x-shopify-access-token"] !== TOKEN) return answer(401, { errors: "[API] Invalid API key" });
  const pageInfo = { hasNextPage: false, endCursor: null };
  if (body.includes("query Locations")) return answer(200, { data: { locations: { nodes: LOCATIONS, pageInfo } } });
  if (body.includes("query OrdersInUse")) return answer(200, { data: { orders: { nodes: [] } } });
  return answer(400, { errors: [{ message: `this shop answers no such question: ${body.slice(0, 80)}` }] });
}

describe("init and a shop with locations", () => {
  let shop: RunningServer;
  let odoo: RunningServer;
  before(async () => {
    shop = await serve((request) => Promise.resolve(shopAnswer(request)));
    const simulated = createSimulatedOdoo({
      clock: systemClock,
      random: createRandom("init-locations"),
      version: 19,
      baseUrl: "http://127.0.0.1",
      database: "main",
      apiKey: API_KEY,
      company: "Example Pottery",
      deliver: () => Promise.resolve(),
    });
    odoo = await serve((request) => simulated.handle(request));
  });
  after(() => Promise.all([shop.close(), odoo.close()]));

  const world = createCliWorld({ clock: systemClock, environment: {} });
  const answers = (): InitAnswers => ({
    environment: "staging",
    shopKind: shopKind("shopify"),
    shopId: "shop-us",
    shopUrl: shop.url,
    shopSettings: { currency: "shop" },
    shopSecrets: ["accessToken", "webhookSecret"],
    odooId: "odoo",
    odooUrl: odoo.url,
    odooDatabase: "main",
    odooUser: "hub@example.test",
    warehouse: null,
    startAt: "2026-01-01",
    publicUrl: null,
    store: "embedded",
  });

  test("the active locations are proposed, with the warehouse of the same name", async () => {
    const read = await world.proposeLocations(answers(), { odooApiKey: API_KEY, shop: { accessToken: TOKEN } });
    assert.ok(read.ok, read.ok ? "" : sentenceOf(read.failure));
    assert.deepEqual(read.value, [
      { id: "10000000001", label: WAREHOUSE, warehouse: "WH" },
      { id: "10000000002", label: "Pop-up", warehouse: null },
    ]);
    const text = world.initFiles(answers(), read.value)["stockbridge.yaml"] ?? "";
    assert.match(text, /shopLocations:\n +"10000000001": # My Company\n +warehouse: WH\n +# "10000000002": # Pop-up/);
  });

  test("a shop that refuses the token is a sentence, and nothing is proposed", async () => {
    const read = await world.proposeLocations(answers(), { odooApiKey: API_KEY, shop: { accessToken: "another-one" } });
    assert.ok(!read.ok);
    assert.match(sentenceOf(read.failure), /^shop-us refused the credentials/);
  });
});
