/** Orders and their lines, shipping, payments. */
import { byId, connection, PAGE_ARGS } from "../connections.ts";
import { gid, instant, instantOrNull, numberOf } from "../ids.ts";
import type { Line, Order, Transaction } from "../model.ts";
import { add, minus, times, ZERO } from "../money.ts";
import {
  allTaxes,
  capturableOf,
  currentQuantity,
  currentTotalsOf,
  discountOf,
  financialStatus,
  fulfilledQuantity,
  fulfillmentStatus,
  groupedTaxes,
  lineOriginal,
  lineTotal,
  outstandingOf,
  receivedOf,
  refundedOf,
  totalsOf,
  unfulfilledQuantity,
} from "../order-amounts.ts";
import { idFilter, listFilter, search, textFilter, timeFilter, type Filters } from "../search.ts";
import { Unsupported, plain, type, withArgs, type Args, type Context, type Tables } from "../table.ts";
import { discountAllocations, shippingLine } from "./order-parts.ts";
import {
  datedFields,
  gidOf,
  legacyFields,
  metafieldFields,
  moneyBag,
  orNull,
  sortKeyOf,
  taxLine,
  textOf,
} from "./values.ts";

const UNTOLD_MS = 60 * 24 * 3_600_000;

/** What is older is there for an app that may read all orders only. */
function mayRead(order: Order, { scopes, state }: Context): boolean {
  return scopes.has("read_all_orders") || order.createdMs >= state.nowMs() - UNTOLD_MS;
}

export function orderOf(id: string, context: Context): Order | null {
  const order = context.state.orders.get(numberOf("Order", id) ?? 0);
  return order !== undefined && mayRead(order, context) ? order : null;
}

function filters({ state }: Context): Filters<Order> {
  const { orderNumberPrefix } = state.settings;
  return {
    id: idFilter(({ id }) => id),
    name: (order, operator, value) =>
      textFilter<Order>(({ number }) => `${orderNumberPrefix}${number}`)(order, operator, value) ||
      textFilter<Order>(({ number }) => String(number))(order, operator, value),
    email: textFilter(({ email }) => email),
    test: textFilter(({ test }) => String(test)),
    tag: listFilter(({ tags }) => tags),
    status: (order, _, value) => STATUSES[value]?.(order) ?? unknownStatus(value),
    financial_status: textFilter((order) => financialStatus(order, state.nowMs())),
    fulfillment_status: textFilter((order) => fulfillmentStatus(order)),
    created_at: timeFilter(({ createdMs }) => createdMs),
    processed_at: timeFilter(({ createdMs }) => createdMs),
    updated_at: timeFilter(({ updatedMs }) => updatedMs),
    sku: listFilter(({ lines }) => lines.map(({ sku }) => sku)),
  };
}

const STATUSES: Readonly<Record<string, (order: Order) => boolean>> = {
  any: () => true,
  open: ({ closedMs, cancelledMs }) => closedMs === null && cancelledMs === null,
  closed: ({ closedMs, cancelledMs }) => closedMs !== null && cancelledMs === null,
  cancelled: ({ cancelledMs }) => cancelledMs !== null,
  not_closed: ({ closedMs }) => closedMs === null,
};

function unknownStatus(value: string): never {
  throw new Unsupported(`orders with status:${value}`);
}

const SORTS: Readonly<Record<string, (order: Order) => number>> = {
  CREATED_AT: ({ createdMs }) => createdMs,
  PROCESSED_AT: ({ createdMs }) => createdMs,
  UPDATED_AT: ({ updatedMs }) => updatedMs,
  ID: ({ id }) => id,
  ORDER_NUMBER: ({ number }) => number,
};

function matching(args: Args, context: Context, where: string): Order[] {
  return [...context.state.orders.values()]
    .filter((order) => mayRead(order, context))
    .filter(search(args["query"], filters(context), where));
}

function orderList(args: Args, context: Context) {
  const sortKey = sortKeyOf(args, "PROCESSED_AT");
  const value = SORTS[sortKey];
  if (value === undefined) throw new Unsupported(`orders(sortKey: ${sortKey})`);
  return connection(matching(args, context, "orders"), { id: ({ id }) => id, value }, args, context);
}

