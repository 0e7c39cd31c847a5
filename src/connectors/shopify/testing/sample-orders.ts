/**
 * For the tests of this folder: orders as the API tells them. Amounts are euros to the cent; on the customer's side stand twice as many
 * dollars, so that the two sides cannot be mistaken for each other.
 */
type Node = Record<string, unknown>;

export interface SampleTax {
  readonly title?: string;
  /** 0.21 */
  readonly rate: number;
  readonly amount: string;
  readonly channelLiable?: boolean;
}

export interface SampleLine {
  readonly id: number;
  readonly name?: string;
  readonly sku?: string | null;
  readonly quantity?: number;
  readonly currentQuantity?: number;
  /** Of all units, before discounts. */
  readonly total: string;
  readonly discounts?: readonly { readonly amount: string; readonly code?: string; readonly title?: string }[];
  readonly taxes?: readonly SampleTax[];
  readonly duties?: readonly { readonly id: number; readonly price: string; readonly taxes?: readonly SampleTax[] }[];
  /** null: the product is gone. */
  readonly variant?: number | null;
  /** Typed in by hand. */
  readonly custom?: boolean;
  readonly giftCard?: boolean;
}

export interface SampleShipping {
  readonly id: number;
  readonly price: string;
  readonly after?: string;
  readonly taxes?: readonly SampleTax[];
  readonly removed?: boolean;
}

export interface SampleTransaction {
  readonly id: number;
  readonly kind?: string;
  readonly status?: string;
  readonly gateway?: string;
  readonly amount: string;
  readonly at?: string;
  readonly parent?: number;
}

export interface SampleRefund {
  readonly id: number;
  readonly at: string;
  readonly note?: string;
  readonly lines?: readonly {
    readonly line: number;
    readonly quantity: number;
    readonly subtotal: string;
    readonly tax?: string;
    readonly restock?: string;
    readonly location?: number;
  }[];
  readonly shipping?: readonly { readonly line: number; readonly subtotal: string; readonly tax?: string }[];
  readonly adjustments?: readonly { readonly amount: string; readonly tax?: string; readonly reason?: string }[];
  readonly money?: readonly SampleTransaction[];
}

export interface SampleFulfillmentOrder {
  readonly id: number;
  readonly status?: string;
  readonly location?: number;
  readonly hold?: string;
  readonly lines: readonly { readonly id: number; readonly line: number; readonly remaining: number }[];
}

export interface SampleOrder {
  readonly total: string;
  /** After refunds and removals; default: nothing was. */
  readonly currentTotal?: string;
  readonly lines: readonly SampleLine[];
  readonly shipping?: readonly SampleShipping[];
  readonly transactions?: readonly SampleTransaction[];
  readonly refunds?: readonly SampleRefund[];
  readonly fulfillmentOrders?: readonly SampleFulfillmentOrder[];
  readonly taxesIncluded?: boolean;
  readonly tip?: string;
  readonly rounding?: string;
  readonly orderTaxes?: readonly SampleTax[];
  /** Fields of the order itself, over what stands here. */
  readonly fields?: Node;
}

export const PLACED_AT = "2026-11-20T09:00:00Z";
export const PAID_AT = "2026-11-20T09:01:00Z";

