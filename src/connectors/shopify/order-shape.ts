/**
 * What is asked of an order that Shopify tells: the fields of operations/orders.ts, checked while running, since the shop may
 * serve another version of its API than the one asked for. Ids become numbers as text, instants UTC, amounts stay text.
 */
import { z } from "zod";
import { numericId } from "./ids.ts";

const DECIMAL = /^-?\d{1,15}(?:\.\d{1,12})?$/;
const GID = /^gid:\/\/shopify\/[A-Za-z]+\/\d{1,20}(?:\?.*)?$/;

const text = z.string("must be text");
const textOrBlank = text.nullish().transform((value) => value ?? "");
const id = text.regex(GID, "must be a global id").transform(numericId);
const instant = text
  .refine((value) => !Number.isNaN(Date.parse(value)), "must be an instant such as 2026-11-21T08:18:32Z")
  .transform((value) => new Date(value).toISOString());
const instantOrNull = instant.nullish().transform((value) => value ?? null);
const count = z.int("must be a whole number").nonnegative("must not be negative");
const flag = z.boolean("must be true or false");

const money = z.object({
  amount: text.regex(DECIMAL, "must be an amount such as 12.50"),
  currencyCode: text.regex(/^[A-Z]{3}$/, "must be a currency code such as EUR"),
});
const moneyBag = z.object({ shopMoney: money, presentmentMoney: money });
export type MoneyBag = z.infer<typeof moneyBag>;

const pageInfo = z.object({ hasNextPage: flag, endCursor: text.nullable() });

/** A connection as far as it has been read; `pageInfo` says whether there is more. */
function connection<T extends z.ZodType>(node: T) {
  return z.object({ nodes: z.array(node), pageInfo });
}

const taxLine = z.object({
  title: text,
  rate: z.number().nullish(),
  ratePercentage: z.number().nullish(),
  channelLiable: z.boolean().nullish(),
  priceSet: moneyBag,
});
export type TaxLineShape = z.infer<typeof taxLine>;

const discountAllocation = z.object({
  allocatedAmountSet: moneyBag,
  discountApplication: z.object({ code: text.nullish(), title: text.nullish() }),
});
export type AllocationShape = z.infer<typeof discountAllocation>;

const duty = z.object({ id, price: moneyBag, taxLines: z.array(taxLine) });

const lineItem = z.object({
  id,
  name: text,
  sku: textOrBlank,
  vendor: textOrBlank,
  variantTitle: textOrBlank,
  quantity: count,
  currentQuantity: count,
  isGiftCard: flag,
  variant: z.object({ id }).nullish(),
  product: z.object({ id }).nullish(),
  originalTotalSet: moneyBag,
  discountAllocations: z.array(discountAllocation),
  taxLines: z.array(taxLine),
  duties: z.array(duty),
});
export type LineItemShape = z.infer<typeof lineItem>;

const shippingLine = z.object({
  id: id.nullish(),
  title: text,
  code: textOrBlank,
  isRemoved: flag,
  originalPriceSet: moneyBag,
  discountedPriceSet: moneyBag,
  discountAllocations: z.array(discountAllocation),
  taxLines: z.array(taxLine),
});
export type ShippingLineShape = z.infer<typeof shippingLine>;

const transaction = z.object({
  id,
  kind: text,
  status: text,
  test: flag,
  gateway: textOrBlank,
  formattedGateway: textOrBlank,
  paymentId: textOrBlank,
  createdAt: instant,
  processedAt: instantOrNull,
  amountSet: moneyBag,
  parentTransaction: z.object({ id }).nullish(),
});
export type TransactionShape = z.infer<typeof transaction>;

const refundLineItem = z.object({
  lineItem: z.object({ id }),
  quantity: count,
  restockType: text,
  restocked: flag,
  location: z.object({ id }).nullish(),
  subtotalSet: moneyBag,
  totalTaxSet: moneyBag,
});
export type RefundLineItemShape = z.infer<typeof refundLineItem>;

const refundShippingLine = z.object({
  shippingLine: z.object({ id: id.nullish() }),
  subtotalAmountSet: moneyBag,
  taxAmountSet: moneyBag,
});

const orderAdjustment = z.object({ reason: text.nullish(), amountSet: moneyBag, taxAmountSet: moneyBag });

