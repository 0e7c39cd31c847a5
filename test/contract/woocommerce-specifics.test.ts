/** What only WooCommerce has, on its simulated shop: duplicate webhooks, plugins that number orders, calls that are made. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Exchange } from "../../src/core/ports/call.ts";
import type { Clock } from "../../src/core/ports/clock.ts";
import type { ShopPort } from "../../src/core/ports/shop.ts";
import type { ShopOrder } from "../../src/core/order/shop-order.ts";
import { type ShopVariant, type VariantRef, WHOLE_SHOP } from "../../src/core/stock/shop-variant.ts";
import { createWooCommerceConnector } from "../../src/connectors/woocommerce/connector.ts";
import { createRandom } from "../../sim/random.ts";
import {
  createSimulatedShop,
  DEFAULT_KEY,
  type SimulatedShop,
  type SimulatedShopOptions,
} from "../../sim/woocommerce/shop.ts";
import { freeCall, readPages, valueOf } from "./outcomes.ts";

/** This shop counts one number and does not compare. */
const ANYTHING = { itemId: null, locationId: WHOLE_SHOP, before: null, version: "" } as const;
const HOOK = "https://hub.example.test/in";

interface Pair {
  readonly sim: SimulatedShop;
  readonly shop: ShopPort;
  readonly exchanges: Exchange[];
  readonly call: ReturnType<typeof freeCall>;
  readonly advance: (ms: number) => void;
  /** What the receiver of webhooks answers. */
  readonly receiver: { status: number };
}

function pair(options: Partial<SimulatedShopOptions> = {}): Pair {
  let nowMs = Date.parse("2026-11-21T08:18:32Z");
  const clock: Clock = { nowMs: () => nowMs, sleep: async () => {} };
  const receiver = { status: 200 };
  const url = options.baseUrl ?? "https://shop.example.test";
  const sim = createSimulatedShop({
    clock,
    random: createRandom(1),
    baseUrl: url,
    deliver: async () => ({ status: receiver.status, headers: {}, body: "" }),
    ...options,
  });
  const settings = { connection: "shop-eu", webhookSecret: "hook", allowHttp: true, environment: "staging" };
  const shop = createWooCommerceConnector({ ...settings, ...DEFAULT_KEY, url, transport: sim.handle, clock });
  const exchanges: Exchange[] = [];
  const advance = (ms: number): void => {
    nowMs += ms;
  };
  return { sim, shop, exchanges, call: freeCall(exchanges), advance, receiver };
}

describe("webhooks", () => {
  test("one that the shop has switched off after failures is switched on again, with its secret", async () => {
    const { sim, shop, call, receiver } = pair();
    await shop.ensureWebhooks(HOOK, call);
    receiver.status = 500;
    for (let count = 0; count < 7; count += 1) {
      sim.placeOrder({ items: [], paid: true });
      await sim.deliverDueWebhooks();
    }
    assert.ok(sim.snapshot().webhooks.some(({ status }) => status === "disabled"));
    receiver.status = 200;
    const states = valueOf(await shop.ensureWebhooks(HOOK, call));
    assert.deepEqual(
      states.filter(({ status }) => status === "re-enabled").map(({ topic }) => topic),
      ["order.created", "order.updated"],
    );
    assert.ok(sim.snapshot().webhooks.every(({ status }) => status === "active"));
  });

  test("a second one of ours is told and left alone, another program's is not ours", async () => {
    const { sim, shop, call } = pair();
    await shop.ensureWebhooks("https://other.example.test/in", call);
    const [first] = valueOf(await shop.ensureWebhooks(HOOK, call));
    assert.equal(first?.status, "created");
    const body = JSON.stringify({ name: "copy", topic: "order.created", secret: "x", delivery_url: HOOK });
    const authorization = `Basic ${Buffer.from(`${DEFAULT_KEY.key}:${DEFAULT_KEY.secret}`).toString("base64")}`;
    await sim.handle({
      method: "POST",
      url: "https://shop.example.test/wp-json/wc/v3/webhooks",
      headers: { authorization },
      body,
      timeoutMs: 1,
    });
    const states = valueOf(await shop.ensureWebhooks(HOOK, call));
    assert.deepEqual(
      states.filter(({ topic }) => topic === "order.created").map(({ status }) => status),
      ["active", "duplicate"],
    );
    assert.equal(sim.snapshot().webhooks.length, 15);
  });
});

