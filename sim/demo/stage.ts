/**
 * Everything the story needs, brought up on loopback: the shop and Odoo behind real HTTP, a configuration file with
 * references to secrets, and the hub as a process. Put away again by `close`.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createHttpTransport } from "../../src/app/http-transport.ts";
import { systemClock } from "../../src/app/system-clock.ts";
import { serve, type HttpHandler, type RunningServer } from "../http-server.ts";
import { createRandom, type Random } from "../random.ts";
import { createSimulatedShop, DEFAULT_KEY, type SimulatedShop } from "../woocommerce/shop.ts";
import { ARTICLES, stockShop, type ShopTaxes } from "./catalog.ts";
import { startDemoHub, type DemoHub } from "./hub.ts";
import { createOdooDesk, type OdooDesk } from "./odoo-desk.ts";

export const SHOP = "shop-eu";
export const ODOO = "odoo";

export interface Stage {
  readonly shop: SimulatedShop;
  readonly odoo: OdooDesk;
  readonly hub: DemoHub;
  readonly addresses: { readonly shop: string; readonly odoo: string; readonly hub: string };
  readonly configText: string;
  /** Odoo's server goes away, and comes back at the same address. */
  readonly outage: { begin(): Promise<void>; end(): Promise<void> };
  /** The last webhook that the shop sent, sent once more; the hub's status and body. */
  repeatLastWebhook(): Promise<{ readonly status: number; readonly body: string }>;
  sleep(ms: number): Promise<void>;
  nowMs(): number;
  /** Looks again and again until `isSo`, at most this long; answers whether it came to be. */
  until(isSo: () => boolean | Promise<boolean>, msMax: number): Promise<boolean>;
  close(): Promise<void>;
}

/** How often the shop's own scheduler runs. */
const SHOP_CRON_MS = 200;
const LOOK_EVERY_MS = 100;

export async function openStage(seed: string): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), "stockbridge-demo-"));
  const outside = createHttpTransport({ clock: systemClock, userAgent: "Simulated systems" });
  const random = createRandom(seed);
  const webhooks: { last: Parameters<typeof outside.transport>[0] | null } = { last: null };
  const shop = createSimulatedShop({
    clock: systemClock,
    random: random.fork("shop"),
    baseUrl: "http://127.0.0.1",
    settings: { currency: "USD", country: "NL" },
    deliver: (request) => {
      if (request.headers["x-wc-webhook-topic"] !== undefined) webhooks.last = request;
      return outside.transport(request);
    },
  });
  const taxes = stockShop(shop);
  const odoo = await createOdooDesk({
    clock: systemClock,
    random: random.fork("odoo"),
    deliver: outside.transport,
    articles: ARTICLES,
  });
  const shopServer = await serve((request) => shop.handle(request));
  shop.setBaseUrl(shopServer.url);
  const odooServer = await restartable(odoo.handle);
  const hubUrl = await freeAddress();
  const configText = configuration({ shopUrl: shopServer.url, odooUrl: odooServer.url(), hubUrl, taxes, odoo });
  const configFile = join(folder, "stockbridge.yaml");
  writeFileSync(configFile, configText);
  const stopping = new AbortController();
  const crons = [cronOf(() => shop.deliverDueWebhooks(), stopping.signal)];
  const putAway = async (): Promise<void> => {
    stopping.abort();
    await Promise.all(crons);
    await Promise.all([shopServer.close(), odooServer.stop()]);
    outside.close();
    rmSync(folder, { recursive: true, force: true });
  };
  const environment = secretsFor(odoo, random);
  const hub = await startDemoHub({ folder, configFile, url: hubUrl, environment, clock: systemClock }).catch(
    async (error: unknown) => {
      await putAway();
      throw error;
    },
  );
  return {
    shop,
    odoo,
    hub,
    addresses: { shop: shopServer.url, odoo: odooServer.url(), hub: hubUrl },
    configText,
    outage: { begin: () => odooServer.stop(), end: () => odooServer.start() },
    repeatLastWebhook: async () => {
      if (webhooks.last === null) throw new Error("the shop has sent no webhook yet");
      const { status, body } = await outside.transport(webhooks.last);
      return { status, body };
    },
    sleep: (ms) => systemClock.sleep(ms),
    nowMs: () => systemClock.nowMs(),
    until,
    close: async () => {
      await hub.stop();
      await putAway();
    },
  };
}

