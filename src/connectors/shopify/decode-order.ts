/**
 * Shopify's order, as the hub knows it: every amount from one side of its money (the shop's currency or the customer's), exact to
 * the cent. Pure; a field that cannot be used makes the failure ORDER_UNREADABLE, which names it.
 */
import { failure } from "../../core/failures.ts";
import { misfitOf } from "../../core/misfit.ts";
import { sum } from "../../core/money.ts";
import type { Address, OrderLine, OrderRefund, ShopOrder } from "../../core/order/shop-order.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { readMark } from "./marks.ts";
import { type Document, orderDocument, refundedAt, refundKind } from "./order-edits.ts";
import { lastSentAt, lineLocations, orderFulfilments } from "./order-fulfilments.ts";
import { NOTE_ATTRIBUTES_MAX, NOTE_CHARS_MAX } from "./order-limits.ts";
import { discountsByCode, itemLines, plainFee, shippingLines, type SoldLine } from "./order-lines.ts";
import { type MoneyChoice, type MoneyReader, moneyReader, taxRates, taxSum } from "./order-money.ts";
import { type FinePayment, receivedPayments } from "./order-payments.ts";
import { orderRefunds } from "./order-refunds.ts";
import { type AddressShape, type OrderShape, orderShape } from "./order-shape.ts";
import { orderStatus, waitReason } from "./order-status.ts";

/** Checks what the shop told; `given` is the id that was asked for, for the sentence. */
export function parseOrder(node: unknown, given: string): Result<OrderShape> {
  const parsed = orderShape.safeParse(node, { reportInput: true });
  if (parsed.success) return ok(parsed.data);
  return fail(failure("ORDER_UNREADABLE", { order: given, ...misfitOf(parsed.error) }));
}

/** All lists of the order must have been read to their end. */
export function decodeOrder(order: OrderShape, choice: MoneyChoice): Result<ShopOrder> {
  const currency = choice === "shop" ? order.currencyCode : order.presentmentCurrencyCode;
  const money = moneyReader(choice, currency);
  const decoded = toOrder(order, money);
  const misfit = money.misfit();
  return misfit === null ? ok(decoded) : fail(failure("ORDER_UNREADABLE", { order: order.name, ...misfit }));
}

