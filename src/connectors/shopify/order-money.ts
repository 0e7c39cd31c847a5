/**
 * Amounts of a Shopify order: one side of every MoneyBag, exact. Inside, amounts are bigint with ten digits behind the point
 * ("fine"), since a shop may tell taxes that it has not rounded; outside they are decimal strings again.
 */
import { currencyDigits, parseFine, roundFine, roundTogether, sum } from "../../core/money.ts";
import type { TaxRate } from "../../core/order/shop-order.ts";
import type { MoneyBag, TaxLineShape } from "./order-shape.ts";

/** Which side of every amount is read: the shop's own currency, or the one that the customer saw and paid in. */
export type MoneyChoice = "shop" | "presentment";

const FINE_DIGITS = 10;

export interface FineTax {
  readonly rateId: string;
  readonly amount: bigint;
}

/** Reads amounts of one order, and remembers the first that cannot be used instead of throwing in the midst of it. */
export interface MoneyReader {
  readonly currency: string;
  /** Digits behind the point of the currency. */
  readonly digits: number;
  /** `field` names the amount for people; an amount that cannot be used reads as 0 and is kept as the misfit. */
  read(bag: MoneyBag, field: string): bigint;
  /** Minor units, nearest. */
  minor(fine: bigint): bigint;
  /** Decimal string with the currency's digits, or more where the amount has them. */
  write(fine: bigint): string;
  misfit(): { readonly field: string; readonly why: string } | null;
}

export function moneyReader(choice: MoneyChoice, currency: string): MoneyReader {
  // An unknown currency is the core's to name; until then its amounts are only passed on.
  const digits = currencyDigits(currency) ?? 2;
  let misfit: { field: string; why: string } | null = null;
  return {
    currency,
    digits,
    read(bag, field) {
      const { amount, currencyCode } = choice === "shop" ? bag.shopMoney : bag.presentmentMoney;
      const fine = parseFine(amount);
      if (fine.ok && currencyCode === currency) return fine.value;
      misfit ??= { field, why: fine.ok ? `is in ${currencyCode}, but the order in ${currency}` : fine.why };
      return 0n;
    },
    minor: (fine) => roundFine(fine, digits),
    write: (fine) => formatFine(fine, digits),
    misfit: () => misfit,
  };
}

function formatFine(fine: bigint, digits: number): string {
  const magnitude = (fine < 0n ? -fine : fine).toString().padStart(FINE_DIGITS + 1, "0");
  const whole = magnitude.slice(0, -FINE_DIGITS);
  const fraction = magnitude.slice(-FINE_DIGITS).replace(/0+$/, "").padEnd(digits, "0");
  return `${fine < 0n ? "-" : ""}${whole}${fraction === "" ? "" : `.${fraction}`}`;
}

/** Minor units as a fine amount. */
function fineOf(minor: bigint, digits: number): bigint {
  return minor * 10n ** BigInt(FINE_DIGITS - digits);
}

/**
 * Splits a total by weights, each part in whole minor units, together exactly the total (rounded to minor units): the largest
 * remainders get the units that are left. All weights zero: everything goes to the first part.
 */
export function share(total: bigint, weights: readonly bigint[], digits: number): bigint[] {
  if (weights.length === 0) return [];
  const target = roundFine(total, digits);
  const whole = sum(weights);
  if (whole === 0n) return weights.map((_, index) => (index === 0 ? fineOf(target, digits) : 0n));
  const exact = weights.map((weight) => (total * weight) / whole);
  const parts = roundTogether(exact, target, digits);
  // Negative weights beside positive ones: no fair share exists, the first takes all.
  if (parts === null) return weights.map((_, index) => (index === 0 ? fineOf(target, digits) : 0n));
  return parts.map((part) => fineOf(part, digits));
}

/** A part of an amount, to the nearest minor unit: `part` of `whole`. */
export function portion(amount: bigint, part: bigint, whole: bigint, digits: number): bigint {
  if (whole === 0n) return 0n;
  return fineOf(roundFine((amount * part) / whole, digits), digits);
}

/** Taxes of one thing, those at one rate added up. */
export function readTaxes(money: MoneyReader, taxLines: readonly TaxLineShape[], field: string): FineTax[] {
  const byRate = new Map<string, bigint>();
  for (const line of taxLines) {
    const rateId = rateIdOf(line);
    byRate.set(rateId, (byRate.get(rateId) ?? 0n) + money.read(line.priceSet, `the tax of ${field}`));
  }
  return [...byRate].map(([rateId, amount]) => ({ rateId, amount }));
}

export function taxSum(taxes: readonly FineTax[]): bigint {
  return sum(taxes.map((tax) => tax.amount));
}

/**
 * Shopify gives tax rates no id: title and percent are what stays the same from order to order, e.g. `VAT 21%`. What a marketplace
 * owes to the tax office itself must not be mapped to a tax of the merchant, so it is another rate.
 */
export function rateIdOf(line: Pick<TaxLineShape, "title" | "rate" | "ratePercentage" | "channelLiable">): string {
  const percent = percentOf(line);
  const name = percent === "" ? line.title.trim() : `${line.title.trim()} ${percent}%`.trim();
  return line.channelLiable === true ? `${name} (marketplace)` : name;
}

/** `21`, `8.875`; "" where the shop does not tell. */
export function percentOf({ rate, ratePercentage }: Pick<TaxLineShape, "rate" | "ratePercentage">): string {
  const percent = ratePercentage ?? (rate === null || rate === undefined ? null : rate * 100);
  // Only six digits are meant: the rest is what binary fractions add.
  return percent === null ? "" : String(Number(percent.toFixed(6)));
}

/**
 * The order's rates with what stands on its lines at each. `told`: the order's own list; `others`: the tax lines of all its parts, for
 * rates that stand in no list of the order (of a fee or a duty).
 */
export function taxRates(
  money: MoneyReader,
  told: readonly TaxLineShape[],
  others: readonly TaxLineShape[],
  taxes: readonly FineTax[],
): readonly TaxRate[] {
  const rates = new Map<string, { line: TaxLineShape; told: bigint | null }>();
  for (const line of told) {
    const id = rateIdOf(line);
    const known = rates.get(id);
    rates.set(id, { line, told: (known?.told ?? 0n) + money.read(line.priceSet, `the order's tax ${id}`) });
  }
  for (const line of others) {
    const id = rateIdOf(line);
    if (!rates.has(id)) rates.set(id, { line, told: null });
  }
  const byRate = Map.groupBy(taxes, (tax) => tax.rateId);
  return [...byRate].map(([id, parts]) => {
    const rate = rates.get(id);
    const lines = taxSum(parts);
    return {
      id,
      // The title alone does not tell two rates of one title apart.
      label: id,
      percent: rate ? percentOf(rate.line) : "",
      compound: false,
      total: money.write(rateTotal(money, rate?.told ?? null, lines, parts.length)),
    };
  });
}

/**
 * The shop's own total of a rate is believed where rounding alone can explain what its lines miss; it knows nothing of removed
 * lines, and not always of duties and fees, so anything farther away is another sum. The order's total proves the choice.
 */
function rateTotal(money: MoneyReader, told: bigint | null, lines: bigint, parts: number): bigint {
  if (told === null) return lines;
  const apart = money.minor(told - lines);
  const explained = BigInt(Math.floor((parts + 1) / 2));
  return apart <= explained && -apart <= explained ? told : lines;
}
