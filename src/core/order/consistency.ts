/**
 * The shop's own amounts, made exact: every line's net and taxes in minor units that together come to the order's total,
 * or the named reason why they do not. Nothing is ever adjusted to make an order fit: only what a shop left unrounded
 * (or hid by rounding each line for display) is rounded, never by more than one minor unit an amount.
 */
import { failure } from "../failures.ts";
import {
  currencyDigits,
  formatMoney,
  isWholeMinor,
  parseFine,
  parseMoney,
  roundFine,
  roundTogether,
  sum,
} from "../money.ts";
import { fail, ok, type Result } from "../result.ts";
import type { OrderLine, ShopOrder } from "./shop-order.ts";

/** Minor units of the order's currency. */
export interface LineAmounts {
  readonly line: OrderLine;
  readonly untaxed: bigint;
  /** Subtotal minus total: what coupons and other discounts took off. */
  readonly discount: bigint;
  readonly taxes: readonly { readonly rateId: string; readonly amount: bigint }[];
}

export interface OrderAmounts {
  readonly currency: string;
  readonly lines: readonly LineAmounts[];
  readonly untaxed: bigint;
  readonly tax: bigint;
  readonly total: bigint;
  /**
   * `lines`: the line taxes add up to the total as they stand. `tax-lines`: they miss it by the cents that rounding each
   * line hides, the shop's tax lines add up, and the cents were given to the lines (WooCommerce rounding at subtotal).
   */
  readonly truth: "lines" | "tax-lines";
}

/** Amounts with ten digits behind the point, as the shop wrote them. */
interface FineLine {
  readonly line: OrderLine;
  readonly untaxed: bigint;
  readonly subtotal: bigint;
  readonly taxes: readonly { readonly rateId: string; readonly amount: bigint }[];
}

export function orderAmounts(order: ShopOrder): Result<OrderAmounts> {
  const digits = currencyDigits(order.currency);
  if (digits === null) return fail(failure("CURRENCY_UNKNOWN", { order: order.number, currency: order.currency }));
  const total = parseMoney(order.total, order.currency);
  if (!total.ok) return unreadable(order, "its total", total.why);
  if (total.value < 0n) return unreadable(order, "its total", `is ${order.total}, less than nothing`);
  const lines: FineLine[] = [];
  for (const line of order.lines) {
    const read = readLine(order, line);
    if (!read.ok) return read;
    lines.push(read.value);
  }
  const asWritten = lines.map((line) => roundLine(line, digits));
  const written = totals(asWritten);
  const rates = rateDifferences(order, lines, asWritten, digits);
  if (!rates.ok) return rates;
  if (written.untaxed + written.tax === total.value) {
    return ok({ currency: order.currency, lines: asWritten, ...written, total: total.value, truth: "lines" });
  }
  const settled = settleCents(lines, rates.value, total.value, digits);
  if (settled)
    return ok({ currency: order.currency, lines: settled, ...totals(settled), total: total.value, truth: "tax-lines" });
  return inconsistent(order, "the total", total.value, written.untaxed + written.tax);
}

function readLine(order: ShopOrder, line: OrderLine): Result<FineLine> {
  const name = `line "${line.name || line.id}"`;
  const untaxed = parseFine(line.total);
  if (!untaxed.ok) return unreadable(order, `the total of ${name}`, untaxed.why);
  // Shipping and fees of some shops have no subtotal; then nothing was taken off.
  const subtotal = line.subtotal.trim() === "" ? untaxed : parseFine(line.subtotal);
  if (!subtotal.ok) return unreadable(order, `the subtotal of ${name}`, subtotal.why);
  const taxes: { rateId: string; amount: bigint }[] = [];
  for (const tax of line.taxes) {
    // A rate with a blank amount is one that the shop knows but that does not apply to this line.
    if (tax.amount.trim() === "") continue;
    const amount = parseFine(tax.amount);
    if (!amount.ok) return unreadable(order, `the tax of ${name}`, amount.why);
    taxes.push({ rateId: tax.rateId, amount: amount.value });
  }
  return ok({ line, untaxed: untaxed.value, subtotal: subtotal.value, taxes });
}

function roundLine(fine: FineLine, digits: number): LineAmounts {
  const untaxed = roundFine(fine.untaxed, digits);
  return {
    line: fine.line,
    untaxed,
    discount: roundFine(fine.subtotal, digits) - untaxed,
    taxes: fine.taxes.map(({ rateId, amount }) => ({ rateId, amount: roundFine(amount, digits) })),
  };
}

