/** A simulated Shopify for tests, with a clock that only moves when told and a client that speaks as its only app. */
import assert from "node:assert/strict";
import type { HttpRequest, HttpResponse } from "../../src/core/ports/transport.ts";
import { createRandom } from "../../sim/random.ts";
import {
  createSimulatedShopify,
  DEFAULT_APP,
  type SimulatedShopify,
  type SimulatedShopifyOptions,
} from "../../sim/shopify/shop.ts";
import { missingSchema, shopifySchema } from "../../tools/shopify-schema.ts";

export const START = "2026-11-21T08:18:32.000Z";
export const URL = "https://simulated.myshopify.com";
export const API = `${URL}/admin/api/2026-07/graphql.json`;
/** For `describe`: false where the schema is here. */
export const skip: string | false = missingSchema() ?? false;

/** Reading and building it takes half a second: once is enough. */
const schema = skip === false ? shopifySchema("2026-07") : null;

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  // Tests look into answers of every shape.
  readonly data: never;
  readonly errors: readonly { readonly message: string; readonly extensions?: Readonly<Record<string, unknown>> }[];
  readonly cost: {
    readonly requestedQueryCost: number;
    readonly actualQueryCost: number | null;
    readonly throttleStatus: Readonly<Record<string, number>>;
  };
  readonly body: string;
}

export interface TestShopify {
  readonly shop: SimulatedShopify;
  readonly ask: (query: string, variables?: Readonly<Record<string, unknown>>, url?: string) => Promise<Answer>;
  /** The data of an answer that has no errors. */
  readonly data: (query: string, variables?: Readonly<Record<string, unknown>>) => Promise<never>;
  readonly send: (request: Partial<HttpRequest>) => Promise<HttpResponse>;
  readonly advance: (ms: number) => void;
  readonly nowMs: () => number;
  /** Everything that webhooks have sent. */
  readonly received: HttpRequest[];
  /** What the receiver answers; 200 unless changed. */
  readonly receiver: { status: number };
}

export function createTestShopify(options: Partial<SimulatedShopifyOptions> = {}): TestShopify {
  if (schema === null) throw new Error("without the schema there is no simulated Shopify");
  let nowMs = Date.parse(START);
  const received: HttpRequest[] = [];
  const receiver = { status: 200 };
  const shop = createSimulatedShopify({
    schema,
    clock: { nowMs: () => nowMs, sleep: () => Promise.resolve() },
    random: createRandom(1),
    deliver: async (request) => {
      received.push(request);
      return { status: receiver.status, headers: {}, body: "" };
    },
    ...options,
  });
  const send: TestShopify["send"] = (request) =>
    shop.handle({
      method: "POST",
      url: API,
      headers: { "X-Shopify-Access-Token": DEFAULT_APP.accessToken, "Content-Type": "application/json" },
      timeoutMs: 1_000,
      ...request,
    });
  const ask: TestShopify["ask"] = async (query, variables = {}, url = API) => {
    const { status, headers, body } = await send({ url, body: JSON.stringify({ query, variables }) });
    const { data, errors, extensions } = JSON.parse(body) as {
      data: never;
      errors?: Answer["errors"];
      extensions?: { cost: Answer["cost"] };
    };
    return { status, headers, data, errors: errors ?? [], cost: extensions?.cost as Answer["cost"], body };
  };
  return {
    shop,
    ask,
    data: async (query, variables) => {
      const answer = await ask(query, variables);
      assert.equal(answer.status, 200, answer.body);
      assert.deepEqual(answer.errors, []);
      return answer.data;
    },
    send,
    advance: (ms) => {
      nowMs += ms;
    },
    nowMs: () => nowMs,
    received,
    receiver,
  };
}

/** A product with one variant, stocked at two locations. */
export function stocked(shop: SimulatedShopify, stock: readonly [number, number] = [5, 7]) {
  const main = shop.createLocation("Main");
  const depot = shop.createLocation("Depot");
  const { id, variantIds, itemIds } = shop.createProduct({
    title: "Mug",
    variants: [{ sku: "MUG", price: "10.00", stock: { [main]: stock[0], [depot]: stock[1] } }],
  });
  return { main, depot, product: id, variant: variantIds[0] ?? "", item: itemIds[0] ?? "" };
}

export const gid = (type: string, id: string): string => `gid://shopify/${type}/${id}`;
