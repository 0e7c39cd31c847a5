/**
 * A hub as a user runs it (the command in a process of its own, embedded store, configuration file) between a simulated
 * WooCommerce over HTTP and a real Odoo behind a forwarder that can end the hub at any chosen call.
 */
import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createHttpTransport } from "../../src/app/http-transport.ts";
import { systemClock } from "../../src/app/system-clock.ts";
import type { HttpRequest, HttpResponse } from "../../src/core/ports/transport.ts";
import { serve } from "../../sim/http-server.ts";
import { createRandom } from "../../sim/random.ts";
import { createSimulatedShop, DEFAULT_KEY, type SimulatedShop } from "../../sim/woocommerce/shop.ts";
import type { OdooBooks, Wares } from "./odoo-books.ts";

export const COMMAND = join(import.meta.dirname, "..", "..", "src", "app", "main.ts");
const HEALTHY_WITHIN_MS = 60_000;
export const SYNCED_WITHIN_MS = 120_000;
const LOOK_EVERY_MS = 100;
const FORWARD_TIMEOUT_MS = 60_000;

export interface HubUnderTest {
  readonly shop: SimulatedShop;
  readonly folder: string;
  start(): Promise<void>;
  /** kill -9; waits until it is gone. */
  kill(): Promise<void>;
  /** SIGTERM; answers the exit code. */
  stop(): Promise<number | null>;
  readonly running: () => boolean;
  /** The hub dies at its n-th call to Odoo from now: before the call reaches Odoo, or after Odoo has carried it out. */
  dieAtCall(n: number, moment: "before" | "after"): void;
  readonly callsToOdoo: () => number;
  /** Runs a command with `--json` and answers what it printed. */
  command(
    ...args: readonly string[]
  ): Promise<{ readonly code: number | null; readonly json: unknown; readonly text: string }>;
  /** Until the hub has written `synced` onto the shop's order. */
  synced(orderId: string): Promise<void>;
  close(): Promise<void>;
}

