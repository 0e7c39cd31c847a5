/**
 * Exact arithmetic with the shop's roundings: six decimals while it computes, the currency's in what it stores and
 * shows. The same formulas as a WooCommerce shop's, in decimals instead of floats.
 */
import { Decimal } from "decimal.js";
import type { TaxRate } from "./model.ts";

/** Enough digits that no product of prices and rates is rounded on the way. */
const Exact = Decimal.clone({ precision: 60 });

export const ZERO = new Exact(0);

export function decimal(value: string | number | Decimal): Decimal {
  return new Exact(value);
}

export function sumOf(values: readonly Decimal[]): Decimal {
  return values.reduce((total, value) => total.plus(value), ZERO);
}

/** Decimals that the shop computes with, beyond those it shows. */
const PRECISION_MORE = 4;

export interface Rounding {
  readonly decimals: number;
  /** A shop whose prices include tax rounds half a cent of tax down, so that price and tax still add up. */
  readonly taxHalfDown: boolean;
}

export function roundAmount(value: Decimal, { decimals }: Rounding): Decimal {
  return value.toDecimalPlaces(decimals, Decimal.ROUND_HALF_UP);
}

export function roundTax(value: Decimal, { decimals, taxHalfDown }: Rounding): Decimal {
  return value.toDecimalPlaces(decimals, taxHalfDown ? Decimal.ROUND_HALF_DOWN : Decimal.ROUND_HALF_UP);
}

export function roundFine(value: Decimal, { decimals }: Rounding): Decimal {
  return value.toDecimalPlaces(decimals + PRECISION_MORE, Decimal.ROUND_HALF_UP);
}

/** Tax on top of a price, for each rate; compound rates also tax the others. */
export function taxesOn(price: Decimal, rates: readonly TaxRate[], rounding: Rounding): Map<number, Decimal> {
  const taxes = new Map<number, Decimal>();
  for (const rate of rates.filter(({ compound }) => !compound))
    taxes.set(rate.id, price.times(rate.rate).dividedBy(100));
  for (const rate of rates.filter(({ compound }) => compound)) {
    const before = sumOf([...taxes.values()]);
    taxes.set(rate.id, price.plus(before).times(rate.rate).dividedBy(100));
  }
  return fine(taxes, rounding);
}

/** Tax within a price that includes it, for each rate. */
export function taxesWithin(price: Decimal, rates: readonly TaxRate[], rounding: Rounding): Map<number, Decimal> {
  const taxes = new Map<number, Decimal>();
  let rest = price;
  for (const rate of rates.filter(({ compound }) => compound).toReversed()) {
    const tax = rest.minus(rest.dividedBy(new Exact(rate.rate).dividedBy(100).plus(1)));
    taxes.set(rate.id, tax);
    rest = rest.minus(tax);
  }
  const regular = rates.filter(({ compound }) => !compound);
  const divisor = sumOf(regular.map(({ rate }) => new Exact(rate)))
    .dividedBy(100)
    .plus(1);
  for (const { id, rate } of regular) taxes.set(id, rest.times(rate).dividedBy(100).dividedBy(divisor));
  return fine(taxes, rounding);
}

function fine(taxes: Map<number, Decimal>, rounding: Rounding): Map<number, Decimal> {
  return new Map([...taxes].map(([id, tax]) => [id, roundFine(tax, rounding)]));
}
