/** A simulated shop for tests, with a clock that only moves when told and a client that speaks as its only key. */
import type { HttpRequest, HttpResponse } from "../../src/core/ports/transport.ts";
import { createRandom } from "../random.ts";
import { createSimulatedShop, DEFAULT_KEY, type SimulatedShop, type SimulatedShopOptions } from "./shop.ts";

export const START = "2026-11-21T08:18:32.000Z";

export interface TestShop {
  readonly shop: SimulatedShop;
  readonly clock: { nowMs: () => number; sleep: () => Promise<void> };
  readonly advance: (ms: number) => void;
  /** Everything that webhooks and pings have sent. */
  readonly received: HttpRequest[];
  /** What the receiver answers; 200 unless changed. */
  readonly receiver: { status: number };
  readonly ask: (
    method: HttpRequest["method"],
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ) => Promise<{ response: HttpResponse; body: never }>;
}

export function createTestShop(options: Partial<SimulatedShopOptions> = {}): TestShop {
  let nowMs = Date.parse(START);
  const clock = { nowMs: () => nowMs, sleep: () => Promise.resolve() };
  const received: HttpRequest[] = [];
  const receiver = { status: 200 };
  const shop = createSimulatedShop({
    clock,
    random: createRandom(1),
    baseUrl: "https://shop.example.test",
    deliver: async (request) => {
      received.push(request);
      return { status: receiver.status, headers: {}, body: "" };
    },
    ...options,
  });
  const { key, secret } = DEFAULT_KEY;
  const authorization = `Basic ${Buffer.from(`${key}:${secret}`).toString("base64")}`;
  return {
    shop,
    clock,
    advance: (ms) => {
      nowMs += ms;
    },
    received,
    receiver,
    ask: async (method, path, body, headers = {}) => {
      const url = `${options.baseUrl ?? "https://shop.example.test"}/wp-json/wc/v3${path}`;
      const text = body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) };
      const response = await shop.handle({
        method,
        url,
        headers: { Authorization: authorization, ...headers },
        ...text,
        timeoutMs: 1_000,
      });
      return { response, body: JSON.parse(response.body) as never };
    },
  };
}