export const ORDER_ROOTS = {
  order: withArgs<undefined>(["id"], (_, args, context) => orderOf(textOf(args, "id"), context)),
  orders: withArgs<undefined>([...PAGE_ARGS, "query", "sortKey"], (_, args, context) => orderList(args, context)),
  ordersCount: withArgs<undefined>(["query", "limit"], (_, args, context) => {
    const count = matching(args, context, "ordersCount").length;
    const limit = typeof args["limit"] === "number" ? args["limit"] : 10_000;
    return count > limit ? { count: limit, precision: "AT_LEAST" } : { count, precision: "EXACT" };
  }),
};

type Amount = (order: Order) => ReturnType<typeof receivedOf>;

/** A money set of an order. */
function money(amount: Amount) {
  return (order: Order, _: Args, { state }: Context) => moneyBag(amount(order), state, order.presentmentCurrency);
}

function lineMoney(amount: (line: Line) => ReturnType<typeof receivedOf>) {
  return (line: Line, _: Args, { state }: Context) => moneyBag(amount(line), state, line.order.presentmentCurrency);
}

function limited<T>(items: readonly T[], { first }: Args): readonly T[] {
  return typeof first === "number" ? items.slice(0, first) : items;
}

const firstOnly = <S>(read: (source: S) => readonly unknown[]) =>
  withArgs<S>(["first"], (source, args) => limited(read(source), args));

const ORDER_AMOUNTS = {
  totalPriceSet: money((order) => totalsOf(order).total),
  originalTotalPriceSet: money(
    (order) => totalsOf({ ...order, lines: order.lines.filter(({ added }) => !added) }).total,
  ),
  subtotalPriceSet: money((order) => totalsOf(order).subtotal),
  totalTaxSet: money((order) => totalsOf(order).tax),
  totalShippingPriceSet: money((order) => totalsOf(order).shipping),
  totalDiscountsSet: money((order) => totalsOf(order).discounts),
  totalTipReceivedSet: money(({ tip }) => tip),
  originalTotalDutiesSet: dutiesOrNull((order) => totalsOf(order).duties),
  currentTotalDutiesSet: dutiesOrNull((order) => currentTotalsOf(order).duties),
  currentTotalPriceSet: money((order) => currentTotalsOf(order).total),
  currentSubtotalPriceSet: money((order) => currentTotalsOf(order).subtotal),
  currentTotalTaxSet: money((order) => currentTotalsOf(order).tax),
  currentShippingPriceSet: money((order) => currentTotalsOf(order).shipping),
  totalReceivedSet: money(receivedOf),
  totalRefundedSet: money(refundedOf),
  totalRefundedShippingSet: money(({ refunds }) =>
    add(...refunds.flatMap(({ shipping }) => shipping.map(({ subtotal }) => subtotal))),
  ),
  netPaymentSet: money((order) => minus(receivedOf(order), refundedOf(order))),
  totalOutstandingSet: money(outstandingOf),
  totalCapturableSet: money(capturableOf),
  refundDiscrepancySet: money(({ refunds }) =>
    add(...refunds.flatMap(({ adjustments }) => adjustments.map(({ amount }) => amount))),
  ),
};

/** Null where the order never had duties. */
function dutiesOrNull(amount: Amount) {
  return (order: Order, args: Args, context: Context) =>
    order.lines.some(({ duties }) => duties.length > 0) ? money(amount)(order, args, context) : null;
}