function totals(lines: readonly LineAmounts[]): { untaxed: bigint; tax: bigint } {
  return {
    untaxed: sum(lines.map((line) => line.untaxed)),
    tax: sum(lines.flatMap((line) => line.taxes.map((tax) => tax.amount))),
  };
}

/**
 * The shop's total of each rate in minor units. A tax line that misses its lines by more than rounding can explain
 * (half a unit for each amount) contradicts them, and neither can be believed.
 */
function rateDifferences(
  order: ShopOrder,
  lines: readonly FineLine[],
  rounded: readonly LineAmounts[],
  digits: number,
): Result<ReadonlyMap<string, bigint>> {
  const targets = new Map<string, bigint>();
  for (const rate of order.taxRates) {
    const told = parseFine(rate.total);
    if (!told.ok) return unreadable(order, `its tax ${rate.label || rate.id}`, told.why);
    const target = roundFine(told.value, digits);
    const amounts = rounded.flatMap((line) =>
      line.taxes.filter((tax) => tax.rateId === rate.id).map((tax) => tax.amount),
    );
    const difference = target - sum(amounts);
    const explained = BigInt(Math.floor((amounts.length + 1) / 2));
    if (difference > explained || -difference > explained) {
      return inconsistent(order, `tax ${rate.label || rate.id}`, target, sum(amounts));
    }
    targets.set(rate.id, target);
  }
  for (const rateId of new Set(lines.flatMap((line) => line.taxes.map((tax) => tax.rateId)))) {
    if (targets.has(rateId)) continue;
    const amounts = rounded.flatMap((line) =>
      line.taxes.filter((tax) => tax.rateId === rateId).map((tax) => tax.amount),
    );
    targets.set(rateId, sum(amounts));
  }
  return ok(targets);
}

/** Gives the cents hidden by rounding to the lines, so that each rate comes to its tax line and all to the total. */
function settleCents(
  lines: readonly FineLine[],
  targets: ReadonlyMap<string, bigint>,
  total: bigint,
  digits: number,
): LineAmounts[] | null {
  const netTarget = total - sum(targets.values());
  const nets = lines.map((line) => line.untaxed);
  const netsRounded = nets.map((net) => roundFine(net, digits));
  // Nets may move only where the shop itself left them unrounded.
  const untaxed = sum(netsRounded) === netTarget ? netsRounded : settleNets(nets, netTarget, digits);
  if (!untaxed) return null;
  const taxes = lines.map((line) => line.taxes.map((tax) => ({ rateId: tax.rateId, amount: 0n })));
  for (const [rateId, target] of targets) {
    const places = lines.flatMap((line, at) =>
      line.taxes.flatMap((tax, slot) => (tax.rateId === rateId ? [{ at, slot, fine: tax.amount }] : [])),
    );
    const shared = roundTogether(
      places.map((place) => place.fine),
      target,
      digits,
    );
    if (!shared) return null;
    for (const [index, place] of places.entries()) taxes[place.at]![place.slot]!.amount = shared[index]!;
  }
  return lines.map((fine, index) => ({
    line: fine.line,
    untaxed: untaxed[index]!,
    discount: roundFine(fine.subtotal, digits) - roundFine(fine.untaxed, digits),
    taxes: taxes[index]!,
  }));
}

function settleNets(nets: readonly bigint[], target: bigint, digits: number): bigint[] | null {
  const loose = nets.flatMap((net, index) => (isWholeMinor(net, digits) ? [] : [index]));
  const fixed = sum(nets.filter((net) => isWholeMinor(net, digits)).map((net) => roundFine(net, digits)));
  const shared = roundTogether(
    loose.map((index) => nets[index]!),
    target - fixed,
    digits,
  );
  if (!shared) return null;
  const settled = nets.map((net) => roundFine(net, digits));
  for (const [slot, index] of loose.entries()) settled[index] = shared[slot]!;
  return settled;
}

function unreadable(order: ShopOrder, field: string, why: string): Result<never> {
  return fail(failure("ORDER_UNREADABLE", { order: `#${order.number}`, field, why }));
}

function inconsistent(order: ShopOrder, what: string, shop: bigint, computed: bigint): Result<never> {
  return fail(
    failure("ORDER_TOTALS_INCONSISTENT", {
      order: order.number,
      what,
      shop: `${formatMoney(shop, order.currency)} ${order.currency}`,
      computed: `${formatMoney(computed, order.currency)} ${order.currency}`,
    }),
  );
}
