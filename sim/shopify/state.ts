/** A simulated Shopify's memory: everything by its number. No rules; those are in the other files. */
import type { Clock } from "../../src/core/ports/clock.ts";
import type { Random } from "../random.ts";
import type {
  BulkOperation,
  Customer,
  InventoryItem,
  Level,
  Location,
  Metafield,
  Order,
  Product,
  Subscription,
  Variant,
} from "./model.ts";

const SECOND_MS = 1_000;

export interface TaxRate {
  readonly title: string;
  /** Decimal text, e.g. `21`. */
  readonly percent: string;
  /** The marketplace pays it to the state. Default false. */
  readonly channelLiable?: boolean;
}

export interface ShopifySettings {
  name: string;
  /** ISO 4217. */
  currency: string;
  taxesIncluded: boolean;
  /** ISO 3166-1 alpha-2. */
  country: string;
  /** What one of the shop's currency is in others, decimal text: those that customers may pay in. */
  exchangeRates: Readonly<Record<string, string>>;
  /** What checkouts take unless they say otherwise. */
  taxes: readonly TaxRate[];
  orderNumberPrefix: string;
  orderNumberFirst: number;
}

/** Far apart, so that the id of one kind is never one of another. */
const FIRST_IDS = {
  Product: 7_100_000_000,
  ProductVariant: 40_200_000_000,
  InventoryItem: 42_300_000_000,
  InventoryLevel: 88_400_000_000,
  Location: 61_500_000,
  Order: 5_600_000_000,
  LineItem: 13_700_000_000,
  ShippingLine: 4_800_000_000,
  OrderTransaction: 6_900_000_000,
  Refund: 920_000_000,
  RefundPart: 930_000_000,
  FulfillmentOrder: 6_110_000_000,
  FulfillmentOrderLineItem: 12_120_000_000,
  Fulfillment: 4_130_000_000,
  FulfillmentLineItem: 10_140_000_000,
  FulfillmentHold: 115_000_000,
  Duty: 116_000_000,
  Customer: 6_170_000_000,
  Metafield: 21_180_000_000,
  WebhookSubscription: 1_190_000_000,
  BulkOperation: 2_200_000_000,
  InventoryAdjustmentGroup: 1_210_000,
  OrderEdit: 220_000_000,
} as const;
export type Counter = keyof typeof FIRST_IDS;

export class ShopifyState {
  readonly products = new Map<number, Product>();
  readonly variants = new Map<number, Variant>();
  readonly items = new Map<number, InventoryItem>();
  readonly levels = new Map<number, Level>();
  /** In the order in which checkouts look for stock. */
  readonly locations = new Map<number, Location>();
  readonly customers = new Map<number, Customer>();
  readonly orders = new Map<number, Order>();
  readonly metafields = new Map<number, Metafield>();
  readonly subscriptions = new Map<number, Subscription>();
  readonly bulkOperations = new Map<number, BulkOperation>();
  readonly settings: ShopifySettings;
  readonly clock: Clock;
  readonly random: Random;
  private readonly counts = new Map<Counter, number>();
  private orderCount = 0;

  constructor(settings: ShopifySettings, clock: Clock, random: Random) {
    this.settings = settings;
    this.clock = clock;
    this.random = random;
  }

  /** Now, as the shop keeps it: whole seconds. */
  nowMs(): number {
    return Math.floor(this.clock.nowMs() / SECOND_MS) * SECOND_MS;
  }

  nextId(counter: Counter): number {
    const count = (this.counts.get(counter) ?? 0) + 1;
    this.counts.set(counter, count);
    return FIRST_IDS[counter] + count;
  }

  nextOrderNumber(): number {
    this.orderCount += 1;
    return this.settings.orderNumberFirst + this.orderCount - 1;
  }

  variantBySku(sku: string): Variant | undefined {
    for (const variant of this.variants.values()) if (variant.sku === sku) return variant;
    return undefined;
  }
}
