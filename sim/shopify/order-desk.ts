/** What customers and the merchant's people do to orders. Ids are the numbers of the API's ids, as text. */
import { found } from "./catalog-desk.ts";
import {
  checkout,
  commit,
  exchangeTo,
  makeLine,
  variantOfLine,
  type Checkout,
  type CheckoutLine,
  type PlacedOrder,
} from "./checkout.ts";
import { cancelFulfillment, fulfill, hold, release, releaseHolds } from "./fulfilment.ts";
import {
  NO_ADDRESS,
  type Address,
  type CancelReason,
  type Customer,
  type FulfillmentOrder,
  type HoldReason,
  type Line,
  type Order,
  type RestockType,
  type Risk,
  type Tracking,
} from "./model.ts";
import { gid } from "./ids.ts";
import { minus } from "./money.ts";
import { currentQuantity, receivedOf, refundedOf, shippingTotal, unfulfilledQuantity } from "./order-amounts.ts";
import { ordersEvent } from "./order-body.ts";
import { capture, markPaid, voidAuthorizations } from "./payments.ts";
import { apportion, refund, removeUnits, type RefundPlan } from "./refunds.ts";
import { allocate, type Shop } from "./stock.ts";

export interface RefundRequest {
  /** By the line's id. */
  readonly lines?: readonly {
    readonly lineId: string;
    readonly quantity: number;
    readonly restock?: RestockType;
    readonly locationId?: string;
  }[];
  /** `true`: all that is left of it; else an amount in the customer's currency. */
  readonly shipping?: true | string;
  readonly duties?: boolean;
  /** Money that goes back; default: what the parts come to. */
  readonly amount?: string;
  readonly note?: string;
}

export interface FulfilRequest {
  /** By the line's id; default: everything that is left. */
  readonly lines?: readonly { readonly lineId: string; readonly quantity: number }[];
  readonly tracking?: Partial<Tracking>;
}

export interface CustomerDraft {
  readonly firstName?: string;
  readonly lastName?: string;
  readonly email: string;
  readonly phone?: string;
  readonly address?: Partial<Address>;
}

export interface OrderDesk {
  addCustomer(draft: CustomerDraft): string;
  /** Null: sold out, and nothing has happened. */
  checkout(draft: Checkout): PlacedOrder | null;
  capture(orderId: string): void;
  /** The money of a pending payment has come. */
  markPaid(orderId: string): void;
  /** `refund`: what was paid is given back at once; default true. */
  cancel(
    orderId: string,
    options?: { readonly reason?: CancelReason; readonly restock?: boolean; readonly refund?: boolean },
  ): void;
  refund(orderId: string, request: RefundRequest): string;
  /** An order edit: lines are added, and quantities lowered or raised by the line's id. */
  edit(
    orderId: string,
    changes: {
      readonly add?: readonly CheckoutLine[];
      readonly quantities?: Readonly<Record<string, number>>;
      readonly restock?: boolean;
    },
  ): void;
  changeDetails(
    orderId: string,
    details: {
      readonly note?: string;
      readonly email?: string;
      readonly shippingAddress?: Partial<Address>;
      readonly risk?: Risk;
    },
  ): void;
  hold(orderId: string, reason?: HoldReason, notes?: string): void;
  releaseHold(orderId: string): void;
  /** One parcel for each location; their ids. */
  fulfil(orderId: string, request?: FulfilRequest): readonly string[];
  cancelFulfilment(orderId: string, fulfilmentId: string): void;
  close(orderId: string): void;
  deleteOrder(orderId: string): void;
  /** A person marks it. */
  tag(orderId: string, ...tags: readonly string[]): void;
}

