/**
 * Taxes of document lines to the cent, as Odoo works them out: exact amounts per line, rounded per line or over the whole
 * document (the company decides), with the amounts of `extra_tax_data` taken instead where they count.
 * Percent taxes only: price included or excluded, and compound ones. Signs follow the quantity.
 */
import { amount, round, sum, ZERO, type Amount } from "./amounts.ts";

export type RoundingMethod = "round_per_line" | "round_globally";

export interface Tax {
  readonly id: number;
  /** Percent, such as 21. */
  readonly percent: Amount;
  readonly priceInclude: boolean;
  /** The tax is part of the base of those after it. */
  readonly includeBase: boolean;
  /** Earlier taxes that include themselves in the base count for this one. */
  readonly baseAffected: boolean;
}

/** Amounts that stand in place of the computed ones; see `manualAmounts`. */
export interface Manual {
  readonly untaxed: Amount | null;
  readonly taxes: ReadonlyMap<number, { readonly tax: Amount | null; readonly base: Amount | null }>;
}

export interface TaxedLine {
  readonly quantity: number;
  readonly priceUnit: number;
  readonly discount: number;
  /** In order of application. */
  readonly taxes: readonly Tax[];
  readonly manual: Manual | null;
}

export interface LineTax {
  readonly tax: Tax;
  amount: Amount;
  base: Amount;
  readonly exact: Amount;
  readonly exactBase: Amount;
}

export interface LineAmounts {
  /** The line alone, as shown on it. */
  readonly untaxed: Amount;
  /** What the document's rounding adds to this line. */
  delta: Amount;
  readonly exactUntaxed: Amount;
  readonly taxes: readonly LineTax[];
  /** The line alone. */
  readonly total: Amount;
}

export interface Rounding {
  readonly method: RoundingMethod;
  readonly digits: number;
}

/** Each line by itself, rounded, manual amounts in place. */
export function lineAmounts(line: TaxedLine, rounding: Rounding): LineAmounts {
  const exact = exactAmounts(line, rounding);
  const digits = rounding.digits;
  const untaxed = line.manual?.untaxed ?? round(exact.untaxed, digits);
  const taxes = exact.taxes.map(({ tax, amount: exactAmount, base }): LineTax => {
    const given = line.manual?.taxes.get(tax.id);
    return {
      tax,
      amount: round(given?.tax ?? exactAmount, digits),
      base: round(given?.base ?? base, digits),
      exact: given?.tax ?? exactAmount,
      exactBase: given?.base ?? base,
    };
  });
  const total = untaxed.plus(sum(taxes.map((one) => one.amount)));
  return { untaxed, delta: ZERO, exactUntaxed: line.manual?.untaxed ?? exact.untaxed, taxes, total };
}

/** All lines of a document: the lines' amounts plus what rounding over the whole document moves. */
export function documentAmounts(lines: readonly TaxedLine[], rounding: Rounding): LineAmounts[] {
  const amounts = lines.map((line) => lineAmounts(line, rounding));
  roundTaxes(amounts, rounding.digits);
  roundUntaxed(amounts, rounding.digits);
  return amounts;
}

interface Exact {
  readonly untaxed: Amount;
  readonly taxes: readonly { readonly tax: Tax; readonly amount: Amount; readonly base: Amount }[];
}

function exactAmounts(line: TaxedLine, { method, digits }: Rounding): Exact {
  const price = amount(line.priceUnit).times(amount(100).minus(line.discount)).div(100);
  const gross = price.times(line.quantity);
  const start = method === "round_per_line" ? round(gross, digits) : gross;
  const included = line.taxes.filter((tax) => tax.priceInclude);
  const settle = (value: Amount) => (method === "round_per_line" ? round(value, digits) : value);
  const includedAmounts = includedTaxes(start, included, settle);
  const untaxed = start.minus(sum(includedAmounts.values()));
  let affecting = ZERO;
  const taxes = line.taxes.map((tax) => {
    const base = tax.baseAffected ? untaxed.plus(affecting) : untaxed;
    const value = includedAmounts.get(tax.id) ?? settle(base.times(tax.percent).div(100));
    if (tax.includeBase) affecting = affecting.plus(value);
    return { tax, amount: value, base };
  });
  return { untaxed, taxes };
}

