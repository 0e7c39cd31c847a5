/**
 * What customers do: a checkout computes the order's amounts, takes the stock where the order will be sent from, and leaves
 * the payment as its gateway does. Tax is rounded for each line at each rate; a discount lowers what is taxed.
 */
import { found } from "./catalog-desk.ts";
import { ordersEvent } from "./order-body.ts";
import {
  type Address,
  type Bag,
  type Customer,
  type Discount,
  type Line,
  type Location,
  NO_ADDRESS,
  type Order,
  type Risk,
  type TaxLine,
  type Variant,
} from "./model.ts";
import { add, Exchange, minor, minus, taxOf, times, ZERO } from "./money.ts";
import { totalsOf } from "./order-amounts.ts";
import { allocate, move, type Shop } from "./stock.ts";
import type { TaxRate } from "./state.ts";
import { openFulfillmentOrders } from "./fulfilment.ts";
import { recordPayments, type PaymentDraft } from "./payments.ts";

export interface CheckoutLine {
  /** A variant's id or SKU; neither: something that the shop does not list, e.g. a fee. */
  readonly variantId?: string;
  readonly sku?: string;
  readonly title?: string;
  readonly quantity: number;
  /** Of one unit, in the customer's currency; default: the variant's price. */
  readonly price?: string;
  /** Off the whole line. */
  readonly discount?: string;
  readonly taxable?: boolean;
  /** Default: the checkout's. */
  readonly taxes?: readonly TaxRate[];
  /** Customs on the whole line, untaxed. */
  readonly duty?: string;
  readonly giftCard?: boolean;
}

export interface Checkout {
  readonly lines: readonly CheckoutLine[];
  readonly email?: string;
  readonly phone?: string;
  /** A registered customer; default: a guest. */
  readonly customerId?: string;
  readonly billing?: Partial<Address>;
  readonly shippingAddress?: Partial<Address>;
  readonly note?: string;
  readonly tags?: readonly string[];
  readonly attributes?: readonly { readonly key: string; readonly value: string }[];
  /** Default: the shop's. */
  readonly taxes?: readonly TaxRate[];
  readonly taxesIncluded?: boolean;
  /** Off the whole order, allocated over the lines by their amounts. */
  readonly discount?: { readonly code?: string; readonly title?: string; readonly amount: string };
  readonly shipping?: {
    readonly title?: string;
    readonly code?: string;
    readonly price: string;
    readonly discount?: string;
    readonly taxable?: boolean;
  };
  readonly tip?: string;
  /** Default: the shop's own. */
  readonly currency?: string;
  readonly test?: boolean;
  readonly risk?: Risk;
  /** Default: the whole total by card, captured. */
  readonly payments?: readonly PaymentDraft[];
}

export interface PlacedOrder {
  readonly id: string;
  /** `1001`, without what stands before it. */
  readonly number: string;
  /** `#1001` */
  readonly name: string;
  readonly lineIds: readonly string[];
}

interface Terms {
  readonly exchange: Exchange;
  readonly included: boolean;
  readonly taxes: readonly TaxRate[];
}

/** Null: something is sold out, and nothing has happened. */
export function checkout(shop: Shop, draft: Checkout): PlacedOrder | null {
  const { state } = shop;
  const routes = routesOf(shop, draft.lines);
  if (routes === null) return null;
  const order = emptyOrder(shop, draft);
  const terms: Terms = {
    exchange: exchangeTo(shop, draft.currency ?? state.settings.currency),
    included: order.taxesIncluded,
    taxes: draft.taxes ?? state.settings.taxes,
  };
  const shares = allocateDiscount(shop, draft, terms);
  for (const [index, line] of draft.lines.entries())
    order.lines.push(makeLine(shop, order, line, shares[index] ?? 0n, terms, draft));
  if (draft.shipping !== undefined) addShipping(shop, order, draft.shipping, terms);
  state.orders.set(order.id, order);
  commit(shop, order, routes);
  recordPayments(
    shop,
    order,
    draft.payments ?? [{ gateway: "shopify_payments" }],
    terms.exchange,
    totalsOf(order).total,
  );
  ordersEvent(shop, "orders/create", order);
  return {
    id: String(order.id),
    number: String(order.number),
    name: nameOf(shop, order),
    lineIds: order.lines.map(({ id }) => String(id)),
  };
}

