/**
 * Orders, refunds and fulfilments as webhooks carry them: REST-shaped, snake_case, numeric ids. Only what a receiver needs
 * to find the thing and to hold stock for it; the truth is in the API.
 */
import { gid, instant, instantOrNull } from "./ids.ts";
import { formatMoney } from "../../src/core/money.ts";
import type { Bag, Fulfillment, Line, Order, Refund } from "./model.ts";
import {
  currentQuantity,
  currentTotalsOf,
  financialStatus,
  fulfillmentStatus,
  taxSum,
  totalsOf,
  unfulfilledQuantity,
} from "./order-amounts.ts";
import type { Shop } from "./stock.ts";

type Body = Readonly<Record<string, unknown>>;

/** Dates the order anew and tells of it; siblings of one cause share it. */
export function ordersEvent(shop: Shop, topic: string, order: Order): void {
  if (topic !== "orders/create") order.updatedMs = shop.state.nowMs();
  const cause = shop.state.random.hex(32);
  const body = orderBody(shop, order);
  shop.emit({ topic, body: topic === "orders/edited" ? editBody(shop, order) : body, cause });
  if (topic !== "orders/updated" && topic !== "orders/delete") shop.emit({ topic: "orders/updated", body, cause });
}

/** An edit tells of itself, and of the order by its id alone. */
function editBody({ state }: Shop, { id }: Order): Body {
  return {
    order_edit: {
      id: state.nextId("OrderEdit"),
      order_id: id,
      created_at: instant(state.nowMs()),
      committed_at: instant(state.nowMs()),
    },
  };
}

export function orderBody({ state }: Shop, order: Order): Body {
  const { currency } = state.settings;
  const money = (bag: Bag) => formatMoney(bag.shop, currency);
  const totals = totalsOf(order);
  return {
    id: order.id,
    admin_graphql_api_id: gid("Order", order.id),
    name: `${state.settings.orderNumberPrefix}${order.number}`,
    order_number: order.number,
    test: order.test,
    currency,
    presentment_currency: order.presentmentCurrency,
    taxes_included: order.taxesIncluded,
    created_at: instant(order.createdMs),
    processed_at: instant(order.createdMs),
    updated_at: instant(order.updatedMs),
    cancelled_at: instantOrNull(order.cancelledMs),
    cancel_reason: order.cancelReason?.toLowerCase() ?? null,
    closed_at: instantOrNull(order.closedMs),
    financial_status: financialStatus(order, state.nowMs()).toLowerCase(),
    fulfillment_status: { FULFILLED: "fulfilled", PARTIALLY_FULFILLED: "partial", ON_HOLD: null, UNFULFILLED: null }[
      fulfillmentStatus(order)
    ],
    email: order.email,
    phone: order.phone === "" ? null : order.phone,
    note: order.note === "" ? null : order.note,
    tags: order.tags.join(", "),
    payment_gateway_names: [...new Set(order.transactions.map(({ gateway }) => gateway))],
    subtotal_price: money(totals.subtotal),
    total_price: money(totals.total),
    total_tax: money(totals.tax),
    total_discounts: money(totals.discounts),
    current_total_price: money(currentTotalsOf(order).total),
    customer: order.customer === null ? null : { id: order.customer.id, email: order.customer.email },
    line_items: order.lines.map((line) => lineBody(line, money)),
    refunds: order.refunds.map((refund) => refundBody(refund)),
    fulfillments: order.fulfillments.map((fulfillment) => fulfilmentBody(fulfillment)),
  };
}

function lineBody(line: Line, money: (bag: Bag) => string): Body {
  return {
    id: line.id,
    admin_graphql_api_id: gid("LineItem", line.id),
    variant_id: line.variant?.id ?? null,
    product_id: line.variant?.product.id ?? null,
    title: line.title,
    variant_title: line.variantTitle,
    sku: line.sku,
    quantity: line.quantity,
    current_quantity: currentQuantity(line),
    fulfillable_quantity: unfulfilledQuantity(line),
    requires_shipping: line.requiresShipping,
    price: money(line.unitPrice),
    tax: money(taxSum(line.taxes)),
    gift_card: line.isGiftCard,
  };
}

export function refundBody({ id, order, note, createdMs, lines }: Refund): Body {
  return {
    id,
    admin_graphql_api_id: gid("Refund", id),
    order_id: order.id,
    created_at: instant(createdMs),
    note: note === "" ? null : note,
    refund_line_items: lines.map(({ id: lineId, line, quantity, restockType, location }) => ({
      id: lineId,
      line_item_id: line.id,
      quantity,
      restock_type: restockType.toLowerCase(),
      location_id: location?.id ?? null,
    })),
  };
}

function fulfilmentBody({
  id,
  order,
  name,
  status,
  location,
  tracking,
  lines,
  createdMs,
  updatedMs,
}: Fulfillment): Body {
  return {
    id,
    admin_graphql_api_id: gid("Fulfillment", id),
    order_id: order.id,
    name,
    status: status.toLowerCase(),
    location_id: location.id,
    tracking_company: tracking[0]?.company ?? null,
    tracking_numbers: tracking.map(({ number }) => number),
    tracking_urls: tracking.map(({ url }) => url),
    created_at: instant(createdMs),
    updated_at: instant(updatedMs),
    line_items: lines.map(({ line, quantity }) => ({ id: line.id, quantity })),
  };
}

/** The order changes with it. */
export function fulfilmentEvent(shop: Shop, topic: string, fulfillment: Fulfillment): void {
  shop.emit({ topic, body: fulfilmentBody(fulfillment) });
  const { order } = fulfillment;
  ordersEvent(
    shop,
    fulfillmentStatus(order) === "FULFILLED" ? "orders/fulfilled" : "orders/partially_fulfilled",
    order,
  );
}
