/**
 * Random orders, as a shop's customers and people make them, read by the hub's connector in either currency: the core can
 * make every one of them exact, refunds add up, and what was given back is what the shop gave back.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createShopifyConnector } from "../../src/connectors/shopify/connector.ts";
import { sentenceOf } from "../../src/core/failures.ts";
import { parseFine, sum } from "../../src/core/money.ts";
import { orderAmounts } from "../../src/core/order/consistency.ts";
import type { ShopOrder } from "../../src/core/order/shop-order.ts";
import { createRandom, type Random } from "../../sim/random.ts";
import { DEFAULT_APP } from "../../sim/shopify/shop.ts";
import type { Checkout } from "../../sim/shopify/checkout.ts";
import { freeCall, valueOf } from "../contract/outcomes.ts";
import { createTestShopify, skip, stocked, URL, type TestShopify } from "./test-shop.ts";

const SEEDS = 150;
const TAXES = [
  [{ title: "VAT", percent: "21" }],
  [
    { title: "State", percent: "6.625" },
    { title: "City", percent: "1.5", channelLiable: true },
  ],
  [],
] as const;

function fine(text: string): bigint {
  const parsed = parseFine(text);
  assert.ok(parsed.ok, text);
  return parsed.value;
}

const cents = (random: Random, from: number, to: number) => (random.int(from, to) / 100).toFixed(2);

function randomCheckout(random: Random): Checkout {
  const lines = Array.from({ length: random.int(1, 4) }, (_, index) => ({
    ...(random.chance(0.15) ? { title: `Wrap ${index}` } : { sku: "MUG" }),
    quantity: random.int(1, 7),
    price: cents(random, 50, 9_999),
    ...(random.chance(0.3) ? { discount: cents(random, 1, 50) } : {}),
    ...(random.chance(0.1) ? { taxable: false } : {}),
    ...(random.chance(0.1) ? { duty: cents(random, 100, 900) } : {}),
  }));
  const payment = random.pick(["captured", "authorized", "pending"] as const);
  return {
    lines,
    taxes: random.pick(TAXES),
    taxesIncluded: random.chance(0.5),
    ...(random.chance(0.5) ? { currency: "USD" } : {}),
    ...(random.chance(0.4) ? { discount: { code: "OFF", amount: cents(random, 1, 2_000) } } : {}),
    ...(random.chance(0.6) ? { shipping: { price: cents(random, 0, 1_500) } } : {}),
    ...(random.chance(0.2) ? { tip: cents(random, 50, 500) } : {}),
    payments: [
      ...(random.chance(0.3) ? [{ gateway: "gift_card", amount: "0.49" }] : []),
      { gateway: payment === "pending" ? "Bank Deposit" : "shopify_payments", state: payment },
    ],
  };
}

/** What people do to it afterwards; what the shop does not allow then is not done. */
function live({ shop }: TestShopify, random: Random, id: string, lineIds: readonly string[]): void {
  const lineId = random.pick(lineIds);
  const state = () => shop.order(id);
  const line = () => state()?.lines.find((one) => one.id === lineId);
  if (random.chance(0.3) && state()?.financialStatus === "PENDING") shop.markPaid(id);
  if (random.chance(0.3) && (line()?.currentQuantity ?? 0) > 1)
    shop.edit(id, { quantities: { [lineId]: (line()?.currentQuantity ?? 1) - 1 } });
  if (random.chance(0.2)) shop.edit(id, { add: [{ sku: "MUG", quantity: random.int(1, 3), price: "3.33" }] });
  if (random.chance(0.3) && state()?.fulfillmentStatus === "UNFULFILLED") shop.fulfil(id);
  for (let count = random.int(0, 3); count > 0; count -= 1) {
    const left = line()?.currentQuantity ?? 0;
    if (left === 0 || Number(state()?.received) - Number(state()?.refunded) <= 0) break;
    shop.refund(id, {
      lines: [{ lineId, quantity: random.int(1, left), restock: random.pick(["RETURN", "CANCEL", "NO_RESTOCK"]) }],
      ...(random.chance(0.2) ? { shipping: true } : {}),
    });
  }
}

describe("random orders through the connector", { skip }, () => {
  for (const currency of ["shop", "presentment"] as const) {
    test(`${SEEDS} of them are exact in the ${currency} currency`, async () => {
      let compared = 0;
      for (let seed = 1; seed <= SEEDS; seed += 1) {
        const random = createRandom(`orders ${seed}`);
        const made = createTestShopify({ settings: { exchangeRates: { USD: "1.0837" } } });
        const { variant } = stocked(made.shop, [1_000, 0]);
        made.shop.setOversell(variant, true);
        const placed = made.shop.checkout(randomCheckout(random));
        assert.ok(placed);
        const movable = made.shop.order(placed.id)?.lines.filter((line) => line.variantId !== null) ?? [];
        if (movable.length > 0)
          live(
            made,
            random,
            placed.id,
            movable.map(({ id }) => id),
          );
        const connector = createShopifyConnector({
          connection: "shop",
          url: URL,
          credentials: { kind: "token", accessToken: DEFAULT_APP.accessToken },
          webhookSecret: DEFAULT_APP.clientSecret,
          currency,
          environment: "staging",
          allowHttp: false,
          clock: { nowMs: made.nowMs, sleep: () => Promise.resolve() },
          transport: made.shop.handle,
        });
        const order = valueOf((await connector.readOrders([placed.id], freeCall())).get(placed.id));
        assert.ok(order);
        isExact(order, seed);
        if (currency === "shop") compared += givesBack(order, made, seed);
      }
      assert.ok(currency === "presentment" || compared > SEEDS / 2, `only ${compared} were compared`);
    });
  }
});

function isExact(order: ShopOrder, seed: number): void {
  const amounts = orderAmounts(order);
  assert.ok(amounts.ok, `seed ${seed}: ${amounts.ok ? "" : sentenceOf(amounts.failure)}`);
  for (const { lines, total } of order.refunds)
    assert.equal(
      sum(lines.flatMap(({ untaxed, taxes }) => [fine(untaxed), ...taxes.map(({ amount }) => fine(amount))])),
      fine(total),
      `seed ${seed}: a refund's lines`,
    );
}

/** 1 where it was compared with the shop's books in whole. */
function givesBack(order: ShopOrder, { shop }: TestShopify, seed: number): number {
  const books = shop.order(order.id);
  const told = sum(order.refunds.flatMap(({ payments }) => payments.map(({ amount }) => fine(amount))));
  assert.equal(told, fine(books?.refunded ?? "0"), `seed ${seed}: money given back`);
  // Units that an edit took off are no part of the document any more.
  const isWhole = books?.lines.every(({ id, quantity }) => {
    const line = order.lines.find((one) => one.id === id);
    return line?.kind === "fee" || line?.quantity === String(quantity);
  });
  if (isWhole !== true) return 0;
  assert.equal(fine(order.total), fine(books?.total ?? ""), `seed ${seed}: total`);
  // Paid in full: what was credited is what was given back.
  if (fine(books?.received ?? "") === fine(books?.total ?? ""))
    assert.equal(fine(order.refundedTotal), fine(books?.refunded ?? ""), `seed ${seed}: credited`);
  return 1;
}
