// What only some kinds of shop have: every way in which it can be configured wrongly, with the exact lines that a person reads.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { errorsOf, GOOD_CONFIG, parse, TWO_SHOPS_CONFIG } from "./sample-config.ts";
import { Secret } from "./secret.ts";
import { isShop } from "./connections.ts";
import { deliveringWarehouses, stockScopes } from "./stock-scopes.ts";

const CREDENTIALS = '    clientId: "0123456789abcdef"\n    clientSecret: ${US_CLIENT_SECRET}\n';
const LOCATIONS = TWO_SHOPS_CONFIG.slice(
  TWO_SHOPS_CONFIG.indexOf("      shopLocations:"),
  TWO_SHOPS_CONFIG.indexOf("  shop-eu:\n    odoo:"),
);

/** The good file of two shops with one line (or several) replaced. */
function two(line: string, replacement: string): string {
  assert.ok(TWO_SHOPS_CONFIG.includes(line), `the good file has no "${line}"`);
  return TWO_SHOPS_CONFIG.replace(line, replacement);
}

/** That of one shop, which knows no locations. */
function but(line: string, replacement: string): string {
  assert.ok(GOOD_CONFIG.includes(line), `the good file has no "${line}"`);
  return GOOD_CONFIG.replace(line, replacement);
}

describe("two shops of different kinds on one Odoo", () => {
  test("are right, each with its own settings", () => {
    const { connections, shops } = parse(TWO_SHOPS_CONFIG);
    const us = connections["shop-us"];
    assert.ok(us !== undefined && isShop(us));
    assert.deepEqual(Object.keys(us.settings), ["clientId", "clientSecret", "currency"]);
    assert.equal(us.settings["currency"], "shop");
    assert.ok(us.settings["clientSecret"] instanceof Secret);
    assert.equal(shops["shop-us"]?.orders?.deliveries, "odoo");
    assert.equal(shops["shop-us"].odoo, shops["shop-eu"]?.odoo);
  });

  test("the other way in is right too, and http only on a test machine", () => {
    const text = two(CREDENTIALS, "    accessToken: ${US_ACCESS_TOKEN}\n    webhookSecret: ${US_ACCESS_TOKEN}\n");
    assert.ok(parse(text).connections["shop-us"] !== undefined);
    const local = two("https://example-us.myshopify.com", "http://127.0.0.1:8100\n    allowHttp: true");
    assert.equal(parse(local).connections["shop-us"]?.url, "http://127.0.0.1:8100");
    assert.match(errorsOf(local.replace("staging", "production")), /production does not permit for a shop/);
  });

  test("each location offers its Odoo locations, or else its warehouse, and delivers from its warehouse", () => {
    const { shops } = parse(TWO_SHOPS_CONFIG);
    const [us, eu] = [shops["shop-us"]?.stock, shops["shop-eu"]?.stock];
    assert.deepEqual(
      [...stockScopes(us)],
      [
        ["10000000001", { warehouse: "US" }],
        ["10000000002", { locations: ["WH/Stock/A"] }],
        ["10000000003", { locations: ["WH/Stock/B", "WH/Stock/C"] }],
      ],
    );
    assert.deepEqual(
      [...deliveringWarehouses(us)],
      [
        ["10000000001", "US"],
        ["10000000002", "WH"],
      ],
    );
    assert.deepEqual([...stockScopes(eu)], [["shop", { warehouse: "WH" }]]);
    assert.deepEqual([...deliveringWarehouses(eu)], []);
    assert.deepEqual([...stockScopes(undefined)], []);
  });
});

