/**
 * Reads an order to its end. The query for orders brings the first few of each list; an order with more lines, refunds' lines or
 * fulfilments' lines is read on list by list, so that what is decoded is always the whole order or a failure.
 */
import type { z } from "zod";
import { failure, type Failure } from "../../core/failures.ts";
import { misfitOf } from "../../core/misfit.ts";
import type { CallContext } from "../../core/ports/call.ts";
import type { ShopOrder } from "../../core/order/shop-order.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { ShopifyClient } from "./client.ts";
import { decodeOrder, parseOrder } from "./decode-order.ts";
import { costExceeded } from "./errors.ts";
import { gid, type GidType } from "./ids.ts";
import type { Operation } from "./operation.ts";
import {
  fulfillmentLines,
  fulfillmentOrderLines,
  orderFulfillmentOrders,
  orderLines,
  orderShippingLines,
  refundAdjustments,
  refundLines,
  refundShippingLines,
  refundTransactions,
} from "./operations/order-lists.ts";
import {
  ORDER_LINES_START,
  ORDER_PAGE_ITEMS_START,
  READ_ON_FULFILMENT_ORDERS_START,
  READ_ON_ITEMS_START,
  READ_ON_PAGES_MAX,
} from "./order-limits.ts";
import type { MoneyChoice } from "./order-money.ts";
import { type FulfillmentOrderShape, type OrderShape, pageShapes } from "./order-shape.ts";

export type OrderClient = Pick<ShopifyClient, "connection" | "request">;

export interface OrderReader {
  readonly client: OrderClient;
  readonly currency: MoneyChoice;
  readonly sizes: OrderSizes;
}

export interface OrderSize {
  readonly orders: number;
  readonly lines: number;
}

/** How much is asked for at once; what the shop found too expensive is not asked for again by this process. */
export interface OrderSizes {
  /** For at most `limit` orders. `ask` is called again with less when the shop takes no such query. */
  askOrders<T>(limit: number, ask: (size: OrderSize) => Promise<Result<T>>): Promise<Result<T>>;
  askList<T>(name: string, start: number, ask: (first: number) => Promise<Result<T>>): Promise<Result<T>>;
}

export function createOrderSizes(): OrderSizes {
  let size: OrderSize = { orders: ORDER_PAGE_ITEMS_START, lines: ORDER_LINES_START };
  const lists = new Map<string, number>();
  return {
    askOrders: async (limit, ask) => {
      for (;;) {
        const asked: OrderSize = { ...size, orders: Math.min(size.orders, limit) };
        const answer = await ask(asked);
        if (answer.ok || !costExceeded(answer.failure) || (asked.orders === 1 && asked.lines === 1)) return answer;
        if (asked.orders > 1) size = { ...asked, orders: Math.floor(asked.orders / 2) };
        else size = { ...asked, lines: Math.floor(asked.lines / 2) };
      }
    },
    askList: async (name, start, ask) => {
      for (;;) {
        const first = lists.get(name) ?? start;
        const answer = await ask(first);
        if (answer.ok || !costExceeded(answer.failure) || first === 1) return answer;
        lists.set(name, Math.floor(first / 2));
      }
    },
  };
}

/** What the shop told of an order, read on where there is more, and decoded. */
export async function readWhole(
  reader: OrderReader,
  node: unknown,
  given: string,
  call: CallContext,
): Promise<Result<ShopOrder>> {
  const parsed = parseOrder(node, given);
  if (!parsed.ok) return parsed;
  const whole = await completeOrder(reader, parsed.value, call);
  return whole.ok ? decodeOrder(whole.value, reader.currency) : whole;
}