export async function openHub(books: OdooBooks, wares: Wares, mark: string): Promise<HubUnderTest> {
  const folder = mkdtempSync(join(tmpdir(), "stockbridge-live-"));
  const shop = openShop(mark);
  const shopServer = await serve((request) => shop.handle(request));
  shop.setBaseUrl(shopServer.url);
  const state = {
    child: null as ChildProcess | null,
    calls: 0,
    dieAt: Infinity,
    moment: "before" as "before" | "after",
  };
  const kill = async () => {
    const { child } = state;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await gone;
  };
  const odooServer = await serve(deadlyForwarder(books.odoo.url, state, kill));
  const port = await freePort();
  const config = join(folder, "stockbridge.yaml");
  writeFileSync(
    config,
    configText({ shopId: shopIdOf(mark), books, wares, shopUrl: shopServer.url, odooUrl: odooServer.url, port }),
  );
  const environment = { ...process.env, ...secretsOf(books, mark) };
  const run = (args: readonly string[]) =>
    spawn(process.execPath, [COMMAND, ...args], { env: environment, stdio: ["ignore", "pipe", "pipe"] });
  const hub: HubUnderTest = {
    shop,
    folder,
    running: () => state.child !== null && state.child.exitCode === null && state.child.signalCode === null,
    callsToOdoo: () => state.calls,
    dieAtCall: (n, moment) => Object.assign(state, { dieAt: state.calls + n, moment }),
    kill,
    async start() {
      state.child = run(["start", "--config", config]);
      await healthy(state.child, port);
    },
    async stop() {
      const { child } = state;
      if (child === null || !hub.running()) return child?.exitCode ?? null;
      const gone = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));
      child.kill("SIGTERM");
      return gone;
    },
    command: (...args) => answerOf(run([...args, "--json", "--config", config])),
    async synced(orderId) {
      await until(
        async () => {
          // WP-Cron: a delivery that cannot be made now is lost, as in the real shop.
          await shop.deliverDueWebhooks();
          return shop.order(orderId)?.meta["_stockbridge_status"] === "synced";
        },
        SYNCED_WITHIN_MS,
        () => `order ${orderId} synced: ${JSON.stringify(shop.order(orderId)?.meta)}`,
      );
    },
    async close() {
      if (hub.running()) await hub.stop();
      await kill();
      await Promise.all([shopServer.close(), odooServer.close()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return hub;
}

function openShop(mark: string): SimulatedShop {
  const { transport } = createHttpTransport({ clock: systemClock, userAgent: "Stockbridge live suite" });
  return createSimulatedShop({
    clock: systemClock,
    random: createRandom(mark),
    baseUrl: "http://127.0.0.1:1",
    settings: { currency: "USD", orderNumber: (id: number) => `L${mark}-${id}` },
    deliver: (request) => transport(request),
  });
}

interface Deadly {
  calls: number;
  dieAt: number;
  moment: "before" | "after";
}

/** Hands each call on to Odoo, and ends the hub at the one that was chosen. */
function deadlyForwarder(target: string, state: Deadly, kill: () => Promise<void>) {
  return async (request: HttpRequest): Promise<HttpResponse> => {
    state.calls += 1;
    const fatal = state.calls >= state.dieAt;
    if (fatal) state.dieAt = Infinity;
    if (fatal && state.moment === "before") {
      await kill();
      return GONE;
    }
    const answer = await forward(target, request);
    if (fatal) await kill();
    return answer;
  };
}

/** Until its web server answers; what it said is told when it does not come to that. */
export async function healthy(child: ChildProcess, port: number): Promise<void> {
  let said = "";
  const listen = (chunk: Buffer) => (said = (said + chunk.toString()).slice(-SAID_CHARS_MAX));
  child.stdout?.on("data", listen);
  child.stderr?.on("data", listen);
  await until(
    async () => {
      if (child.exitCode !== null) throw new Error(`the hub ended: ${said}`);
      return (await fetch(`http://127.0.0.1:${port}/health/live`).catch(() => null))?.status === 200;
    },
    HEALTHY_WITHIN_MS,
    () => `a healthy hub: ${said}`,
  );
}

export async function answerOf(child: ChildProcess): Promise<Awaited<ReturnType<HubUnderTest["command"]>>> {
  let text = "";
  let complaints = "";
  child.stdout?.on("data", (chunk: Buffer) => (text += chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => (complaints += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.once("close", (exit) => resolve(exit)));
  return { code, json: text.trim() === "" ? null : (JSON.parse(text) as unknown), text: `${text}${complaints}` };
}

const SAID_CHARS_MAX = 4_000;
const GONE: HttpResponse = { status: 502, headers: {}, body: "" };

/** Hop-by-hop headers belong to one connection; the length is told anew. */
const NOT_FORWARDED = new Set([
  "host",
  "connection",
  "content-length",
  "transfer-encoding",
  "accept-encoding",
  "keep-alive",
]);

async function forward(target: string, request: HttpRequest): Promise<HttpResponse> {
  const { pathname, search } = new URL(request.url);
  const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => !NOT_FORWARDED.has(name)));
  const response = await fetch(`${target}${pathname}${search}`, {
    method: request.method,
    headers,
    ...(request.body === undefined || request.method === "GET" ? {} : { body: request.body }),
    signal: AbortSignal.timeout(FORWARD_TIMEOUT_MS),
    redirect: "manual",
  });
  return {
    status: response.status,
    headers: { "content-type": response.headers.get("content-type") ?? "application/json" },
    body: await response.text(),
  };
}

/** What the configuration refers to. */
export function secretsOf(books: OdooBooks, mark: string): Record<string, string> {
  return {
    LIVE_ODOO_KEY: books.odoo.apiKey,
    LIVE_SHOP_KEY: DEFAULT_KEY.key,
    LIVE_SHOP_SECRET: DEFAULT_KEY.secret,
    LIVE_WEBHOOK_SECRET: `webhook-${mark}-0123456789`,
    LIVE_AUTOMATION_SECRET: `automation${mark}0123456789abcdef`,
  };
}

/** Documents carry the connection's id, so each run of the suite has its own. */
export function shopIdOf(mark: string): string {
  return `shop-${mark}`;
}

export interface ConfigParts {
  readonly shopId: string;
  readonly books: OdooBooks;
  readonly wares: Wares;
  readonly shopUrl: string;
  readonly odooUrl: string;
  readonly port: number;
}

export function configText({ shopId, books, wares, shopUrl, odooUrl, port }: ConfigParts): string {
  return `environment: staging
connections:
  odoo:
    kind: odoo
    url: ${odooUrl}
    database: ${books.odoo.db}
    user: ${books.odoo.user}
    apiKey: \${LIVE_ODOO_KEY}
    automationSecret: \${LIVE_AUTOMATION_SECRET}
    allowHttp: true
  ${shopId}:
    kind: woocommerce
    url: ${shopUrl}
    key: \${LIVE_SHOP_KEY}
    secret: \${LIVE_SHOP_SECRET}
    webhookSecret: \${LIVE_WEBHOOK_SECRET}
    allowHttp: true
shops:
  ${shopId}:
    odoo: odoo
    orders:
      startAt: 2020-01-01
      taxes: { "1": "${wares.tax21Id}", "2": "${wares.tax6Id}" }
      journals: { stripe: BNK1, paypal: BNK1, bacs: BNK1 }
      shippingSku: ${wares.shippingSku}
      feeSku: ${wares.feeSku}
    stock:
      warehouse: WH
web: { port: ${port}, publicUrl: "http://127.0.0.1:${port}" }
`;
}

export async function until(met: () => Promise<boolean>, withinMs: number, what: () => string): Promise<void> {
  const endMs = Date.now() + withinMs;
  while (!(await met())) {
    assert.ok(Date.now() < endMs, `waited ${withinMs / 1_000} s in vain for ${what()}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  assert.ok(address !== null && typeof address === "object");
  return address.port;
}
