/** Which of the shop's tax rates apply: by class and by the buyer's country, one for each priority. */
import type { Order, TaxRate } from "./model.ts";
import type { Rounding } from "./money.ts";
import type { ShopState } from "./state.ts";

export interface Place {
  readonly country: string;
  readonly state: string;
}

/** By the delivery address, else the billing address, else where the shop is. */
export function taxPlace({ settings }: ShopState, { shipping, billing }: Pick<Order, "shipping" | "billing">): Place {
  if (shipping.country !== "") return shipping;
  if (billing.country !== "") return billing;
  return { country: settings.country, state: "" };
}

export function ratesFor({ taxRates }: ShopState, taxClass: string, { country, state }: Place): TaxRate[] {
  const byPriority = new Map<number, TaxRate>();
  for (const rate of taxRates.values()) {
    const fits = rate.taxClass === taxClass && ["", country].includes(rate.country) && ["", state].includes(rate.state);
    const before = byPriority.get(rate.priority);
    // The more exact address wins.
    if (fits && (before === undefined || weight(rate) > weight(before))) byPriority.set(rate.priority, rate);
  }
  return [...byPriority.values()].toSorted((a, b) => a.priority - b.priority);
}

function weight({ country, state }: TaxRate): number {
  return (state === "" ? 0 : 2) + (country === "" ? 0 : 1);
}

/** Shipping is taxed like the goods: at the standard class when any of them is, else at the first line's. */
export function shippingRates(state: ShopState, classes: readonly string[], place: Place): TaxRate[] {
  if (classes.length === 0) return [];
  const taxClass = classes.includes("") ? "" : (classes[0] ?? "");
  return ratesFor(state, taxClass, place).filter(({ shipping }) => shipping);
}

export function roundingOf({ settings }: ShopState, pricesIncludeTax: boolean): Rounding {
  return { decimals: settings.decimals, taxHalfDown: pricesIncludeTax };
}