const BAD: [name: string, text: string, lines: string][] = [
  [
    "an address that is not the shop's own",
    two("https://example-us.myshopify.com", "https://www.example.test"),
    'stockbridge.yaml:17:5 connections.shop-us.url: "www.example.test" is not the address that a shop has at Shopify. Write it like https://example.myshopify.com; the admin shows it under Settings, Domains.',
  ],
  [
    "an address with a path",
    two("https://example-us.myshopify.com", "https://example-us.myshopify.com/admin"),
    "stockbridge.yaml:17:5 connections.shop-us.url: carries something behind the host: /admin. Write it like https://example.myshopify.com; the admin shows it under Settings, Domains.",
  ],
  [
    "no way in",
    two(CREDENTIALS, ""),
    "stockbridge.yaml:15:3 connections.shop-us: has no credentials. Write clientId and clientSecret (client id and client secret of an app of the Dev Dashboard), or accessToken and webhookSecret (access token of a custom app made in the shop's admin).",
  ],
  [
    "half of a way in",
    two("    clientSecret: ${US_CLIENT_SECRET}\n", ""),
    "stockbridge.yaml:15:3 connections.shop-us: has clientId without clientSecret. Write clientId and clientSecret (client id and client secret of an app of the Dev Dashboard), or accessToken and webhookSecret (access token of a custom app made in the shop's admin).",
  ],
  [
    "two ways in",
    two(
      "    clientSecret: ${US_CLIENT_SECRET}\n",
      "    clientSecret: ${US_CLIENT_SECRET}\n    accessToken: ${US_ACCESS_TOKEN}\n    webhookSecret: ${US_ACCESS_TOKEN}\n",
    ),
    "stockbridge.yaml:15:3 connections.shop-us: has both clientId and accessToken, which are two ways in. Keep one: clientId and clientSecret (client id and client secret of an app of the Dev Dashboard), or accessToken and webhookSecret (access token of a custom app made in the shop's admin).",
  ],
  [
    "a literal token",
    two(CREDENTIALS, "    accessToken: shpat_hush\n    webhookSecret: ${US_ACCESS_TOKEN}\n"),
    "stockbridge.yaml:18:5 connections.shop-us.accessToken: is a secret, and secrets do not stand in this file. Write ${SHOP_US_ACCESS_TOKEN} here and set SHOP_US_ACCESS_TOKEN in the environment or in the file .env beside this one.",
  ],
  [
    "a secret that is too short to be one",
    two("${US_CLIENT_SECRET}", "${SHOP_KEY}"),
    "stockbridge.yaml:19:5 connections.shop-us.clientSecret: is shorter than 16 characters. Copy the whole client secret from the app's settings in the Dev Dashboard.",
  ],
  [
    "a currency of its own",
    two("    clientSecret:", "    currency: customer\n    clientSecret:"),
    'stockbridge.yaml:19:5 connections.shop-us.currency: "customer" is not one of shop, presentment. Write one of shop, presentment.',
  ],
  [
    "a misspelled setting",
    two("    clientSecret:", "    clientSecrets:"),
    'stockbridge.yaml:19:5 connections.shop-us.clientSecrets: there is no setting "clientSecrets" here. Did you mean "clientSecret"?',
  ],
  [
    "a setting of another kind of shop",
    two("    clientSecret:", "    key: ${SHOP_KEY}\n    clientSecret:"),
    'stockbridge.yaml:19:5 connections.shop-us.key: there is no setting "key" here. Known here: kind, label, url, clientId, clientSecret, accessToken, webhookSecret, currency, allowHttp, runsMax.',
  ],
  [
    "a number where text is meant",
    two('"0123456789abcdef"', "123"),
    'stockbridge.yaml:18:5 connections.shop-us.clientId: must be text, but is the number 123. It holds: Client id of an app of the Dev Dashboard that is installed in this shop. Goes with `clientSecret`. Put it in quotes: "123".',
  ],
  [
    "the same shop twice",
    two(
      "shops:\n",
      "  shop-b:\n    kind: shopify\n    url: https://EXAMPLE-us.myshopify.com/\n    accessToken: ${US_ACCESS_TOKEN}\n    webhookSecret: ${US_ACCESS_TOKEN}\nshops:\n  shop-b: { odoo: odoo-main, orders: { startAt: 2026-01-01 } }\n",
    ),
    "stockbridge.yaml:22:5 connections.shop-b.url: is the same shop as connections.shop-us.url. Each order would reach Odoo twice: keep one connection.",
  ],
  [
    "a total for a shop with locations",
    two(LOCATIONS, "      warehouse: US\n"),
    "stockbridge.yaml:28:7 shops.shop-us.stock.warehouse: is not for a Shopify shop: a total is never written to one of its locations by default. Name each location's warehouse under shopLocations: \"12345678901\": { warehouse: WH }. A location's id is the number at the end of its address in the admin (Settings, Locations).",
  ],
  [
    "a total beside locations",
    two("      shopLocations:", "      locations: [WH/Stock]\n      shopLocations:"),
    "stockbridge.yaml:28:7 shops.shop-us.stock.locations: is not for a Shopify shop: a total is never written to one of its locations by default. Name each location's warehouse under shopLocations: \"12345678901\": { warehouse: WH }. A location's id is the number at the end of its address in the admin (Settings, Locations).",
  ],
  [
    "no locations",
    two(LOCATIONS, "      safetyStock: 1\n"),
    "stockbridge.yaml:27:5 shops.shop-us.stock: names none of the shop's locations. Name each location's warehouse under shopLocations: \"12345678901\": { warehouse: WH }. A location's id is the number at the end of its address in the admin (Settings, Locations).",
  ],
  [
    "an empty list of locations",
    two(LOCATIONS, "      shopLocations: {}\n"),
    "stockbridge.yaml:27:5 shops.shop-us.stock: names none of the shop's locations. Name each location's warehouse under shopLocations: \"12345678901\": { warehouse: WH }. A location's id is the number at the end of its address in the admin (Settings, Locations).",
  ],
  [
    "a location by another id than its number",
    two('"10000000001"', '"gid://shopify/Location/10000000001"'),
    'stockbridge.yaml:29:9 shops.shop-us.stock.shopLocations.gid://shopify/Location/10000000001: "gid://shopify/Location/10000000001" is not the id of a Shopify location. Write its number alone, like "12345678901".',
  ],
  [
    "a location with nothing behind it",
    two("{ warehouse: US }", "{}"),
    "stockbridge.yaml:29:9 shops.shop-us.stock.shopLocations.10000000001: names neither warehouse nor locations. Name the warehouse, the Odoo locations, or both.",
  ],
  [
    "a location with a text behind it",
    two("{ warehouse: US }", "US"),
    'stockbridge.yaml:29:9 shops.shop-us.stock.shopLocations.10000000001: must be a section with settings, but is the text "US". It holds: What of Odoo stands behind one of the shop\'s locations: a warehouse, locations, or both.',
  ],
  [
    "a misspelled setting of a location",
    two("{ warehouse: US }", "{ warehose: US }"),
    'stockbridge.yaml:29:26 shops.shop-us.stock.shopLocations.10000000001.warehose: there is no setting "warehose" here. Did you mean "warehouse"?',
  ],
  [
    "one warehouse behind two locations",
    two("{ locations: [WH/Stock/B, WH/Stock/C] }", "{ warehouse: US }"),
    "stockbridge.yaml:31:9 shops.shop-us.stock.shopLocations.10000000003: counts warehouse US, which 10000000001 counts already: the same units would be offered twice. Give each of the shop's locations stock of its own: another warehouse, or locations that do not lie within each other.",
  ],
  [
    "Odoo locations that lie within each other",
    two("[WH/Stock/B, WH/Stock/C]", "[WH/Stock/B, WH/Stock]"),
    "stockbridge.yaml:31:9 shops.shop-us.stock.shopLocations.10000000003: counts WH/Stock, which 10000000002 counts already: the same units would be offered twice. Give each of the shop's locations stock of its own: another warehouse, or locations that do not lie within each other.",
  ],
  [
    "an Odoo location that lies within a warehouse",
    two("{ warehouse: US }", "{ warehouse: WH }"),
    "stockbridge.yaml:30:9 shops.shop-us.stock.shopLocations.10000000002: counts WH/Stock/A, which 10000000001 counts already: the same units would be offered twice. Give each of the shop's locations stock of its own: another warehouse, or locations that do not lie within each other.\nstockbridge.yaml:31:9 shops.shop-us.stock.shopLocations.10000000003: counts WH/Stock/B, which 10000000001 counts already: the same units would be offered twice. Give each of the shop's locations stock of its own: another warehouse, or locations that do not lie within each other.",
  ],
  [
    "locations for a shop without",
    but("      warehouse: WH", '      shopLocations: { "1": { warehouse: WH } }'),
    "stockbridge.yaml:23:7 shops.shop-eu.stock.shopLocations: is not for a WooCommerce shop, which has no locations of its own. Name the code of one warehouse, or the locations whose stock is sold.",
  ],
  [
    "telling a shop that cannot be told",
    but("      startAt: 2026-01-01", "      startAt: 2026-01-01\n      deliveries: odoo"),
    "stockbridge.yaml:20:7 shops.shop-eu.orders.deliveries: is odoo, but a WooCommerce shop cannot be told what went out. Write apart, or shop: then what is completed in the shop is validated in Odoo.",
  ],
  [
    "the setting of earlier versions",
    but("      startAt: 2026-01-01", "      startAt: 2026-01-01\n      deliverWhenCompleted: true"),
    "stockbridge.yaml:20:7 shops.shop-eu.orders.deliverWhenCompleted: is not a setting any more. Write deliveries: shop in its place.",
  ],
  [
    "the setting of earlier versions, switched off",
    but("      startAt: 2026-01-01", "      startAt: 2026-01-01\n      deliverWhenCompleted: false"),
    "stockbridge.yaml:20:7 shops.shop-eu.orders.deliverWhenCompleted: is not a setting any more. Remove it: deliveries: apart, which is the default, says the same.",
  ],
  [
    "an unknown way of deliveries",
    but("      startAt: 2026-01-01", "      startAt: 2026-01-01\n      deliveries: both"),
    'stockbridge.yaml:20:7 shops.shop-eu.orders.deliveries: "both" is not one of apart, shop, odoo. Write one of apart, shop, odoo.',
  ],
];

describe("a shop that is configured wrongly", () => {
  for (const [name, text, lines] of BAD) test(name, () => assert.equal(errorsOf(text), lines));

  test("no message repeats a literal token", () => {
    for (const name of ["accessToken", "clientSecret", "webhookSecret"])
      assert.ok(!errorsOf(two(CREDENTIALS, `    ${name}: hush-hush-value\n`)).includes("hush"));
  });
});
