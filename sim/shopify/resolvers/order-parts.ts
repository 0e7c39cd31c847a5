/** Parts of orders: shipping lines, discounts, refunds, addresses, customers. */
import { byId, connection, PAGE_ARGS } from "../connections.ts";
import { gid, instant, numberOf } from "../ids.ts";
import type { Address, Customer, Discount, Order, Refund, RefundLine, ShippingLine } from "../model.ts";
import { add, minus, times } from "../money.ts";
import { shippingTotal } from "../order-amounts.ts";
import type { ShopifyState } from "../state.ts";
import { plain, type, withArgs, type Args, type Context, type Tables } from "../table.ts";
import { datedFields, gidOf, legacyFields, metafieldFields, moneyBag, orNull, taxLine, textOf } from "./values.ts";

export function shippingLine(line: ShippingLine, order: Order, state: ShopifyState) {
  const money = (bag: ShippingLine["price"]) => moneyBag(bag, state, order.presentmentCurrency);
  return {
    id: gid("ShippingLine", line.id),
    title: line.title,
    code: line.code,
    carrierIdentifier: null,
    custom: false,
    deliveryCategory: null,
    isRemoved: false,
    phone: null,
    source: "shopify",
    originalPriceSet: money(line.price),
    discountedPriceSet: money(shippingTotal(line)),
    currentDiscountedPriceSet: money(minus(shippingTotal(line), line.refunded)),
    discountAllocations: discountAllocations(line.discounts, order, state),
    taxLines: line.taxes.map((tax) => taxLine(tax, state, order.presentmentCurrency)),
  };
}

const APPLICATIONS = {
  code: "DiscountCodeApplication",
  automatic: "AutomaticDiscountApplication",
  manual: "ManualDiscountApplication",
} as const;

export function discountAllocations(discounts: readonly Discount[], order: Order, state: ShopifyState) {
  return discounts.map(({ kind, name, amount }, index) => ({
    allocatedAmountSet: moneyBag(amount, state, order.presentmentCurrency),
    discountApplication: { type: APPLICATIONS[kind], code: name, title: name, description: null, index },
  }));
}

/** Parts without dates and owners of their own, told in pages all the same. */
function numbered<T extends { readonly id: number }>(
  parts: readonly T[],
  args: Args,
  context: Context,
  tell: (part: T) => object,
) {
  const told = parts.map((part) => ({ numeric: part.id, ...tell(part) }));
  return connection(told, { id: ({ numeric }) => numeric, value: ({ numeric }) => numeric }, args, context);
}

function refundLine({ id, line, quantity, restockType, location, subtotal, taxes }: RefundLine, state: ShopifyState) {
  const currency = line.order.presentmentCurrency;
  return {
    id: gid("RefundLineItem", id),
    lineItem: line,
    quantity,
    restockType,
    restocked: restockType !== "NO_RESTOCK",
    location,
    priceSet: moneyBag(times(line.unitPrice, 1), state, currency),
    subtotalSet: moneyBag(subtotal, state, currency),
    totalTaxSet: moneyBag(add(...taxes), state, currency),
  };
}

const REFUND_TABLE = type<Refund>({
  ...legacyFields,
  createdAt: ({ createdMs }) => instant(createdMs),
  processedAt: ({ createdMs }) => instant(createdMs),
  updatedAt: ({ createdMs }) => instant(createdMs),
  note: ({ note }) => orNull(note),
  order: ({ order }) => order,
  return: () => null,
  totalRefundedSet: ({ transactions, order }, _, { state }) =>
    moneyBag(
      add(...transactions.filter(({ status }) => status === "SUCCESS").map(({ amount }) => amount)),
      state,
      order.presentmentCurrency,
    ),
  refundLineItems: withArgs<Refund>(PAGE_ARGS, ({ lines }, args, context) =>
    numbered(lines, args, context, (line) => refundLine(line, context.state)),
  ),
  refundShippingLines: withArgs<Refund>(PAGE_ARGS, ({ shipping, order }, args, context) =>
    numbered(shipping, args, context, ({ id, line, subtotal, tax }) => ({
      id: gid("RefundShippingLine", id),
      shippingLine: shippingLine(line, order, context.state),
      subtotalAmountSet: moneyBag(subtotal, context.state, order.presentmentCurrency),
      taxAmountSet: moneyBag(tax, context.state, order.presentmentCurrency),
    })),
  ),
  orderAdjustments: withArgs<Refund>(PAGE_ARGS, ({ adjustments, order }, args, context) =>
    numbered(adjustments, args, context, ({ id, amount, tax, reason }) => ({
      id: gid("OrderAdjustment", id),
      reason,
      amountSet: moneyBag(amount, context.state, order.presentmentCurrency),
      taxAmountSet: moneyBag(tax, context.state, order.presentmentCurrency),
    })),
  ),
  duties: ({ duties, order }, _, { state }) =>
    duties.map(({ duty, amount }) => ({
      amountSet: moneyBag(amount, state, order.presentmentCurrency),
      originalDuty: { ...duty, order },
    })),
  transactions: withArgs<Refund>(PAGE_ARGS, ({ transactions }, args, context) => byId(transactions, args, context)),
});

