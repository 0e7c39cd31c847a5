/**
 * What the order is now before refunds, and what that comes to.
 *
 * Shopify keeps everything that was ever ordered: a line's quantity, its total, discounts and taxes, and the order's
 * `totalPriceSet`, all count units that were removed or refunded since; only `currentQuantity` does not. A removal by an edit is
 * told as a refund with lines and without money, or not at all. So:
 *
 *   document line = line - units removed by edits
 *   units removed by edits = units of refunds that are edits, and quantity - currentQuantity - units of all refunds
 *   document total = totalPriceSet - what was removed by edits
 *
 * What units that no refund tells of came to is worked out in proportion, and what that rounds differently from the shop is settled
 * by `currentTotalPriceSet`, which is the document total less the lines that refunds have taken back.
 *
 * A refund with lines and without money is an edit only while nothing had been received for the order and nothing had been sent
 * back: then there is nothing to give back, and the order is simply smaller. Once money had come it is a credit, whose money
 * follows in a refund of its own. What decides is known at the moment of the refund, so it never changes afterwards.
 *
 * Example: 3 x 20.00, paid later. One is removed: total 60.00, quantity 3, currentQuantity 2, a refund of one unit without money.
 * The document is 2 x 20.00 = 40.00 and has no refund. Were it paid before: 3 x 20.00 = 60.00 with a refund of 20.00.
 */
import { abs, sum } from "../../core/money.ts";
import { additionalFeeLines, dutyLines, grossOf, grossSum, plainFee, type SoldLine } from "./order-lines.ts";
import { type FineTax, type MoneyReader, portion, share, taxSum } from "./order-money.ts";
import { type FinePayment, receivedUntil, returnedPayments } from "./order-payments.ts";
import type { OrderShape, RefundLineItemShape, RefundShape } from "./order-shape.ts";

/** A cancellation makes its refund in the same moment; the shop's clocks may differ by this much. */
const CANCELLATION_WINDOW_MS = 5 * 60_000;

export type RefundKind = "refund" | "edit" | "nothing";

/** When it was made: what the shop's own people see as its date. */
export function refundedAt(refund: RefundShape): string {
  return refund.createdAt ?? refund.processedAt;
}

export function refundKind(
  refund: RefundShape,
  order: OrderShape,
  payments: readonly FinePayment[],
  money: MoneyReader,
): RefundKind {
  const returned = returnedPayments(refund.transactions.nodes, money);
  const hasParts =
    refund.refundLineItems.nodes.length + refund.refundShippingLines.nodes.length + (refund.duties ?? []).length > 0;
  if (returned.length > 0) return "refund";
  if (!hasParts) return adjusted(refund, money) === 0n ? "nothing" : "refund";
  const at = refundedAt(refund);
  if (receivedUntil(payments, at) > 0n || isOfCancellation(order, at)) return "refund";
  // Goods that come back had gone out, paid or not.
  const cameBack = refund.refundLineItems.nodes.some(({ restockType }) => restockType === "RETURN");
  return cameBack ? "refund" : "edit";
}

/** Adjustments with their tax: above 0 in the merchant's favour, below 0 given to the customer. */
export function adjusted(refund: RefundShape, money: MoneyReader): bigint {
  return sum(
    refund.orderAdjustments.nodes.map(
      (one) =>
        money.read(one.amountSet, `an adjustment of refund ${refund.id}`) +
        money.read(one.taxAmountSet, `the tax of an adjustment of refund ${refund.id}`),
    ),
  );
}

function isOfCancellation({ cancelledAt }: OrderShape, at: string): boolean {
  return cancelledAt !== null && Date.parse(at) >= Date.parse(cancelledAt) - CANCELLATION_WINDOW_MS;
}

/** Part of a line that was removed or refunded; positive. */
export interface LinePart {
  readonly units: number;
  readonly net: bigint;
  readonly taxes: readonly FineTax[];
}

/** A refund's part of a product line: the shop's own amounts, its tax split over the line's rates. */
export function refundedPart(
  part: RefundLineItemShape,
  line: SoldLine | undefined,
  order: OrderShape,
  money: MoneyReader,
): LinePart {
  const told = abs(money.read(part.subtotalSet, "the subtotal of a refunded line"));
  const tax = abs(money.read(part.totalTaxSet, "the tax of a refunded line"));
  return { units: part.quantity, ...splitPart(told, tax, line, order.taxesIncluded, money) };
}

