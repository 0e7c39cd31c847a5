// Every way in which a configuration can be wrong, with the exact lines that a person reads.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { inspect } from "node:util";
import type { Config } from "./config.ts";
import { isShop, type ShopConnection } from "./config/connections.ts";
import { errorsOf, GOOD_CONFIG, GOOD_ENVIRONMENT, parse } from "./config/sample-config.ts";
import { Secret } from "./config/secret.ts";

/** The good file with one line (or several) replaced. */
function but(line: string, replacement: string): string {
  assert.ok(GOOD_CONFIG.includes(line), `the good file has no "${line}"`);
  return GOOD_CONFIG.replace(line, replacement);
}

function shopOf({ connections }: Config, id: string): ShopConnection {
  const connection = connections[id];
  assert.ok(connection !== undefined && isShop(connection), `${id} is no shop`);
  return connection;
}

function revealed(value: string | Secret | undefined): string | undefined {
  return value instanceof Secret ? value.reveal() : value;
}

describe("a good configuration", () => {
  test("is completed with careful defaults", () => {
    const config = parse(GOOD_CONFIG);
    const { connections, shops, web, store, schedules, log } = config;
    assert.equal(revealed(shopOf(config, "shop-eu").settings["secret"]), "cs_value");
    assert.equal(connections["odoo-main"]?.allowHttp, false);
    assert.equal(connections["odoo-main"].runsMax, 4);
    assert.deepEqual(shops["shop-eu"]?.orders?.taxes, { "1": "21% S", "2": "17" });
    assert.deepEqual(shops["shop-eu"].orders.unpaidMethods, ["cod"]);
    assert.equal(shops["shop-eu"].orders.deliveries, "apart");
    assert.equal(shops["shop-eu"].stock?.safetyStock, 0);
    assert.deepEqual(web, { host: "127.0.0.1", port: 8080, bodyBytesMax: 2 * 1024 * 1024 });
    assert.deepEqual(store, { kind: "embedded", directory: "/srv/hub/.stockbridge", backupsKept: 7 });
    assert.equal(schedules.stockSweep, "30 3 * * *");
    assert.equal(log.level, "info");
  });

  test("takes PostgreSQL and other text from the environment", () => {
    const config = parse(`${but("https://shop.example.test", "${SHOP_URL}")}store:\n  postgresUrl: \${DATABASE_URL}\n`);
    assert.equal(config.store.kind === "postgres" && config.store.url.reveal(), GOOD_ENVIRONMENT.DATABASE_URL);
    assert.equal(config.connections["shop-eu"]?.url, "https://from-environment.example.test");
  });

  test("prints no secret, whatever prints it", () => {
    const config = parse(GOOD_CONFIG);
    const printed = [
      JSON.stringify(config),
      inspect(config, { depth: 9 }),
      Object.values(config.connections)
        .flatMap((connection) => (isShop(connection) ? Object.values(connection.settings) : [connection.apiKey]))
        .map(String)
        .join(),
    ];
    for (const value of ["api-key-value", "ck_value", "cs_value", "a-long-enough-secret"]) {
      for (const text of printed) assert.ok(!text.includes(value), text);
    }
  });
});

