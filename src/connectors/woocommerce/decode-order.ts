/**
 * WooCommerce's order, as the hub knows it. Amounts stay the strings that the shop sent; a field that cannot be used
 * makes the failure ORDER_UNREADABLE, which names it.
 */
import { failure } from "../../core/failures.ts";
import { misfitOf } from "../../core/misfit.ts";
import type {
  Address,
  LineTax,
  OrderFulfilment,
  OrderLine,
  OrderPayment,
  OrderRefund,
  OrderStatus,
  OrderSyncMark,
  ShopOrder,
  TaxRate,
} from "../../core/order/shop-order.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { addAmounts } from "./amounts.ts";
import { decodeRefunds } from "./decode-refund.ts";
import { orderShape, type OrderShape } from "./shapes.ts";

/** Keys of the order's meta that the hub writes and reads back; the underscore hides them from the shop's own form. */
export const MARK_KEYS = {
  status: "_stockbridge_status",
  sentence: "_stockbridge_message",
  odooOrder: "_stockbridge_odoo_order",
  odooOrderId: "_stockbridge_odoo_order_id",
  odooInvoice: "_stockbridge_odoo_invoice",
} as const;

const MARK_STATUSES = ["synced", "failed", "held", "waiting"] as const;

const STATUSES: ReadonlyMap<string, OrderStatus> = new Map([
  ["checkout-draft", "draft"],
  ["auto-draft", "draft"],
  ["pending", "pending"],
  ["on-hold", "on-hold"],
  ["processing", "processing"],
  ["completed", "completed"],
  ["cancelled", "cancelled"],
  ["refunded", "refunded"],
  ["failed", "failed"],
  ["trash", "trash"],
]);

/**
 * `given` is the id that was asked for, for the sentence when the order does not even tell its own.
 * `refunds`: bodies of the order's refunds; absent where they were not read: the order then tells only what they come to.
 */
export function decodeOrder(body: unknown, given: string, refunds: readonly unknown[] = []): Result<ShopOrder> {
  const parsed = orderShape.safeParse(body, { reportInput: true });
  if (!parsed.success) return fail(failure("ORDER_UNREADABLE", { order: given, ...misfitOf(parsed.error) }));
  const decoded = decodeRefunds(parsed.data, refunds);
  return decoded.ok ? ok(toOrder(parsed.data, decoded.value)) : decoded;
}

/** Whether there is more to be read of it: an order names its refunds, but not what they take back. */
export function hasRefunds(body: unknown): boolean {
  const refunds = typeof body === "object" && body !== null && "refunds" in body ? body.refunds : null;
  return Array.isArray(refunds) && refunds.length > 0;
}

function toOrder(order: OrderShape, refunds: readonly OrderRefund[]): ShopOrder {
  return {
    id: String(order.id),
    number: order.number,
    // A status that a plugin added: nothing is posted until somebody has said what it means.
    status: STATUSES.get(order.status) ?? "on-hold",
    statusText: order.status,
    currency: order.currency,
    pricesIncludeTax: order.prices_include_tax,
    createdAt: order.date_created_gmt,
    modifiedAt: order.date_modified_gmt ?? order.date_created_gmt,
    completedAt: order.date_completed_gmt,
    customerId: order.customer_id === 0 ? null : String(order.customer_id),
    billing: toAddress(order.billing),
    shipping: toShippingAddress(order.shipping),
    lines: [
      ...order.line_items.map(productLine),
      ...order.shipping_lines.map(shippingLine),
      ...order.fee_lines.map(feeLine),
    ],
    taxRates: order.tax_lines.map(toTaxRate),
    coupons: order.coupon_lines.map(({ code, discount }) => ({ code, amount: discount })),
    total: order.total,
    totalTax: order.total_tax,
    discountTotal: order.discount_total,
    shippingTotal: order.shipping_total,
    refundedTotal: addAmounts((order.refunds ?? []).map(({ total }) => total.replace(/^-/, ""))),
    payments: toPayments(order),
    refunds,
    // The shop has no such orders: what its gateways are tried out with looks like any order.
    test: false,
    fulfilments: toFulfilments(order, refunds),
    customerNote: order.customer_note ?? "",
    mark: toMark(order.meta_data),
  };
}