/** `told` includes the tax where the order's prices do. */
export function splitPart(
  told: bigint,
  tax: bigint,
  line: SoldLine | undefined,
  inside: boolean,
  money: MoneyReader,
): Pick<LinePart, "net" | "taxes"> {
  const rates = line?.taxes ?? [];
  const gross = inside ? told : told + tax;
  // A line without a rate cannot carry tax: what was given back is the same, only nothing of it is tax.
  if (rates.length === 0) return { net: gross, taxes: [] };
  const shares = share(
    tax,
    rates.map(({ amount }) => amount),
    money.digits,
  );
  const taxes = rates.map(({ rateId }, index) => ({ rateId, amount: shares[index]! }));
  return { net: gross - taxSum(taxes), taxes };
}

export interface Document {
  readonly lines: readonly SoldLine[];
  readonly total: bigint;
}

/** The lines as they are before refunds, and the total that belongs to them. */
export function orderDocument(
  order: OrderShape,
  items: readonly SoldLine[],
  shipping: { readonly kept: readonly SoldLine[]; readonly removed: readonly SoldLine[] },
  edits: readonly RefundShape[],
  money: MoneyReader,
): Document {
  const removed = removedParts(order, items, edits, money);
  const kept = items.flatMap((line) => without(line, removed.parts.get(line.id) ?? [], money) ?? []);
  const base = [...kept, ...shipping.kept];
  const gone = grossSum(items) - grossSum(kept);
  const told = money.read(order.totalPriceSet, "its total");
  const choice = explain(told - grossSum(base), extras(order, items, gone, grossSum(shipping.removed), money));
  const document = {
    lines: [...base, ...choice.flatMap((option) => option.lines)],
    total: told - sum(choice.map((option) => option.gone)),
  };
  const refunds = order.refunds.filter((refund) => !edits.includes(refund));
  return settled(document, removed.untold, order, refunds, money);
}

/** Moves what rounding alone put apart onto the largest of the lines whose removed part was worked out here. */
function settled(
  document: Document,
  untold: ReadonlySet<string>,
  order: OrderShape,
  refunds: readonly RefundShape[],
  money: MoneyReader,
): Document {
  const estimated = document.lines.filter((line) => untold.has(line.id));
  const [first] = estimated.toSorted((a, b) => (a.net < b.net ? 1 : -1));
  if (!first) return document;
  const current = money.read(order.currentTotalPriceSet, "its current total");
  const apart = current + sum(refunds.map((refund) => worthOf(refund, order, money))) - document.total;
  // Each amount that was worked out may be one minor unit away.
  const amounts = estimated.reduce((count, line) => count + 1 + line.taxes.length, 0);
  if (apart === 0n || abs(money.minor(apart)) > BigInt(amounts)) return document;
  const lines = document.lines.map((line) => (line === first ? { ...line, net: line.net + apart } : line));
  return { lines, total: document.total + apart };
}

/** What a refund's lines, shipping and duties came to, by the shop's own amounts. */
function worthOf(refund: RefundShape, order: OrderShape, money: MoneyReader): bigint {
  const gross = (amount: bigint, tax: bigint) => abs(amount) + (order.taxesIncluded ? 0n : abs(tax));
  const what = `a part of refund ${refund.id}`;
  return sum([
    ...refund.refundLineItems.nodes.map((one) =>
      gross(money.read(one.subtotalSet, what), money.read(one.totalTaxSet, what)),
    ),
    ...refund.refundShippingLines.nodes.map((one) =>
      gross(money.read(one.subtotalAmountSet, what), money.read(one.taxAmountSet, what)),
    ),
    ...(refund.duties ?? []).map((one) => abs(money.read(one.amountSet, what))),
  ]);
}

interface Removed {
  /** By line. */
  readonly parts: ReadonlyMap<string, readonly LinePart[]>;
  /** Lines of which a part was worked out, since no refund tells of it. */
  readonly untold: ReadonlySet<string>;
}

