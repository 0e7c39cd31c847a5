/**
 * Everything the story needs, brought up on loopback: the shops and Odoo behind real HTTP, a configuration file with
 * references to secrets, and the hub as a process. Put away again by `close`.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createHttpTransport } from "../../src/app/http-transport.ts";
import { systemClock } from "../../src/app/system-clock.ts";
import { serve, type HttpHandler, type RunningServer } from "../http-server.ts";
import { createRandom } from "../random.ts";
import { ARTICLES } from "./catalog.ts";
import { configurationOf, type Addresses } from "./configuration.ts";
import { startDemoHub, type DemoHub } from "./hub.ts";
import { createOdooDesk, type OdooDesk } from "./odoo-desk.ts";
import type { DemoShop, DemoShopOptions } from "./shop.ts";

export interface Stage {
  readonly shops: readonly DemoShop[];
  readonly odoo: OdooDesk;
  readonly hub: DemoHub;
  readonly addresses: Addresses;
  /** Odoo's server goes away, and comes back at the same address. */
  readonly outage: { begin(): Promise<void>; end(): Promise<void> };
  sleep(ms: number): Promise<void>;
  nowMs(): number;
  /** Looks again and again until `isSo`, at most this long; answers whether it came to be. */
  until(isSo: () => boolean | Promise<boolean>, msMax: number): Promise<boolean>;
  close(): Promise<void>;
}

export type MakeShop = (options: DemoShopOptions) => DemoShop;

/** How often the shops' own schedulers run. */
const SHOP_CRON_MS = 200;
const LOOK_EVERY_MS = 100;
const DAY_MS = 24 * 60 * 60_000;

export async function openStage(seed: string, makers: readonly MakeShop[]): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), "stockbridge-demo-"));
  const outside = createHttpTransport({ clock: systemClock, userAgent: "Simulated systems" });
  const random = createRandom(seed);
  const send = outside.transport;
  const shops = makers.map((make, at) => make({ clock: systemClock, random: random.fork(`shop ${at}`), send }));
  const odoo = await createOdooDesk({
    clock: systemClock,
    random: random.fork("odoo"),
    deliver: send,
    articles: ARTICLES,
  });
  const stopping = new AbortController();
  const odooServer = await restartable(odoo.handle);
  const shopServers = await Promise.all(shops.map((shop) => serve((request) => shop.handle(request))));
  const urls = new Map(shops.map((shop, at) => [shop, shopServers[at]?.url ?? ""]));
  for (const [shop, url] of urls) shop.setBaseUrl(url);
  const crons = shops.map((shop) => cronOf(() => shop.deliverDueWebhooks(), stopping.signal));
  const addresses: Addresses = { shops: urls, odoo: odooServer.url(), hub: await freeAddress() };
  const configFile = join(folder, "stockbridge.yaml");
  const yesterday = new Date(systemClock.nowMs() - DAY_MS).toISOString().slice(0, 10);
  writeFileSync(configFile, configurationOf(odoo, addresses, yesterday));
  const environment = {
    ...Object.fromEntries(shops.flatMap(({ secrets }) => Object.entries(secrets))),
    ODOO_KEY: odoo.key,
    ODOO_AUTOMATION_SECRET: random.hex(32),
  };
  const putAway = async (): Promise<void> => {
    stopping.abort();
    await Promise.all(crons);
    await Promise.all([...shopServers.map((server) => server.close()), odooServer.stop()]);
    outside.close();
    rmSync(folder, { recursive: true, force: true });
  };
  const hub = await startDemoHub({ folder, configFile, url: addresses.hub, environment, clock: systemClock }).catch(
    async (error: unknown) => {
      await putAway();
      throw error;
    },
  );
  return {
    shops,
    odoo,
    hub,
    addresses,
    outage: { begin: () => odooServer.stop(), end: () => odooServer.start() },
    sleep: (ms) => systemClock.sleep(ms),
    nowMs: () => systemClock.nowMs(),
    until,
    close: async () => {
      await hub.stop();
      await putAway();
    },
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