/** The shop knows no deliveries, only that the order is completed: then all its goods are on their way. */
function toFulfilments(order: OrderShape, refunds: readonly OrderRefund[]): readonly OrderFulfilment[] {
  // What was refunded before is not on its way; what is refunded afterwards was.
  const before = refunds
    .filter(({ createdAt }) => order.date_completed_gmt !== null && createdAt < order.date_completed_gmt)
    .flatMap((refund) => refund.lines);
  const lines = order.line_items.flatMap(({ id, quantity }) => {
    const taken = before.reduce((all, line) => (line.lineId === String(id) ? all + Number(line.quantity) : all), 0);
    const sent = quantity - taken;
    return sent > 0 ? [{ lineId: String(id), quantity: String(sent) }] : [];
  });
  if (STATUSES.get(order.status) !== "completed" || lines.length === 0) return [];
  const createdAt = order.date_completed_gmt ?? order.date_modified_gmt ?? order.date_created_gmt;
  return [{ id: "completed", status: "done", createdAt, locationId: null, carrier: "", trackingNumbers: [], lines }];
}

/** The shop knows one payment for an order, of all of it, and no id for it. */
function toPayments(order: OrderShape): readonly OrderPayment[] {
  const method = order.payment_method ?? "";
  const paidAt = order.date_paid_gmt;
  if (/^-?[0.]+$/.test(order.total) || (method === "" && paidAt === null)) return [];
  const [title, transactionId] = [order.payment_method_title ?? "", order.transaction_id ?? ""];
  return [{ id: "", method, title, transactionId, amount: order.total, paidAt }];
}

function productLine(line: OrderShape["line_items"][number]): OrderLine {
  const variant = line.variation_id ? line.variation_id : (line.product_id ?? 0);
  return {
    id: String(line.id),
    kind: "product",
    name: line.name ?? "",
    sku: (line.sku ?? "").trim(),
    // The shop tells no SKU at all (not even an empty one) of a product that it no longer has.
    variantId: variant === 0 || line.sku === null ? null : String(variant),
    quantity: String(line.quantity),
    subtotal: line.subtotal,
    total: line.total,
    taxes: lineTaxes(line.taxes),
    locationId: null,
  };
}

function shippingLine(line: OrderShape["shipping_lines"][number]): OrderLine {
  const { id, method_title, method_id, total, taxes } = line;
  return { ...otherLine(id, total, taxes), kind: "shipping", name: method_title ?? "", sku: method_id ?? "" };
}

function feeLine({ id, name, total, taxes }: OrderShape["fee_lines"][number]): OrderLine {
  return { ...otherLine(id, total, taxes), kind: "fee", name: name ?? "", sku: "" };
}

function otherLine(id: number, total: string, taxes: OrderShape["fee_lines"][number]["taxes"]) {
  return {
    id: String(id),
    variantId: null,
    quantity: "1",
    subtotal: total,
    total,
    taxes: lineTaxes(taxes),
    locationId: null,
  };
}

function lineTaxes(taxes: OrderShape["fee_lines"][number]["taxes"]): LineTax[] {
  return taxes.filter(({ total }) => total !== "").map(({ id, total }) => ({ rateId: String(id), amount: total }));
}

function toTaxRate(rate: OrderShape["tax_lines"][number]): TaxRate {
  return {
    id: String(rate.rate_id),
    label: rate.label ?? "",
    percent: rate.rate_percent === null || rate.rate_percent === undefined ? "" : String(rate.rate_percent),
    compound: rate.compound,
    total: addAmounts([rate.tax_total, rate.shipping_tax_total]),
  };
}

function toAddress(address: OrderShape["billing"]): Address {
  return {
    firstName: address.first_name ?? "",
    lastName: address.last_name ?? "",
    company: address.company ?? "",
    street: address.address_1 ?? "",
    street2: address.address_2 ?? "",
    city: address.city ?? "",
    postcode: address.postcode ?? "",
    country: address.country ?? "",
    state: address.state ?? "",
    email: address.email ?? "",
    phone: address.phone ?? "",
  };
}

/** The shop sends an address of empty fields when there is none. */
function toShippingAddress(address: OrderShape["shipping"]): Address | null {
  if (address === null || address === undefined) return null;
  const decoded = toAddress(address);
  return Object.values(decoded).some((value: string) => value.trim() !== "") ? decoded : null;
}

function toMark(meta: OrderShape["meta_data"]): OrderSyncMark {
  const read = (key: string): string | null => {
    const value = meta.find((entry) => entry.key === key)?.value;
    if (typeof value === "number") return String(value);
    return typeof value === "string" && value !== "" ? value : null;
  };
  const status = read(MARK_KEYS.status);
  return {
    status: MARK_STATUSES.find((known) => known === status) ?? null,
    sentence: read(MARK_KEYS.sentence),
    odooOrder: read(MARK_KEYS.odooOrder),
    odooOrderId: read(MARK_KEYS.odooOrderId),
    odooInvoice: read(MARK_KEYS.odooInvoice),
  };
}