const BAD: [name: string, text: string, lines: string][] = [
  ["nothing", "", "stockbridge.yaml the file: holds no settings. Run stockbridge init, or see docs/configuration.md."],
  [
    "a list",
    "- a\n",
    "stockbridge.yaml the file: holds no settings. Run stockbridge init, or see docs/configuration.md.",
  ],
  [
    "broken indentation",
    but("    kind: odoo", "   kind: odoo"),
    "stockbridge.yaml:4:10 the file: is not valid YAML: nested mappings are not allowed in compact mappings. Correct this line; values with special characters go in quotes, and indentation uses spaces.",
  ],
  [
    "a setting twice",
    but("    database: main", "    database: main\n    database: other"),
    "stockbridge.yaml:7:5 the file: is not valid YAML: the same setting stands here twice. Correct this line; values with special characters go in quotes, and indentation uses spaces.",
  ],
  [
    "a misspelled section",
    but("shops:", "shop:"),
    'stockbridge.yaml:1:1 shops: is missing. It holds: What is kept in step for each shop, under the id of its connection.\nstockbridge.yaml:15:1 shop: there is no setting "shop" here. Did you mean "shops"?',
  ],
  [
    "a misspelled setting",
    but("    database: main", "    databse: main"),
    'stockbridge.yaml:3:3 connections.odoo-main.database: is missing. It holds: Name of the database.\nstockbridge.yaml:6:5 connections.odoo-main.databse: there is no setting "databse" here. Did you mean "database"?',
  ],
  [
    "an unknown setting",
    but("    database: main", "    database: main\n    colour: red"),
    'stockbridge.yaml:7:5 connections.odoo-main.colour: there is no setting "colour" here. Known here: kind, label, url, database, user, apiKey, automationSecret, allowHttp, runsMax.',
  ],
  [
    "another environment",
    but("staging", "prod"),
    'stockbridge.yaml:1:1 environment: "prod" is not one of staging, production. Write one of staging, production.',
  ],
  [
    "a misspelled environment",
    but("staging", "producton"),
    'stockbridge.yaml:1:1 environment: "producton" is not one of staging, production. Did you mean "production"?',
  ],
  [
    "an unknown kind",
    but("kind: woocommerce", "kind: woocomerce"),
    'stockbridge.yaml:10:5 connections.shop-eu.kind: "woocomerce" is not one of odoo, woocommerce, shopify. Did you mean "woocommerce"?',
  ],
  [
    "no kind",
    but("    kind: woocommerce\n", ""),
    "stockbridge.yaml:9:3 connections.shop-eu.kind: is missing. Write one of odoo, woocommerce, shopify.",
  ],
  [
    "an address that is none",
    but("https://shop.example.test", "shop.example.test"),
    'stockbridge.yaml:11:5 connections.shop-eu.url: "shop.example.test" is not an http or https address. Write it like https://shop.example.test.',
  ],
  [
    "a password in an address",
    but("https://shop.example.test", "https://me:pw@shop.example.test"),
    "stockbridge.yaml:11:5 connections.shop-eu.url: carries a user or password within the address. Write it like https://shop.example.test. Credentials have settings of their own.",
  ],
  [
    "http without the switch",
    but("https://shop.example.test", "http://shop.example.test"),
    "stockbridge.yaml:11:5 connections.shop-eu.url: is not encrypted. Write an https address, or set allowHttp: true beside it if that is meant.",
  ],
  [
    "http in production, with the switch",
    but("https://shop.example.test", "http://shop.example.test\n    allowHttp: true").replace("staging", "production"),
    "stockbridge.yaml:11:5 connections.shop-eu.url: is not encrypted, which production does not permit for a shop. Write the https address of the shop.",
  ],
  [
    "unencrypted webhooks in production",
    `${GOOD_CONFIG.replace("staging", "production")}web: { publicUrl: "http://hub.example.test" }\n`,
    "stockbridge.yaml:24:8 web.publicUrl: is not encrypted, which production does not permit. Webhooks carry customers' data: write an https address.",
  ],
  [
    "a literal secret",
    but("${SHOP_KEY}", "ck_1234"),
    "stockbridge.yaml:12:5 connections.shop-eu.key: is a secret, and secrets do not stand in this file. Write ${SHOP_EU_KEY} here and set SHOP_EU_KEY in the environment or in the file .env beside this one.",
  ],
  [
    "a secret that YAML reads as a number",
    but("${SHOP_KEY}", "1234"),
    "stockbridge.yaml:12:5 connections.shop-eu.key: is a secret, and secrets do not stand in this file. Write ${SHOP_EU_KEY} here and set SHOP_EU_KEY in the environment or in the file .env beside this one.",
  ],
  [
    "a secret that is missing",
    but("    apiKey: ${ODOO_API_KEY}\n", ""),
    "stockbridge.yaml:3:3 connections.odoo-main.apiKey: is missing. Write ${ODOO_MAIN_API_KEY} here. It holds: An API key of that user (Preferences, Account security). A secret: only as a reference to the environment, `${NAME}` or `env: NAME`.",
  ],
  [
    "a variable that is not set",
    but("${SHOP_KEY}", "${NO_SUCH}"),
    "stockbridge.yaml:12:5 connections.shop-eu.key: refers to the environment variable NO_SUCH, which is not set. Set NO_SUCH in the environment or in the file .env beside this one.",
  ],
  [
    "a variable that is empty",
    but("${SHOP_KEY}", "${EMPTY}"),
    "stockbridge.yaml:12:5 connections.shop-eu.key: refers to the environment variable EMPTY, which is empty. Set EMPTY in the environment or in the file .env beside this one.",
  ],
  [
    "an address that is not set is said once",
    but("https://shop.example.test", "${NO_SUCH}"),
    "stockbridge.yaml:11:5 connections.shop-eu.url: refers to the environment variable NO_SUCH, which is not set. Set NO_SUCH in the environment or in the file .env beside this one.",
  ],
  [
    "a reference within other text",
    but("https://shop.example.test", "https://${HOST}/"),
    "stockbridge.yaml:11:5 connections.shop-eu.url: mixes a reference to the environment with other text. Put the whole value into one variable and write only ${NAME} here.",
  ],
  [
    "a webhook secret that can be guessed",
    but("${SHOP_WEBHOOK}", "${SHOP_KEY}"),
    "stockbridge.yaml:14:5 connections.shop-eu.webhookSecret: is shorter than 16 characters. Make one with: openssl rand -hex 24",
  ],
  [
    "an automation secret that fits no address",
    but("${ODOO_API_KEY}", "${ODOO_API_KEY}\n    automationSecret: ${DATABASE_URL}"),
    "stockbridge.yaml:9:5 connections.odoo-main.automationSecret: is not 20 to 200 letters, digits, - or _. Make one with: openssl rand -hex 24",
  ],
  [
    "an id with capitals",
    GOOD_CONFIG.replaceAll("shop-eu", "Shop_EU"),
    'stockbridge.yaml:9:3 connections.Shop_EU: "Shop_EU" is not a connection id. Use lower-case letters, digits and hyphens, at most 40, beginning and ending with a letter or digit.\nstockbridge.yaml:16:3 shops.Shop_EU: "Shop_EU" is not a connection id. Use lower-case letters, digits and hyphens, at most 40, beginning and ending with a letter or digit.',
  ],
  [
    "an Odoo that is not there",
    but("    odoo: odoo-main", "    odoo: odoo-mian"),
    'stockbridge.yaml:17:5 shops.shop-eu.odoo: there is no connection "odoo-mian". Did you mean "odoo-main"?',
  ],
  [
    "a shop as the Odoo",
    but("    odoo: odoo-main", "    odoo: shop-eu"),
    'stockbridge.yaml:17:5 shops.shop-eu.odoo: the connection "shop-eu" is not an Odoo. Odoo connections here: odoo-main.',
  ],
  [
    "rules for no connection",
    GOOD_CONFIG.replace("shops:\n  shop-eu", "shops:\n  shop-us"),
    'stockbridge.yaml:9:3 connections.shop-eu: has no rules under shops.shop-eu. Add them, or remove the connection.\nstockbridge.yaml:16:3 shops.shop-us: there is no connection "shop-us". Did you mean "shop-eu"?',
  ],
  [
    "the same shop twice",
    GOOD_CONFIG.replace(
      "shops:\n",
      "  shop-b:\n    kind: woocommerce\n    url: https://SHOP.example.test/\n    key: ${SHOP_KEY}\n    secret: ${SHOP_SECRET}\n    webhookSecret: ${SHOP_WEBHOOK}\nshops:\n  shop-b: { odoo: odoo-main, stock: { warehouse: WH } }\n",
    ),
    "stockbridge.yaml:17:5 connections.shop-b.url: is the same shop as connections.shop-eu.url. Each order would reach Odoo twice: keep one connection.",
  ],
  [
    "no start of orders",
    but("      startAt: 2026-01-01\n", ""),
    "stockbridge.yaml:18:5 shops.shop-eu.orders.startAt: is missing. It holds: Orders placed before this moment concern nobody. A day in UTC, or a moment with its zone.",
  ],
  [
    "a day that does not exist",
    but("2026-01-01", "2026-02-31"),
    'stockbridge.yaml:19:7 shops.shop-eu.orders.startAt: "2026-02-31" is not a moment. Write a day in UTC (2026-01-31) or a moment with its zone (2026-01-31T08:00:00Z or +01:00).',
  ],
  [
    "a moment without a zone",
    but("2026-01-01", "2026-01-01T08:00:00"),
    'stockbridge.yaml:19:7 shops.shop-eu.orders.startAt: "2026-01-01T08:00:00" is not a moment. Write a day in UTC (2026-01-31) or a moment with its zone (2026-01-31T08:00:00Z or +01:00).',
  ],
  [
    "a tax that is a list",
    but("1: 21% S", "1: [21]"),
    "stockbridge.yaml:20:16 shops.shop-eu.orders.taxes.1: must be a name or an id, but is a list. See docs/configuration.md.",
  ],
  [
    "neither orders nor stock",
    GOOD_CONFIG.slice(0, GOOD_CONFIG.indexOf("    orders:")),
    "stockbridge.yaml:16:3 shops.shop-eu: has neither orders nor stock. Add a section orders, a section stock, or both.",
  ],
  [
    "stock from nowhere",
    but("      warehouse: WH", "      safetyStock: 1"),
    "stockbridge.yaml:22:5 shops.shop-eu.stock: names neither warehouse nor locations. Name the code of one warehouse, or the locations whose stock is sold.",
  ],
  [
    "stock from both",
    but("      warehouse: WH", "      warehouse: WH\n      locations: [WH/Stock]"),
    "stockbridge.yaml:22:5 shops.shop-eu.stock: names both warehouse and locations. Keep one of the two.",
  ],
  [
    "no locations",
    but("      warehouse: WH", "      locations: []"),
    "stockbridge.yaml:23:7 shops.shop-eu.stock.locations: must have at least 1 entry. Add an entry, or leave the setting out.",
  ],
  [
    "a negative safety stock",
    but("      warehouse: WH", "      warehouse: WH\n      safetyStock: -1"),
    "stockbridge.yaml:24:7 shops.shop-eu.stock.safetyStock: -1 is too small. Write at least 0.",
  ],
  [
    "a broken safety stock",
    but("      warehouse: WH", "      warehouse: WH\n      safetyStock: 1.5"),
    "stockbridge.yaml:24:7 shops.shop-eu.stock.safetyStock: must be a whole number, but is the number 1.5, which is not whole. It holds: Units of each product that are never offered.",
  ],
  [
    "a number where text is meant",
    but("database: main", "database: 2026"),
    'stockbridge.yaml:6:5 connections.odoo-main.database: must be text, but is the number 2026. It holds: Name of the database. Put it in quotes: "2026".',
  ],
  [
    "yes in place of true",
    but("      startAt: 2026-01-01", "      startAt: 2026-01-01\n      enabled: yes"),
    'stockbridge.yaml:20:7 shops.shop-eu.orders.enabled: must be true or false, but is the text "yes". It holds: Bring this shop\'s orders to Odoo. Without the section orders are off.',
  ],
  [
    "too many runs",
    but("    database: main", "    database: main\n    runsMax: 100"),
    "stockbridge.yaml:7:5 connections.odoo-main.runsMax: 100 is too large. Write at most 32.",
  ],
  [
    "a cron expression with six fields",
    `${GOOD_CONFIG}schedules:\n  stockSweep: 0 30 3 * * *\n`,
    'stockbridge.yaml:25:3 schedules.stockSweep: "0 30 3 * * *" has 6 fields where a cron expression has five. Write five fields: minute, hour, day, month, weekday. Every five minutes is "*/5 * * * *", nightly at half past three "30 3 * * *".',
  ],
  [
    "a cron expression out of range",
    `${GOOD_CONFIG}schedules:\n  stockSweep: 30 25 * * *\n`,
    'stockbridge.yaml:25:3 schedules.stockSweep: "30 25 * * *" is not a cron expression (Constraint error, got value 25 expected range 0-23). Write five fields: minute, hour, day, month, weekday. Every five minutes is "*/5 * * * *", nightly at half past three "30 3 * * *".',
  ],
  [
    "a time zone that does not exist",
    `${GOOD_CONFIG}schedules:\n  timeZone: Europe/Atlantis\n`,
    'stockbridge.yaml:25:3 schedules.timeZone: there is no time zone "Europe/Atlantis". Write a name of the IANA list, such as Europe/Amsterdam or UTC.',
  ],
  [
    "an offset as time zone",
    `${GOOD_CONFIG}schedules:\n  timeZone: "+02:00"\n`,
    'stockbridge.yaml:25:3 schedules.timeZone: "+02:00" is an offset, not a time zone. Write a name of the IANA list, such as Europe/Amsterdam or UTC.',
  ],
  [
    "two stores",
    `${GOOD_CONFIG}store:\n  directory: data\n  postgresUrl: \${DATABASE_URL}\n`,
    "stockbridge.yaml:24:1 store: names both directory and postgresUrl. Keep one of the two.",
  ],
  [
    "a port that is none",
    `${GOOD_CONFIG}web: { port: 70000 }\n`,
    "stockbridge.yaml:24:8 web.port: 70000 is too large. Write at most 65535.",
  ],
];