export function orderNode(sample: SampleOrder): Node {
  return {
    id: "gid://shopify/Order/1001",
    name: "#1054",
    createdAt: PLACED_AT,
    processedAt: PLACED_AT,
    updatedAt: "2026-11-20T09:02:00Z",
    cancelledAt: null,
    test: false,
    taxesIncluded: sample.taxesIncluded ?? false,
    dutiesIncluded: false,
    currencyCode: "EUR",
    presentmentCurrencyCode: "USD",
    displayFinancialStatus: "PAID",
    displayFulfillmentStatus: "UNFULFILLED",
    email: "ada@example.test",
    phone: null,
    note: null,
    poNumber: null,
    tags: [],
    customAttributes: [],
    customer: { id: "gid://shopify/Customer/77", firstName: "Ada", lastName: "Sample" },
    purchasingEntity: null,
    billingAddress: addressNode(),
    shippingAddress: addressNode({ address1: "Side Street 2" }),
    totalPriceSet: bag(sample.total),
    currentTotalPriceSet: bag(sample.currentTotal ?? sample.total),
    totalTipReceivedSet: bag(sample.tip ?? "0.0"),
    totalCashRoundingAdjustment: { paymentSet: bag(sample.rounding ?? "0.0") },
    taxLines: (sample.orderTaxes ?? []).map(taxNode),
    additionalFees: [],
    risk: { recommendation: "NONE" },
    lineItems: connection(sample.lines.map(lineNode)),
    shippingLines: connection((sample.shipping ?? []).map(shippingNode)),
    transactions: (sample.transactions ?? []).map(transactionNode),
    refunds: (sample.refunds ?? []).map(refundNode),
    fulfillments: [],
    fulfillmentOrders: connection((sample.fulfillmentOrders ?? []).map(fulfillmentOrderNode)),
    metafields: { nodes: [] },
    ...sample.fields,
  };
}

/** Paid at once, in whole. */
export function paid(amount: string, gateway = "shopify_payments"): readonly SampleTransaction[] {
  return [{ id: 9001, kind: "SALE", status: "SUCCESS", gateway, amount, at: PAID_AT }];
}

export function lineNode(line: SampleLine): Node {
  const gone = line.custom === true || line.variant === null;
  const quantity = line.quantity ?? 1;
  return {
    id: `gid://shopify/LineItem/${line.id}`,
    name: line.name ?? `Line ${line.id}`,
    sku: line.sku === undefined ? (line.custom ? null : `SKU-${line.id}`) : line.sku,
    vendor: line.custom ? null : "Maker",
    variantTitle: line.custom ? null : "Red",
    quantity,
    currentQuantity: line.currentQuantity ?? quantity,
    isGiftCard: line.giftCard ?? false,
    variant: gone ? null : { id: `gid://shopify/ProductVariant/${line.variant ?? line.id + 500}` },
    product: gone ? null : { id: `gid://shopify/Product/${line.id + 900}` },
    originalTotalSet: bag(line.total),
    discountAllocations: (line.discounts ?? []).map(({ amount, code, title }) => ({
      allocatedAmountSet: bag(amount),
      discountApplication: code === undefined ? { title: title ?? "Autumn" } : { code },
    })),
    taxLines: (line.taxes ?? []).map(taxNode),
    duties: (line.duties ?? []).map(({ id, price, taxes = [] }) => ({
      id: `gid://shopify/Duty/${id}`,
      price: bag(price),
      taxLines: taxes.map(taxNode),
    })),
  };
}

function shippingNode({ id, price, after, taxes = [], removed = false }: SampleShipping): Node {
  return {
    id: `gid://shopify/ShippingLine/${id}`,
    title: "Parcel",
    code: "parcel",
    isRemoved: removed,
    originalPriceSet: bag(price),
    discountedPriceSet: bag(after ?? price),
    discountAllocations: [],
    taxLines: taxes.map(taxNode),
  };
}

function transactionNode(one: SampleTransaction): Node {
  const gateway = one.gateway ?? "shopify_payments";
  return {
    id: `gid://shopify/OrderTransaction/${one.id}`,
    kind: one.kind ?? "SALE",
    status: one.status ?? "SUCCESS",
    test: false,
    gateway,
    formattedGateway: gateway.replaceAll("_", " "),
    paymentId: `pay-${one.id}`,
    createdAt: one.at ?? PAID_AT,
    processedAt: one.at ?? PAID_AT,
    amountSet: bag(one.amount),
    parentTransaction: one.parent === undefined ? null : { id: `gid://shopify/OrderTransaction/${one.parent}` },
  };
}

