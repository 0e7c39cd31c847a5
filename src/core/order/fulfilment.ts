/**
 * What went out of Odoo and the shop has not been told, and what the shop sent and Odoo has not done. Both follow from the two
 * states alone: nothing is remembered, so a crash behind any write is seen as what it did by the next observation.
 */
import { Decimal } from "decimal.js";
import type { FulfilmentWrite } from "../ports/shop.ts";
import { formatQuantity, parseQuantity, quantity } from "../quantity.ts";
import type { ErpDelivery } from "./erp-documents.ts";
import { lineExternalId } from "./external-ids.ts";
import { calledOffUnits } from "./refund-stock.ts";
import type { OrderFulfilment, OrderLine, ShopOrder } from "./shop-order.ts";

/** Units by the shop's line id. */
type Units = Map<string, Decimal>;

const ZERO = new Decimal(0);

/** Units to be done in all of one order line. */
export interface LineTarget {
  readonly externalId: string;
  readonly quantity: string;
}

export interface SentByShop {
  /** Null: all that is open. Otherwise what is to be done in all, line by line. */
  readonly lines: readonly LineTarget[] | null;
  /** Numbers that stand on no delivery in Odoo yet, e.g. `1Z999, 1Z998`; "" for none. */
  readonly tracking: string;
}

/**
 * One entry for each of Odoo's deliveries with something that the shop has not been told, oldest first. Never more than was
 * ordered, nor what the customer got the money back for before it was sent; what the shop fulfilled by itself counts as told.
 */
export function untoldFulfilments(
  order: ShopOrder,
  orderXid: string,
  deliveries: readonly ErpDelivery[],
): readonly FulfilmentWrite[] {
  const lines = goodsOf(order);
  const sent = deliveries
    .filter((delivery) => delivery.direction === "out")
    .map((delivery) => ({ delivery, rest: doneOf(delivery, lines, orderXid) }));
  takeOffTold(order, sent);
  const told = fulfilledUnits(order.fulfilments);
  const budget = new Map(
    lines.map((line) => {
      const due = quantity(line.quantity).minus(unitsOf(told, line.id)).minus(calledOffUnits(order, line.id));
      return [line.id, due] as const;
    }),
  );
  const passed: Units = new Map();
  const given: Units = new Map();
  return sent.flatMap(({ delivery, rest }) => {
    const own = lines.flatMap((line) => {
      add(passed, line.id, unitsOf(rest, line.id));
      const due = Decimal.min(unitsOf(passed, line.id), unitsOf(budget, line.id));
      // Half a unit in each of two transfers is one unit, and it is told with the second.
      const whole = quantity(line.quantity).isInteger() ? due.floor() : due;
      const now = whole.minus(unitsOf(given, line.id));
      if (now.lessThanOrEqualTo(0)) return [];
      add(given, line.id, now);
      return [{ lineId: line.id, quantity: formatQuantity(now) }];
    });
    if (own.length === 0) return [];
    const { name, carrier, trackingNumber, trackingUrl } = delivery;
    return [{ orderId: order.id, picking: name, lines: own, carrier, trackingNumber, trackingUrl }];
  });
}

/**
 * What the shop sent beyond what is done in Odoo, as far as something is open there; null: nothing is to be done. What came back
 * does not make what was sent unsent.
 */
export function undoneFulfilments(
  order: ShopOrder,
  orderXid: string,
  deliveries: readonly ErpDelivery[],
): SentByShop | null {
  const lines = goodsOf(order);
  const out = deliveries.filter((delivery) => delivery.direction === "out");
  const told = fulfilledUnits(order.fulfilments);
  const [done, open]: [Units, Units] = [new Map(), new Map()];
  for (const delivery of out) {
    addAll(done, doneOf(delivery, lines, orderXid));
    addAll(open, openOf(delivery, lines, orderXid));
  }
  const targets: LineTarget[] = [];
  let isAll = true;
  for (const { id, quantity: ordered } of lines) {
    const waits = unitsOf(open, id);
    const before = unitsOf(done, id);
    const missing = Decimal.min(unitsOf(told, id), quantity(ordered)).minus(before);
    if (waits.isZero()) continue;
    if (missing.lessThan(waits)) isAll = false;
    if (missing.lessThanOrEqualTo(0)) continue;
    const target = before.plus(Decimal.min(missing, waits));
    targets.push({ externalId: lineExternalId(orderXid, id), quantity: formatQuantity(target) });
  }
  if (targets.length === 0) return null;
  return { lines: isAll ? null : targets, tracking: unknownTracking(order, out) };
}