const refund = z.object({
  id,
  createdAt: instantOrNull,
  processedAt: instant,
  note: textOrBlank,
  refundLineItems: connection(refundLineItem),
  refundShippingLines: connection(refundShippingLine),
  orderAdjustments: connection(orderAdjustment),
  duties: z.array(z.object({ amountSet: moneyBag, originalDuty: z.object({ id }).nullish() })).nullish(),
  transactions: connection(transaction),
});
export type RefundShape = z.infer<typeof refund>;

const fulfillmentLineItem = z.object({ lineItem: z.object({ id }), quantity: count.nullable() });

const fulfillment = z.object({
  id,
  status: text,
  createdAt: instant,
  location: z.object({ id }).nullish(),
  trackingInfo: z.array(z.object({ company: textOrBlank, number: textOrBlank, url: textOrBlank })),
  fulfillmentLineItems: connection(fulfillmentLineItem),
});
export type FulfillmentShape = z.infer<typeof fulfillment>;

const fulfillmentOrderLineItem = z.object({ id, lineItem: z.object({ id }), remainingQuantity: count });

const fulfillmentOrderShape = z.object({
  id,
  status: text,
  assignedLocation: z.object({ name: textOrBlank, location: z.object({ id }).nullish() }),
  fulfillmentHolds: z.array(z.object({ reason: text, displayReason: textOrBlank })),
  lineItems: connection(fulfillmentOrderLineItem),
});
export type FulfillmentOrderShape = z.infer<typeof fulfillmentOrderShape>;

const address = z.object({
  firstName: textOrBlank,
  lastName: textOrBlank,
  company: textOrBlank,
  address1: textOrBlank,
  address2: textOrBlank,
  city: textOrBlank,
  zip: textOrBlank,
  provinceCode: textOrBlank,
  countryCodeV2: textOrBlank,
  phone: textOrBlank,
});
export type AddressShape = z.infer<typeof address>;

export const orderShape = z.object({
  id,
  name: text.min(1, "must not be empty"),
  createdAt: instant,
  processedAt: instant,
  updatedAt: instant,
  cancelledAt: instantOrNull,
  test: flag,
  taxesIncluded: flag,
  dutiesIncluded: flag,
  currencyCode: text,
  presentmentCurrencyCode: text,
  displayFinancialStatus: text.nullable(),
  displayFulfillmentStatus: text,
  email: textOrBlank,
  phone: textOrBlank,
  note: textOrBlank,
  poNumber: textOrBlank,
  tags: z.array(text),
  customAttributes: z.array(z.object({ key: text, value: textOrBlank })),
  customer: z.object({ id, firstName: textOrBlank, lastName: textOrBlank }).nullish(),
  purchasingEntity: z.object({ company: z.object({ name: text }).nullish() }).nullish(),
  billingAddress: address.nullish(),
  shippingAddress: address.nullish(),
  totalPriceSet: moneyBag,
  currentTotalPriceSet: moneyBag,
  totalTipReceivedSet: moneyBag,
  totalCashRoundingAdjustment: z.object({ paymentSet: moneyBag }),
  taxLines: z.array(taxLine),
  additionalFees: z.array(z.object({ id: text, name: text, price: moneyBag, taxLines: z.array(taxLine) })),
  risk: z.object({ recommendation: text }),
  lineItems: connection(lineItem),
  shippingLines: connection(shippingLine),
  transactions: z.array(transaction),
  refunds: z.array(refund),
  fulfillments: z.array(fulfillment),
  fulfillmentOrders: connection(fulfillmentOrderShape),
  metafields: z.object({ nodes: z.array(z.object({ key: text, value: text })) }),
});
export type OrderShape = z.infer<typeof orderShape>;

/** One page of each list that is read on, by the name under which the operation's `node` tells it. */
export const pageShapes = {
  lineItems: connection(lineItem),
  shippingLines: connection(shippingLine),
  fulfillmentOrders: connection(fulfillmentOrderShape),
  foLineItems: connection(fulfillmentOrderLineItem),
  fulfillmentLineItems: connection(fulfillmentLineItem),
  refundLineItems: connection(refundLineItem),
  refundShippingLines: connection(refundShippingLine),
  orderAdjustments: connection(orderAdjustment),
  refundTransactions: connection(transaction),
} as const;