export function nameOf({ state }: Shop, { number }: Order): string {
  return `${state.settings.orderNumberPrefix}${number}`;
}

export function exchangeTo({ state: { settings } }: Shop, currency: string): Exchange {
  if (currency === settings.currency) return new Exchange(currency, currency, "1");
  return new Exchange(
    settings.currency,
    currency,
    found(settings.exchangeRates[currency], `exchange rate to ${currency}`),
  );
}

export type Route = ReadonlyMap<Location, number>;

export function variantOfLine({ state }: Shop, { variantId, sku }: CheckoutLine): Variant | null {
  if (variantId !== undefined) return found(state.variants.get(Number(variantId)), `variant ${variantId}`);
  return sku === undefined ? null : found(state.variantBySku(sku), `SKU ${sku}`);
}

/** Where each line is sent from; a variant that stands on several lines is looked up with all that is taken before. */
function routesOf(shop: Shop, lines: readonly CheckoutLine[]): Route[] | null {
  const wanted = new Map<Variant, number>();
  for (const line of lines) {
    const variant = variantOfLine(shop, line);
    if (variant !== null) wanted.set(variant, (wanted.get(variant) ?? 0) + line.quantity);
  }
  const routes = new Map<Variant, Map<Location, number>>();
  for (const [variant, quantity] of wanted) {
    const route = allocate(shop.state, variant.item, quantity, variant.policy === "CONTINUE");
    if (route === null) return null;
    routes.set(variant, route);
  }
  return lines.map((line) => {
    const variant = variantOfLine(shop, line);
    return variant === null
      ? new Map<Location, number>()
      : takePart(routes.get(variant) ?? new Map<Location, number>(), line.quantity);
  });
}

function takePart(route: Map<Location, number>, quantity: number): Route {
  const part = new Map<Location, number>();
  let left = quantity;
  for (const [location, there] of route) {
    const taken = Math.min(left, there);
    if (taken === 0) continue;
    part.set(location, taken);
    route.set(location, there - taken);
    left -= taken;
  }
  return part;
}

/** The stock is committed, and each location gets its part to send. */
export function commit(shop: Shop, order: Order, routes: readonly Route[], first = 0): void {
  const lines: { readonly line: Line; readonly route: Route }[] = [];
  for (const [index, route] of routes.entries()) {
    const line = order.lines[first + index];
    if (line === undefined || line.variant === null) continue;
    lines.push({ line, route });
    for (const [location, quantity] of route) {
      const level = line.variant.item.levels.get(location.id);
      if (level !== undefined && line.variant.item.tracked)
        move(shop, level, { available: -quantity, committed: quantity });
    }
  }
  openFulfillmentOrders(shop, order, lines);
}

function emptyOrder({ state }: Shop, draft: Checkout): Order {
  const nowMs = state.nowMs();
  const customer: Customer | null =
    draft.customerId === undefined
      ? null
      : found(state.customers.get(Number(draft.customerId)), `customer ${draft.customerId}`);
  const billing = draft.billing === undefined ? (customer?.address ?? null) : { ...NO_ADDRESS, ...draft.billing };
  const exchange = exchangeTo({ state, emit: () => {} }, draft.currency ?? state.settings.currency);
  return {
    type: "Order",
    id: state.nextId("Order"),
    number: state.nextOrderNumber(),
    test: draft.test ?? false,
    presentmentCurrency: exchange.presentmentCurrency,
    taxesIncluded: draft.taxesIncluded ?? state.settings.taxesIncluded,
    createdMs: nowMs,
    updatedMs: nowMs,
    cancelledMs: null,
    cancelReason: null,
    closedMs: null,
    edited: false,
    risk: draft.risk ?? "NONE",
    email: draft.email ?? customer?.email ?? "",
    phone: draft.phone ?? "",
    note: draft.note ?? "",
    customer,
    billing,
    shipping: draft.shippingAddress === undefined ? billing : { ...NO_ADDRESS, ...draft.shippingAddress },
    lines: [],
    shippingLines: [],
    tip: draft.tip === undefined ? ZERO : exchange.text(draft.tip),
    discountCodes: draft.discount?.code === undefined ? [] : [draft.discount.code],
    transactions: [],
    authorizationExpiresMs: null,
    refunds: [],
    fulfillmentOrders: [],
    fulfillments: [],
    tags: [...(draft.tags ?? [])],
    metafields: [],
    attributes: draft.attributes ?? [],
  };
}

