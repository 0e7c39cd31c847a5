/**
 * The topics that the hub needs, by their names in the API and in deliveries, and what their bodies need to carry: ids, times
 * and what an order takes, and nothing of the customer's. The time stays in, because Shopify drops a delivery that says the same
 * as the one before.
 */
import type { WebhookSubscriptionTopic } from "./generated.ts";

/** What a delivery of the topic tells of. */
export type TopicKind = "order" | "order-gone" | "of-an-order" | "level" | "item" | "product";

export interface WebhookTopic {
  readonly topic: WebhookSubscriptionTopic;
  /** As `X-Shopify-Topic` has it. */
  readonly name: string;
  readonly kind: TopicKind;
  /** Paths within the body; empty: all of it, which is little and says nothing of people. */
  readonly includeFields: readonly string[];
}

const ORDER_FIELDS = [
  "id",
  "admin_graphql_api_id",
  "name",
  "processed_at",
  "updated_at",
  "cancelled_at",
  "financial_status",
  "fulfillment_status",
  "test",
  "line_items.id",
  "line_items.variant_id",
  "line_items.quantity",
  "line_items.current_quantity",
];
const LEVEL_FIELDS = ["inventory_item_id", "location_id", "available", "updated_at"];
const ITEM_FIELDS = ["id", "admin_graphql_api_id", "sku", "tracked", "updated_at"];
const PRODUCT_FIELDS = [
  "id",
  "admin_graphql_api_id",
  "status",
  "updated_at",
  "variants.id",
  "variants.updated_at",
  "variant_gids",
];

export const WEBHOOK_TOPICS: readonly WebhookTopic[] = [
  { topic: "ORDERS_CREATE", name: "orders/create", kind: "order", includeFields: ORDER_FIELDS },
  { topic: "ORDERS_UPDATED", name: "orders/updated", kind: "order", includeFields: ORDER_FIELDS },
  { topic: "ORDERS_FULFILLED", name: "orders/fulfilled", kind: "order", includeFields: ORDER_FIELDS },
  {
    topic: "ORDERS_PARTIALLY_FULFILLED",
    name: "orders/partially_fulfilled",
    kind: "order",
    includeFields: ORDER_FIELDS,
  },
  { topic: "ORDERS_CANCELLED", name: "orders/cancelled", kind: "order", includeFields: ORDER_FIELDS },
  { topic: "ORDERS_DELETE", name: "orders/delete", kind: "order-gone", includeFields: [] },
  {
    topic: "ORDERS_EDITED",
    name: "orders/edited",
    kind: "of-an-order",
    includeFields: ["order_edit.id", "order_edit.order_id", "order_edit.created_at"],
  },
  {
    topic: "ORDERS_RISK_ASSESSMENT_CHANGED",
    name: "orders/risk_assessment_changed",
    kind: "of-an-order",
    includeFields: [],
  },
  {
    topic: "REFUNDS_CREATE",
    name: "refunds/create",
    kind: "of-an-order",
    includeFields: ["id", "order_id", "created_at"],
  },
  { topic: "INVENTORY_LEVELS_UPDATE", name: "inventory_levels/update", kind: "level", includeFields: LEVEL_FIELDS },
  { topic: "INVENTORY_LEVELS_CONNECT", name: "inventory_levels/connect", kind: "level", includeFields: LEVEL_FIELDS },
  {
    topic: "INVENTORY_LEVELS_DISCONNECT",
    name: "inventory_levels/disconnect",
    kind: "level",
    includeFields: [],
  },
  { topic: "INVENTORY_ITEMS_UPDATE", name: "inventory_items/update", kind: "item", includeFields: ITEM_FIELDS },
  // A product that is deleted says only its own id; its items say theirs, by which the hub knows the variants.
  { topic: "INVENTORY_ITEMS_DELETE", name: "inventory_items/delete", kind: "item", includeFields: [] },
  { topic: "PRODUCTS_CREATE", name: "products/create", kind: "product", includeFields: PRODUCT_FIELDS },
  { topic: "PRODUCTS_UPDATE", name: "products/update", kind: "product", includeFields: PRODUCT_FIELDS },
];

/**
 * Also what is not asked for but may come from a subscription of the app's own configuration file. Fulfilments by themselves need a
 * scope (`read_fulfillments`) that nothing else of the hub does; their orders tell of them.
 */
export const UNDERSTOOD_TOPICS: readonly Pick<WebhookTopic, "name" | "kind">[] = [
  ...WEBHOOK_TOPICS,
  { name: "orders/paid", kind: "order" },
  { name: "fulfillments/create", kind: "of-an-order" },
  { name: "fulfillments/update", kind: "of-an-order" },
  { name: "inventory_items/create", kind: "item" },
];
