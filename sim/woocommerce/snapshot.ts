/** The whole shop as plain data, for a simulation's oracle: amounts as text, in the order of their ids. */
import type { Meta, Order, Product } from "./model.ts";
import { sumOf } from "./money.ts";
import { refundedSoFar } from "./order-flow.ts";
import type { ShopState } from "./state.ts";
import { shown } from "./totals.ts";

export interface OrderSnapshot {
  readonly id: string;
  readonly number: string;
  readonly status: string;
  readonly currency: string;
  readonly total: string;
  readonly totalTax: string;
  readonly refunded: string;
  readonly paid: boolean;
  readonly paymentMethod: string;
  readonly customerId: string | null;
  readonly email: string;
  readonly stockReduced: boolean;
  readonly lines: readonly {
    readonly variantId: string | null;
    readonly sku: string;
    readonly quantity: number;
    readonly total: string;
    readonly tax: string;
  }[];
  /** Each refund with its total and the pieces it names. */
  readonly refunds: readonly {
    readonly total: string;
    readonly pieces: readonly { readonly sku: string; readonly quantity: number }[];
  }[];
  /** Meta by key, the hub's marks among it. */
  readonly meta: Readonly<Record<string, unknown>>;
}

export interface VariantSnapshot {
  readonly id: string;
  readonly parentId: string | null;
  readonly sku: string;
  readonly name: string;
  readonly status: string;
  readonly managed: boolean;
  readonly stock: number | null;
}

export interface ShopSnapshot {
  readonly orders: readonly OrderSnapshot[];
  /** Simple products and variations; variable products are left out. */
  readonly variants: readonly VariantSnapshot[];
  readonly webhooks: readonly {
    readonly id: string;
    readonly topic: string;
    readonly status: string;
    readonly deliveryUrl: string;
    readonly failures: number;
  }[];
}

export function snapshotOf(state: ShopState): ShopSnapshot {
  return {
    orders: [...state.orders.values()].map((order) => orderSnapshot(state, order)),
    variants: [...state.products.values()].filter(({ type }) => type !== "variable").map(variantSnapshot),
    webhooks: [...state.webhooks.values()].map(({ id, topic, status, deliveryUrl, failures }) => ({
      id: String(id),
      topic,
      status,
      deliveryUrl,
      failures,
    })),
  };
}

export function orderSnapshot(state: ShopState, order: Order): OrderSnapshot {
  const amount = (value: Parameters<typeof shown>[0]) => shown(value, state.settings.decimals);
  return {
    id: String(order.id),
    number: order.number,
    status: order.status,
    currency: order.currency,
    total: amount(order.totals.total),
    totalTax: amount(order.totals.totalTax),
    refunded: amount(refundedSoFar(order)),
    paid: order.paidMs !== null,
    paymentMethod: order.paymentMethod,
    customerId: order.customerId === 0 ? null : String(order.customerId),
    email: order.billing.email,
    stockReduced: order.stockReduced,
    lines: order.lines.map(({ productId, variationId, quantity, total, taxes }) => {
      const id = variationId === 0 ? productId : variationId;
      const tax = sumOf(taxes.map((one) => one.total));
      return {
        variantId: id === 0 ? null : String(id),
        sku: state.products.get(id)?.sku ?? "",
        quantity,
        total: amount(total),
        tax: amount(tax),
      };
    }),
    refunds: order.refunds.map(({ amount: refunded, lines }) => ({
      total: amount(refunded),
      pieces: lines.map(({ item, quantity }) => ({
        sku: state.products.get(item.variationId === 0 ? item.productId : item.variationId)?.sku ?? "",
        quantity,
      })),
    })),
    meta: metaOf(order.meta),
  };
}

function metaOf(meta: readonly Meta[]): Record<string, unknown> {
  return Object.fromEntries(meta.map(({ key, value }) => [key, value]));
}

function variantSnapshot({ id, parentId, sku, name, status, manageStock, stock }: Product): VariantSnapshot {
  return {
    id: String(id),
    parentId: parentId === 0 ? null : String(parentId),
    sku,
    name,
    status,
    managed: manageStock,
    stock,
  };
}