function priceOf(line: CheckoutLine, variant: Variant | null, { exchange }: Terms): Bag {
  if (line.price !== undefined) return exchange.text(line.price);
  if (variant === null) throw new Error(`the line "${line.title ?? ""}" has neither a variant nor a price`);
  return exchange.price(variant.price);
}

/** By the lines' amounts; what rounding leaves goes to the last that can bear it. */
function allocateDiscount(shop: Shop, draft: Checkout, terms: Terms): bigint[] {
  const amounts = draft.lines.map((line) => {
    const price = times(priceOf(line, variantOfLine(shop, line), terms), line.quantity).presentment;
    return price - (line.discount === undefined ? 0n : minor(line.discount, terms.exchange.presentmentCurrency));
  });
  const all = amounts.reduce((sum, amount) => sum + amount, 0n);
  const wanted = draft.discount === undefined ? 0n : minor(draft.discount.amount, terms.exchange.presentmentCurrency);
  const total = wanted > all ? all : wanted;
  if (all === 0n) return amounts.map(() => 0n);
  let before = 0n;
  return amounts.map((amount) => {
    const share = ((before + amount) * total) / all - (before * total) / all;
    before += amount;
    return share;
  });
}

export function makeLine(
  shop: Shop,
  order: Order,
  draft: CheckoutLine,
  share: bigint,
  terms: Terms,
  { discount }: Checkout,
): Line {
  const { state } = shop;
  const { exchange } = terms;
  const variant = variantOfLine(shop, draft);
  const unitPrice = priceOf(draft, variant, terms);
  const discounts: Discount[] = [];
  if (draft.discount !== undefined)
    discounts.push({ kind: "automatic", name: "Line discount", amount: exchange.text(draft.discount) });
  if (discount !== undefined && share > 0n)
    discounts.push({
      kind: discount.code === undefined ? "automatic" : "code",
      name: discount.code ?? discount.title ?? "Discount",
      amount: exchange.bag(share),
    });
  const net = minus(times(unitPrice, draft.quantity), add(...discounts.map(({ amount }) => amount)));
  const taxable = draft.taxable ?? variant?.taxable ?? true;
  const taxes = taxable ? taxesOf(net.presentment, draft.taxes ?? terms.taxes, terms) : [];
  const isDefault = variant === null || variant.title === "Default Title";
  return {
    type: "LineItem",
    id: state.nextId("LineItem"),
    order,
    variant,
    title: draft.title ?? variant?.product.title ?? "",
    variantTitle: isDefault ? null : variant.title,
    sku: variant?.sku ?? "",
    quantity: draft.quantity,
    unitPrice,
    discounts,
    taxes,
    duties:
      draft.duty === undefined
        ? []
        : [{ type: "Duty", id: state.nextId("Duty"), price: exchange.text(draft.duty), taxes: [] }],
    requiresShipping: variant?.item.requiresShipping ?? false,
    taxable,
    isGiftCard: draft.giftCard ?? false,
    added: state.orders.has(order.id),
    removed: { quantity: 0, subtotal: ZERO, taxes: taxes.map(() => ZERO) },
  };
}

export function taxesOf(amount: bigint, rates: readonly TaxRate[], { exchange, included }: Terms): TaxLine[] {
  const percents = rates.map(({ percent }) => percent);
  return rates.map(({ title, percent, channelLiable }) => ({
    title,
    percent,
    channelLiable: channelLiable ?? false,
    amount: exchange.bag(taxOf(amount, percent, percents, included)),
  }));
}

function addShipping({ state }: Shop, order: Order, draft: NonNullable<Checkout["shipping"]>, terms: Terms): void {
  const { exchange } = terms;
  const price = exchange.text(draft.price);
  const discounts: Discount[] =
    draft.discount === undefined
      ? []
      : [{ kind: "automatic", name: "Shipping discount", amount: exchange.text(draft.discount) }];
  const net = minus(price, add(...discounts.map(({ amount }) => amount)));
  order.shippingLines.push({
    id: state.nextId("ShippingLine"),
    title: draft.title ?? "Standard",
    code: draft.code ?? "standard",
    price,
    discounts,
    taxes: draft.taxable === false ? [] : taxesOf(net.presentment, terms.taxes, terms),
    refunded: ZERO,
  });
}
