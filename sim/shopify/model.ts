/**
 * What a simulated Shopify shop keeps. Amounts are whole minor units, once in the shop's currency and once in the one that
 * the customer saw; instants are milliseconds since 1970 at whole seconds. Every node says its type, as the API's ids do.
 */
export interface Bag {
  readonly shop: bigint;
  readonly presentment: bigint;
}

export interface Metafield {
  readonly type: "Metafield";
  readonly id: number;
  readonly owner: MetafieldOwner;
  readonly namespace: string;
  readonly key: string;
  valueType: string;
  value: string;
  readonly createdMs: number;
  updatedMs: number;
}

export interface Product {
  readonly type: "Product";
  readonly id: number;
  title: string;
  status: "ACTIVE" | "DRAFT" | "ARCHIVED";
  vendor: string;
  tags: string[];
  readonly variants: Variant[];
  readonly createdMs: number;
  updatedMs: number;
  readonly metafields: Metafield[];
}

export interface Variant {
  readonly type: "ProductVariant";
  readonly id: number;
  readonly product: Product;
  readonly item: InventoryItem;
  /** `Default Title` where the product has no options. */
  title: string;
  sku: string;
  barcode: string;
  /** In the shop's currency. */
  price: bigint;
  policy: "DENY" | "CONTINUE";
  taxable: boolean;
  readonly createdMs: number;
  updatedMs: number;
  readonly metafields: Metafield[];
}

export interface InventoryItem {
  readonly type: "InventoryItem";
  readonly id: number;
  tracked: boolean;
  requiresShipping: boolean;
  readonly levels: Map<number, Level>;
  variant: Variant | null;
  readonly createdMs: number;
  updatedMs: number;
}

export interface Level {
  readonly type: "InventoryLevel";
  readonly id: number;
  readonly item: InventoryItem;
  readonly location: Location;
  available: number;
  /** Sold and not yet sent. What is on hand is both together. */
  committed: number;
  active: boolean;
  readonly createdMs: number;
  updatedMs: number;
}

export interface Location {
  readonly type: "Location";
  readonly id: number;
  name: string;
  active: boolean;
  fulfillsOnline: boolean;
  readonly country: string;
  readonly createdMs: number;
  updatedMs: number;
}

export interface Address {
  readonly firstName: string;
  readonly lastName: string;
  readonly company: string;
  readonly address1: string;
  readonly address2: string;
  readonly city: string;
  readonly zip: string;
  readonly countryCode: string;
  readonly provinceCode: string;
  readonly phone: string;
}

export const NO_ADDRESS: Address = {
  firstName: "",
  lastName: "",
  company: "",
  address1: "",
  address2: "",
  city: "",
  zip: "",
  countryCode: "",
  provinceCode: "",
  phone: "",
};

export interface Customer {
  readonly type: "Customer";
  readonly id: number;
  firstName: string;
  lastName: string;
  email: string;
  phone: string;
  address: Address | null;
  readonly createdMs: number;
  updatedMs: number;
  readonly tags: string[];
  readonly metafields: Metafield[];
}

/** `percent` is a decimal text such as `6.625`. */
export interface TaxLine {
  readonly title: string;
  readonly percent: string;
  readonly channelLiable: boolean;
  readonly amount: Bag;
}

export interface Discount {
  readonly kind: "code" | "automatic" | "manual";
  /** The code, or the title. */
  readonly name: string;
  readonly amount: Bag;
}

export interface Line {
  readonly type: "LineItem";
  readonly id: number;
  readonly order: Order;
  readonly variant: Variant | null;
  readonly title: string;
  readonly variantTitle: string | null;
  readonly sku: string;
  readonly quantity: number;
  readonly unitPrice: Bag;
  readonly discounts: readonly Discount[];
  readonly taxes: readonly TaxLine[];
  readonly duties: readonly Duty[];
  readonly requiresShipping: boolean;
  readonly taxable: boolean;
  readonly isGiftCard: boolean;
  /** By an edit, after the checkout. */
  readonly added: boolean;
  /** Taken off by refunds and edits, with what they came to. */
  removed: { quantity: number; subtotal: Bag; taxes: readonly Bag[] };
}

export interface Duty {
  readonly type: "Duty";
  readonly id: number;
  readonly price: Bag;
  readonly taxes: readonly TaxLine[];
}

export interface ShippingLine {
  readonly id: number;
  readonly title: string;
  readonly code: string;
  readonly price: Bag;
  readonly discounts: readonly Discount[];
  readonly taxes: readonly TaxLine[];
  /** So far, without (or, where prices include it, with) tax. */
  refunded: Bag;
}

export interface Transaction {
  readonly type: "OrderTransaction";
  readonly id: number;
  readonly order: Order;
  readonly kind: "SALE" | "AUTHORIZATION" | "CAPTURE" | "REFUND" | "VOID";
  status: "SUCCESS" | "PENDING" | "FAILURE";
  readonly gateway: string;
  readonly title: string;
  readonly manual: boolean;
  readonly amount: Bag;
  readonly parent: Transaction | null;
  readonly paymentId: string;
  readonly createdMs: number;
  processedMs: number | null;
}

