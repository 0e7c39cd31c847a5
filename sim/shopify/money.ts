/**
 * Amounts in two currencies at once. The customer's side is the truth: each amount is converted by itself, and every total
 * of either side is the sum of that side's parts, so that both sides add up.
 */
import { currencyDigits, formatMoney, parseFine, parseMoney, roundFine } from "../../src/core/money.ts";
import type { Bag } from "./model.ts";

export const ZERO: Bag = { shop: 0n, presentment: 0n };
/** Digits behind the point of the fine amounts that core parses to. */
const FINE = 10n ** 10n;

export function add(...bags: readonly Bag[]): Bag {
  return bags.reduce(
    (total, bag) => ({ shop: total.shop + bag.shop, presentment: total.presentment + bag.presentment }),
    ZERO,
  );
}

export function minus(a: Bag, b: Bag): Bag {
  return { shop: a.shop - b.shop, presentment: a.presentment - b.presentment };
}

export function times(bag: Bag, factor: number): Bag {
  return { shop: bag.shop * BigInt(factor), presentment: bag.presentment * BigInt(factor) };
}

export function isZero(bag: Bag): boolean {
  return bag.presentment === 0n && bag.shop === 0n;
}

/** Of `parts` equal parts those from `from` to `to`: all of them together come to the whole. */
export function slice(bag: Bag, from: number, to: number, parts: number): Bag {
  const at = (amount: bigint, end: number) => divide(amount * BigInt(end), BigInt(parts));
  return {
    shop: at(bag.shop, to) - at(bag.shop, from),
    presentment: at(bag.presentment, to) - at(bag.presentment, from),
  };
}

/** Half away from zero. */
export function divide(numerator: bigint, denominator: bigint): bigint {
  const magnitude = numerator < 0n ? -numerator : numerator;
  const rounded = (magnitude * 2n + denominator) / (denominator * 2n);
  return numerator < 0n ? -rounded : rounded;
}

/** A decimal text such as `21` as a whole number of ten-thousand-millionths. */
export function fine(text: string): bigint {
  const parsed = parseFine(text);
  if (!parsed.ok) throw new Error(`"${text}" ${parsed.why}`);
  return parsed.value;
}

export function minor(text: string, currency: string): bigint {
  const parsed = parseMoney(text, currency);
  if (!parsed.ok) throw new Error(`"${text}" ${parsed.why}`);
  return parsed.value;
}

/** What of one currency is how much of another. */
export class Exchange {
  readonly shopCurrency: string;
  readonly presentmentCurrency: string;
  private readonly rate: bigint;

  /** `rate`: how much of the presentment currency one of the shop's is, as decimal text. */
  constructor(shopCurrency: string, presentmentCurrency: string, rate: string) {
    this.shopCurrency = shopCurrency;
    this.presentmentCurrency = presentmentCurrency;
    this.rate = fine(rate);
    if (this.rate <= 0n) throw new RangeError(`an exchange rate of ${rate}`);
  }

  /** From an amount that the customer saw. */
  bag(presentment: bigint): Bag {
    if (this.shopCurrency === this.presentmentCurrency) return { shop: presentment, presentment };
    const scaled = presentment * 10n ** BigInt(10 - digits(this.presentmentCurrency)) * FINE;
    return { shop: roundFine(divide(scaled, this.rate), digits(this.shopCurrency)), presentment };
  }

  /** From a price in the shop's currency. */
  price(shop: bigint): Bag {
    if (this.shopCurrency === this.presentmentCurrency) return { shop, presentment: shop };
    const scaled = shop * 10n ** BigInt(10 - digits(this.shopCurrency)) * this.rate;
    return this.bag(roundFine(divide(scaled, FINE), digits(this.presentmentCurrency)));
  }

  text(amount: string): Bag {
    return this.bag(minor(amount, this.presentmentCurrency));
  }
}

/** The tax at one of several rates on an amount, rounded for this line. `percents` are all rates of the line. */
export function taxOf(amount: bigint, percent: string, percents: readonly string[], included: boolean): bigint {
  const own = fine(percent);
  const hundred = 100n * FINE;
  if (!included) return divide(amount * own, hundred);
  const all = percents.reduce((sum, one) => sum + fine(one), 0n);
  return divide(amount * own, hundred + all);
}

/** `12.5`, `10.0`, `-3.25`: as the API writes amounts of money sets. */
export function shownAmount(amount: bigint, currency: string): string {
  const text = formatMoney(amount, currency);
  if (!text.includes(".")) return `${text}.0`;
  return text.replace(/(\.\d+?)0+$/, "$1");
}

function digits(currency: string): number {
  const found = currencyDigits(currency);
  if (found === null) throw new RangeError(`${currency} is not a currency`);
  return found;
}
