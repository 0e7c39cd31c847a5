/** A shop as the story sees it, whatever its kind: what customers and its people do, and its own books. */
import type { HttpRequest, HttpResponse } from "../../src/core/ports/transport.ts";
import type { Clock } from "../../src/core/ports/clock.ts";
import type { HttpHandler } from "../http-server.ts";
import type { Random } from "../random.ts";
import type { Shopper, Warehouse } from "./catalog.ts";

export const SHOP_KINDS = ["woocommerce", "shopify"] as const;
export type ShopKindName = (typeof SHOP_KINDS)[number];

/** How a customer pays. Not every kind of shop has every way. */
export type PaidBy = "card" | "transfer" | "on-delivery" | "gift-card";

export interface Basket {
  readonly shopper: Shopper;
  readonly items: readonly { readonly sku: string; readonly quantity: number }[];
  /** Amounts as the shop shows them: with tax where `pricesWithTax`, else without. */
  readonly parcel?: string;
  readonly giftWrapping?: string;
  /** Takes `COUPON` off all items. */
  readonly coupon?: boolean;
  /** Default: prices are without tax. */
  readonly pricesWithTax?: boolean;
  /** `gift-card`: as far as `giftCard` goes, the rest by card. */
  readonly paidBy: PaidBy;
  readonly giftCard?: string;
}

export interface DemoOrder {
  readonly id: string;
  /** As people call it, without a sign before it; no two shops of the demo share one. */
  readonly number: string;
  /** In the shop's own words. */
  readonly status: string;
  /** The shop counts on sending it. */
  readonly isAccepted: boolean;
  /** With tax, as it was sold: refunds do not lower it. Decimal. */
  readonly total: string;
  readonly tax: string;
  /** Money that has come through the shop, decimal, and in how many parts. */
  readonly received: { readonly amount: string; readonly parts: number };
  /** Oldest first; decimals. */
  readonly refunds: readonly string[];
  readonly lines: readonly {
    readonly sku: string;
    readonly quantity: number;
    /** Less what was refunded. */
    readonly left: number;
    /** Units on their way, as far as the shop knows. */
    readonly sent: number;
  }[];
  /** Whose goods it takes. */
  readonly warehouse: Warehouse;
  /** What the hub wrote on it; "" where nothing. */
  readonly mark: { readonly status: string; readonly sentence: string };
  /** Parcels that the shop knows of, oldest first, by their tracking numbers; "" where it has none. */
  readonly parcels: readonly string[];
}

/** What the shop offers of one SKU from one warehouse's stock. */
export interface Offer {
  readonly sku: string;
  readonly warehouse: Warehouse;
  readonly units: number;
}

/** What a merchant writes down for the shop, beside what all shops have. */
export interface ShopConfiguration {
  /** Lines of its connection, with references to `secrets`. */
  readonly connection: readonly string[];
  /** The shop's id of a tax -> which of Odoo's it is. */
  readonly taxes: Readonly<Record<string, keyof OdooTaxes>>;
  /** The shop's word for a payment -> which of Odoo's journals it goes to. */
  readonly journals: Readonly<Record<string, keyof OdooJournals>>;
  readonly deliveries: "apart" | "odoo";
  /** Lines of its stock. */
  readonly stock: readonly string[];
}

export interface OdooTaxes {
  readonly standard: string;
  readonly reduced: string;
}

export interface OdooJournals {
  readonly bank: string;
  readonly giftCards: string;
}

export interface DemoShop {
  /** Its connection's id. */
  readonly id: string;
  readonly kind: ShopKindName;
  /** Short, for the margin. */
  readonly label: string;
  /** As its kind is called. */
  readonly kindLabel: string;
  readonly payments: ReadonlySet<PaidBy>;
  /** It is told by Odoo what went out. */
  readonly hearsOfParcels: boolean;
  /** Its places, with the warehouse that stands behind each. */
  readonly places: readonly { readonly name: string; readonly warehouse: Warehouse }[];
  readonly configuration: ShopConfiguration;
  readonly secrets: Readonly<Record<string, string>>;

  readonly handle: HttpHandler;
  setBaseUrl(url: string): void;
  /** Sends the webhooks that are due. */
  deliverDueWebhooks(): Promise<unknown>;
  /** The last webhook that it sent, sent once more; the receiver's answer. */
  repeatLastWebhook(): Promise<{ readonly status: number; readonly body: string }>;

  /** Null: it does not offer that much any more, and nothing has happened. */
  buy(basket: Basket): DemoOrder | null;
  /** The bank transfer has come. */
  moneyArrives(orderId: string): void;
  /** Units of an order are taken back into stock and their money is given back; the amount. */
  takeBack(orderId: string, sku: string, quantity: number): string;
  order(id: string): DemoOrder;
  orders(): readonly DemoOrder[];
  offers(): readonly Offer[];
  /** What was asked of it that a real shop does and this one does not: must stay empty. */
  readonly unsupported: readonly string[];
}

export interface DemoShopOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly send: (request: HttpRequest) => Promise<HttpResponse>;
}

/** Carries webhooks, and keeps the last of those that `isOne` accepts to send it once more. */
export function webhookCarrier(
  send: DemoShopOptions["send"],
  isOne: (request: HttpRequest) => boolean,
): { readonly deliver: DemoShopOptions["send"]; readonly repeat: () => Promise<HttpResponse> } {
  const kept: { last: HttpRequest | null } = { last: null };
  return {
    deliver: async (request) => {
      const answer = await send(request);
      // One that is still on its way has not been taken yet.
      if (isOne(request)) kept.last = request;
      return answer;
    },
    repeat: () => {
      if (kept.last === null) throw new Error("the shop has sent no webhook yet");
      return send(kept.last);
    },
  };
}
