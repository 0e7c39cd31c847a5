/**
 * What refunds mean for the goods. A refund takes of the units that were sent until then, as far as they go; what is left of it
 * was called off and is not to be sent: Odoo's open deliveries give it up, restocked or not. Units that were sent come back where
 * the shop restocks them. All follows from totals by line and from dates, so what a person has done in Odoo counts, doing it
 * again changes nothing, and what is sent after a refund does not change what that refund was.
 */
import { Decimal } from "decimal.js";
import type { ErpAction } from "../ports/erp.ts";
import { formatQuantity, parseQuantity, quantity } from "../quantity.ts";
import type { ErpDelivery } from "./erp-documents.ts";
import { lineExternalId, refundExternalId, returnExternalId } from "./external-ids.ts";
import { referenceOf } from "./refund-document.ts";
import type { OrderRules } from "./rules.ts";
import type { OrderLine, OrderRefund, OrderRefundLine, ShopOrder } from "./shop-order.ts";

const ZERO = new Decimal(0);

/** Units of one order line. */
interface LineStock {
  readonly line: OrderLine;
  readonly externalId: string;
  readonly ordered: Decimal;
  readonly calledOff: Decimal;
  /** Of each refund, the units that had been sent and went back on the shelf. */
  readonly returned: ReadonlyMap<OrderRefund, Decimal>;
  readonly done: Decimal;
  readonly open: Decimal;
  readonly back: Decimal;
  /** Sent, as far as either side says so. */
  readonly sent: Decimal;
}

export interface StockOf {
  readonly order: ShopOrder;
  readonly orderXid: string;
  readonly deliveries: readonly ErpDelivery[];
  readonly rules: OrderRules;
}

/** What of a refund's units of one line was called off, and what came back. */
interface Taken {
  readonly refund: OrderRefund;
  readonly calledOff: Decimal;
  /** Put back into stock; the rest of what had been sent stays gone. */
  readonly returned: Decimal;
}

type Refunded = Pick<ShopOrder, "refunds"> & Partial<Pick<ShopOrder, "fulfilments">>;

/** Units of a line that the customer does not get any more, as far as the shop tells what was sent. */
export function calledOffUnits(order: Refunded, lineId: string): Decimal {
  const sent = (refund: OrderRefund) => fulfilledUnits(order.fulfilments ?? [], lineId, refund.createdAt);
  return takenBy(order.refunds, lineId, sent).reduce((total, { calledOff }) => total.plus(calledOff), ZERO);
}

function takenBy(
  refunds: readonly OrderRefund[],
  lineId: string,
  sentBefore: (refund: OrderRefund) => Decimal,
): readonly Taken[] {
  let gone = ZERO;
  return refunds.flatMap((refund) => {
    const units = unitsOf(refund.lines, lineId);
    if (units.lessThanOrEqualTo(0)) return [];
    const back = Decimal.min(units, Decimal.max(ZERO, sentBefore(refund).minus(gone)));
    gone = gone.plus(back);
    const restocked = unitsOf(
      refund.lines.filter((line) => line.restock),
      lineId,
    );
    return [{ refund, calledOff: units.minus(back), returned: Decimal.min(back, restocked) }];
  });
}

/** Deliveries that would send what was called off. */
export function reductions(erpOrderId: number, stock: StockOf): readonly ErpAction[] {
  const lines = stockLines(stock).flatMap((line) => {
    const keep = keepOf(line);
    return line.open.greaterThan(keep) ? [{ externalId: line.externalId, keep: formatQuantity(keep) }] : [];
  });
  return lines.length === 0 ? [] : [{ kind: "delivery.reduce", orderId: erpOrderId, lines }];
}

/** Of each refund, oldest first, what came back and is not back in Odoo yet; only what Odoo has as delivered can be. */
export function returns(erpOrderId: number, stock: StockOf): readonly ErpAction[] {
  const { order, orderXid } = stock;
  const lines = stockLines(stock);
  const due = new Map(lines.map((line) => [line.line.id, line.done]));
  const there = new Map(lines.map((line) => [line.line.id, line.back]));
  return order.refunds.flatMap((refund): readonly ErpAction[] => {
    const own = lines.flatMap((line) => {
      const { id } = line.line;
      const units = Decimal.min(line.returned.get(refund) ?? ZERO, due.get(id) ?? ZERO);
      due.set(id, (due.get(id) ?? ZERO).minus(units));
      const known = Decimal.min(units, there.get(id) ?? ZERO);
      there.set(id, (there.get(id) ?? ZERO).minus(known));
      const missing = units.minus(known);
      return missing.greaterThan(0) ? [{ externalId: line.externalId, quantity: formatQuantity(missing) }] : [];
    });
    if (own.length === 0) return [];
    const externalId = returnExternalId(refundExternalId(orderXid, refund.id));
    const reference = referenceOf(order, refund);
    return [{ kind: "return.create", orderId: erpOrderId, externalId, reference, lines: own }];
  });
}

