/** A complete small configuration for tests, with invented values. */
/** The environment it refers to. */
export const GOOD_ENVIRONMENT = {
  ODOO_API_KEY: "api-key-value",
  SHOP_KEY: "ck_value",
  SHOP_SECRET: "cs_value",
  SHOP_WEBHOOK: "a-long-enough-secret",
  DATABASE_URL: "postgres://hub@localhost/hub",
  SHOP_URL: "https://from-environment.example.test",
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
