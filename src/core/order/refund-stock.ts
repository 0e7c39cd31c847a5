/**
 * What refunds mean for the goods. Refunded units that were not sent are not to be sent: Odoo's open deliveries give them up,
 * restocked or not. Refunded units that were sent come back where the shop restocks them. Everything follows from totals by
 * line, so what a person has done in Odoo counts, and doing it again changes nothing.
 */
import { Decimal } from "decimal.js";
import type { ErpAction } from "../ports/erp.ts";
import { formatQuantity, parseQuantity, quantity } from "../quantity.ts";
import type { ErpDelivery } from "./erp-documents.ts";
import { lineExternalId, refundExternalId, returnExternalId } from "./external-ids.ts";
import { referenceOf } from "./refund-document.ts";
import type { OrderRules } from "./rules.ts";
import type { OrderLine, OrderRefundLine, ShopOrder } from "./shop-order.ts";

const ZERO = new Decimal(0);

/** Units of one order line. */
interface LineStock {
  readonly line: OrderLine;
  readonly externalId: string;
  readonly ordered: Decimal;
  readonly refunded: Decimal;
  readonly restocked: Decimal;
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

/** Units of a line that were refunded, whether sent or not. */
export function refundedUnits(order: Pick<ShopOrder, "refunds">, lineId: string): Decimal {
  return unitsOf(refundLines(order), lineId);
}

/** Deliveries to be shortened, and goods to be taken back. */
export function refundStock(erpOrderId: number, stock: StockOf): readonly ErpAction[] {
  const lines = stockLines(stock);
  const reduced = lines.flatMap((line) => {
    const keep = keepOf(line);
    return line.open.greaterThan(keep) ? [{ externalId: line.externalId, keep: formatQuantity(keep) }] : [];
  });
  const reduce: readonly ErpAction[] =
    reduced.length === 0 ? [] : [{ kind: "delivery.reduce", orderId: erpOrderId, lines: reduced }];
  return [...reduce, ...returns(erpOrderId, lines, stock)];
}

/** True while goods stand in an open delivery that were refunded before they were sent. */
export function refundsUnsent(stock: StockOf): boolean {
  return stockLines(stock).some((line) => line.open.greaterThan(keepOf(line)));
}

/** What is left to go out: what is neither refunded nor sent, and what the shop sent but Odoo has not done yet. */
function keepOf({ ordered, refunded, done, sent }: LineStock): Decimal {
  return Decimal.max(ZERO, ordered.minus(refunded).minus(sent)).plus(Decimal.max(ZERO, sent.minus(done)));
}

function stockLines({ order, orderXid, deliveries, rules }: StockOf): readonly LineStock[] {
  if (order.refunds.length === 0) return [];
  const goods = order.lines.filter((line) => line.kind === "product");
  return goods.flatMap((line) => {
    const ordered = parseQuantity(line.quantity);
    const refunded = refundedUnits(order, line.id);
    if (!ordered.ok || refunded.lessThanOrEqualTo(0)) return [];
    const externalId = lineExternalId(orderXid, line.id);
    const done = deliveredUnits(deliveries, externalId, "out");
    const told = rules.deliveries === "shop" ? Decimal.min(fulfilledUnits(order, line.id), ordered.value) : ZERO;
    const restocked = unitsOf(
      refundLines(order).filter((each) => each.restock),
      line.id,
    );
    const open = openUnits(deliveries, externalId);
    const back = deliveredUnits(deliveries, externalId, "back");
    const sent = Decimal.max(done, told);
    return [{ line, externalId, ordered: ordered.value, refunded, restocked, done, open, back, sent }];
  });
}

/** Of each refund, oldest first, what came back and is not back in Odoo yet. */
function returns(erpOrderId: number, lines: readonly LineStock[], stock: StockOf): readonly ErpAction[] {
  const { order, orderXid } = stock;
  const due = new Map(lines.map((line) => [line.line.id, dueBack(line)]));
  const there = new Map(lines.map((line) => [line.line.id, line.back]));
  return order.refunds.flatMap((refund): readonly ErpAction[] => {
    const own = lines.flatMap((line) => {
      const { id } = line.line;
      const units = Decimal.min(
        unitsOf(
          refund.lines.filter((each) => each.restock),
          id,
        ),
        due.get(id) ?? ZERO,
      );
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

/** Units that were sent, refunded and put back into stock, as far as Odoo has them as delivered. */
function dueBack({ ordered, refunded, restocked, done, sent }: LineStock): Decimal {
  const sentAndRefunded = Decimal.max(ZERO, sent.minus(ordered.minus(refunded)));
  return Decimal.min(sentAndRefunded, restocked, done);
}

function refundLines(order: Pick<ShopOrder, "refunds">): readonly OrderRefundLine[] {
  return order.refunds.flatMap((refund) => refund.lines);
}

function unitsOf(lines: readonly OrderRefundLine[], lineId: string): Decimal {
  return lines.reduce((total, line) => {
    const units = line.lineId === lineId ? parseQuantity(line.quantity) : null;
    return units?.ok ? total.plus(units.value) : total;
  }, ZERO);
}

function fulfilledUnits(order: ShopOrder, lineId: string): Decimal {
  return order.fulfilments
    .filter((fulfilment) => fulfilment.status === "done")
    .flatMap((fulfilment) => fulfilment.lines)
    .reduce((total, line) => (line.lineId === lineId ? total.plus(quantity(line.quantity)) : total), ZERO);
}

function deliveredUnits(deliveries: readonly ErpDelivery[], externalId: string, direction: "out" | "back"): Decimal {
  return unitsIn(
    deliveries.filter((delivery) => delivery.direction === direction && delivery.state === "done"),
    externalId,
    (line) => line.done,
  );
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