type Placed = Address & { readonly of: string };

const ADDRESS_TABLE = type<Placed>({
  id: ({ of }) => `gid://shopify/MailingAddress/${of}?model_name=Address`,
  firstName: ({ firstName }) => orNull(firstName),
  lastName: ({ lastName }) => orNull(lastName),
  name: ({ firstName, lastName }) => orNull(`${firstName} ${lastName}`.trim()),
  company: ({ company }) => orNull(company),
  address1: ({ address1 }) => orNull(address1),
  address2: ({ address2 }) => orNull(address2),
  city: ({ city }) => orNull(city),
  zip: ({ zip }) => orNull(zip),
  phone: ({ phone }) => orNull(phone),
  provinceCode: ({ provinceCode }) => orNull(provinceCode),
  province: ({ provinceCode }) => orNull(provinceCode),
  countryCodeV2: ({ countryCode }) => orNull(countryCode),
  country: ({ countryCode }) => orNull(countryCode),
});

export const PART_ROOTS = {
  refund: withArgs<undefined>(["id"], (_, args, { state }) => refundOf(state, textOf(args, "id"))),
  customer: withArgs<undefined>(
    ["id"],
    (_, args, { state }) => state.customers.get(numberOf("Customer", textOf(args, "id")) ?? 0) ?? null,
  ),
};

export function refundOf(state: ShopifyState, id: string): Refund | null {
  const number = numberOf("Refund", id);
  for (const { refunds } of state.orders.values())
    for (const refund of refunds) if (refund.id === number) return refund;
  return null;
}

export const PART_TABLES: Tables = {
  ShippingLine: plain(
    "id",
    "title",
    "code",
    "carrierIdentifier",
    "custom",
    "deliveryCategory",
    "isRemoved",
    "phone",
    "source",
    "originalPriceSet",
    "discountedPriceSet",
    "currentDiscountedPriceSet",
    "discountAllocations",
    "taxLines",
  ),
  DiscountAllocation: plain("allocatedAmountSet", "discountApplication"),
  DiscountCodeApplication: plain("code", "index"),
  AutomaticDiscountApplication: plain("title", "index"),
  ManualDiscountApplication: plain("title", "description", "index"),
  ScriptDiscountApplication: plain("title", "index"),
  // Orders of companies are not simulated: no order has a purchasing company.
  PurchasingCompany: plain("company"),
  Company: plain("id", "name"),
  AdditionalFee: plain("id", "name", "price", "taxLines"),
  CashRoundingAdjustment: plain("paymentSet", "refundSet"),
  Refund: REFUND_TABLE,
  RefundLineItem: plain(
    "id",
    "lineItem",
    "quantity",
    "restockType",
    "restocked",
    "location",
    "priceSet",
    "subtotalSet",
    "totalTaxSet",
  ),
  RefundShippingLine: plain("id", "shippingLine", "subtotalAmountSet", "taxAmountSet"),
  OrderAdjustment: plain("id", "reason", "amountSet", "taxAmountSet"),
  RefundDuty: plain("amountSet", "originalDuty"),
  MailingAddress: ADDRESS_TABLE,
  CustomerEmailAddress: plain("emailAddress"),
  CustomerPhoneNumber: plain("phoneNumber"),
  Customer: type<Customer>({
    ...legacyFields,
    ...datedFields,
    ...metafieldFields,
    id: gidOf,
    firstName: ({ firstName }) => orNull(firstName),
    lastName: ({ lastName }) => orNull(lastName),
    displayName: ({ firstName, lastName, email }) => `${firstName} ${lastName}`.trim() || email,
    defaultEmailAddress: ({ email }) => (email === "" ? null : { emailAddress: email }),
    defaultPhoneNumber: ({ phone }) => (phone === "" ? null : { phoneNumber: phone }),
    defaultAddress: ({ id, address }) => (address === null ? null : { of: String(id), ...address }),
    tags: ({ tags }) => tags,
    taxExempt: () => false,
    note: () => null,
  }),
};
