/** The contract's world around a simulated Shopify shop: within this process, or over real HTTP on loopback. */
import { createHttpTransport } from "../../src/app/http-transport.ts";
import { systemClock } from "../../src/app/system-clock.ts";
import type { Clock } from "../../src/core/ports/clock.ts";
import { TransportError, type Transport } from "../../src/core/ports/transport.ts";
import { API_VERSION } from "../../src/connectors/shopify/api-version.ts";
import { serve } from "../../sim/http-server.ts";
import { createRandom } from "../../sim/random.ts";
import { createSimulatedShopify, type SimulatedShopify } from "../../sim/shopify/shop.ts";
import { shopifySchema } from "../../tools/shopify-schema.ts";
import type { Received, ShopWorld } from "./shop-world.ts";
import { createShopifyWorld } from "./shopify-world.ts";
import { accept } from "./simulated-woocommerce.ts";

export interface SimulatedShopifyWorld {
  readonly world: ShopWorld;
  readonly sim: SimulatedShopify;
  readonly close: () => Promise<void>;
}

const START_MS = Date.parse("2026-11-21T08:18:32Z");
const RECEIVER = "https://hub.example.test/in";
const URL = "https://simulated.myshopify.com";

/** Without a socket, on a clock that moves only when told, or when somebody sleeps. */
export function inProcessShopify(): SimulatedShopifyWorld {
  let nowMs = START_MS;
  const pass = async (ms: number): Promise<void> => {
    nowMs += ms;
  };
  const clock: Clock = { nowMs: () => nowMs, sleep: pass };
  const received: Received[] = [];
  const sim = createSimulatedShopify({
    schema: shopifySchema(API_VERSION),
    clock,
    random: createRandom("contract"),
    baseUrl: URL,
    deliver: async (request) => accept(received, request),
  });
  const transport: Transport = (request) => {
    if (!request.url.startsWith(URL)) return Promise.reject(new TransportError("not-sent", "connection refused"));
    return sim.handle(request);
  };
  const receiver = { url: RECEIVER, received };
  const world = createShopifyWorld({ sim, url: URL, transport, clock, tag: "C1", receiver, pass });
  return { world, sim, close: async () => {} };
}

/** Over HTTP with the hub's own transport, on the system's clock; the shop is on the largest plan, so that nobody waits. */
export async function overHttpShopify(): Promise<SimulatedShopifyWorld> {
  const http = createHttpTransport({ clock: systemClock, userAgent: "Stockbridge contract" });
  const received: Received[] = [];
  const listening = await serve(async (request) => accept(received, request));
  const sim = createSimulatedShopify({
    schema: shopifySchema(API_VERSION),
    clock: systemClock,
    random: createRandom("contract"),
    plan: "enterprise",
    deliver: http.transport,
  });
  const server = await serve(sim.handle);
  sim.setBaseUrl(server.url);
  const world = createShopifyWorld({
    sim,
    url: server.url,
    transport: http.transport,
    clock: systemClock,
    tag: "C2",
    receiver: { url: `${listening.url}/in`, received },
    pass: (ms) => systemClock.sleep(ms),
  });
  const close = async (): Promise<void> => {
    http.close();
    await server.close();
    await listening.close();
  };
  return { world, sim, close };
}
