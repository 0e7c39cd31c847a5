/**
 * All that was ever sold with an order, line by line, exact: products, custom items, shipping, duties, fees and tips, before
 * anything was removed or refunded. Unit prices are never used: what was charged is the line's own total, what was taken off it
 * are its allocations (Shopify allocates discounts of the whole order to its lines too), and what is tax are its tax lines.
 */
import { sum } from "../../core/money.ts";
import type { OrderLine } from "../../core/order/shop-order.ts";
import { type FineTax, type MoneyReader, percentOf, portion, readTaxes, taxSum } from "./order-money.ts";
import type { AllocationShape, LineItemShape, OrderShape, ShippingLineShape, TaxLineShape } from "./order-shape.ts";

/** A line with exact amounts. */
export interface SoldLine {
  readonly id: string;
  readonly kind: OrderLine["kind"];
  readonly name: string;
  readonly sku: string;
  readonly variantId: string | null;
  /** Of product lines; 1 for all others. */
  readonly units: number;
  /** Without tax, before discount. */
  readonly subtotal: bigint;
  /** Without tax, after discount. */
  readonly net: bigint;
  readonly taxes: readonly FineTax[];
}

export function grossOf(line: Pick<SoldLine, "net" | "taxes">): bigint {
  return line.net + taxSum(line.taxes);
}

export function grossSum(lines: readonly Pick<SoldLine, "net" | "taxes">[]): bigint {
  return sum(lines.map(grossOf));
}

/** Products and custom items, at the quantities that were ever ordered. */
export function itemLines(order: OrderShape, money: MoneyReader): readonly SoldLine[] {
  return order.lineItems.nodes.filter(({ quantity }) => quantity > 0).map((item) => itemLine(item, order, money));
}

function itemLine(item: LineItemShape, order: OrderShape, money: MoneyReader): SoldLine {
  const field = `line "${item.name}"`;
  const charged = money.read(item.originalTotalSet, `the total of ${field}`);
  const off = allocated(item.discountAllocations, money, field);
  const amounts = split(charged, charged - off, item.taxLines, order.taxesIncluded, money, field);
  if (isCustom(item)) {
    const name = item.quantity === 1 ? item.name : `${item.name} × ${item.quantity}`;
    return { id: item.id, kind: "fee", name, sku: "", variantId: null, units: 1, ...amounts };
  }
  return {
    id: item.id,
    kind: "product",
    name: item.name,
    sku: item.sku.trim(),
    variantId: item.variant?.id ?? null,
    units: item.quantity,
    ...amounts,
  };
}

/** Typed in by hand (or a tip): it never was a product. A product that is gone leaves its vendor, variant title or SKU behind. */
function isCustom(item: LineItemShape): boolean {
  const left = [item.vendor, item.variantTitle, item.sku].some((text) => text.trim() !== "");
  return !item.variant && !item.product && !left && !item.isGiftCard;
}

export function shippingLines(
  order: OrderShape,
  money: MoneyReader,
): {
  readonly kept: readonly SoldLine[];
  readonly removed: readonly SoldLine[];
} {
  const read = order.shippingLines.nodes.map((line, index) => ({
    removed: line.isRemoved,
    line: shippingLine(line, index, order, money),
  }));
  return {
    kept: read.filter(({ removed }) => !removed).map(({ line }) => line),
    removed: read.filter(({ removed }) => removed).map(({ line }) => line),
  };
}

/** Ids of other kinds than items are prefixed: each kind counts for itself in Shopify. */
export function shippingLineId(id: string | null | undefined, index: number): string {
  return id ? `shipping-${id}` : `shipping-n${index + 1}`;
}

function shippingLine(line: ShippingLineShape, index: number, order: OrderShape, money: MoneyReader): SoldLine {
  const field = `shipping "${line.title}"`;
  const charged = money.read(line.originalPriceSet, `the price of ${field}`);
  const after = money.read(line.discountedPriceSet, `the discounted price of ${field}`);
  return {
    id: shippingLineId(line.id, index),
    kind: "shipping",
    name: line.title,
    sku: line.code,
    variantId: null,
    units: 1,
    ...split(charged, after, line.taxLines, order.taxesIncluded, money, field),
  };
}

