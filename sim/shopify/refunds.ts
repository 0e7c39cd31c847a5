/** Refunds: lines with or without restock, shipping, duties, an amount by itself. Money goes back over the payments. */
import { ordersEvent, refundBody } from "./order-body.ts";
import { release } from "./fulfilment.ts";
import type { Bag, Duty, Line, Location, Order, Refund, RefundLine, RestockType, ShippingLine } from "./model.ts";
import { add, isZero, minus, slice, ZERO } from "./money.ts";
import {
  currentQuantity,
  receivedOf,
  refundedOf,
  shareOf,
  shippingTotal,
  taxSum,
  unfulfilledQuantity,
} from "./order-amounts.ts";
import { payBack } from "./payments.ts";
import { move, type Shop } from "./stock.ts";

export interface RefundPlan {
  readonly lines: readonly {
    readonly line: Line;
    readonly quantity: number;
    readonly restockType: RestockType;
    /** Where it is put back; default: where it was sent from. */
    readonly location: Location | null;
  }[];
  /** With the shipping's own tax rules: of what the customer paid for it before (or, where prices include tax, with) tax. */
  readonly shipping: readonly { readonly line: ShippingLine; readonly amount: Bag }[];
  readonly duties: readonly Duty[];
  /** Money that goes back; null: what the parts come to, as far as it was paid. */
  readonly amount: Bag | null;
  readonly note: string;
}

/** Throws where more is taken back than there is, or more money given back than had come. */
export function refund(shop: Shop, order: Order, plan: RefundPlan): Refund {
  const { state } = shop;
  for (const [line, parts] of Map.groupBy(plan.lines, (part) => part.line)) {
    const all = parts.reduce((sum, { quantity }) => sum + quantity, 0);
    const refused = [
      unitsRefusal(line, all, "NO_RESTOCK"),
      ...parts.map((part) => unitsRefusal(line, part.quantity, part.restockType)),
    ];
    const reason = refused.find((one) => one !== null);
    if (reason !== undefined) throw new Error(`line ${line.id}: ${reason}`);
  }
  const lines = plan.lines.map((one) => takeBack(shop, one));
  const shipping = plan.shipping.map(({ line, amount }) => refundShipping(shop, line, amount));
  const duties = plan.duties.map((duty) => ({ duty, amount: add(duty.price, taxSum(duty.taxes)) }));
  const computed = add(
    ...lines.map(({ subtotal, taxes }) => (order.taxesIncluded ? subtotal : add(subtotal, ...taxes))),
    ...shipping.map(({ subtotal, tax }) => (order.taxesIncluded ? subtotal : add(subtotal, tax))),
    ...duties.map(({ amount }) => amount),
  );
  const paid = minus(receivedOf(order), refundedOf(order));
  const amount = plan.amount ?? (paid.presentment < computed.presentment ? paid : computed);
  const transactions = isZero(amount) ? [] : payBack(shop, order, amount);
  const discrepancy = minus(computed, amount);
  const isPaidFor = paid.presentment > 0n;
  const made: Refund = {
    type: "Refund",
    id: state.nextId("Refund"),
    order,
    note: plan.note,
    createdMs: state.nowMs(),
    lines,
    shipping,
    duties,
    // An order that was not paid owes nothing: nothing is amiss when no money goes back.
    adjustments:
      isZero(discrepancy) || (!isPaidFor && isZero(amount))
        ? []
        : [
            {
              type: "OrderAdjustment",
              id: state.nextId("RefundPart"),
              amount: discrepancy,
              tax: ZERO,
              reason: "REFUND_DISCREPANCY",
            },
          ],
    transactions,
  };
  order.refunds.push(made);
  shop.emit({ topic: "refunds/create", body: refundBody(made) });
  ordersEvent(shop, "orders/updated", order);
  return made;
}

function takeBack(shop: Shop, { line, quantity, restockType, location }: RefundPlan["lines"][number]): RefundLine {
  const { subtotal, taxes } = shareOf(line, quantity);
  removeUnits(line, quantity);
  const place =
    restockType === "RETURN"
      ? returned(shop, line, quantity, location)
      : release(shop, line, quantity, restockType === "CANCEL");
  return {
    id: shop.state.nextId("RefundPart"),
    line,
    quantity,
    restockType,
    location: restockType === "NO_RESTOCK" ? null : (location ?? place),
    subtotal,
    taxes,
  };
}

/** Units that went out, and were not taken back since. */
function sentQuantity(line: Line): number {
  return currentQuantity(line) - unfulfilledQuantity(line);
}

/** As the admin has it: what was sent can only be returned, and what was not only be cancelled. */
export function apportion(
  line: Line,
  quantity: number,
  restockType: RestockType,
): readonly { readonly quantity: number; readonly restockType: RestockType }[] {
  if (restockType === "NO_RESTOCK") return [{ quantity, restockType }];
  const isReturn = restockType === "RETURN";
  const first = Math.min(quantity, isReturn ? sentQuantity(line) : unfulfilledQuantity(line));
  const parts = [
    { quantity: first, restockType },
    { quantity: quantity - first, restockType: isReturn ? ("CANCEL" as const) : ("RETURN" as const) },
  ];
  return parts.filter((part) => part.quantity > 0);
}

/** Null, or why the units cannot be taken back so. */
export function unitsRefusal(line: Line, quantity: number, restockType: RestockType): string | null {
  if (quantity < 1 || quantity > currentQuantity(line)) return "Refund quantity exceeds what is left";
  if (restockType === "RETURN" && quantity > sentQuantity(line)) return "Cannot return items that were not fulfilled";
  if (restockType === "CANCEL" && quantity > unfulfilledQuantity(line))
    return "Cannot cancel items that were fulfilled";
  return null;
}

export function removeUnits(line: Line, quantity: number): void {
  const { subtotal, taxes } = shareOf(line, quantity);
  const { removed } = line;
  line.removed = {
    quantity: removed.quantity + quantity,
    subtotal: add(removed.subtotal, subtotal),
    taxes: removed.taxes.map((tax, index) => add(tax, taxes[index] ?? ZERO)),
  };
}

/** Goods that had been sent come back onto a shelf. */
function returned(shop: Shop, line: Line, quantity: number, location: Location | null): Location | null {
  const sentFrom = line.order.fulfillments.find(
    ({ status, lines }) => status === "SUCCESS" && lines.some((sent) => sent.line === line),
  )?.location;
  const place = location ?? sentFrom ?? line.order.fulfillmentOrders[0]?.location ?? null;
  const level = place === null ? undefined : line.variant?.item.levels.get(place.id);
  if (level?.active === true && line.variant?.item.tracked === true) move(shop, level, { available: quantity });
  return place;
}

function refundShipping({ state }: Shop, line: ShippingLine, amount: Bag): Refund["shipping"][number] {
  const whole = shippingTotal(line);
  if (amount.presentment > minus(whole, line.refunded).presentment)
    throw new Error(`shipping ${line.id} has less than that left to give back`);
  line.refunded = add(line.refunded, amount);
  const tax = taxSum(line.taxes);
  const isWhole = amount.presentment === whole.presentment;
  const share =
    isWhole || whole.presentment === 0n ? tax : slice(tax, 0, Number(amount.presentment), Number(whole.presentment));
  return { type: "RefundShippingLine", id: state.nextId("RefundPart"), line, subtotal: amount, tax: share };
}
