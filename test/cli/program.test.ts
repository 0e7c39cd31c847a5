// The command line as words in and text out: usage, help, JSON, configuration, and what init writes and never writes.
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { createCliWorld } from "../../src/app/cli-world.ts";
import { renderJsonSchema } from "../../src/app/config/json-schema.ts";
import { GOOD_CONFIG, GOOD_ENVIRONMENT } from "../../src/app/config/sample-config.ts";
import { systemClock } from "../../src/app/system-clock.ts";
import { EXIT } from "../../src/cli/command.ts";
import { runCli } from "../../src/cli/program.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "stockbridge-cli-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function cli(...words: string[]) {
  const said = { out: "", err: "" };
  const io = {
    out: (text: string) => void (said.out += text),
    err: (text: string) => void (said.err += text),
    errIsTerminal: false,
  };
  const world = createCliWorld({ clock: systemClock, environment: GOOD_ENVIRONMENT });
  const code = await runCli(words, { world, io, signal: new AbortController().signal });
  return { code, ...said };
}

describe("the command line", () => {
  test("without a command shows what there is, as an error", async () => {
    const { code, err } = await cli();
    assert.equal(code, EXIT.usage);
    for (const name of [
      "init",
      "check",
      "start",
      "demo",
      "status",
      "run",
      "reconcile",
      "explain",
      "proof",
      "failures",
      "backup",
      "restore",
      "config",
    ])
      assert.match(err, new RegExp(`^  ${name}\\b`, "m"));
  });

  test("shows help and version without error", async () => {
    assert.deepEqual(
      [(await cli("--help")).code, (await cli("run", "--help")).code, (await cli("--version")).code],
      [0, 0, 0],
    );
    assert.match((await cli("run", "--help")).out, /--config <path>[\s\S]*--json/);
  });

  for (const words of [
    ["sync"],
    ["run", "order"],
    ["run", "order", "shop-eu", "1", "2"],
    ["status", "--verbose"],
    ["explain"],
    ["failures", "mend"],
  ]) {
    test(`stockbridge ${words.join(" ")}: usage`, async () => {
      const { code, err } = await cli(...words);
      assert.equal(code, EXIT.usage);
      assert.notEqual(err, "");
    });
  }

  test("a missing configuration is one sentence and what to do, or one JSON document", async () => {
    const path = join(folder, "none.yaml");
    const plain = await cli("status", "--config", path);
    assert.deepEqual([plain.code, plain.out], [EXIT.configuration, ""]);
    assert.match(plain.err, /does not exist\. Run stockbridge init/);
    const json = await cli("--json", "--config", path, "status");
    assert.equal((JSON.parse(json.out) as { error: { code: string } }).error.code, "CONFIGURATION_INVALID");
  });
});

describe("config", () => {
  test("schema prints what is published", async () =>
    assert.equal((await cli("config", "schema")).out, renderJsonSchema()));

  test("check says that a file is right, or every problem", async () => {
    const path = join(folder, "stockbridge.yaml");
    writeFileSync(path, GOOD_CONFIG);
    assert.deepEqual(await cli("config", "check", "--config", path), { code: 0, out: `${path} is right.\n`, err: "" });
    writeFileSync(path, GOOD_CONFIG.replace("staging", "test").replace("database:", "databse:"));
    const { code, out } = await cli("config", "check", "--config", path, "--json");
    assert.deepEqual([code, (JSON.parse(out) as { problems: string[] }).problems.length], [EXIT.configuration, 3]);
  });
});

