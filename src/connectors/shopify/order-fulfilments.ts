/** What the shop says has been sent, and from where each line is sent. */
import type { OrderFulfilment } from "../../core/order/shop-order.ts";
import type { FulfillmentOrderShape, FulfillmentShape, OrderShape } from "./order-shape.ts";

/** Only these have gone out. What a fulfilment service has not accepted, failed to send or cancelled counts for nothing. */
const SENT = "SUCCESS";
/** Fulfilment orders of which something is still to be sent. */
const OPEN: ReadonlySet<string> = new Set(["OPEN", "IN_PROGRESS", "SCHEDULED", "ON_HOLD"]);

/** Oldest first. `sent` holds the ids of lines that are goods; fees and tips are never sent. */
export function orderFulfilments(order: OrderShape, goods: ReadonlySet<string>): readonly OrderFulfilment[] {
  return order.fulfillments
    .map((one) => toFulfilment(one, goods))
    .filter(({ lines }) => lines.length > 0)
    .toSorted((a, b) => (a.createdAt < b.createdAt ? -1 : a.createdAt > b.createdAt ? 1 : 0));
}

function toFulfilment(one: FulfillmentShape, goods: ReadonlySet<string>): OrderFulfilment {
  const lines = one.fulfillmentLineItems.nodes.flatMap(({ lineItem, quantity }) =>
    goods.has(lineItem.id) && (quantity ?? 0) > 0 ? [{ lineId: lineItem.id, quantity: String(quantity) }] : [],
  );
  const [tracking] = one.trackingInfo;
  return {
    id: one.id,
    status: one.status === SENT ? "done" : "cancelled",
    createdAt: one.createdAt,
    locationId: one.location?.id ?? null,
    carrier: tracking?.company ?? "",
    trackingNumbers: one.trackingInfo.map(({ number }) => number).filter((number) => number !== ""),
    lines,
  };
}

/**
 * By line: the locations it is still to be sent from, or (all sent) was sent from. Lines of which one part has no location are
 * left out: where they are sent from is not decided.
 */
export function lineLocations(order: OrderShape): ReadonlyMap<string, readonly string[]> {
  const open = new Map<string, Set<string | null>>();
  for (const one of order.fulfillmentOrders.nodes) {
    if (!OPEN.has(one.status)) continue;
    for (const { lineItem, remainingQuantity } of one.lineItems.nodes) {
      if (remainingQuantity > 0) put(open, lineItem.id, locationOf(one));
    }
  }
  const sent = new Map<string, Set<string | null>>();
  for (const one of order.fulfillments) {
    if (one.status !== SENT) continue;
    for (const { lineItem } of one.fulfillmentLineItems.nodes) put(sent, lineItem.id, one.location?.id ?? null);
  }
  const found = new Map<string, readonly string[]>();
  for (const [lineId, places] of [...sent, ...open]) {
    const known = [...places].filter((place) => place !== null);
    if (known.length === places.size) found.set(lineId, known.toSorted());
    else found.delete(lineId);
  }
  return found;
}

export function locationOf(one: FulfillmentOrderShape): string | null {
  return one.assignedLocation.location?.id ?? null;
}

function put(places: Map<string, Set<string | null>>, lineId: string, place: string | null): void {
  const known = places.get(lineId);
  if (known) known.add(place);
  else places.set(lineId, new Set([place]));
}

/** When the last of it went out; null when nothing has. */
export function lastSentAt(fulfilments: readonly OrderFulfilment[]): string | null {
  return fulfilments.findLast(({ status }) => status === "done")?.createdAt ?? null;
}
