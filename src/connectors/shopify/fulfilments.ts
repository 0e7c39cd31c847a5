/**
 * Tells the shop what went out: each of the order's lines is taken from the fulfilment orders that still wait for it, and one
 * fulfilment is made for each location (Shopify's own rule). What is not open any more is refused before anything is sent; the
 * next look at the order shows what stands there.
 */
import { failure, type Failure } from "../../core/failures.ts";
import type { CallContext } from "../../core/ports/call.ts";
import type { FulfilmentWrite } from "../../core/ports/shop.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { refusal } from "./errors.ts";
import { gid, isNumericId } from "./ids.ts";
import { createFulfillment } from "./operations/fulfilments.ts";
import { locationOf } from "./order-fulfilments.ts";
import { openFulfillmentOrders, type OrderReader } from "./order-reading.ts";
import type { FulfillmentOrderShape } from "./order-shape.ts";

type Reader = Omit<OrderReader, "currency">;

/** Only these can be fulfilled now; one on hold or scheduled has to be released first. */
const READY: ReadonlySet<string> = new Set(["OPEN", "IN_PROGRESS"]);
const WAITING: ReadonlyMap<string, string> = new Map([
  ["ON_HOLD", "is on hold"],
  ["SCHEDULED", "is scheduled for later"],
]);

/** Units of one line of one fulfilment order. */
interface Take {
  readonly orderId: string;
  readonly lineId: string;
  readonly quantity: number;
}

/** What one call fulfils. */
export interface Shipment {
  readonly locationId: string | null;
  readonly takes: readonly Take[];
}

export async function writeFulfilments(
  reader: Reader,
  writes: readonly FulfilmentWrite[],
  notifyCustomers: boolean,
  call: CallContext,
): Promise<readonly Result<void>[]> {
  const outcomes: Result<void>[] = [];
  // One after the other: two pickings of one order take from the same lines.
  for (const write of writes) outcomes.push(await writeFulfilment(reader, write, notifyCustomers, call));
  return outcomes;
}

async function writeFulfilment(
  reader: Reader,
  write: FulfilmentWrite,
  notifyCustomers: boolean,
  call: CallContext,
): Promise<Result<void>> {
  const { client } = reader;
  if (!isNumericId(write.orderId)) return fail(failure("ORDER_GONE", { order: write.orderId }));
  const open = await openFulfillmentOrders(reader, write.orderId, call);
  if (!open.ok) return open;
  if (open.value === null) return fail(failure("ORDER_GONE", { order: write.orderId }));
  const shipments = planShipments(write, open.value);
  if (typeof shipments === "string") return fail(rejected(client.connection, write, shipments));
  for (const shipment of shipments) {
    const fulfillment = inputOf(write, shipment, notifyCustomers);
    const made = await client.request(createFulfillment, { fulfillment }, call);
    if (!made.ok) return made;
    const errors = made.value.fulfillmentCreate?.userErrors ?? [];
    const refused = refusal(client.connection, errors, whatOf(write));
    if (refused !== null) return fail(refused);
  }
  return ok(undefined);
}

/** One shipment for each location, or the words that say why not. Pure. */
function planShipments(write: FulfilmentWrite, orders: readonly FulfillmentOrderShape[]): readonly Shipment[] | string {
  const wanted = new Map<string, number>();
  for (const { lineId, quantity } of write.lines) {
    const units = Number(quantity);
    if (!Number.isSafeInteger(units) || units < 0) return `${quantity} is no number of units of line ${lineId}`;
    if (units > 0) wanted.set(lineId, (wanted.get(lineId) ?? 0) + units);
  }
  if (wanted.size === 0) return "nothing of it belongs to a line of the order";
  const ready = orders.filter(({ status }) => READY.has(status));
  const missing = shortage(wanted, ready, orders);
  if (missing !== null) return missing;
  const byLocation = new Map<string | null, Take[]>();
  for (const order of inPreference(wanted, ready)) {
    const place = locationOf(order);
    for (const { id, lineItem, remainingQuantity } of order.lineItems.nodes) {
      const open = wanted.get(lineItem.id) ?? 0;
      const quantity = Math.min(open, remainingQuantity);
      if (quantity === 0) continue;
      wanted.set(lineItem.id, open - quantity);
      byLocation.set(place, [...(byLocation.get(place) ?? []), { orderId: order.id, lineId: id, quantity }]);
    }
  }
  return [...byLocation].map(([locationId, takes]) => ({ locationId, takes }));
}

