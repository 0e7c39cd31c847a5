/** Fulfilment orders, their holds, and what was sent. */
import { byId, connection, PAGE_ARGS } from "../connections.ts";
import { gid, instant, numberOf } from "../ids.ts";
import type { Fulfillment, FulfillmentOrder, FulfillmentOrderLine, Order } from "../model.ts";
import type { ShopifyState } from "../state.ts";
import { plain, type, withArgs, type Tables } from "../table.ts";
import { datedFields, gidOf, legacyFields, orNull, textOf } from "./values.ts";

const REASON_TEXTS: Readonly<Record<string, string>> = {
  AWAITING_PAYMENT: "Awaiting payment",
  HIGH_RISK_OF_FRAUD: "High risk of fraud",
  INCORRECT_ADDRESS: "Incorrect address",
  INVENTORY_OUT_OF_STOCK: "Inventory out of stock",
  OTHER: "Other",
};

export function fulfillmentOrderOf(state: ShopifyState, id: string): FulfillmentOrder | null {
  return among(state, numberOf("FulfillmentOrder", id), ({ fulfillmentOrders }) => fulfillmentOrders);
}

export function fulfillmentOf(state: ShopifyState, id: string): Fulfillment | null {
  return among(state, numberOf("Fulfillment", id), ({ fulfillments }) => fulfillments);
}

function among<T extends { readonly id: number }>(
  state: ShopifyState,
  id: number | null,
  read: (order: Order) => readonly T[],
): T | null {
  for (const order of state.orders.values()) for (const one of read(order)) if (one.id === id) return one;
  return null;
}

export const FULFILMENT_ROOTS = {
  fulfillmentOrder: withArgs<undefined>(["id"], (_, args, { state }) => fulfillmentOrderOf(state, textOf(args, "id"))),
  fulfillment: withArgs<undefined>(["id"], (_, args, { state }) => fulfillmentOf(state, textOf(args, "id"))),
  fulfillmentOrders: withArgs<undefined>([...PAGE_ARGS, "includeClosed"], (_, args, context) => {
    const all = [...context.state.orders.values()].flatMap(({ fulfillmentOrders }) => fulfillmentOrders);
    const told = all.filter(
      ({ status }) => args["includeClosed"] === true || (status !== "CLOSED" && status !== "CANCELLED"),
    );
    return byId(told, args, context);
  }),
};

export const FULFILMENT_TABLES: Tables = {
  FulfillmentOrder: type<FulfillmentOrder>({
    id: gidOf,
    ...datedFields,
    status: ({ status }) => status,
    requestStatus: () => "UNSUBMITTED",
    order: ({ order }) => order,
    orderId: ({ order }) => gidOf(order),
    orderName: ({ order }, _, { state }) => `${state.settings.orderNumberPrefix}${order.number}`,
    assignedLocation: ({ location }) => ({ name: location.name, countryCode: location.country, location }),
    fulfillmentHolds: ({ holds }) => holds,
    supportedActions: ({ status }) =>
      status === "OPEN" || status === "IN_PROGRESS" ? [{ action: "CREATE_FULFILLMENT" }] : [],
    lineItems: withArgs<FulfillmentOrder>(PAGE_ARGS, ({ lines }, args, context) =>
      byId(
        lines.filter(({ total }) => total > 0),
        args,
        context,
      ),
    ),
    fulfillments: withArgs<FulfillmentOrder>(PAGE_ARGS, (order, args, context) =>
      byId(
        order.order.fulfillments.filter(({ orders }) => orders.includes(order)),
        args,
        context,
      ),
    ),
  }),
  FulfillmentOrderAssignedLocation: plain("name", "countryCode", "location"),
  FulfillmentOrderSupportedAction: plain("action"),
  FulfillmentHold: type<FulfillmentOrder["holds"][number]>({
    id: gidOf,
    reason: ({ reason }) => reason,
    reasonNotes: ({ notes }) => orNull(notes),
    displayReason: ({ reason }) => REASON_TEXTS[reason] ?? reason,
    heldByRequestingApp: () => false,
  }),
  FulfillmentOrderLineItem: type<FulfillmentOrderLine>({
    id: gidOf,
    lineItem: ({ line }) => line,
    totalQuantity: ({ total }) => total,
    remainingQuantity: ({ remaining }) => remaining,
    requiresShipping: ({ line }) => line.requiresShipping,
    sku: ({ line }) => orNull(line.sku),
    productTitle: ({ line }) => line.title,
    variantTitle: ({ line }) => line.variantTitle,
    variant: ({ line }, _, { state }) => (line.variant === null ? null : (state.variants.get(line.variant.id) ?? null)),
    inventoryItemId: ({ line }) => (line.variant === null ? null : gid("InventoryItem", line.variant.item.id)),
  }),
  Fulfillment: type<Fulfillment>({
    ...legacyFields,
    ...datedFields,
    name: ({ name }) => name,
    status: ({ status }) => status,
    displayStatus: ({ status }) => (status === "SUCCESS" ? "FULFILLED" : "CANCELED"),
    order: ({ order }) => order,
    location: ({ location }) => location,
    totalQuantity: ({ lines }) => lines.reduce((sum, { quantity }) => sum + quantity, 0),
    requiresShipping: () => true,
    deliveredAt: () => null,
    inTransitAt: () => null,
    trackingInfo: withArgs<Fulfillment>(["first"], ({ tracking }, { first }) =>
      (typeof first === "number" ? tracking.slice(0, first) : tracking).map(({ company, number, url }) => ({
        company: orNull(company),
        number: orNull(number),
        url: orNull(url),
      })),
    ),
    fulfillmentLineItems: withArgs<Fulfillment>(PAGE_ARGS, ({ lines }, args, context) =>
      connection(
        lines.map(({ id, line, quantity }) => ({
          numeric: id,
          id: gid("FulfillmentLineItem", id),
          lineItem: line,
          quantity,
        })),
        { id: ({ numeric }) => numeric, value: ({ numeric }) => numeric },
        args,
        context,
      ),
    ),
    fulfillmentOrders: withArgs<Fulfillment>(PAGE_ARGS, ({ orders }, args, context) => byId(orders, args, context)),
    createdAt: ({ createdMs }) => instant(createdMs),
  }),
  FulfillmentLineItem: plain("id", "lineItem", "quantity"),
  FulfillmentTrackingInfo: plain("company", "number", "url"),
};
