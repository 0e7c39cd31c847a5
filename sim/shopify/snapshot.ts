/** The whole shop as plain data, for a simulation's oracle: amounts as text in the shop's currency, in the order of ids. */
import { formatMoney } from "../../src/core/money.ts";
import { nameOf } from "./checkout.ts";
import type { Bag, Order } from "./model.ts";
import {
  currentQuantity,
  currentTotalsOf,
  financialStatus,
  fulfilledQuantity,
  fulfillmentStatus,
  receivedOf,
  refundedOf,
  taxSum,
  totalsOf,
  lineTotal,
} from "./order-amounts.ts";
import type { ShopifyState } from "./state.ts";

export interface OrderSnapshot {
  readonly id: string;
  readonly number: string;
  readonly name: string;
  readonly test: boolean;
  readonly cancelled: boolean;
  readonly financialStatus: string;
  readonly fulfillmentStatus: string;
  readonly total: string;
  readonly currentTotal: string;
  readonly totalTax: string;
  readonly currentTax: string;
  readonly received: string;
  readonly refunded: string;
  /** In the customer's currency. */
  readonly presentmentCurrency: string;
  readonly presentmentTotal: string;
  readonly presentmentTax: string;
  /** Money that came, part by part; what is given back later is not taken off. */
  readonly paidParts: readonly {
    readonly gateway: string;
    readonly amount: string;
    readonly presentmentAmount: string;
  }[];
  readonly gateways: readonly string[];
  readonly email: string;
  readonly customerId: string | null;
  readonly tags: readonly string[];
  /** By `namespace.key`. */
  readonly metafields: Readonly<Record<string, string>>;
  readonly lines: readonly {
    readonly id: string;
    readonly variantId: string | null;
    readonly sku: string;
    readonly quantity: number;
    readonly currentQuantity: number;
    readonly fulfilled: number;
    readonly total: string;
    readonly tax: string;
  }[];
  readonly refunds: readonly { readonly id: string; readonly money: string }[];
  /** Where its goods are to be sent, or were sent, from. */
  readonly routes: readonly { readonly locationId: string; readonly sku: string; readonly quantity: number }[];
  readonly fulfillments: readonly {
    readonly id: string;
    readonly status: string;
    readonly locationId: string;
    readonly tracking: readonly string[];
  }[];
}

export interface VariantSnapshot {
  readonly id: string;
  readonly productId: string;
  readonly itemId: string;
  readonly sku: string;
  readonly tracked: boolean;
  readonly levels: readonly { readonly locationId: string; readonly available: number; readonly committed: number }[];
}

export interface ShopifySnapshot {
  readonly orders: readonly OrderSnapshot[];
  readonly variants: readonly VariantSnapshot[];
  readonly subscriptions: readonly {
    readonly id: string;
    readonly topic: string;
    readonly uri: string;
    readonly failures: number;
  }[];
}

export function snapshotOf(state: ShopifyState): ShopifySnapshot {
  return {
    orders: [...state.orders.values()].map((order) => orderSnapshot(state, order)),
    variants: [...state.variants.values()].map(({ id, product, item, sku }) => ({
      id: String(id),
      productId: String(product.id),
      itemId: String(item.id),
      sku,
      tracked: item.tracked,
      levels: [...item.levels.values()]
        .filter(({ active }) => active)
        .map(({ location, available, committed }) => ({ locationId: String(location.id), available, committed }))
        .toSorted((a, b) => Number(a.locationId) - Number(b.locationId)),
    })),
    subscriptions: [...state.subscriptions.values()].map(({ id, topic, uri, failures }) => ({
      id: String(id),
      topic,
      uri,
      failures,
    })),
  };
}

export function orderSnapshot(state: ShopifyState, order: Order): OrderSnapshot {
  const amount = (bag: Bag) => formatMoney(bag.shop, state.settings.currency);
  const paidIn = (bag: Bag) => formatMoney(bag.presentment, order.presentmentCurrency);
  const [totals, current] = [totalsOf(order), currentTotalsOf(order)];
  return {
    id: String(order.id),
    number: String(order.number),
    name: nameOf({ state, emit: () => {} }, order),
    test: order.test,
    cancelled: order.cancelledMs !== null,
    financialStatus: financialStatus(order, state.nowMs()),
    fulfillmentStatus: fulfillmentStatus(order),
    total: amount(totals.total),
    currentTotal: amount(current.total),
    totalTax: amount(totals.tax),
    currentTax: amount(current.tax),
    received: amount(receivedOf(order)),
    refunded: amount(refundedOf(order)),
    presentmentCurrency: order.presentmentCurrency,
    presentmentTotal: paidIn(totals.total),
    presentmentTax: paidIn(totals.tax),
    paidParts: order.transactions
      .filter(({ kind, status }) => status === "SUCCESS" && (kind === "SALE" || kind === "CAPTURE"))
      .map((one) => ({ gateway: one.gateway, amount: amount(one.amount), presentmentAmount: paidIn(one.amount) })),
    gateways: [...new Set(order.transactions.map(({ gateway }) => gateway))],
    email: order.email,
    customerId: order.customer === null ? null : String(order.customer.id),
    tags: [...order.tags],
    metafields: Object.fromEntries(order.metafields.map(({ namespace, key, value }) => [`${namespace}.${key}`, value])),
    lines: order.lines.map((line) => ({
      id: String(line.id),
      variantId: line.variant === null ? null : String(line.variant.id),
      sku: line.sku,
      quantity: line.quantity,
      currentQuantity: currentQuantity(line),
      fulfilled: fulfilledQuantity(line),
      total: amount(lineTotal(line)),
      tax: amount(taxSum(line.taxes)),
    })),
    refunds: order.refunds.map(({ id, transactions }) => ({
      id: String(id),
      money: amount(
        transactions.reduce<Bag>(
          (sum, one) => ({ shop: sum.shop + one.amount.shop, presentment: sum.presentment + one.amount.presentment }),
          { shop: 0n, presentment: 0n },
        ),
      ),
    })),
    routes: order.fulfillmentOrders
      .filter(({ status }) => status !== "CANCELLED")
      .flatMap(({ location, lines }) =>
        lines.map(({ line, total }) => ({ locationId: String(location.id), sku: line.sku, quantity: total })),
      ),
    fulfillments: order.fulfillments.map(({ id, status, location, tracking }) => ({
      id: String(id),
      status,
      locationId: String(location.id),
      tracking: tracking.map(({ number }) => number),
    })),
  };
}