interface List<T> {
  readonly nodes: readonly T[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/** Where the rest of a list is found. */
interface Rest<T> {
  readonly operation: Operation<
    unknown,
    { readonly id: string; readonly first: number; readonly after: string | null }
  >;
  readonly type: GidType;
  readonly id: string;
  /** Field of the query's one object that holds the list. */
  readonly field: string;
  readonly shape: z.ZodType<List<T>>;
  readonly start?: number;
}

async function completeOrder(reader: OrderReader, order: OrderShape, call: CallContext): Promise<Result<OrderShape>> {
  const { id } = order;
  const read = <T>(list: List<T>, rest: Rest<T>) => readOn(reader, order.name, list, rest, call);
  const lineItems = await read(order.lineItems, {
    operation: orderLines,
    type: "Order",
    id,
    field: "lineItems",
    shape: pageShapes.lineItems,
  });
  if (!lineItems.ok) return lineItems;
  const shippingLines = await read(order.shippingLines, {
    operation: orderShippingLines,
    type: "Order",
    id,
    field: "shippingLines",
    shape: pageShapes.shippingLines,
  });
  if (!shippingLines.ok) return shippingLines;
  const refunds: OrderShape["refunds"] = [];
  for (const refund of order.refunds) {
    const whole = await completeRefund(refund, read);
    if (!whole.ok) return whole;
    refunds.push(whole.value);
  }
  const fulfillments: OrderShape["fulfillments"] = [];
  for (const one of order.fulfillments) {
    const rest = { operation: fulfillmentLines, type: "Fulfillment", id: one.id } as const;
    const shape = pageShapes.fulfillmentLineItems;
    const lines = await read(one.fulfillmentLineItems, { ...rest, field: "fulfillmentLineItems", shape });
    if (!lines.ok) return lines;
    fulfillments.push({ ...one, fulfillmentLineItems: lines.value });
  }
  const fulfillmentOrders = await completeFulfillmentOrders(reader, order, order.fulfillmentOrders, call);
  if (!fulfillmentOrders.ok) return fulfillmentOrders;
  return ok({
    ...order,
    lineItems: lineItems.value,
    shippingLines: shippingLines.value,
    refunds,
    fulfillments,
    fulfillmentOrders: fulfillmentOrders.value,
  });
}

async function completeRefund(
  refund: OrderShape["refunds"][number],
  read: <T>(list: List<T>, rest: Rest<T>) => Promise<Result<{ nodes: T[]; pageInfo: List<T>["pageInfo"] }>>,
): Promise<Result<OrderShape["refunds"][number]>> {
  const of = { type: "Refund", id: refund.id } as const;
  const lines = await read(refund.refundLineItems, {
    ...of,
    operation: refundLines,
    field: "refundLineItems",
    shape: pageShapes.refundLineItems,
  });
  if (!lines.ok) return lines;
  const shipping = await read(refund.refundShippingLines, {
    ...of,
    operation: refundShippingLines,
    field: "refundShippingLines",
    shape: pageShapes.refundShippingLines,
  });
  if (!shipping.ok) return shipping;
  const adjustments = await read(refund.orderAdjustments, {
    ...of,
    operation: refundAdjustments,
    field: "orderAdjustments",
    shape: pageShapes.orderAdjustments,
  });
  if (!adjustments.ok) return adjustments;
  const transactions = await read(refund.transactions, {
    ...of,
    operation: refundTransactions,
    field: "transactions",
    shape: pageShapes.refundTransactions,
  });
  if (!transactions.ok) return transactions;
  return ok({
    ...refund,
    refundLineItems: lines.value,
    refundShippingLines: shipping.value,
    orderAdjustments: adjustments.value,
    transactions: transactions.value,
  });
}

type FulfillmentOrders = OrderShape["fulfillmentOrders"];

async function completeFulfillmentOrders(
  reader: Omit<OrderReader, "currency">,
  order: Pick<OrderShape, "id" | "name">,
  list: List<FulfillmentOrderShape>,
  call: CallContext,
): Promise<Result<FulfillmentOrders>> {
  const all = await readOn(
    reader,
    order.name,
    list,
    {
      operation: orderFulfillmentOrders,
      type: "Order",
      id: order.id,
      field: "fulfillmentOrders",
      shape: pageShapes.fulfillmentOrders,
      start: READ_ON_FULFILMENT_ORDERS_START,
    },
    call,
  );
  if (!all.ok) return all;
  const nodes: FulfillmentOrderShape[] = [];
  for (const one of all.value.nodes) {
    const rest = { operation: fulfillmentOrderLines, type: "FulfillmentOrder", id: one.id } as const;
    const shape = pageShapes.foLineItems;
    const lines = await readOn(reader, order.name, one.lineItems, { ...rest, field: "lineItems", shape }, call);
    if (!lines.ok) return lines;
    nodes.push({ ...one, lineItems: lines.value });
  }
  return ok({ ...all.value, nodes });
}

/** What of an order is still to be sent, and where; null: there is no such order. */
export async function openFulfillmentOrders(
  reader: Omit<OrderReader, "currency">,
  orderId: string,
  call: CallContext,
): Promise<Result<readonly FulfillmentOrderShape[] | null>> {
  const id = gid("Order", orderId);
  const first = await reader.sizes.askList(orderFulfillmentOrders.name, READ_ON_FULFILMENT_ORDERS_START, (count) =>
    reader.client.request(orderFulfillmentOrders, { id, first: count, after: null }, call),
  );
  if (!first.ok) return first;
  if (!first.value.order) return ok(null);
  const parsed = pageShapes.fulfillmentOrders.safeParse(first.value.order.fulfillmentOrders, { reportInput: true });
  if (!parsed.success) return fail(unreadable(orderId, misfitOf(parsed.error)));
  const whole = await completeFulfillmentOrders(reader, { id: orderId, name: orderId }, parsed.data, call);
  return whole.ok ? ok(whole.value.nodes) : whole;
}

async function readOn<T>(
  { client, sizes }: Omit<OrderReader, "currency">,
  order: string,
  list: List<T>,
  { operation, type, id, field, shape, start }: Rest<T>,
  call: CallContext,
): Promise<Result<{ nodes: T[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } }>> {
  const nodes = [...list.nodes];
  let { hasNextPage, endCursor } = list.pageInfo;
  for (let page = 0; hasNextPage; page += 1) {
    if (page === READ_ON_PAGES_MAX || endCursor === null)
      return fail(unreadable(order, { field, why: "goes on without an end" }));
    const after = endCursor;
    const read = await sizes.askList(operation.name, start ?? READ_ON_ITEMS_START, (first) =>
      client.request(operation, { id: gid(type, id), first, after }, call),
    );
    if (!read.ok) return read;
    const [object] = Object.values(read.value as Readonly<Record<string, unknown>>);
    // It went between two pages; the next look tells what has become of the order.
    if (object === null || object === undefined)
      return fail(unreadable(order, { field, why: "changed while it was read" }));
    const parsed = shape.safeParse((object as Readonly<Record<string, unknown>>)[field], { reportInput: true });
    if (!parsed.success) return fail(unreadable(order, misfitOf(parsed.error)));
    nodes.push(...parsed.data.nodes);
    ({ hasNextPage, endCursor } = parsed.data.pageInfo);
  }
  return ok({ nodes, pageInfo: { hasNextPage, endCursor } });
}

export function unreadable(order: string, misfit: { readonly field: string; readonly why: string }): Failure {
  return failure("ORDER_UNREADABLE", { order, ...misfit });
}
