/**
 * An order as any shop tells it, after its connector has decoded it. Amounts are decimal strings in the order's
 * currency exactly as the shop sent them (its totals are the truth, unit prices are not); instants are UTC ISO 8601.
 */
export const ORDER_STATUSES = [
  "draft", // checkout not finished
  "pending",
  "on-hold",
  "processing",
  "completed",
  "cancelled",
  "refunded",
  "failed",
  "trash",
] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];

export interface Address {
  readonly firstName: string;
  readonly lastName: string;
  readonly company: string;
  readonly street: string;
  readonly street2: string;
  readonly city: string;
  readonly postcode: string;
  /** ISO 3166-1 alpha-2, or "". */
  readonly country: string;
  /** The shop's state code, or "". */
  readonly state: string;
  readonly email: string;
  readonly phone: string;
}

/** Tax of one line at one rate. */
export interface LineTax {
  readonly rateId: string;
  readonly amount: string;
}

export interface OrderLine {
  /** The shop's line id, unique within the order across all kinds. */
  readonly id: string;
  readonly kind: "product" | "shipping" | "fee";
  readonly name: string;
  /** Product lines: the exact variation's SKU, "" when blank. Shipping: the method's id. Fees: "". */
  readonly sku: string;
  /** The shop's variant id (variation, or simple product); null when the product is gone or the line has none. */
  readonly variantId: string | null;
  /** Decimal string; "1" for shipping and fees. */
  readonly quantity: string;
  /** Without tax, before discount. */
  readonly subtotal: string;
  /** Without tax, after discount. The line's truth. */
  readonly total: string;
  readonly taxes: readonly LineTax[];
  /** Where the shop sends it from (one of its stock locations); null: not decided, not told, several, or nothing is sent. */
  readonly locationId: string | null;
  /** The locations of a line whose units the shop sends from several; absent where it is one or none. */
  readonly splitOver?: readonly string[];
}

export interface TaxRate {
  readonly id: string;
  readonly label: string;
  /** Decimal string, e.g. "21" or "19.6"; "" when the shop does not tell. */
  readonly percent: string;
  readonly compound: boolean;
  /** All tax at this rate, shipping included. */
  readonly total: string;
}

/** Money for an order, received or expected; an order may be paid in several parts (a gift card and a card). */
export interface OrderPayment {
  /** The shop's id of this part, unique within the order; "" where a shop knows one payment for each order and no id for it. */
  readonly id: string;
  /** The gateway's id, e.g. `stripe`, `bacs`, `cod`, `gift_card`; "" when none. */
  readonly method: string;
  readonly title: string;
  /** "" when none. */
  readonly transactionId: string;
  /** Positive decimal in the order's currency. */
  readonly amount: string;
  /** When the shop says the money was received; null when it was not. */
  readonly paidAt: string | null;
}

/** Part of a refund that belongs to a line of the order, or (`lineId` null) to none. Amounts are positive. */
export interface OrderRefundLine {
  /** The order's line (also of shipping and fees); null: an amount without a line. */
  readonly lineId: string | null;
  /** For people where there is no line, e.g. `Goodwill`. */
  readonly name: string;
  /** Units taken back, decimal; "0": money only. */
  readonly quantity: string;
  /** Without tax. */
  readonly untaxed: string;
  readonly taxes: readonly LineTax[];
  /** True: the shop put the units back into stock (at `locationId` where it told one). */
  readonly restock: boolean;
  readonly locationId: string | null;
}

export interface OrderRefund {
  readonly id: string;
  /** UTC. */
  readonly createdAt: string;
  /** "" when none was given. */
  readonly reason: string;
  readonly lines: readonly OrderRefundLine[];
  /** With tax, positive: what the credit note must come to; equals the lines' sum. */
  readonly total: string;
  /** Money that was given back, part by part; empty: none (the order had not been paid, or it is given back elsewhere). */
  readonly payments: readonly OrderPayment[];
}

/** Goods that the shop says are on their way. */
export interface OrderFulfilment {
  readonly id: string;
  /** `done`: sent; `cancelled`: counts for nothing. */
  readonly status: "done" | "cancelled";
  /** UTC. */
  readonly createdAt: string;
  readonly locationId: string | null;
  /** "" where none. */
  readonly carrier: string;
  readonly trackingNumbers: readonly string[];
  readonly lines: readonly { readonly lineId: string; readonly quantity: string }[];
}

/** What the hub wrote on the shop's order earlier; nulls when never. */
export interface OrderSyncMark {
  readonly status: "synced" | "failed" | "held" | "waiting" | null;
  readonly sentence: string | null;
  readonly odooOrder: string | null;
  readonly odooOrderId: string | null;
  readonly odooInvoice: string | null;
}

export interface ShopOrder {
  readonly id: string;
  /** What people call it; may differ from the id. */
  readonly number: string;
  readonly status: OrderStatus;
  /** The status in the shop's own word (plugins add some; an unknown one has status `on-hold`). */
  readonly statusText: string;
  /** ISO 4217. */
  readonly currency: string;
  readonly pricesIncludeTax: boolean;
  readonly createdAt: string;
  readonly modifiedAt: string;
  readonly completedAt: string | null;
  /** The shop's customer id; null for a guest. */
  readonly customerId: string | null;
  readonly billing: Address;
  readonly shipping: Address | null;
  readonly lines: readonly OrderLine[];
  readonly taxRates: readonly TaxRate[];
  readonly coupons: readonly { readonly code: string; readonly amount: string }[];
  /** With tax, as the customer paid; not lowered by refunds. */
  readonly total: string;
  readonly totalTax: string;
  readonly discountTotal: string;
  readonly shippingTotal: string;
  /** Sum of refunds so far, positive decimal; "0" when none. */
  readonly refundedTotal: string;
  /** In the order in which they came; parts that failed or were voided are left out. Empty: no payment is known of. */
  readonly payments: readonly OrderPayment[];
  /** Oldest first. */
  readonly refunds: readonly OrderRefund[];
  /** Oldest first. A shop that knows only "completed" tells it as one fulfilment of all lines. */
  readonly fulfilments: readonly OrderFulfilment[];
  /** Made to try the shop out: no money moved, and nothing of it may reach the books. */
  readonly test: boolean;
  readonly customerNote: string;
  readonly mark: OrderSyncMark;
}