/** Takes included taxes out of the price, the last first; those that do not build on each other share one base. */
function includedTaxes(
  gross: Amount,
  taxes: readonly Tax[],
  settle: (value: Amount) => Amount,
): ReadonlyMap<number, Amount> {
  const amounts = new Map<number, Amount>();
  let total = gross;
  let batch: Tax[] = [];
  const take = (): void => {
    const percent = sum(batch.map((tax) => tax.percent));
    const base = total.times(100).div(percent.plus(100));
    for (const tax of batch) amounts.set(tax.id, settle(base.times(tax.percent).div(100)));
    total = total.minus(sum(batch.map((tax) => amounts.get(tax.id) ?? ZERO)));
    batch = [];
  };
  for (const tax of [...taxes].reverse()) {
    if (tax.includeBase && batch.length > 0) take();
    batch.push(tax);
    if (tax.includeBase) take();
  }
  if (batch.length > 0) take();
  return amounts;
}

/** Makes each tax's sum over the lines the rounded exact sum, and the same for its base. */
function roundTaxes(lines: readonly LineAmounts[], digits: number): void {
  const groups = new Map<number, LineTax[]>();
  for (const line of lines) {
    for (const tax of line.taxes) groups.set(tax.tax.id, [...(groups.get(tax.tax.id) ?? []), tax]);
  }
  for (const group of groups.values()) {
    const exactTax = sum(group.map((one) => one.exact));
    const exactBase = sum(group.map((one) => one.exactBase));
    const deltaTax = round(exactTax, digits).minus(sum(group.map((one) => one.amount)));
    const rounded = sum(group.map((one) => one.amount)).plus(deltaTax);
    for (const [at, part] of distribute(
      deltaTax,
      group.map((one) => one.exact),
      digits,
    ).entries()) {
      const one = group[at] as LineTax;
      one.amount = one.amount.plus(part);
    }
    const bases = sum(group.map((one) => one.base));
    const deltaBase =
      group[0]?.tax.priceInclude === true
        ? round(exactBase.plus(exactTax), digits).minus(bases).minus(rounded)
        : round(exactBase, digits).minus(bases);
    for (const [at, part] of distribute(
      deltaBase,
      group.map((one) => one.exactBase),
      digits,
    ).entries()) {
      const one = group[at] as LineTax;
      one.base = one.base.plus(part);
    }
  }
}

function roundUntaxed(lines: readonly LineAmounts[], digits: number): void {
  const exclusive = lines.some((line) => line.taxes.some((tax) => !tax.tax.priceInclude));
  const exactUntaxed = sum(lines.map((line) => line.exactUntaxed));
  const untaxed = sum(lines.map((line) => line.untaxed));
  const exactTaxes = sum(lines.flatMap((line) => line.taxes.map((tax) => tax.exact)));
  const taxes = sum(lines.flatMap((line) => line.taxes.map((tax) => tax.amount)));
  const delta = exclusive
    ? round(exactUntaxed, digits).minus(untaxed)
    : round(exactUntaxed.plus(exactTaxes), digits).minus(untaxed.plus(taxes));
  const factors = lines.map((line) => line.exactUntaxed);
  for (const [at, part] of distribute(delta, factors, digits).entries()) {
    const line = lines[at] as LineAmounts;
    line.delta = line.delta.plus(part);
  }
}

/** Spreads a few cents over the lines in proportion to their amounts, the largest first. */
function distribute(delta: Amount, factors: readonly Amount[], digits: number): Amount[] {
  const parts = factors.map(() => ZERO);
  const unit = amount(10).pow(-digits);
  const count = delta.abs().div(unit).round().toNumber();
  if (count === 0 || factors.length === 0) return parts;
  const step = delta.isNegative() ? unit.negated() : unit;
  const order = factors.map((factor, at) => ({ at, size: factor.abs() }));
  order.sort((a, b) => b.size.comparedTo(a.size) || a.at - b.at);
  const whole = sum(order.map((one) => one.size));
  let left = count;
  for (const { at, size } of order) {
    const share = whole.isZero() ? amount(1).div(factors.length) : size.div(whole);
    const units = Math.min(left, halfEven(share.times(count)));
    parts[at] = (parts[at] ?? ZERO).plus(step.times(units));
    left -= units;
  }
  for (const { at } of order.slice(0, left)) parts[at] = (parts[at] ?? ZERO).plus(step);
  return parts;
}

function halfEven(value: Amount): number {
  const floor = value.floor();
  const rest = value.minus(floor);
  const up = rest.greaterThan(0.5) || (rest.equals(0.5) && !floor.mod(2).isZero());
  return floor.plus(up ? 1 : 0).toNumber();
}