export type RestockType = "NO_RESTOCK" | "CANCEL" | "RETURN";

export interface RefundLine {
  readonly id: number;
  readonly line: Line;
  readonly quantity: number;
  readonly restockType: RestockType;
  readonly location: Location | null;
  readonly subtotal: Bag;
  readonly taxes: readonly Bag[];
}

export interface Refund {
  readonly type: "Refund";
  readonly id: number;
  readonly order: Order;
  readonly note: string;
  readonly createdMs: number;
  readonly lines: readonly RefundLine[];
  readonly shipping: readonly {
    readonly type: "RefundShippingLine";
    readonly id: number;
    readonly line: ShippingLine;
    readonly subtotal: Bag;
    readonly tax: Bag;
  }[];
  readonly duties: readonly { readonly duty: Duty; readonly amount: Bag }[];
  /** Calculated less paid back: negative where more was given than the lines come to. */
  readonly adjustments: readonly {
    readonly type: "OrderAdjustment";
    readonly id: number;
    readonly amount: Bag;
    readonly tax: Bag;
    readonly reason: "REFUND_DISCREPANCY";
  }[];
  readonly transactions: readonly Transaction[];
}

export interface FulfillmentOrderLine {
  readonly type: "FulfillmentOrderLineItem";
  readonly id: number;
  readonly line: Line;
  total: number;
  remaining: number;
}

export interface FulfillmentOrder {
  readonly type: "FulfillmentOrder";
  readonly id: number;
  readonly order: Order;
  readonly location: Location;
  status: "OPEN" | "IN_PROGRESS" | "ON_HOLD" | "CLOSED" | "CANCELLED";
  holds: {
    readonly type: "FulfillmentHold";
    readonly id: number;
    readonly reason: HoldReason;
    readonly notes: string;
  }[];
  readonly lines: FulfillmentOrderLine[];
  readonly createdMs: number;
  updatedMs: number;
}

export type HoldReason =
  | "AWAITING_PAYMENT"
  | "HIGH_RISK_OF_FRAUD"
  | "INCORRECT_ADDRESS"
  | "INVENTORY_OUT_OF_STOCK"
  | "OTHER";

export interface Fulfillment {
  readonly type: "Fulfillment";
  readonly id: number;
  readonly name: string;
  readonly order: Order;
  readonly location: Location;
  status: "SUCCESS" | "CANCELLED";
  readonly lines: readonly {
    readonly type: "FulfillmentLineItem";
    readonly id: number;
    readonly from: FulfillmentOrderLine;
    readonly line: Line;
    readonly quantity: number;
  }[];
  readonly orders: readonly FulfillmentOrder[];
  tracking: readonly Tracking[];
  readonly createdMs: number;
  updatedMs: number;
}

export interface Tracking {
  readonly company: string;
  readonly number: string;
  readonly url: string;
}

export type CancelReason = "CUSTOMER" | "DECLINED" | "FRAUD" | "INVENTORY" | "OTHER" | "STAFF";
export type Risk = "NONE" | "ACCEPT" | "INVESTIGATE" | "CANCEL";

export interface Order {
  readonly type: "Order";
  readonly id: number;
  readonly number: number;
  readonly test: boolean;
  /** What the customer saw; the shop's own currency is the shop's. */
  readonly presentmentCurrency: string;
  readonly taxesIncluded: boolean;
  readonly createdMs: number;
  updatedMs: number;
  cancelledMs: number | null;
  cancelReason: CancelReason | null;
  closedMs: number | null;
  edited: boolean;
  risk: Risk;
  email: string;
  phone: string;
  note: string;
  readonly customer: Customer | null;
  billing: Address | null;
  shipping: Address | null;
  readonly lines: Line[];
  readonly shippingLines: ShippingLine[];
  readonly tip: Bag;
  readonly discountCodes: readonly string[];
  readonly transactions: Transaction[];
  authorizationExpiresMs: number | null;
  readonly refunds: Refund[];
  readonly fulfillmentOrders: FulfillmentOrder[];
  readonly fulfillments: Fulfillment[];
  tags: string[];
  readonly metafields: Metafield[];
  readonly attributes: readonly { readonly key: string; readonly value: string }[];
}

export type MetafieldOwner = Order | Product | Variant | Customer;

export interface Subscription {
  readonly type: "WebhookSubscription";
  readonly id: number;
  /** The API's name of the topic, e.g. `ORDERS_CREATE`. */
  readonly topic: string;
  uri: string;
  includeFields: readonly string[];
  metafieldNamespaces: readonly string[];
  filter: string | null;
  readonly apiVersion: string;
  readonly createdMs: number;
  updatedMs: number;
  /** Deliveries in a row that failed for good or are failing. */
  failures: number;
}

export interface BulkOperation {
  readonly type: "BulkOperation";
  readonly id: number;
  readonly query: string;
  status: "CREATED" | "RUNNING" | "COMPLETED" | "CANCELED" | "FAILED";
  readonly createdMs: number;
  /** When it will have ended. */
  readonly readyMs: number;
  completedMs: number | null;
  objects: number;
  roots: number;
  /** The result, one JSON object a line. */
  readonly file: Buffer;
}
