/** Fulfilment orders: what each location is to send; holds on them, and what was sent. */
import { found } from "./catalog-desk.ts";
import { fulfilmentEvent } from "./order-body.ts";
import type {
  Fulfillment,
  FulfillmentOrder,
  FulfillmentOrderLine,
  HoldReason,
  Line,
  Location,
  Order,
  Tracking,
} from "./model.ts";
import { move, type Shop } from "./stock.ts";

export function openFulfillmentOrders(
  shop: Shop,
  order: Order,
  lines: readonly { readonly line: Line; readonly route: ReadonlyMap<Location, number> }[],
): void {
  const { state } = shop;
  const nowMs = state.nowMs();
  const byLocation = new Map<Location, FulfillmentOrderLine[]>();
  for (const { line, route } of lines) {
    for (const [location, quantity] of route) {
      const list = byLocation.get(location) ?? [];
      list.push({
        type: "FulfillmentOrderLineItem",
        id: state.nextId("FulfillmentOrderLineItem"),
        line,
        total: quantity,
        remaining: quantity,
      });
      byLocation.set(location, list);
    }
  }
  for (const [location, list] of byLocation) {
    order.fulfillmentOrders.push({
      type: "FulfillmentOrder",
      id: state.nextId("FulfillmentOrder"),
      order,
      location,
      status: "OPEN",
      holds: [],
      lines: list,
      createdMs: nowMs,
      updatedMs: nowMs,
    });
  }
}

export interface Sending {
  readonly order: FulfillmentOrder;
  readonly lines: readonly { readonly from: FulfillmentOrderLine; readonly quantity: number }[];
}

/** One parcel, from one location. The caller has checked that the lines have that much left. */
export function fulfill(shop: Shop, sendings: readonly Sending[], tracking: readonly Tracking[]): Fulfillment {
  const { state } = shop;
  const nowMs = state.nowMs();
  const { order, location } = found(sendings[0], "fulfilment order to fulfil").order;
  const lines = sendings.flatMap((sending) =>
    sending.lines.map(({ from, quantity }) => {
      from.remaining -= quantity;
      uncommit(shop, from.line, location, quantity);
      return {
        type: "FulfillmentLineItem" as const,
        id: state.nextId("FulfillmentLineItem"),
        from,
        line: from.line,
        quantity,
      };
    }),
  );
  const fulfillment: Fulfillment = {
    type: "Fulfillment",
    id: state.nextId("Fulfillment"),
    name: `${state.settings.orderNumberPrefix}${order.number}-F${order.fulfillments.length + 1}`,
    order,
    location,
    status: "SUCCESS",
    lines,
    orders: sendings.map((sending) => sending.order),
    tracking,
    createdMs: nowMs,
    updatedMs: nowMs,
  };
  order.fulfillments.push(fulfillment);
  for (const sending of sendings) settle(shop, sending.order);
  fulfilmentEvent(shop, "fulfillments/create", fulfillment);
  return fulfillment;
}

/** What is left to send is opened again, and committed. */
export function cancelFulfillment(shop: Shop, fulfillment: Fulfillment): void {
  fulfillment.status = "CANCELLED";
  fulfillment.updatedMs = shop.state.nowMs();
  for (const { from, line, quantity } of fulfillment.lines) {
    from.remaining += quantity;
    const level = line.variant?.item.levels.get(fulfillment.location.id);
    if (level !== undefined && line.variant?.item.tracked === true) move(shop, level, { committed: quantity });
  }
  for (const order of fulfillment.orders) {
    order.status = "OPEN";
    order.updatedMs = shop.state.nowMs();
  }
  fulfilmentEvent(shop, "fulfillments/update", fulfillment);
}

export function hold(shop: Shop, order: FulfillmentOrder, reason: HoldReason, notes: string): void {
  if (order.status !== "OPEN" && order.status !== "ON_HOLD")
    throw new Error(`fulfilment order ${order.id} is ${order.status}`);
  order.holds.push({ type: "FulfillmentHold", id: shop.state.nextId("FulfillmentHold"), reason, notes });
  order.status = "ON_HOLD";
  order.updatedMs = shop.state.nowMs();
  shop.emit({
    topic: "fulfillment_orders/placed_on_hold",
    body: { fulfillment_order: { id: `gid://shopify/FulfillmentOrder/${order.id}`, status: "on_hold" } },
  });
}

export function releaseHolds(shop: Shop, order: FulfillmentOrder): void {
  order.holds = [];
  order.status = "OPEN";
  order.updatedMs = shop.state.nowMs();
  shop.emit({
    topic: "fulfillment_orders/hold_released",
    body: { fulfillment_order: { id: `gid://shopify/FulfillmentOrder/${order.id}`, status: "open" } },
  });
}

/** Units that will not be sent: they leave the fulfilment orders, and go back on the shelf where that is wanted. */
export function release(shop: Shop, line: Line, quantity: number, restock: boolean): Location | null {
  let left = quantity;
  let place: Location | null = null;
  for (const order of line.order.fulfillmentOrders) {
    for (const open of order.lines) {
      if (open.line !== line || left === 0) continue;
      const part = Math.min(left, open.remaining);
      if (part === 0) continue;
      open.remaining -= part;
      open.total -= part;
      left -= part;
      place ??= order.location;
      uncommit(shop, line, order.location, part, restock);
    }
    settle(shop, order);
  }
  return place;
}

function uncommit(shop: Shop, { variant }: Line, location: Location, quantity: number, restock = false): void {
  const level = variant?.item.levels.get(location.id);
  if (level === undefined || variant?.item.tracked !== true) return;
  move(shop, level, { committed: -Math.min(quantity, level.committed), available: restock ? quantity : 0 });
}

/** Its status follows from what is left to send. */
function settle({ state }: Shop, order: FulfillmentOrder): void {
  if (order.status === "CANCELLED") return;
  const left = order.lines.reduce((sum, { remaining }) => sum + remaining, 0);
  const sent = order.order.fulfillments.some(({ status, orders }) => status === "SUCCESS" && orders.includes(order));
  if (left === 0) order.status = sent ? "CLOSED" : "CANCELLED";
  else if (order.status !== "ON_HOLD" && sent) order.status = "IN_PROGRESS";
  order.updatedMs = state.nowMs();
}