export function createOrderDesk(shop: Shop): OrderDesk {
  const { state } = shop;
  const orderOf = (id: string) => found(state.orders.get(Number(id)), `order ${id}`);
  return {
    addCustomer: (draft) => addCustomer(shop, draft),
    checkout: (draft) => checkout(shop, draft),
    capture: (id) => {
      capture(shop, orderOf(id));
      ordersEvent(shop, "orders/paid", orderOf(id));
    },
    markPaid: (id) => {
      markPaid(shop, orderOf(id));
      ordersEvent(shop, "orders/paid", orderOf(id));
    },
    cancel: (id, options = {}) => cancel(shop, orderOf(id), options),
    refund: (id, request) => refundRequested(shop, orderOf(id), request),
    edit: (id, changes) => edit(shop, orderOf(id), changes),
    changeDetails: (id, details) => changeDetails(shop, orderOf(id), details),
    hold: (id, reason = "OTHER", notes = "") => {
      for (const open of openOrders(orderOf(id))) hold(shop, open, reason, notes);
      ordersEvent(shop, "orders/updated", orderOf(id));
    },
    releaseHold: (id) => {
      for (const held of orderOf(id).fulfillmentOrders) if (held.status === "ON_HOLD") releaseHolds(shop, held);
      ordersEvent(shop, "orders/updated", orderOf(id));
    },
    fulfil: (id, request = {}) => fulfil(shop, orderOf(id), request),
    cancelFulfilment: (id, fulfilmentId) =>
      cancelFulfillment(
        shop,
        found(
          orderOf(id).fulfillments.find((one) => String(one.id) === fulfilmentId),
          `fulfilment ${fulfilmentId}`,
        ),
      ),
    close: (id) => {
      orderOf(id).closedMs = state.nowMs();
      ordersEvent(shop, "orders/updated", orderOf(id));
    },
    deleteOrder: (id) => {
      const order = orderOf(id);
      state.orders.delete(order.id);
      shop.emit({ topic: "orders/delete", body: { id: order.id } });
    },
    tag: (id, ...tags) => {
      orderOf(id).tags = [...new Set([...orderOf(id).tags, ...tags])];
      ordersEvent(shop, "orders/updated", orderOf(id));
    },
  };
}

function addCustomer(
  { state }: Shop,
  { firstName = "", lastName = "", email, phone = "", address }: CustomerDraft,
): string {
  const nowMs = state.nowMs();
  const customer: Customer = {
    type: "Customer",
    id: state.nextId("Customer"),
    firstName,
    lastName,
    email,
    phone,
    address: address === undefined ? null : { ...NO_ADDRESS, firstName, lastName, ...address },
    createdMs: nowMs,
    updatedMs: nowMs,
    tags: [],
    metafields: [],
  };
  state.customers.set(customer.id, customer);
  return String(customer.id);
}

function openOrders(order: Order): FulfillmentOrder[] {
  return order.fulfillmentOrders.filter(({ status }) => status === "OPEN");
}

function cancel(
  shop: Shop,
  order: Order,
  {
    reason = "CUSTOMER",
    restock = true,
    refund: giveBack = true,
  }: { reason?: CancelReason; restock?: boolean; refund?: boolean },
): void {
  if (order.cancelledMs !== null) throw new Error(`order ${order.id} is cancelled already`);
  voidAuthorizations(shop, order);
  const plans = order.lines
    .map((line) => ({ line, quantity: Math.min(currentQuantity(line), unfulfilledQuantity(line)) }))
    .filter(({ quantity }) => quantity > 0);
  const paid = minus(receivedOf(order), refundedOf(order));
  order.cancelledMs = shop.state.nowMs();
  order.cancelReason = reason;
  if (giveBack && paid.presentment > 0n) {
    refund(shop, order, {
      lines: order.lines.flatMap((line) => takenOff(line, restock)),
      shipping: order.shippingLines.map((line) => ({ line, amount: minus(shippingTotal(line), line.refunded) })),
      duties: order.lines.flatMap(({ duties }) => duties),
      amount: paid,
      note: "",
    });
  } else {
    // The order's amounts stay; only the goods are set free.
    for (const { line, quantity } of plans) release(shop, line, quantity, restock);
  }
  for (const open of order.fulfillmentOrders)
    if (open.status === "OPEN" || open.status === "ON_HOLD") open.status = "CANCELLED";
  order.closedMs = shop.state.nowMs();
  ordersEvent(shop, "orders/cancelled", order);
}

/** All that is left of a line: what was not sent goes back on the shelf where that is wanted, what was sent stays away. */
function takenOff(line: Line, restock: boolean): RefundPlan["lines"] {
  const open = Math.min(currentQuantity(line), unfulfilledQuantity(line));
  const parts = [
    { quantity: open, restockType: restock ? ("CANCEL" as const) : ("NO_RESTOCK" as const) },
    { quantity: currentQuantity(line) - open, restockType: "NO_RESTOCK" as const },
  ];
  return parts.filter(({ quantity }) => quantity > 0).map((part) => ({ line, location: null, ...part }));
}