/** What the configuration only refers to. */
function secretsFor(odoo: OdooDesk, random: Random): Readonly<Record<string, string>> {
  return {
    DEMO_SHOP_KEY: DEFAULT_KEY.key,
    DEMO_SHOP_SECRET: DEFAULT_KEY.secret,
    DEMO_WEBHOOK_SECRET: random.hex(32),
    DEMO_ODOO_KEY: odoo.key,
    DEMO_AUTOMATION_SECRET: random.hex(32),
  };
}

async function until(isSo: () => boolean | Promise<boolean>, msMax: number): Promise<boolean> {
  const endMs = systemClock.nowMs() + msMax;
  while (!(await isSo())) {
    if (systemClock.nowMs() > endMs) return false;
    await systemClock.sleep(LOOK_EVERY_MS);
  }
  return true;
}

async function cronOf(run: () => Promise<unknown>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await run();
    await systemClock.sleep(SHOP_CRON_MS, signal);
  }
}

/** A server that can go away and come back where it was. */
async function restartable(
  handler: HttpHandler,
): Promise<{ url(): string; stop(): Promise<void>; start(): Promise<void> }> {
  let running: RunningServer | null = await serve(handler);
  const { url } = running;
  const port = Number(new URL(url).port);
  return {
    url: () => url,
    stop: async () => {
      await running?.close();
      running = null;
    },
    start: async () => {
      running ??= await serve(handler, { port });
    },
  };
}

async function freeAddress(): Promise<string> {
  const probe = await serve(() => Promise.resolve({ status: 204, headers: {}, body: "" }));
  await probe.close();
  return probe.url;
}

interface Addresses {
  readonly shopUrl: string;
  readonly odooUrl: string;
  readonly hubUrl: string;
  readonly taxes: ShopTaxes;
  readonly odoo: OdooDesk;
}

/** What a merchant would write by hand. Plain http is permitted because all of it stays on this machine. */
function configuration({ shopUrl, odooUrl, hubUrl, taxes, odoo }: Addresses): string {
  const yesterday = new Date(systemClock.nowMs() - 24 * 60 * 60_000).toISOString().slice(0, 10);
  return `environment: staging
connections:
  ${SHOP}:
    kind: woocommerce
    label: Web shop
    url: ${shopUrl}
    key: \${DEMO_SHOP_KEY}
    secret: \${DEMO_SHOP_SECRET}
    webhookSecret: \${DEMO_WEBHOOK_SECRET}
    allowHttp: true
  ${ODOO}:
    kind: odoo
    label: Odoo
    url: ${odooUrl}
    database: ${odoo.database}
    user: ${odoo.user}
    apiKey: \${DEMO_ODOO_KEY}
    automationSecret: \${DEMO_AUTOMATION_SECRET}
    allowHttp: true
shops:
  ${SHOP}:
    odoo: ${ODOO}
    orders:
      startAt: "${yesterday}"
      shippingSku: SHIPPING
      feeSku: FEE
      taxes:
        "${taxes.standard}": "${odoo.taxNames.standard}"
        "${taxes.reduced}": "${odoo.taxNames.reduced}"
      journals:
        stripe: ${odoo.journal}
        bacs: ${odoo.journal}
        cod: ${odoo.journal}
    stock:
      warehouse: ${odoo.warehouse}
# Webhooks tell the hub what happens; these find what no webhook told of.
schedules:
  orderPoll: "* * * * *"
  stockFeed: "* * * * *"
  stockSweep: "*/2 * * * *"
  webhookWatch: "*/5 * * * *"
web:
  host: 127.0.0.1
  port: ${new URL(hubUrl).port}
  publicUrl: ${hubUrl}
log:
  level: info
`;
}
