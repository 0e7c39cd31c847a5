/**
 * Shopify's global ids and the numeric ones that everything outside this connector uses: `gid://shopify/Order/1` is "1".
 */

export type GidType =
  | "AppInstallation"
  | "BulkOperation"
  | "Customer"
  | "Fulfillment"
  | "FulfillmentLineItem"
  | "FulfillmentOrder"
  | "FulfillmentOrderLineItem"
  | "InventoryItem"
  | "InventoryLevel"
  | "LineItem"
  | "Location"
  | "Order"
  | "OrderTransaction"
  | "Product"
  | "ProductVariant"
  | "Refund"
  | "RefundLineItem"
  | "ShippingLine"
  | "Shop"
  | "WebhookSubscription";

const NUMERIC = /^\d{1,20}$/;
/** Some ids carry parameters: `gid://shopify/InventoryLevel/1?inventory_item_id=2`. */
const GID = /^gid:\/\/shopify\/([A-Za-z]+)\/(\d{1,20})(?:\?.*)?$/;

/** Whether the text can be an id of Shopify outside this connector. */
export function isNumericId(text: string): boolean {
  return NUMERIC.test(text);
}

/** `gid("Order", "1")` is `gid://shopify/Order/1`. Throws an Error for what is no numeric id: check it with isNumericId before. */
export function gid(type: GidType, id: string): string {
  if (!NUMERIC.test(id)) throw new Error(`${type} ids are numbers, not ${JSON.stringify(id)}`);
  return `gid://shopify/${type}/${id}`;
}

/** `numericId("gid://shopify/Order/1")` is "1". Throws an Error for anything else: the schema promises a global id. */
export function numericId(id: string): string {
  const number = GID.exec(id)?.[2];
  if (number === undefined) throw new Error(`${JSON.stringify(id)} is not a global id of Shopify`);
  return number;
}

/** The kind of thing that a global id names, e.g. `Order`; null for what is no global id. */
export function gidType(id: string): string | null {
  return GID.exec(id)?.[1] ?? null;
}
