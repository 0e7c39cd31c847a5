/** The connector as the hub gets it: which abilities it has, and that its parts speak to one shop through one client. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createShopifyConnector, type ShopifyOptions } from "./connector.ts";
import { SHOP_URL } from "./testing/scripted-client.ts";
import { scriptedShopify, variantNode, type ShopScript } from "./testing/scripted-shopify.ts";

function connector(script: ShopScript, change: Partial<ShopifyOptions> = {}) {
  const scripted = scriptedShopify(script);
  const port = createShopifyConnector({
    connection: "shop-us",
    url: SHOP_URL,
    credentials: { kind: "token", accessToken: "an-access-token-of-the-tests" },
    webhookSecret: "an-app-secret-of-the-tests",
    currency: "shop",
    environment: "staging",
    allowHttp: false,
    clock: scripted.clock,
    transport: scripted.transport,
    ...change,
  });
  return { ...scripted, port };
}

test("a Shopify shop counts by location and is told of fulfilments", () => {
  const { port } = connector(() => ({}));
  assert.deepEqual(
    [port.connection, port.kindLabel, port.abilities],
    ["shop-us", "Shopify", { locations: true, fulfilments: true }],
  );
  assert.ok(port.deliveryHeaders.includes("x-shopify-webhook-id"));
  assert.ok(!port.deliveryHeaders.some((name) => name.includes("hmac")));
});

test("what was learned of the shop holds for all readings of one connector", async () => {
  const { port, call, names } = connector(({ name }) => {
    if (name === "LocationCount") return { locationsCount: { count: 1 } };
    if (name === "VariantsById") return { nodes: [variantNode(11)] };
    if (name === "VariantCount") return { productVariantsCount: { count: 1, precision: "EXACT" } };
    return { productVariants: { nodes: [variantNode(11)], pageInfo: { hasNextPage: false, endCursor: null } } };
  });
  const read = await port.readForStock([{ id: "11", parentId: null, sku: "" }], call);
  assert.equal(read.ok && read.value.variants.get("11")?.ok, true);
  const found = await port.findVariants(["SKU-11"], call);
  assert.equal(found.ok && found.value[0]?.id, "11");
  const page = await port.variantPage(null, [], call);
  assert.equal(page.ok && page.value.totalItems, 1);
  assert.deepEqual(names(), ["LocationCount", "VariantsById", "SkuPage", "VariantPage", "VariantCount", "VariantPage"]);
});

test("an address that can never work is said at once", () => {
  assert.throws(() => connector(() => ({}), { url: "http://example.myshopify.com" }), /plain http is refused/);
});
