/** What the users of other connectors ran into, each as a scenario that must end well here. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { HttpRequest } from "../../src/core/ports/transport.ts";
import { CALM, calmWorld, order, type Scenario } from "./calm.ts";
import { MINUTE_MS, START_MS } from "./plan.ts";
import type { WooCommerceSide } from "./woocommerce-side.ts";
import { startProcess, type World } from "./running.ts";
import { openBench, runWorld, type Bench, type WorldResult } from "./world.ts";

let bench: Bench;
before(async () => {
  bench = await openBench();
});
after(() => bench.store.close());

/** @param named what must be violated, and nothing else: a person has broken it on purpose. */
async function play(
  scenario: Scenario,
  arrange: (world: World) => void = () => {},
  named: readonly RegExp[] = [],
): Promise<WorldResult> {
  const result = await runWorld({
    seed: 1,
    bench,
    adjust: ({ seed }) => calmWorld(seed, scenario),
    arrange,
  });
  const others = result.violations.filter((sentence) => !named.some((expected) => expected.test(sentence)));
  assert.deepEqual(
    [others, result.violations.length],
    [[], named.length],
    result.trace.lines(false).slice(-40).join("\n"),
  );
  return result;
}

/** Something that a person or another program does at a moment of the scenario. */
function at(world: World, minute: number, act: () => void | Promise<unknown>): void {
  world.time.after(minute * MINUTE_MS, "scenario", async () => {
    await act();
  });
}

/** What the one shop offers of a SKU. */
function offered({ books }: WorldResult, sku: string): number | null | undefined {
  return books.shopStock.find((level) => level.sku === sku)?.offered;
}

/** The shop of a world that has only this one. */
function wooCommerce({ shops }: World): WooCommerceSide {
  return shops[0] as WooCommerceSide;
}

function documents({ books }: WorldResult): { orders: number; invoices: number; payments: number } {
  return { orders: books.erpOrders.length, invoices: books.erpInvoiceCount, payments: books.erpPayments.length };
}

describe("lessons of others: documents", () => {
  test("concurrent imports of one order make one document", async () => {
    const result = await play(
      { orders: [order(0)], deliveries: { lost: 0, doubled: 1, lateMsMax: 0 }, runsMax: 8 },
      (world) => {
        // Three processes of the hub work on one store at the same time.
        startProcess(world);
        startProcess(world);
      },
    );
    assert.deepEqual(documents(result), { orders: 1, invoices: 1, payments: 1 });
  });

  test("a job left started by a killed worker is taken over", async () => {
    const result = await play({
      orders: [order(0), order(1)],
      deaths: [{ point: 130, callHappens: true, wakesAfterMs: null, restartAfterMs: MINUTE_MS }],
    });
    assert.equal(result.events.deaths, 1);
    assert.deepEqual(documents(result), { orders: 2, invoices: 2, payments: 2 });
  });

  test("asking again for a key that is running does not run it twice at once", async () => {
    const result = await play({ orders: [order(0)] }, (world) => {
      for (let second = 61; second < 65; second += 1) {
        world.time.after(second * 1_000, "scenario", async () => {
          const rows = await world.store.work({ flow: "order" }, 10);
          for (const { key } of rows) await world.store.retry(key);
        });
      }
    });
    assert.deepEqual(documents(result), { orders: 1, invoices: 1, payments: 1 });
  });

  test("eighteen inputs become eighteen orders, however often each is told", async () => {
    const orders = Array.from({ length: 18 }, (_, index) => order(index, { atMs: START_MS + MINUTE_MS + index * 500 }));
    const result = await play({
      orders,
      opening: { ...CALM.opening, MUG: 40 },
      deliveries: { lost: 0, doubled: 1, lateMsMax: MINUTE_MS },
    });
    assert.deepEqual(documents(result), { orders: 18, invoices: 18, payments: 18 });
  });

  test("two orders from one checkout are two orders of one customer, and each is told by its number", async () => {
    const result = await play({ orders: [order(0), order(1)] });
    assert.deepEqual(documents(result), { orders: 2, invoices: 2, payments: 2 });
    assert.equal(result.books.erpCustomers.get("ada@example.test"), 1);
  });

  test("eight different first orders of one guest at once make one customer", async () => {
    const orders = Array.from({ length: 8 }, (_, index) =>
      order(index, { customer: { kind: "guest", email: index % 2 === 0 ? "Rush@Example.test" : "rush@example.test" } }),
    );
    const result = await play({ orders }, (world) => startProcess(world));
    const customers = [...result.books.erpCustomers].filter(([email]) => email.toLowerCase() === "rush@example.test");
    assert.equal(
      customers.reduce((sum, [, count]) => sum + count, 0),
      1,
    );
  });
});

