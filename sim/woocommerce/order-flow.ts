/**
 * The life of an order: made from a draft, paid, moved between statuses with what the shop does then (dates, stock,
 * events), refunded, trashed and restored.
 */
import type { Decimal } from "decimal.js";
import { addressFrom, type AddressFields } from "./addresses.ts";
import type { Coupon, FeeItem, Order, Product, ProductItem, Refund, ShippingItem } from "./model.ts";
import { decimal, sumOf, ZERO } from "./money.ts";
import type { ShopState } from "./state.ts";
import { giveBack, moveStock, type Emit } from "./stock.ts";
import { calculate, netPrice } from "./totals.ts";

export interface DraftItem {
  /** A simple product or a variation; null for something the shop does not have. */
  readonly product: Product | null;
  readonly quantity: number;
  /** Without tax; when absent, the product's price times the quantity. */
  readonly subtotal?: string;
  readonly total?: string;
}

export interface OrderDraft {
  readonly status: string;
  readonly items: readonly DraftItem[];
  readonly customerId: number;
  readonly billing: AddressFields;
  readonly shippingAddress: AddressFields;
  readonly coupons: readonly Coupon[];
  readonly shipping: readonly { readonly methodId: string; readonly title: string; readonly total: string }[];
  readonly fees: readonly { readonly name: string; readonly total: string; readonly taxable: boolean }[];
  readonly paymentMethod: string;
  readonly paymentTitle: string;
  readonly transactionId: string;
  readonly customerNote: string;
  readonly createdVia: string;
  readonly currency: string;
  readonly pricesIncludeTax: boolean;
  readonly meta: readonly { readonly key: string; readonly value: unknown }[];
  /** The gateway says that the money has come. */
  readonly paid: boolean;
}

const ORDER_KEY_CHARS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
const ORDER_KEY_LENGTH = 13;

export function createOrder(state: ShopState, draft: OrderDraft, emit: Emit): Order {
  const nowMs = state.nowMs();
  const id = state.nextId("post");
  const order: Order = {
    id,
    number: state.settings.orderNumber(id),
    status: "checkout-draft",
    currency: draft.currency,
    pricesIncludeTax: draft.pricesIncludeTax,
    createdMs: nowMs,
    modifiedMs: nowMs,
    completedMs: null,
    paidMs: null,
    customerId: draft.customerId,
    key: `wc_order_${Array.from({ length: ORDER_KEY_LENGTH }, () => ORDER_KEY_CHARS.charAt(state.random.int(0, ORDER_KEY_CHARS.length - 1))).join("")}`,
    billing: addressFrom(draft.billing),
    shipping: addressFrom(draft.shippingAddress),
    paymentMethod: draft.paymentMethod,
    paymentTitle: draft.paymentTitle,
    transactionId: draft.transactionId,
    createdVia: draft.createdVia,
    customerNote: draft.customerNote,
    meta: draft.meta.map(({ key, value }) => state.meta(key, value)),
    lines: draft.items.map((item) => productLine(state, item, draft.pricesIncludeTax)),
    shippingLines: draft.shipping.map(({ methodId, title, total }): ShippingItem => ({
      id: state.nextId("item"),
      methodId,
      title,
      total: decimal(total),
      taxes: [],
    })),
    feeLines: draft.fees.map(({ name, total, taxable }): FeeItem => ({
      id: state.nextId("item"),
      name,
      total: decimal(total),
      taxable,
      taxes: [],
    })),
    couponLines: draft.coupons.map((coupon) => ({
      id: state.nextId("item"),
      coupon,
      discount: ZERO,
      discountTax: ZERO,
      metaId: state.nextId("meta"),
    })),
    taxLines: [],
    refunds: [],
    notes: [],
    totals: {
      discount: ZERO,
      discountTax: ZERO,
      shipping: ZERO,
      shippingTax: ZERO,
      cartTax: ZERO,
      total: ZERO,
      totalTax: ZERO,
    },
    stockReduced: false,
    trashedFrom: null,
    bent: null,
  };
  calculate(state, order);
  state.orders.set(id, order);
  if (draft.status !== "checkout-draft") emit("order.created", id);
  if (draft.paid) pay(state, order, draft.status === "completed" ? "completed" : paidStatus(state, order), emit);
  else moveTo(state, order, draft.status, emit);
  return order;
}

