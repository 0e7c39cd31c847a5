/**
 * What the contract needs of a shop beside its port: somebody who makes products and orders there, a receiver of its
 * webhooks, and patience. One implementation for each kind of shop; it removes what it has made.
 */
import type { CallContext } from "../../src/core/ports/call.ts";
import type { ShopPort } from "../../src/core/ports/shop.ts";
import type { OrderStatus } from "../../src/core/order/shop-order.ts";

export interface VariantRecipe {
  readonly sku: string;
  readonly name: string;
  /** Null: the shop does not count it. */
  readonly quantity: number | null;
}

export interface VariableRecipe {
  readonly name: string;
  /** Given: the parent counts for variations whose own quantity is null; only where `parentsCount`. */
  readonly parentQuantity?: number;
  readonly variations: readonly { readonly option: string; readonly sku: string; readonly quantity: number | null }[];
}

export interface OrderRecipe {
  readonly lines: readonly {
    readonly variantId: string;
    readonly parentId: string | null;
    readonly quantity: number;
  }[];
  /** With its transaction id. */
  readonly paidBy?: { readonly method: string; readonly transactionId: string };
  /** One of the world's `statuses`; default: what paying, or not paying, makes of it. */
  readonly status?: OrderStatus;
  /** Totals without tax. */
  readonly shipping?: string;
  readonly fee?: string;
  readonly email?: string;
  readonly note?: string;
}

/** By the line's place among the order's lines, from 0. */
export interface RefundRecipe {
  readonly lines: readonly { readonly line: number; readonly quantity: number; readonly restock: boolean }[];
  /** With tax, beyond the lines. */
  readonly amount?: string;
  readonly reason?: string;
}

/** A delivery as it arrived. */
export interface Received {
  readonly headers: Readonly<Record<string, string>>;
  readonly raw: Uint8Array;
}

export interface Receiver {
  readonly url: string;
  readonly received: readonly Received[];
}

export interface ShopWorld {
  readonly shop: ShopPort;
  readonly call: CallContext;
  /** Different in each run: SKUs and names begin with it. */
  readonly tag: string;
  /** What orders can be made to be, in the core's words. */
  readonly statuses: readonly OrderStatus[];
  /** The product around a simple product's only variant; null where both are one. */
  readonly simpleParentOf: (variantId: string) => string | null;
  /** A variable product can count for its variations. */
  readonly parentsCount: boolean;
  /** What `check` must find to be well. */
  readonly wellSubjects: readonly string[];
  /** What may stand in no sentence and no record. */
  readonly secrets: RegExp;
  /** Where `quantity` of the recipes lies; `WHOLE_SHOP` of a shop without locations. */
  readonly stockLocation: string;
  /** The same shop, asked with other credentials. */
  readonly withSecret: (secret: string) => ShopPort;
  /** A shop at an address where nobody listens. */
  readonly unreachable: () => ShopPort;
  readonly createSimple: (recipe: VariantRecipe) => Promise<string>;
  readonly createVariable: (
    recipe: VariableRecipe,
  ) => Promise<{ readonly id: string; readonly variationIds: readonly string[] }>;
  /** The new product's id, or null when the shop refuses a SKU that is taken. */
  readonly tryDuplicateSku: (sku: string) => Promise<string | null>;
  readonly setStock: (id: string, parentId: string | null, quantity: number) => Promise<void>;
  readonly removeVariant: (id: string, parentId: string | null) => Promise<void>;
  readonly createOrder: (recipe: OrderRecipe) => Promise<{ readonly id: string; readonly number: string }>;
  /** Many small orders at once; their ids. */
  readonly createOrders: (count: number, variantId: string) => Promise<readonly string[]>;
  readonly setOrderStatus: (id: string, status: "completed" | "cancelled") => Promise<void>;
  /** Some money, and perhaps goods, of a paid order go back. */
  readonly refundOrder: (id: string, refund: RefundRecipe) => Promise<void>;
  /** Orders can be thrown away and be read as such; null: this kind of shop knows no such thing. */
  readonly trashOrder: ((id: string) => Promise<void>) | null;
  /** What people do to be rid of an order: it is told by a webhook. */
  readonly discardOrder: (id: string) => Promise<void>;
  readonly removeOrder: (id: string) => Promise<void>;
  /** Lets the shop's time pass. */
  readonly pass: (ms: number) => Promise<void>;
  /** The shop's time, UTC ISO. */
  readonly now: () => string;
  readonly receiver: Receiver;
  /** Makes the shop deliver what waits. */
  readonly deliverWebhooks: () => Promise<void>;
  /** Switched off or deleted: what this shop does to a webhook that fails too often. */
  readonly switchOffWebhook: (id: string) => Promise<void>;
  /** A second stock location, which stocks nothing of what the recipes make; null where the shop knows no locations. */
  readonly otherLocation: string | null;
  /** Removes everything that was made; throws with what is left. */
  readonly cleanUp: () => Promise<void>;
}