/** What people call it: Shopify's own name without the `#` that the hub's sentences put before every number. */
export function orderNumber(name: string): string {
  return name.trim().replace(/^#/, "");
}

/** The amounts of an order, before they are written. */
interface Books {
  readonly document: Document;
  readonly payments: readonly FinePayment[];
  readonly refunds: readonly OrderRefund[];
  /** All refunds together. */
  readonly credited: bigint;
}

function booksOf(order: OrderShape, money: MoneyReader): Books {
  const told = money.read(order.totalPriceSet, "its total");
  const payments = receivedPayments(order.transactions, money, told);
  const refunds = order.refunds.toSorted((a, b) => (refundedAt(a) < refundedAt(b) ? -1 : 1));
  const kinds = new Map(refunds.map((refund) => [refund, refundKind(refund, order, payments, money)]));
  const items = itemLines(order, money);
  const shipping = shippingLines(order, money);
  const edits = refunds.filter((refund) => kinds.get(refund) === "edit");
  const document = withRounding(orderDocument(order, items, shipping, edits, money), order, payments, money);
  const sold = [...items, ...shipping.kept, ...shipping.removed, ...document.lines];
  const credits = refunds.filter((refund) => kinds.get(refund) === "refund");
  return { document, payments, ...orderRefunds(credits, { order, sold, document, payments, money }) };
}

/** Cash is paid in whole coins: where the money that came is the rounded total, the rounding is a line of the order. */
function withRounding(
  document: Document,
  order: OrderShape,
  payments: readonly FinePayment[],
  money: MoneyReader,
): Document {
  const rounding = money.read(order.totalCashRoundingAdjustment.paymentSet, "the cash rounding");
  const received = sum(payments.filter(({ payment }) => payment.paidAt !== null).map(({ amount }) => amount));
  if (rounding === 0n || received !== document.total + rounding) return document;
  const line = plainFee("rounding", "Cash rounding", rounding);
  return { lines: [...document.lines, line], total: document.total + rounding };
}

function toOrder(order: OrderShape, money: MoneyReader): ShopOrder {
  const { document, payments, refunds, credited } = booksOf(order, money);
  const places = lineLocations(order);
  const lines = document.lines.map((line) => toLine(line, places.get(line.id) ?? [], money));
  const taxes = document.lines.flatMap((line) => line.taxes);
  const goods = new Set(lines.filter(({ kind }) => kind === "product").map(({ id }) => id));
  const fulfilments = orderFulfilments(order, goods);
  const { status, text } = statusOf(order);
  const shipping = document.lines.filter(({ kind }) => kind === "shipping");
  return {
    id: order.id,
    number: orderNumber(order.name),
    status,
    statusText: text,
    currency: money.currency,
    pricesIncludeTax: order.taxesIncluded,
    // The date that the order carries for people: an imported or offline order was placed before Shopify came to know of it.
    createdAt: order.processedAt,
    modifiedAt: order.updatedAt,
    completedAt: status === "completed" ? lastSentAt(fulfilments) : null,
    customerId: order.customer?.id ?? null,
    ...addressesOf(order),
    lines,
    taxRates: taxRates(money, order.taxLines, partTaxes(order), taxes),
    coupons: discountsByCode(order, money),
    total: money.write(document.total),
    totalTax: money.write(taxSum(taxes)),
    discountTotal: money.write(sum(document.lines.map(({ subtotal, net }) => subtotal - net))),
    shippingTotal: money.write(sum(shipping.map(({ net }) => net))),
    refundedTotal: refunds.length === 0 ? "0" : money.write(credited),
    payments: payments.map(({ payment }) => payment),
    refunds,
    fulfilments,
    test: order.test,
    customerNote: noteOf(order),
    mark: readMark(order.metafields.nodes),
  };
}

function toLine(line: SoldLine, places: readonly string[], money: MoneyReader): OrderLine {
  const { id, kind, name, sku, variantId } = line;
  // What is sent from several places is held back everywhere.
  const [place = null] = places.length === 1 ? places : [];
  return {
    id,
    kind,
    name,
    sku,
    variantId,
    quantity: String(line.units),
    subtotal: money.write(line.subtotal),
    total: money.write(line.net),
    taxes: line.taxes.map(({ rateId, amount }) => ({ rateId, amount: money.write(amount) })),
    locationId: kind === "product" ? place : null,
    ...(kind === "product" && places.length > 1 ? { splitOver: places } : {}),
  };
}

/** Tax lines of all parts of the order. */
function partTaxes(order: OrderShape): OrderShape["taxLines"] {
  return [
    ...order.lineItems.nodes.flatMap((item) => [...item.taxLines, ...item.duties.flatMap((duty) => duty.taxLines)]),
    ...order.shippingLines.nodes.flatMap((line) => line.taxLines),
    ...order.additionalFees.flatMap((fee) => fee.taxLines),
  ];
}

function statusOf(order: OrderShape): { readonly status: ShopOrder["status"]; readonly text: string } {
  const holds = order.fulfillmentOrders.nodes.map(({ status, fulfillmentHolds }) => ({
    status,
    reasons: fulfillmentHolds.map(({ displayReason, reason }) => displayReason || reason),
  }));
  return orderStatus({
    financial: order.displayFinancialStatus,
    fulfilment: order.displayFulfillmentStatus,
    cancelledAt: order.cancelledAt,
    waitReason: waitReason({ recommendation: order.risk.recommendation, tags: order.tags, holds }),
  });
}

function addressesOf(order: OrderShape): Pick<ShopOrder, "billing" | "shipping"> {
  const company = order.purchasingEntity?.company?.name ?? "";
  const told = order.billingAddress ?? order.shippingAddress ?? null;
  const billing = told === null ? nameOnly(order) : toAddress(told);
  return {
    billing: {
      ...billing,
      company: billing.company || company,
      email: order.email,
      phone: billing.phone || order.phone,
    },
    shipping: order.shippingAddress ? toAddress(order.shippingAddress) : null,
  };
}

/** A sale over the counter has no address, but it may have a customer. */
function nameOnly({ customer }: OrderShape): Address {
  const nowhere = { company: "", street: "", street2: "", city: "", postcode: "", country: "", state: "" };
  return { firstName: customer?.firstName ?? "", lastName: customer?.lastName ?? "", ...nowhere, email: "", phone: "" };
}

function toAddress(address: AddressShape): Address {
  return {
    firstName: address.firstName,
    lastName: address.lastName,
    company: address.company,
    street: address.address1,
    street2: address.address2,
    city: address.city,
    postcode: address.zip,
    country: address.countryCodeV2,
    state: address.provinceCode,
    email: "",
    phone: address.phone,
  };
}

/** The note, the buyer's own order number and what the theme or an app asked at checkout; keys that begin with `_` are hidden there. */
function noteOf({ note, poNumber, customAttributes }: OrderShape): string {
  const shown = customAttributes.filter(({ key, value }) => !key.startsWith("_") && value.trim() !== "");
  const attributes = shown.slice(0, NOTE_ATTRIBUTES_MAX).map(({ key, value }) => `${key}: ${value}`);
  const order = poNumber === "" ? [] : [`PO number: ${poNumber}`];
  return [note.trim(), ...order, ...attributes]
    .filter((line) => line !== "")
    .join("\n")
    .slice(0, NOTE_CHARS_MAX);
}
