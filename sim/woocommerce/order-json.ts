/** Orders and refunds as the API tells them. */
import type { Decimal } from "decimal.js";
import { apiUrl, gmt, links, local, type Site } from "./links.ts";
import type { ItemTax, Meta, Order, ProductItem, Refund, RefundLine } from "./model.ts";
import { sumOf } from "./money.ts";
import { needsProcessing } from "./order-flow.ts";
import type { ShopState } from "./state.ts";
import { productOfLine } from "./stock.ts";
import { shown } from "./totals.ts";

interface Context {
  readonly state: ShopState;
  readonly site: Site;
}

type Amount = (value: Decimal) => string;

/** The version whose shape this is. */
export const WOOCOMMERCE_VERSION = "11.0.1";
export const WORDPRESS_VERSION = "7.1.4";

const SYMBOLS: Readonly<Record<string, string>> = { EUR: "€", USD: "$", GBP: "£", JPY: "¥", CHF: "CHF" };

export function orderJson(context: Context, order: Order): Record<string, unknown> {
  const { site } = context;
  const json = {
    ...head(context, order),
    ...lines(context, order),
    ...tail(context, order),
    _links: orderLinks(site, order),
  };
  return order.bent === null ? json : { ...json, ...order.bent };
}

function head({ state, site }: Context, order: Order): Record<string, unknown> {
  const amount = amounts(state);
  const { totals, billing, shipping } = order;
  const { email: _email, ...shippingWithoutEmail } = shipping;
  return {
    id: order.id,
    parent_id: 0,
    status: order.status,
    currency: order.currency,
    version: WOOCOMMERCE_VERSION,
    prices_include_tax: order.pricesIncludeTax,
    date_created: local(site, order.createdMs),
    date_modified: local(site, order.modifiedMs),
    discount_total: amount(totals.discount),
    discount_tax: amount(totals.discountTax),
    shipping_total: amount(totals.shipping),
    shipping_tax: amount(totals.shippingTax),
    cart_tax: amount(totals.cartTax),
    total: amount(totals.total),
    total_tax: amount(totals.totalTax),
    customer_id: order.customerId,
    order_key: order.key,
    billing,
    shipping: shippingWithoutEmail,
    payment_method: order.paymentMethod,
    payment_method_title: order.paymentTitle,
    transaction_id: order.transactionId,
    customer_ip_address: "",
    customer_user_agent: "",
    created_via: order.createdVia,
    customer_note: order.customerNote,
    date_completed: local(site, order.completedMs),
    date_paid: local(site, order.paidMs),
    cart_hash: "",
    number: order.number,
    meta_data: order.meta,
  };
}

function lines({ state }: Context, order: Order): Record<string, unknown> {
  const amount = amounts(state);
  return {
    line_items: order.lines.map((line) => ({
      ...productLine(state, line, line.quantity, line.subtotal, line.total, line.taxes),
      meta_data: itemMeta(line.meta),
      ...productOf(state, line),
    })),
    tax_lines: order.taxLines.map(({ id, rate, total, shippingTotal }) =>
      taxLine(id, rate, amount(total), amount(shippingTotal)),
    ),
    shipping_lines: order.shippingLines.map(({ id, methodId, title, total, taxes }) => ({
      id,
      method_title: title,
      method_id: methodId,
      instance_id: "",
      total: amount(total),
      total_tax: amount(sumOf(taxes.map((tax) => tax.total))),
      taxes: plainTaxes(taxes, amount),
      tax_status: "taxable",
      meta_data: [],
    })),
    fee_lines: order.feeLines.map(({ id, name, taxable, total, taxes }) => ({
      id,
      name,
      tax_class: "",
      tax_status: taxable ? "taxable" : "none",
      amount: "",
      total: amount(total),
      total_tax: amount(sumOf(taxes.map((tax) => tax.total))),
      taxes: plainTaxes(taxes, amount),
      meta_data: [],
    })),
    coupon_lines: order.couponLines.map(({ id, coupon, discount, discountTax, metaId }) => {
      const info = JSON.stringify([coupon.id, coupon.code, coupon.type, Number(coupon.amount)]);
      return {
        id,
        code: coupon.code,
        // Without trailing zeros, unlike every other amount.
        discount: discount.toFixed(),
        discount_tax: discountTax.toFixed(),
        meta_data: itemMeta([{ id: metaId, key: "coupon_info", value: info }]),
        discount_type: coupon.type,
        nominal_amount: Number(coupon.amount),
        free_shipping: coupon.freeShipping,
      };
    }),
  };
}

function tail({ state, site }: Context, order: Order): Record<string, unknown> {
  const amount = amounts(state);
  return {
    refunds: order.refunds.map(({ id, reason, amount: refunded, lines: refundLines }) => ({
      id,
      reason,
      total: amount(refunded.negated()),
      total_tax: amount(sumOf(refundLines.flatMap(({ taxes }) => taxes.map(({ total }) => total))).negated()),
    })),
    payment_url: `${site.url}/checkout/order-pay/${order.id}/?pay_for_order=true&key=${order.key}`,
    is_editable: ["pending", "on-hold", "auto-draft"].includes(order.status),
    needs_payment: ["pending", "failed"].includes(order.status) && order.totals.total.greaterThan(0),
    needs_processing: needsProcessing(state, order),
    date_created_gmt: gmt(order.createdMs),
    date_modified_gmt: gmt(order.modifiedMs),
    date_completed_gmt: gmt(order.completedMs),
    date_paid_gmt: gmt(order.paidMs),
    currency_symbol: SYMBOLS[order.currency] ?? order.currency,
  };
}