export function refundNode(refund: SampleRefund): Node {
  return {
    id: `gid://shopify/Refund/${refund.id}`,
    createdAt: refund.at,
    processedAt: refund.at,
    note: refund.note ?? null,
    refundLineItems: connection(
      (refund.lines ?? []).map(({ line, quantity, subtotal, tax, restock, location }) => ({
        lineItem: { id: `gid://shopify/LineItem/${line}` },
        quantity,
        restockType: restock ?? "NO_RESTOCK",
        restocked: restock !== undefined && restock !== "NO_RESTOCK",
        location: location === undefined ? null : { id: `gid://shopify/Location/${location}` },
        subtotalSet: bag(subtotal),
        totalTaxSet: bag(tax ?? "0.0"),
      })),
    ),
    refundShippingLines: connection(
      (refund.shipping ?? []).map(({ line, subtotal, tax }) => ({
        shippingLine: { id: `gid://shopify/ShippingLine/${line}` },
        subtotalAmountSet: bag(subtotal),
        taxAmountSet: bag(tax ?? "0.0"),
      })),
    ),
    orderAdjustments: connection(
      (refund.adjustments ?? []).map(({ amount, tax, reason }) => ({
        reason: reason ?? "REFUND_DISCREPANCY",
        amountSet: bag(amount),
        taxAmountSet: bag(tax ?? "0.0"),
      })),
    ),
    duties: [],
    transactions: connection(
      (refund.money ?? []).map((one) => transactionNode({ kind: "REFUND", at: refund.at, ...one })),
    ),
  };
}

export function fulfillmentOrderNode(one: SampleFulfillmentOrder): Node {
  const holds = one.hold === undefined ? [] : [{ reason: "OTHER", displayReason: one.hold }];
  return {
    id: `gid://shopify/FulfillmentOrder/${one.id}`,
    status: one.status ?? "OPEN",
    assignedLocation: {
      name: "Somewhere",
      location: one.location === undefined ? null : { id: `gid://shopify/Location/${one.location}` },
    },
    fulfillmentHolds: holds,
    lineItems: connection(
      one.lines.map(({ id, line, remaining }) => ({
        id: `gid://shopify/FulfillmentOrderLineItem/${id}`,
        lineItem: { id: `gid://shopify/LineItem/${line}` },
        remainingQuantity: remaining,
      })),
    ),
  };
}

export function fulfillmentNode(
  id: number,
  lines: readonly { readonly line: number; readonly quantity: number }[],
  change: { status?: string; at?: string; location?: number; company?: string; numbers?: readonly string[] } = {},
): Node {
  return {
    id: `gid://shopify/Fulfillment/${id}`,
    status: change.status ?? "SUCCESS",
    createdAt: change.at ?? "2026-11-21T10:00:00Z",
    location: change.location === undefined ? null : { id: `gid://shopify/Location/${change.location}` },
    trackingInfo: (change.numbers ?? []).map((number) => ({ company: change.company ?? null, number, url: null })),
    fulfillmentLineItems: connection(
      lines.map(({ line, quantity }) => ({ lineItem: { id: `gid://shopify/LineItem/${line}` }, quantity })),
    ),
  };
}

export function addressNode(change: Node = {}): Node {
  return {
    firstName: "Ada",
    lastName: "Sample",
    company: null,
    address1: "Main Street 1",
    address2: null,
    city: "Sampletown",
    zip: "1011",
    provinceCode: "NH",
    countryCodeV2: "NL",
    phone: "+31201234567",
    ...change,
  };
}

export function connection(nodes: readonly Node[], more: string | null = null): Node {
  return { nodes, pageInfo: { hasNextPage: more !== null, endCursor: more } };
}

export function taxNode({ title = "VAT", rate, amount, channelLiable = false }: SampleTax): Node {
  return { title, rate, ratePercentage: rate * 100, channelLiable, priceSet: bag(amount) };
}

export function bag(amount: string): Node {
  return {
    shopMoney: { amount, currencyCode: "EUR" },
    presentmentMoney: { amount: twice(amount), currencyCode: "USD" },
  };
}

function twice(amount: string): string {
  const [whole = "0", fraction = ""] = amount.replace("-", "").split(".");
  const cents = (BigInt(whole) * 100n + BigInt(fraction.padEnd(2, "0"))) * 2n;
  return `${amount.startsWith("-") ? "-" : ""}${cents / 100n}.${String(cents % 100n).padStart(2, "0")}`;
}