function productLine(state: ShopState, item: DraftItem, pricesIncludeTax: boolean): ProductItem {
  const { product, quantity } = item;
  const parent = product?.type === "variation" ? state.products.get(product.parentId) : undefined;
  const taxClass = product?.taxClass ?? "";
  const taxable = (product?.taxStatus ?? "taxable") === "taxable";
  const price = decimal(product === null || priceOf(product) === "" ? "0" : priceOf(product)).times(quantity);
  const computed = netPrice(state, price, taxClass, taxable, pricesIncludeTax);
  const subtotal =
    item.subtotal === undefined ? (item.total === undefined ? computed : decimal(item.total)) : decimal(item.subtotal);
  const choices = product?.choices ?? [];
  return {
    id: state.nextId("item"),
    name: product === null ? "" : parent === undefined ? product.name : variationName(parent, product),
    productId: parent?.id ?? product?.id ?? 0,
    variationId: parent === undefined ? 0 : (product?.id ?? 0),
    quantity,
    taxClass,
    taxable,
    subtotal,
    total: item.total === undefined ? subtotal : decimal(item.total),
    taxes: [],
    meta: choices.map(({ name, option }) => state.meta(name.toLowerCase(), option)),
  };
}

export function variationName(parent: Product, { choices }: Product): string {
  return choices.length === 0 ? parent.name : `${parent.name} - ${choices.map(({ option }) => option).join(", ")}`;
}

export function priceOf({ regularPrice, salePrice }: Product): string {
  return salePrice === "" ? regularPrice : salePrice;
}

/** Goods wait to be sent, anything else is done once it is paid; cash on delivery is only paid when it is completed. */
export function paidStatus(state: ShopState, order: Order): string {
  if (order.paymentMethod === "cod") return "completed";
  return needsProcessing(state, order) ? "processing" : "completed";
}

export function needsProcessing({ products }: ShopState, { lines }: Order): boolean {
  return lines.some(
    ({ productId, variationId }) => products.get(variationId === 0 ? productId : variationId)?.virtual === false,
  );
}

function pay(state: ShopState, order: Order, status: string, emit: Emit): void {
  order.paidMs ??= state.nowMs();
  moveTo(state, order, status, emit);
}

/** A change of status, with its dates and its stock; the same status again changes nothing but the date of change. */
export function moveTo(state: ShopState, order: Order, status: string, emit: Emit): void {
  const isNew = order.status === "checkout-draft" && status === "checkout-draft";
  const changed = order.status !== status;
  order.status = status;
  order.modifiedMs = state.nowMs();
  if (changed) setDates(state, order);
  const moved = moveStock(state, order, emit);
  if (!isNew || moved) emit("order.updated", order.id);
}

function setDates(state: ShopState, order: Order): void {
  const paid = paidStatus(state, order);
  // Whatever has come to where paid orders go counts as paid, even when nobody said so.
  if (order.status === paid || (paid === "processing" && order.status === "completed")) order.paidMs ??= state.nowMs();
  if (order.status === "completed") order.completedMs ??= state.nowMs();
}

export interface RefundDraft {
  readonly amount: Decimal;
  readonly reason: string;
  readonly restock: boolean;
  readonly byGateway: boolean;
  readonly lines: readonly {
    readonly item: ProductItem;
    readonly quantity: number;
    readonly total: Decimal;
    readonly taxes: readonly { readonly rateId: number; readonly total: Decimal }[];
  }[];
}

export function refundedSoFar({ refunds }: Order): Decimal {
  return sumOf(refunds.map(({ amount }) => amount));
}

/** The order's total stays; refunding all of it makes the order refunded. Null when it is more than what is left. */
export function refund(state: ShopState, order: Order, draft: RefundDraft, emit: Emit): Refund | null {
  const left = order.totals.total.minus(refundedSoFar(order));
  if (draft.amount.lessThanOrEqualTo(0) || draft.amount.greaterThan(left)) return null;
  const isFull = draft.amount.equals(left);
  const made: Refund = {
    id: state.nextId("post"),
    orderId: order.id,
    createdMs: state.nowMs(),
    amount: draft.amount,
    reason: draft.reason,
    lines: draft.lines.map((line) => ({ ...line, id: state.nextId("item"), metaId: state.nextId("meta") })),
    metaId: state.nextId("meta"),
    isFull,
    byGateway: draft.byGateway,
  };
  order.refunds.unshift(made);
  for (const { item, quantity } of draft.restock ? draft.lines : []) {
    giveBack(state, item, quantity, emit);
    item.meta.push(state.meta("_restock_refunded_items", String(quantity)));
  }
  order.modifiedMs = state.nowMs();
  if (isFull) moveTo(state, order, "refunded", emit);
  else emit("order.updated", order.id);
  return made;
}

export function trash(state: ShopState, order: Order, emit: Emit): void {
  order.trashedFrom = order.status;
  order.status = "trash";
  order.modifiedMs = state.nowMs();
  order.meta.push(state.meta("_wp_trash_meta_status", `wc-${order.trashedFrom}`));
  emit("order.deleted", order.id);
}

export function restore(state: ShopState, order: Order, emit: Emit): void {
  order.status = order.trashedFrom ?? "pending";
  order.trashedFrom = null;
  order.modifiedMs = state.nowMs();
  order.meta = order.meta.filter(({ key }) => key !== "_wp_trash_meta_status");
  emit("order.restored", order.id);
}