/** True when some goods were refunded before they were sent, whatever has become of their delivery. */
export function isCalledOff(stock: StockOf): boolean {
  return stockLines(stock).some((line) => line.calledOff.greaterThan(0));
}

/** What is left to go out: what is neither called off nor sent, and what the shop sent but Odoo has not done yet. */
function keepOf({ ordered, calledOff, done, sent }: LineStock): Decimal {
  return Decimal.max(ZERO, ordered.minus(calledOff).minus(sent)).plus(Decimal.max(ZERO, sent.minus(done)));
}

function stockLines({ order, orderXid, deliveries, rules }: StockOf): readonly LineStock[] {
  if (order.refunds.length === 0) return [];
  const goods = order.lines.filter((line) => line.kind === "product");
  return goods.flatMap((line) => {
    const read = parseQuantity(line.quantity);
    if (!read.ok) return [];
    const ordered = read.value;
    const externalId = lineExternalId(orderXid, line.id);
    const told = (until: string | null) => Decimal.min(fulfilledUnits(order.fulfilments, line.id, until), ordered);
    const doneBy = (until: string | null) => deliveredUnits(deliveries, externalId, "out", until);
    const taken = takenBy(order.refunds, line.id, ({ createdAt }) =>
      Decimal.min(ordered, Decimal.max(told(createdAt), doneBy(createdAt))),
    );
    if (taken.length === 0) return [];
    const done = doneBy(null);
    const sent = rules.deliveries === "shop" ? Decimal.max(done, told(null)) : done;
    return [
      {
        line,
        externalId,
        ordered,
        calledOff: taken.reduce((total, each) => total.plus(each.calledOff), ZERO),
        returned: new Map(taken.map((each) => [each.refund, each.returned])),
        done,
        open: openUnits(deliveries, externalId),
        back: deliveredUnits(deliveries, externalId, "back", null),
        sent,
      },
    ];
  });
}

function unitsOf(lines: readonly OrderRefundLine[], lineId: string): Decimal {
  return lines.reduce((total, line) => {
    const units = line.lineId === lineId ? parseQuantity(line.quantity) : null;
    return units?.ok ? total.plus(units.value) : total;
  }, ZERO);
}

/** `until` null: to this day. */
function fulfilledUnits(fulfilments: ShopOrder["fulfilments"], lineId: string, until: string | null): Decimal {
  return fulfilments
    .filter(({ status, createdAt }) => status === "done" && isBefore(createdAt, until))
    .flatMap((fulfilment) => fulfilment.lines)
    .reduce((total, line) => (line.lineId === lineId ? total.plus(quantity(line.quantity)) : total), ZERO);
}

function deliveredUnits(
  deliveries: readonly ErpDelivery[],
  externalId: string,
  direction: ErpDelivery["direction"],
  until: string | null,
): Decimal {
  const own = deliveries.filter(
    (delivery) => delivery.direction === direction && delivery.state === "done" && isBefore(delivery.doneAt, until),
  );
  return unitsIn(own, externalId, (line) => line.done);
}

function isBefore(at: string | null, until: string | null): boolean {
  return until === null || (at !== null && Date.parse(at) <= Date.parse(until));
}

function openUnits(deliveries: readonly ErpDelivery[], externalId: string): Decimal {
  const open = deliveries.filter(
    ({ direction, state }) => direction === "out" && state !== "done" && state !== "cancel",
  );
  return unitsIn(open, externalId, (line) => line.demand);
}

function unitsIn(
  deliveries: readonly ErpDelivery[],
  externalId: string,
  read: (line: ErpDelivery["lines"][number]) => string,
): Decimal {
  return deliveries
    .flatMap((delivery) => delivery.lines)
    .reduce((total, line) => (line.externalId === externalId ? total.plus(quantity(read(line))) : total), ZERO);
}