describe("a bad configuration", () => {
  for (const [name, text, lines] of BAD) test(name, () => assert.equal(errorsOf(text), lines));

  test("all problems are told at once, in the order of the file", () => {
    const text = but("${SHOP_KEY}", "ck_1")
      .replace("    odoo: odoo-main", "    odoo: odoo-main\n    ordres: {}")
      .replace("staging", "test");
    assert.deepEqual(
      errorsOf(text)
        .split("\n")
        .map((line) => /^stockbridge.yaml:(\d+):\d+ ([\w.-]+):/.exec(line)?.slice(1)),
      [
        ["1", "environment"],
        ["12", "connections.shop-eu.key"],
        ["18", "shops.shop-eu.ordres"],
      ],
    );
  });

  test("no message repeats a literal secret", () => {
    for (const name of ["${ODOO_API_KEY}", "${SHOP_KEY}", "${SHOP_WEBHOOK}", "{ env: SHOP_SECRET }"]) {
      assert.ok(!errorsOf(but(name, "hush-hush-value")).includes("hush"));
      assert.ok(!errorsOf(but(name, "[hush-hush-value]")).includes("hush"));
      assert.ok(!errorsOf(but(name, "{ x: hush-hush-value }")).includes("hush"));
    }
  });

  test("aliases without end are refused", () => {
    const bomb = [
      "a: &a [x,x,x,x,x,x,x,x,x]",
      ..."bcdefghi".split("").map((name, index) => `${name}: &${name} [${`*${"abcdefgh"[index]},`.repeat(9)}]`),
    ].join("\n");
    assert.match(errorsOf(bomb), /aliases do not resolve, or unfold without end/);
  });
});
