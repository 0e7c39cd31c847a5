/** What only Shopify has of orders, on its simulated shop: edits, parts of payments and refunds, locations, marks and parcels. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createShopifyConnector } from "../../src/connectors/shopify/connector.ts";
import { sentenceOf } from "../../src/core/failures.ts";
import { formatMoney, parseFine } from "../../src/core/money.ts";
import { orderAmounts } from "../../src/core/order/consistency.ts";
import type { ShopOrder } from "../../src/core/order/shop-order.ts";
import type { CallContext } from "../../src/core/ports/call.ts";
import type { Clock } from "../../src/core/ports/clock.ts";
import type { ChangePage, ShopPort } from "../../src/core/ports/shop.ts";
import { createRandom, type Random } from "../../sim/random.ts";
import { createSimulatedShopify, DEFAULT_APP, type SimulatedShopify } from "../../sim/shopify/shop.ts";
import { missingSchema, shopifySchema } from "../../tools/shopify-schema.ts";
import { valueOf } from "./outcomes.ts";
import { randomCheckout } from "./random-checkout.ts";

const MINUTE_MS = 60_000;
const RANDOM_ORDERS = 60;

interface World {
  readonly shop: SimulatedShopify;
  readonly port: ShopPort;
  readonly call: CallContext;
  readonly later: () => void;
  /** Two locations, two variants (20.00 and 9.99) with plenty at the first, little at the second. */
  readonly locations: readonly [string, string];
  readonly variants: readonly [string, string];
  readonly read: (orderId: string) => Promise<ShopOrder>;
}

function world(options: { currency?: "shop" | "presentment"; scopes?: readonly string[] } = {}): World {
  let nowMs = Date.parse("2026-11-21T08:00:00Z");
  const clock: Clock = {
    nowMs: () => nowMs,
    sleep: (ms) => {
      nowMs += ms;
      return Promise.resolve();
    },
  };
  const app = { ...DEFAULT_APP, scopes: options.scopes ?? DEFAULT_APP.scopes };
  const settings = { exchangeRates: { USD: "1.0837" } };
  const schema = shopifySchema("2026-07");
  const shop = createSimulatedShopify({ schema, clock, random: createRandom(7), app, settings });
  const call: CallContext = {
    deadlineMs: () => nowMs + 120_000,
    beforeWrite: () => Promise.resolve(),
    record: () => undefined,
  };
  const port = createShopifyConnector({
    connection: "shop-us",
    url: "https://simulated.myshopify.com",
    credentials: { kind: "token", accessToken: app.accessToken },
    webhookSecret: app.clientSecret,
    currency: options.currency ?? "shop",
    environment: "staging",
    allowHttp: false,
    clock,
    transport: (request) => shop.handle(request),
  });
  const locations = [shop.createLocation("Antwerp"), shop.createLocation("Ghent")] as const;
  const stock = { [locations[0]]: 100_000, [locations[1]]: 5 };
  const { variantIds } = shop.createProduct({
    title: "Shirt",
    variants: [
      { title: "Red", sku: "RED", price: "20.00", stock },
      { title: "Blue", sku: "BLUE", price: "9.99", stock },
    ],
  });
  const [red = "", blue = ""] = variantIds;
  const read = async (orderId: string) => {
    const outcome = (await port.readOrders([orderId], call)).get(orderId);
    assert.ok(outcome);
    const order = valueOf(outcome);
    assert.ok(order);
    return provenOrder(order);
  };
  return { shop, port, call, later: () => void (nowMs += MINUTE_MS), locations, variants: [red, blue], read };
}

/** Lines and taxes come to the total, each refund's lines to its total. */
function provenOrder(order: ShopOrder): ShopOrder {
  const amounts = orderAmounts(order);
  if (!amounts.ok) throw new Error(sentenceOf(amounts.failure));
  assert.equal(formatMoney(amounts.value.total, order.currency), order.total);
  for (const refund of order.refunds) {
    const parts = refund.lines.flatMap((line) => [line.untaxed, ...line.taxes.map(({ amount }) => amount)]);
    assert.equal(
      fine(refund.total),
      parts.reduce((sum, part) => sum + fine(part), 0n),
      `refund ${refund.id}`,
    );
  }
  return order;
}

function fine(amount: string): bigint {
  const read = parseFine(amount);
  assert.ok(read.ok, amount);
  return read.value;
}

const skip = missingSchema() ?? false;

