/**
 * An order's amounts from its lines, coupons, shipping and fees, as a shop computes them: tax on each line at each
 * rate, rounded there (or only in the sum, where the shop is set so), discounts in whole cents spread over the lines.
 */
import type { Decimal } from "decimal.js";
import { discountsOf } from "./discounts.ts";
import type { ItemTax, Order, ProductItem, TaxItem, TaxRate } from "./model.ts";
import { decimal, roundAmount, roundTax, sumOf, taxesOn, taxesWithin, ZERO, type Rounding } from "./money.ts";
import type { ShopState } from "./state.ts";
import { ratesFor, roundingOf, shippingRates, taxPlace } from "./taxes.ts";

/** A line's price without tax: what the shop takes out of a price that includes it are the taxes of its own country. */
export function netPrice(
  state: ShopState,
  price: Decimal,
  taxClass: string,
  taxable: boolean,
  pricesIncludeTax: boolean,
): Decimal {
  if (!pricesIncludeTax || !taxable) return price;
  const rates = ratesFor(state, taxClass, { country: state.settings.country, state: "" });
  return price.minus(sumOf([...taxesWithin(price, rates, roundingOf(state, true)).values()]));
}

/** Applies the coupons, then computes all taxes and totals anew. */
export function calculate(state: ShopState, order: Order): void {
  const rounding = roundingOf(state, order.pricesIncludeTax);
  const place = taxPlace(state, order);
  const keep = state.settings.roundTaxAtSubtotal;
  const tax = (value: Decimal) => (keep ? value : roundTax(value, rounding));
  const ratesOf = (line: ProductItem) => (line.taxable ? ratesFor(state, line.taxClass, place) : []);
  applyCoupons(order, ratesOf, rounding);
  for (const line of order.lines) {
    const rates = ratesOf(line);
    const totals = taxesOn(line.total, rates, rounding);
    const subtotals = taxesOn(line.subtotal, rates, rounding);
    line.taxes = rates.map(({ id }) => ({
      rateId: id,
      total: tax(totals.get(id) ?? ZERO),
      subtotal: tax(subtotals.get(id) ?? ZERO),
    }));
  }
  const classes = order.lines.filter(({ taxable }) => taxable).map(({ taxClass }) => taxClass);
  for (const line of order.shippingLines)
    line.taxes = plainTaxes(line.total, shippingRates(state, classes, place), rounding, tax);
  for (const line of order.feeLines)
    line.taxes = plainTaxes(line.total, line.taxable ? ratesFor(state, "", place) : [], rounding, tax);
  for (const line of order.couponLines) line.discountTax = ZERO;
  setTaxLines(state, order, rounding);
  setTotals(order, rounding);
}

function plainTaxes(
  total: Decimal,
  rates: readonly TaxRate[],
  rounding: Rounding,
  tax: (value: Decimal) => Decimal,
): ItemTax[] {
  const taxes = taxesOn(total, rates, rounding);
  return rates.map(({ id }) => ({ rateId: id, total: tax(taxes.get(id) ?? ZERO), subtotal: ZERO }));
}

function applyCoupons(order: Order, ratesOf: (line: ProductItem) => TaxRate[], rounding: Rounding): void {
  if (order.couponLines.length === 0) return;
  const gross = (line: ProductItem) => {
    if (!order.pricesIncludeTax) return line.subtotal;
    return roundAmount(
      line.subtotal.plus(sumOf([...taxesOn(line.subtotal, ratesOf(line), rounding).values()])),
      rounding,
    );
  };
  const items = order.lines.map((line) => ({ price: gross(line), quantity: line.quantity }));
  const discounts = discountsOf(
    items,
    order.couponLines.map(({ coupon }) => coupon),
    rounding.decimals,
  );
  for (const line of order.lines) line.total = line.subtotal;
  for (const [index, couponLine] of order.couponLines.entries()) {
    couponLine.discount = ZERO;
    for (const [at, line] of order.lines.entries()) {
      const amount = discounts[index]?.[at] ?? ZERO;
      const within = order.pricesIncludeTax ? sumOf([...taxesWithin(amount, ratesOf(line), rounding).values()]) : ZERO;
      const net = amount.minus(within);
      line.total = line.total.minus(net);
      if (line.total.isNegative()) line.total = ZERO;
      couponLine.discount = couponLine.discount.plus(net);
    }
    couponLine.discount = roundAmount(couponLine.discount, rounding);
  }
}

