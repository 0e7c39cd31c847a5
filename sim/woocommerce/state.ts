/**
 * A simulated shop's memory: everything by id, SKUs without regard to case, ids from the counters that a real shop
 * shares between products, coupons, orders and refunds. No rules; those are in the other files.
 */
import type { Clock } from "../../src/core/ports/clock.ts";
import type { Random } from "../random.ts";
import type { Coupon, Customer, Meta, Order, Product, TaxRate, Webhook } from "./model.ts";

const SECOND_MS = 1000;

export interface ShopSettings {
  currency: string;
  /** Digits behind the point, as the shop shows its amounts. */
  decimals: number;
  pricesIncludeTax: boolean;
  /** True: taxes stay unrounded on the lines, and only their sum is rounded. */
  roundTaxAtSubtotal: boolean;
  /** Where the shop is: taxes of those who give no address. */
  country: string;
  /** How far the shop's own time is ahead of UTC. */
  utcOffsetMinutes: number;
  /** What people call an order; the id unless a plugin numbers them. */
  orderNumber: (id: number) => string;
}

type Counter = "post" | "item" | "meta" | "webhook" | "customer" | "rate" | "note";

export class ShopState {
  readonly products = new Map<number, Product>();
  readonly orders = new Map<number, Order>();
  readonly coupons = new Map<number, Coupon>();
  readonly customers = new Map<number, Customer>();
  readonly taxRates = new Map<number, TaxRate>();
  readonly webhooks = new Map<number, Webhook>();
  readonly settings: ShopSettings;
  readonly clock: Clock;
  readonly random: Random;
  /** Changes whenever a product comes, goes or changes its status or type: lists are kept until then. */
  catalogVersion = 0;
  private readonly skus = new Map<string, Set<number>>();
  private readonly last: Record<Counter, number> = {
    post: 10,
    item: 0,
    meta: 0,
    webhook: 0,
    customer: 1,
    rate: 0,
    note: 0,
  };

  constructor(settings: ShopSettings, clock: Clock, random: Random) {
    this.settings = settings;
    this.clock = clock;
    this.random = random;
  }

  /** Now, as the shop's database keeps it: whole seconds. */
  nowMs(): number {
    return Math.floor(this.clock.nowMs() / SECOND_MS) * SECOND_MS;
  }

  nextId(counter: Counter): number {
    this.last[counter] += 1;
    return this.last[counter];
  }

  meta(key: string, value: unknown): Meta {
    return { id: this.nextId("meta"), key, value };
  }

  addProduct(product: Product): void {
    this.products.set(product.id, product);
    this.index(product.sku, product.id);
    this.catalogVersion += 1;
  }

  removeProduct(product: Product): void {
    this.products.delete(product.id);
    this.unindex(product.sku, product.id);
    this.catalogVersion += 1;
  }

  setSku(product: Product, sku: string): void {
    this.unindex(product.sku, product.id);
    product.sku = sku;
    this.index(sku, product.id);
  }

  /** Without regard to case, as the shop's database compares. */
  bySku(sku: string): Product[] {
    const ids = this.skus.get(sku.toLowerCase());
    return ids === undefined
      ? []
      : [...ids].map((id) => this.products.get(id)).filter((product) => product !== undefined);
  }

  private index(sku: string, id: number): void {
    if (sku === "") return;
    const lower = sku.toLowerCase();
    const ids = this.skus.get(lower);
    if (ids === undefined) this.skus.set(lower, new Set([id]));
    else ids.add(id);
  }

  private unindex(sku: string, id: number): void {
    const ids = this.skus.get(sku.toLowerCase());
    ids?.delete(id);
    if (ids?.size === 0) this.skus.delete(sku.toLowerCase());
  }
}
