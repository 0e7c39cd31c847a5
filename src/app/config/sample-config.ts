/** Complete small configurations for tests, with invented values, and how tests read them. */
import assert from "node:assert/strict";
import { parseConfig, type Config } from "../config.ts";
import { ConfigError } from "./problem.ts";

/** The environment it refers to. */
export const GOOD_ENVIRONMENT = {
  ODOO_API_KEY: "api-key-value",
  SHOP_KEY: "ck_value",
  SHOP_SECRET: "cs_value",
  SHOP_WEBHOOK: "a-long-enough-secret",
  DATABASE_URL: "postgres://hub@localhost/hub",
  SHOP_URL: "https://from-environment.example.test",
  US_CLIENT_SECRET: "a-client-secret-of-the-app",
  US_ACCESS_TOKEN: "an-access-token-of-the-app",
  EMPTY: " ",
};

export const GOOD_CONFIG = `environment: staging
connections:
  odoo-main:
    kind: odoo
    url: https://odoo.example.test
    database: main
    user: hub@example.test
    apiKey: \${ODOO_API_KEY}
  shop-eu:
    kind: woocommerce
    url: https://shop.example.test
    key: \${SHOP_KEY}
    secret: { env: SHOP_SECRET }
    webhookSecret: \${SHOP_WEBHOOK}
shops:
  shop-eu:
    odoo: odoo-main
    orders:
      startAt: 2026-01-01
      taxes: { 1: 21% S, "2": 17 }
      journals: { stripe: STRP }
    stock:
      warehouse: WH
`;

/** The same with a second shop, of a kind with locations, on the same Odoo. */
export const TWO_SHOPS_CONFIG = GOOD_CONFIG.replace(
  "shops:\n",
  `  shop-us:
    kind: shopify
    url: https://example-us.myshopify.com
    clientId: "0123456789abcdef"
    clientSecret: \${US_CLIENT_SECRET}
shops:
  shop-us:
    odoo: odoo-main
    orders:
      startAt: 2026-01-01
      deliveries: odoo
      warehouse: US
    stock:
      shopLocations:
        "10000000001": { warehouse: US }
        "10000000002": { locations: [WH/Stock/A], warehouse: WH }
        "10000000003": { locations: [WH/Stock/B, WH/Stock/C] }
`,
);

export function parse(text: string): Config {
  return parseConfig(text, {
    file: "/srv/hub/stockbridge.yaml",
    shown: "stockbridge.yaml",
    environment: GOOD_ENVIRONMENT,
  });
}

/** What is said of a file that must be refused. */
export function errorsOf(text: string): string {
  try {
    parse(text);
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    return error.message;
  }
  throw new assert.AssertionError({ message: "this was accepted" });
}