function removedParts(
  order: OrderShape,
  items: readonly SoldLine[],
  edits: readonly RefundShape[],
  money: MoneyReader,
): Removed {
  const untold = new Set<string>();
  const parts = new Map<string, LinePart[]>();
  const units = new Map<string, number>();
  for (const refund of order.refunds) {
    for (const part of refund.refundLineItems.nodes) {
      const { id } = part.lineItem;
      units.set(id, (units.get(id) ?? 0) + part.quantity);
      if (!edits.includes(refund)) continue;
      const line = items.find((known) => known.id === id);
      parts.set(id, [...(parts.get(id) ?? []), refundedPart(part, line, order, money)]);
    }
  }
  for (const item of order.lineItems.nodes) {
    const missing = item.quantity - item.currentQuantity - (units.get(item.id) ?? 0);
    const line = items.find((known) => known.id === item.id);
    if (missing <= 0 || !line) continue;
    untold.add(item.id);
    const part = (amount: bigint) => portion(amount, BigInt(missing), BigInt(item.quantity), money.digits);
    const taxes = line.taxes.map(({ rateId, amount }) => ({ rateId, amount: part(amount) }));
    // Rounded once, as a whole: what is left over belongs to the net.
    const net = part(grossOf(line)) - taxSum(taxes);
    parts.set(item.id, [...(parts.get(item.id) ?? []), { units: missing, net, taxes }]);
  }
  return { parts, untold };
}

/** Null: nothing is left of the line. */
function without(line: SoldLine, parts: readonly LinePart[], money: MoneyReader): SoldLine | null {
  if (parts.length === 0) return line;
  const units = parts.reduce((all, part) => all + part.units, 0);
  const net = line.net - sum(parts.map((part) => part.net));
  const taxes = line.taxes.map(({ rateId, amount }) => ({
    rateId,
    amount: amount - sum(parts.flatMap((part) => part.taxes.filter((t) => t.rateId === rateId)).map((t) => t.amount)),
  }));
  if (line.kind !== "product") return grossOf({ net, taxes }) === 0n ? null : { ...line, subtotal: net, net, taxes };
  const left = line.units - units;
  if (left <= 0) return null;
  const subtotal = portion(line.subtotal, BigInt(left), BigInt(line.units), money.digits);
  return { ...line, units: left, subtotal, net, taxes };
}

/** One way to understand a part of the total. */
interface Option {
  /** What it adds to `totalPriceSet` beyond lines and shipping. */
  readonly adds: bigint;
  /** Lines of the document that stand for it. */
  readonly lines: readonly SoldLine[];
  /** Part of `totalPriceSet` that is not in the document. */
  readonly gone: bigint;
}

const NONE: Option = { adds: 0n, lines: [], gone: 0n };

/**
 * Where the API's words leave open whether an amount is part of the total (a tip is told as a sum and, in most shops, as a line;
 * duties and fees with or without their tax), both readings are kept, the likelier first. The total decides.
 */
function extras(
  order: OrderShape,
  items: readonly SoldLine[],
  gone: bigint,
  removedShipping: bigint,
  money: MoneyReader,
): readonly (readonly Option[])[] {
  const tip = money.read(order.totalTipReceivedSet, "the tip");
  const tipLine = plainFee("tip", "Tip", tip);
  const tipStands = items.some((line) => line.kind === "fee" && line.net === tip);
  const asTip: Option = { adds: tip, lines: [tipLine], gone: 0n };
  const duties = asLines(dutyLines(order, money, false), dutyLines(order, money, true));
  const fees = asLines(additionalFeeLines(order, money, false), additionalFeeLines(order, money, true));
  return [
    either(gone),
    either(removedShipping),
    tip === 0n ? [NONE] : tipStands ? [NONE, asTip] : [asTip, NONE],
    order.dutiesIncluded ? [NONE, ...duties] : [...duties, NONE],
    [...fees, NONE],
  ];
}

function either(amount: bigint): readonly Option[] {
  return amount === 0n ? [NONE] : [{ adds: amount, lines: [], gone: amount }, NONE];
}

function asLines(outside: readonly SoldLine[], inside: readonly SoldLine[]): readonly Option[] {
  if (outside.length === 0) return [];
  return [outside, inside].map((lines) => ({ adds: grossSum(lines), lines, gone: 0n }));
}

/** The first combination that comes to `missing` exactly; else the nearest, which leaves the contradiction to be named by the core. */
function explain(missing: bigint, dimensions: readonly (readonly Option[])[]): readonly Option[] {
  let combinations: readonly (readonly Option[])[] = [[]];
  for (const options of dimensions)
    combinations = combinations.flatMap((chosen) => options.map((option) => [...chosen, option]));
  let best: readonly Option[] = [];
  let apart: bigint | null = null;
  for (const combination of combinations) {
    const distance = abs(missing - sum(combination.map((option) => option.adds)));
    if (apart !== null && distance >= apart) continue;
    best = combination;
    apart = distance;
  }
  return best;
}
