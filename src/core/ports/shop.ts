/**
 * What the hub needs of any shop. One implementation per kind of shop, each a folder in connectors that passes the
 * contract suite. Reads and writes are batched; every id gets an outcome of its own.
 */
import type { Failure } from "../failures.ts";
import type { Result } from "../result.ts";
import type { ShopOrder } from "../order/shop-order.ts";
import type { ShopVariant, SkuCarrier, StockLevel, StockWrite, VariantRef } from "../stock/shop-variant.ts";
import type { Key } from "../key.ts";
import type { CallContext } from "./call.ts";
import type { CheckLine } from "./check.ts";

/** One page of a list: of orders that changed or were placed, or of the catalog. */
export interface ChangePage<T> {
  readonly items: readonly T[];
  /** Opaque to the hub; null on the last page. */
  readonly nextPage: string | null;
  readonly totalItems: number | null;
  /** Items of this page that cannot be understood, each by its id: they must not hold back the others. */
  readonly unreadable: readonly { readonly id: string; readonly failure: Failure }[];
}

/** What the hub writes back onto the shop's order. Nulls leave a field as it is. */
export interface OrderMarkWrite {
  readonly orderId: string;
  readonly status: "synced" | "failed" | "held" | "waiting";
  readonly sentence: string;
  readonly odooOrder: string | null;
  readonly odooOrderId: string | null;
  readonly odooInvoice: string | null;
}

/** Stock that a freshly told order takes, from a webhook or poll; the order run corrects it by what it reads. */
export interface OrderHold {
  readonly orderId: string;
  readonly orderNumber: string;
  readonly variantId: string;
  readonly quantity: string;
  /** Where the shop takes it from; null: not decided or not told. */
  readonly locationId: string | null;
}

/** What an order takes, as soon as it is told. */
export interface ToldHolds {
  readonly orderId: string;
  /** `ShopOrder.createdAt`; null: not told. */
  readonly placedAt: string | null;
  /** Empty: it holds nothing (any more). */
  readonly lines: readonly OrderHold[];
}

/** A delivery that was checked and understood. */
export interface Delivery {
  /** Unique per delivery, for the inbox; null for a ping. */
  readonly deliveryId: string | null;
  readonly topic: string;
  readonly keys: readonly Key[];
  /** Ids of what is counted (`ShopVariant.itemId`), where the delivery tells only of that: the hub knows the variant by its link. */
  readonly itemIds: readonly string[];
  /** The order's accepted holds, when the delivery tells of an order. */
  readonly holds: ToldHolds | null;
  /** A ping or a topic that the hub does not use: acknowledged and ignored. */
  readonly ignored: string | null;
}

export interface WebhookState {
  readonly topic: string;
  readonly id: string;
  /** `duplicate`: a second one for the same topic and address; it costs the shop time and is left to its owner. */
  readonly status: "active" | "created" | "re-enabled" | "disabled" | "missing" | "duplicate";
}

/** Goods that went out of Odoo, to be told to the shop. */
export interface FulfilmentWrite {
  readonly orderId: string;
  /** Name of Odoo's picking, e.g. `WH/OUT/00012`: for people and the activity. */
  readonly picking: string;
  readonly lines: readonly { readonly lineId: string; readonly quantity: string }[];
  /** "" where none. */
  readonly carrier: string;
  readonly trackingNumber: string;
  readonly trackingUrl: string;
}

/** What this kind of shop has; the configuration is checked against it. */
export interface ShopAbilities {
  /** It counts stock at several locations, each of which is mapped to Odoo. False: all levels are `WHOLE_SHOP`. */
  readonly locations: boolean;
  /** It can be told of what went out, with tracking. */
  readonly fulfilments: boolean;
}

/** What orders may carry and the configuration maps to Odoo, by the id that orders carry. */
export interface Mappable {
  readonly id: string;
  /** As people know it, e.g. `VAT, 21 %`. */
  readonly label: string;
}

export interface ShopMappables {
  readonly taxRates: readonly Mappable[];
  /** Those that customers can choose. */
  readonly paymentMethods: readonly Mappable[];
  /** Stock locations that are in use; empty where the shop knows none. */
  readonly locations: readonly Mappable[];
}