describe("Shopify orders", { skip }, () => {
  test("edited before payment are smaller; after payment the overpaid money is given back without a second credit", async () => {
    const { shop, read, variants, later } = world();
    const lines = [
      { variantId: variants[0], quantity: 3 },
      { variantId: variants[1], quantity: 1 },
    ];
    const pending = shop.checkout({ lines, payments: [{ gateway: "Cash on Delivery (COD)", state: "pending" }] })!;
    later();
    shop.edit(pending.id, { quantities: { [pending.lineIds[0]!]: 2 }, add: [{ variantId: variants[1], quantity: 2 }] });
    const edited = await read(pending.id);
    assert.deepEqual(
      edited.lines.map(({ quantity }) => quantity),
      ["2", "1", "2"],
    );
    assert.equal(edited.status, "on-hold");
    assert.equal(edited.payments[0]?.paidAt, null);
    const paid = shop.checkout({ lines })!;
    later();
    shop.edit(paid.id, { quantities: { [paid.lineIds[0]!]: 2 } });
    later();
    shop.refund(paid.id, { amount: "24.20" });
    const settled = await read(paid.id);
    assert.equal(settled.refundedTotal, "0.00");
    assert.deepEqual(
      settled.refunds.map(({ payments }) => payments.map(({ amount }) => amount)),
      [["24.20"]],
    );
  });

  test("marks read back as they were written, once with one tag", async () => {
    const { shop, port, call, read, variants } = world();
    const placed = ["1", "2", "3", "4", "5", "6"].map(() =>
      shop.checkout({ lines: [{ variantId: variants[0], quantity: 1 }] })!,
    );
    const write = (orderId: string, status: "held" | "synced") => ({
      orderId,
      status,
      sentence: `It is ${status}.`,
      odooOrder: "S00001",
      odooOrderId: "41",
      odooInvoice: null,
    });
    for (const status of ["held", "synced"] as const) {
      const outcomes = await port.writeOrderMarks(
        placed.map(({ id }) => write(id, status)),
        call,
      );
      for (const { id } of placed) valueOf(outcomes.get(id));
    }
    const order = await read(placed[5]!.id);
    const { orderId: _, ...mark } = write(order.id, "synced");
    assert.deepEqual(order.mark, mark);
    assert.deepEqual(shop.order(order.id)?.tags, ["odoo:synced"]);
    const gone = await port.writeOrderMarks([write("999999", "held"), write(order.id, "held")], call);
    const outcome = gone.get("999999");
    assert.ok(outcome && !outcome.ok && outcome.failure.code === "ORDER_GONE");
    assert.equal(gone.get(order.id)?.ok, true);
  });

  test("parcels are told from each location, and shown with the next look", async () => {
    const { shop, port, call, read, variants, locations } = world();
    const placed = shop.checkout({
      lines: [
        { variantId: variants[0], quantity: 2 },
        { variantId: variants[1], quantity: 1 },
      ],
    })!;
    const before = await read(placed.id);
    assert.deepEqual(
      before.lines.map(({ locationId }) => locationId),
      [locations[0], locations[0]],
    );
    const tell = (quantity: string, trackingNumber: string) =>
      port.writeFulfilments(
        [
          {
            orderId: placed.id,
            picking: "WH/OUT/00012",
            lines: [{ lineId: placed.lineIds[0]!, quantity }],
            carrier: "Courier",
            trackingNumber,
            trackingUrl: "",
          },
        ],
        call,
      );
    valueOf((await tell("1", "T1"))[0]);
    const part = await read(placed.id);
    assert.equal(part.status, "processing");
    assert.deepEqual(
      part.fulfilments.map(({ carrier, trackingNumbers, lines }) => [carrier, trackingNumbers, lines]),
      [["Courier", ["T1"], [{ lineId: placed.lineIds[0], quantity: "1" }]]],
    );
    const [tooMany] = await tell("2", "T2");
    assert.ok(tooMany && !tooMany.ok && tooMany.failure.code === "SHOP_REJECTED");
    assert.match(sentenceOf(tooMany.failure), /only 1 of the 2 units/);
  });

  test("on hold for a person wait, and nothing of them is told as sent", async () => {
    const { shop, port, call, read, variants } = world();
    const placed = shop.checkout({ lines: [{ variantId: variants[0], quantity: 2 }] })!;
    shop.hold(placed.id, "INCORRECT_ADDRESS");
    const held = await read(placed.id);
    assert.equal(held.status, "on-hold");
    const write = { orderId: placed.id, picking: "WH/OUT/00012", carrier: "", trackingNumber: "", trackingUrl: "" };
    const lines = [{ lineId: placed.lineIds[0]!, quantity: "1" }];
    const [onHold] = await port.writeFulfilments([{ ...write, lines }], call);
    assert.ok(onHold && !onHold.ok);
    assert.match(sentenceOf(onHold.failure), /is on hold/);
  });

  test("are found by number, by change and by date; an absence is believed only with the right to old orders", async () => {
    const { shop, port, call, variants, later } = world();
    const since = "2026-11-21T08:00:00Z";
    const placed = Array.from({ length: 7 }, () => {
      later();
      return shop.checkout({ lines: [{ variantId: variants[0], quantity: 1 }] })!;
    });
    const third = valueOf(await port.findOrderByNumber(placed[2]!.name, call));
    assert.equal(third?.id, placed[2]!.id);
    assert.equal(third?.number, placed[2]!.number);
    later();
    shop.changeDetails(placed[0]!.id, { note: "Changed" });
    const changed = await all((page) => port.changedOrders(since, page, call));
    assert.deepEqual(
      changed,
      [...placed.slice(1), placed[0]!].map(({ id }) => id),
    );
    const window = await all((page) => port.placedOrders("2026-11-21T08:02:00Z", "2026-11-21T08:04:00Z", page, call));
    assert.deepEqual(
      window,
      placed.slice(1, 3).map(({ id }) => id),
    );
    shop.deleteOrder(placed[1]!.id);
    assert.equal(valueOf((await port.readOrders([placed[1]!.id], call)).get(placed[1]!.id)), null);
  });

  async function all(ask: (page: string | null) => ReturnType<ShopPort["changedOrders"]>): Promise<string[]> {
    const ids: string[] = [];
    let page: string | null = null;
    for (let pages = 0; pages < 20; pages += 1) {
      const read: ChangePage<ShopOrder> = valueOf(await ask(page));
      ids.push(...read.items.map(({ id }) => id));
      page = read.nextPage;
      if (page === null) return ids;
    }
    throw new Error("the pages do not end");
  }

  for (const currency of ["shop", "presentment"] as const) {
    test(`whatever happens to them, their amounts are exact in the ${currency} currency`, async () => {
      const at = world({ currency });
      for (let seed = 1; seed <= RANDOM_ORDERS; seed += 1) {
        const random = createRandom(seed);
        const orderId = randomOrder(at, random);
        try {
          await at.read(orderId);
          for (let step = 0; step < 4; step += 1) {
            at.later();
            randomChange(at, orderId, random);
            assertMoney(await at.read(orderId), at.shop, currency);
          }
        } catch (error) {
          throw new Error(`seed ${seed}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
        }
      }
    });
  }
});

function randomOrder({ shop, variants }: World, random: Random): string {
  const placed = shop.checkout(randomCheckout(random, variants, "USD"));
  assert.ok(placed);
  return placed.id;
}

/** The money that came and went is the shop's own, to the cent; what is told in the shop's currency can be compared. */
function assertMoney(order: ShopOrder, shop: SimulatedShopify, currency: "shop" | "presentment"): void {
  const snapshot = shop.order(order.id);
  assert.ok(snapshot);
  if (currency === "presentment") return;
  const paid = (parts: ShopOrder["payments"]) =>
    parts.filter(({ paidAt }) => paidAt !== null).reduce((sum, { amount }) => sum + fine(amount), 0n);
  assert.equal(paid(order.payments), fine(snapshot.received));
  assert.equal(paid(order.refunds.flatMap(({ payments }) => payments)), fine(snapshot.refunded));
}

/** One thing that may happen; what the shop does not allow does not happen. */
function randomChange({ shop, variants }: World, orderId: string, random: Random): void {
  const lines = shop.order(orderId)?.lines ?? [];
  const line = random.pick(lines);
  const changes = [
    () => shop.edit(orderId, { quantities: { [line.id]: random.int(0, 2) } }),
    () => shop.edit(orderId, { add: [{ variantId: variants[1], quantity: 1 }] }),
    () => void shop.refund(orderId, { lines: [{ lineId: line.id, quantity: 1, restock: "CANCEL" }] }),
    () => void shop.refund(orderId, { lines: [{ lineId: line.id, quantity: 1 }], amount: "1.00" }),
    () => void shop.refund(orderId, { shipping: "1.25" }),
    () => void shop.refund(orderId, { amount: "0.75" }),
    () => shop.capture(orderId),
    () => shop.markPaid(orderId),
    () => void shop.fulfil(orderId),
    () => shop.cancel(orderId, { refund: random.int(0, 1) === 0 }),
  ];
  try {
    random.pick(changes)();
  } catch {
    // The shop refuses it: nothing happened.
  }
}
