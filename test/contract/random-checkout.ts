/** Checkouts of every shape, as the random source says: for a simulated shop of two variants. */
import type { Random } from "../../sim/random.ts";
import type { Checkout } from "../../sim/shopify/checkout.ts";

export const RANDOM_VAT = [{ title: "VAT", percent: "21" }] as const;
export const RANDOM_STATES = [
  { title: "State", percent: "6.25" },
  { title: "County", percent: "1" },
  { title: "City", percent: "0.875" },
] as const;

/** `currency`: another than the shop's own, in which half of the customers pay. */
export function randomCheckout(random: Random, variants: readonly [string, string], currency: string): Checkout {
  const chance = (of: number) => random.int(0, of - 1) === 0;
  const count = random.int(1, 4);
  const lines = Array.from({ length: count }, (_, index) => ({
    ...(chance(6) ? { title: `Extra ${index}`, price: "3.33" } : { variantId: variants[random.int(0, 1)]! }),
    quantity: random.int(1, 5),
    ...(chance(4) ? { discount: "1.11" } : {}),
    ...(chance(5) ? { duty: "2.35" } : {}),
  }));
  return {
    lines,
    taxes: chance(2) ? RANDOM_VAT : RANDOM_STATES,
    taxesIncluded: chance(2),
    ...(chance(2) ? { discount: { code: "TEN", amount: "3.34" } } : {}),
    ...(chance(3) ? {} : { shipping: { price: "5.95", ...(chance(3) ? { discount: "5.95" } : {}) } }),
    ...(chance(4) ? { tip: "2.50" } : {}),
    ...(chance(2) ? { currency } : {}),
    payments: random.pick([
      [{ gateway: "shopify_payments" }],
      [{ gateway: "gift_card", amount: "1.50" }, { gateway: "shopify_payments" }],
      [{ gateway: "Bank Deposit", state: "pending" as const }],
      [{ gateway: "shopify_payments", state: "authorized" as const }],
    ]),
  };
}
