// The configuration as a file: where it is, what stands beside it, and what it is when it cannot be read.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { loadConfig } from "./config.ts";
import { isOdoo, isShop } from "./config/connections.ts";
import { GOOD_CONFIG } from "./config/sample-config.ts";
import { Secret } from "./config/secret.ts";
import { CONFIG_BYTES_MAX } from "./config/yaml-source.ts";

describe("the file", () => {
  const folder = mkdtempSync(join(tmpdir(), "stockbridge-config-"));
  test.after(() => rmSync(folder, { recursive: true }));

  test("that does not exist", () => {
    assert.throws(
      () => loadConfig(join(folder, "none.yaml"), {}),
      /none\.yaml the file: does not exist\. Run stockbridge init to make one, or name another with --config\./,
    );
  });

  test("that is far too long", () => {
    writeFileSync(join(folder, "long.yaml"), "#".repeat(CONFIG_BYTES_MAX + 1));
    assert.throws(() => loadConfig(join(folder, "long.yaml"), {}), /more than any configuration/);
  });

  test("that is a folder", () => assert.throws(() => loadConfig(folder, {}), /cannot be read/));

  test("finds variables in .env beside it, and the environment wins", () => {
    writeFileSync(join(folder, "stockbridge.yaml"), GOOD_CONFIG);
    writeFileSync(
      join(folder, ".env"),
      "ODOO_API_KEY=from-file\nSHOP_KEY=from-file\nSHOP_SECRET=s\nSHOP_WEBHOOK=sixteen-or-more-letters\n",
    );
    const { connections } = loadConfig(join(folder, "stockbridge.yaml"), { SHOP_KEY: "from-environment" });
    const [odoo, shop] = [connections["odoo-main"], connections["shop-eu"]];
    assert.ok(odoo !== undefined && isOdoo(odoo) && shop !== undefined && isShop(shop));
    assert.equal(odoo.apiKey.reveal(), "from-file");
    const { key } = shop.settings;
    assert.equal(key instanceof Secret && key.reveal(), "from-environment");
  });
});
