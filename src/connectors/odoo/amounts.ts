/**
 * Amounts between decimal strings and Odoo's floats. Odoo computes a line as price × quantity, rounded to the currency:
 * these functions find prices that come to exactly the wanted amount. Integers inside; a float is only ever a
 * rounded decimal on its way in or out.
 */

/** Digits that a price is worked out with where the server keeps it unrounded: price × 1,000,000 stays exact to the cent. */
const PRICE_DIGITS = 12;
/** Quantities are kept by Odoo with this many digits at most. */
const QUANTITY_DIGITS_MAX = 6;

/** One line as Odoo will compute it. */
export interface PricedLine {
  readonly quantity: string;
  readonly price: string;
}

const DECIMAL = /^([+-]?)(\d+)(?:\.(\d+))?$/;

/** Decimal text with at most `digits` digits that matter; more is a bug of the caller. */
export function scaled(text: string, digits: number): bigint {
  const match = DECIMAL.exec(text.trim());
  const fraction = match?.[3]?.replace(/0+$/, "") ?? "";
  if (!match || fraction.length > digits) throw new RangeError(`not a number with ${digits} digits: ${text}`);
  const units = BigInt(match[2] ?? "0") * 10n ** BigInt(digits) + BigInt(fraction.padEnd(digits, "0"));
  return match[1] === "-" ? -units : units;
}

export function unscaled(units: bigint, digits: number): string {
  const magnitude = (units < 0n ? -units : units).toString().padStart(digits + 1, "0");
  const sign = units < 0n ? "-" : "";
  if (digits === 0) return sign + magnitude;
  return `${sign}${magnitude.slice(0, -digits)}.${magnitude.slice(-digits)}`;
}

/** An amount from Odoo's float, in the currency's digits. */
export function moneyText(value: number, digits: number): string {
  const text = value.toFixed(digits);
  return Number(text) === 0 ? (0).toFixed(digits) : text;
}

/** A quantity from Odoo's float, without zeros at its end: Odoo's sums carry errors of 10^-15. */
export function quantityText(value: number): string {
  const text = value.toFixed(QUANTITY_DIGITS_MAX).replace(/\.?0+$/, "");
  return text === "-0" ? "0" : text;
}

/** Adds floats as the decimals that they stand for. */
export function sumQuantity(values: Iterable<number>): string {
  let total = 0n;
  for (const value of values) total += scaled(value.toFixed(QUANTITY_DIGITS_MAX), QUANTITY_DIGITS_MAX);
  return trimmed(unscaled(total, QUANTITY_DIGITS_MAX));
}

export function subtractQuantity(from: string, amount: string): string {
  return trimmed(
    unscaled(scaled(from, QUANTITY_DIGITS_MAX) - scaled(amount, QUANTITY_DIGITS_MAX), QUANTITY_DIGITS_MAX),
  );
}

function trimmed(text: string): string {
  const short = text.includes(".") ? text.replace(/\.?0+$/, "") : text;
  return short === "-0" ? "0" : short;
}

/** The unrounded price (as many digits as help) for which price × quantity rounds to the amount. */
export function exactPrice(amount: string, quantity: string, currencyDigits: number): string {
  const count = scaled(quantity, QUANTITY_DIGITS_MAX);
  const units = scaled(amount, currencyDigits);
  if (count === 0n) return "0";
  const scale = 10n ** BigInt(PRICE_DIGITS + QUANTITY_DIGITS_MAX - currencyDigits);
  return trimmed(unscaled(divideRounded(units * scale, count), PRICE_DIGITS));
}

/**
 * The line or the two lines that come to the amount when prices keep only `priceDigits` digits: k at p and the rest at
 * one price step more. Null when two lines cannot do it (a price step is coarser than the currency).
 */
export function splitLine(
  amount: string,
  quantity: string,
  digits: { readonly currency: number; readonly price: number; readonly quantity: number },
): readonly PricedLine[] | null {
  const count = scaled(quantity, digits.quantity);
  const wanted = scaled(amount, digits.currency);
  if (count <= 0n) return null;
  const total = (price: bigint, portion: bigint) =>
    roundUnits(price * portion, digits.price + digits.quantity, digits.currency);
  const line = (price: bigint, portion: bigint): PricedLine => ({
    quantity: trimmed(unscaled(portion, digits.quantity)),
    price: unscaled(price, digits.price),
  });
  const scale = digits.price + digits.quantity - digits.currency;
  const exact = scale >= 0 ? wanted * 10n ** BigInt(scale) : null;
  if (exact === null) return null;
  const rounded = divideRounded(exact, count);
  if (total(rounded, count) === wanted) return [line(rounded, count)];
  const low = divideFloor(exact, count);
  const whole = 10n ** BigInt(digits.quantity);
  // Whole units where the quantity is whole: half a shirt on a line would look like an error.
  const step = count % whole === 0n ? whole : 1n;
  const rest = exact - low * count;
  const near = divideRounded(rest, step) * step;
  for (const more of [near, near + step, near - step]) {
    if (more <= 0n || more >= count) continue;
    if (total(low, count - more) + total(low + 1n, more) === wanted)
      return [line(low, count - more), line(low + 1n, more)];
  }
  return null;
}

function roundUnits(units: bigint, from: number, to: number): bigint {
  return divideRounded(units, 10n ** BigInt(from - to));
}

/** Half away from zero, as Odoo rounds. */
export function divideRounded(value: bigint, by: bigint): bigint {
  const magnitude = value < 0n ? -value : value;
  const quotient = (magnitude + by / 2n) / by;
  return value < 0n ? -quotient : quotient;
}

function divideFloor(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  return value < 0n && value % by !== 0n ? quotient - 1n : quotient;
}
