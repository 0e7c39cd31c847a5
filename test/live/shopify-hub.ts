/**
 * A hub as a user runs it (the command in a process of its own, embedded store, configuration file) between two simulated Shopify
 * shops over HTTP and a real Odoo. `us` sells from two locations and hears from Odoo what was sent; `eu` is kept in the customer's
 * currency and tells Odoo what it sent.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createHttpTransport } from "../../src/app/http-transport.ts";
import { systemClock } from "../../src/app/system-clock.ts";
import { serve, type RunningServer } from "../../sim/http-server.ts";
import { createRandom } from "../../sim/random.ts";
import { createSimulatedShopify, DEFAULT_APP, type SimulatedShopify } from "../../sim/shopify/shop.ts";
import { shopifySchema } from "../../tools/shopify-schema.ts";
import type { App } from "../../sim/shopify/tokens.ts";
import { answerOf, COMMAND, freePort, healthy, until } from "./hub-under-test.ts";
import type { OdooBooks } from "./odoo-books.ts";
import { FOREIGN, FOREIGN_RATE, type ShopifyWares } from "./shopify-wares.ts";

export type Side = "us" | "eu";
export const SIDES = ["us", "eu"] as const satisfies readonly Side[];

/** Taxes of the simulated checkouts: a title and percentage each, as the shop's orders carry them. */
export const VAT = { title: "VAT", percent: "21" } as const;
export const LOW = { title: "VAT low", percent: "6" } as const;
export const STATES = [
  { title: "State", percent: "6.25" },
  { title: "County", percent: "1" },
  { title: "City", percent: "0.875" },
] as const;
export const COD = "Cash on Delivery (COD)";
export const BANK = "Bank Deposit";

/** One shop is entered with an access token, the other with a client secret. */
const APP: App = {
  clientId: "live-client-0123456789",
  clientSecret: "live-shop-secret-0123456789",
  accessToken: "live-shop-token-0123456789",
  scopes: DEFAULT_APP.scopes,
};
/** Share of webhooks that come twice. */
const DUPLICATES = 0.3;
const CATALOG_STOCK = 90_000;
const MET_WITHIN_MS = 300_000;

export interface ShopifyDesk {
  readonly shop: SimulatedShopify;
  /** The id of its connection. */
  readonly id: string;
  /** What stands before each of its orders' numbers. */
  readonly prefix: string;
  /** The first is sent from WH; the second, of `us` alone, from the test's own warehouse. */
  readonly locations: readonly string[];
  /** By SKU. */
  readonly variants: ReadonlyMap<string, string>;
}

export interface ShopifyHub {
  readonly desks: Readonly<Record<Side, ShopifyDesk>>;
  start(): Promise<void>;
  command(...args: readonly string[]): ReturnType<typeof answerOf>;
  /** Hands the shops' webhooks over until this is met. */
  meet(met: () => Promise<boolean>, what: () => string): Promise<void>;
  /** SIGTERM; answers the exit code. */
  stop(): Promise<number | null>;
  close(): Promise<void>;
}

