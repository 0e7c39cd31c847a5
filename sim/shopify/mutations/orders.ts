/** Fulfilments and refunds that an app makes. */
import { cancelFulfillment, fulfill, type Sending } from "../fulfilment.ts";
import { numberOf } from "../ids.ts";
import type { Order, RestockType, Tracking } from "../model.ts";
import { add, minor, minus, ZERO } from "../money.ts";
import { exchangeTo } from "../checkout.ts";
import { receivedOf, refundedOf, shippingTotal } from "../order-amounts.ts";
import { fulfillmentOf, fulfillmentOrderOf } from "../resolvers/fulfilments.ts";
import { locationOf } from "../resolvers/inventory.ts";
import { orderOf } from "../resolvers/orders.ts";
import { textOf } from "../resolvers/values.ts";
import { refund, unitsRefusal, type RefundPlan } from "../refunds.ts";
import { needScope } from "../scopes.ts";
import { Unsupported, onlyFields, plain, withArgs, type Args, type Context, type Tables } from "../table.ts";

type Input = Readonly<Record<string, unknown>>;
type Fault = { readonly userErrors: readonly { readonly field: readonly string[] | null; readonly message: string }[] };

function fault(message: string, field: readonly string[] | null = null): Fault {
  return { userErrors: [{ field, message }] };
}

function createFulfillment(_: unknown, args: Args, context: Context) {
  const input = args["fulfillment"] as Input;
  onlyFields(input, "FulfillmentInput", ["lineItemsByFulfillmentOrder", "notifyCustomer", "trackingInfo"]);
  const parts = input["lineItemsByFulfillmentOrder"] as readonly Input[];
  if (parts.length === 0)
    return fault("Line items by fulfillment order can't be blank", ["fulfillment", "lineItemsByFulfillmentOrder"]);
  const sendings: Sending[] = [];
  for (const part of parts) {
    const sending = sendingOf(part, context);
    if ("userErrors" in sending) return sending;
    sendings.push(sending);
  }
  const [first] = sendings;
  if (sendings.some(({ order }) => order.order !== first?.order.order))
    return fault("Fulfillment orders must belong to the same order.", ["fulfillment"]);
  if (sendings.some(({ order }) => order.location !== first?.order.location))
    return fault("All fulfillment orders must be assigned to the same location.", ["fulfillment"]);
  return { fulfillment: fulfill(context, sendings, trackingOf(input["trackingInfo"])), userErrors: [] };
}

function sendingOf(part: Input, context: Context): Sending | Fault {
  onlyFields(part, "FulfillmentOrderLineItemsInput", ["fulfillmentOrderId", "fulfillmentOrderLineItems"]);
  const order = fulfillmentOrderOf(context.state, textOf(part, "fulfillmentOrderId"));
  if (order === null) return fault("Fulfillment order does not exist.", ["fulfillment"]);
  if (order.status !== "OPEN" && order.status !== "IN_PROGRESS")
    return fault(`Fulfillment order ${order.id} has an unfulfillable status= ${order.status.toLowerCase()}.`, [
      "fulfillment",
    ]);
  const given = part["fulfillmentOrderLineItems"] as readonly Input[] | null | undefined;
  if (given === undefined || given === null || given.length === 0)
    return {
      order,
      lines: order.lines.filter(({ remaining }) => remaining > 0).map((from) => ({ from, quantity: from.remaining })),
    };
  const lines: { readonly from: Sending["lines"][number]["from"]; readonly quantity: number }[] = [];
  for (const { id, quantity } of given) {
    const from = order.lines.find((line) => line.id === numberOf("FulfillmentOrderLineItem", String(id)));
    if (from === undefined) return fault("Fulfillment order line item does not exist.", ["fulfillment"]);
    if (typeof quantity !== "number" || quantity < 1 || quantity > from.remaining)
      return fault("Invalid fulfillment order line item quantity requested.", ["fulfillment"]);
    lines.push({ from, quantity });
  }
  return { order, lines };
}

