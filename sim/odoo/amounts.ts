/**
 * Decimal arithmetic for money and quantities. A stored number is always the double nearest to a decimal of few digits,
 * and every calculation goes through Decimal, so nothing drifts. Rounding is half away from zero, as Odoo's is.
 */
import { Decimal } from "decimal.js";

export type Amount = Decimal;

/** Enough that products of prices, quantities and rates keep every digit. */
const Exact = Decimal.clone({ precision: 40, rounding: Decimal.ROUND_HALF_UP });

export function amount(value: Decimal.Value): Amount {
  return new Exact(value);
}

export const ZERO = amount(0);

export function round(value: Amount, digits: number): Amount {
  return value.toDecimalPlaces(digits, Decimal.ROUND_HALF_UP);
}

export function roundNumber(value: number, digits: number): number {
  return round(amount(value), digits).toNumber();
}

export function sum(values: Iterable<Amount>): Amount {
  let total = ZERO;
  for (const value of values) total = total.plus(value);
  return total;
}

/** Adds two quantities without drift; quantities have six digits at most here. */
export function addQuantity(a: number, b: number): number {
  return Math.round((a + b) * QUANTITY_SCALE) / QUANTITY_SCALE;
}

const QUANTITY_SCALE = 1_000_000;