function orderLinks(site: Site, { id, customerId }: Order): Record<string, unknown> {
  return {
    ...links(site, `/orders/${id}`, "/orders"),
    email_templates: [{ embeddable: true, href: apiUrl(site, `/orders/${id}/actions/email_templates`) }],
    ...(customerId === 0 ? {} : { customer: [{ href: apiUrl(site, `/customers/${customerId}`) }] }),
  };
}

export function refundJson({ state, site }: Context, refund: Refund, withParent: boolean): Record<string, unknown> {
  const amount = amounts(state);
  const order = state.orders.get(refund.orderId);
  const rates = order?.taxLines ?? [];
  return {
    id: refund.id,
    ...(withParent ? { parent_id: refund.orderId } : {}),
    date_created: local(site, refund.createdMs),
    date_created_gmt: gmt(refund.createdMs),
    amount: amount(refund.amount),
    reason: refund.reason,
    refunded_by: 1,
    refunded_payment: refund.byGateway,
    meta_data: [{ id: refund.metaId, key: "_refund_type", value: refund.isFull ? "full" : "partial" }],
    line_items: refund.lines.map((line) => refundLine(state, line)),
    shipping_lines: [],
    tax_lines: rates.flatMap(({ id, rate }) => {
      const taxes = refund.lines.flatMap((line) => line.taxes).filter(({ rateId }) => rateId === rate.id);
      return taxes.length === 0
        ? []
        : [taxLine(id, rate, amount(sumOf(taxes.map(({ total }) => total)).negated()), amount(sumOf([])))];
    }),
    fee_lines: [],
    _links: {
      ...links(site, `/orders/${refund.orderId}/refunds/${refund.id}`, `/orders/${refund.orderId}/refunds`),
      up: [{ href: apiUrl(site, `/orders/${refund.orderId}`) }],
    },
  };
}

function refundLine(
  state: ShopState,
  { id, item, quantity, total, taxes, metaId }: RefundLine,
): Record<string, unknown> {
  const negated = taxes.map((tax) => ({
    rateId: tax.rateId,
    total: tax.total.negated(),
    subtotal: tax.total.negated(),
  }));
  return {
    ...productLine(state, { ...item, id }, -quantity, total.negated(), total.negated(), negated),
    meta_data: itemMeta([{ id: metaId, key: "_refunded_item_id", value: String(item.id) }]),
    ...productOf(state, item),
  };
}

function productLine(
  state: ShopState,
  line: ProductItem,
  quantity: number,
  subtotal: Decimal,
  total: Decimal,
  taxes: readonly ItemTax[],
): Record<string, unknown> {
  const amount = amounts(state);
  return {
    id: line.id,
    name: line.name,
    product_id: line.productId,
    variation_id: line.variationId,
    quantity,
    tax_class: line.taxClass,
    subtotal: amount(subtotal),
    subtotal_tax: amount(sumOf(taxes.map((tax) => tax.subtotal))),
    total: amount(total),
    total_tax: amount(sumOf(taxes.map((tax) => tax.total))),
    taxes: taxes.map((tax) => ({ id: tax.rateId, total: amount(tax.total), subtotal: amount(tax.subtotal) })),
  };
}

/** What the line tells of its product as it is now; nulls when the shop no longer has it. */
function productOf(state: ShopState, line: ProductItem): Record<string, unknown> {
  const product = productOfLine(state, line);
  const parent = product?.type === "variation" ? state.products.get(product.parentId) : undefined;
  return {
    sku: product === undefined ? null : product.sku,
    global_unique_id: product === undefined ? null : "",
    // A float, unrounded: the line's total is the truth, not this.
    price: line.quantity === 0 ? 0 : line.total.toNumber() / line.quantity,
    image: { id: product === undefined || parent !== undefined ? 0 : "", src: "" },
    parent_name: parent?.name ?? null,
  };
}

function taxLine(
  id: number,
  rate: Order["taxLines"][number]["rate"],
  total: string,
  shippingTotal: string,
): Record<string, unknown> {
  return {
    id,
    rate_code: `${rate.country}-${rate.name}-${rate.priority}`,
    rate_id: rate.id,
    label: rate.name,
    compound: rate.compound,
    tax_total: total,
    shipping_tax_total: shippingTotal,
    rate_percent: Number(rate.rate),
    meta_data: [],
  };
}

function plainTaxes(taxes: readonly ItemTax[], amount: Amount): unknown {
  return taxes.map(({ rateId, total }) => ({ id: rateId, total: amount(total), subtotal: "" }));
}

function itemMeta(meta: readonly Meta[]): unknown {
  return meta.map(({ id, key, value }) => ({ id, key, value, display_key: displayKey(key), display_value: value }));
}

function displayKey(key: string): string {
  return /^[a-z]/.test(key) && !key.includes("_") ? `${key.charAt(0).toUpperCase()}${key.slice(1)}` : key;
}

function amounts({ settings }: ShopState): Amount {
  return (value) => shown(value, settings.decimals);
}
