/**
 * Every setting of `stockbridge.yaml`, with its default and what it means: validation, the published JSON Schema and the
 * table of docs/configuration.md are made of this. Unknown settings are errors. Defaults are the careful ones.
 */
import { z } from "zod";
import { UNPAID_METHODS_DEFAULT } from "../../core/order/rules.ts";
import { connection, connectionId } from "./connections.ts";
import { address, cron, instant, odooName, secret, text, timeZone } from "./values.ts";

export const BODY_BYTES_MAX_DEFAULT = 2 * 1024 * 1024;
const BODY_BYTES_MAX_LEAST = 64 * 1024;
const BODY_BYTES_MAX_MOST = 32 * 1024 * 1024;
const SAFETY_STOCK_MOST = 1_000_000;
const BACKUPS_KEPT_DEFAULT = 7;
const BACKUPS_KEPT_MOST = 1_000;

const orders = z
  .strictObject({
    enabled: z
      .boolean()
      .default(true)
      .describe("Bring this shop's orders to Odoo. Without the section orders are off."),
    startAt: instant().describe(
      "Orders placed before this moment concern nobody. A day in UTC, or a moment with its zone.",
    ),
    taxes: z
      .record(z.string(), odooName)
      .default({})
      .describe("The shop's tax rate id to the Odoo tax: its name, or its id."),
    journals: z
      .record(z.string(), odooName)
      .default({})
      .describe("The shop's payment method to the code of the Odoo journal."),
    unpaidMethods: z
      .array(text())
      .default([...UNPAID_METHODS_DEFAULT])
      .describe("Methods for which no payment is ever registered, whatever the shop says."),
    shippingSku: text().nullable().default(null).describe("Internal reference of the Odoo product for shipping lines."),
    feeSku: text().nullable().default(null).describe("Internal reference of the Odoo product for fee lines."),
    deliveries: z
      .enum(["apart", "shop", "odoo"])
      .default("apart")
      .describe(
        "Who says that goods went out. `shop`: what the shop has fulfilled is validated in Odoo. `odoo`: what was validated in Odoo is told to the shop, with tracking. `apart`: neither.",
      ),
    warehouse: text()
      .nullable()
      .default(null)
      .describe("Code of the Odoo warehouse that delivers. Default: Odoo's own."),
    team: odooName.nullable().default(null).describe("Sales team: its name, or its id. Default: Odoo's own."),
    company: odooName.nullable().default(null).describe("Company: its name, or its id. Default: the user's."),
  })
  .describe("Orders from the shop to Odoo.");

const shopLocation = z
  .strictObject({
    warehouse: text()
      .optional()
      .describe(
        "Code of the Odoo warehouse whose stock is offered there, and which delivers what is sent from there. Default for the latter: `orders.warehouse`.",
      ),
    locations: z
      .array(text())
      .min(1)
      .optional()
      .describe("Complete names of the Odoo locations whose stock is offered there, in place of the whole warehouse."),
  })
  .describe("What of Odoo stands behind one of the shop's locations: a warehouse, locations, or both.");

const stock = z
  .strictObject({
    enabled: z.boolean().default(true).describe("Write Odoo's stock to this shop. Without the section stock is off."),
    warehouse: text()
      .optional()
      .describe(
        "Code of the Odoo warehouse whose stock is sold. Either this or `locations`; for shops without locations of their own.",
      ),
    locations: z
      .array(text())
      .min(1)
      .optional()
      .describe(
        "Complete names of the Odoo locations whose stock is sold, such as WH/Stock. Either this or `warehouse`; for shops without locations of their own.",
      ),
    shopLocations: z
      .record(z.string(), shopLocation)
      .optional()
      .describe(
        "For shops with locations of their own, the id of each location to what of Odoo is offered there. Nothing is written to a location that is not named.",
      ),
    safetyStock: z
      .int()
      .min(0)
      .max(SAFETY_STOCK_MOST)
      .default(0)
      .describe("Units of each product that are never offered."),
  })
  .describe("Stock from Odoo to the shop.");

const shop = z
  .strictObject({
    odoo: connectionId.describe("Id of the Odoo connection that this shop is kept in step with."),
    orders: orders.optional(),
    stock: stock.optional(),
  })
  .describe("The rules of one shop, under the id of its connection.");

const schedules = z
  .strictObject({
    timeZone: timeZone().default("UTC").describe("Time zone of all schedules."),
    orderPoll: cron().default("*/5 * * * *").describe("Look for orders that no webhook told of."),
    stockFeed: cron().default("* * * * *").describe("Ask Odoo what moved."),
    stockSweep: cron().default("30 3 * * *").describe("Compare the stock of every variant."),
    webhookWatch: cron()
      .default("7 * * * *")
      .describe("Make missing webhooks, switch on those that were switched off."),
    capabilityWatch: cron().default("15 4 * * *").describe("Read anew what the Odoo server is and may."),
    retention: cron().default("45 4 * * *").describe("Remove what is kept only to explain the past."),
    backup: cron().default("15 2 * * *").describe("Back up the embedded store; unused with PostgreSQL."),
  })
  .describe("When the hub looks by itself: five cron fields each.");

const store = z
  .strictObject({
    directory: text()
      .optional()
      .describe("Folder of the embedded store, from the place of this file. Default: .stockbridge. One process only."),
    postgresUrl: secret(
      "Address of a PostgreSQL database, for production and for several processes. Either this or `directory`.",
    ).optional(),
    backupsKept: z
      .int()
      .min(1)
      .max(BACKUPS_KEPT_MOST)
      .default(BACKUPS_KEPT_DEFAULT)
      .describe("Scheduled backups kept in the embedded store's folder `backups`."),
  })
  .describe("The hub's own database.");

const web = z
  .strictObject({
    host: text().default("127.0.0.1").describe("Address to listen on; 0.0.0.0 in a container."),
    port: z.int().min(0).max(65_535).default(8080).describe("Port to listen on; 0 lets the system choose."),
    publicUrl: address("https://hub.example.test")
      .optional()
      .describe(
        "Address under which shops and Odoo reach this hub. Without it no webhooks are made and everything is polled.",
      ),
    bodyBytesMax: z
      .int()
      .min(BODY_BYTES_MAX_LEAST)
      .max(BODY_BYTES_MAX_MOST)
      .default(BODY_BYTES_MAX_DEFAULT)
      .describe("Longest webhook body that is taken."),
  })
  .describe("Webhooks, health and metrics.");

const log = z
  .strictObject({
    level: z.enum(["debug", "info", "warn", "error"]).default("info").describe("Least weight of what is logged."),
  })
  .describe("The log, one JSON object a line on standard error.");

export const CONFIG_SCHEMA = z
  .strictObject({
    environment: z
      .enum(["staging", "production"])
      .describe("Production permits no unencrypted shop and no unencrypted webhooks."),
    connections: z.record(connectionId, connection).describe("The systems that are joined, each under its id."),
    shops: z.record(connectionId, shop).describe("What is kept in step for each shop, under the id of its connection."),
    schedules: schedules.prefault({}),
    store: store.prefault({}),
    web: web.prefault({}),
    log: log.prefault({}),
  })
  .meta({ title: "Stockbridge configuration", description: "The settings of Stockbridge: stockbridge.yaml." });

export type ConfigTree = z.output<typeof CONFIG_SCHEMA>;
export type ShopSettings = z.output<typeof shop>;
export type StockSettings = z.output<typeof stock>;
