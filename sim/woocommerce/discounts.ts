/**
 * Coupons over lines, in whole cents: a percentage is cut off on each line and the cents that are missing to its sum
 * are handed out one by one; a fixed amount is spread evenly over the pieces, and its rest likewise.
 */
import { Decimal } from "decimal.js";
import type { Coupon } from "./model.ts";
import { decimal } from "./money.ts";

export interface DiscountedItem {
  /** Of the whole line, with tax when the shop's prices include it. */
  readonly price: Decimal;
  readonly quantity: number;
}

/** For each coupon, in their order, what it takes off each line. A line never goes below zero. */
export function discountsOf(
  items: readonly DiscountedItem[],
  coupons: readonly Coupon[],
  decimals: number,
): Decimal[][] {
  const unit = decimal(10).pow(decimals);
  const left = items.map(({ price }) => toCents(price, unit));
  return coupons.map((coupon) => {
    const taken = takeOff(items, left, coupon, unit);
    for (const [index, cents] of taken.entries()) left[index] = (left[index] ?? 0) - cents;
    return taken.map((cents) => decimal(cents).dividedBy(unit));
  });
}

function takeOff(items: readonly DiscountedItem[], left: readonly number[], coupon: Coupon, unit: Decimal): number[] {
  if (coupon.type === "percent") return percentOff(left, items, decimal(coupon.amount), unit);
  const amount = toCents(decimal(coupon.amount), unit);
  if (coupon.type === "fixed_product")
    return left.map((cents, index) => Math.min(cents, amount * (items[index]?.quantity ?? 0)));
  return fixedOff(left, items, amount);
}

/** Of the price before any coupon, unless an earlier one has left less of it. */
function percentOff(
  left: readonly number[],
  items: readonly DiscountedItem[],
  percent: Decimal,
  unit: Decimal,
): number[] {
  const base = items.map(({ price }) => toCents(price, unit));
  const part = (cents: number) => percent.times(cents).dividedBy(100);
  const taken = base.map((cents, index) => Math.min(left[index] ?? 0, part(cents).floor().toNumber()));
  const all = base.reduce((total, cents) => total + cents, 0);
  const wanted = part(all).toDecimalPlaces(0, Decimal.ROUND_HALF_UP).toNumber();
  return handOut(taken, left, items, wanted - taken.reduce((total, cents) => total + cents, 0));
}

function fixedOff(left: readonly number[], items: readonly DiscountedItem[], amount: number): number[] {
  const pieces = items.reduce((total, { quantity }, index) => total + ((left[index] ?? 0) > 0 ? quantity : 0), 0);
  const each = pieces === 0 ? 0 : Math.floor(amount / pieces);
  const taken = left.map((cents, index) => Math.min(cents, each * (items[index]?.quantity ?? 0)));
  const rest = amount - taken.reduce((total, cents) => total + cents, 0);
  const open = left.map((cents, index) => cents - (taken[index] ?? 0));
  const isOpen = open.some((cents) => cents > 0);
  if (rest <= 0 || !isOpen) return taken;
  // A cheap line took less than its share: what it left goes over the others.
  const more =
    each > 0
      ? fixedOff(open, items, rest)
      : handOut(
          open.map(() => 0),
          open,
          items,
          rest,
        );
  return taken.map((cents, index) => cents + (more[index] ?? 0));
}

/** A cent to each piece, line by line, until none is missing. */
function handOut(
  taken: readonly number[],
  left: readonly number[],
  items: readonly DiscountedItem[],
  missing: number,
): number[] {
  const given = [...taken];
  let rest = missing;
  for (const [index, cents] of left.entries()) {
    for (let piece = 0; piece < (items[index]?.quantity ?? 0) && rest > 0 && (given[index] ?? 0) < cents; piece += 1) {
      given[index] = (given[index] ?? 0) + 1;
      rest -= 1;
    }
  }
  return given;
}

function toCents(amount: Decimal, unit: Decimal): number {
  return amount.times(unit).toDecimalPlaces(0, Decimal.ROUND_HALF_UP).toNumber();
}