function shortage(
  wanted: ReadonlyMap<string, number>,
  ready: readonly FulfillmentOrderShape[],
  all: readonly FulfillmentOrderShape[],
): string | null {
  for (const [lineId, units] of wanted) {
    const open = remaining(ready, lineId);
    if (open >= units) continue;
    const waiting = all.find(({ status, lineItems }) => WAITING.has(status) && holds(lineItems.nodes, lineId));
    if (waiting) {
      const reasons = waiting.fulfillmentHolds.map(({ displayReason, reason }) => displayReason || reason).join(", ");
      return `line ${lineId} ${WAITING.get(waiting.status)}${reasons === "" ? "" : ` (${reasons})`}`;
    }
    if (open === 0) return `line ${lineId} has been fulfilled or removed already`;
    return `only ${open} of the ${units} units of line ${lineId} are still open; the others have been fulfilled or removed`;
  }
  return null;
}

function holds(lines: FulfillmentOrderShape["lineItems"]["nodes"], lineId: string): boolean {
  return lines.some(({ lineItem, remainingQuantity }) => lineItem.id === lineId && remainingQuantity > 0);
}

function remaining(orders: readonly FulfillmentOrderShape[], lineId: string): number {
  const lines = orders.flatMap((order) => order.lineItems.nodes.filter(({ lineItem }) => lineItem.id === lineId));
  return lines.reduce((total, { remainingQuantity }) => total + remainingQuantity, 0);
}

/** A picking goes out of one place: orders of the first location that has all of it come first. */
function inPreference(
  wanted: ReadonlyMap<string, number>,
  ready: readonly FulfillmentOrderShape[],
): readonly FulfillmentOrderShape[] {
  const places = [...new Set(ready.map(locationOf))];
  const whole = places.find((place) => {
    const there = ready.filter((order) => locationOf(order) === place);
    return [...wanted].every(([lineId, units]) => remaining(there, lineId) >= units);
  });
  if (whole === undefined) return ready;
  return ready.filter((order) => locationOf(order) === whole);
}

function inputOf(write: FulfilmentWrite, { takes }: Shipment, notifyCustomer: boolean) {
  const byOrder = Map.groupBy(takes, ({ orderId }) => orderId);
  const lineItemsByFulfillmentOrder = [...byOrder].map(([orderId, parts]) => ({
    fulfillmentOrderId: gid("FulfillmentOrder", orderId),
    fulfillmentOrderLineItems: parts.map(({ lineId, quantity }) => ({
      id: gid("FulfillmentOrderLineItem", lineId),
      quantity,
    })),
  }));
  const { carrier, trackingNumber, trackingUrl } = write;
  const tracking = {
    ...(carrier === "" ? {} : { company: carrier }),
    ...(trackingNumber === "" ? {} : { number: trackingNumber }),
    ...(trackingUrl === "" ? {} : { url: trackingUrl }),
  };
  const trackingInfo = Object.keys(tracking).length === 0 ? {} : { trackingInfo: tracking };
  return { lineItemsByFulfillmentOrder, notifyCustomer, ...trackingInfo };
}

function rejected(connection: string, write: FulfilmentWrite, message: string): Failure {
  return failure("SHOP_REJECTED", { connection, what: whatOf(write), message, status: "not open" });
}

function whatOf({ picking, orderId }: FulfilmentWrite): string {
  return `the fulfilment of order ${orderId} by ${picking}`;
}