/** Duties of all lines, as fees of their own. `inside`: their taxes are part of their price. */
export function dutyLines(order: OrderShape, money: MoneyReader, inside: boolean): readonly SoldLine[] {
  return order.lineItems.nodes.flatMap((item) =>
    item.duties.map((duty) => {
      const name = `Duty on ${item.name}`;
      const price = money.read(duty.price, `the duty on "${item.name}"`);
      return feeLine(`duty-${duty.id}`, name, price, duty.taxLines, inside, money);
    }),
  );
}

export function additionalFeeLines(order: OrderShape, money: MoneyReader, inside: boolean): readonly SoldLine[] {
  return order.additionalFees.map((fee) => {
    const price = money.read(fee.price, `the fee "${fee.name}"`);
    const number = /(\d{1,20})(?:\?.*)?$/.exec(fee.id)?.[1] ?? "0";
    return feeLine(`fee-${number}`, fee.name, price, fee.taxLines, inside, money);
  });
}

export function plainFee(id: string, name: string, amount: bigint): SoldLine {
  return { id, kind: "fee", name, sku: "", variantId: null, units: 1, subtotal: amount, net: amount, taxes: [] };
}

function feeLine(
  id: string,
  name: string,
  price: bigint,
  taxLines: readonly TaxLineShape[],
  inside: boolean,
  money: MoneyReader,
): SoldLine {
  return { ...plainFee(id, name, price), ...split(price, price, taxLines, inside, money, `"${name}"`) };
}

/** Net amounts from what was charged before and after discount; `inside`: both include the taxes. */
function split(
  charged: bigint,
  after: bigint,
  taxLines: readonly TaxLineShape[],
  inside: boolean,
  money: MoneyReader,
  field: string,
): Pick<SoldLine, "subtotal" | "net" | "taxes"> {
  const taxes = readTaxes(money, taxLines, field);
  if (!inside) return { subtotal: charged, net: after, taxes };
  const net = after - taxSum(taxes);
  const off = charged - after;
  // The tax that the discount saved is told nowhere; it follows the line's own ratio, or its rates where nothing is left of it.
  const offNet = after === 0n ? withoutTax(off, taxLines, money) : portion(off, net, after, money.digits);
  return { subtotal: net + offNet, net, taxes };
}

function withoutTax(amount: bigint, taxLines: readonly TaxLineShape[], money: MoneyReader): bigint {
  const MILLIONTHS = 1_000_000n;
  const percents = taxLines.map((line) => BigInt(Math.round(Number(percentOf(line) || "0") * 10_000)));
  return portion(amount, MILLIONTHS, MILLIONTHS + sum(percents), money.digits);
}

function allocated(allocations: readonly AllocationShape[], money: MoneyReader, field: string): bigint {
  return sum(allocations.map((one) => money.read(one.allocatedAmountSet, `the discount of ${field}`)));
}

/** Discounts by code (or by the title of one that came by itself), as they were taken off all lines and shipping. */
export function discountsByCode(
  order: OrderShape,
  money: MoneyReader,
): readonly { readonly code: string; readonly amount: string }[] {
  const byCode = new Map<string, bigint>();
  for (const { discountAllocations } of [...order.lineItems.nodes, ...order.shippingLines.nodes]) {
    for (const { allocatedAmountSet, discountApplication } of discountAllocations) {
      const code = discountApplication.code ?? discountApplication.title ?? "";
      byCode.set(code, (byCode.get(code) ?? 0n) + money.read(allocatedAmountSet, `the discount ${code}`));
    }
  }
  return [...byCode]
    .filter(([, amount]) => amount !== 0n)
    .map(([code, amount]) => ({ code, amount: money.write(amount) }));
}