export async function openShopifyHub(books: OdooBooks, wares: ShopifyWares, mark: string): Promise<ShopifyHub> {
  const folder = mkdtempSync(join(tmpdir(), "stockbridge-live-"));
  const desks = { us: openDesk("us", mark, wares), eu: openDesk("eu", mark, wares) };
  const servers: RunningServer[] = [];
  for (const side of SIDES) {
    const server = await serve((request) => desks[side].shop.handle(request));
    desks[side].shop.setBaseUrl(server.url);
    servers.push(server);
  }
  const port = await freePort();
  const config = join(folder, "stockbridge.yaml");
  const urls = { us: servers[0]!.url, eu: servers[1]!.url };
  writeFileSync(config, configText({ books, wares, desks, urls, port }));
  const environment = { ...process.env, ...secretsOf(books) };
  const run = (args: readonly string[]) =>
    spawn(process.execPath, [COMMAND, ...args], { env: environment, stdio: ["ignore", "pipe", "pipe"] });
  let child: ChildProcess | null = null;
  const stop = async () => {
    if (child === null || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    const running = child;
    const gone = new Promise<number | null>((resolve) => running.once("exit", (code) => resolve(code)));
    running.kill("SIGTERM");
    return gone;
  };
  return {
    desks,
    async start() {
      child = run(["start", "--config", config]);
      await healthy(child, port);
    },
    command: (...args) => answerOf(run([...args, "--json", "--config", config])),
    meet: (met, what) =>
      until(
        async () => {
          for (const side of SIDES) await desks[side].shop.deliverDueWebhooks();
          return met();
        },
        MET_WITHIN_MS,
        what,
      ),
    stop,
    async close() {
      await stop();
      for (const server of servers) await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function openDesk(side: Side, mark: string, wares: ShopifyWares): ShopifyDesk {
  const { transport } = createHttpTransport({ clock: systemClock, userAgent: "Stockbridge live suite" });
  const prefix = `${mark}${side}-`;
  const shop = createSimulatedShopify({
    schema: shopifySchema("2026-07"),
    clock: systemClock,
    random: createRandom(prefix),
    // The suite is not about Shopify's limits: nobody waits for points.
    plan: "enterprise",
    app: APP,
    deliver: transport,
    settings: {
      currency: "USD",
      exchangeRates: { [FOREIGN]: FOREIGN_RATE },
      taxes: [VAT],
      orderNumberPrefix: `#${prefix}`,
    },
  });
  shop.setWebhookFaults({ duplicates: DUPLICATES, delays: 0, losses: 0 });
  const locations = (side === "us" ? ["Main store", "Second store"] : ["Store"]).map((name) =>
    shop.createLocation(name),
  );
  const [main = "", second = main] = locations;
  const stock = { [main]: CATALOG_STOCK };
  const variants = new Map<string, string>();
  const add = (sku: string, price: string, levels: Readonly<Record<string, number>>) => {
    const { variantIds } = shop.createProduct({
      title: sku.split("-")[0] ?? sku,
      variants: [{ sku, price, stock: levels }],
    });
    variants.set(sku, variantIds[0] ?? "");
  };
  add(wares.mugSku, "9.99", stock);
  add(wares.shirtSku, "20.33", stock);
  if (side === "us") {
    // Only in the second store; only in the main one though Odoo has it in both; only in the main one, and Odoo as well.
    add(wares.jarSku, "7.77", { [second]: 4 });
    add(wares.cupSku, "3.33", { [main]: 2 });
    add(wares.dishSku, "5.55", { [main]: 1 });
  }
  return { shop, id: `${side}-${mark}`, prefix, locations, variants };
}

function secretsOf(books: OdooBooks): Record<string, string> {
  return {
    LIVE_ODOO_KEY: books.odoo.apiKey,
    LIVE_SHOP_TOKEN: APP.accessToken,
    LIVE_SHOP_SECRET: APP.clientSecret,
  };
}

interface ConfigParts {
  readonly books: OdooBooks;
  readonly wares: ShopifyWares;
  readonly desks: Readonly<Record<Side, ShopifyDesk>>;
  readonly urls: Readonly<Record<Side, string>>;
  readonly port: number;
}

function configText({ books, wares, desks: { us, eu }, urls, port }: ConfigParts): string {
  const connection = ({ id }: ShopifyDesk, url: string, more: string) => `  ${id}:
    kind: shopify
    url: ${url}
    allowHttp: true
${more}`;
  const token = "    accessToken: ${LIVE_SHOP_TOKEN}\n    webhookSecret: ${LIVE_SHOP_SECRET}\n";
  const client = `    clientId: ${APP.clientId}\n    clientSecret: \${LIVE_SHOP_SECRET}\n    currency: presentment\n`;
  const taxes = [VAT, LOW, ...STATES].map(
    ({ title, percent }) => `        "${title} ${percent}%": "${wares.taxIds.get(percent) ?? ""}"`,
  );
  const orders = (deliveries: string) => `    odoo: odoo
    orders:
      startAt: 2020-01-01
      deliveries: ${deliveries}
      warehouse: WH
      taxes:
${taxes.join("\n")}
      journals: { shopify_payments: BNK1, gift_card: ${wares.giftJournal}, "${COD}": BNK1, "${BANK}": BNK1 }
      shippingSku: ${wares.shippingSku}
      feeSku: ${wares.feeSku}
`;
  return `environment: staging
connections:
  odoo:
    kind: odoo
    url: ${books.odoo.url}
    database: ${books.odoo.db}
    user: ${books.odoo.user}
    apiKey: \${LIVE_ODOO_KEY}
    allowHttp: true
${connection(us, urls.us, token)}${connection(eu, urls.eu, client)}shops:
  ${us.id}:
${orders("odoo")}    stock:
      shopLocations:
        "${us.locations[0]}": { warehouse: WH }
        "${us.locations[1]}": { warehouse: ${wares.warehouse} }
  ${eu.id}:
${orders("shop")}web: { port: ${port}, publicUrl: "http://127.0.0.1:${port}" }
`;
}
