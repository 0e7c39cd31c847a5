// What init writes is a configuration that is right as soon as the secrets are there, and holds none of them.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { parseEnv } from "node:util";
import type { InitAnswers } from "../cli/init-answers.ts";
import { parseConfig } from "./config.ts";
import { initFiles } from "./init-files.ts";

const ANSWERS: InitAnswers = {
  environment: "production",
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

function parsed(answers: InitAnswers) {
  const files = initFiles(answers);
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
    assert.equal(config.connections["odoo-main"]?.kind === "odoo" && config.connections["odoo-main"].database, "2026");
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
      () => initFiles({ ...ANSWERS, shopUrl: "http://shop.example.test" }),
      /not encrypted, which production does not permit for a shop/,
    );
  });

  test("name the schema that stands beside them", () => {
    const files = initFiles(ANSWERS);
    assert.match(files["stockbridge.yaml"] ?? "", /^# yaml-language-server: \$schema=stockbridge\.schema\.json\n/);
    assert.equal(
      (JSON.parse(files["stockbridge.schema.json"] ?? "") as { title: string }).title,
      "Stockbridge configuration",
    );
  });
});