function refundRequested(
  shop: Shop,
  order: Order,
  { lines = [], shipping, duties = false, amount, note = "" }: RefundRequest,
): string {
  const exchange = exchangeTo(shop, order.presentmentCurrency);
  const [shippingLine] = order.shippingLines;
  const made = refund(shop, order, {
    lines: lines.flatMap(({ lineId, quantity, restock = "NO_RESTOCK", locationId }) => {
      const line = lineOf(order, lineId);
      const location =
        locationId === undefined ? null : found(shop.state.locations.get(Number(locationId)), `location ${locationId}`);
      return apportion(line, quantity, restock).map((part) => ({ line, location, ...part }));
    }),
    shipping:
      shipping === undefined || shippingLine === undefined
        ? []
        : [
            {
              line: shippingLine,
              amount:
                shipping === true ? minus(shippingTotal(shippingLine), shippingLine.refunded) : exchange.text(shipping),
            },
          ],
    duties: duties ? order.lines.flatMap((line) => line.duties) : [],
    amount: amount === undefined ? null : exchange.text(amount),
    note,
  });
  return String(made.id);
}

function lineOf(order: Order, lineId: string): Line {
  return found(
    order.lines.find(({ id }) => String(id) === lineId),
    `line ${lineId} of order ${order.id}`,
  );
}

function edit(
  shop: Shop,
  order: Order,
  { add = [], quantities = {}, restock = true }: Parameters<OrderDesk["edit"]>[1],
): void {
  const { state } = shop;
  const terms = {
    exchange: exchangeTo(shop, order.presentmentCurrency),
    included: order.taxesIncluded,
    taxes: state.settings.taxes,
  };
  const addLine = (draft: CheckoutLine): void => {
    const variant = variantOfLine(shop, draft);
    const route = variant === null ? new Map() : allocate(state, variant.item, draft.quantity, true);
    if (route === null) throw new Error(`nothing of SKU ${variant?.sku ?? ""} can be sent from anywhere`);
    order.lines.push(makeLine(shop, order, draft, 0n, terms, { lines: [] }));
    commit(shop, order, [route], order.lines.length - 1);
  };
  for (const [lineId, quantity] of Object.entries(quantities)) {
    const line = lineOf(order, lineId);
    const change = quantity - currentQuantity(line);
    // As the admin does it: more of a line is a line of its own.
    if (change > 0)
      addLine({
        quantity: change,
        ...(line.variant === null ? { title: line.title } : { variantId: String(line.variant.id) }),
      });
    if (change >= 0) continue;
    if (-change > unfulfilledQuantity(line)) throw new Error(`line ${line.id} has been sent`);
    removeUnits(line, -change);
    release(shop, line, -change, restock);
  }
  for (const draft of add) addLine(draft);
  order.edited = true;
  ordersEvent(shop, "orders/edited", order);
}

function changeDetails(
  shop: Shop,
  order: Order,
  { note, email, shippingAddress, risk }: Parameters<OrderDesk["changeDetails"]>[1],
): void {
  if (note !== undefined) order.note = note;
  if (email !== undefined) order.email = email;
  if (shippingAddress !== undefined) order.shipping = { ...(order.shipping ?? NO_ADDRESS), ...shippingAddress };
  if (risk !== undefined) {
    order.risk = risk;
    shop.emit({
      topic: "orders/risk_assessment_changed",
      body: { admin_graphql_api_order_id: gid("Order", order.id) },
    });
  }
  ordersEvent(shop, "orders/updated", order);
}

function fulfil(shop: Shop, order: Order, { lines, tracking }: FulfilRequest): string[] {
  const wanted = new Map(lines?.map(({ lineId, quantity }) => [lineOf(order, lineId), quantity]));
  const made: string[] = [];
  for (const open of order.fulfillmentOrders) {
    if (open.status !== "OPEN" && open.status !== "IN_PROGRESS") continue;
    const parts = open.lines.flatMap((from) => {
      const quantity = lines === undefined ? from.remaining : Math.min(from.remaining, wanted.get(from.line) ?? 0);
      if (lines !== undefined) wanted.set(from.line, (wanted.get(from.line) ?? 0) - quantity);
      return quantity > 0 ? [{ from, quantity }] : [];
    });
    if (parts.length === 0) continue;
    const parcel = tracking === undefined ? [] : [{ company: "", number: "", url: "", ...tracking }];
    made.push(String(fulfill(shop, [{ order: open, lines: parts }], parcel).id));
  }
  const left = [...wanted.values()].reduce((sum, quantity) => sum + quantity, 0);
  if (made.length === 0 || left > 0) throw new Error(`order ${order.id} has not that much left to send`);
  return made;
}