describe("lessons of others: what is noticed", () => {
  for (const utcOffsetMinutes of [-480, 600]) {
    test(`a shop whose clock is ${utcOffsetMinutes} minutes off UTC loses no order to the poll's cursor`, async () => {
      const orders = [order(0), order(1, { atMs: START_MS + 20 * MINUTE_MS })];
      const result = await play({ orders, webhooks: false, utcOffsetMinutes });
      assert.equal(documents(result).orders, 2);
    });
  }

  test("webhooks that are never sent: the poll finds the order", async () => {
    const result = await play({ orders: [order(0)], deliveries: { lost: 1, doubled: 0, lateMsMax: 0 } });
    assert.deepEqual(documents(result), { orders: 1, invoices: 1, payments: 1 });
  });

  test("paid arrives before created", async () => {
    const pay = { kind: "pay", afterMs: 1_000 } as const;
    const orders = [
      order(0, { paid: false, status: "pending", steps: [pay] }),
      order(1, { paid: false, status: "pending", steps: [pay] }),
    ];
    const result = await play({ orders, deliveries: { lost: 0, doubled: 0, lateMsMax: 10 * MINUTE_MS } });
    assert.deepEqual(documents(result), { orders: 2, invoices: 2, payments: 2 });
  });

  test("stock that a cancelled order gave back is noticed by the poll when no webhook tells of it", async () => {
    const cancelled = { kind: "status", afterMs: 15 * MINUTE_MS, status: "cancelled" } as const;
    const orders = [order(0, { method: "bacs", paid: false, status: "on-hold", steps: [cancelled] })];
    // The sweep comes before: nothing but the poll can notice.
    await play({
      orders,
      webhooks: false,
      safetyStock: 2,
      opening: { ...CALM.opening, MUG: 1 },
      chaosEndsMs: START_MS,
    });
  });

  test("a change that moved no date is found by the sweep", async () => {
    const result = await play({ webhooks: false }, (world) => {
      // Another plugin writes into the shop's database: no event, no hint of any kind.
      at(world, 10, () => {
        const { variants } = wooCommerce(world).desk.snapshot();
        const mug = variants.find(({ sku }) => sku === "MUG");
        assert.ok(mug !== undefined);
        wooCommerce(world).desk.setStock(mug.id, 77);
      });
    });
    assert.equal(offered(result, "MUG"), 20);
  });

  test("one deleted product stops nothing but itself", async () => {
    const result = await play(
      { orders: [order(0, { atMs: START_MS + 15 * MINUTE_MS, lines: [{ sku: "BOOK", quantity: 2 }] })] },
      (world) => {
        at(world, 10, () => {
          const { variants } = wooCommerce(world).desk.snapshot();
          wooCommerce(world).desk.deleteProduct(variants.find(({ sku }) => sku === "POSTER")?.id ?? "");
        });
        at(world, 12, () => world.erp.act({ atMs: 0, sku: "POSTER", kind: "adjust", quantity: 3 }));
        at(world, 12, () => world.erp.act({ atMs: 0, sku: "MUG", kind: "adjust", quantity: 9 }));
      },
      [/^stock\/shop-eu\/\d+ ended failed STOCK_SKU_NOT_IN_SHOP$/],
    );
    assert.equal(offered(result, "MUG"), 9);
    assert.equal(offered(result, "BOOK"), 18);
  });

  test("an endpoint that ignores the page does not run for ever", async () => {
    await play({ orders: [order(0)] }, (world) => {
      const shop = wooCommerce(world);
      const pageless = (request: HttpRequest): HttpRequest => ({
        ...request,
        url: request.url.replace(/([?&])page=\d+/, "$1page=1"),
      });
      Object.assign(shop, { server: (request: HttpRequest) => shop.desk.handle(pageless(request)) });
    });
  });
});