function trackingOf(given: unknown): Tracking[] {
  if (typeof given !== "object" || given === null) return [];
  const input = given as Input;
  onlyFields(input, "FulfillmentTrackingInput", ["company", "number", "numbers", "url", "urls"]);
  const list = (many: string, one: string) =>
    (input[many] as readonly string[] | null | undefined) ?? (textOf(input, one) === "" ? [] : [textOf(input, one)]);
  const numbers = list("numbers", "number");
  const urls = list("urls", "url");
  const company = textOf(input, "company");
  const count = Math.max(numbers.length, urls.length, company === "" ? 0 : 1);
  return Array.from({ length: count }, (_, at) => ({ company, number: numbers[at] ?? "", url: urls[at] ?? "" }));
}

function cancel(_: unknown, args: Args, context: Context) {
  const fulfillment = fulfillmentOf(context.state, textOf(args, "id"));
  if (fulfillment === null) return fault("Fulfillment does not exist.", ["id"]);
  if (fulfillment.status === "CANCELLED") return fault("Fulfillment is cancelled already.", ["id"]);
  cancelFulfillment(context, fulfillment);
  return { fulfillment, userErrors: [] };
}

function createRefund(_: unknown, args: Args, context: Context) {
  needScope(context.scopes, "write_orders", "refundCreate");
  const input = args["input"] as Input;
  onlyFields(input, "RefundInput", [
    "orderId",
    "note",
    "notify",
    "refundLineItems",
    "shipping",
    "transactions",
    "allowOverRefunding",
  ]);
  const order = orderOf(textOf(input, "orderId"), context);
  if (order === null) return fault("Order does not exist", ["orderId"]);
  const lines = refundLines(order, (input["refundLineItems"] as readonly Input[] | null | undefined) ?? [], context);
  if ("userErrors" in lines) return lines;
  const shipping = refundShipping(order, input["shipping"] as Input | null | undefined, context);
  const transactions = (input["transactions"] as readonly Input[] | null | undefined) ?? [];
  const amount = transactions.reduce(
    (sum, one) =>
      add(
        sum,
        exchangeTo(context, order.presentmentCurrency).bag(minor(textOf(one, "amount"), order.presentmentCurrency)),
      ),
    ZERO,
  );
  if (amount.presentment > minus(receivedOf(order), refundedOf(order)).presentment)
    return fault("Refund amount cannot exceed what was paid", ["transactions"]);
  const made = refund(context, order, { lines, shipping, duties: [], amount, note: textOf(input, "note") });
  return { refund: made, order, userErrors: [] };
}

function refundLines(order: Order, inputs: readonly Input[], { state }: Context): RefundPlan["lines"] | Fault {
  const lines: RefundPlan["lines"][number][] = [];
  for (const input of inputs) {
    const line = order.lines.find(({ id }) => id === numberOf("LineItem", textOf(input, "lineItemId")));
    const quantity = input["quantity"];
    if (line === undefined) return fault("Line item does not exist", ["refundLineItems"]);
    if (input["restockType"] === "LEGACY_RESTOCK")
      throw new Unsupported("RefundLineItemInput.restockType: LEGACY_RESTOCK");
    const restockType = (input["restockType"] as RestockType | undefined) ?? "NO_RESTOCK";
    const refused = typeof quantity === "number" ? unitsRefusal(line, quantity, restockType) : "Quantity is missing";
    if (refused !== null) return fault(refused, ["refundLineItems"]);
    const location =
      input["locationId"] === undefined || input["locationId"] === null
        ? null
        : locationOf(state, textOf(input, "locationId"));
    lines.push({
      line,
      quantity: Number(quantity),
      restockType,
      location,
    });
  }
  return lines;
}

function refundShipping(order: Order, input: Input | null | undefined, context: Context): RefundPlan["shipping"] {
  const [line] = order.shippingLines;
  if (input === undefined || input === null || line === undefined) return [];
  if (input["fullRefund"] === true) return [{ line, amount: minus(shippingTotal(line), line.refunded) }];
  return [{ line, amount: exchangeTo(context, order.presentmentCurrency).text(textOf(input, "amount")) }];
}

export const ORDER_MUTATIONS = {
  fulfillmentCreate: withArgs<undefined>(["fulfillment", "message"], createFulfillment),
  fulfillmentCancel: withArgs<undefined>(["id"], cancel),
  refundCreate: withArgs<undefined>(["input"], createRefund),
};

export const ORDER_PAYLOADS: Tables = {
  FulfillmentCreatePayload: plain("fulfillment", "userErrors"),
  FulfillmentCancelPayload: plain("fulfillment", "userErrors"),
  RefundCreatePayload: plain("refund", "order", "userErrors"),
};