const ORDER_TABLE = type<Order>({
  ...legacyFields,
  ...datedFields,
  ...metafieldFields,
  ...ORDER_AMOUNTS,
  name: ({ number }, _, { state }) => `${state.settings.orderNumberPrefix}${number}`,
  number: ({ number }) => number,
  processedAt: ({ createdMs }) => instant(createdMs),
  cancelledAt: ({ cancelledMs }) => instantOrNull(cancelledMs),
  cancelReason: ({ cancelReason }) => cancelReason,
  closed: ({ closedMs }) => closedMs !== null,
  closedAt: ({ closedMs }) => instantOrNull(closedMs),
  confirmed: () => true,
  edited: ({ edited }) => edited,
  test: ({ test }) => test,
  currencyCode: (_, __, { state }) => state.settings.currency,
  presentmentCurrencyCode: ({ presentmentCurrency }) => presentmentCurrency,
  taxesIncluded: ({ taxesIncluded }) => taxesIncluded,
  dutiesIncluded: () => false,
  taxExempt: () => false,
  estimatedTaxes: () => false,
  displayFinancialStatus: (order, _, { state }) => financialStatus(order, state.nowMs()),
  displayFulfillmentStatus: (order) => fulfillmentStatus(order),
  returnStatus: () => "NO_RETURN",
  fullyPaid: (order) => outstandingOf(order).presentment === 0n,
  unpaid: (order) => receivedOf(order).presentment === 0n,
  fulfillable: (order) => order.lines.some((line) => unfulfilledQuantity(line) > 0),
  capturable: (order) => capturableOf(order).presentment > 0n,
  requiresShipping: ({ lines }) => lines.some(({ requiresShipping }) => requiresShipping),
  email: ({ email }) => orNull(email),
  phone: ({ phone }) => orNull(phone),
  note: ({ note }) => orNull(note),
  tags: ({ tags }) => tags,
  poNumber: () => null,
  sourceName: () => "web",
  customerLocale: () => "en",
  customAttributes: ({ attributes }) => attributes,
  discountCode: ({ discountCodes }) => discountCodes[0] ?? null,
  discountCodes: ({ discountCodes }) => discountCodes,
  paymentGatewayNames: ({ transactions }) => [
    ...new Set(transactions.filter(({ status }) => status !== "FAILURE").map(({ gateway }) => gateway)),
  ],
  customer: ({ customer }) => customer,
  billingAddress: (order) => (order.billing === null ? null : { of: `${order.id}-billing`, ...order.billing }),
  shippingAddress: (order) => (order.shipping === null ? null : { of: `${order.id}-shipping`, ...order.shipping }),
  retailLocation: () => null,
  risk: ({ risk }) => ({ recommendation: risk }),
  paymentTerms: () => null,
  additionalFees: () => [],
  purchasingEntity: () => null,
  totalCashRoundingAdjustment: (order, _, { state }) => ({
    paymentSet: moneyBag(ZERO, state, order.presentmentCurrency),
    refundSet: moneyBag(ZERO, state, order.presentmentCurrency),
  }),
  cancellation: ({ cancelledMs }) => (cancelledMs === null ? null : { staffNote: null }),
  taxLines: (order, _, { state }) =>
    groupedTaxes(allTaxes(order)).map((tax) => taxLine(tax, state, order.presentmentCurrency)),
  lineItems: withArgs<Order>(PAGE_ARGS, ({ lines }, args, context) => byId(lines, args, context)),
  shippingLine: (order, _, { state }) =>
    order.shippingLines[0] === undefined ? null : shippingLine(order.shippingLines[0], order, state),
  shippingLines: withArgs<Order>([...PAGE_ARGS, "includeRemovals"], (order, args, context) => {
    const lines = order.shippingLines.map((line) => ({
      numeric: line.id,
      ...shippingLine(line, order, context.state),
    }));
    return connection(lines, { id: ({ numeric }) => numeric, value: ({ numeric }) => numeric }, args, context);
  }),
  transactions: firstOnly<Order>(({ transactions }) => transactions),
  transactionsCount: ({ transactions }) => ({ count: transactions.length, precision: "EXACT" }),
  refunds: firstOnly<Order>(({ refunds }) => refunds),
  fulfillments: firstOnly<Order>(({ fulfillments }) => fulfillments),
  fulfillmentsCount: ({ fulfillments }) => ({ count: fulfillments.length, precision: "EXACT" }),
  fulfillmentOrders: withArgs<Order>([...PAGE_ARGS, "displayable"], ({ fulfillmentOrders }, args, context) =>
    byId(fulfillmentOrders, args, context),
  ),
  subtotalLineItemsQuantity: ({ lines }) => lines.reduce((sum, { quantity }) => sum + quantity, 0),
  currentSubtotalLineItemsQuantity: ({ lines }) => lines.reduce((sum, line) => sum + currentQuantity(line), 0),
});