describe("lessons of others: money", () => {
  for (const major of [19, 14] as const) {
    test(`a price that includes tax is not taxed again (Odoo ${major})`, async () => {
      const result = await play({
        major,
        pricesIncludeTax: true,
        orders: [order(0, { lines: [{ sku: "MUG", quantity: 1 }] })],
      });
      assert.equal(result.books.erpOrders[0]?.invoices[0]?.total, "9.95");
    });

    test(`a discount is taken from the right base, and a cent between site and API is found again (Odoo ${major})`, async () => {
      const lines = [
        { sku: "MUG", quantity: 3 },
        { sku: "POSTER", quantity: 1 },
        { sku: "BOOK", quantity: 1 },
      ] as const;
      const orders = [
        order(0, { lines, coupon: "percent", shipping: "4.95", fee: "1.35" }),
        order(1, { lines, coupon: "fixed", shipping: "6.50" }),
        order(2, { lines, coupon: "percent", country: "DE" }),
      ];
      for (const roundTaxAtSubtotal of [false, true]) {
        for (const pricesIncludeTax of [false, true]) {
          const result = await play({ major, orders, roundTaxAtSubtotal, pricesIncludeTax });
          assert.deepEqual(documents(result), { orders: 3, invoices: 3, payments: 3 });
        }
      }
    });
  }

  test("a line that Odoo 14 needs in two is whole again after an edit", async () => {
    const steps = [
      { kind: "edit", afterMs: 5 * MINUTE_MS, quantity: 1 },
      { kind: "pay", afterMs: 10 * MINUTE_MS },
    ] as const;
    const lines = [{ sku: "POSTER", quantity: 3 }] as const;
    const orders = [order(0, { lines, coupon: "percent", method: "bacs", paid: false, status: "on-hold", steps })];
    const result = await play({ major: 14, orders });
    assert.deepEqual(documents(result), { orders: 1, invoices: 1, payments: 1 });
  });

  test("the shop owns the tax: a rate that is not mapped is named, and nothing is posted", async () => {
    const result = await play({ orders: [order(0, { country: "US" })], chaosEndsMs: START_MS + 40 * MINUTE_MS });
    assert.deepEqual(documents(result), { orders: 0, invoices: 0, payments: 0 });
    assert.deepEqual([...result.states.values()].filter(({ code }) => code === "TAX_NOT_MAPPED").length, 1);
  });
});

describe("lessons of others: stock", () => {
  test("two receptions and a correction end in the absolute number", async () => {
    const movement = (minute: number, kind: "receipt" | "adjust" | "sale", quantity: number) => ({
      atMs: START_MS + minute * MINUTE_MS,
      sku: "MUG" as const,
      kind,
      quantity,
    });
    const result = await play({
      stock: [
        movement(3, "receipt", 5),
        movement(3, "receipt", 7),
        movement(6, "sale", 4),
        movement(9, "adjust", 11),
        movement(12, "receipt", 2),
      ],
    });
    assert.equal(offered(result, "MUG"), 13);
  });

  test("the quantity is what is free in the named warehouse, not in all of them", async () => {
    const result = await play({ stock: [{ atMs: START_MS + MINUTE_MS, sku: "POSTER", kind: "adjust", quantity: 6 }] });
    assert.equal(offered(result, "POSTER"), 6);
  });

  test("stock of a variation is written to the variation, and no other", async () => {
    const result = await play({
      stock: [{ atMs: START_MS + 4 * MINUTE_MS, sku: "SHIRT-M", kind: "adjust", quantity: 3 }],
    });
    assert.equal(offered(result, "SHIRT-M"), 3);
    assert.equal(offered(result, "SHIRT-S"), 20);
  });

  test("four units and twelve buyers: the shop never offers what is promised", async () => {
    const orders = Array.from({ length: 12 }, (_, index) =>
      order(index, {
        atMs: START_MS + 5 * MINUTE_MS + index * 100,
        customer: { kind: "guest", email: `buyer${index}@example.test` },
      }),
    );
    const result = await play({ orders, opening: { ...CALM.opening, MUG: 4 } });
    assert.equal(offered(result, "MUG"), 0);
    assert.deepEqual(documents(result), { orders: 12, invoices: 12, payments: 12 });
  });
});

describe("lessons of others: the database", () => {
  test("no call leaves for a shop or Odoo while the store has a transaction open", async () => {
    let [open, overlapping, calls] = [0, 0, 0];
    await play({ orders: [order(0)], runsMax: 4 }, (world) => {
      const { store } = world.shared;
      const counted = new Proxy(store, {
        get: (target, name) => {
          const member: unknown = Reflect.get(target, name);
          if (typeof member !== "function") return member;
          return async (...given: unknown[]): Promise<unknown> => {
            open += 1;
            try {
              return await (Reflect.apply(member, target, given) as Promise<unknown>);
            } finally {
              open -= 1;
            }
          };
        },
      });
      Object.assign(world.shared, { store: counted });
      for (const side of [...world.shops, world.erp]) {
        const { server } = side;
        Object.assign(side, {
          server: (request: HttpRequest) => {
            calls += 1;
            if (open > 0) overlapping += 1;
            return server(request);
          },
        });
      }
    });
    assert.ok(calls > 50);
    assert.equal(overlapping, 0);
  });
});
