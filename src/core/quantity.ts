/**
 * Quantities: decimal strings at the edges (`"3"`, `"2.50"`), compared and added exactly. Odoo answers floats such as
 * `2.9999999999999996`; its connector rounds them to the unit's digits before they come here.
 */
import { Decimal } from "decimal.js";
import type { Checked } from "./money.ts";

const QUANTITY_PATTERN = /^[+-]?\d{1,15}(?:\.\d{1,12})?$/;

export function parseQuantity(text: string): Checked<Decimal> {
  const trimmed = text.trim();
  if (!QUANTITY_PATTERN.test(trimmed))
    return { ok: false, why: `is ${JSON.stringify(text.slice(0, 40))}, which is not a number` };
  return { ok: true, value: new Decimal(trimmed) };
}

/** For quantities that a connector has made: anything unreadable is a bug there. */
export function quantity(text: string): Decimal {
  const parsed = parseQuantity(text);
  if (!parsed.ok) throw new RangeError(`quantity ${parsed.why}`);
  return parsed.value;
}

export function sameQuantity(a: string, b: string): boolean {
  const left = parseQuantity(a);
  const right = parseQuantity(b);
  return left.ok && right.ok && left.value.equals(right.value);
}

/** Plain digits without trailing zeros or exponent: `"3"`, `"2.5"`, `"-1"`. */
export function formatQuantity(value: Decimal): string {
  return value.isZero() ? "0" : value.toFixed();
}

export function sumQuantities(values: Iterable<Decimal>): Decimal {
  let total = new Decimal(0);
  for (const value of values) total = total.plus(value);
  return total;
}