const LINE_TABLE = type<Line>({
  id: gidOf,
  name: ({ title, variantTitle }) => (variantTitle === null ? title : `${title} - ${variantTitle}`),
  title: ({ title }) => title,
  variantTitle: ({ variantTitle }) => variantTitle,
  sku: ({ sku }) => orNull(sku),
  vendor: ({ variant }) => variant?.product.vendor ?? null,
  quantity: ({ quantity }) => quantity,
  currentQuantity,
  refundableQuantity: currentQuantity,
  unfulfilledQuantity,
  nonFulfillableQuantity: (line) => line.quantity - unfulfilledQuantity(line) - fulfilledQuantity(line),
  requiresShipping: ({ requiresShipping }) => requiresShipping,
  taxable: ({ taxable }) => taxable,
  isGiftCard: ({ isGiftCard }) => isGiftCard,
  restockable: ({ variant }) => variant !== null,
  customAttributes: () => [],
  // What was deleted since is no more there.
  variant: ({ variant }, _, { state }) => (variant === null ? null : (state.variants.get(variant.id) ?? null)),
  product: ({ variant }, _, { state }) => (variant === null ? null : (state.products.get(variant.product.id) ?? null)),
  originalUnitPriceSet: lineMoney(({ unitPrice }) => unitPrice),
  originalTotalSet: lineMoney(lineOriginal),
  totalDiscountSet: lineMoney(({ discounts }) => discountOf(discounts.filter(({ kind }) => kind !== "code"))),
  discountedTotalSet: withArgs<Line>(["withCodeDiscounts"], (line, args, context) =>
    lineMoney(() => minus(lineOriginal(line), discountOf(line.discounts, args["withCodeDiscounts"] === true)))(
      line,
      args,
      context,
    ),
  ),
  discountedUnitPriceAfterAllDiscountsSet: lineMoney((line) => perUnit(line)),
  discountAllocations: (line, _, { state }) => discountAllocations(line.discounts, line.order, state),
  taxLines: withArgs<Line>(["first"], (line, args, { state }) =>
    limited(line.taxes, args).map((tax) => taxLine(tax, state, line.order.presentmentCurrency)),
  ),
  duties: ({ duties, order }) => duties.map((duty) => ({ ...duty, order })),
});

function perUnit(line: Line) {
  const total = lineTotal(line);
  if (line.quantity === 0) return ZERO;
  const unit = { shop: total.shop / BigInt(line.quantity), presentment: total.presentment / BigInt(line.quantity) };
  return times(unit, 1);
}

const TRANSACTION_TABLE = type<Transaction>({
  id: gidOf,
  kind: ({ kind }) => kind,
  status: ({ status }) => status,
  gateway: ({ gateway }) => gateway,
  formattedGateway: ({ title }) => title,
  manualPaymentGateway: ({ manual }) => manual,
  manuallyCapturable: () => false,
  test: ({ order }) => order.test,
  paymentId: ({ paymentId }) => paymentId,
  amountSet: ({ amount, order }, _, { state }) => moneyBag(amount, state, order.presentmentCurrency),
  createdAt: ({ createdMs }) => instant(createdMs),
  processedAt: ({ processedMs }) => instantOrNull(processedMs),
  authorizationExpiresAt: ({ order, kind }) =>
    kind === "AUTHORIZATION" ? instantOrNull(order.authorizationExpiresMs) : null,
  errorCode: ({ status }) => (status === "FAILURE" ? "CARD_DECLINED" : null),
  parentTransaction: ({ parent }) => parent,
  order: ({ order }) => order,
  accountNumber: () => null,
  receiptJson: () => null,
  fees: () => [],
});

export const ORDER_TABLES: Tables = {
  Order: ORDER_TABLE,
  LineItem: LINE_TABLE,
  OrderTransaction: TRANSACTION_TABLE,
  OrderRiskSummary: plain("recommendation"),
  OrderCancellation: plain("staffNote"),
  Duty: type<Line["duties"][number] & { readonly order: Order }>({
    id: ({ id }) => gid("Duty", id),
    countryCodeOfOrigin: () => null,
    harmonizedSystemCode: () => null,
    price: ({ price, order }, _, { state }) => moneyBag(price, state, order.presentmentCurrency),
    taxLines: ({ taxes, order }, _, { state }) => taxes.map((tax) => taxLine(tax, state, order.presentmentCurrency)),
  }),
};