/** True while something may still go out of Odoo that the shop will have to be told of. */
export function isUnsent(deliveries: readonly ErpDelivery[]): boolean {
  return deliveries.some(({ direction, state }) => direction === "out" && state !== "done" && state !== "cancel");
}

function goodsOf(order: ShopOrder): readonly OrderLine[] {
  return order.lines.filter((line) => {
    if (line.kind !== "product") return false;
    const ordered = parseQuantity(line.quantity);
    return ordered.ok && ordered.value.greaterThan(0);
  });
}

function doneOf(delivery: ErpDelivery, lines: readonly OrderLine[], orderXid: string): Units {
  return lineUnits(delivery, lines, orderXid, (line) => quantity(line.done));
}

function openOf(delivery: ErpDelivery, lines: readonly OrderLine[], orderXid: string): Units {
  if (delivery.state === "done" || delivery.state === "cancel") return new Map();
  return lineUnits(delivery, lines, orderXid, (line) =>
    Decimal.max(quantity(line.demand).minus(quantity(line.done)), ZERO),
  );
}

function lineUnits(
  delivery: ErpDelivery,
  lines: readonly OrderLine[],
  orderXid: string,
  read: (line: ErpDelivery["lines"][number]) => Decimal,
): Units {
  const units: Units = new Map();
  for (const { id } of lines) {
    const externalId = lineExternalId(orderXid, id);
    for (const line of delivery.lines) if (line.externalId === externalId) add(units, id, read(line));
  }
  return units;
}

function fulfilledUnits(fulfilments: readonly OrderFulfilment[]): Units {
  const units: Units = new Map();
  for (const fulfilment of fulfilments) {
    if (fulfilment.status !== "done") continue;
    for (const line of fulfilment.lines) add(units, line.lineId, quantity(line.quantity));
  }
  return units;
}

/** Takes off each delivery what the shop knows: of those with its tracking number first, then of the oldest. */
function takeOffTold(
  order: ShopOrder,
  sent: readonly { readonly delivery: ErpDelivery; readonly rest: Units }[],
): void {
  const told = order.fulfilments
    .filter((fulfilment) => fulfilment.status === "done")
    .map((fulfilment) => {
      const units: Units = new Map();
      for (const line of fulfilment.lines) add(units, line.lineId, quantity(line.quantity));
      return { units, numbers: numbersIn(fulfilment.trackingNumbers) };
    });
  for (const { units, numbers } of told) {
    for (const { delivery, rest } of sent) {
      if (numbersIn([delivery.trackingNumber]).some((number) => numbers.includes(number))) moveOff(units, rest);
    }
  }
  for (const { units } of told) for (const { rest } of sent) moveOff(units, rest);
}

/** Lowers both by what they have in common. */
function moveOff(told: Units, rest: Units): void {
  for (const [lineId, units] of told) {
    const common = Decimal.min(units, unitsOf(rest, lineId));
    if (common.lessThanOrEqualTo(0)) continue;
    told.set(lineId, units.minus(common));
    add(rest, lineId, common.negated());
  }
}

function unknownTracking(order: ShopOrder, deliveries: readonly ErpDelivery[]): string {
  const known = new Set(numbersIn(deliveries.map((delivery) => delivery.trackingNumber)));
  const told = order.fulfilments.flatMap(({ status, trackingNumbers }) => (status === "done" ? trackingNumbers : []));
  return numbersIn(told)
    .filter((number) => !known.has(number))
    .join(", ");
}

/** Odoo has one field for the numbers of several parcels; each number once. */
function numbersIn(texts: readonly string[]): readonly string[] {
  const numbers = texts.flatMap((text) => text.split(/[,;]/)).map((number) => number.trim());
  return [...new Set(numbers)].filter((number) => number !== "");
}

function unitsOf(units: ReadonlyMap<string, Decimal>, lineId: string): Decimal {
  return units.get(lineId) ?? ZERO;
}

function add(units: Units, lineId: string, more: Decimal): void {
  units.set(lineId, unitsOf(units, lineId).plus(more));
}

function addAll(units: Units, more: Units): void {
  for (const [lineId, each] of more) add(units, lineId, each);
}
