// What init writes is a configuration that is right as soon as the secrets are there, and holds none of them.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { parseEnv } from "node:util";
import { variableOf, type InitAnswers, type ProposedLocation } from "../cli/init-answers.ts";
import { parseConfig } from "./config.ts";
import { isOdoo, isShop } from "./config/connections.ts";
import { suggestedVariable } from "./config/references.ts";
import { initFiles } from "./init-files.ts";
import { SHOP_KINDS, shopKind } from "./shop-kinds.ts";

const ANSWERS: InitAnswers = {
  environment: "production",
  shopKind: shopKind("woocommerce"),
  shopSettings: {},
  shopSecrets: ["key", "secret", "webhookSecret"],
  shopId: "shop-eu",
  shopUrl: "https://shop.example.test",
  odooId: "odoo-main",
  odooUrl: "https://odoo.example.test",
  odooDatabase: "2026",
  odooUser: "hub@example.test",
  warehouse: "WH: #1",
  startAt: "2026-01-01",
  publicUrl: "https://hub.example.test",
  store: "postgres",
};

function parsed(answers: InitAnswers, locations: readonly ProposedLocation[] | null = null) {
  const files = initFiles(answers, locations);
  const names = Object.keys(parseEnv(files[".env.example"] ?? ""));
  const environment = Object.fromEntries(names.map((name) => [name, "a-secret-of-more-than-twenty-letters"]));
  return {
    names,
    config: parseConfig(files["stockbridge.yaml"] ?? "", {
      file: "/srv/stockbridge.yaml",
      shown: "stockbridge.yaml",
      environment,
    }),
  };
}

describe("the files of init", () => {
  test("are right for production with PostgreSQL and a public address", () => {
    const { names, config } = parsed(ANSWERS);
    assert.deepEqual(names.toSorted(), [
      "DATABASE_URL",
      "ODOO_MAIN_API_KEY",
      "ODOO_MAIN_AUTOMATION_SECRET",
      "SHOP_EU_KEY",
      "SHOP_EU_SECRET",
      "SHOP_EU_WEBHOOK_SECRET",
    ]);
    assert.equal(config.store.kind, "postgres");
    assert.equal(config.web.publicUrl, "https://hub.example.test");
    assert.equal(config.shops["shop-eu"]?.stock?.warehouse, "WH: #1");
    const odoo = config.connections["odoo-main"];
    assert.equal(odoo !== undefined && isOdoo(odoo) && odoo.database, "2026");
  });

  test("are right for trying out, without encryption and without a public address", () => {
    const { names, config } = parsed({
      ...ANSWERS,
      environment: "staging",
      shopUrl: "http://localhost:8000",
      odooUrl: "http://localhost:8069",
      publicUrl: null,
      store: "embedded",
      warehouse: "no",
    });
    assert.deepEqual(names.toSorted(), [
      "ODOO_MAIN_API_KEY",
      "SHOP_EU_KEY",
      "SHOP_EU_SECRET",
      "SHOP_EU_WEBHOOK_SECRET",
    ]);
    assert.equal(config.connections["shop-eu"]?.allowHttp, true);
    assert.equal(config.store.kind, "embedded");
    assert.equal(config.shops["shop-eu"]?.stock?.warehouse, "no");
  });

  test("are not written when they would be refused", () => {
    assert.throws(
      () => initFiles({ ...ANSWERS, shopUrl: "http://shop.example.test" }, null),
      /not encrypted, which production does not permit for a shop/,
    );
  });

  test("name the schema that stands beside them", () => {
    const files = initFiles(ANSWERS, null);
    assert.match(files["stockbridge.yaml"] ?? "", /^# yaml-language-server: \$schema=stockbridge\.schema\.json\n/);
    assert.equal(
      (JSON.parse(files["stockbridge.schema.json"] ?? "") as { title: string }).title,
      "Stockbridge configuration",
    );
  });

  test("name secrets as the messages about a missing one do", () => {
    for (const { settings } of SHOP_KINDS)
      for (const { name } of settings)
        assert.equal(variableOf("shop-eu", name), suggestedVariable(["connections", "shop-eu", name]));
  });
});

const WITH_LOCATIONS: InitAnswers = {
  ...ANSWERS,
  shopKind: shopKind("shopify"),
  shopId: "shop-us",
  shopUrl: "https://example-us.myshopify.com",
  shopSettings: { clientId: "0123", currency: "presentment" },
  shopSecrets: ["clientSecret"],
  warehouse: null,
};

describe("the files of init for a shop with locations", () => {
  test("name what was proposed, and leave the others to a person", () => {
    const { names, config } = parsed(WITH_LOCATIONS, [
      { id: "10000000001", label: "Main\nhall", warehouse: "WH" },
      { id: "10000000002", label: "Pop-up", warehouse: null },
    ]);
    assert.ok(names.includes("SHOP_US_CLIENT_SECRET"));
    const connection = config.connections["shop-us"];
    assert.ok(connection !== undefined && isShop(connection));
    assert.equal(connection.settings["clientId"], "0123");
    assert.equal(connection.settings["currency"], "presentment");
    assert.deepEqual(config.shops["shop-us"]?.stock?.shopLocations, { "10000000001": { warehouse: "WH" } });
    const text = initFiles(WITH_LOCATIONS, [
      { id: "10000000001", label: "Main\nhall", warehouse: "WH" },
      { id: "10000000002", label: "Pop-up", warehouse: null },
    ])["stockbridge.yaml"];
    assert.match(
      text ?? "",
      /^ {8}"10000000001": # Main hall\n {10}warehouse: WH\n {8}# "10000000002": # Pop-up\n {8}# {3}warehouse: CODE$/m,
    );
  });

  test("leave stock off while none is sure, and are right once the comment is taken away", () => {
    for (const locations of [null, [], [{ id: "10000000002", label: "Pop-up", warehouse: null }]]) {
      const { config } = parsed(WITH_LOCATIONS, locations);
      assert.equal(config.shops["shop-us"]?.stock, undefined);
      const text = initFiles(WITH_LOCATIONS, locations)["stockbridge.yaml"] ?? "";
      const filledIn = text
        .replaceAll(/^ {4}# (stock:| {2}\S| {4}")/gm, "    $1")
        .replaceAll(/^ {4}# ( {6}warehouse)/gm, "    $1");
      const environment = {
        ODOO_MAIN_API_KEY: "x",
        ODOO_MAIN_AUTOMATION_SECRET: "a-secret-of-twenty-and-more",
        SHOP_US_CLIENT_SECRET: "a-client-secret-of-the-app",
        DATABASE_URL: "postgres://localhost/hub",
      };
      const mapped = parseConfig(filledIn, { file: "/srv/stockbridge.yaml", shown: "stockbridge.yaml", environment });
      assert.deepEqual(Object.values(mapped.shops["shop-us"]?.stock?.shopLocations ?? {}), [{ warehouse: "CODE" }]);
    }
  });
});