/** One line for each rate that touches the order, its id kept when it was there before. */
function setTaxLines(state: ShopState, order: Order, rounding: Rounding): void {
  const before = new Map(order.taxLines.map((line) => [line.rate.id, line]));
  const lines = new Map<number, TaxItem>();
  const lineOf = (rateId: number): TaxItem | undefined => {
    const rate = before.get(rateId)?.rate ?? state.taxRates.get(rateId);
    if (rate === undefined) return undefined;
    const line = lines.get(rateId) ?? {
      id: before.get(rateId)?.id ?? state.nextId("item"),
      rate,
      total: ZERO,
      shippingTotal: ZERO,
    };
    lines.set(rateId, line);
    return line;
  };
  for (const { taxes } of [...order.lines, ...order.feeLines]) {
    for (const { rateId, total } of taxes) {
      const line = lineOf(rateId);
      if (line !== undefined) line.total = line.total.plus(total);
    }
  }
  for (const { taxes } of order.shippingLines) {
    for (const { rateId, total } of taxes) {
      const line = lineOf(rateId);
      if (line !== undefined) line.shippingTotal = line.shippingTotal.plus(total);
    }
  }
  order.taxLines = [...lines.values()].map((line) => ({
    ...line,
    total: roundTax(line.total, rounding),
    shippingTotal: roundTax(line.shippingTotal, rounding),
  }));
}

function setTotals(order: Order, rounding: Rounding): void {
  const round = (value: Decimal) => roundAmount(value, rounding);
  const subtotal = sumOf(order.lines.map((line) => round(line.subtotal)));
  const lines = sumOf(order.lines.map((line) => round(line.total)));
  const fees = sumOf(order.feeLines.map(({ total }) => round(total)));
  const shipping = sumOf(order.shippingLines.map(({ total }) => round(total)));
  const cartTax = sumOf(order.taxLines.map(({ total }) => total));
  const shippingTax = sumOf(order.taxLines.map(({ shippingTotal }) => shippingTotal));
  const lineTaxes = (pick: (tax: ItemTax) => Decimal) => sumOf(order.lines.flatMap(({ taxes }) => taxes.map(pick)));
  const discountTax = lineTaxes(({ subtotal: before }) => before).minus(lineTaxes(({ total }) => total));
  const totalTax = cartTax.plus(shippingTax);
  order.totals = {
    discount: subtotal.minus(lines),
    discountTax: round(discountTax),
    shipping,
    shippingTax,
    cartTax,
    total: lines.plus(fees).plus(shipping).plus(totalTax),
    totalTax,
  };
  shareDiscountTax(order, rounding);
}

/** Each coupon line carries its share of the tax that was saved; the last one what rounding leaves. */
function shareDiscountTax(order: Order, rounding: Rounding): void {
  const all = sumOf(order.couponLines.map(({ discount }) => discount));
  let left = order.totals.discountTax;
  for (const [index, line] of order.couponLines.entries()) {
    const isLast = index === order.couponLines.length - 1;
    const share = all.isZero() ? ZERO : order.totals.discountTax.times(line.discount).dividedBy(all);
    line.discountTax = isLast ? left : roundAmount(share, rounding);
    left = left.minus(line.discountTax);
  }
}

/** `12.50`: as the shop writes amounts. */
export function shown(value: Decimal | string | number, decimals: number): string {
  return decimal(value).toFixed(decimals, 4);
}
