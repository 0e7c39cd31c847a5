/** What customers and shop managers do to orders, for simulations and demos: ids are text, as everywhere outside the shop. */
import type { AddressFields } from "./addresses.ts";
import type { Coupon, Order, Product } from "./model.ts";
import { decimal, roundAmount, sumOf } from "./money.ts";
import {
  createOrder,
  moveTo,
  paidStatus,
  refund,
  refundedSoFar,
  restore,
  trash,
  type RefundDraft,
} from "./order-flow.ts";
import { mergeMeta } from "./product-edits.ts";
import { orderSnapshot, type OrderSnapshot } from "./snapshot.ts";
import type { ShopState } from "./state.ts";
import { countingProduct, giveBack, touch, type Emit } from "./stock.ts";
import { calculate, shown } from "./totals.ts";
import { roundingOf } from "./taxes.ts";

export interface CheckoutItem {
  /** A simple product's or a variation's id; or its SKU. An unknown one makes a line without a product. */
  readonly variantId?: string;
  readonly sku?: string;
  readonly quantity: number;
  /** Of the whole line, without tax: before and after discount. Default: the product's price times the quantity. */
  readonly subtotal?: string;
  readonly total?: string;
}

export interface Checkout {
  readonly items: readonly CheckoutItem[];
  /** A registered customer; absent for a guest. */
  readonly customerId?: string;
  /** Default: the customer's own. */
  readonly billing?: AddressFields;
  /** Default: none, goods go to the billing address. */
  readonly shippingAddress?: AddressFields;
  /** Codes of coupons that exist. */
  readonly coupons?: readonly string[];
  /** Totals without tax. */
  readonly shipping?: { readonly method?: string; readonly title?: string; readonly total: string };
  readonly fees?: readonly { readonly name: string; readonly total: string; readonly taxable?: boolean }[];
  /** The gateway: `stripe`, `bacs`, `cod`, ... */
  readonly method?: string;
  readonly methodTitle?: string;
  readonly transactionId?: string;
  /** The money has come: the order is processing (completed when nothing is to be sent). */
  readonly paid?: boolean;
  /** Default: what the gateway leaves behind: `processing` for cod, `on-hold` for bacs and cheque, else `pending`. */
  readonly status?: string;
  readonly note?: string;
  readonly meta?: readonly { readonly key: string; readonly value: unknown }[];
  readonly currency?: string;
  readonly pricesIncludeTax?: boolean;
}

export interface PlacedOrder {
  readonly id: string;
  readonly number: string;
}

export interface OrderEdit {
  readonly billing?: AddressFields;
  readonly shippingAddress?: AddressFields;
  readonly note?: string;
  readonly transactionId?: string;
  readonly meta?: readonly { readonly key: string; readonly value: unknown }[];
  /** New quantities by the line's place, from 0; amounts and stock follow. */
  readonly quantities?: Readonly<Record<number, number>>;
}

export interface RefundRequest {
  /** With tax; default: everything that is left. */
  readonly amount?: string;
  readonly reason?: string;
  /** Pieces by the line's place, from 0. */
  readonly quantities?: Readonly<Record<number, number>>;
  /** Default true for the lines that are named. */
  readonly restock?: boolean;
  /** The gateway gives the money back at once; default: somebody does it by hand. */
  readonly byGateway?: boolean;
}

export interface OrderDesk {
  placeOrder(checkout: Checkout): PlacedOrder;
  /** As a manager does it in the order's form: dates, stock and events follow. */
  setStatus(orderId: string, status: string): void;
  /** The gateway reports the payment of an open order. */
  payOrder(orderId: string, transactionId?: string): void;
  editOrder(orderId: string, edit: OrderEdit): void;
  /** Overwrites fields of the order's JSON, as a plugin would; null puts them right again. */
  bendOrder(orderId: string, fields: Readonly<Record<string, unknown>> | null): void;
  /** The refund's id; throws when it is more than what is left. */
  refundOrder(orderId: string, request?: RefundRequest): string;
  trashOrder(orderId: string): void;
  restoreOrder(orderId: string): void;
  /** For good, without an event: as the real shop. */
  deleteOrder(orderId: string): void;
  /** Null when there is none. */
  order(orderId: string): OrderSnapshot | null;
}

export function createOrderDesk(state: ShopState, emit: Emit): OrderDesk {
  const find = (id: string): Order => {
    const order = state.orders.get(Number(id));
    if (order === undefined) throw new Error(`the simulated shop has no order ${id}`);
    return order;
  };
  return {
    placeOrder: (checkout) => place(state, checkout, emit),
    setStatus: (id, status) => moveTo(state, find(id), status, emit),
    payOrder: (id, transactionId) => {
      const order = find(id);
      if (transactionId !== undefined) order.transactionId = transactionId;
      order.paidMs ??= state.nowMs();
      moveTo(state, order, paidStatus(state, order), emit);
    },
    editOrder: (id, edit) => change(state, find(id), edit, emit),
    bendOrder: (id, fields) => {
      const order = find(id);
      order.bent = fields;
      moveTo(state, order, order.status, emit);
    },
    refundOrder: (id, request = {}) => {
      const order = find(id);
      const made = refund(state, order, refundDraft(state, order, request), emit);
      if (made === null) throw new Error(`order ${id} has less than ${request.amount ?? "that"} left to refund`);
      return String(made.id);
    },
    trashOrder: (id) => trash(state, find(id), emit),
    restoreOrder: (id) => restore(state, find(id), emit),
    deleteOrder: (id) => {
      state.orders.delete(find(id).id);
    },
    order: (id) => {
      const order = state.orders.get(Number(id));
      return order === undefined ? null : orderSnapshot(state, order);
    },
  };
}

