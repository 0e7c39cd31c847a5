/** The contract's world around a simulated WooCommerce shop: within this process, or over real HTTP on loopback. */
import { createHttpTransport } from "../../src/app/http-transport.ts";
import { systemClock } from "../../src/app/system-clock.ts";
import type { Clock } from "../../src/core/ports/clock.ts";
import { TransportError, type HttpRequest, type Transport } from "../../src/core/ports/transport.ts";
import { serve } from "../../sim/http-server.ts";
import { createRandom } from "../../sim/random.ts";
import { createSimulatedShop, DEFAULT_KEY, type SimulatedShop } from "../../sim/woocommerce/shop.ts";
import type { Received, ShopWorld } from "./shop-world.ts";
import { createWooWorld } from "./woocommerce-world.ts";

export interface SimulatedWorld {
  readonly world: ShopWorld;
  readonly sim: SimulatedShop;
  readonly close: () => Promise<void>;
}

const START_MS = Date.parse("2026-11-21T08:18:32Z");
const RECEIVER = "https://hub.example.test/in";

/** Without a socket, on a clock that moves only when told; the shop has https. */
export function inProcessWorld(): SimulatedWorld {
  let nowMs = START_MS;
  const clock: Clock = { nowMs: () => nowMs, sleep: async () => {} };
  const received: Received[] = [];
  const url = "https://shop.example.test";
  const sim = createSimulatedShop({
    clock,
    random: createRandom("contract"),
    baseUrl: url,
    deliver: async (request) => accept(received, request),
  });
  const transport: Transport = (request) => {
    if (!request.url.startsWith(url)) return Promise.reject(new TransportError("not-sent", "connection refused"));
    return sim.handle(request);
  };
  sim.addTaxRate({ percent: "21", name: "VAT 21" });
  const pass = async (ms: number): Promise<void> => {
    nowMs += ms;
  };
  const world = createWooWorld({
    ...DEFAULT_KEY,
    url,
    transport,
    clock,
    tag: "C1",
    receiver: { url: RECEIVER, received },
    pass,
  });
  return { world, sim, close: async () => {} };
}

/** Over HTTP with the hub's own transport, signed by OAuth, on the system's clock. */
export async function overHttpWorld(): Promise<SimulatedWorld> {
  const http = createHttpTransport({ clock: systemClock, userAgent: "Stockbridge contract" });
  const received: Received[] = [];
  const receiver = await serve(async (request) => accept(received, request));
  const sim = createSimulatedShop({
    clock: systemClock,
    random: createRandom("contract"),
    baseUrl: "http://127.0.0.1",
    deliver: http.transport,
  });
  const server = await serve(sim.handle);
  sim.setBaseUrl(server.url);
  sim.addTaxRate({ percent: "21", name: "VAT 21" });
  const world = createWooWorld({
    ...DEFAULT_KEY,
    url: server.url,
    transport: http.transport,
    clock: systemClock,
    tag: "C2",
    receiver: { url: `${receiver.url}/in`, received },
    pass: (ms) => systemClock.sleep(ms),
  });
  const close = async (): Promise<void> => {
    http.close();
    await server.close();
    await receiver.close();
  };
  return { world, sim, close };
}

export function accept(received: Received[], { headers, body }: HttpRequest) {
  received.push({ headers, raw: Buffer.from(body ?? "", "utf8") });
  return { status: 200, headers: {}, body: "" };
}