describe("init", () => {
  const given = [
    "--no-interactive",
    "--shop-id",
    "shop-eu",
    "--shop-url",
    "http://127.0.0.1:9",
    "--odoo-url",
    "http://127.0.0.1:9",
    "--odoo-database",
    "main",
    "--odoo-user",
    "hub",
    "--start-at",
    "2026-01-01",
  ];
  const init = (...more: string[]) => cli("init", ...given, "--config", join(folder, "stockbridge.yaml"), ...more);
  const SECRET_NAMES = ["ODOO_API_KEY", "SHOP_EU_KEY", "SHOP_EU_SECRET"];
  // `init` reads the environment it is started in: one that names a real Odoo must not change what is asked here.
  let surrounding: Readonly<Record<string, string | undefined>>;
  beforeEach(() => {
    surrounding = Object.fromEntries(SECRET_NAMES.map((name) => [name, process.env[name]]));
    for (const name of SECRET_NAMES) delete process.env[name];
  });
  afterEach(() => {
    for (const name of SECRET_NAMES) {
      const value = surrounding[name];
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });

  test("writes a configuration that is right, what it refers to, and no secret", async () => {
    const { code, out } = await init();
    assert.equal(code, 0, out);
    assert.deepEqual(readdirSync(folder).toSorted(), [".env.example", "stockbridge.schema.json", "stockbridge.yaml"]);
    assert.match(readFileSync(join(folder, "stockbridge.yaml"), "utf8"), /key: \$\{SHOP_EU_KEY\}/);
    assert.match(out, /were not tried out: ODOO_API_KEY, SHOP_EU_KEY, SHOP_EU_SECRET are not in the environment/);
  });

  test("tries the connections out with the secrets of the environment, and writes nothing when they fail", async () => {
    const secrets = { ODOO_API_KEY: "odoo-key-hush", SHOP_EU_KEY: "ck_hush", SHOP_EU_SECRET: "cs_hush" };
    Object.assign(process.env, secrets);
    try {
      const { code, out, err } = await init();
      assert.equal(code, EXIT.finding);
      assert.match(out, /ERROR +odoo .*cannot be reached \(connection refused\)/);
      assert.match(out, /ERROR +shop-eu .*cannot be reached \(connection refused\)/);
      assert.match(err, /A connection did not work, so nothing was written\./);
      assert.deepEqual(readdirSync(folder), []);
      const untried = await init("--no-test");
      assert.equal(untried.code, 0);
      for (const name of readdirSync(folder)) assert.doesNotMatch(readFileSync(join(folder, name), "utf8"), /hush/);
    } finally {
      for (const name of Object.keys(secrets)) delete process.env[name];
    }
  });

  test("shows what it would write with --dry-run", async () => {
    const { code, out } = await init("--dry-run", "--json");
    const { written, files } = JSON.parse(out) as { written: string[]; files: Record<string, string> };
    assert.deepEqual(
      [code, written, Object.keys(files).length, existsSync(join(folder, "stockbridge.yaml"))],
      [0, [], 3, false],
    );
  });

  test("replaces nothing without --force", async () => {
    await init();
    const again = await init();
    assert.deepEqual([again.code, again.out], [EXIT.usage, ""]);
    assert.match(again.err, /is there already\.\nName another file with --config, or replace it with --force\./);
    assert.equal((await init("--force")).code, 0);
  });

  test("refuses what the configuration would refuse", async () => {
    const cases: [string[], RegExp, number][] = [
      [["--environment", "production"], /not encrypted, which production does not permit/, EXIT.configuration],
      [["--shop-id", "Shop"], /--shop-id "Shop" cannot be used\.\nUse lower-case letters/, EXIT.usage],
      [["--odoo-id", "shop-eu"], /Both connections have the id "shop-eu"/, EXIT.usage],
      [["--start-at", "soon"], /--start-at "soon" cannot be used/, EXIT.usage],
      [["--shop-url", "shop.example.test"], /--shop-url .* cannot be used/, EXIT.usage],
      [["--store", "mysql"], /Allowed choices are embedded, postgres/, EXIT.usage],
    ];
    for (const [words, message, expected] of cases) {
      const { code, err } = await init(...words);
      assert.equal(code, expected, err);
      assert.match(err, message);
    }
    assert.deepEqual(readdirSync(folder), []);
  });

  test("asks for what is missing only where somebody can answer", async () => {
    const { code, err } = await cli("init", "--no-interactive", "--config", join(folder, "x.yaml"));
    assert.deepEqual(
      [code, err],
      [EXIT.usage, "--shop-url is missing.\nGive it, or leave --no-interactive out and be asked.\n"],
    );
  });
});

describe("init for a shop with locations", () => {
  const shop = (...more: string[]): Promise<Awaited<ReturnType<typeof cli>>> =>
    cli("init", "--no-interactive", "--no-test", "--config", join(folder, "stockbridge.yaml"), ...ANSWERS, ...more);
  const ANSWERS = [
    "--shop-kind",
    "shopify",
    "--shop-id",
    "shop-us",
    "--odoo-url",
    "https://odoo.example.test",
    "--odoo-database",
    "main",
    "--odoo-user",
    "hub@example.test",
    "--start-at",
    "2026-01-01",
  ];
  const url = ["--shop-url", "https://example-us.myshopify.com"];
  const client = [...url, "--shop-client-id", "0123456789abcdef"];
  const written = (name: string): string => readFileSync(join(folder, name), "utf8");

  test("writes the way in that was chosen, and leaves the locations to a person", async () => {
    const { code, out, err } = await shop(...client, "--shop-currency", "presentment");
    assert.equal(code, 0, err);
    assert.match(written("stockbridge.yaml"), /kind: shopify\n {4}url: https:\/\/example-us\.myshopify\.com\n/);
    assert.match(
      written("stockbridge.yaml"),
      /clientId: "0123456789abcdef"\n {4}clientSecret: \$\{SHOP_US_CLIENT_SECRET\}\n {4}currency: presentment\n/,
    );
    assert.match(written("stockbridge.yaml"), /^ {4}# stock:\n {4}# {3}shopLocations:$/m);
    assert.doesNotMatch(written("stockbridge.yaml"), /webhookSecret|accessToken/);
    assert.match(written(".env.example"), /^SHOP_US_CLIENT_SECRET=$/m);
    assert.match(
      out,
      /2\. Name the warehouse behind each of the shop's locations under shops\.shop-us\.stock\.shopLocations/,
    );
  });

  test("writes the other way in", async () => {
    assert.equal((await shop(...url, "--shop-credentials", "token")).code, 0);
    assert.match(
      written("stockbridge.yaml"),
      /accessToken: \$\{SHOP_US_ACCESS_TOKEN\}\n {4}webhookSecret: \$\{SHOP_US_WEBHOOK_SECRET\}\n {4}currency: shop\n/,
    );
    assert.match(written(".env.example"), /^SHOP_US_ACCESS_TOKEN=\n.*\nSHOP_US_WEBHOOK_SECRET=$/m);
  });

  test("refuses what does not fit the kind of shop", async () => {
    const cases: [string[], RegExp][] = [
      [[...client, "--warehouse", "WH"], /--warehouse is not for a Shopify shop: each of its locations has/],
      [url, /--shop-client-id is missing\./],
      [[...url, "--shop-credentials", "password"], /"password" cannot be used\.\nWrite one of client, token\./],
      [
        [...client, "--shop-currency", "EUR"],
        /--shop-currency "EUR" cannot be used\.\nWrite one of shop, presentment\./,
      ],
      [["--shop-url", "https://www.example.test"], /cannot be used\.\nWrite it like https:\/\/example\.myshopify\.com/],
      [[...client, "--shop-kind", "woocommerce"], /--shop-client-id is not for a WooCommerce shop\./],
      [[...url, "--shop-kind", "woocommerce", "--shop-credentials", "token"], /--shop-credentials is not for a WooC/],
      [["--shop-kind", "other"], /Allowed choices are woocommerce, shopify/],
    ];
    for (const [words, message] of cases) {
      const { code, err } = await shop(...words);
      assert.equal(code, EXIT.usage, err);
      assert.match(err, message);
    }
    assert.deepEqual(readdirSync(folder), []);
  });
});