describe("orders", () => {
  test("a number that a plugin gives is found, even where it is another order's id", async () => {
    const { sim, shop, call } = pair({ settings: { orderNumber: (id) => String(id - 1) } });
    const first = sim.placeOrder({ items: [], paid: true });
    const second = sim.placeOrder({ items: [], paid: true });
    assert.equal(second.number, first.id);
    assert.equal(valueOf(await shop.findOrderByNumber(second.number, call))?.id, second.id);
    assert.equal(valueOf(await shop.findOrderByNumber(first.number, call))?.id, first.id);
    // The id is what is left when no order is called by it.
    assert.equal(valueOf(await shop.findOrderByNumber(second.id, call))?.id, second.id);
  });

  test("those in the trash come between the others by their date, over page boundaries", async () => {
    const { sim, shop, call, advance } = pair();
    const expected: string[] = [];
    for (let count = 0; count < 250; count += 1) {
      const { id } = sim.placeOrder({ items: [], paid: true });
      if (count % 50 === 49) sim.trashOrder(id);
      expected.push(id);
      advance(1_000);
    }
    const pages = await readPages<ShopOrder>((page) => shop.changedOrders("2026-11-21T08:00:00Z", page, call));
    const told = pages.flatMap(({ items }) => items.map(({ id }) => id));
    assert.deepEqual([...new Set(told)], expected);
    assert.ok(told.length - expected.length < pages.length, "only the last second of a page is told again");
  });

  test("hundreds within one second are all told, though one leaves that second in between", async () => {
    const { sim, shop, call, advance } = pair();
    const all = Array.from({ length: 350 }, () => sim.placeOrder({ items: [], paid: true }).id);
    advance(10_000);
    let asked = 0;
    const pages = await readPages<ShopOrder>(async (page) => {
      asked += 1;
      if (asked === 4) sim.setStatus(all[3] ?? "", "completed");
      return shop.changedOrders("2026-11-21T08:18:32Z", page, call);
    });
    const told = new Set(pages.flatMap(({ items }) => items.map(({ id }) => id)));
    assert.deepEqual(
      all.filter((id) => !told.has(id)),
      [],
    );
  });

  test("an order that a plugin has bent is told with its field, and its neighbours are read", async () => {
    const { sim, shop, call } = pair();
    const [good, bad] = [sim.placeOrder({ items: [], paid: true }).id, sim.placeOrder({ items: [], paid: true }).id];
    sim.bendOrder(bad, { total: 12.5 });
    const read = await shop.readOrders([good, bad], call);
    assert.equal(valueOf(read.get(good))?.id, good);
    const outcome = read.get(bad);
    assert.ok(outcome?.ok === false);
    assert.deepEqual([outcome.failure.code, outcome.failure.params["field"]], ["ORDER_UNREADABLE", "total"]);
  });
});

describe("calls", () => {
  test("a catalog of simple products takes a call for each hundred, known variations few more", async () => {
    const { sim, shop, call, exchanges } = pair();
    for (let count = 0; count < 450; count += 1)
      sim.addProduct({ name: `P${count}`, sku: `P-${count}`, price: "1.00", stock: 1 });
    const known: VariantRef[] = [];
    for (let count = 0; count < 50; count += 1) {
      const skus = ["S", "M", "L"].map((option) => ({ option, sku: `V-${count}-${option}`, price: "1.00", stock: 1 }));
      const { id, variationIds } = sim.addVariableProduct({ name: `V${count}`, variations: skus });
      for (const [index, variation] of variationIds.entries())
        known.push({ id: variation, parentId: id, sku: skus[index]?.sku ?? "" });
    }
    const count = async (refs: readonly VariantRef[]) => {
      exchanges.length = 0;
      const pages = await readPages<ShopVariant>((page) => shop.variantPage(page, refs, call));
      return [pages.flatMap(({ items }) => items).length, exchanges.length];
    };
    // Five pages; 150 known variations in two lists, or 50 parents one by one.
    assert.deepEqual(await count(known), [600, 7]);
    assert.deepEqual(await count([]), [600, 55]);
  });

  test("five hundred writes take a batch for each hundred and each parent", async () => {
    const { sim, shop, call, exchanges } = pair();
    const writes = Array.from({ length: 500 }, (_, index) => ({
      id: sim.addProduct({ name: "P", sku: `P-${index}`, price: "1.00", stock: 0 }),
      parentId: null,
      sku: `P-${index}`,
      ...ANYTHING,
      quantity: 3,
    }));
    const outcomes = await shop.writeStock(writes, call);
    assert.deepEqual([outcomes.length, exchanges.length], [500, 5]);
    assert.ok(writes.every(({ id }) => sim.stockOf(id) === 3));
  });

  test("two hundred orders are read in two calls", async () => {
    const { sim, shop, call, exchanges } = pair();
    const ids = Array.from({ length: 200 }, () => sim.placeOrder({ items: [], paid: true }).id);
    const read = await shop.readOrders(ids, call);
    assert.deepEqual([read.size, exchanges.length], [200, 2]);
  });

  test("the same over plain http, signed by OAuth", async () => {
    const { sim, shop, call } = pair({ baseUrl: "http://shop.example.test/store" });
    const mug = sim.addProduct({ name: "Mug", sku: "A+B & C/ü*'()!", price: "1.00", stock: 1 });
    assert.deepEqual(
      valueOf(await shop.findVariants(["A+B & C/ü*'()!"], call)).map(({ id }) => id),
      [mug],
    );
    assert.equal(
      valueOf((await shop.writeStock([{ id: mug, parentId: null, sku: "A", ...ANYTHING, quantity: 5 }], call))[0])
        .quantity,
      5,
    );
    assert.deepEqual(sim.unsupported, []);
  });
});