/** How the shop takes stock. */
export interface StockWriting {
  /** Variants that one run looks at and writes: as many as one call of the shop takes. */
  readonly variantsMax: number;
  /**
   * The shop refuses a write whose `before` is not there any more, and its answer tells what stands there after it: nothing is
   * learned by reading that again.
   */
  readonly compared: boolean;
}

/** Variants of a run of stock, and who else carries their SKUs. */
export interface VariantsRead {
  /** By id, for every id that was asked for; null: gone. */
  readonly variants: ReadonlyMap<string, Result<ShopVariant | null>>;
  /** Everyone in the shop with the SKU of one of these variants (as the shop compares SKUs); of one that is gone, with that of its ref. */
  readonly carriers: readonly SkuCarrier[];
}

export interface ShopPort {
  readonly connection: string;
  /** e.g. "WooCommerce"; used in sentences. */
  readonly kindLabel: string;
  readonly abilities: ShopAbilities;
  readonly stockWriting: StockWriting;
  /** Names (lower case) of the headers of a delivery that may be kept with it: none with a secret or a signature. */
  readonly deliveryHeaders: readonly string[];

  /** One line per right, setting and field that matters. Never throws. */
  check(call: CallContext): Promise<readonly CheckLine[]>;
  /** For `stockbridge check`: what may come, so that its mapping is not missed with the first order. */
  readMappables(call: CallContext): Promise<Result<ShopMappables>>;

  /** Null: the shop says that there is no such order. */
  readOrders(ids: readonly string[], call: CallContext): Promise<ReadonlyMap<string, Result<ShopOrder | null>>>;
  /** Orders modified at or after `sinceIso` (inclusive, UTC), oldest first. `page` null for the first. */
  changedOrders(sinceIso: string, page: string | null, call: CallContext): Promise<Result<ChangePage<ShopOrder>>>;
  /** Orders placed in `[fromIso, toIso)`, oldest first: backfill and reconciliation. */
  placedOrders(
    fromIso: string,
    toIso: string,
    page: string | null,
    call: CallContext,
  ): Promise<Result<ChangePage<ShopOrder>>>;
  /** For `explain order <number>`: an order by what people call it. */
  findOrderByNumber(number: string, call: CallContext): Promise<Result<ShopOrder | null>>;
  writeOrderMarks(writes: readonly OrderMarkWrite[], call: CallContext): Promise<ReadonlyMap<string, Result<void>>>;
  /**
   * Tells the shop what went out; outcomes in the same order. Lines that the shop has fulfilled already are refused by it. Only
   * where `abilities.fulfilments`.
   */
  writeFulfilments(writes: readonly FulfilmentWrite[], call: CallContext): Promise<readonly Result<void>[]>;

  /**
   * Variants by id, and who else carries their SKUs; the ref's SKU and parent let the connector read many in one call. Each kind of
   * shop has a cheapest way of its own. A failure is of all of them.
   */
  readForStock(refs: readonly VariantRef[], call: CallContext): Promise<Result<VariantsRead>>;
  /** All variants with one of these SKUs (several with one SKU are all returned). */
  findVariants(skus: readonly string[], call: CallContext): Promise<Result<readonly ShopVariant[]>>;
  /** The whole catalog, a page at a time; `known` lets the connector read variations of known products in bulk. */
  variantPage(
    page: string | null,
    known: readonly VariantRef[],
    call: CallContext,
  ): Promise<Result<ChangePage<ShopVariant>>>;
  /**
   * Absolute quantities, each of one variant at one location (activated there where it is not stocked); outcomes in the same order. A write whose
   * `before` is not there any more fails as STOCK_STALE where the shop can compare. The value is the level as the shop reports it after the write.
   */
  writeStock(writes: readonly StockWrite[], call: CallContext): Promise<readonly Result<StockLevel>[]>;

  /** Creates what is missing, re-enables what was disabled, reports all. `deliveryUrl` is where this shop delivers. */
  ensureWebhooks(deliveryUrl: string, call: CallContext): Promise<Result<readonly WebhookState[]>>;
  /** Pure: signature over the raw bytes, then decode. Failure codes WEBHOOK_*. Header names in lower case. */
  decodeDelivery(headers: Readonly<Record<string, string>>, raw: Uint8Array): Result<Delivery>;
  /** Pure: a delivery that was taken in earlier, from the headers that were kept with it; its signature was checked then. */
  readDelivery(headers: Readonly<Record<string, string>>, raw: Uint8Array): Result<Delivery>;
}
