import assert from "node:assert/strict";
import { test } from "node:test";
import { parseConfig } from "./config.ts";
import { configMark } from "./config-mark.ts";

const TEXT = `
environment: staging
connections:
  odoo-main:
    kind: odoo
    url: https://odoo.example.test
    database: main
    user: hub@example.test
    apiKey: \${ODOO_API_KEY}
  shop-us:
    kind: shopify
    url: https://example.myshopify.com
    clientId: 0123456789abcdef
    clientSecret: \${SHOP_SECRET}
shops:
  shop-us:
    odoo: odoo-main
    stock:
      shopLocations:
        "1": { warehouse: WH }
`;

function markOf(text: string, secret = "shpss_of-the-tests-0001"): string {
  const environment = { ODOO_API_KEY: "an-api-key-of-the-tests-0001", SHOP_SECRET: secret };
  return configMark(parseConfig(text, { file: "/tmp/stockbridge.yaml", shown: "stockbridge.yaml", environment }));
}

test("a configuration has the same mark until a setting or a secret is another", () => {
  assert.equal(markOf(TEXT), markOf(`# a remark\n${TEXT}`));
  assert.notEqual(markOf(TEXT), markOf(TEXT.replace("warehouse: WH", "warehouse: US")));
  assert.notEqual(markOf(TEXT), markOf(TEXT, "shpss_of-the-tests-0002"));
});