function place(state: ShopState, checkout: Checkout, emit: Emit): PlacedOrder {
  const customer = checkout.customerId === undefined ? undefined : state.customers.get(Number(checkout.customerId));
  if (checkout.customerId !== undefined && customer === undefined)
    throw new Error(`the simulated shop has no customer ${checkout.customerId}`);
  const method = checkout.method ?? "";
  const paid = checkout.paid ?? false;
  const { shipping } = checkout;
  const order = createOrder(
    state,
    {
      status: checkout.status ?? statusAfterCheckout(method),
      items: checkout.items.map((item) => ({ ...item, product: productOf(state, item) })),
      customerId: customer?.id ?? 0,
      billing: checkout.billing ?? customer?.billing ?? {},
      shippingAddress: checkout.shippingAddress ?? customer?.shipping ?? {},
      coupons: (checkout.coupons ?? []).map((code) => couponOf(state, code)),
      shipping:
        shipping === undefined
          ? []
          : [{ methodId: shipping.method ?? "flat_rate", title: shipping.title ?? "Flat rate", total: shipping.total }],
      fees: (checkout.fees ?? []).map(({ name, total, taxable }) => ({ name, total, taxable: taxable ?? true })),
      paymentMethod: method,
      paymentTitle: checkout.methodTitle ?? method,
      transactionId: checkout.transactionId ?? "",
      customerNote: checkout.note ?? "",
      createdVia: "checkout",
      currency: checkout.currency ?? state.settings.currency,
      pricesIncludeTax: checkout.pricesIncludeTax ?? state.settings.pricesIncludeTax,
      meta: checkout.meta ?? [],
      paid,
    },
    emit,
  );
  if (paid && checkout.status !== undefined && order.status !== checkout.status)
    moveTo(state, order, checkout.status, emit);
  return { id: String(order.id), number: order.number };
}

function statusAfterCheckout(method: string): string {
  if (method === "cod") return "processing";
  return method === "bacs" || method === "cheque" ? "on-hold" : "pending";
}

function productOf(state: ShopState, { variantId, sku }: CheckoutItem): Product | null {
  if (variantId !== undefined) return state.products.get(Number(variantId)) ?? null;
  return sku === undefined ? null : (state.bySku(sku)[0] ?? null);
}

function couponOf({ coupons }: ShopState, code: string): Coupon {
  const found = [...coupons.values()].find((coupon) => coupon.code === code.toLowerCase());
  if (found === undefined) throw new Error(`the simulated shop has no coupon ${code}`);
  return found;
}

function change(state: ShopState, order: Order, edit: OrderEdit, emit: Emit): void {
  if (edit.billing !== undefined) order.billing = { ...order.billing, ...edit.billing };
  if (edit.shippingAddress !== undefined) order.shipping = { ...order.shipping, ...edit.shippingAddress };
  if (edit.note !== undefined) order.customerNote = edit.note;
  if (edit.transactionId !== undefined) order.transactionId = edit.transactionId;
  if (edit.meta !== undefined) order.meta = mergeMeta(state, order.meta, edit.meta);
  for (const [at, quantity] of Object.entries(edit.quantities ?? {}))
    setQuantity(state, order, Number(at), quantity, emit);
  if (edit.quantities !== undefined || edit.billing !== undefined || edit.shippingAddress !== undefined)
    calculate(state, order);
  moveTo(state, order, order.status, emit);
}

function setQuantity(state: ShopState, order: Order, at: number, quantity: number, emit: Emit): void {
  const line = order.lines[at];
  if (line === undefined || quantity < 1) throw new Error(`order ${order.id} has no line ${at} to set to ${quantity}`);
  const change = quantity - line.quantity;
  const scaled = (value: typeof line.total) => value.times(quantity).dividedBy(line.quantity);
  order.lines[at] = { ...line, quantity, subtotal: scaled(line.subtotal), total: scaled(line.total) };
  if (!order.stockReduced) return;
  const product = state.products.get(line.variationId === 0 ? line.productId : line.variationId);
  const counting = product === undefined ? null : countingProduct(state, product);
  if (counting === null) return;
  const changed = order.lines[at];
  if (change < 0 && changed !== undefined) return giveBack(state, changed, -change, emit);
  counting.stock = (counting.stock ?? 0) - change;
  touch(state, counting, emit);
}

function refundDraft(state: ShopState, order: Order, request: RefundRequest): RefundDraft {
  const rounding = roundingOf(state, order.pricesIncludeTax);
  const lines = Object.entries(request.quantities ?? {}).map(([at, quantity]) => {
    const item = order.lines[Number(at)];
    if (item === undefined || quantity > item.quantity)
      throw new Error(`order ${order.id} has no ${quantity} pieces on line ${at}`);
    const share = (value: typeof item.total) => roundAmount(value.times(quantity).dividedBy(item.quantity), rounding);
    return {
      item,
      quantity,
      total: share(item.total),
      taxes: item.taxes.map(({ rateId, total }) => ({ rateId, total: share(total) })),
    };
  });
  const named = sumOf(lines.flatMap(({ total, taxes }) => [total, ...taxes.map((tax) => tax.total)]));
  const left = order.totals.total.minus(refundedSoFar(order));
  const amount = request.amount === undefined ? (lines.length > 0 ? named : left) : decimal(request.amount);
  return {
    amount: decimal(shown(amount, rounding.decimals)),
    reason: request.reason ?? "",
    restock: request.restock ?? true,
    byGateway: request.byGateway ?? false,
    lines,
  };
}
